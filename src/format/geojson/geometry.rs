//! Geometry as GeoJSON writes it (RFC 7946, section 3.1), straight from where it lies.

use crate::format::json;
use crate::geometry::Crs;
use crate::model::{Geometry, GeometrySink, Path, Simple};

/// Appends `geometry` in longitude, latitude and height where there is one; measures are left out.
/// Shells run counterclockwise, holes clockwise, rings are closed; rings of fewer than four and lines
/// of fewer than two positions repeat their first one (sections 3.1.4 and 3.1.6). An empty geometry
/// has empty coordinates. Null stands for an empty point, and for a geometry with a
/// position outside of its CRS's domain.
///
/// `crs`: from which positions are transformed, and rounded to 10⁻⁹ degrees (0.1 mm); where it is
/// longitude and latitude, they are written to the bit.
pub(super) fn geometry(out: &mut Vec<u8>, crs: &Crs, geometry: &Geometry<'_>) {
    let begin = out.len();
    let mut writer = Writer { out, crs, open: Vec::new(), skipped: 0, rings: 0, failed: false };
    geometry.walk(&mut writer);
    if writer.failed || writer.out.len() == begin {
        out.truncate(begin);
        out.extend_from_slice(b"null");
    }
}

struct Writer<'o> {
    out: &'o mut Vec<u8>,
    crs: &'o Crs,
    /// The geometries that are open.
    open: Vec<Simple>,
    /// How many are open of those left out: parts that their parent cannot have.
    skipped: usize,
    /// Rings of the open polygon so far.
    rings: usize,
    failed: bool,
}

impl GeometrySink for Writer<'_> {
    fn begin(&mut self, kind: Simple, parts: usize) {
        let parent = self.open.last().copied();
        let in_multi = parent == Some(Simple::MultiPolygon);
        if self.skipped > 0 || (in_multi && kind != Simple::Polygon) {
            self.skipped += 1;
            return;
        }
        self.failed |= kind == Simple::Point && parts == 0 && parent.is_none();
        self.open.push(kind);
        self.rings = 0;
        self.separate();
        if in_multi {
            self.out.push(b'[');
            return;
        }
        self.out.extend_from_slice(b"{\"type\":\"");
        self.out.extend_from_slice(kind.name().as_bytes());
        let list: &[u8] = match kind {
            Simple::GeometryCollection => b"\",\"geometries\":[",
            Simple::Point | Simple::MultiPoint | Simple::LineString if parts == 0 => {
                b"\",\"coordinates\":[]"
            }
            Simple::Point | Simple::MultiPoint | Simple::LineString => b"\",\"coordinates\":",
            Simple::Polygon | Simple::MultiLineString | Simple::MultiPolygon => {
                b"\",\"coordinates\":["
            }
        };
        self.out.extend_from_slice(list);
    }

    fn path(&mut self, path: &Path<'_>) {
        if self.skipped > 0 || self.failed {
            return;
        }
        match self.open.last() {
            Some(Simple::Point) => self.points(path, path.xy().enumerate().take(1)),
            Some(Simple::Polygon) => self.ring(path),
            kind => {
                let line = kind != Some(&Simple::MultiPoint);
                self.separate();
                self.out.push(b'[');
                let repeated = usize::from(line && path.len() == 1);
                let again = path.xy().enumerate().take(repeated);
                self.points(path, path.xy().enumerate().chain(again));
                self.out.push(b']');
            }
        }
    }

    fn end(&mut self, kind: Simple) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        self.open.pop();
        let in_multi = self.open.last() == Some(&Simple::MultiPolygon);
        self.out.extend_from_slice(match kind {
            Simple::Point | Simple::MultiPoint | Simple::LineString => b"}",
            Simple::Polygon if in_multi => b"]",
            _ => b"]}",
        });
    }
}

impl Writer<'_> {
    /// A comma behind a sibling.
    fn separate(&mut self) {
        if matches!(self.out.last(), Some(b']' | b'}')) && !self.open.is_empty() {
            self.out.push(b',');
        }
    }

    /// A ring of the open polygon: the shell first.
    fn ring(&mut self, path: &Path<'_>) {
        let shell = self.rings == 0;
        self.rings += 1;
        let (Some(first), Some(last)) = (path.xy().next(), path.xy().next_back()) else { return };
        self.separate();
        self.out.push(b'[');
        let backwards = if shell { doubled_area(path) < 0.0 } else { doubled_area(path) > 0.0 };
        let closed = path.len() + usize::from(first != last);
        let repeated = closed.max(4) - path.len();
        if backwards {
            let positions = path.xy().enumerate().rev();
            let again = std::iter::repeat_n((path.len() - 1, last), repeated);
            self.points(path, positions.chain(again));
        } else {
            let again = std::iter::repeat_n((0, first), repeated);
            self.points(path, path.xy().enumerate().chain(again));
        }
        self.out.push(b']');
    }

    /// Positions, each with its place in the path, with commas between.
    fn points(&mut self, path: &Path<'_>, positions: impl Iterator<Item = (usize, [f64; 2])>) {
        self.out.reserve(path.len() * 40);
        let mut later = false;
        for (at, position) in positions {
            if std::mem::replace(&mut later, true) {
                self.out.push(b',');
            }
            self.out.push(b'[');
            self.position(position);
            if path.has_z() && path.z(at).is_finite() {
                self.out.push(b',');
                json::float(self.out, path.z(at));
            }
            self.out.push(b']');
        }
    }

    fn position(&mut self, position: [f64; 2]) {
        let Some([lon, lat]) = self.crs.to_lonlat(position) else {
            self.failed = true;
            return;
        };
        if self.crs.is_lonlat() {
            json::float(self.out, lon);
            self.out.push(b',');
            json::float(self.out, lat);
        } else {
            degrees(self.out, lon);
            self.out.push(b',');
            degrees(self.out, lat);
        }
    }
}

/// Twice the area that a ring encloses, positive where it runs counterclockwise. Measured from its
/// first position, so that rings far from the origin keep their sign.
fn doubled_area(path: &Path<'_>) -> f64 {
    let mut positions = path.xy();
    let Some([x0, y0]) = positions.next() else { return 0.0 };
    let mut last = [0.0, 0.0];
    let mut sum = 0.0;
    for [x, y] in positions {
        let next = [x - x0, y - y0];
        sum += last[0] * next[1] - next[0] * last[1];
        last = next;
    }
    sum
}

/// Appends degrees rounded to 9 decimals, without trailing zeros.
fn degrees(out: &mut Vec<u8>, angle: f64) {
    const DECIMALS: usize = 9;
    let units = (angle * 1e9).round() as i64;
    if units < 0 {
        out.push(b'-');
    }
    let (whole, mut part) =
        (units.unsigned_abs() / 1_000_000_000, units.unsigned_abs() % 1_000_000_000);
    json::integer(out, whole);
    if part == 0 {
        return;
    }
    let mut digits = [b'0'; DECIMALS];
    for digit in digits.iter_mut().rev() {
        *digit += (part % 10) as u8;
        part /= 10;
    }
    let length = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    out.push(b'.');
    out.extend_from_slice(digits.get(..length).unwrap_or_default());
}
