//! Administrative areas: the district, subdistricts, communities, the lines between them.

use super::super::DemoError;
use super::super::city::City;
use super::super::land::areas::{Community, PARTED, valid};
use super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::land::fabric::Zone;
use super::super::land::names::Name;
use super::super::land::outline::SUBDISTRICTS;
use super::super::land::plane::{self, Point};
use super::super::land::random::Random;
use super::super::recipes::{cut_areas, shapes, union};
use super::super::sheet::{Row, Shape, Sheet, Span};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "district" => district(sheet),
        "subdistricts" => subdistricts(sheet),
        "communities" => communities(sheet),
        "boundaries" => boundaries(sheet),
        "boundary_markers" => boundary_markers(sheet),
        "boundary_changes" => boundary_changes(sheet),
        "census_tracts" => census_tracts(sheet),
        "functional_zones" => functional_zones(sheet),
        _ => Ok(()),
    }
}

fn district(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let land = city.streets.mesh.union(|_| true);
    let people = city.people.sum(0..city.streets.mesh.len(), RECORDS_END);
    sheet.add(
        Row::new("D01", Shape::Polygons(land))
            .named(Name::new("龙岗区(虚构)", "Longgang District (synthetic)"))
            .during(RECORDS_BEGIN, None)
            .set("area_code", "440307")
            .set("subdistricts", SUBDISTRICTS.len())
            .set("communities", city.areas.len())
            .set("residents", people.residents)
            .set("set_up_on", calendar::day(1993, 1, 1)),
    )
}

/// The communities of today that a subdistrict held on a day.
fn held(city: &City, subdistrict: usize, at: Day) -> Vec<usize> {
    (0..city.areas.len()).filter(|c| city.areas.subdistrict(*c, at) == subdistrict).collect()
}

/// The versions of the subdistricts: place in the list, first day, the day after the last.
fn versions() -> Vec<(usize, Day, Option<Day>)> {
    let mut out = Vec::new();
    for (own, place) in SUBDISTRICTS.iter().enumerate() {
        if place.from.is_some() {
            out.push((own, PARTED, None));
        } else if SUBDISTRICTS.iter().any(|other| other.from == Some(own)) {
            out.push((own, RECORDS_BEGIN, Some(PARTED)));
            out.push((own, PARTED, None));
        } else {
            out.push((own, RECORDS_BEGIN, None));
        }
    }
    out
}

fn subdistricts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (own, from, to) in versions() {
        let place = &SUBDISTRICTS[own];
        let today = held(city, own, from);
        let land = city.areas.land(&city.streets, |community| today.contains(&community));
        let last = to.map_or(RECORDS_END, |to| to - 1);
        let people = city.count_in_subdistrict(own, last);
        let mut counted: Vec<&str> = today
            .iter()
            .map(|c| city.areas.version(*c, from.max(PARTED - 1)).id.as_str())
            .collect();
        counted.sort_unstable();
        counted.dedup();
        let mut random = sheet.random.of(own as u64);
        let set_up = if place.from.is_some() {
            PARTED
        } else {
            calendar::day(random.whole(2004, 2006) as i32, random.whole(1, 12) as i32, 1)
        };
        let community_count = counted.len();
        for shape in shapes(sheet, land) {
            let row = Row::new(place.id, shape)
                .named(Name::new(place.zh, place.en))
                .during(from, to)
                .set("area_code", format!("440307{:03}", own + 1))
                .set("community_count", community_count)
                .set("residents", people.residents)
                .set("fabric", fabric(city, today.iter().flat_map(|c| city.faces_of(*c)).copied()))
                .set("set_up_on", set_up);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What most of the land is.
fn fabric(city: &City, faces: impl Iterator<Item = usize>) -> &'static str {
    let mut sums = [("centre", 0.0), ("town", 0.0), ("industry", 0.0), ("rural", 0.0)];
    for face in faces {
        let area = plane::area(&city.streets.mesh.ring(face));
        let (kind, weight) = match city.streets.zones[face] {
            Zone::Centre => (0, 2.2),
            Zone::Town | Zone::Village => (1, 1.0),
            Zone::Industry => (2, 1.3),
            _ => (3, 0.7),
        };
        sums[kind].1 += area * weight;
    }
    sums.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or("town", |(kind, _)| kind)
}

fn communities(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for own in &city.areas.communities {
        let faces = || own.holds.iter().flat_map(|c| city.faces_of(*c)).copied();
        let land = city.areas.land(&city.streets, |community| own.holds.contains(&community));
        let last = own.to.map_or(RECORDS_END, |to| to - 1);
        let people = city.people.sum(faces(), last);
        let mut random = sheet.random.named(&own.id);
        let set_up = match own.parent {
            Some(_) => first_day(city, own),
            None => calendar::day(random.whole(2004, 2006) as i32, random.whole(1, 12) as i32, 1),
        };
        let code = format!("440307{:03}", own.subdistrict + 1);
        let households = (people.residents / random.range(2.4, 3.1)).round();
        for shape in shapes(sheet, land) {
            let row = Row::new(own.id.clone(), shape)
                .named(own.name.clone())
                .during(own.from, own.to)
                .set("subdistrict_code", code.clone())
                .set("area_code", format!("{code}{}", &own.id[1..]))
                .set("kind", kind(city, faces()))
                .set("residents", people.residents)
                .set("households", households)
                .set("dwellings", people.dwellings)
                .set("set_up_on", set_up);
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The day on which the community began.
fn first_day(city: &City, own: &Community) -> Day {
    let same = city.areas.communities.iter().filter(|other| other.id == own.id);
    same.map(|other| other.from).min().unwrap_or(own.from)
}

fn kind(city: &City, faces: impl Iterator<Item = usize>) -> &'static str {
    let mut sums = [("village", 0.0), ("estate", 0.0), ("mixed", 0.0), ("industry", 0.0)];
    for face in faces {
        let area = plane::area(&city.streets.mesh.ring(face));
        match city.streets.zones[face] {
            Zone::Village => sums[0].1 += area * 1.6,
            Zone::Town | Zone::Centre => sums[1].1 += area,
            Zone::Industry => sums[3].1 += area,
            _ => {}
        }
    }
    let total: f64 = sums.iter().map(|(_, area)| area).sum();
    let (kind, most) = sums.into_iter().fold(("mixed", 0.0), |a, b| if b.1 > a.1 { b } else { a });
    if most < total * 0.5 { "mixed" } else { kind }
}

/// A stretch of boundary: subdistricts on its left and right, line, first day, day after the last.
type Stretch = ([Option<usize>; 2], Vec<Point>, Day, Option<Day>);

/// The boundary lines of before and since the new subdistricts, cut where they are long.
fn stretches(city: &City) -> Vec<Stretch> {
    let lines = |at: Day| {
        city.streets.mesh.borders(|face| Some(city.areas.community(face, at).subdistrict))
    };
    let (old, new) = (lines(PARTED - 1), lines(PARTED));
    let mut out = Vec::new();
    let mut cut = |pair: [Option<usize>; 2], line: &[Point], from: Day, to: Option<Day>| {
        let length = plane::line_length(line);
        let parts = (length / 9_000.0).ceil().max(1.0) as usize;
        let each = line.len().div_ceil(parts).max(2);
        let mut start = 0;
        while start + 1 < line.len() {
            let end = (start + each).min(line.len() - 1);
            out.push((pair, line[start..=end].to_vec(), from, to));
            start = end;
        }
    };
    for (pair, line) in &old {
        let lasts = new.iter().any(|(other, same)| other == pair && same == line);
        cut(*pair, line, RECORDS_BEGIN, (!lasts).then_some(PARTED));
    }
    for (pair, line) in &new {
        if !old.iter().any(|(other, same)| other == pair && same == line) {
            cut(*pair, line, PARTED, None);
        }
    }
    out.retain(|(_, line, ..)| plane::line_length(line) > 150.0);
    out
}

fn boundaries(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    for (number, ([left, right], line, from, to)) in stretches(sheet.city).into_iter().enumerate() {
        let id = |own: Option<usize>| own.map(|own| SUBDISTRICTS[own].id);
        let name = match (left, right) {
            (Some(a), Some(b)) => {
                let (a, b) = (&SUBDISTRICTS[a], &SUBDISTRICTS[b]);
                Name::new(format!("{}—{}界线", a.zh, b.zh), format!("{} – {}", a.en, b.en))
            }
            _ => Name::new("龙岗区界线", "District line"),
        };
        let level = if right.is_none() || left.is_none() { "district" } else { "subdistrict" };
        let row = Row::new(sheet.number(number + 1), Shape::Line(line))
            .named(name)
            .during(from, to)
            .set("level", level)
            .set("left_id", id(left))
            .set("right_id", id(right));
        sheet.add(row)?;
    }
    Ok(())
}

fn boundary_markers(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let lines = city.entities("admin.boundaries")?;
    let mut spots: Vec<(usize, Point, bool)> = Vec::new();
    for (i, own) in lines.iter().enumerate() {
        let Shape::Line(line) = &own.shape else { continue };
        spots.push((i, line[0], true));
        let parts = (plane::line_length(line) / 2_600.0) as usize;
        for part in 1..=parts {
            let far = plane::line_length(line) * part as f64 / (parts + 1) as f64;
            spots.push((i, plane::along(line, far).0, false));
        }
    }
    sheet.random.of(1).shuffle(&mut spots);
    for (number, (i, at, three)) in spots.into_iter().enumerate() {
        if sheet.count >= target {
            break;
        }
        let own = &lines[i];
        let (from, to) = own.days();
        let mut random = sheet.random.of(number as u64 + 16);
        let height = (city.relief.height_at(plane::in_metres(at)) * 10.0).round() / 10.0;
        let last = to.unwrap_or(RECORDS_END);
        let again =
            random.chance(0.1).then(|| random.whole(i64::from(from) + 400, last.into()) as Day);
        let ends = [again, to];
        for (k, start) in [Some(from), again].into_iter().flatten().enumerate() {
            let to = if again.is_some() { ends[k] } else { to };
            let row = Row::new(sheet.number(number + 1), Shape::Point(at))
                .named(Name::new(format!("{}号界桩", number + 1), format!("Marker {}", number + 1)))
                .during(start, to)
                .set("boundary_id", own.id.clone())
                .set("kind", if three { "three" } else { "two" })
                .set("height_m", height);
            sheet.add(row)?;
        }
    }
    Ok(())
}

fn boundary_changes(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let mut changes: Vec<(Day, &str, String, String, Vec<usize>)> = Vec::new();
    for (own, place) in SUBDISTRICTS.iter().enumerate() {
        if let Some(parent) = place.from {
            let before = SUBDISTRICTS[parent].id.to_owned();
            let after = format!("{before} {}", place.id);
            changes.push((PARTED, "subdistrict", before, after, held(city, own, PARTED)));
        }
    }
    for own in &city.areas.communities {
        if let Some(parent) = own
            .parent
            .as_ref()
            .filter(|_| own.from > RECORDS_BEGIN && first_day(city, own) == own.from)
        {
            let after = format!("{parent} {}", own.id);
            changes.push((own.from, "community", parent.clone(), after, own.holds.clone()));
        }
        let moved = own.from == PARTED && first_day(city, own) < PARTED;
        if moved && changes.len() < sheet.target() {
            changes.push((PARTED, "community", own.id.clone(), own.id.clone(), own.holds.clone()));
        }
    }
    changes.sort();
    for (number, (day, level, before, after, holds)) in changes.into_iter().enumerate() {
        let faces: Vec<usize> = holds.iter().flat_map(|c| city.faces_of(*c)).copied().collect();
        let land = union(city, &faces);
        let area: f64 = land.iter().flatten().map(|ring| plane::area(ring)).sum();
        let at = land.first().map_or_else(Point::default, |polygon| plane::inner(&polygon[0]));
        let people = city.people.sum(faces.iter().copied(), day);
        let kind = if before == after { "border" } else { "split" };
        let row = Row::new(sheet.number(number + 1), Shape::Point(at))
            .named(Name::new("区划调整", "Boundary change"))
            .span(Span::Minutes(i64::from(day) * 1440, None))
            .set("kind", kind)
            .set("level", level)
            .set("from_ids", before)
            .set("to_ids", after)
            .set("moved_m2", (area * 10.0).round() / 10.0)
            .set("moved_residents", people.residents);
        sheet.add(row)?;
    }
    Ok(())
}

fn census_tracts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let days = [calendar::day(2010, 11, 1), calendar::day(2020, 11, 1)];
    for (round, day) in days.into_iter().enumerate() {
        let to = days.get(round + 1).copied();
        let communities = city.areas.communities.iter().filter(|own| valid(own.from, own.to, day));
        for own in communities {
            let faces: Vec<usize> =
                own.holds.iter().flat_map(|c| city.faces_of(*c)).copied().collect();
            let people = city.people.sum(faces.iter().copied(), day);
            let year = 2010 + 10 * round as i32;
            let land = union(city, &faces);
            let area: f64 = land.iter().flatten().map(|ring| plane::area(ring)).sum();
            let mut random = sheet.random.named(&own.id).of(round as u64);
            let buildings =
                faces.iter().map(|f| city.people.at(*f, day).floor_area / 2_600.0).sum::<f64>();
            let households = (people.residents / random.range(2.2, 3.0)).round();
            for shape in shapes(sheet, land) {
                let row = Row::new(format!("CT{year}{}", &own.id[1..]), shape)
                    .named(own.name.stem().with("普查小区", "Census Tract"))
                    .during(day, to)
                    .set("census_year", year)
                    .set(
                        "tract_code",
                        format!("440307{:03}{}001", own.subdistrict + 1, &own.id[1..]),
                    )
                    .set("households", households)
                    .set("population", people.residents)
                    .set("dwellings", people.dwellings)
                    .set("buildings", buildings.round())
                    .set("density", (people.residents / area * 1e7).round() / 10.0);
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

fn functional_zones(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let cutting = cut_areas(city, 46, true, &[], &sheet.random);
    let roles = ["centre", "hightech", "logistics", "hightech", "university", "centre", "ecology"];
    let seats = [5, 1, 0, 10, 6, 2, 7];
    for (number, (role, seat)) in roles.into_iter().zip(seats).enumerate() {
        let centre = plane::from_metres(super::super::land::outline::centre(seat));
        let mut near: Vec<(i64, usize)> = (0..cutting.groups)
            .map(|group| {
                let faces = &cutting.periods[0].1;
                let own = (0..faces.len()).filter(|f| faces[*f] == Some(group));
                let far = own.map(|f| {
                    plane::distance(plane::centroid(&city.streets.mesh.ring(f)), centre) as i64
                });
                (far.min().unwrap_or(i64::MAX), group)
            })
            .collect();
        near.sort_unstable();
        let mut random: Random = sheet.random.of(number as u64 + 16);
        let grown = calendar::day(random.whole(2017, 2022) as i32, 7, 1);
        let twice = number % 2 == 1;
        let spans = if twice {
            vec![(RECORDS_BEGIN, Some(grown), 1), (grown, None, 2)]
        } else {
            vec![(RECORDS_BEGIN, None, 2)]
        };
        for (from, to, count) in spans {
            let groups: Vec<usize> = near.iter().take(count).map(|(_, group)| *group).collect();
            let of = &cutting.periods[0].1;
            let faces: Vec<usize> =
                (0..of.len()).filter(|f| of[*f].is_some_and(|own| groups.contains(&own))).collect();
            let place = &SUBDISTRICTS[seat];
            let stem = Name::new(place.zh, place.en).stem();
            let row = Row::new(sheet.number(number + 1), Shape::Polygons(union(city, &faces)))
                .named(stem.with("重点片区", "Key Area"))
                .during(from, to)
                .set("role", role);
            sheet.add(row)?;
        }
    }
    Ok(())
}
