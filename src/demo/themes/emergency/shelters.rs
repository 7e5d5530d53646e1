//! Shelters: parks, school grounds, halls; how many people each can take.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::city::City;
use super::super::super::land::calendar::{self, Day, RECORDS_END};
use super::super::super::land::names::{self, Name};
use super::super::super::land::plane::{self, Ring};
use super::super::super::land::random::Random;
use super::super::super::sheet::{Row, Shape, Sheet};

/// How long people can stay, with the area that each is given, from the shortest.
const STAYS: [(&str, f64); 5] =
    [("emg", 0.5), ("tmp", 1.0), ("short", 2.0), ("mid", 3.0), ("long", 4.5)];

/// Share of the people that shelters for longer stays should take.
const FIXED: f64 = 0.17;

/// A parcel that is a shelter.
struct Site {
    parcel: [usize; 2],
    indoor: bool,
    host: Option<(String, Name, Day)>,
    effective: f64,
    ring: Ring,
}

/// The class that goes with a stay.
fn class(stay: usize) -> &'static str {
    ["III", "III", "III", "II", "I"][stay.min(4)]
}

/// The shelters.
pub(super) fn shelters(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let sites = sites(sheet)?;
    let stays = stays(city, &sheet.random, &sites);
    for (number, (site, last)) in sites.iter().zip(stays).enumerate() {
        let mut random = sheet.random.of(number as u64 + 16);
        let parcel = city.parcel(site.parcel);
        let open = site.host.as_ref().map_or(parcel.from, |own| own.2).max(parcel.from);
        let year =
            if random.chance(0.85) { random.whole(2012, 2020) } else { random.whole(2021, 2025) };
        let day =
            calendar::day(year as i32, random.whole(1, 12) as i32, random.whole(1, 28) as i32);
        let begin = day.max(open + 180).min(RECORDS_END - 60);
        // Some were raised a class: they were of the one before until then.
        let raised = last > 0 && random.chance(0.22) && RECORDS_END - begin > 900;
        let cut = random.whole(i64::from(begin) + 400, i64::from(RECORDS_END) - 60) as Day;
        let mut versions = vec![(begin, None, last)];
        if raised {
            versions = vec![(begin, Some(cut), last - 1), (cut, None, last)];
        }
        let name = name(city, site, &mut random);
        let id = sheet.number(number + 1);
        for (from, to, stay) in versions {
            let (code, each) = STAYS[stay];
            let row = Row::new(id.clone(), Shape::ring(site.ring.clone()))
                .named(name.clone())
                .during(from, to)
                .set("parcel_id", parcel.id.clone())
                .set("host_id", site.host.as_ref().map(|own| own.0.clone()))
                .set("shelter_no", format!("440307-BN{:03}", number + 1))
                .set("class", class(stay))
                .set("stay", code)
                .set("kind", if site.indoor { "indoor" } else { "outdoor" })
                .set("effective_area", site.effective)
                .set("area_per_person", each)
                .set("capacity", (site.effective / each).floor())
                .set("by_day", site.host.is_none());
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The parcels that become shelters: the larger, and in all parts of the city.
fn sites(sheet: &Sheet<'_>) -> Result<Vec<Site>, DemoError> {
    let city = sheet.city;
    let mut schools: BTreeMap<String, (String, Name, Day)> = BTreeMap::new();
    let names = city.entities("education.schools")?;
    let campuses = "education.campuses";
    for campus in city.entities(campuses)?.iter().filter(|own| own.valid(RECORDS_END)) {
        let school = city.value(campuses, campus, "school_id").text();
        let Some(own) = names.iter().find(|own| own.id == school && own.valid(RECORDS_END)) else {
            continue;
        };
        let first = names.iter().filter(|other| other.id == own.id).map(|other| other.days().0);
        let from = first.min().unwrap_or(RECORDS_END).max(campus.days().0);
        if let Some(name) = own.name.clone() {
            let parcel = city.value(campuses, campus, "parcel_id").text().to_owned();
            schools.insert(parcel, (own.id.clone(), name, from));
        }
    }
    let mut lists: [Vec<(f64, Site)>; 4] = Default::default();
    for (i, (place, parcel)) in city.parcels().enumerate() {
        let area = parcel.area();
        if parcel.to.is_some() || RECORDS_END - parcel.from < 400 || area < 1_500.0 {
            continue;
        }
        let mut random = sheet.random.named("sites").of(i as u64);
        let host = schools.get(&parcel.id).cloned();
        let (kind, indoor) = match parcel.usage {
            "G1" => (0, false),
            "GIC5" if host.is_some() => (1, random.chance(0.45)),
            "GIC2" => (2, random.chance(0.6)),
            "GIC1" => (3, true),
            _ => continue,
        };
        let floor: f64 = city
            .buildings_on(place)
            .iter()
            .filter(|own| own.stands())
            .map(super::super::super::land::buildings::Building::floor_area)
            .sum();
        let indoor = indoor && floor > 800.0;
        // Of a large park a part is laid out as a shelter.
        let most = random.about([9_000.0, 45_000.0, 260_000.0]);
        let ring = if indoor || area <= most {
            parcel.ring.clone()
        } else {
            part(&parcel.ring, most / area)
        };
        let outdoor = (Shape::ring(ring.clone()).area()) * random.range(0.27, 0.58);
        let effective = if indoor { floor * random.range(0.2, 0.45) } else { outdoor };
        let effective = (effective * 10.0).round() / 10.0;
        if effective < 300.0 {
            continue;
        }
        // Large ones come first, but not only they.
        let rank = libm::pow(area, 0.3) * random.range(0.35, 1.0);
        let site = Site { parcel: place, indoor, host, effective, ring };
        lists[kind].push((rank, site));
    }
    // Raised ones and those whose subdistrict was renumbered take two rows.
    let count = sheet.target() as f64 / 1.27;
    let mut out = Vec::new();
    for (mut list, share) in lists.into_iter().zip([0.44, 0.3, 0.16, 0.1]) {
        list.sort_by(|a, b| b.0.total_cmp(&a.0));
        out.extend(list.into_iter().take((count * share).round() as usize).map(|own| own.1));
    }
    Ok(out)
}

/// A ring of a share of the area inside another, about its middle; all of it where that fails.
fn part(ring: &[plane::Point], share: f64) -> Ring {
    let middle = plane::inner(ring);
    let small: Ring =
        ring.iter().map(|p| plane::between(middle, *p, share.max(0.02).sqrt())).collect();
    if small.iter().all(|p| plane::inside(ring, *p)) { small } else { ring.to_vec() }
}

/// The stay of each site today: the largest are for longer, until these take enough people.
fn stays(city: &City, random: &Random, sites: &[Site]) -> Vec<usize> {
    let people = city.people.sum(0..city.streets.mesh.len(), RECORDS_END).residents;
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by(|a, b| sites[*b].effective.total_cmp(&sites[*a].effective));
    let mut out = vec![0; sites.len()];
    let mut taken = 0.0;
    for (rank, i) in order.into_iter().enumerate() {
        let mut random = random.named("stays").of(i as u64);
        let fixed = taken < people * FIXED || random.chance(0.12);
        out[i] = match (fixed, rank) {
            (true, 0..=1) => 4,
            (true, 2..=9) => 3,
            (true, _) if random.chance(0.15) => 3,
            (true, _) => 2,
            _ => usize::from(random.chance(0.55)),
        };
        if out[i] >= 2 {
            taken += (sites[i].effective / STAYS[out[i]].1).floor();
        }
    }
    out
}

/// What a shelter is called: after its host, its park, or the community.
fn name(city: &City, site: &Site, random: &mut Random) -> Name {
    if let Some((_, host, _)) = &site.host {
        return Name::new(
            format!("{}应急避难场所", host.zh),
            format!("{} Emergency Shelter", host.en),
        );
    }
    let parcel = city.parcel(site.parcel);
    let at = plane::inner(&parcel.ring);
    let community = city.face_near(at).filter(|_| random.chance(0.5));
    let stem = community.map_or_else(
        || names::stem(random),
        |face| city.areas.community(face, RECORDS_END).name.stem(),
    );
    let (zh, en) = match (parcel.usage, site.indoor) {
        ("G1", _) => ("公园应急避难场所", "Park Emergency Shelter"),
        ("GIC2", true) => ("体育馆应急避难场所", "Sports Hall Emergency Shelter"),
        ("GIC2", _) => ("广场应急避难场所", "Square Emergency Shelter"),
        _ => ("社区中心应急避难场所", "Community Centre Emergency Shelter"),
    };
    stem.with(zh, en)
}
