//! Administrative areas.

use super::super::sheet::Shape;
use super::{DATES, rows};

#[test]
fn subdistricts_and_communities_tile_the_district_at_every_date() {
    let district = rows("admin.district")[0].shape.area();
    for layer in ["admin.subdistricts", "admin.communities"] {
        for at in DATES {
            let there = rows(layer);
            let sum: f64 =
                there.iter().filter(|own| own.valid(at)).map(|own| own.shape.area()).sum();
            assert!((sum - district).abs() < 1.0, "{layer} on {at}: {sum} of {district}");
        }
    }
    assert!(matches!(rows("admin.communities")[0].shape, Shape::Polygon(_)));
}
