//! Fire stations, their areas, hydrants.

use super::super::land::plane;
use super::super::sheet::Shape;
use super::{DATES, city, number, rows, text};

#[test]
fn station_areas_tile_the_district_at_every_date_and_hold_their_station() {
    let district = rows("admin.district")[0].shape.area();
    let (areas, stations) = (rows("fire.station_areas"), rows("fire.stations"));
    for at in DATES {
        let now = || areas.iter().filter(|own| own.valid(at));
        let sum: f64 = now().map(|own| own.shape.area()).sum();
        assert!((sum - district).abs() < 1.0, "on {at}: {sum} of {district}");
        for own in now() {
            let key = text("fire.station_areas", own, "station_id");
            let station = stations.iter().find(|other| other.id == key && other.valid(at));
            let station = station.unwrap_or_else(|| panic!("{key} is not on duty on {at}"));
            let Shape::Polygon(polygon) = &own.shape else { panic!("{} is no polygon", own.id) };
            assert!(
                own.id.contains('-') || plane::inside(&polygon[0], station.at),
                "{key} lies outside"
            );
        }
    }
}

#[test]
fn hydrants_stand_within_five_metres_of_the_kerb() {
    let id = "fire.hydrants";
    for own in rows(id).iter() {
        let number_of = text(id, own, "segment_id")[1..].parse::<usize>().unwrap() - 1;
        let segment = &city().roads.segments[number_of];
        let pairs = segment.line.windows(2);
        let away = pairs.map(|ends| plane::distance_to_edge(own.at, ends[0], ends[1]));
        let away = away.fold(f64::MAX, f64::min) / 1000.0;
        for (_, _, lanes) in &segment.versions {
            let kerb = *lanes as f64 * 1.75;
            assert!(
                (away - kerb).abs() <= 5.0,
                "{} is {away} m from the line, kerb {kerb}",
                own.id
            );
        }
        assert!((8.0..=18.0).contains(&number(id, own, "flow")));
    }
}

#[test]
fn where_the_city_is_dense_no_street_is_far_from_a_hydrant() {
    let points: Vec<_> = rows("fire.hydrants").iter().map(|own| own.at).collect();
    let roads = &city().roads.segments;
    for (i, own) in roads.iter().enumerate() {
        let dense =
            !own.faces.is_empty() && own.faces.iter().all(|face| city().streets.dense[*face]);
        if dense && own.versions.len() == 1 && own.length() > 200.0 && !own.bridge && !own.tunnel {
            let middle = plane::along(&own.line, own.length() / 2.0).0;
            let near = points.iter().any(|p| plane::distance(*p, middle) < 150_000.0);
            assert!(near, "segment {i} has no hydrant");
        }
    }
}
