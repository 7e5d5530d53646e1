//! Coordinate reference systems, by `proj4rs` and the EPSG definitions of `crs-definitions`.
//!
//! Positions are x east, y north, whatever the authority's axis order ([`Crs::north_first`]).
//! Datum grids are not used: where a definition wants one, a Helmert shift stands in, or none, as
//! PROJ does without its grids; such systems stay metres off.

mod axis;
mod definition;
mod method;
mod name;
#[cfg(test)]
mod tests;
mod wkt;

use proj4rs::Proj;

/// Radius of Web Mercator's sphere in metres (EPSG:3857).
const RADIUS: f64 = 6_378_137.0;

/// A position this near to its transformed one (degrees; 0.2 mm) counts as unchanged: CGCS2000,
/// ETRS89, NAD83 and WGS 84 differ by less than is known of them.
const UNCHANGED: f64 = 2e-9;

/// A CRS that positions can be brought from to WGS 84 longitude and latitude.
pub struct Crs {
    form: Form,
    uri: String,
    north_first: bool,
}

enum Form {
    /// Degrees, no datum shift.
    LonLat,
    /// EPSG:3857.
    WebMercator,
    /// Angles with a datum shift, another prime meridian or another unit.
    Geographic { from: Box<Proj>, wgs84: Box<Proj>, degrees_per_unit: f64 },
    /// A map projection.
    Projected { from: Box<Proj>, wgs84: Box<Proj> },
}

/// Why a CRS cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct CrsError {
    /// What is unknown or unsupported about it, for people.
    pub reason: String,
}

impl CrsError {
    fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

impl Crs {
    /// CRS84: WGS 84 longitude, latitude.
    #[must_use]
    pub fn crs84() -> Self {
        Self {
            form: Form::LonLat,
            uri: "http://www.opengis.net/def/crs/OGC/1.3/CRS84".to_owned(),
            north_first: false,
        }
    }

    /// `EPSG:4547`, `4547`, `CRS84`, an OGC URI, URN or CURIE of either, a PROJ string, or
    /// well-known text.
    ///
    /// # Errors
    /// If the text names no CRS that can be transformed.
    pub fn parse(text: &str) -> Result<Self, CrsError> {
        let text = text.trim();
        if text.contains("+proj=") {
            return Self::from_definition(text, 1.0, text.to_owned());
        }
        match name::read(text) {
            Some(name::Name::Crs84) => Ok(Self::crs84()),
            Some(name::Name::Epsg(code)) => Self::from_epsg(code),
            None if text.contains('[') => Self::from_wkt(text),
            None => Err(CrsError::new(format!("\"{}\" names no known CRS", name::short(text)))),
        }
    }

    /// By what a FlatGeobuf header says: authority, code, and well-known text (WKT 1 or 2) where
    /// the code is 0 or unknown.
    ///
    /// # Errors
    /// If none of them names a CRS that can be transformed.
    pub fn from_header(org: &str, code: i32, wkt: Option<&str>) -> Result<Self, CrsError> {
        let known = name::of_authority(org, code).map(Self::from_epsg);
        match (known, wkt.filter(|wkt| !wkt.trim().is_empty())) {
            (Some(Ok(crs)), _) => Ok(crs),
            (_, Some(wkt)) => Self::from_wkt(wkt),
            (Some(refused), None) => refused,
            (None, None) => {
                Err(CrsError::new(format!("{}:{code} is no known CRS", name::short(org))))
            }
        }
    }

    fn from_epsg(code: u32) -> Result<Self, CrsError> {
        let uri = format!("http://www.opengis.net/def/crs/EPSG/0/{code}");
        if name::is_web_mercator(code) {
            return Ok(Self { form: Form::WebMercator, uri, north_first: false });
        }
        let known = u16::try_from(code).ok().and_then(crs_definitions::from_code);
        let Some(known) = known else {
            return Err(CrsError::new(format!("EPSG:{code} is no known CRS")));
        };
        let degrees = if known.wkt.contains("UNIT[\"grad\"") { 0.9 } else { 1.0 };
        let mut crs = Self::from_definition(known.proj4, degrees, uri)
            .map_err(|error| CrsError::new(format!("EPSG:{code}: {}", error.reason)))?;
        crs.north_first = axis::north_first(code);
        Ok(crs)
    }

    fn from_wkt(text: &str) -> Result<Self, CrsError> {
        let root = wkt::parse(text)?;
        if let Some(name) = definition::authority(&root) {
            let crs = match name {
                name::Name::Crs84 => Ok(Self::crs84()),
                name::Name::Epsg(code) => Self::from_epsg(code),
            };
            if crs.is_ok() {
                return crs;
            }
        }
        let found = definition::of(&root)?;
        Self::from_definition(&found.proj, found.degrees_per_unit, found.title)
    }

    /// From a PROJ string; angles of a geographic CRS are in units of so many degrees.
    fn from_definition(
        definition: &str,
        degrees_per_unit: f64,
        uri: String,
    ) -> Result<Self, CrsError> {
        let from = open(&definition::without_grids(definition))?;
        let wgs84 = Box::new(open("+proj=longlat +datum=WGS84 +no_defs")?);
        let from = Box::new(from);
        if from.is_geocent() {
            return Err(CrsError::new("geocentric coordinates cannot be mapped"));
        }
        if !(from.has_inverse() && from.has_forward()) {
            return Err(CrsError::new("its projection cannot be inverted"));
        }
        let mut form = if from.is_latlong() {
            Form::Geographic { from, wgs84, degrees_per_unit }
        } else {
            Form::Projected { from, wgs84 }
        };
        if matches!(form, Form::Geographic { .. }) && form.is_identity() {
            form = Form::LonLat;
        }
        Ok(Self { form, uri, north_first: false })
    }

    /// Whether its positions are WGS 84 longitude and latitude (or equal to it within the accuracy
    /// known, as CGCS2000 is), so that none is changed by [`Crs::to_lonlat`].
    #[must_use]
    pub const fn is_lonlat(&self) -> bool {
        matches!(self.form, Form::LonLat)
    }

    /// From x east, y north in this CRS's units to `[longitude, latitude]` in degrees; `None`
    /// outside its domain or not finite.
    #[must_use]
    pub fn to_lonlat(&self, position: [f64; 2]) -> Option<[f64; 2]> {
        self.form.to_lonlat(position)
    }

    /// The inverse of [`Crs::to_lonlat`].
    #[must_use]
    pub fn from_lonlat(&self, position: [f64; 2]) -> Option<[f64; 2]> {
        self.form.from_lonlat(position)
    }

    /// Whether the authority's axis order is north (or latitude) first.
    #[must_use]
    pub const fn north_first(&self) -> bool {
        self.north_first
    }

    /// The OGC URI, `http://www.opengis.net/def/crs/EPSG/0/4547`; where it has none, its name or
    /// PROJ string.
    #[must_use]
    pub fn uri(&self) -> String {
        self.uri.clone()
    }
}

impl Form {
    fn to_lonlat(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        match self {
            Self::LonLat => on_earth([x, y]),
            Self::WebMercator => {
                let lat = libm::atan(libm::sinh(y / RADIUS)).to_degrees();
                on_earth([(x / RADIUS).to_degrees(), lat])
            }
            Self::Geographic { from, wgs84, degrees_per_unit } => {
                let radians = on_earth([x, y].map(|v| v * degrees_per_unit))?.map(f64::to_radians);
                on_earth(shift(from, wgs84, radians)?.map(f64::to_degrees))
            }
            Self::Projected { from, wgs84 } => {
                on_earth(shift(from, wgs84, [x, y])?.map(f64::to_degrees))
            }
        }
    }

    fn from_lonlat(&self, position: [f64; 2]) -> Option<[f64; 2]> {
        let [lon, lat] = on_earth(position)?;
        match self {
            Self::LonLat => Some([lon, lat]),
            Self::WebMercator => {
                let sine = libm::sin(lat.to_radians());
                let y = RADIUS * 0.5 * libm::log((1.0 + sine) / (1.0 - sine));
                finite([RADIUS * lon.to_radians(), y])
            }
            Self::Geographic { from, wgs84, degrees_per_unit } => {
                let at = shift(wgs84, from, [lon, lat].map(f64::to_radians))?;
                finite(at.map(|v| v.to_degrees() / degrees_per_unit))
            }
            Self::Projected { from, wgs84 } => {
                finite(shift(wgs84, from, [lon, lat].map(f64::to_radians))?)
            }
        }
    }

    /// Whether positions all over the world stay where they are.
    fn is_identity(&self) -> bool {
        let lons = [-150.0, -60.0, 10.0, 114.0, 170.0];
        let lats = [-80.0, -35.0, 0.0, 22.5, 51.0, 80.0];
        lons.into_iter().flat_map(|lon| lats.map(|lat| [lon, lat])).all(|at| {
            self.to_lonlat(at).is_some_and(|to| {
                (to[0] - at[0]).abs() <= UNCHANGED && (to[1] - at[1]).abs() <= UNCHANGED
            })
        })
    }
}

fn open(definition: &str) -> Result<Proj, CrsError> {
    Proj::from_proj_string(definition).map_err(|error| CrsError::new(format!("{error}")))
}

/// Through `proj4rs`, whose angles are radians.
fn shift(from: &Proj, to: &Proj, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
    let mut at = (x, y, 0.0);
    proj4rs::transform::transform(from, to, &mut at).ok()?;
    Some([at.0, at.1])
}

fn finite(at: [f64; 2]) -> Option<[f64; 2]> {
    at.iter().all(|v| v.is_finite()).then_some(at)
}

/// The position if it is one: latitude within ±90 degrees (and what rounding adds), longitude
/// within ±360, as data that crosses the antimeridian has.
fn on_earth([lon, lat]: [f64; 2]) -> Option<[f64; 2]> {
    (lon.abs() <= 360.0 && lat.abs() <= 90.000_001).then_some([lon, lat])
}
