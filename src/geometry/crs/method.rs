//! A projected CRS's method and parameters in well-known text to PROJ's.

use super::CrsError;
use super::definition::{factor, plain, push};
use super::wkt::Node;

/// A projection method: names that texts give it (see [`plain`]), PROJ's name and what PROJ must
/// be told besides, and what PROJ calls the standard parallel.
struct Method {
    names: &'static [&'static str],
    proj: &'static str,
    parallel: &'static str,
}

const METHODS: [Method; 19] = [
    method(&["transversemercator", "gausskruger", "gausskrueger"], "tmerc", "lat_1"),
    method(
        &["transversemercatorsouthorientated", "transversemercatorsouthoriented"],
        "tmerc +axis=wsu",
        "lat_1",
    ),
    method(&["mercator1sp", "mercatorvarianta"], "merc", "lat_ts"),
    method(&["mercator2sp", "mercatorvariantb", "mercator"], "merc", "lat_ts"),
    method(
        &["popularvisualisationpseudomercator", "mercatorauxiliarysphere"],
        "merc +nadgrids=@null",
        "lat_ts",
    ),
    method(&["lambertconformalconic1sp", "lambertconicconformal1sp"], "lcc", "lat_1"),
    method(
        &["lambertconformalconic2sp", "lambertconicconformal2sp", "lambertconformalconic"],
        "lcc",
        "lat_1",
    ),
    method(&["albersconicequalarea", "albersequalarea", "albers"], "aea", "lat_1"),
    method(&["obliquestereographic", "doublestereographic"], "sterea", "lat_1"),
    method(
        &[
            "polarstereographic",
            "polarstereographicvarianta",
            "polarstereographicvariantb",
            "stereographicnorthpole",
            "stereographicsouthpole",
        ],
        "stere",
        "lat_ts",
    ),
    method(&["lambertazimuthalequalarea"], "laea", "lat_1"),
    method(&["azimuthalequidistant"], "aeqd", "lat_1"),
    method(&["equirectangular", "equidistantcylindrical", "platecarree"], "eqc", "lat_ts"),
    method(&["cylindricalequalarea", "lambertcylindricalequalarea"], "cea", "lat_ts"),
    method(
        &[
            "hotineobliquemercator",
            "hotineobliquemercatorvarianta",
            "hotineobliquemercatorazimuthnaturalorigin",
            "rectifiedskeworthomorphicnaturalorigin",
        ],
        "omerc +no_uoff",
        "lat_1",
    ),
    method(
        &[
            "hotineobliquemercatorazimuthcenter",
            "hotineobliquemercatorvariantb",
            "rectifiedskeworthomorphiccenter",
        ],
        "omerc",
        "lat_1",
    ),
    method(&["swissobliquecylindrical", "swissobliquemercator"], "somerc", "lat_1"),
    method(&["cassinisoldner", "cassini"], "cass", "lat_1"),
    method(&["polyconic", "americanpolyconic"], "poly", "lat_1"),
];

const fn method(
    names: &'static [&'static str],
    proj: &'static str,
    parallel: &'static str,
) -> Method {
    Method { names, proj, parallel }
}

/// What a parameter is measured in.
#[derive(Clone, Copy, PartialEq)]
enum Measure {
    Angle,
    Length,
    Scale,
}

/// `+proj=… +lat_0=… …` of a projected CRS. Values without a unit of their own are in `angle`
/// (radians) and `length` (metres).
pub(super) fn read(crs: &Node, angle: f64, length: f64) -> Result<String, CrsError> {
    let conversion = crs.child(&["CONVERSION"]).unwrap_or(crs);
    let named = conversion
        .child(&["PROJECTION", "METHOD"])
        .and_then(|node| node.texts().next())
        .ok_or_else(|| CrsError::new("a projected CRS without method"))?;
    let name = plain(named);
    let method = METHODS.iter().find(|method| method.names.contains(&name.as_str()));
    let method = method.ok_or_else(|| {
        CrsError::new(format!("the projection \"{}\" is not supported", super::name::short(named)))
    })?;
    let mut out = format!("+proj={}", method.proj);
    let mut origin = None;
    let mut parallel = None;
    for node in conversion.nodes().filter(|node| node.keyword == "PARAMETER") {
        let (Some(name), Some(value)) = (node.texts().next(), node.numbers().next()) else {
            continue;
        };
        let Some((key, measure)) = key(&plain(name), method) else { continue };
        let unit = node.child(&["ANGLEUNIT", "LENGTHUNIT", "SCALEUNIT", "UNIT"]).map(factor);
        let value = value
            * match measure {
                Measure::Angle => unit.unwrap_or(angle).to_degrees(),
                Measure::Length => unit.unwrap_or(length),
                Measure::Scale => unit.unwrap_or(1.0),
            };
        match key {
            "lat_0" => origin = Some(value),
            "lat_1" | "lat_ts" => parallel = Some(value),
            _ => push(&mut out, key, value),
        }
    }
    place(&mut out, method, &name, origin, parallel);
    Ok(out)
}

/// The latitudes, whose parts differ from method to method.
fn place(
    out: &mut String,
    method: &Method,
    name: &str,
    origin: Option<f64>,
    parallel: Option<f64>,
) {
    if method.proj == "stere" {
        // At a pole; the latitude given is that of true scale, unless it is the pole itself.
        let south = name.ends_with("southpole") || origin.or(parallel).is_some_and(|v| v < 0.0);
        push(out, "lat_0", if south { -90.0 } else { 90.0 });
        if let Some(truth) = parallel.or(origin).filter(|v| v.abs() < 90.0) {
            push(out, "lat_ts", truth);
        }
        return;
    }
    let conic_at_origin = method.proj == "lcc" && parallel.is_none();
    if let Some(origin) = origin.or(parallel.filter(|_| method.proj == "lcc")) {
        push(out, "lat_0", origin);
    }
    if let Some(parallel) = parallel.or(origin.filter(|_| conic_at_origin)) {
        push(out, method.parallel, parallel);
    }
}

/// PROJ's name of a parameter and what it is measured in.
fn key(name: &str, method: &Method) -> Option<(&'static str, Measure)> {
    let oblique = method.proj.starts_with("omerc");
    Some(match name {
        "latitudeoforigin"
        | "latitudeofcenter"
        | "latitudeofcentre"
        | "latitudeofnaturalorigin"
        | "latitudeoffalseorigin"
        | "latitudeofprojectioncentre"
        | "centralparallel" => ("lat_0", Measure::Angle),
        "centralmeridian"
        | "longitudeoforigin"
        | "longitudeofcenter"
        | "longitudeofcentre"
        | "longitudeofnaturalorigin"
        | "longitudeoffalseorigin"
        | "longitudeofprojectioncentre" => (if oblique { "lonc" } else { "lon_0" }, Measure::Angle),
        "standardparallel1" | "latitudeof1ststandardparallel" | "latitudeofstandardparallel" => {
            (method.parallel, Measure::Angle)
        }
        "standardparallel2" | "latitudeof2ndstandardparallel" => ("lat_2", Measure::Angle),
        "azimuth" | "azimuthofinitialline" | "azimuthatprojectioncentre" => {
            ("alpha", Measure::Angle)
        }
        "rectifiedgridangle" | "anglefromrectifiedtoskewgrid" => ("gamma", Measure::Angle),
        "scalefactor"
        | "scalefactoratnaturalorigin"
        | "scalefactoratprojectioncentre"
        | "scalefactoroninitialline" => ("k_0", Measure::Scale),
        "falseeasting" | "eastingatfalseorigin" | "eastingatprojectioncentre" => {
            ("x_0", Measure::Length)
        }
        "falsenorthing" | "northingatfalseorigin" | "northingatprojectioncentre" => {
            ("y_0", Measure::Length)
        }
        _ => return None,
    })
}
