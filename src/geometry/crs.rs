//! Coordinate reference systems, by `proj4rs` and the EPSG definitions of `crs-definitions`.

/// A CRS that positions can be brought from to WGS 84 longitude and latitude.
pub struct Crs {}

/// Why a CRS cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct CrsError {
    /// What is unknown or unsupported about it, for people.
    pub reason: String,
}

impl Crs {
    /// CRS84: WGS 84 longitude, latitude.
    #[must_use]
    pub fn crs84() -> Self {
        todo!()
    }

    /// `EPSG:4547`, `4547`, `CRS84`, an OGC URI or URN of either, or a PROJ string.
    ///
    /// # Errors
    /// If the text names no CRS that can be transformed.
    pub fn parse(_text: &str) -> Result<Self, CrsError> {
        todo!()
    }

    /// By what a FlatGeobuf header says: authority, code, and well-known text (WKT 1 or 2) where
    /// the code is 0 or unknown.
    ///
    /// # Errors
    /// If none of them names a CRS that can be transformed.
    pub fn from_header(_org: &str, _code: i32, _wkt: Option<&str>) -> Result<Self, CrsError> {
        todo!()
    }

    /// Whether its positions are WGS 84 longitude and latitude (or equal to it within the accuracy
    /// known, as CGCS2000 is), so that none is changed by [`Crs::to_lonlat`].
    #[must_use]
    pub fn is_lonlat(&self) -> bool {
        todo!()
    }

    /// From x east, y north in this CRS's units to `[longitude, latitude]` in degrees; `None`
    /// outside its domain or not finite.
    #[must_use]
    pub fn to_lonlat(&self, _position: [f64; 2]) -> Option<[f64; 2]> {
        todo!()
    }

    /// Whether the authority's axis order is north (or latitude) first.
    #[must_use]
    pub fn north_first(&self) -> bool {
        todo!()
    }

    /// The OGC URI, `http://www.opengis.net/def/crs/EPSG/0/4547`; a description where it has none.
    #[must_use]
    pub fn uri(&self) -> String {
        todo!()
    }
}
