//! Demo: a small city, made by a program, to have something to look at.
//!
//! The land comes first: an outline, hills and a river; roads cut it into quarters and blocks;
//! blocks are cut into parcels, on which buildings stand; communities, school districts and
//! everything else are made of the same pieces, so that they agree. All of it is synthetic. The
//! same seed and scale give the same bytes on every machine.

mod admin;
mod buildings;
mod calendar;
mod emergency;
mod land;
mod mesh;
mod names;
mod nature;
mod parcels;
mod plane;
mod random;
mod roads;
mod schools;
mod sheet;
mod streets;
mod terrain;
mod transit;

use std::path::Path;

use crate::format::flatgeobuf::WriteError;
use admin::Areas;
use buildings::Building;
use parcels::Block;
use roads::Segment;
use schools::Schools;
use sheet::Sheet;
use streets::Streets;
use terrain::Terrain;

/// Which city.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// Another seed, another city.
    pub seed: u64,
    /// How finely the land is built on: about so many times the blocks, parcels and buildings of
    /// the city that `layers/` holds.
    pub scale: f64,
}

impl Default for Options {
    /// The city that `layers/` holds.
    fn default() -> Self {
        Self { seed: 1, scale: 1.0 }
    }
}

/// Why no city was written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A feature does not fit its layer: a fault of the generator.
    #[error("{layer}: {source}")]
    Write {
        /// The layer.
        layer: String,
        /// What does not fit.
        source: WriteError,
    },
    /// A sidecar cannot be written: a fault of the generator.
    #[error("a sidecar cannot be written: {0}")]
    Sidecar(#[source] toml::ser::Error),
    /// The scale is out of range.
    #[error("scale {0} is not between 0.1 and 50")]
    Scale(f64),
    /// A file cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
}

/// A file of the city: its path below the folder, with `/`, and its bytes.
pub type File = (String, Vec<u8>);

/// Makes the city.
///
/// # Errors
/// [`DemoError::Scale`]; the others would be faults of the generator.
pub fn generate(options: Options) -> Result<Vec<File>, DemoError> {
    if !(0.1..=50.0).contains(&options.scale) {
        return Err(DemoError::Scale(options.scale));
    }
    let sheets = City::new(options).sheets()?;
    let mut files = notices();
    for sheet in sheets {
        files.extend(sheet.finish()?);
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(files)
}

/// Makes the city and writes it below `folder`, which is made if it is not there.
///
/// # Errors
/// See [`DemoError`].
pub fn write(options: Options, folder: &Path) -> Result<usize, DemoError> {
    let files = generate(options)?;
    let count = files.len();
    for (path, bytes) in files {
        let target = folder.join(&path);
        let parent = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&target, bytes))
            .map_err(|source| DemoError::File { path, source })?;
    }
    Ok(count)
}

/// The city before it is written.
struct City {
    options: Options,
    terrain: Terrain,
    streets: Streets,
    areas: Areas,
    blocks: Vec<Block>,
    buildings: Vec<Building>,
    segments: Vec<Segment>,
    schools: Schools,
}

impl City {
    fn new(options: Options) -> Self {
        let Options { seed, scale } = options;
        let terrain = Terrain::new(seed);
        let streets = streets::lay_out(seed, scale, &terrain);
        let blocks = parcels::survey(seed, scale, &streets);
        Self {
            options,
            areas: Areas::new(seed, &streets, &terrain),
            buildings: buildings::raise(seed, &blocks),
            segments: roads::segments(&streets),
            schools: Schools::new(seed, &streets, &blocks),
            terrain,
            streets,
            blocks,
        }
    }

    fn sheets(&self) -> Result<Vec<Sheet>, DemoError> {
        let Options { seed, scale } = self.options;
        let Self { terrain, streets, areas, blocks, buildings, segments, schools, .. } = self;
        let outline = terrain.outline();
        Ok(vec![
            admin::district_sheet(streets)?,
            areas.subdistrict_sheet(streets)?,
            areas.community_sheet(streets)?,
            land::building_sheet(buildings)?,
            nature::green_sheet(streets, blocks)?,
            schools.sheet(seed, blocks, buildings, areas)?,
            schools.zone_sheet(streets, "pri")?,
            schools.zone_sheet(streets, "jun")?,
            emergency::incident_sheet(seed, buildings, (1_400.0 * scale) as usize)?,
            emergency::hydrant_sheet(seed, streets, segments)?,
            emergency::shelter_sheet(seed, blocks)?,
            land::block_sheet(blocks, areas)?,
            land::parcel_sheet(blocks, areas)?,
            roads::segment_sheet(seed, streets, segments)?,
            roads::junction_sheet(streets, segments)?,
            land::statistics_sheet(blocks, buildings, areas)?,
            nature::contour_sheet(terrain, &outline)?,
            transit::line_sheet(terrain, &outline)?,
            transit::station_sheet(seed, terrain, &outline)?,
            nature::water_sheet(seed, terrain, streets, &outline)?,
            nature::river_sheet(terrain, &outline)?,
        ])
    }
}

/// Themes in their order: folder, Chinese, English.
const THEMES: [(&str, &str, &str); 10] = [
    ("basemap", "基础底图", "Base map"),
    ("admin", "行政区划", "Administrative areas"),
    ("land", "土地", "Land"),
    ("roads", "道路", "Roads"),
    ("transit", "公共交通", "Public transport"),
    ("water", "水系", "Water"),
    ("terrain", "地形", "Relief"),
    ("ecology", "生态绿地", "Green"),
    ("education", "教育学位", "Schools"),
    ("emergency", "综合应急", "Emergencies"),
];

/// The files that describe the whole.
fn notices() -> Vec<File> {
    let mut files = vec![
        ("NOTICE.md".to_owned(), include_str!("notice.md").as_bytes().to_vec()),
        ("catalog.toml".to_owned(), include_str!("catalog.toml").as_bytes().to_vec()),
    ];
    let statistics = ("statistics", "统计", "Statistics");
    for (order, (theme, zh, en)) in (1..).zip(THEMES.into_iter().chain([statistics])) {
        let text = format!("title = {{ zh = \"{zh}\", en = \"{en}\" }}\norder = {order}\n");
        files.push((format!("{theme}/theme.toml"), text.into_bytes()));
    }
    files
}

#[cfg(test)]
mod tests;
