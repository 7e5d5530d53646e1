//! Permits: for land that was supplied, for works on it.

use std::collections::BTreeMap;

use super::super::super::DemoError;
use super::super::super::land::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane;
use super::super::super::sheet::{Cell, Row, Shape, Sheet, Span};
use super::super::land::parcel_no;

pub(super) fn land_permits(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    let supplies = city.entities("land.supply")?;
    for (number, own) in supplies.iter().enumerate() {
        let Span::Between(_, signed) = own.span else { continue };
        let value = |column: &str| city.value("land.supply", own, column).clone();
        let mut random = sheet.random.named(&own.id);
        let issued = signed + random.whole(20, 60) as Day;
        if issued > RECORDS_END {
            continue;
        }
        let begin = (issued - random.whole(10, 30) as Day).max(signed);
        let far = value("far").number().unwrap_or(0.0);
        let limit = super::controls::usual_height(far);
        let year = calendar::civil(issued).0;
        let no = parcel_no(value("parcel_id").text());
        let builder = match value("way").text() {
            "allocate" => "gov",
            _ if random.chance(0.15) => "stock",
            _ => "enterprise",
        };
        let row = Row::new(sheet.number(number + 1), own.shape.clone())
            .named(Name::new(format!("{no}用地规划许可"), format!("Land Permit {no}")))
            .span(Span::Between(begin, issued))
            .set("permit_no", format!("深规划资源许LG-{year}-0{:03}号", number + 1))
            .set("parcel_id", value("parcel_id"))
            .set("supply_id", own.id.clone())
            .set("use_code", value("use_code"))
            .set("far", far)
            .set("gfa_m2", value("gfa_m2"))
            .set("height_limit", limit)
            .set("builder_kind", builder);
        sheet.add(row)?;
    }
    Ok(())
}

/// Works on a parcel: the day they begin, how many buildings, most storeys, floor area.
struct Works {
    place: [usize; 2],
    begun: Day,
    count: usize,
    storeys: i64,
    floor: f64,
}

pub(super) fn works_permits(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let mut works: BTreeMap<[usize; 2], Works> = BTreeMap::new();
    for own in city.buildings.iter().filter(|own| own.unfinished && own.from > RECORDS_BEGIN) {
        let fresh = Works { place: own.parcel, begun: own.from, count: 0, storeys: 0, floor: 0.0 };
        let sum = works.entry(own.parcel).or_insert(fresh);
        sum.begun = sum.begun.min(own.from);
        sum.count += 1;
        sum.storeys = sum.storeys.max(own.storeys);
        sum.floor += own.floor_area();
    }
    let mut works: Vec<Works> = works.into_values().collect();
    works.sort_by_key(|own| (std::cmp::Reverse(own.begun), own.place));
    works.truncate(target);
    works.sort_by_key(|own| (own.begun, own.place));
    let permits = city.entities("planning.land_permits")?;
    let permits: BTreeMap<String, (String, Day)> = permits
        .iter()
        .map(|own| {
            let parcel = city.value("planning.land_permits", own, "parcel_id").text().to_owned();
            let issued = if let Span::Between(_, issued) = own.span { issued } else { RECORDS_END };
            (parcel, (own.id.clone(), issued))
        })
        .collect();
    for (number, own) in works.into_iter().enumerate() {
        let parcel = city.parcel(own.place);
        let mut random = sheet.random.named(&parcel.id);
        let issued = own.begun - random.whole(30, 75) as Day;
        let begin = issued - random.whole(15, 40) as Day;
        let land = permits.get(&parcel.id).filter(|(_, earlier)| *earlier <= issued);
        let kind = match parcel.usage {
            "R2" | "R4" => "housing",
            "C1" => "commerce",
            "M0" | "M1" | "W0" => "industry",
            "U1" | "U5" | "U9" | "S4" => "utility",
            _ => "public",
        };
        let no = parcel_no(&parcel.id);
        let year = calendar::civil(issued).0;
        let parking = match kind {
            "utility" => Cell::from((own.floor * 0.002).round()),
            _ => Cell::from((own.floor * random.range(0.006, 0.012)).round()),
        };
        let row = Row::new(sheet.number(number + 1), Shape::Point(plane::inner(&parcel.ring)))
            .named(Name::new(format!("{no}建设工程"), format!("Works on {no}")))
            .span(Span::Between(begin, issued))
            .set("permit_no", format!("深规划资源建许字LG-{year}-0{:03}号", number + 1))
            .set("parcel_id", parcel.id.clone())
            .set("land_permit_id", land.map(|(id, _)| id.clone()))
            .set("kind", kind)
            .set("buildings", own.count)
            .set("storeys", own.storeys)
            .set("gfa_m2", own.floor)
            .set("parking", parking);
        sheet.add(row)?;
    }
    Ok(())
}
