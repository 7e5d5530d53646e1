//! The ways in which a CRS is called by authority and code.

/// A CRS by authority.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Name {
    /// `OGC:CRS84`, and `CRS84h`, whose height is not used.
    Crs84,
    /// A code of the EPSG registry.
    Epsg(u32),
}

/// Longest piece of an unknown text that an error repeats, in characters.
const SHOWN: usize = 80;

/// Reads `EPSG:4547`, `4547`, `CRS84`, `OGC:CRS84`, `[EPSG:4547]`,
/// `http://www.opengis.net/def/crs/EPSG/0/4547` and `urn:ogc:def:crs:EPSG::4547`.
pub(super) fn read(text: &str) -> Option<Name> {
    let text = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    let uri = ["http://", "https://"]
        .into_iter()
        .find_map(|scheme| lower.strip_prefix(scheme)?.strip_prefix("www.opengis.net/def/crs/"));
    let parts: Vec<&str> = match (uri, lower.strip_prefix("urn:ogc:def:crs:")) {
        (Some(path), _) => path.split('/').collect(),
        (_, Some(urn)) => urn.split(':').collect(),
        _ => lower.split(':').collect(),
    };
    match parts.as_slice() {
        [code] => of("ogc", code).or_else(|| of("epsg", code)),
        [authority, code] | [authority, _, code] => of(authority, code),
        _ => None,
    }
}

/// The code as the authority (in lower case) uses it.
pub(super) fn of(authority: &str, code: &str) -> Option<Name> {
    match authority {
        "ogc" => matches!(code, "crs84" | "crs84h").then_some(Name::Crs84),
        "epsg" | "esri" if code.bytes().all(|b| b.is_ascii_digit()) => {
            code.parse().ok().and_then(|code| of_authority(authority, code)).map(Name::Epsg)
        }
        _ => None,
    }
}

/// The EPSG code that a numeric code of an authority means. Of ESRI's own codes, which start at
/// 37001, only Web Mercator's are known.
pub(super) fn of_authority(authority: &str, code: i32) -> Option<u32> {
    let code = u32::try_from(code).ok().filter(|&code| code > 0)?;
    let epsg = authority.is_empty() || authority.eq_ignore_ascii_case("EPSG");
    let esri = authority.eq_ignore_ascii_case("ESRI") && (code < 37_001 || is_web_mercator(code));
    (epsg || esri).then_some(code)
}

/// Whether the code is EPSG:3857 or one of the names it had before.
pub(super) const fn is_web_mercator(code: u32) -> bool {
    matches!(code, 3857 | 3785 | 900_913 | 102_100 | 102_113)
}

/// The beginning of a text, for an error.
pub(super) fn short(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
