//! The layers of land and of what stands on it: blocks, parcels, buildings.

use std::collections::BTreeMap;

use super::DemoError;
use super::admin::Areas;
use super::buildings::Building;
use super::calendar;
use super::parcels::{Block, USES};
use super::plane;
use super::sheet::{self, About, Crs, Field, ID, Shape, Sheet, VALID_FROM, VALID_TO};
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

const USE_COLOURS: [(&str, &str); 13] = [
    ("R2", "#f3d98b"),
    ("R4", "#e8bf6a"),
    ("C1", "#e58f8a"),
    ("GIC2", "#d9a0c4"),
    ("GIC4", "#e7b7cf"),
    ("GIC5", "#c58fc0"),
    ("M0", "#a99cd6"),
    ("M1", "#b99d86"),
    ("W0", "#9e8aa8"),
    ("U1", "#7fa7c7"),
    ("G1", "#9ecb8b"),
    ("E2", "#d5e3b5"),
    ("E9", "#e4e8dc"),
];

const PARCEL_FIELDS: &[Field] = &[
    ID,
    ("use_code", ColumnType::String, "用地性质", "Land use", ""),
    ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
    ("block_id", ColumnType::String, "街坊编号", "Block", ""),
    ("community_id", ColumnType::String, "社区编号", "Community", ""),
    ("parents", ColumnType::String, "来源宗地", "Parcels it was made of", ""),
    VALID_FROM,
    VALID_TO,
];

fn block_id(face: usize) -> String {
    format!("LG{face:04}")
}

/// The layer of parcels.
pub(super) fn parcel_sheet(blocks: &[Block], areas: &Areas) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "land",
        id: "parcels",
        title: ["宗地", "Parcels"],
        description: [
            "任一日期都无缝铺满街坊的宗地,含分割、合并和用途变更。",
            "Parcels that tile each block at every date, with splits, merges and changes of use.",
        ],
        crs: Crs::Grid,
        kind: Some(Kind::Polygon),
        temporal: TemporalKind::State,
        fields: PARCEL_FIELDS,
        color: "#d9cfa8",
    })
    .codes("use_code", &USES)
    .colours("use_code", &USE_COLOURS)
    .lineage("parents");
    for parcel in blocks.iter().flat_map(|block| &block.parcels) {
        let (from, to) = (calendar::date(parcel.from), sheet::ends(parcel.to));
        let parents = parcel.parents.join(";");
        let area = (plane::area(&parcel.ring) * 100.0).round() / 100.0;
        sheet.add(
            Some(Shape::Polygon(vec![parcel.ring.clone()])),
            &[
                Value::Text(&parcel.id),
                Value::Text(parcel.usage),
                Value::Double(area),
                Value::Text(&block_id(parcel.block)),
                Value::Text(areas.community_of(parcel.block, parcel.from)),
                if parents.is_empty() { Value::Null } else { Value::Text(&parents) },
                Value::DateTime(&from),
                sheet::open(to.as_ref()),
            ],
        )?;
    }
    Ok(sheet)
}

/// The layer of blocks: the land between kerbs.
pub(super) fn block_sheet(blocks: &[Block], areas: &Areas) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "land",
        id: "blocks",
        title: ["街坊", "Blocks"],
        description: ["道路红线之间的土地。", "The land between the roads' kerbs."],
        crs: Crs::Grid,
        kind: Some(Kind::Polygon),
        temporal: TemporalKind::None,
        fields: &[
            ID,
            ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
            ("community_id", ColumnType::String, "社区编号", "Community", ""),
        ],
        color: "#cfd6dc",
    });
    for block in blocks {
        let area = (plane::area(&block.kerb) * 100.0).round() / 100.0;
        sheet.add(
            Some(Shape::Polygon(vec![block.kerb.clone()])),
            &[
                Value::Text(&block_id(block.face)),
                Value::Double(area),
                Value::Text(areas.community_of(block.face, calendar::RECORDS_END)),
            ],
        )?;
    }
    Ok(sheet)
}

const BUILDING_FIELDS: &[Field] = &[
    ID,
    ("parcel_id", ColumnType::String, "宗地编号", "Parcel", ""),
    ("use", ColumnType::String, "用途", "Use", ""),
    ("state", ColumnType::String, "状态", "State", ""),
    ("storeys", ColumnType::UByte, "层数", "Storeys", ""),
    ("floor_area", ColumnType::Float, "建筑面积", "Floor area", "m2"),
    ("built_year", ColumnType::Short, "建成年份", "Year built", ""),
    ("dwellings", ColumnType::UShort, "住宅套数", "Dwellings", ""),
    VALID_FROM,
    VALID_TO,
];

/// The layer of buildings.
pub(super) fn building_sheet(buildings: &[Building]) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "basemap",
        id: "buildings",
        title: ["建筑物", "Buildings"],
        description: [
            "在建和在用的建筑物;拆除的留在其存续的日期。",
            "Buildings going up and in use; those taken down are there at their dates.",
        ],
        crs: Crs::Cgcs2000,
        kind: Some(Kind::Polygon),
        temporal: TemporalKind::State,
        fields: BUILDING_FIELDS,
        color: "#b9b2a7",
    })
    .codes(
        "use",
        &[
            ("res", "住宅", "Housing"),
            ("village", "村民住宅", "Village house"),
            ("com", "商业办公", "Shops and offices"),
            ("ind", "厂房和研发", "Works and laboratories"),
            ("gic", "公共服务", "Public service"),
        ],
    )
    .codes("state", &[("building", "在建", "Going up"), ("in_use", "在用", "In use")])
    .colours(
        "use",
        &[
            ("res", "#d8a862"),
            ("village", "#c48a4a"),
            ("com", "#cf6f6a"),
            ("ind", "#8f7fb5"),
            ("gic", "#b36fa8"),
        ],
    )
    .from_zoom(12);
    for building in buildings {
        let (from, to) = (calendar::date(building.from), sheet::ends(building.to));
        sheet.add(
            Some(Shape::Polygon(vec![building.ring.clone()])),
            &[
                Value::Text(&building.id),
                Value::Text(&building.parcel),
                Value::Text(building.usage),
                Value::Text(building.state),
                Value::Int(building.storeys),
                Value::Single(building.floor_area() as f32),
                Value::Int(building.built.into()),
                Value::Int(building.dwellings()),
                Value::DateTime(&from),
                sheet::open(to.as_ref()),
            ],
        )?;
    }
    Ok(sheet)
}

/// Population and housing by community and year: a table.
pub(super) fn statistics_sheet(
    blocks: &[Block],
    buildings: &[Building],
    areas: &Areas,
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "statistics",
        id: "community_year",
        title: ["社区年度统计", "Communities by year"],
        description: [
            "按社区和年份的住房与人口,由建筑物推算。",
            "Housing and people by community and year, from the buildings.",
        ],
        crs: Crs::Wgs84,
        kind: None,
        temporal: TemporalKind::State,
        fields: &[
            ("id", ColumnType::String, "社区编号", "Community", ""),
            ("buildings", ColumnType::UInt, "建筑物", "Buildings", ""),
            ("floor_area", ColumnType::Double, "建筑面积", "Floor area", "m2"),
            ("dwellings", ColumnType::UInt, "住宅套数", "Dwellings", ""),
            ("residents", ColumnType::UInt, "常住人口", "Residents", ""),
            ("valid_from", ColumnType::Short, "年份", "Year", ""),
            ("valid_to", ColumnType::Short, "下一年份", "Next year", ""),
        ],
        color: "#7a8793",
    });
    let face_of: BTreeMap<&str, usize> = blocks
        .iter()
        .flat_map(|block| block.parcels.iter().map(|parcel| (parcel.id.as_str(), parcel.block)))
        .collect();
    for year in 2010..=2026 {
        let at = calendar::day(year, 1, 1);
        let none = areas.communities_at(at).into_iter().map(|id| (id, (0, 0.0, 0)));
        let mut sums: BTreeMap<&str, (i64, f64, i64)> = none.collect();
        for building in buildings {
            let there = super::parcels::valid(building.from, building.to, at);
            let face = face_of.get(building.parcel.as_str());
            if let Some(face) = face.filter(|_| there && building.state == "in_use") {
                let sum = sums.entry(areas.community_of(*face, at)).or_default();
                *sum = (sum.0 + 1, sum.1 + building.floor_area(), sum.2 + building.dwellings());
            }
        }
        for (id, (count, floor_area, dwellings)) in sums {
            sheet.add(
                None,
                &[
                    Value::Text(id),
                    Value::Int(count),
                    Value::Double(floor_area),
                    Value::Int(dwellings),
                    Value::Int(dwellings * 27 / 10),
                    Value::Int(year.into()),
                    if year == 2026 { Value::Null } else { Value::Int((year + 1).into()) },
                ],
            )?;
        }
    }
    Ok(sheet)
}
