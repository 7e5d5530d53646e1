//! Customs posts and the areas that they are responsible for.

use std::sync::Arc;

use super::super::super::DemoError;
use super::super::super::city::{City, Entity};
use super::super::super::land::calendar::{self, RECORDS_BEGIN};
use super::super::super::land::fabric::Zone;
use super::super::super::land::names::Name;
use super::super::super::land::parcels::Parcel;
use super::super::super::land::plane::{self, Point, Polygon};
use super::super::super::recipes::{Cutting, cut_communities, shapes, union};
use super::super::super::sheet::{Row, Shape, Sheet};

const AREAS: &str = "customs.post_areas";

/// The number of a post.
fn post_number(group: usize) -> String {
    format!("CP{:05}", group + 1)
}

/// The areas, of whole communities.
fn cutting(sheet: &Sheet<'_>) -> Cutting {
    cut_communities(sheet.city, sheet.layer.features)
}

/// The faces of an area.
fn faces(cutting: &Cutting, group: usize) -> Vec<usize> {
    let of = cutting.periods.first().map_or(&[][..], |(_, of)| of);
    (0..of.len()).filter(|face| of[*face] == Some(group)).collect()
}

/// The areas as a layer.
pub(super) fn post_areas(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let cutting = cutting(sheet);
    for group in 0..cutting.groups {
        let faces = faces(&cutting, group);
        let industry = faces.iter().filter(|face| city.streets.zones[**face] == Zone::Industry);
        let industry: f64 = industry.map(|face| plane::area(&city.streets.mesh.ring(*face))).sum();
        let mut own: Vec<usize> = faces.iter().map(|face| city.areas.today[*face]).collect();
        own.sort_unstable();
        own.dedup();
        let name = stem(city, &faces).with("海关管辖区", "Customs Area");
        for (part, shape) in shapes(sheet, union(city, &faces)).into_iter().enumerate() {
            let suffix = if part == 0 { String::new() } else { format!("-{}", part + 1) };
            let row = Row::new(format!("{}{suffix}", sheet.number(group + 1)), shape)
                .named(name.clone())
                .during(RECORDS_BEGIN, None)
                .set("post_id", post_number(group))
                .set("area_code", format!("9999{:02}", group + 1))
                .set("communities", own.len())
                .set("industrial_m2", industry.round());
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// What an area is called after: the community of its most built-up face.
fn stem(city: &City, faces: &[usize]) -> Name {
    let at = super::super::super::recipes::inner_of(city, faces.iter().copied());
    let face = city.face_near(at).or(faces.first().copied());
    face.map_or_else(
        || Name::new("区", "District"),
        |face| city.areas.community(face, RECORDS_BEGIN).name.stem(),
    )
}

/// The posts, each on a parcel of its area that has been there since before the records.
pub(super) fn posts(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let areas = Posts::of(city)?;
    let mut choices: Vec<Vec<([usize; 2], &Parcel)>> = Vec::new();
    let kinds = ["office", "checkpoint", "bonded", "checkpoint", "bonded", "checkpoint"];
    for (place, parcel) in city.parcels() {
        let fits = matches!(parcel.usage, "GIC1" | "W0" | "C1" | "M1");
        if !fits || parcel.from > RECORDS_BEGIN || parcel.to.is_some() {
            continue;
        }
        if let Some(group) = areas.group(plane::inner(&parcel.ring)) {
            choices.resize_with(choices.len().max(group + 1), Vec::new);
            choices[group].push((place, parcel));
        }
    }
    for (group, choice) in choices.iter().enumerate() {
        let kind = kinds[group % kinds.len()];
        let wanted = if kind == "office" { "GIC1" } else { "W0" };
        // Where the area kept its number the post has one row.
        let steady = |face| city.areas.changes(face, RECORDS_BEGIN, None).is_empty();
        let steady: Vec<_> = choice.iter().filter(|(_, parcel)| steady(parcel.face)).collect();
        let best: Vec<_> =
            steady.iter().copied().filter(|(_, parcel)| parcel.usage == wanted).collect();
        let mut random = sheet.random.of(group as u64 + 16);
        let Some((place, parcel)) = [best, steady, choice.iter().collect()]
            .into_iter()
            .find(|list| !list.is_empty())
            .map(|list| **random.pick(&list))
        else {
            continue;
        };
        let standing =
            city.buildings_on(place).iter().find(|own| own.from == RECORDS_BEGIN && own.stands());
        let at = plane::inner(standing.map_or(&parcel.ring, |own| &own.ring));
        let (zh, en) = match kind {
            "office" => ("海关业务处", "Customs Office"),
            "bonded" => ("保税监管科", "Bonded Section"),
            _ => ("海关监管点", "Customs Checkpoint"),
        };
        let face = parcel.face;
        let opened = calendar::day(random.whole(1994, 2009) as i32, random.whole(1, 12) as i32, 8);
        let row = Row::new(post_number(group), Shape::Point(at))
            .named(city.areas.community(face, RECORDS_BEGIN).name.stem().with(zh, en))
            .during(RECORDS_BEGIN, None)
            .set("post_code", format!("9999{:02}", group + 1))
            .set("kind", kind)
            .set("opened_on", opened);
        sheet.add(row)?;
    }
    Ok(())
}

/// Which post is responsible where.
pub(super) struct Posts<'c> {
    city: &'c City,
    areas: Arc<Vec<Entity>>,
}

impl<'c> Posts<'c> {
    pub(super) fn of(city: &'c City) -> Result<Self, DemoError> {
        Ok(Self { city, areas: city.entities(AREAS)? })
    }

    /// The post whose area holds the point.
    pub(super) fn at(&self, at: Point) -> Option<String> {
        let holds = |polygon: &Polygon| {
            polygon.split_first().is_some_and(|(outer, holes)| {
                plane::inside(outer, at) && !holes.iter().any(|hole| plane::inside(hole, at))
            })
        };
        let area = self.areas.iter().find(|area| match &area.shape {
            Shape::Polygon(polygon) => holds(polygon),
            Shape::Polygons(all) => all.iter().any(holds),
            _ => false,
        });
        area.map(|area| self.city.value(AREAS, area, "post_id").text().to_owned())
    }

    /// The place of that post among the posts.
    fn group(&self, at: Point) -> Option<usize> {
        let number: usize = self.at(at)?.trim_start_matches("CP").parse().ok()?;
        number.checked_sub(1)
    }
}
