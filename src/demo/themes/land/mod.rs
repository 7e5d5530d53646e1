//! Land: parcels and their changes, land use, supply, land with unsettled title.

mod blocks;
mod changes;
mod joined;
mod supply;
mod survey;
mod tenure;

pub(crate) use joined::{joined, without};
pub(crate) use tenure::{floor_on, term, titles, use_name};

use super::super::DemoError;
use super::super::land::calendar::{self, Day, RECORDS_BEGIN};
use super::super::land::names::Name;
use super::super::land::parcels::Parcel;
use super::super::sheet::{Row, Shape, Sheet};

/// Makes a layer of the theme.
pub(crate) fn rows(sheet: &mut Sheet<'_>, layer: &str) -> Result<(), DemoError> {
    match layer {
        "parcels" => parcels(sheet),
        "land_use" => survey::land_use(sheet),
        "supply" => supply::supply(sheet),
        "unsettled_land" => unsettled_land(sheet),
        "parcel_changes" => changes::parcel_changes(sheet),
        _ => Ok(()),
    }
}

/// A parcel's number as the cadastre writes it, from its id.
pub(crate) fn parcel_no(id: &str) -> String {
    let (block, number) = id.trim_start_matches("LG").split_once('-').unwrap_or((id, "01"));
    format!("G{block}-{number:0>4}")
}

fn parcels(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for (place, parcel) in city.parcels() {
        let first = first_day(&city.blocks[place[0]].parcels, parcel);
        for (from, to, title) in titles(city, place) {
            let mut random = sheet.random.named(&parcel.id);
            let no = parcel_no(&parcel.id);
            let acquired = tenure::acquired(parcel.usage, title, &mut random);
            let holder = tenure::holder(parcel.usage, title, &mut random);
            let granted = matches!(acquired, "granted" | "leased" | "contributed");
            let earlier = random.whole(300, 8_000) as Day;
            let begun = if first > RECORDS_BEGIN { first - 20 } else { RECORDS_BEGIN - earlier };
            let term = term(parcel.usage, begun, &mut random);
            let (zh, en) = use_name(parcel.usage);
            let parents = (!parcel.parents.is_empty()).then(|| parcel.parents.join(","));
            let row = Row::new(parcel.id.clone(), Shape::ring(parcel.ring.clone()))
                .named(Name::new(format!("{no}宗地({zh})"), format!("{en} {no}")))
                .during(from, to)
                .set("parcel_no", no)
                .set("use_code", parcel.usage)
                .set("title", title)
                .set("holder_kind", holder)
                .set("acquired", acquired)
                .set("parents", parents)
                .set("granted_on", granted.then_some(begun))
                .set("term_years", granted.then_some(term));
            sheet.add(row)?;
        }
    }
    Ok(())
}

/// The day on which the parcel's first version began.
fn first_day(all: &[Parcel], parcel: &Parcel) -> Day {
    let same = all.iter().filter(|other| other.id == parcel.id);
    same.map(|other| other.from).min().unwrap_or(parcel.from)
}

fn unsettled_land(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let (city, target) = (sheet.city, sheet.target());
    let units = super::renewal::units(city);
    let mut found: Vec<(u64, [usize; 2], Day, Option<Day>)> = Vec::new();
    for (place, parcel) in city.parcels() {
        let unit = units.iter().find(|own| own.block == place[0]);
        let mut listed = unit.into_iter().flat_map(|own| own.scheme.parcels.iter());
        let covered = listed.any(|own| own.cleared && own.id == parcel.id);
        for (from, to, title) in titles(city, place) {
            if title == "unsettled" {
                let order = sheet.random.named(&parcel.id).next() >> 1;
                found.push((order | u64::from(!covered) << 63, place, from, to));
            }
        }
    }
    found.sort_unstable();
    for (number, (order, place, from, to)) in found.into_iter().enumerate() {
        let renewal = order >> 63 == 0;
        if sheet.count >= target && !renewal {
            break;
        }
        let parcel = city.parcel(place);
        let mut random = sheet.random.named(&parcel.id).of(1);
        let floor = floor_on(city, place, from);
        let occupation = match parcel.usage {
            "M1" | "W0" | "M0" => "factory",
            "C1" => "commerce",
            "R2" | "R4" if random.chance(0.94) => "housing",
            _ => "public",
        };
        let plan =
            if renewal { "renewal" } else { *random.pick(&["readjust", "confirm", "undecided"]) };
        let no = parcel_no(&parcel.id);
        let row = Row::new(sheet.number(number + 1), Shape::ring(parcel.ring.clone()))
            .named(Name::new(format!("{no}未完善手续用地"), format!("Unsettled Land {no}")))
            .during(from, to)
            .set("parcel_id", parcel.id.clone())
            .set("occupation", occupation)
            .set("plan", plan)
            .set("floor_m2", floor);
        sheet.add(row)?;
    }
    Ok(())
}

/// A row that a recipe made, with what the theme knows beside.
#[expect(clippy::unnecessary_wraps, reason = "themes answer alike")]
pub(crate) fn complete(_sheet: &Sheet<'_>, layer: &str, row: Row) -> Result<Row, DemoError> {
    // A first registration and a transfer are dated; what ran before the records began is older.
    if layer == "titles" && row.span.start() > RECORDS_BEGIN {
        let (year, ..) = calendar::civil(row.span.start());
        let digits = row.id.bytes().fold(0_u32, |sum, b| (sum * 31 + u32::from(b)) % 9_999_999);
        return Ok(row.set("certificate_no", format!("粤({year})深圳市不动产权第{digits:07}号")));
    }
    Ok(row)
}
