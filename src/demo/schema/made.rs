//! How the rows of a layer are placed.

use serde::Deserialize;

/// The life of what is placed.
#[derive(Clone, Copy, Deserialize)]
#[serde(default)]
pub(crate) struct Life {
    /// The share that has ended.
    pub(crate) closed: f64,
    /// The share that is older than the records.
    pub(crate) before: f64,
    /// Mean number of versions.
    pub(crate) versions: f64,
}

impl Default for Life {
    fn default() -> Self {
        Self { closed: 0.06, before: 0.6, versions: 1.0 }
    }
}

/// How rows are placed.
#[derive(Deserialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub(crate) enum Made {
    /// Points on parcels of these uses.
    Sites {
        /// Uses.
        on: Vec<String>,
        /// Fabrics; empty: all.
        #[serde(default)]
        zone: Vec<String>,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Points in buildings.
    Buildings {
        /// Their uses.
        #[serde(rename = "use")]
        usage: Vec<String>,
        /// Fabrics; empty: all.
        #[serde(default)]
        zone: Vec<String>,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Whole parcels.
    Lots {
        /// Uses.
        on: Vec<String>,
        /// Fabrics; empty: all.
        #[serde(default)]
        zone: Vec<String>,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Parts of parcels.
    Plots {
        /// Uses.
        on: Vec<String>,
        /// Fabrics; empty: all.
        #[serde(default)]
        zone: Vec<String>,
        /// The part of the parcel.
        #[serde(default = "half")]
        share: f64,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Points beside streets.
    Kerb {
        /// Classes; empty: all.
        #[serde(default)]
        class: Vec<String>,
        /// Whether they stand only where the city is built in detail, in rows.
        #[serde(default)]
        detail: bool,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Points at junctions.
    Junctions {
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Lines along streets.
    Stretches {
        /// Classes; empty: all.
        #[serde(default)]
        class: Vec<String>,
        /// Segments in a row.
        #[serde(default = "one")]
        links: usize,
        /// Metres to the left of the line.
        #[serde(default)]
        offset: f64,
        /// Whether they hang together, along the main streets first.
        #[serde(default)]
        net: bool,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Polygons that tile the land.
    Areas {
        /// How many.
        #[serde(default)]
        seeds: usize,
        /// `all` or `built`.
        #[serde(default)]
        land: String,
        /// Years in which they were re-cut.
        #[serde(default)]
        recut: Vec<i32>,
        /// `communities`, if they are put together of those.
        #[serde(default)]
        whole: String,
    },
    /// Patches as nature makes them.
    Patches {
        /// On what land.
        land: String,
        /// Cells of 1 ha in one, about.
        #[serde(default = "dozen")]
        cells: usize,
        /// Lives.
        #[serde(flatten)]
        life: Life,
    },
    /// Statistics by area and period.
    Years {
        /// `community` or `subdistrict`.
        per: String,
        /// `year`, `quarter` or `month`.
        step: String,
        /// First year.
        from: i32,
    },
    /// What stations read.
    Readings {
        /// The layer of the stations.
        at: String,
        /// The period.
        step: String,
    },
    /// Things that happen.
    Happenings(Happenings),
    /// Surroundings of what another layer has.
    Around {
        /// That layer.
        of: String,
        /// Metres.
        reach: f64,
    },
    /// By a program of its own.
    Code,
}

/// Where and when things happen.
#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Happenings {
    /// At what another layer has.
    pub(crate) at: Option<String>,
    /// On parcels of these uses.
    pub(crate) on: Vec<String>,
    /// Along streets of these classes.
    pub(crate) class: Vec<String>,
    /// In these fabrics; empty: all.
    pub(crate) zone: Vec<String>,
    /// `office`, `day`, `night`, `rush`, `rain` or `even`.
    pub(crate) rhythm: String,
    /// Least and most hours that one lasts.
    pub(crate) hours: Option<[f64; 2]>,
    /// Least and most days that one lasts.
    pub(crate) days: Option<[f64; 2]>,
    /// The share that happens in few places.
    pub(crate) cluster: f64,
    /// First year.
    pub(crate) from: i32,
}

impl Default for Happenings {
    fn default() -> Self {
        Self {
            at: None,
            on: Vec::new(),
            class: Vec::new(),
            zone: Vec::new(),
            rhythm: "day".to_owned(),
            hours: None,
            days: None,
            cluster: 0.2,
            from: 2016,
        }
    }
}

const fn half() -> f64 {
    0.5
}
const fn one() -> usize {
    1
}
const fn dozen() -> usize {
    12
}
