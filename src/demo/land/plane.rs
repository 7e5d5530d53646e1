//! The plane the city lies in: whole millimetres in EPSG:4547, from an origin beside the city.
//!
//! Whole numbers, so that what is shared is shared to the bit. Of floating point, only what
//! IEEE 754 fixes (and `libm`) is used, so that every machine makes the same city.

/// East and north of [`ORIGIN`], in millimetres.
pub(crate) type Point = [i64; 2];

/// A ring without its closing point, counter-clockwise where it is a shell.
pub(crate) type Ring = Vec<Point>;

/// A shell and its holes.
pub(crate) type Polygon = Vec<Ring>;

/// Where the plane's origin lies in EPSG:4547, in metres.
const ORIGIN: [f64; 2] = [500_000.0, 2_495_000.0];

/// A length of metres in the plane's unit.
pub(crate) fn metres(length: f64) -> f64 {
    length * 1000.0
}

/// Twice the signed area, positive where the ring runs counter-clockwise.
pub(crate) fn doubled_area(ring: &[Point]) -> i64 {
    edges(ring).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum()
}

/// The area in square metres.
pub(crate) fn area(ring: &[Point]) -> f64 {
    doubled_area(ring) as f64 / 2e6
}

/// The ring's edges.
pub(crate) fn edges(ring: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (*a, *b))
}

/// The centre of the area.
pub(crate) fn centroid(ring: &[Point]) -> Point {
    let start = ring[0];
    let (mut x, mut y, mut sum) = (0.0, 0.0, 0.0);
    for (a, b) in edges(ring) {
        let (a, b) = (difference(a, start), difference(b, start));
        let cross = a[0] * b[1] - a[1] * b[0];
        x += (a[0] + b[0]) * cross;
        y += (a[1] + b[1]) * cross;
        sum += cross * 3.0;
    }
    moved(start, [x / sum, y / sum])
}

/// From `b` to `a`.
pub(crate) fn difference(a: Point, b: Point) -> [f64; 2] {
    [(a[0] - b[0]) as f64, (a[1] - b[1]) as f64]
}

/// `from` and a way in millimetres, to the nearest point.
pub(crate) fn moved(from: Point, by: [f64; 2]) -> Point {
    [from[0] + by[0].round() as i64, from[1] + by[1].round() as i64]
}

/// In millimetres.
pub(crate) fn distance(a: Point, b: Point) -> f64 {
    length(difference(a, b))
}

/// Of a vector.
pub(crate) fn length([x, y]: [f64; 2]) -> f64 {
    (x * x + y * y).sqrt()
}

/// Of length 1 in the direction from `a` to `b`.
pub(crate) fn direction(a: Point, b: Point) -> [f64; 2] {
    let way = difference(b, a);
    let length = length(way).max(1.0);
    [way[0] / length, way[1] / length]
}

/// Times a number.
pub(crate) fn scaled([x, y]: [f64; 2], by: f64) -> [f64; 2] {
    [x * by, y * by]
}

/// A quarter turn to the left.
pub(crate) fn left_of([x, y]: [f64; 2]) -> [f64; 2] {
    [-y, x]
}

/// The third side of the triangle, as a sign: positive if `p` lies left of the way from `a` to `b`.
pub(crate) fn side(a: Point, b: Point, p: Point) -> i64 {
    (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
}

/// Whether the point lies inside (even-odd; on the border either may be said).
pub(crate) fn inside(ring: &[Point], p: Point) -> bool {
    edges(ring)
        .filter(|(a, b)| (a[1] > p[1]) != (b[1] > p[1]))
        .filter(|(a, b)| (side(*a, *b, p) > 0) == (b[1] > a[1]))
        .count()
        % 2
        == 1
}

/// How far along `a`-`b` and `c`-`d` (each from 0 to 1) the two cross, unless they don't.
pub(crate) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Option<(f64, f64)> {
    let (ab, cd, ac) = (difference(b, a), difference(d, c), difference(c, a));
    let cross = ab[0] * cd[1] - ab[1] * cd[0];
    let along = (ac[0] * cd[1] - ac[1] * cd[0]) / cross;
    let across = (ac[0] * ab[1] - ac[1] * ab[0]) / cross;
    let hit = |t: f64| (0.0..=1.0).contains(&t);
    (cross != 0.0 && hit(along) && hit(across)).then_some((along, across))
}

/// The point at `part` (0 to 1) of the way from `a` to `b`.
pub(crate) fn between(a: Point, b: Point, part: f64) -> Point {
    moved(a, scaled(difference(b, a), part))
}

/// From the point to the nearest of the edge `a`-`b`, in millimetres.
pub(crate) fn distance_to_edge(p: Point, a: Point, b: Point) -> f64 {
    let (ab, ap) = (difference(b, a), difference(p, a));
    let squared = (ab[0] * ab[0] + ab[1] * ab[1]).max(1.0);
    let part = ((ap[0] * ab[0] + ap[1] * ab[1]) / squared).clamp(0.0, 1.0);
    length([ap[0] - ab[0] * part, ap[1] - ab[1] * part])
}

/// Whether no two edges of the ring meet but neighbours at their common point.
pub(crate) fn is_simple(ring: &[Point]) -> bool {
    let all: Vec<(Point, Point)> = edges(ring).collect();
    let n = all.len();
    n >= 3
        && (0..n).all(|i| {
            (i + 1..n).all(|j| {
                let next = j == i + 1 || (i == 0 && j == n - 1);
                let (a, b) = (all[i], all[j]);
                if next { a.0 != b.1 || n > 2 } else { crossing(a.0, a.1, b.0, b.1).is_none() }
            })
        })
}

/// Whether a part is no splinter and nowhere crosses itself.
pub(crate) fn is_compact(ring: &[Point]) -> bool {
    roundness(ring) > 0.030 && is_simple(ring)
}

/// The area by the square of the way around: 0.08 for a circle, less for what is thin.
pub(crate) fn roundness(ring: &[Point]) -> f64 {
    let around: f64 = edges(ring).map(|(a, b)| distance(a, b)).sum::<f64>() / 1000.0;
    area(ring) / (around * around)
}

/// The narrowest rectangle around a ring that has the direction of one of its edges.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    /// Its middle.
    pub(crate) centre: Point,
    /// Direction of its longer side, length 1.
    pub(crate) axis: [f64; 2],
    /// Length of the longer side, millimetres.
    pub(crate) long: f64,
    /// Length of the shorter side, millimetres.
    pub(crate) short: f64,
}

impl Frame {
    /// Around `ring`.
    pub(crate) fn around(ring: &[Point]) -> Self {
        let turned = edges(ring).map(|(a, b)| Self::along(ring, direction(a, b)));
        let best = turned.min_by(|a, b| (a.long * a.short).total_cmp(&(b.long * b.short)));
        best.unwrap_or(Self { centre: ring[0], axis: [1.0, 0.0], long: 0.0, short: 0.0 })
    }

    /// Around `ring`, with sides along and across `axis`.
    pub(crate) fn along(ring: &[Point], axis: [f64; 2]) -> Self {
        let across = left_of(axis);
        let span = |axis: [f64; 2]| {
            let at = ring.iter().map(|p| {
                let way = difference(*p, ring[0]);
                way[0] * axis[0] + way[1] * axis[1]
            });
            at.fold((f64::MAX, f64::MIN), |(low, high), v| (low.min(v), high.max(v)))
        };
        let ((a, b), (c, d)) = (span(axis), span(across));
        let (u, v) = (f64::midpoint(a, b), f64::midpoint(c, d));
        let by = [axis[0] * u + across[0] * v, axis[1] * u + across[1] * v];
        let turned = d - c > b - a;
        Self {
            centre: moved(ring[0], by),
            axis: if turned { across } else { axis },
            long: (b - a).max(d - c),
            short: (b - a).min(d - c),
        }
    }

    /// The point `u` millimetres along the axis and `v` to its left, from the centre.
    pub(crate) fn at(&self, u: f64, v: f64) -> Point {
        let across = left_of(self.axis);
        moved(self.centre, [self.axis[0] * u + across[0] * v, self.axis[1] * u + across[1] * v])
    }
}

/// Easting and northing in EPSG:4547, in metres.
pub(crate) fn grid(p: Point) -> [f64; 2] {
    [ORIGIN[0] + p[0] as f64 / 1000.0, ORIGIN[1] + p[1] as f64 / 1000.0]
}

/// Longitude and latitude in degrees of CGCS2000 (here the same as WGS 84), to seven decimals.
///
/// The inverse of the transverse Mercator projection by Krüger's series in the third flattening
/// (Karney, Transverse Mercator with an accuracy of a few nanometers, 2011, eq. 11 and 36), to its
/// fourth power: under 0.1 mm here.
pub(crate) fn lonlat(p: Point) -> [f64; 2] {
    const SEMI_MAJOR: f64 = 6_378_137.0;
    const FLATTENING: f64 = 1.0 / 298.257_222_101;
    const CENTRAL_MERIDIAN: f64 = 114.0;
    const FALSE_EASTING: f64 = 500_000.0;
    let n = FLATTENING / (2.0 - FLATTENING);
    let (n2, n3, n4) = (n * n, n * n * n, n * n * n * n);
    let radius = SEMI_MAJOR / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0);
    let beta = [
        n / 2.0 - n2 * 2.0 / 3.0 + n3 * 37.0 / 96.0 - n4 / 360.0,
        n2 / 48.0 + n3 / 15.0 - n4 * 437.0 / 1440.0,
        n3 * 17.0 / 480.0 - n4 * 37.0 / 840.0,
        n4 * 4397.0 / 161_280.0,
    ];
    let delta = [
        n * 2.0 - n2 * 2.0 / 3.0 - n3 * 2.0 + n4 * 116.0 / 45.0,
        n2 * 7.0 / 3.0 - n3 * 8.0 / 5.0 - n4 * 227.0 / 45.0,
        n3 * 56.0 / 15.0 - n4 * 136.0 / 35.0,
        n4 * 4279.0 / 630.0,
    ];
    let [east, north] = grid(p);
    let (xi, eta) = (north / radius, (east - FALSE_EASTING) / radius);
    let (mut xi_, mut eta_) = (xi, eta);
    for (j, b) in (1..).zip(beta) {
        let k = 2.0 * f64::from(j);
        xi_ -= b * libm::sin(k * xi) * libm::cosh(k * eta);
        eta_ -= b * libm::cos(k * xi) * libm::sinh(k * eta);
    }
    let chi = libm::asin(libm::sin(xi_) / libm::cosh(eta_));
    let terms = (1..).zip(delta).map(|(j, d)| d * libm::sin(2.0 * f64::from(j) * chi));
    let latitude = chi + terms.sum::<f64>();
    let longitude = libm::atan2(libm::sinh(eta_), libm::cos(xi_));
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    [rounded(CENTRAL_MERIDIAN + longitude.to_degrees()), rounded(latitude.to_degrees())]
}

/// The least and greatest coordinates of the points.
pub(crate) fn bounds(points: &[Point]) -> [Point; 2] {
    let start = [points[0]; 2];
    points.iter().fold(start, |[low, high], p| {
        [[low[0].min(p[0]), low[1].min(p[1])], [high[0].max(p[0]), high[1].max(p[1])]]
    })
}

/// Whether two boxes have a point in common.
pub(crate) fn meets([a, b]: [Point; 2], [c, d]: [Point; 2]) -> bool {
    (0..2).all(|k| a[k] <= d[k] && c[k] <= b[k])
}

/// In metres.
pub(crate) fn in_metres(p: Point) -> [f64; 2] {
    [p[0] as f64 / 1000.0, p[1] as f64 / 1000.0]
}

/// A place in metres as the nearest point.
pub(crate) fn from_metres([x, y]: [f64; 2]) -> Point {
    [(x * 1000.0).round() as i64, (y * 1000.0).round() as i64]
}

/// A point inside the ring, far from its border: the middle of the longest stretch inside on one
/// of a few lines from west to east.
pub(crate) fn inner(ring: &[Point]) -> Point {
    let [low, high] = bounds(ring);
    let line = |part: i64| {
        let y = low[1] + (high[1] - low[1]) * part / 8;
        let mut hits: Vec<i64> = edges(ring)
            .filter(|(a, b)| (a[1] > y) != (b[1] > y))
            .map(|(a, b)| {
                a[0] + ((b[0] - a[0]) as f64 * (y - a[1]) as f64 / (b[1] - a[1]) as f64) as i64
            })
            .collect();
        hits.sort_unstable();
        let widest = hits.chunks_exact(2).max_by_key(|pair| pair[1] - pair[0]);
        widest.map(|pair| {
            (pair[1] - pair[0] - (part - 4).abs(), [i64::midpoint(pair[0], pair[1]), y])
        })
    };
    let widest = (2..=6).filter_map(line).max_by_key(|(width, _)| *width);
    widest.map_or_else(|| centroid(ring), |(_, p)| p)
}

/// Length of a line in metres.
pub(crate) fn line_length(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| distance(pair[0], pair[1])).sum::<f64>() / 1000.0
}

/// The place `far` metres along a line, and the direction of the line there.
pub(crate) fn along(line: &[Point], far: f64) -> (Point, [f64; 2]) {
    let mut left = far * 1000.0;
    let last = line.len() - 2;
    for (i, pair) in line.windows(2).enumerate() {
        let length = distance(pair[0], pair[1]);
        if left <= length || i == last {
            let part = (left / length.max(1.0)).clamp(0.0, 1.0);
            return (between(pair[0], pair[1], part), direction(pair[0], pair[1]));
        }
        left -= length;
    }
    (line[0], [1.0, 0.0])
}
