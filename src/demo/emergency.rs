//! Emergencies: incidents with their rhythm, and what stands ready for them.

use super::DemoError;
use super::buildings::Building;
use super::calendar;
use super::names::Names;
use super::parcels::{Block, Parcel};
use super::plane::{self, metres};
use super::random::Random;
use super::roads::{self, Segment};
use super::sheet::{About, Crs, Field, ID, NAME, NAME_EN, Shape, Sheet};
use super::streets::{Class, Streets};
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

const KINDS: [(&str, &str, &str); 4] = [
    ("nat", "自然灾害", "Natural hazard"),
    ("acc", "事故灾难", "Accident"),
    ("health", "公共卫生", "Public health"),
    ("soc", "社会安全", "Public safety"),
];

const INCIDENT_FIELDS: &[Field] = &[
    ID,
    ("kind", ColumnType::String, "类别", "Kind", ""),
    ("what", ColumnType::String, "事件", "What happened", ""),
    ("level", ColumnType::UByte, "级别(1 最高)", "Level, 1 the gravest", ""),
    ("begin", ColumnType::DateTime, "开始时间", "Begin", ""),
    ("end", ColumnType::DateTime, "结束时间", "End", ""),
];

/// What happens: kind, name, share, minutes it lasts at most.
const HAPPENINGS: [(&str, &str, f64, f64); 9] = [
    ("acc", "building fire", 0.16, 240.0),
    ("acc", "vehicle fire", 0.07, 90.0),
    ("acc", "traffic accident", 0.24, 120.0),
    ("acc", "lift entrapment", 0.16, 60.0),
    ("acc", "gas leak", 0.07, 180.0),
    ("nat", "street flooding", 0.10, 600.0),
    ("nat", "fallen tree", 0.08, 240.0),
    ("health", "food poisoning", 0.03, 2_880.0),
    ("soc", "missing person", 0.09, 1_440.0),
];

/// The layer of incidents.
pub(super) fn incident_sheet(
    seed: u64,
    buildings: &[Building],
    count: usize,
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "emergency",
        id: "incidents",
        title: ["突发事件", "Incidents"],
        description: [
            "带起止时间的突发事件,有昼夜和季节规律。",
            "Incidents with begin and end, by day and by season.",
        ],
        crs: Crs::Wgs84,
        kind: Some(Kind::Point),
        temporal: TemporalKind::Event,
        fields: INCIDENT_FIELDS,
        color: "#c2410c",
    })
    .codes("kind", &KINDS)
    .colours(
        "kind",
        &[("nat", "#2a7f9e"), ("acc", "#c2410c"), ("health", "#3f8f4f"), ("soc", "#6d5bb3")],
    );
    let standing: Vec<&Building> = buildings.iter().filter(|b| b.stands()).collect();
    if standing.is_empty() {
        return Ok(sheet);
    }
    let mut random = Random::new(seed, "incidents");
    for number in 0..count {
        let mut left = random.range(0.0, 1.0);
        let what = HAPPENINGS.iter().find(|(_, _, share, _)| {
            left -= share;
            left < 0.0
        });
        let (kind, what, _, longest) = what.unwrap_or(&HAPPENINGS[0]);
        let year = random.whole(2019, 2026) as i32;
        // Nature strikes in the rainy months, people by day.
        let months = if *kind == "nat" { (4, 9) } else { (1, 12) };
        let month =
            random.whole(months.0, if year == 2026 { months.1.min(6) } else { months.1 }) as i32;
        let day = calendar::day(year, month, random.whole(1, 28) as i32);
        let hour = f64::midpoint(random.range(0.0, 24.0), random.range(8.0, 22.0));
        let minute = (hour * 60.0) as i32;
        let lasts = random.range(8.0, *longest) * random.range(0.3, 1.0);
        let (begin, end) =
            (calendar::timestamp(day, minute), calendar::timestamp(day, minute + 5 + lasts as i32));
        let near = random.pick(&standing);
        let off = [random.range(-1.0, 1.0), random.range(-1.0, 1.0)].map(|by| by * metres(38.0));
        let at = plane::moved(plane::centroid(&near.ring), off);
        let level = [4, 4, 4, 4, 4, 4, 3, 3, 3, 2][random.whole(0, 9) as usize];
        sheet.add(
            Some(Shape::Point(at)),
            &[
                Value::Text(&format!("I{:05}", number + 1)),
                Value::Text(kind),
                Value::Text(what),
                Value::Int(level),
                Value::DateTime(&begin),
                Value::DateTime(&end),
            ],
        )?;
    }
    Ok(sheet)
}

/// The layer of hydrants: along the roads, at the kerb.
pub(super) fn hydrant_sheet(
    seed: u64,
    streets: &Streets,
    segments: &[Segment],
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "emergency",
        id: "hydrants",
        title: ["消火栓", "Hydrants"],
        description: ["沿道路约每 110 米一处。", "Along the roads, some 110 m apart."],
        crs: Crs::Wgs84,
        kind: Some(Kind::Point),
        temporal: TemporalKind::None,
        fields: &[
            ID,
            ("flow", ColumnType::Float, "流量", "Flow", "L/s"),
            ("status", ColumnType::String, "状态", "Status", ""),
        ],
        color: "#b3261e",
    })
    .codes(
        "status",
        &[("ok", "正常", "Ready"), ("fault", "故障", "Faulty"), ("buried", "埋压", "Buried")],
    )
    .colours("status", &[("ok", "#b3261e"), ("fault", "#8a5300"), ("buried", "#54626f")])
    .from_zoom(13);
    let mut random = Random::new(seed, "hydrants");
    let along = segments.iter().filter(|segment| {
        let class = streets.ways[segment.way].class;
        class == Class::Arterial && roads::is_open(segment, calendar::RECORDS_END)
    });
    let mut number = 0;
    for segment in along {
        let kerb = metres(streets.ways[segment.way].class.half_width() - 1.5);
        let mut next = metres(random.range(20.0, 110.0));
        for pair in segment.line.windows(2) {
            let length = plane::distance(pair[0], pair[1]);
            while next < length {
                let way = plane::direction(pair[0], pair[1]);
                let side = if random.chance(0.5) { kerb } else { -kerb };
                let at = plane::moved(pair[0], plane::scaled(way, next));
                let at = plane::moved(at, plane::scaled(plane::left_of(way), side));
                number += 1;
                let status = ["ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "fault", "buried"];
                sheet.add(
                    Some(Shape::Point(at)),
                    &[
                        Value::Text(&format!("H{number:05}")),
                        Value::Single((random.range(10.0, 15.0) * 10.0).round() as f32 / 10.0),
                        Value::Text(random.pick::<&str>(&status)),
                    ],
                )?;
                next += metres(random.range(98.0, 122.0));
            }
            next -= length;
        }
    }
    Ok(sheet)
}

/// The layer of shelters: on parks and school yards.
pub(super) fn shelter_sheet(seed: u64, blocks: &[Block]) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "emergency",
        id: "shelters",
        title: ["应急避难场所", "Emergency shelters"],
        description: ["公园和学校操场上的避难场所。", "Shelters in parks and on school yards."],
        crs: Crs::Wgs84,
        kind: Some(Kind::Point),
        temporal: TemporalKind::None,
        fields: &[
            ID,
            NAME,
            NAME_EN,
            ("class", ColumnType::String, "等级", "Class", ""),
            ("effective_area", ColumnType::Float, "有效面积", "Effective area", "m2"),
            ("area_per_person", ColumnType::Float, "人均面积", "Area a person", "m2"),
            ("capacity", ColumnType::UInt, "可容纳人数", "People it takes", ""),
        ],
        color: "#1a7240",
    });
    let mut names = Names::new(seed, "shelter names");
    let mut random = Random::new(seed, "shelters");
    let open = |parcel: &&Parcel| parcel.to.is_none() && matches!(parcel.usage, "G1" | "GIC5");
    for (i, parcel) in blocks.iter().flat_map(|b| &b.parcels).filter(open).enumerate() {
        let name = names.next().with("避难场所", "Shelter");
        let area = plane::area(&parcel.ring).min(60_000.0) * random.range(0.25, 0.45);
        let (class, each) = if area > 6_000.0 { ("II", 3.0) } else { ("III", 2.0) };
        sheet.add(
            Some(Shape::Point(plane::centroid(&parcel.ring))),
            &[
                Value::Text(&format!("SH{:03}", i + 1)),
                Value::Text(&name.zh),
                Value::Text(&name.en),
                Value::Text(class),
                Value::Single(area.round() as f32),
                Value::Single(each),
                Value::Int((area.round() / f64::from(each)) as i64),
            ],
        )?;
    }
    Ok(sheet)
}
