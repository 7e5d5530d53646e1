//! Well-known text (WKT 1 of OGC and Esri, WKT 2) to a PROJ string.

use std::fmt::Write;

use super::CrsError;
use super::name::{self, Name};
use super::wkt::Node;

const PROJECTED: &[&str] = &["PROJCS", "PROJCRS", "PROJECTEDCRS", "BASEPROJCRS"];
const GEOGRAPHIC: &[&str] =
    &["GEOGCS", "GEOGCRS", "GEODCRS", "GEOGRAPHICCRS", "GEODETICCRS", "BASEGEOGCRS", "BASEGEODCRS"];
/// What holds a horizontal CRS first: compounds, and a CRS with the epoch of its coordinates.
const AROUND: &[&str] = &["COMPD_CS", "COMPOUNDCRS", "COORDINATEMETADATA"];
const DATUM: &[&str] = &["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"];
const ELLIPSOID: &[&str] = &["SPHEROID", "ELLIPSOID"];
const LENGTH_UNIT: &[&str] = &["LENGTHUNIT", "UNIT"];
const ANGLE_UNIT: &[&str] = &["ANGLEUNIT", "UNIT"];

/// A CRS that has no code.
pub(super) struct Definition {
    /// As PROJ string.
    pub(super) proj: String,
    /// Degrees in its angular unit, where it is geographic.
    pub(super) degrees_per_unit: f64,
    /// Its name.
    pub(super) title: String,
}

/// The authority and code of the outermost CRS, or of the horizontal part of a compound one.
pub(super) fn authority(root: &Node) -> Option<Name> {
    let root = unwrap(root);
    let id = root.child(&["AUTHORITY", "ID"])?;
    let organisation = id.texts().next()?.to_ascii_lowercase();
    let code = id.texts().nth(1).map(str::to_ascii_lowercase);
    let code = code.or_else(|| id.numbers().next().map(|n| format!("{n}")))?;
    name::of(&organisation, &code)
}

/// Reads a projected or geographic CRS, alone, bound to WGS 84 or in a compound.
pub(super) fn of(root: &Node) -> Result<Definition, CrsError> {
    let crs = unwrap(root);
    let title = crs.texts().next().unwrap_or("unnamed").to_owned();
    let is = |keywords: &[&str]| keywords.contains(&crs.keyword.as_str());
    if is(GEOGRAPHIC) {
        let proj = format!("+proj=longlat{} +no_defs", base(root, crs)?);
        return Ok(Definition { proj, degrees_per_unit: angle_unit(crs).to_degrees(), title });
    }
    if !is(PROJECTED) {
        return Err(CrsError::new(format!(
            "{} is no kind of CRS that can be mapped",
            name::short(&crs.keyword)
        )));
    }
    if let Some(proj) = extension(crs) {
        return Ok(Definition { proj, degrees_per_unit: 1.0, title });
    }
    let geographic =
        crs.child(GEOGRAPHIC).ok_or_else(|| CrsError::new("a projected CRS without its base"))?;
    let unit = length_unit(crs);
    let mut proj = super::method::read(crs, angle_unit(geographic), unit)?;
    if proj.contains("@null") {
        // Web Mercator takes ellipsoidal latitudes for those of a sphere.
        let sphere = super::RADIUS;
        let _ = write!(proj, " +a={sphere} +b={sphere}");
    } else {
        proj.push_str(&base(root, geographic)?);
    }
    if (unit - 1.0).abs() > 1e-15 {
        push(&mut proj, "to_meter", unit);
    }
    proj.push_str(" +no_defs");
    Ok(Definition { proj, degrees_per_unit: 1.0, title })
}

/// The PROJ string that GDAL adds where WKT 1 cannot say it.
fn extension(crs: &Node) -> Option<String> {
    let mut texts = crs.child(&["EXTENSION"])?.texts();
    let (kind, proj) = (texts.next()?, texts.next()?);
    (kind == "PROJ4" && proj.contains("+proj=")).then(|| proj.to_owned())
}

/// The horizontal CRS inside compound and bound ones, and ones with an epoch.
fn unwrap(mut crs: &Node) -> &Node {
    loop {
        let inner = if AROUND.contains(&crs.keyword.as_str()) {
            crs.nodes().next()
        } else if crs.keyword == "BOUNDCRS" {
            crs.child(&["SOURCECRS"]).and_then(|source| source.nodes().next())
        } else {
            None
        };
        match inner {
            Some(inner) => crs = inner,
            None => return crs,
        }
    }
}

/// Ellipsoid, prime meridian and datum shift of a geographic CRS.
fn base(root: &Node, geographic: &Node) -> Result<String, CrsError> {
    let datum = geographic.child(DATUM).unwrap_or(geographic);
    let ellipsoid = datum.child(ELLIPSOID).or_else(|| geographic.child(ELLIPSOID));
    let ellipsoid = ellipsoid.ok_or_else(|| CrsError::new("a CRS without ellipsoid"))?;
    let mut sizes = ellipsoid.numbers();
    let a = sizes.next().unwrap_or(0.0) * ellipsoid.child(LENGTH_UNIT).map_or(1.0, factor);
    let flattening = sizes.next().unwrap_or(0.0);
    if !(a > 0.0 && (flattening == 0.0 || flattening > 1.0)) {
        return Err(CrsError::new("a CRS whose ellipsoid has no size"));
    }
    let mut out = String::new();
    push(&mut out, "a", a);
    if flattening == 0.0 {
        push(&mut out, "b", a);
    } else {
        push(&mut out, "rf", flattening);
    }
    if let Some(meridian) = geographic.child(&["PRIMEM", "PRIMEMERIDIAN"]) {
        let unit = meridian.child(ANGLE_UNIT).map_or_else(|| angle_unit(geographic), factor);
        let east = meridian.numbers().next().unwrap_or(0.0) * unit.to_degrees();
        if east != 0.0 {
            push(&mut out, "pm", east);
        }
    }
    let shift = datum
        .child(&["TOWGS84"])
        .map(|node| node.numbers().take(7).collect())
        .or_else(|| bound_shift(root))
        .filter(|shift: &Vec<f64>| matches!(shift.len(), 3 | 7));
    match shift {
        Some(shift) => {
            let shift: Vec<String> = shift.iter().map(|v| format!("{v}")).collect();
            let _ = write!(out, " +towgs84={}", shift.join(","));
        }
        None => out.push_str(&shift_of_code(geographic).unwrap_or_default()),
    }
    Ok(out)
}

/// The seven (or three) parameters to WGS 84 of a bound CRS, as TOWGS84 has them: metres, arc
/// seconds by the position vector convention, parts per million.
fn bound_shift(root: &Node) -> Option<Vec<f64>> {
    let transformation = root.child(&["ABRIDGEDTRANSFORMATION"])?;
    let frame = transformation
        .child(&["METHOD"])
        .and_then(|method| method.texts().next())
        .is_some_and(|name| plain(name).starts_with("coordinateframe"));
    let value = |wanted: &[&str], seconds: bool| {
        let parameter = transformation
            .nodes()
            .filter(|node| node.keyword == "PARAMETER")
            .find(|node| node.texts().next().is_some_and(|n| wanted.contains(&&*plain(n))))?;
        let number = parameter.numbers().next()?;
        let unit = parameter.child(&["ANGLEUNIT", "UNIT"]).filter(|_| seconds).map(factor);
        Some(unit.map_or(number, |unit| (number * unit).to_degrees() * 3600.0))
    };
    let shift = [
        value(&["xaxistranslation"], false)?,
        value(&["yaxistranslation"], false)?,
        value(&["zaxistranslation"], false)?,
    ];
    let turn = |axis| value(&[axis], true).map(|turn| if frame { -turn } else { turn });
    let (Some(x), Some(y), Some(z)) =
        (turn("xaxisrotation"), turn("yaxisrotation"), turn("zaxisrotation"))
    else {
        return Some(shift.to_vec());
    };
    let scale = transformation
        .nodes()
        .filter(|node| node.texts().next().is_some_and(|n| plain(n) == "scaledifference"))
        .find_map(|node| {
            let unit = node.child(&["SCALEUNIT", "UNIT"]).map_or(1e-6, factor);
            Some(node.numbers().next()? * unit * 1e6)
        });
    // An abridged transformation may give the scale as a factor near 1 (ISO 19162, 17.3).
    let scale = scale.map_or(0.0, |ppm| if ppm > 5e5 { ppm - 1e6 } else { ppm });
    Some([shift.as_slice(), &[x, y, z, scale]].concat())
}

/// The datum shift that the base CRS's own code stands for.
fn shift_of_code(geographic: &Node) -> Option<String> {
    let Some(Name::Epsg(code)) = authority(geographic) else { return None };
    let known = crs_definitions::from_code(u16::try_from(code).ok()?)?;
    let definition = without_grids(known.proj4);
    let shift = definition.split_whitespace().find(|part| part.starts_with("+towgs84="));
    let datum = definition.split_whitespace().find(|part| part.starts_with("+datum="));
    shift.or(datum).map(|part| format!(" {part}"))
}

/// Without what would need grid files: North America's of 1927 by the mean shift of the contiguous
/// states (EPSG transformation 1173, 10 m), New Zealand's of 1949 by its seven parameters.
pub(super) fn without_grids(definition: &str) -> String {
    let grid = |part: &&str| part.starts_with("+nadgrids=") && *part != "+nadgrids=@null";
    let parts: Vec<&str> = definition
        .split_whitespace()
        .filter(|part| !grid(part))
        .map(|part| match part {
            "+datum=NAD27" => "+ellps=clrk66 +towgs84=-8,160,176",
            _ => part,
        })
        .collect();
    parts.join(" ")
}

/// Radians in the unit of a geographic CRS's angles; degrees where it names none.
fn angle_unit(geographic: &Node) -> f64 {
    unit(geographic, ANGLE_UNIT).unwrap_or(1.0_f64.to_radians())
}

/// Metres in the unit of a projected CRS's axes; metres where it names none.
fn length_unit(projected: &Node) -> f64 {
    unit(projected, LENGTH_UNIT).unwrap_or(1.0)
}

/// The unit of a CRS: its own, else that of its first axis.
fn unit(crs: &Node, keywords: &[&str]) -> Option<f64> {
    let own = crs.child(keywords);
    own.or_else(|| crs.child(&["AXIS"]).and_then(|axis| axis.child(keywords)))
        .map(factor)
        .filter(|unit| *unit > 0.0)
}

/// How many metres, radians or ones a unit is.
pub(super) fn factor(unit: &Node) -> f64 {
    unit.numbers().next().unwrap_or(1.0)
}

/// A name without case, spaces and signs, since writers differ in them.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Adds `+key=value`.
pub(super) fn push(out: &mut String, key: &str, value: f64) {
    let _ = write!(out, " +{key}={value}");
}
