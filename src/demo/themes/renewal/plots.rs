//! The cleared land as it is planned: plots to build on, land for the public.

use super::super::super::DemoError;
use super::super::super::land::calendar::{Day, RECORDS_END};
use super::super::super::land::names::Name;
use super::super::super::land::plane;
use super::super::super::land::random::Random;
use super::super::super::land::renewal::Plot;
use super::super::super::sheet::{Row, Shape, Sheet};
use super::super::land::use_name;
use super::units::{Unit, units, written};

/// What is built on public land of a use and a size.
#[expect(clippy::explicit_auto_deref, reason = "it says which type is picked")]
fn facility(usage: &str, area: f64, random: &mut Random) -> &'static str {
    match usage {
        "GIC5" if area > 22_000.0 => "36班九年一贯制学校",
        "GIC5" if area > 9_000.0 => "30班小学",
        "GIC5" => "12班幼儿园",
        "GIC2" => *random.pick(&["文化活动中心", "社区体育中心"]),
        "GIC4" => "社区健康服务中心",
        "GIC7" => "老年人日间照料中心",
        "U9" => *random.pick(&["小型消防站", "派出所"]),
        "U1" => "110kV变电站",
        "U5" => "垃圾转运站",
        "S4" => "公交首末站",
        _ => *random.pick(&["社区公园", "街心游园"]),
    }
}

/// A plot's name: the unit's, and its number.
fn plot_name(unit: &Unit<'_>, no: &str, usage: &str) -> Name {
    let (zh, en) = use_name(usage);
    Name::new(format!("{}{no}地块{zh}", unit.stem.zh), format!("{} Plot {no} {en}", unit.stem.en))
}

pub(super) fn public_land(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    for unit in units(sheet.city) {
        let Some(planned) = unit.scheme.day("planned") else { continue };
        let lapsed = unit.scheme.day("lapsed");
        let public = unit.scheme.plots.iter().filter(|plot| plot.far.is_none());
        for (i, plot) in public.enumerate() {
            let no = format!("02-{:02}", i + 1);
            let mut random = unit.random.of(100 + i as u64);
            let area = plane::area(&plot.ring);
            let facility = facility(plot.usage, area, &mut random);
            let agreed = Some(planned + random.whole(90, 240) as Day);
            let agreed =
                agreed.filter(|day| lapsed.is_none_or(|end| *day < end) && *day <= RECORDS_END);
            let handed = unit.scheme.day("land").map(|day| day + random.whole(60, 400) as Day);
            let handed = handed.filter(|day| *day <= RECORDS_END);
            let cuts: Vec<(&str, Day)> =
                [("planned", Some(planned)), ("agreed", agreed), ("transferred", handed)]
                    .into_iter()
                    .filter_map(|(state, day)| Some((state, day?)))
                    .collect();
            for (k, (state, from)) in cuts.iter().enumerate() {
                let to = cuts.get(k + 1).map(|(_, day)| *day).or(lapsed);
                let row = Row::new(format!("{}-{no}", unit.id), Shape::ring(plot.ring.clone()))
                    .named(plot_name(&unit, &no, plot.usage))
                    .during(*from, to)
                    .set("unit_id", unit.id.clone())
                    .set("plot_no", no.clone())
                    .set("use_code", plot.usage)
                    .set("transfer", *state)
                    .set("facility", facility);
                let row =
                    if *state == "planned" { row.set("agreement_no", None::<String>) } else { row };
                sheet.add(row)?;
            }
        }
    }
    Ok(())
}

/// Floor of a plot by use: housing, public housing inside, commerce, industry, facilities.
fn floors(plot: &Plot, random: &mut Random) -> [f64; 5] {
    let whole = written(plot.far.unwrap_or(0.0) * written(plane::area(&plot.ring)));
    let ten = |share: f64| (whole * share / 10.0).round() * 10.0;
    let facilities = ten(random.range(0.02, 0.06));
    match plot.usage {
        "R2" => {
            let commerce = ten(random.range(0.06, 0.16));
            let housing = written(whole - commerce - facilities);
            let public = (housing * random.range(0.15, 0.3) / 10.0).round() * 10.0;
            [housing, public, commerce, 0.0, facilities]
        }
        "M0" | "M1" | "W0" => {
            let commerce = ten(random.range(0.08, 0.25));
            [0.0, 0.0, commerce, written(whole - commerce - facilities), facilities]
        }
        _ => [0.0, 0.0, written(whole - facilities), 0.0, facilities],
    }
}

pub(super) fn development_plots(sheet: &mut Sheet<'_>) -> Result<(), DemoError> {
    let city = sheet.city;
    for unit in units(city) {
        let Some(planned) = unit.scheme.day("planned") else { continue };
        let lapsed = unit.scheme.day("lapsed");
        let built = unit.scheme.plots.iter().filter(|plot| plot.far.is_some());
        for (i, plot) in built.enumerate() {
            let no = format!("01-{:02}", i + 1);
            let mut random = unit.random.of(200 + i as u64);
            let [housing, public, commerce, industry, facilities] = floors(plot, &mut random);
            let parcels = &city.blocks[unit.block].parcels;
            let begun = unit.scheme.day("building").filter(|_| lapsed.is_none());
            let parcel =
                parcels.iter().find(|own| own.ring == plot.ring && Some(own.from) == begun);
            let row = Row::new(format!("{}-{no}", unit.id), Shape::ring(plot.ring.clone()))
                .named(plot_name(&unit, &no, plot.usage))
                .during(planned, lapsed)
                .set("unit_id", unit.id.clone())
                .set("plot_no", no)
                .set("use_code", plot.usage)
                .set("far", plot.far)
                .set("housing_m2", housing)
                .set("public_housing_m2", public)
                .set("commerce_m2", commerce)
                .set("industry_m2", industry)
                .set("facilities_m2", facilities)
                .set("parcel_id", parcel.map(|own| own.id.clone()));
            sheet.add(row)?;
        }
    }
    Ok(())
}
