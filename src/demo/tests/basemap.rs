//! Buildings, their doors and the streets they are at; what covers the land.

use std::collections::{BTreeMap, BTreeSet};

use super::super::city::Entity;
use super::super::land::plane::{self, Point};
use super::super::sheet::Shape;
use super::{DATES, city, rows, text};

/// The shell of a row, which must be a polygon.
fn shell(own: &Entity) -> &[Point] {
    if let Shape::Polygon(polygon) = &own.shape { &polygon[0] } else { panic!("not a polygon") }
}

/// The rows of a layer by number.
fn by_id(list: &[Entity]) -> BTreeMap<&str, Vec<&Entity>> {
    let mut out: BTreeMap<&str, Vec<&Entity>> = BTreeMap::new();
    for own in list {
        out.entry(&own.id).or_default().push(own);
    }
    out
}

#[test]
fn versions_of_buildings_doors_and_streets_never_overlap() {
    for layer in ["basemap.buildings", "address.doors", "address.streets", "parts.bollards"] {
        let list = rows(layer);
        for (id, own) in by_id(&list) {
            let mut spans: Vec<_> = own.iter().map(|own| own.days()).collect();
            spans.sort_unstable();
            assert!(spans.iter().all(|(from, to)| to.is_none_or(|to| to > *from)), "{layer} {id}");
            let meet = |two: &[(i32, Option<i32>)]| two[0].1 == Some(two[1].0);
            assert!(spans.windows(2).all(meet), "{layer} {id} {spans:?}");
        }
    }
}

#[test]
fn buildings_stand_on_their_parcels() {
    let parcels: BTreeSet<&str> = city().parcels().map(|(_, own)| own.id.as_str()).collect();
    let id = "basemap.buildings";
    for (own, building) in rows(id).iter().filter(|own| own.valid(DATES[4])).zip(0..) {
        assert!(plane::is_simple(shell(own)), "{} {building}", own.id);
        assert!(parcels.contains(text(id, own, "parcel_id")), "{}", own.id);
    }
    for building in &city().buildings {
        let parcel = city().parcel(building.parcel);
        let inside = building.ring.iter().all(|p| plane::inside(&parcel.ring, *p));
        assert!(inside, "{} lies outside {}", building.id, parcel.id);
        let later = |to: i32| building.to.is_some_and(|end| end <= to);
        assert!(building.from >= parcel.from && parcel.to.is_none_or(later), "{}", building.id);
    }
}

#[test]
fn no_building_stands_in_a_stream() {
    let lines = city().relief.reaches.iter().map(|reach| &reach.line);
    let edges: Vec<[[i64; 2]; 2]> = lines
        .flat_map(|line| line.windows(2).map(|pair| [pair[0], pair[1]].map(plane::from_metres)))
        .collect();
    for building in &city().buildings {
        let walls = plane::bounds(&building.ring);
        for [a, b] in edges.iter().filter(|edge| plane::meets(walls, plane::bounds(*edge))) {
            let dry =
                plane::edges(&building.ring).all(|(c, d)| plane::crossing(*a, *b, c, d).is_none());
            assert!(dry && !plane::inside(&building.ring, *a), "{}", building.id);
        }
    }
}

#[test]
fn doors_are_in_a_wall_of_their_building_while_it_is_used() {
    let (id, buildings) = ("address.doors", rows("basemap.buildings"));
    let buildings = by_id(&buildings);
    for door in rows(id).iter() {
        let home = &buildings[text(id, door, "building_id")];
        let used = |own: &&&Entity| text("basemap.buildings", own, "state") == "in_use";
        let on = home.iter().filter(used).any(|own| {
            let mut walls = plane::edges(shell(own));
            walls.any(|(a, b)| plane::distance_to_edge(door.at, a, b) < 2.0)
        });
        assert!(on, "{} is in no wall of {}", door.id, text(id, door, "building_id"));
        let from = home.iter().filter(used).map(|own| own.days().0).min();
        let to = home.iter().filter(used).filter_map(|own| own.days().1).max();
        let ends = home.iter().filter(used).all(|own| own.days().1.is_some());
        assert!(from.is_some_and(|from| door.days().0 >= from), "{}", door.id);
        let within = |to: i32| door.days().1.is_some_and(|end| end <= to);
        assert!(!ends || to.is_none_or(within), "{}", door.id);
    }
}

#[test]
fn an_address_is_one_door_and_its_street_is_there() {
    let (id, streets) = ("address.doors", rows("address.streets"));
    let streets = by_id(&streets);
    for at in DATES {
        let mut seen = BTreeSet::new();
        for door in rows(id).iter().filter(|own| own.valid(at)) {
            let street = text(id, door, "street_id");
            assert!(seen.insert((street.to_owned(), text(id, door, "door_no").to_owned())));
            let there = streets.get(street).into_iter().flatten().find(|own| own.valid(at));
            let Some(there) = there else { panic!("{}: no {street} on {at}", door.id) };
            let (own, name) = (door.name.as_ref(), there.name.as_ref());
            let named = own.zip(name).is_some_and(|(own, name)| own.zh.starts_with(&name.zh));
            assert!(named, "{} is not named after {street}", door.id);
        }
    }
}

#[test]
fn streets_are_whole_segments_of_their_road() {
    let id = "address.streets";
    for street in rows(id).iter() {
        let Shape::Lines(lines) = &street.shape else { panic!("{}", street.id) };
        let way = street.id[2..].parse::<usize>().unwrap() - 1;
        let opened = |line: &&Vec<Point>| {
            let mut segments = city().roads.segments.iter();
            segments
                .any(|own| own.way == way && own.line == **line && own.opened() <= street.days().0)
        };
        assert_eq!(lines.iter().filter(opened).count(), lines.len(), "{}", street.id);
        assert_eq!(super::number(id, street, "segments") as usize, lines.len(), "{}", street.id);
    }
}

#[test]
fn land_cover_tiles_the_land_at_every_date() {
    let sum = |at: i32| -> f64 {
        let list = rows("basemap.land_cover");
        list.iter().filter(|own| own.valid(at)).map(|own| own.shape.area()).sum()
    };
    let district = rows("admin.district")[0].shape.area();
    for at in DATES {
        let part = sum(at) / district;
        assert!((0.985..1.015).contains(&part), "{at}: {part}");
    }
}
