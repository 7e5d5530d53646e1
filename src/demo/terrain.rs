//! The land before the city: outline, hills, the river and its banks, the lake.

use super::plane::{self, Point, Polygon, Ring, metres};
use super::random::Random;

/// Where the city's own axes cross, metres in the plane.
const CENTRE: [f64; 2] = [5_600.0, 5_050.0];
/// The river's course turns this far from east to north, radians.
const TURN: f64 = 0.30;

/// The land.
pub(super) struct Terrain {
    /// Phases of the waves that bend everything.
    phases: Vec<f64>,
    /// Hills: east, north, height above the plain, width; metres.
    hills: Vec<[f64; 4]>,
}

impl Terrain {
    /// The land of a seed.
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Random::new(seed, "terrain");
        let phases = (0..16).map(|_| random.range(0.0, std::f64::consts::TAU)).collect();
        let rim =
            [(0.55, 0.86), (1.65, 0.95), (2.65, 0.92), (3.75, 0.93), (4.75, 0.97), (5.7, 0.9)];
        let mut hills = Vec::new();
        for (angle, far) in rim {
            let angle = angle + random.range(-0.12, 0.12);
            let [east, north] = [
                CENTRE[0] + 4_250.0 * far * libm::cos(angle),
                CENTRE[1] + 3_550.0 * far * libm::sin(angle),
            ];
            for _ in 0..4 {
                let (dx, dy) = (random.range(-700.0, 700.0), random.range(-600.0, 600.0));
                let (height, width) = (random.range(50.0, 150.0), random.range(280.0, 620.0));
                hills.push([east + dx, north + dy, height, width]);
            }
        }
        Self { phases, hills }
    }

    fn wave(&self, phase: usize, at: f64, length: f64) -> f64 {
        libm::sin(at / length * std::f64::consts::TAU + self.phases[phase])
    }

    /// The place `u` metres along the river's course and `v` to its left, bent as the land is.
    pub(super) fn place(&self, u: f64, v: f64) -> Point {
        let east = u + 300.0 * self.wave(0, v, 9_500.0) + 90.0 * self.wave(1, u + v, 4_100.0);
        let north = v
            + 280.0 * self.wave(2, u, 8_700.0)
            + 110.0 * self.wave(3, u - v, 5_200.0)
            + 35.0 * self.wave(4, u, 2_300.0);
        let (sin, cos) = (libm::sin(TURN), libm::cos(TURN));
        let at = [CENTRE[0] + east * cos - north * sin, CENTRE[1] + east * sin + north * cos];
        [metres(at[0]).round() as i64, metres(at[1]).round() as i64]
    }

    /// A line along the course (`v` fixed) or across it (`u` fixed), as points every 110 m.
    pub(super) fn line(&self, along: bool, fixed: f64, from: f64, to: f64) -> Vec<Point> {
        let steps = ((to - from) / 110.0).ceil().max(1.0) as usize;
        let at = |i: usize| from + (to - from) * i as f64 / steps as f64;
        let place = |t: f64| if along { self.place(t, fixed) } else { self.place(fixed, t) };
        (0..=steps).map(|i| place(at(i))).collect()
    }

    /// The district's outline.
    pub(super) fn outline(&self) -> Ring {
        let count = 190;
        let point = |i: i32| {
            let turn = f64::from(i) / f64::from(count);
            let wave = |phase, times: f64| self.wave(phase, turn * times, 1.0);
            let far = 1.0
                + 0.055 * wave(5, 2.0)
                + 0.050 * wave(6, 3.0)
                + 0.035 * wave(7, 5.0)
                + 0.020 * wave(8, 9.0)
                + 0.011 * wave(9, 17.0)
                + 0.006 * wave(10, 31.0);
            let angle = turn * std::f64::consts::TAU;
            let east = CENTRE[0] + 4_080.0 * far * libm::cos(angle);
            let north = CENTRE[1] + 3_380.0 * far * libm::sin(angle);
            [metres(east).round() as i64, metres(north).round() as i64]
        };
        (0..count).map(point).collect()
    }

    /// Height above sea level in metres.
    pub(super) fn height(&self, p: Point) -> f64 {
        let [x, y] = [p[0] as f64 / 1000.0, p[1] as f64 / 1000.0];
        let plain = 36.0 - 10.0 * (x - CENTRE[0]) / 5_000.0 + 2.0 * self.wave(11, x, 2_900.0);
        let hill = |[east, north, height, width]: &[f64; 4]| {
            let (dx, dy) = ((x - east) / width, (y - north) / width);
            height * libm::exp(-(dx * dx + dy * dy))
        };
        let rough = 1.0
            + 0.18 * self.wave(12, x + 0.6 * y, 740.0)
            + 0.12 * self.wave(13, y - 0.4 * x, 530.0);
        plain + self.hills.iter().map(hill).sum::<f64>() * rough
    }

    /// Whether the land is too steep and green to build on.
    pub(super) fn is_hill(&self, p: Point) -> bool {
        self.height(p) > 70.0
    }

    /// Where the river runs: `v` metres beside its course at `u`.
    fn river_at(&self, u: f64) -> f64 {
        -620.0 + 130.0 * self.wave(14, u, 3_100.0) + 45.0 * self.wave(15, u, 1_240.0)
    }

    /// The river's centre line, upstream first.
    pub(super) fn river(&self) -> Vec<Point> {
        self.beside_river(0.0)
    }

    /// A line beside the river's, `offset` metres to its left.
    pub(super) fn beside_river(&self, offset: f64) -> Vec<Point> {
        (-95..=95)
            .map(|i| f64::from(i) * 60.0)
            .map(|u| self.place(u, self.river_at(u) + offset))
            .collect()
    }

    /// The river's water: narrower upstream.
    pub(super) fn water(&self, within: impl Fn(Point) -> bool) -> Vec<(Point, Point)> {
        let at = |i: i32| {
            let u = f64::from(i) * 30.0;
            let half = 9.0 + 9.0 * (u + 5_700.0) / 11_400.0 + 2.5 * self.wave(4, u, 610.0);
            let middle = self.river_at(u);
            (self.place(u, middle + half), self.place(u, middle - half))
        };
        (-190..=190).map(at).filter(|(left, right)| within(*left) && within(*right)).collect()
    }
}

/// A lake around a point, with islands: `radius` in metres.
pub(super) fn lake(centre: Point, radius: f64, islands: usize, random: &mut Random) -> Polygon {
    let mut polygon = vec![blob(centre, radius, random)];
    for i in 0..islands {
        let angle = (i as f64 / islands as f64 + random.range(0.0, 0.15)) * std::f64::consts::TAU;
        let way = [libm::cos(angle), libm::sin(angle)];
        let at = plane::moved(centre, plane::scaled(way, metres(radius * 0.42)));
        let mut island = blob(at, radius * random.range(0.10, 0.17), random);
        island.reverse();
        polygon.push(island);
    }
    polygon
}

/// A round thing as nature makes it.
pub(super) fn blob(centre: Point, radius: f64, random: &mut Random) -> Ring {
    let waves: Vec<(f64, f64, f64)> = [(2.0, 0.16), (3.0, 0.10), (5.0, 0.05), (8.0, 0.025)]
        .map(|(times, by)| (times, by, random.range(0.0, std::f64::consts::TAU)))
        .to_vec();
    let count = 56;
    let point = |i: i32| {
        let angle = f64::from(i) / f64::from(count) * std::f64::consts::TAU;
        let bends = waves.iter().map(|(times, by, phase)| by * libm::sin(times * angle + phase));
        let far = metres(radius) * (1.0 + bends.sum::<f64>());
        plane::moved(centre, [far * libm::cos(angle), far * libm::sin(angle)])
    };
    (0..count).map(point).collect()
}
