//! The administrative areas: quarters grouped into communities, those into subdistricts, with the
//! days on which the lines were moved.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::DemoError;
use super::calendar::{self, Day, RECORDS_BEGIN};
use super::names::{Name, Names};
use super::parcels::valid;
use super::plane::{self, Point, Polygon};
use super::sheet::{
    self, About, Crs, Field, ID, NAME, NAME_EN, Shape, Sheet, VALID_FROM, VALID_TO,
};
use super::streets::Streets;
use super::terrain::Terrain;
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// Communities of today.
const COMMUNITIES: usize = 22;
/// The day on which a subdistrict was parted.
const PARTED: Day = calendar::day(2016, 12, 26);
/// Subdistricts: number, names, and a place in each (along the river's course, beside it; metres).
const SUBDISTRICTS: [(&str, &str, &str, [f64; 2]); 4] = [
    ("SD01", "龙城街道", "Longcheng Subdistrict", [-2_900.0, 900.0]),
    ("SD02", "龙岗街道", "Longgang Subdistrict", [300.0, 500.0]),
    ("SD03", "宝龙街道", "Baolong Subdistrict", [1_900.0, -2_300.0]),
    ("SD04", "坪地街道", "Pingdi Subdistrict", [3_700.0, 900.0]),
];

/// A version of a community.
struct Community {
    id: String,
    name: Name,
    subdistrict: usize,
    /// The communities of today that it holds.
    holds: Vec<usize>,
    parent: Option<String>,
    from: Day,
    to: Option<Day>,
}

/// Who lies where, at every date.
pub(super) struct Areas {
    /// The community of today of each face.
    today: Vec<usize>,
    communities: Vec<Community>,
    /// The subdistrict of each community of today.
    subdistricts: Vec<usize>,
}

impl Areas {
    /// The areas of a seed.
    pub(super) fn new(seed: u64, streets: &Streets, terrain: &Terrain) -> Self {
        let quarters =
            (0..streets.mesh.len()).map(|f| streets.mesh.origin(f)).max().map_or(0, |m| m + 1);
        let mut places = vec![([0.0; 2], 0.0); quarters];
        let mut beside = vec![BTreeSet::new(); quarters];
        for face in 0..streets.mesh.len() {
            let (quarter, centre) =
                (streets.mesh.origin(face), plane::centroid(&streets.mesh.ring(face)));
            let sum = &mut places[quarter];
            *sum = ([sum.0[0] + centre[0] as f64, sum.0[1] + centre[1] as f64], sum.1 + 1.0);
            let others = streets.mesh.neighbours(face).into_iter().map(|f| streets.mesh.origin(f));
            beside[quarter].extend(others.filter(|other| *other != quarter));
        }
        let places: Vec<Point> = places
            .iter()
            .map(|(sum, n)| plane::moved([0, 0], plane::scaled(*sum, 1.0 / n)))
            .collect();
        let seeds = spread(&places, COMMUNITIES);
        let community = grow(&places, &beside, &seeds);
        let nearest = |at: Point| {
            let far = |s: &(&str, &str, &str, [f64; 2])| {
                plane::distance(at, terrain.place(s.3[0], s.3[1]))
            };
            let best =
                (0..4).min_by(|i, j| far(&SUBDISTRICTS[*i]).total_cmp(&far(&SUBDISTRICTS[*j])));
            best.unwrap_or(0)
        };
        let subdistricts: Vec<usize> = seeds.iter().map(|seed| nearest(places[*seed])).collect();
        let today: Vec<usize> =
            (0..streets.mesh.len()).map(|f| community[streets.mesh.origin(f)]).collect();
        let adjacent = |a: usize, b: usize| {
            (0..quarters)
                .any(|q| community[q] == a && beside[q].iter().any(|other| community[*other] == b))
        };
        let communities = histories(seed, &subdistricts, adjacent);
        Self { today, communities, subdistricts }
    }

    /// The community that a face of the streets' mesh lay in on a day.
    pub(super) fn community_of(&self, face: usize, at: Day) -> &str {
        let today = self.today[face];
        let found =
            self.communities.iter().find(|c| valid(c.from, c.to, at) && c.holds.contains(&today));
        found.map_or("", |community| &community.id)
    }

    /// The communities of a day.
    pub(super) fn communities_at(&self, at: Day) -> Vec<&str> {
        self.communities.iter().filter(|c| valid(c.from, c.to, at)).map(|c| c.id.as_str()).collect()
    }

    fn land(&self, streets: &Streets, communities: &[usize]) -> Vec<Polygon> {
        streets.mesh.union(|face| communities.contains(&self.today[face]))
    }

    /// The layer of communities.
    pub(super) fn community_sheet(&self, streets: &Streets) -> Result<Sheet, DemoError> {
        let mut sheet = Sheet::new(About {
            theme: "admin",
            id: "communities",
            title: ["社区", "Communities"],
            description: [
                "无缝铺满全区的社区,含历次拆分。",
                "Communities that tile the district, with those parted since.",
            ],
            crs: Crs::Wgs84,
            kind: Some(Kind::MultiPolygon),
            temporal: TemporalKind::State,
            fields: COMMUNITY_FIELDS,
            color: "#8c7bb0",
        })
        .lineage("parents");
        for c in &self.communities {
            let (from, to) = (calendar::date(c.from), sheet::ends(c.to));
            let land = self.land(streets, &c.holds);
            let area = square_metres(&land);
            sheet.add(
                Some(Shape::Multi(land)),
                &[
                    Value::Text(&c.id),
                    Value::Text(&c.name.zh),
                    Value::Text(&c.name.en),
                    Value::Text(SUBDISTRICTS[c.subdistrict].0),
                    Value::Double(area),
                    c.parent.as_ref().map_or(Value::Null, |parent| Value::Text(parent)),
                    Value::DateTime(&from),
                    sheet::open(to.as_ref()),
                ],
            )?;
        }
        Ok(sheet)
    }

    /// The layer of subdistricts.
    pub(super) fn subdistrict_sheet(&self, streets: &Streets) -> Result<Sheet, DemoError> {
        let mut sheet = Sheet::new(About {
            theme: "admin",
            id: "subdistricts",
            title: ["街道", "Subdistricts"],
            description: [
                "街道界线为虚构;2016 年 12 月 26 日宝龙从龙岗析出。",
                "Lines are invented; Baolong was parted from Longgang on 26 December 2016.",
            ],
            crs: Crs::Wgs84,
            kind: Some(Kind::MultiPolygon),
            temporal: TemporalKind::State,
            fields: AREA_FIELDS,
            color: "#6a5a9c",
        });
        let versions: [(usize, &[usize], Day, Option<Day>); 5] = [
            (0, &[0], RECORDS_BEGIN, None),
            (1, &[1, 2], RECORDS_BEGIN, Some(PARTED)),
            (1, &[1], PARTED, None),
            (2, &[2], PARTED, None),
            (3, &[3], RECORDS_BEGIN, None),
        ];
        for (own, parts, from, to) in versions {
            let communities: Vec<usize> = (0..self.subdistricts.len())
                .filter(|c| parts.contains(&self.subdistricts[*c]))
                .collect();
            let (id, zh, en, _) = SUBDISTRICTS[own];
            let land = self.land(streets, &communities);
            area_row(&mut sheet, land, (id, zh, en), from, to)?;
        }
        Ok(sheet)
    }
}

const COMMUNITY_FIELDS: &[Field] = &[
    ID,
    NAME,
    NAME_EN,
    ("subdistrict_id", ColumnType::String, "街道编号", "Subdistrict", ""),
    ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
    ("parents", ColumnType::String, "析出自", "Parted from", ""),
    VALID_FROM,
    VALID_TO,
];

const AREA_FIELDS: &[Field] = &[
    ID,
    NAME,
    NAME_EN,
    ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
    VALID_FROM,
    VALID_TO,
];

/// The layer of the district.
pub(super) fn district_sheet(streets: &Streets) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "admin",
        id: "district",
        title: ["区界", "District boundary"],
        description: ["虚构的示例城区。", "The invented district of this demo."],
        crs: Crs::Wgs84,
        kind: Some(Kind::MultiPolygon),
        temporal: TemporalKind::State,
        fields: AREA_FIELDS,
        color: "#4b3f72",
    });
    let land = streets.mesh.union(|_| true);
    area_row(&mut sheet, land, ("D01", "示例区", "Demo District"), RECORDS_BEGIN, None)?;
    Ok(sheet)
}

fn area_row(
    sheet: &mut Sheet,
    land: Vec<Polygon>,
    (id, zh, en): (&str, &str, &str),
    from: Day,
    to: Option<Day>,
) -> Result<(), DemoError> {
    let area = square_metres(&land);
    let (from, to) = (calendar::date(from), sheet::ends(to));
    sheet.add(
        Some(Shape::Multi(land)),
        &[
            Value::Text(id),
            Value::Text(zh),
            Value::Text(en),
            Value::Double(area),
            Value::DateTime(&from),
            sheet::open(to.as_ref()),
        ],
    )
}

fn square_metres(land: &[Polygon]) -> f64 {
    land.iter().flatten().map(|ring| plane::area(ring)).sum::<f64>().round()
}

/// `count` of the places, each as far as can be from those before it.
fn spread(places: &[Point], count: usize) -> Vec<usize> {
    let mut chosen = vec![0];
    while chosen.len() < count.min(places.len()) {
        let far = |i: &usize| {
            chosen.iter().map(|c| plane::distance(places[*i], places[*c])).fold(f64::MAX, f64::min)
        };
        let next = (0..places.len()).max_by(|i, j| far(i).total_cmp(&far(j)).then(j.cmp(i)));
        chosen.extend(next);
    }
    chosen
}

/// Grows each seed over its neighbours, nearest first, so that every group hangs together.
fn grow(places: &[Point], beside: &[BTreeSet<usize>], seeds: &[usize]) -> Vec<usize> {
    let mut group: Vec<Option<usize>> = vec![None; places.len()];
    let mut queue = BinaryHeap::new();
    let key = |seed: usize, at: usize| {
        std::cmp::Reverse((plane::distance(places[seeds[seed]], places[at]) as i64, at, seed))
    };
    queue.extend(seeds.iter().enumerate().map(|(seed, at)| key(seed, *at)));
    while let Some(std::cmp::Reverse((_, at, seed))) = queue.pop() {
        if group[at].is_none() {
            group[at] = Some(seed);
            queue.extend(
                beside[at]
                    .iter()
                    .filter(|next| group[**next].is_none())
                    .map(|next| key(seed, *next)),
            );
        }
    }
    group.into_iter().map(|seed| seed.unwrap_or(0)).collect()
}

/// The versions of the communities: some were parted, those of the new subdistrict changed hands.
fn histories(
    seed: u64,
    subdistricts: &[usize],
    adjacent: impl Fn(usize, usize) -> bool,
) -> Vec<Community> {
    let mut names = Names::new(seed, "community names");
    let named: Vec<Name> =
        subdistricts.iter().map(|_| names.next().with("社区", "Community")).collect();
    let days = [calendar::day(2013, 7, 1), calendar::day(2018, 5, 1), calendar::day(2021, 3, 1)];
    let mut parted: BTreeMap<usize, (usize, Day)> = BTreeMap::new();
    for child in (0..subdistricts.len()).rev() {
        let free = |c: &usize| !parted.contains_key(c) && !parted.values().any(|(p, _)| p == c);
        let fits = |parent: &usize| {
            subdistricts[*parent] == subdistricts[child] && free(parent) && adjacent(*parent, child)
        };
        if parted.len() < days.len()
            && free(&child)
            && let Some(parent) = (0..child).find(fits)
        {
            parted.insert(child, (parent, days[parted.len()]));
        }
    }
    let mut out = Vec::new();
    for (own, name) in named.iter().enumerate() {
        let start = parted.get(&own).map_or(RECORDS_BEGIN, |(_, day)| *day);
        let child = parted.iter().find(|(_, (parent, _))| *parent == own);
        let mut cuts = vec![start];
        cuts.extend(child.map(|(_, (_, day))| *day));
        cuts.extend((subdistricts[own] == 2 && start < PARTED).then_some(PARTED));
        cuts.sort_unstable();
        for (i, from) in cuts.iter().enumerate() {
            let whole = child.filter(|(_, (_, day))| from < day).map(|(child, _)| *child);
            out.push(Community {
                id: format!("C{:02}", own + 1),
                name: name.clone(),
                subdistrict: if subdistricts[own] == 2 && *from < PARTED {
                    1
                } else {
                    subdistricts[own]
                },
                holds: [own].into_iter().chain(whole).collect(),
                parent: parted.get(&own).map(|(parent, _)| format!("C{:02}", parent + 1)),
                from: *from,
                to: cuts.get(i + 1).copied(),
            });
        }
    }
    out
}
