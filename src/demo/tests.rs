//! The city agrees with itself, and with what `layers/` holds.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::{Day, day};
use super::parcels::{USES, valid};
use super::plane::{self, Point, Ring};
use super::streets::Zone;
use super::*;

const DATES: [Day; 5] =
    [day(2010, 1, 1), day(2014, 9, 1), day(2017, 1, 15), day(2021, 5, 5), day(2026, 6, 30)];

fn cities() -> [City; 2] {
    [Options::default(), Options { seed: 7, scale: 0.4 }].map(City::new)
}

/// Rings tile another exactly if each of their edges is either the reverse of one of theirs or an
/// edge of that other.
fn assert_tiles<'r>(rings: impl Iterator<Item = &'r Ring>, whole: &[&Ring], what: &str) {
    let mut open: BTreeSet<(Point, Point)> = BTreeSet::new();
    for (a, b) in rings.flat_map(|ring| plane::edges(ring)) {
        if !open.remove(&(b, a)) {
            assert!(open.insert((a, b)), "{what}: two lie left of {a:?} {b:?}");
        }
    }
    let border: BTreeSet<(Point, Point)> = whole.iter().flat_map(|r| plane::edges(r)).collect();
    assert_eq!(open.len(), border.len(), "{what}");
    assert!(open == border, "{what}: the borders differ");
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_layers_holds_them() {
    let files = generate(Options::default()).unwrap();
    assert_eq!(files, generate(Options::default()).unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("layers");
    for (path, bytes) in &files {
        let held = std::fs::read(folder.join(path)).unwrap_or_default();
        assert!(held == *bytes, "layers/{path} differs: run `onemap demo --out layers`");
    }
    assert!(files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() < 6_500_000);
    let other = generate(Options { seed: 2, scale: 0.3 }).unwrap();
    assert_eq!(other.len(), files.len());
    assert!(generate(Options { scale: 0.0, ..Options::default() }).is_err());
}

#[test]
fn parcels_tile_their_blocks_at_every_date() {
    for city in cities() {
        for block in &city.blocks {
            for at in DATES {
                let there = block.parcels.iter().filter(|p| valid(p.from, p.to, at));
                let what = format!("block {} on day {at}", block.face);
                assert_tiles(there.map(|parcel| &parcel.ring), &[&block.kerb], &what);
            }
            assert!(block.parcels.iter().all(|parcel| plane::is_simple(&parcel.ring)));
        }
        let built =
            city.streets.zones.iter().filter(|zone| !matches!(zone, Zone::River | Zone::Hill));
        let share = city.blocks.len() as f64 / built.count() as f64;
        assert!(share > 0.97, "{share} of the blocks have land");
    }
}

#[test]
fn faces_tile_the_district_and_communities_and_school_districts_are_made_of_them() {
    for city in cities() {
        let mesh = &city.streets.mesh;
        let faces: Vec<Ring> = (0..mesh.len()).map(|face| mesh.ring(face)).collect();
        assert!(faces.iter().all(|ring| plane::doubled_area(ring) > 0 && plane::is_simple(ring)));
        let district = mesh.union(|_| true);
        assert_eq!((district.len(), district[0].len()), (1, 1));
        assert_tiles(faces.iter(), &[&district[0][0]], "faces");
        for at in DATES {
            let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for face in 0..mesh.len() {
                groups.entry(city.areas.community_of(face, at)).or_default().push(face);
            }
            assert_eq!(groups.keys().copied().collect::<Vec<_>>(), city.areas.communities_at(at));
            let land: Vec<Ring> = groups
                .values()
                .flat_map(|own| mesh.union(|face| own.binary_search(&face).is_ok()))
                .flatten()
                .collect();
            assert_tiles(land.iter(), &[&district[0][0]], "communities");
        }
    }
}

#[test]
fn versions_of_a_parcel_and_of_a_building_never_overlap() {
    for city in cities() {
        let parcels = city.blocks.iter().flat_map(|block| &block.parcels);
        let parcels = parcels.map(|p| (p.id.as_str(), p.from, p.to));
        let buildings = city.buildings.iter().map(|b| (b.id.as_str(), b.from, b.to));
        for all in [parcels.collect::<Vec<_>>(), buildings.collect()] {
            let mut by_id: BTreeMap<&str, Vec<(Day, Day)>> = BTreeMap::new();
            for (id, from, to) in all {
                by_id.entry(id).or_default().push((from, to.unwrap_or(Day::MAX)));
            }
            for (id, mut spans) in by_id {
                spans.sort_unstable();
                assert!(spans.iter().all(|(from, to)| from < to), "{id} {spans:?}");
                assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{id} {spans:?}");
            }
        }
    }
}

#[test]
fn buildings_stand_on_their_parcel_while_it_is_there() {
    for city in cities() {
        let parcels: Vec<_> = city.blocks.iter().flat_map(|block| &block.parcels).collect();
        assert!(city.buildings.len() > 500);
        let mut by_id: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        parcels
            .iter()
            .for_each(|parcel| by_id.entry(parcel.id.as_str()).or_default().push(*parcel));
        for building in &city.buildings {
            let home = by_id[building.parcel.as_str()].iter().find(|parcel| {
                valid(parcel.from, parcel.to, building.from)
                    && building.ring.iter().all(|p| plane::inside(&parcel.ring, *p))
                    && parcel.to.is_none_or(|end| building.to.is_some_and(|to| to <= end))
            });
            assert!(home.is_some(), "{}", building.id);
            assert!(plane::doubled_area(&building.ring) > 0);
        }
        assert!(parcels.iter().all(|parcel| USES.iter().any(|(code, ..)| *code == parcel.usage)));
    }
}

#[test]
fn parents_end_when_their_children_begin() {
    for city in cities() {
        let all: Vec<_> = city.blocks.iter().flat_map(|block| &block.parcels).collect();
        let ends: BTreeSet<(&str, Day)> =
            all.iter().filter_map(|p| p.to.map(|to| (p.id.as_str(), to))).collect();
        let children: Vec<_> = all.iter().filter(|parcel| !parcel.parents.is_empty()).collect();
        assert!(!children.is_empty());
        let first = |id: &str| all.iter().filter(|p| p.id == id).map(|p| p.from).min();
        for child in children.iter().filter(|child| first(&child.id) == Some(child.from)) {
            let known = |parent: &String| ends.contains(&(parent.as_str(), child.from));
            assert!(child.parents.iter().all(known), "{}", child.id);
        }
    }
}

/// The group that a junction belongs to.
fn find(group: &BTreeMap<u32, u32>, mut at: u32) -> u32 {
    while let Some(next) = group.get(&at).filter(|next| **next != at) {
        at = *next;
    }
    at
}

#[test]
fn the_roads_hang_together() {
    for city in cities() {
        let mut group: BTreeMap<u32, u32> = BTreeMap::new();
        for segment in &city.segments {
            let (a, b) = (find(&group, segment.ends[0]), find(&group, segment.ends[1]));
            group.entry(a).or_insert(a);
            group.insert(b.max(a), a.min(b));
            group.entry(segment.ends[1]).or_insert(a.min(b));
        }
        let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
        for segment in &city.segments {
            *sizes.entry(find(&group, segment.ends[0])).or_default() += 1;
        }
        let largest = sizes.values().max().copied().unwrap_or_default();
        assert!(largest * 100 > city.segments.len() * 98, "{largest} of {}", city.segments.len());
    }
}

#[test]
fn the_projection_agrees_with_that_of_the_crs() {
    let crs = crate::geometry::Crs::parse("EPSG:4547").unwrap();
    for east in (0..11_000_000).step_by(1_370_001) {
        for north in (0..10_000_000).step_by(1_210_007) {
            let at = [east, north];
            let [lon, lat] = crs.to_lonlat(plane::grid(at)).unwrap();
            let [x, y] = plane::lonlat(at);
            assert!((lon - x).abs() < 1e-7 && (lat - y).abs() < 1e-7, "{at:?}");
        }
    }
}
