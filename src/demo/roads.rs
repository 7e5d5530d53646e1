//! The road layers: segments between junctions, each with the days it was open in a form.

use std::collections::{BTreeMap, BTreeSet};

use super::DemoError;
use super::calendar::{self, Day, RECORDS_BEGIN, RECORDS_END};
use super::parcels;
use super::plane::{self, Point};
use super::random::Random;
use super::sheet::{
    self, About, Crs, Field, ID, NAME, NAME_EN, Shape, Sheet, VALID_FROM, VALID_TO,
};
use super::streets::{Class, Streets, Zone};
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// A stretch of road from junction to junction.
pub(super) struct Segment {
    /// Its line.
    pub(super) line: Vec<Point>,
    /// Numbers of the junctions at its ends.
    pub(super) ends: [u32; 2],
    /// The road it belongs to.
    pub(super) way: usize,
    bridge: bool,
    /// The day it was opened.
    pub(super) from: Day,
}

impl Segment {
    /// In metres.
    pub(super) fn length(&self) -> f64 {
        self.line.windows(2).map(|pair| plane::distance(pair[0], pair[1])).sum::<f64>() / 1000.0
    }
}

/// What sets a segment apart from the next on the same road.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Piece {
    way: u32,
    bridge: bool,
    from: Day,
}

/// Cuts the roads at their junctions.
pub(super) fn segments(streets: &Streets) -> Vec<Segment> {
    let mut pieces: BTreeMap<(u32, u32), Piece> = BTreeMap::new();
    let mut beside: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for ((a, b), (way, faces)) in streets.mesh.ways() {
        let faces: Vec<usize> = faces.into_iter().flatten().collect();
        let bridge = faces.len() == 2 && faces.iter().all(|f| streets.zones[*f] == Zone::River);
        // Streets come with the blocks beside them; what leads further was there before.
        let local = streets.ways[way as usize].class == Class::Local;
        let opened = faces.iter().map(|f| streets.opened[*f]).min().filter(|_| local);
        let from = opened.unwrap_or(RECORDS_BEGIN);
        pieces.insert((a, b), Piece { way, bridge, from });
        beside.entry(a).or_default().push(b);
        beside.entry(b).or_default().push(a);
    }
    let piece = |a: u32, b: u32| pieces[&(a.min(b), a.max(b))];
    let passes = |v: u32| {
        let around = &beside[&v];
        around.len() == 2 && piece(v, around[0]) == piece(v, around[1])
    };
    let mut out = Vec::new();
    let mut done = BTreeSet::new();
    // First from junctions; what is left then are rings without one.
    let starts = beside.keys().filter(|v| !passes(**v)).chain(beside.keys());
    for (start, next) in starts.flat_map(|v| beside[v].iter().map(move |next| (*v, *next))) {
        let mut path = vec![start, next];
        if !done.insert((start.min(next), start.max(next))) {
            continue;
        }
        while passes(path[path.len() - 1]) && path[path.len() - 1] != start {
            let (before, at) = (path[path.len() - 2], path[path.len() - 1]);
            let Some(next) = beside[&at].iter().find(|v| **v != before) else { break };
            done.insert((at.min(*next), at.max(*next)));
            path.push(*next);
        }
        let Piece { way, bridge, from } = piece(start, next);
        let line = path.iter().map(|v| streets.mesh.point(*v)).collect();
        out.push(Segment {
            line,
            ends: [start, path[path.len() - 1]],
            way: way as usize,
            bridge,
            from,
        });
    }
    out
}

const CLASSES: [(&str, &str, &str); 4] = [
    ("express", "快速路", "Expressway"),
    ("arterial", "主干路", "Arterial road"),
    ("collector", "次干路", "Collector road"),
    ("local", "支路", "Local street"),
];

const COLOURS: [(&str, &str); 4] = [
    ("express", "#d9822b"),
    ("arterial", "#e6b35a"),
    ("collector", "#8d99a6"),
    ("local", "#b4bdc7"),
];

const FIELDS: &[Field] = &[
    ID,
    NAME,
    NAME_EN,
    ("class", ColumnType::String, "等级", "Class", ""),
    ("rank", ColumnType::UByte, "重要程度", "Importance, 0 first", ""),
    ("lanes", ColumnType::UByte, "车道数", "Lanes", ""),
    ("speed_kmh", ColumnType::UByte, "限速", "Speed limit", "km/h"),
    ("oneway", ColumnType::Byte, "单行方向", "One-way: 1 along, -1 against, 0 both", ""),
    ("bridge", ColumnType::Bool, "是否桥梁", "On a bridge", ""),
    ("length_m", ColumnType::Double, "长度", "Length", "m"),
    ("from_id", ColumnType::UInt, "起点交叉口", "Junction at its start", ""),
    ("to_id", ColumnType::UInt, "终点交叉口", "Junction at its end", ""),
    VALID_FROM,
    VALID_TO,
];

/// The layer of segments.
pub(super) fn segment_sheet(
    seed: u64,
    streets: &Streets,
    segments: &[Segment],
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "roads",
        id: "segments",
        title: ["道路路段", "Road segments"],
        description: [
            "两个交叉口之间的路段;车道数改变或新开通时有新的版本。",
            "Stretches between junctions; a new version when a road is opened or widened.",
        ],
        crs: Crs::Wgs84,
        kind: Some(Kind::LineString),
        temporal: TemporalKind::State,
        fields: FIELDS,
        color: "#8d99a6",
    })
    .codes("class", &CLASSES)
    .colours("class", &COLOURS)
    .ranked("rank");
    for (number, segment) in segments.iter().enumerate() {
        let way = &streets.ways[segment.way];
        let mut random = Random::new(seed, &format!("road {}", segment.way));
        let rank = way.class as usize;
        let lanes = [8, 6, 4, 2][rank];
        let widened = random.whole(calendar::day(2012, 1, 1).into(), RECORDS_END.into()) as Day;
        let twice = matches!(way.class, Class::Arterial | Class::Collector) && random.chance(0.35);
        let mut versions = vec![(segment.from, None, lanes)];
        if twice && widened > segment.from {
            versions = vec![(segment.from, Some(widened), lanes - 2), (widened, None, lanes)];
        }
        let id = format!("S{:05}", number + 1);
        let oneway = i64::from(way.class == Class::Local && random.chance(0.12));
        for (from, to, lanes) in versions {
            let (from, to) = (calendar::date(from), sheet::ends(to));
            sheet.add(
                Some(Shape::Line(segment.line.clone())),
                &[
                    Value::Text(&id),
                    Value::Text(&way.name.zh),
                    Value::Text(&way.name.en),
                    Value::Text(CLASSES[rank].0),
                    Value::Int(rank as i64),
                    Value::Int(lanes),
                    Value::Int([80, 60, 50, 30][rank]),
                    Value::Int(oneway),
                    Value::Bool(segment.bridge),
                    Value::Double((segment.length() * 10.0).round() / 10.0),
                    Value::Int(segment.ends[0].into()),
                    Value::Int(segment.ends[1].into()),
                    Value::DateTime(&from),
                    sheet::open(to.as_ref()),
                ],
            )?;
        }
    }
    Ok(sheet)
}

/// The layer of junctions.
pub(super) fn junction_sheet(streets: &Streets, segments: &[Segment]) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "roads",
        id: "junctions",
        title: ["交叉口", "Road junctions"],
        description: [
            "路段的端点,编号与路段的起止点一致。",
            "Ends of segments, by the numbers that segments name.",
        ],
        crs: Crs::Wgs84,
        kind: Some(Kind::Point),
        temporal: TemporalKind::None,
        fields: &[
            ("id", ColumnType::UInt, "编号", "Number", ""),
            ("roads", ColumnType::UByte, "相交路段数", "Segments that meet", ""),
            ("signals", ColumnType::Bool, "是否有信号灯", "Has traffic lights", ""),
        ],
        color: "#6b7785",
    })
    .from_zoom(13);
    let mut met: BTreeMap<u32, Vec<Class>> = BTreeMap::new();
    for segment in segments {
        for end in segment.ends {
            met.entry(end).or_default().push(streets.ways[segment.way].class);
        }
    }
    for (end, classes) in met {
        let large = classes.iter().filter(|class| **class <= Class::Collector).count();
        sheet.add(
            Some(Shape::Point(streets.mesh.point(end))),
            &[
                Value::Int(end.into()),
                Value::Int(classes.len() as i64),
                Value::Bool(classes.len() > 2 && large > 2),
            ],
        )?;
    }
    Ok(sheet)
}

/// Whether a segment is open on a day.
pub(super) fn is_open(segment: &Segment, at: Day) -> bool {
    parcels::valid(segment.from, None, at)
}
