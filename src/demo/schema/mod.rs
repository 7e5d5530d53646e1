//! What the layers are: `schema/<theme>.toml`, one table a layer.
//!
//! The tables say titles, columns, codes, colours, and how values are drawn that nothing else
//! determines; where a layer's rows need no program of their own, also how they are placed.

mod made;

use std::collections::BTreeMap;

pub(crate) use made::{Happenings, Life, Made};
use serde::Deserialize;

use crate::catalog::Text;
use crate::model::{ColumnType, Kind};
use crate::time::TemporalKind;

/// A theme: its folder, titles, department, layers.
#[derive(Deserialize)]
pub(crate) struct Theme {
    /// The folder's name.
    #[serde(skip)]
    pub(crate) id: &'static str,
    /// Title.
    pub(crate) title: Text,
    /// Who keeps most of its layers.
    pub(crate) department: Text,
    /// What themes it stands beside.
    pub(crate) group: String,
    /// Its layers by name.
    #[serde(flatten)]
    pub(crate) layers: BTreeMap<String, Layer>,
}

/// A layer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layer {
    /// Title.
    pub(crate) title: Text,
    /// What a feature is.
    pub(crate) description: Text,
    /// Who keeps it, if another than the theme's.
    pub(crate) department: Option<Text>,
    /// Type of geometry.
    pub(crate) geometry: String,
    /// How rows stand in time.
    pub(crate) temporal: TemporalKind,
    /// EPSG code of the file.
    pub(crate) crs: u16,
    /// Rows at scale 1, about.
    pub(crate) features: usize,
    /// How rows are placed.
    pub(crate) made: Made,
    /// Lowest zoom with tiles.
    pub(crate) min_zoom: u8,
    /// Colour.
    pub(crate) color: String,
    /// Column that colours go by.
    pub(crate) by: Option<String>,
    /// Colours from values of a numeric column on.
    #[serde(default)]
    pub(crate) stops: Vec<(f64, String)>,
    /// Keywords.
    pub(crate) keywords: Vec<String>,
    /// Columns of its own.
    pub(crate) columns: Vec<Column>,
    /// Whether features have no name.
    #[serde(default)]
    pub(crate) unnamed: bool,
    /// Whether features have an English name.
    #[serde(default)]
    pub(crate) english: bool,
    /// Whether features lie in one community.
    pub(crate) placed: Option<bool>,
    /// The power of the scale that rows grow with.
    pub(crate) grows: Option<f64>,
    /// Column of importance.
    pub(crate) rank: Option<String>,
    /// Column of lineage.
    pub(crate) lineage: Option<String>,
}

/// A column.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Column {
    /// Name.
    pub(crate) name: String,
    /// Chinese title.
    pub(crate) zh: String,
    /// English title.
    pub(crate) en: String,
    /// `f`, `s`, `b` or `i`; else the name tells.
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    /// Unit.
    pub(crate) unit: Option<String>,
    /// Values, each with titles, a colour and a weight.
    #[serde(default)]
    pub(crate) codes: Vec<Code>,
    /// How a value is drawn.
    pub(crate) draw: Option<Draw>,
    /// Column or count that a drawn number multiplies.
    pub(crate) of: Option<String>,
    /// What drawn numbers are multiples of.
    pub(crate) step: Option<f64>,
    /// The share without a value.
    #[serde(default)]
    pub(crate) null: f64,
    /// How values swing with time.
    pub(crate) wave: Option<Wave>,
    /// Growth a year.
    #[serde(default)]
    pub(crate) trend: f64,
    /// Whether versions of an entity differ.
    #[serde(default)]
    pub(crate) varies: bool,
    /// The default, said.
    #[serde(default)]
    #[expect(dead_code, reason = "the schema may say it; it is what holds without `varies`")]
    pub(crate) fixed: bool,
}

/// A value of a column: itself, Chinese, English, colour, weight; the last two may be missing.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Code {
    /// All.
    Full(String, String, String, String, f64),
    /// Without weight.
    Coloured(String, String, String, String),
    /// Without colour.
    Plain(String, String, String),
}

impl Code {
    /// The value and its titles.
    pub(crate) fn texts(&self) -> (&str, &str, &str) {
        match self {
            Self::Full(value, zh, en, ..)
            | Self::Coloured(value, zh, en, _)
            | Self::Plain(value, zh, en) => (value, zh, en),
        }
    }

    /// The colour, if there is one.
    pub(crate) fn colour(&self) -> Option<&str> {
        match self {
            Self::Full(.., colour, _) | Self::Coloured(.., colour) => {
                Some(colour).filter(|c| !c.is_empty()).map(String::as_str)
            }
            Self::Plain(..) => None,
        }
    }

    /// How common it is.
    pub(crate) fn weight(&self) -> f64 {
        if let Self::Full(.., weight) = self { *weight } else { 1.0 }
    }
}

/// How a value is drawn.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Draw {
    /// The chance of true.
    Chance(f64),
    /// Least, usual and greatest.
    Number([f64; 3]),
    /// Days or hours around the row's start.
    Around([f64; 2]),
    /// A text with `{n}` for n digits.
    Pattern(String),
    /// One of these.
    Choice(Vec<String>),
}

/// How values swing with time.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Wave {
    /// High in summer.
    Summer,
    /// High in winter.
    Winter,
    /// High by day.
    Day,
    /// High in the rush hours.
    Rush,
    /// High on working days.
    Week,
}

impl Column {
    /// The type in the file.
    pub(crate) fn column_type(&self) -> ColumnType {
        let name = self.name.as_str();
        let ends = |ending: &str| name.ends_with(ending);
        match self.kind.as_deref() {
            kind if !self.codes.is_empty() || kind == Some("s") => ColumnType::String,
            Some("f") => ColumnType::Double,
            Some("b") => ColumnType::Bool,
            None if ends("_id") || ends("_no") || ends("_code") => ColumnType::String,
            None if ends("_on") || ends("_at") => ColumnType::DateTime,
            _ => ColumnType::Int,
        }
    }

    /// Whether it holds an instant rather than a day.
    pub(crate) fn is_instant(&self) -> bool {
        self.name.ends_with("_at")
    }
}

/// Rows that are aimed at, for one that a layer should have: versions and pieces come on top.
const LEAN: f64 = 0.816;

impl Layer {
    /// The type of geometry; `None` for a table.
    pub(crate) fn kind(&self) -> Option<Kind> {
        Some(match self.geometry.as_str() {
            "Point" => Kind::Point,
            "MultiPoint" => Kind::MultiPoint,
            "LineString" => Kind::LineString,
            "MultiLineString" => Kind::MultiLineString,
            "Polygon" => Kind::Polygon,
            "MultiPolygon" => Kind::MultiPolygon,
            "GeometryCollection" => Kind::GeometryCollection,
            _ => return None,
        })
    }

    /// Whether features are polygons.
    pub(crate) fn has_area(&self) -> bool {
        self.geometry.ends_with("Polygon")
    }

    /// Whether features are lines.
    pub(crate) fn has_length(&self) -> bool {
        self.geometry.ends_with("LineString")
    }

    /// Whether features lie in one community each, and say in which.
    pub(crate) fn is_placed(&self) -> bool {
        self.placed.unwrap_or(!self.has_length() && self.kind().is_some())
    }

    /// Rows at a scale.
    pub(crate) fn rows(&self, scale: f64) -> usize {
        let power = self.grows.unwrap_or(match self.made {
            Made::Sites { .. }
            | Made::Buildings { .. }
            | Made::Kerb { .. }
            | Made::Stretches { .. } => 1.0,
            // More stations, and more of the past of each.
            Made::Readings { .. } | Made::Happenings(_) => 1.48,
            _ => 0.0,
        });
        (self.features as f64 * LEAN * libm::pow(scale, power)).round().max(1.0) as usize
    }
}

/// The themes in their order.
const FILES: [(&str, &str); 37] = [
    ("basemap", include_str!("basemap.toml")),
    ("admin", include_str!("admin.toml")),
    ("address", include_str!("address.toml")),
    ("terrain", include_str!("terrain.toml")),
    ("geology", include_str!("geology.toml")),
    ("water", include_str!("water.toml")),
    ("ecology", include_str!("ecology.toml")),
    ("roads", include_str!("roads.toml")),
    ("transit", include_str!("transit.toml")),
    ("parking", include_str!("parking.toml")),
    ("drainage", include_str!("drainage.toml")),
    ("energy", include_str!("energy.toml")),
    ("population", include_str!("population.toml")),
    ("housing", include_str!("housing.toml")),
    ("education", include_str!("education.toml")),
    ("health", include_str!("health.toml")),
    ("welfare", include_str!("welfare.toml")),
    ("culture", include_str!("culture.toml")),
    ("commerce", include_str!("commerce.toml")),
    ("agriculture", include_str!("agriculture.toml")),
    ("labour", include_str!("labour.toml")),
    ("security", include_str!("security.toml")),
    ("fire", include_str!("fire.toml")),
    ("emergency", include_str!("emergency.toml")),
    ("parts", include_str!("parts.toml")),
    ("sanitation", include_str!("sanitation.toml")),
    ("environment", include_str!("environment.toml")),
    ("sensing", include_str!("sensing.toml")),
    ("heritage", include_str!("heritage.toml")),
    ("land", include_str!("land.toml")),
    ("planning", include_str!("planning.toml")),
    ("renewal", include_str!("renewal.toml")),
    ("customs", include_str!("customs.toml")),
    ("economy", include_str!("economy.toml")),
    ("projects", include_str!("projects.toml")),
    ("premises", include_str!("premises.toml")),
    ("governance", include_str!("governance.toml")),
];

/// The groups of themes: the schema's word, Chinese.
const GROUPS: [(&str, &str); 9] = [
    ("base", "基础地理"),
    ("land and planning", "国土规划"),
    ("nature", "自然资源"),
    ("infrastructure", "基础设施"),
    ("people", "人口社会"),
    ("public services", "公共服务"),
    ("economy", "经济产业"),
    ("safety", "公共安全"),
    ("governance", "城市治理"),
];

/// The title of a group of themes.
pub(crate) fn group(word: &str) -> Text {
    let zh = GROUPS.iter().find(|(own, _)| *own == word).map(|(_, zh)| (*zh).to_owned());
    let mut letters = word.chars();
    let en = letters.next().map(|first| first.to_uppercase().chain(letters).collect());
    Text { zh, en }
}

/// Reads the schema.
///
/// # Errors
/// Names the file where one cannot be read: a fault of the program.
pub(crate) fn themes() -> Result<Vec<Theme>, (&'static str, toml::de::Error)> {
    let read = |(id, text): (&'static str, &str)| {
        let theme: Theme = toml::from_str(text).map_err(|error| (id, error))?;
        Ok(Theme { id, ..theme })
    };
    FILES.into_iter().map(read).collect()
}
