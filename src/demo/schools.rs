//! Schools, and their districts as each first of September re-cuts them.

use std::collections::BTreeMap;

use super::DemoError;
use super::admin::Areas;
use super::buildings::Building;
use super::calendar::{self, Day};
use super::names::{Name, Names};
use super::parcels::{Block, valid};
use super::plane::{self, Point};
use super::random::Random;
use super::sheet::{
    self, About, Crs, Field, ID, NAME, NAME_EN, Shape, Sheet, VALID_FROM, VALID_TO,
};
use super::streets::Streets;
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// Children of a school's stage in a hundred dwellings.
const CHILDREN_PER_HUNDRED: [(&str, i64); 2] = [("pri", 23), ("jun", 10)];
const FIRST_YEAR: i32 = 2010;
const LAST_YEAR: i32 = 2025;

/// A school.
struct School {
    id: String,
    name: Name,
    stage: &'static str,
    at: Point,
    face: usize,
    places: i64,
    /// The September in which it began; before the records, if that is 2010.
    began: i32,
}

/// The schools of a city and the land each serves, by year.
pub(super) struct Schools {
    schools: Vec<School>,
    /// For each stage and year the school of each face.
    zones: BTreeMap<(&'static str, i32), Vec<usize>>,
}

impl Schools {
    /// On the parcels that are schools today.
    pub(super) fn new(seed: u64, streets: &Streets, blocks: &[Block]) -> Self {
        let mut names = Names::new(seed, "school names");
        let sites = blocks.iter().flat_map(|block| &block.parcels);
        let sites = sites.filter(|parcel| parcel.usage == "GIC5" && parcel.to.is_none());
        let schools: Vec<School> = sites
            .enumerate()
            .map(|(i, parcel)| {
                let stage = if i % 3 == 2 { "jun" } else { "pri" };
                let classes = (plane::area(&parcel.ring) / 640.0).clamp(18.0, 54.0) as i64 / 6 * 6;
                let kind = if stage == "pri" {
                    ("小学", "Primary School")
                } else {
                    ("初级中学", "Junior High School")
                };
                let began = calendar::civil(parcel.from + 500).0;
                School {
                    id: format!("SCH{:03}", i + 1),
                    name: names.next().with(kind.0, kind.1),
                    stage,
                    at: plane::centroid(&parcel.ring),
                    face: parcel.block,
                    places: classes * if stage == "pri" { 45 } else { 50 },
                    began: if parcel.from > calendar::RECORDS_BEGIN { began } else { FIRST_YEAR },
                }
            })
            .collect();
        let centres: Vec<Point> =
            (0..streets.mesh.len()).map(|f| plane::centroid(&streets.mesh.ring(f))).collect();
        let mut zones = BTreeMap::new();
        for stage in ["pri", "jun"] {
            for year in FIRST_YEAR..=LAST_YEAR {
                zones.insert((stage, year), assign(seed, &schools, &centres, stage, year));
            }
        }
        Self { schools, zones }
    }

    /// The layer of schools: a version a school year.
    pub(super) fn sheet(
        &self,
        seed: u64,
        blocks: &[Block],
        buildings: &[Building],
        areas: &Areas,
    ) -> Result<Sheet, DemoError> {
        let mut sheet = Sheet::new(About {
            theme: "education",
            id: "schools",
            title: ["中小学", "Schools"],
            description: [
                "每学年一个版本:学位数与在校生数。",
                "A version each school year: places and pupils.",
            ],
            crs: Crs::Wgs84,
            kind: Some(Kind::Point),
            temporal: TemporalKind::State,
            fields: SCHOOL_FIELDS,
            color: "#a2468f",
        })
        .codes("kind", &[("pri", "小学", "Primary school"), ("jun", "初中", "Junior high school")])
        .colours("kind", &[("pri", "#c2559d"), ("jun", "#6d3fc0")]);
        let homes = dwellings(blocks, buildings);
        for (number, school) in self.schools.iter().enumerate() {
            let mut random = Random::new(seed, &school.id);
            for year in school.began..=LAST_YEAR {
                let Some(zone) = self.zones.get(&(school.stage, year)) else { continue };
                let served = |(face, _): &(&usize, &Vec<i64>)| zone[**face] == number;
                let at = (year - FIRST_YEAR) as usize;
                let homes: i64 = homes.iter().filter(served).map(|(_, by_year)| by_year[at]).sum();
                let share = CHILDREN_PER_HUNDRED.iter().find(|(stage, _)| *stage == school.stage);
                let wanted = homes * share.map_or(0, |(_, share)| *share) / 100;
                let noise = random.range(0.93, 1.05);
                let enrolled = (wanted as f64 * noise).min(school.places as f64 * 1.06).max(120.0);
                let from = calendar::date(calendar::day(year, 9, 1));
                let to = (year < LAST_YEAR).then(|| calendar::date(calendar::day(year + 1, 9, 1)));
                sheet.add(
                    Some(Shape::Point(school.at)),
                    &[
                        Value::Text(&school.id),
                        Value::Text(&school.name.zh),
                        Value::Text(&school.name.en),
                        Value::Text(school.stage),
                        Value::Int(school.places),
                        Value::Int(enrolled as i64),
                        Value::Int(school.places - enrolled as i64),
                        Value::Text(areas.community_of(school.face, calendar::day(year, 9, 1))),
                        Value::DateTime(&from),
                        sheet::open(to.as_ref()),
                    ],
                )?;
            }
        }
        Ok(sheet)
    }

    /// The layer of a stage's districts: a version for as long as a district keeps its border.
    pub(super) fn zone_sheet(
        &self,
        streets: &Streets,
        stage: &'static str,
    ) -> Result<Sheet, DemoError> {
        let mut sheet = Sheet::new(zone_layer(stage));
        for (number, school) in self.schools.iter().enumerate().filter(|(_, s)| s.stage == stage) {
            let served = |year: i32| -> Vec<usize> {
                let zone = &self.zones[&(stage, year)];
                (0..zone.len()).filter(|face| zone[*face] == number).collect()
            };
            let mut year = school.began;
            while year <= LAST_YEAR {
                let faces = served(year);
                let next = (year + 1..=LAST_YEAR).find(|later| served(*later) != faces);
                let land = streets.mesh.union(|face| faces.binary_search(&face).is_ok());
                let from = calendar::date(calendar::day(year, 9, 1));
                let to = next.map(|year| calendar::date(calendar::day(year, 9, 1)));
                sheet.add(
                    Some(Shape::Multi(land)),
                    &[
                        Value::Text(&format!("Z{}", &school.id[3..])),
                        Value::Text(&school.name.zh),
                        Value::Text(&school.name.en),
                        Value::Text(&school.id),
                        Value::Int((number * 7 % 8) as i64),
                        Value::DateTime(&from),
                        sheet::open(to.as_ref()),
                    ],
                )?;
                year = next.unwrap_or(LAST_YEAR + 1);
            }
        }
        Ok(sheet)
    }
}

const SCHOOL_FIELDS: &[Field] = &[
    ID,
    NAME,
    NAME_EN,
    ("kind", ColumnType::String, "学段", "Stage", ""),
    ("places", ColumnType::UShort, "学位数", "Places", ""),
    ("enrolled", ColumnType::UShort, "在校生数", "Pupils", ""),
    ("left", ColumnType::Short, "剩余学位", "Places left", ""),
    ("community_id", ColumnType::String, "社区编号", "Community", ""),
    VALID_FROM,
    VALID_TO,
];

const ZONE_FIELDS: &[Field] = &[
    ID,
    NAME,
    NAME_EN,
    ("school_id", ColumnType::String, "学校编号", "School", ""),
    ("tint", ColumnType::UByte, "着色", "Tint", ""),
    VALID_FROM,
    VALID_TO,
];

fn zone_layer(stage: &str) -> About {
    let primary = stage == "pri";
    About {
        theme: "education",
        id: if primary { "zones_primary" } else { "zones_junior" },
        title: if primary {
            ["小学学区", "Primary school districts"]
        } else {
            ["初中学区", "Junior high school districts"]
        },
        description: [
            "每年 9 月 1 日调整,任一日期铺满全区。",
            "Re-cut on 1 September; they tile the district at every date.",
        ],
        crs: Crs::Wgs84,
        kind: Some(Kind::MultiPolygon),
        temporal: TemporalKind::State,
        fields: ZONE_FIELDS,
        color: if primary { "#c77fb4" } else { "#8f74c9" },
    }
}

/// The school of a stage that is nearest to each face, as the year sees it.
fn assign(seed: u64, schools: &[School], centres: &[Point], stage: &str, year: i32) -> Vec<usize> {
    let open: Vec<(usize, f64)> = (0..schools.len())
        .filter(|i| schools[*i].stage == stage && schools[*i].began <= year)
        .map(|i| {
            // A district keeps its size for some years, then gives or takes a little.
            let term = (year + i as i32) / 4;
            let mut random = Random::new(seed, &format!("district {i} {term}"));
            (i, random.range(0.9, 1.1))
        })
        .collect();
    let nearest = |at: &Point| {
        let far = |(i, bias): &(usize, f64)| plane::distance(schools[*i].at, *at) * bias;
        open.iter().min_by(|a, b| far(a).total_cmp(&far(b))).map_or(0, |(i, _)| *i)
    };
    centres.iter().map(nearest).collect()
}

/// Dwellings on each face on each first of September.
fn dwellings(blocks: &[Block], buildings: &[Building]) -> BTreeMap<usize, Vec<i64>> {
    let face_of: BTreeMap<&str, usize> = blocks
        .iter()
        .flat_map(|block| block.parcels.iter().map(|parcel| (parcel.id.as_str(), parcel.block)))
        .collect();
    let septembers: Vec<Day> = (FIRST_YEAR..=LAST_YEAR).map(|y| calendar::day(y, 9, 1)).collect();
    let mut out: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    for building in buildings.iter().filter(|b| b.state == "in_use") {
        if let Some(face) = face_of.get(building.parcel.as_str()) {
            let sums = out.entry(*face).or_insert_with(|| vec![0; septembers.len()]);
            for (sum, at) in sums.iter_mut().zip(&septembers) {
                *sum +=
                    if valid(building.from, building.to, *at) { building.dwellings() } else { 0 };
            }
        }
    }
    out
}
