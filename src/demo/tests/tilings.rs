//! Land that is tiled at one date is tiled at every date.

use std::collections::BTreeMap;

use geo::{Area, unary_union};

use super::super::land::calendar::{self, Day};
use super::super::land::plane::{self, Point, Ring};
use super::super::sheet::Shape;
use super::{DATES, rows};

/// Layers that leave no land of the district out.
const WHOLE: [&str; 7] = [
    "admin.subdistricts",
    "admin.communities",
    "land.land_use",
    "fire.station_areas",
    "customs.post_areas",
    "education.zones_primary",
    "education.zones_junior",
];

/// Others of which no two may cover the same land.
const APART: [&str; 8] = [
    "land.parcels",
    "land.price_zones",
    "planning.plan_parcels",
    "planning.density_zones",
    "governance.grids",
    "economy.tax_zones",
    "basemap.land_cover",
    "terrain.slope_zones",
];

const SEPTEMBER: Day = calendar::day(2010, 9, 1);

fn polygons(shape: &Shape) -> Vec<geo::Polygon<f64>> {
    let line = |ring: &Vec<[i64; 2]>| {
        geo::LineString::from_iter(ring.iter().map(|[x, y]| (*x as f64 / 1e3, *y as f64 / 1e3)))
    };
    let polygon = |rings: &Vec<Vec<[i64; 2]>>| {
        let mut rings = rings.iter().map(line);
        geo::Polygon::new(rings.next().unwrap(), rings.collect())
    };
    match shape {
        Shape::Polygon(own) => vec![polygon(own)],
        Shape::Polygons(all) => all.iter().map(polygon).collect(),
        _ => panic!("lines and points have no area"),
    }
}

/// The sum of the areas of what holds on a day and the area of their union, square metres.
fn sum_and_union(layer: &str, at: Day) -> [f64; 2] {
    let rows = rows(layer);
    let there: Vec<geo::Polygon<f64>> =
        rows.iter().filter(|own| own.valid(at)).flat_map(|own| polygons(&own.shape)).collect();
    [there.iter().map(Area::unsigned_area).sum(), unary_union(&there).unsigned_area()]
}

/// How often each edge is passed along less how often back: of a division only its rim remains.
fn rim<'s>(shapes: impl Iterator<Item = &'s Shape>) -> BTreeMap<[Point; 2], i32> {
    let mut edges: BTreeMap<[Point; 2], i32> = BTreeMap::new();
    let mut pass = |ring: &Ring| {
        for (a, b) in plane::edges(ring) {
            *edges.entry([a.min(b), a.max(b)]).or_default() += if a < b { 1 } else { -1 };
        }
    };
    for shape in shapes {
        match shape {
            Shape::Polygon(own) => own.iter().for_each(&mut pass),
            Shape::Polygons(all) => all.iter().flatten().for_each(&mut pass),
            _ => panic!("lines and points have no rim"),
        }
    }
    edges.retain(|_, times| *times != 0);
    edges
}

/// Every place is covered as often as the rims say: where the pieces' edges cancel out and leave
/// the district's own, each is covered once.
#[test]
fn divisions_of_the_district_leave_nothing_out_and_cover_nothing_twice() {
    let district = rim(rows("admin.district").iter().map(|own| &own.shape));
    for layer in WHOLE {
        for at in DATES {
            // The first school year with zones begins in September.
            let at = if layer.starts_with("education") { at.max(SEPTEMBER) } else { at };
            let rows = rows(layer);
            let rim = rim(rows.iter().filter(|own| own.valid(at)).map(|own| &own.shape));
            assert!(rim == district, "{layer} on {at}");
        }
    }
}

#[test]
fn no_two_areas_of_a_division_overlap() {
    for layer in APART {
        for at in DATES {
            let [sum, union] = sum_and_union(layer, at);
            assert!(sum > 1e6 && (union - sum).abs() < 1.0, "{layer} on {at}: {union} of {sum}");
        }
    }
}
