//! The other parameters, read one by one.

use std::collections::HashSet;

use super::query::Query;
use super::table;
use crate::api::problem::Problem;
use crate::catalog::Asof;
use crate::query::quoted;
use crate::time::{Instant, Moment, Zone};

/// Longitude and latitude: what GeoJSON is in, and the only system that is offered.
pub(in crate::api) const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// The same with ellipsoidal heights, which a `bbox` of six numbers is in.
pub(super) const CRS84H: &str = "http://www.opengis.net/def/crs/OGC/0/CRS84h";
/// Features of a page where `limit` is not given.
pub(super) const DEFAULT_LIMIT: usize = 10;
/// Most features of a page.
pub(in crate::api) const MAX_LIMIT: usize = 10_000;

impl Query {
    /// `datetime`, in the catalogue's `zone`. A space is the `+` of an offset that was not encoded.
    pub(in crate::api) fn moment(&self, zone: &Zone) -> Result<Option<Moment>, Problem> {
        self.get("datetime")
            .map(|text| {
                Moment::parse(&text.replace(' ', "+"), zone)
                    .map_err(|error| Problem::invalid("datetime", error.reason))
            })
            .transpose()
    }

    /// `asof`.
    pub(in crate::api) fn asof(&self) -> Result<Option<Asof>, Problem> {
        let Some(text) = self.get("asof") else { return Ok(None) };
        if let Ok(number) = text.parse() {
            return Ok(Some(Asof::Edition(number)));
        }
        self.instant("asof").map(|at| at.map(Asof::Instant))
    }

    /// `now`.
    pub(in crate::api) fn now(&self) -> Result<Option<Instant>, Problem> {
        self.instant("now")
    }

    fn instant(&self, name: &str) -> Result<Option<Instant>, Problem> {
        self.get(name)
            .map(|text| Instant::parse(&text.replace(' ', "+")).ok_or_else(|| refused(name, text)))
            .transpose()
    }

    /// `limit`, brought down to the most that is given.
    pub(in crate::api) fn limit(&self) -> Result<usize, Problem> {
        let limit = self.count("limit")?.unwrap_or(DEFAULT_LIMIT as u64);
        if limit == 0 {
            return Err(refused("limit", "0"));
        }
        Ok(usize::try_from(limit).map_or(MAX_LIMIT, |limit| limit.min(MAX_LIMIT)))
    }

    /// `offset`.
    pub(in crate::api) fn offset(&self) -> Result<u64, Problem> {
        Ok(self.count("offset")?.unwrap_or(0))
    }

    fn count(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits {
            return Err(refused(name, text));
        }
        // More digits than fit are more than there can be.
        Ok(Some(text.parse().unwrap_or(u64::MAX)))
    }

    /// The columns of `properties`, each once: a name that is repeated thousands of times is not
    /// looked up so often.
    pub(in crate::api) fn properties(&self) -> Option<Vec<String>> {
        let text = self.get("properties")?;
        let mut seen = HashSet::new();
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Some(names.filter(|name| seen.insert(*name)).map(str::to_owned).collect())
    }

    /// Whether `aggregate` asks for cells of a grid.
    pub(in crate::api) fn aggregate(&self) -> Result<bool, Problem> {
        match self.get("aggregate") {
            None => Ok(false),
            Some("grid") => Ok(true),
            Some(other) => Err(refused("aggregate", other)),
        }
    }

    /// Checks `crs` and `bbox-crs`: only CRS84 is offered.
    pub(in crate::api) fn only_crs84(&self) -> Result<(), Problem> {
        for (name, offered) in [("crs", &[CRS84][..]), ("bbox-crs", &[CRS84, CRS84H])] {
            if self.get(name).is_some_and(|crs| !offered.contains(&crs)) {
                return Err(Problem::invalid(name, format!("only {CRS84} is offered")));
            }
        }
        Ok(())
    }

    /// `f`.
    pub(in crate::api) fn format(&self) -> Option<&str> {
        self.get("f")
    }

    /// Whether the time that the request is about is said, by `datetime` or a paging link's `now`.
    pub(in crate::api) fn says_when(&self) -> bool {
        self.get("datetime").or_else(|| self.get("now")).is_some()
    }

    /// Whether `datetime` is given.
    pub(in crate::api) fn has_moment(&self) -> bool {
        self.get("datetime").is_some()
    }

    /// The part of the query that says which state of the catalogue is asked: what links to other
    /// resources carry on.
    pub(in crate::api) fn carried(&self, names: &[&str]) -> String {
        let pairs: Vec<_> = names.iter().map(|n| (*n, self.get(n).map(str::to_owned))).collect();
        Self::default().with(&pairs).encode()
    }
}

/// A value that is not of the parameter's form.
fn refused(name: &str, text: &str) -> Problem {
    Problem::invalid(name, format!("`{}`: expected {}", quoted(text), table::form(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, value: &str) -> Query {
        Query::default().with(&[(name, Some(value.to_owned()))])
    }

    #[test]
    fn limits_are_brought_down_and_zero_is_refused() {
        assert_eq!(Query::default().limit(), Ok(DEFAULT_LIMIT));
        assert_eq!(of("limit", "7").limit(), Ok(7));
        for large in ["10001", "99999999999999999999999999"] {
            assert_eq!(of("limit", large).limit(), Ok(MAX_LIMIT));
        }
        for bad in ["0", "-1", "1.5", "", "ten", "+1"] {
            assert!(of("limit", bad).limit().is_err(), "{bad}");
        }
    }

    #[test]
    fn asof_is_an_edition_or_an_instant() {
        assert_eq!(of("asof", "3").asof(), Ok(Some(Asof::Edition(3))));
        let at = Asof::Instant(Instant::from_millis(1_000));
        assert_eq!(of("asof", "1970-01-01T00:00:01Z").asof(), Ok(Some(at)));
        // An offset's plus that was not encoded.
        assert_eq!(of("asof", "1970-01-01T08:00:01 08:00").asof(), Ok(Some(at)));
        for bad in ["", "-1", "yesterday", "1970-01-01"] {
            assert!(of("asof", bad).asof().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_crs84_is_offered() {
        assert!(of("crs", CRS84).only_crs84().is_ok());
        assert!(of("bbox-crs", CRS84H).only_crs84().is_ok());
        for name in ["crs", "bbox-crs"] {
            let utm = "http://www.opengis.net/def/crs/EPSG/0/32650";
            assert!(of(name, utm).only_crs84().is_err());
        }
    }

    #[test]
    fn properties_are_names_between_commas() {
        assert_eq!(Query::default().properties(), None);
        assert_eq!(of("properties", "").properties(), Some(vec![]));
        let names = Some(vec!["b".into(), "a".into()]);
        assert_eq!(of("properties", "b, a,,b,a ,a").properties(), names);
    }
}
