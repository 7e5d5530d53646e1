//! CRS against PROJ: recorded positions, axis orders, texts that name a CRS.

use super::Crs;

/// Code, x and y, longitude and latitude; by `pyproj` 3.7.2 (PROJ 9.5) with `always_xy`, network
/// and grids off.
const EXPECTED: [(u32, [f64; 2], [f64; 2]); 24] = [
    (3857, [12695987.9, 2575494.1], [114.0499997757, 22.5317915967]),
    (4547, [505143.2, 2493100.5], [114.0499970959, 22.5355104198]),
    (4526, [38505143.2, 2493100.5], [114.0499970959, 22.5355104198]),
    (32650, [201000.5, 2494000.25], [114.0933376947, 22.5263910533]),
    (2263, [985000.0, 205000.0], [-73.9972939695, 40.7293542572]),
    (2326, [836000.0, 819000.0], [114.1742733326, 22.3099721314]),
    (2056, [2600000.0, 1200000.0], [7.4386324209, 46.9510827719]),
    (3035, [4321000.0, 3210000.0], [10.0, 52.0]),
    (2154, [652000.0, 6862000.0], [2.3458119587, 48.856248141]),
    (5070, [1750000.0, 2200000.0], [-74.8392100778, 41.0479240895]),
    (31370, [149000.0, 170000.0], [4.3545547055, 50.8404105071]),
    (27700, [530000.0, 180000.0], [-0.1283539405, 51.5039908276]),
    (28992, [233000.0, 557000.0], [6.5489311464, 52.9943164493]),
    (25833, [389000.0, 5819000.0], [13.3644139798, 52.5098060575]),
    (2450, [-32000.0, -130000.0], [138.1501593115, 34.8276617516]),
    (3067, [385000.0, 6672000.0], [24.9274577133, 60.1686659998]),
    (3826, [302000.0, 2770000.0], [121.5153084346, 25.0372281904]),
    (2193, [1750000.0, 5427000.0], [174.7915187696, -41.2945174693]),
    (31467, [3500000.0, 5500000.0], [8.998963564, 49.6367106423]),
    (4807, [2.0, 54.0], [4.1365821296, 48.5999429231]),
    (26718, [580000.0, 4500000.0], [-74.053375391, 40.6488842087]),
    (3413, [500000.0, -1500000.0], [-26.5650511771, 75.4791458944]),
    (2048, [100000.0, 3700000.0], [17.924830783, -33.421385675]),
    (3375, [400000.0, 350000.0], [101.5962188816, 3.162385328]),
];

fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    ((a[0] - b[0]) * 111_320.0 * a[1].to_radians().cos()).hypot((a[1] - b[1]) * 110_574.0)
}

fn crs(text: &str) -> Crs {
    Crs::parse(text).unwrap()
}

#[test]
fn positions_agree_with_proj_without_grids() {
    for (code, [x, y], expected) in EXPECTED {
        let crs = crs(&code.to_string());
        let found = crs.to_lonlat([x, y]).unwrap();
        // Britain's and the Netherlands' shifts differ in their last digits.
        let bound = if matches!(code, 27700 | 28992) { 0.006 } else { 0.0001 };
        assert!(metres(found, expected) < bound, "EPSG:{code}: {found:?}, not {expected:?}");
        let back = crs.from_lonlat(found).unwrap();
        let off = (back[0] - x).hypot(back[1] - y);
        assert!(off < 0.006, "EPSG:{code}: {back:?}, not {x} {y}");
    }
}

#[test]
fn a_crs_is_called_in_many_ways() {
    for text in [
        "EPSG:4547",
        "epsg:4547",
        " 4547 ",
        "[EPSG:4547]",
        "http://www.opengis.net/def/crs/EPSG/0/4547",
        "https://www.opengis.net/def/crs/epsg/9.9.1/4547",
        "urn:ogc:def:crs:EPSG::4547",
        "urn:ogc:def:crs:EPSG:6.9:4547",
    ] {
        let crs = crs(text);
        assert_eq!(crs.uri(), "http://www.opengis.net/def/crs/EPSG/0/4547", "{text}");
        assert!(crs.north_first() && !crs.is_lonlat());
    }
    for text in [
        "CRS84",
        "OGC:CRS84",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:OGC::CRS84",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "http://www.opengis.net/def/crs/OGC/0/CRS84h",
    ] {
        let crs = crs(text);
        assert!(crs.is_lonlat() && !crs.north_first(), "{text}");
        assert_eq!(crs.uri(), "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
    }
    let web = crs("+proj=utm +zone=50 +datum=WGS84");
    assert!(metres(web.to_lonlat([500_000.0, 0.0]).unwrap(), [117.0, 0.0]) < 1e-4);
}

#[test]
fn what_names_no_crs_is_refused_with_a_reason() {
    for text in [
        "",
        "EPSG:",
        "EPSG:abc",
        "EPSG:1",
        "EPSG:99999999999",
        "ESRI:54030",
        "urn:ogc:def:crs:a",
        "+proj=nonsense",
        "EPSG:4978",
        "[",
        "PROJCS[",
        "PROJCS[\"a\"]",
        "LOCAL_CS[\"a\"]",
        "é",
    ] {
        assert!(Crs::parse(text).is_err_and(|error| !error.reason.is_empty()), "{text}");
    }
    let deep = "A[".repeat(100_000);
    assert!(Crs::parse(&deep).is_err());
    assert!(Crs::from_header("", 0, None).is_err());
    assert!(Crs::from_header("EPSG", 4326, Some("nonsense")).is_ok());
}

#[test]
fn systems_without_datum_shift_are_longitude_and_latitude() {
    for code in [4326, 4490, 4979, 4258, 4269, 6668, 7844, 4283, 4167] {
        assert!(crs(&code.to_string()).is_lonlat(), "{code}");
        assert!(crs(&code.to_string()).north_first(), "{code}");
    }
    // Beijing 1954, Tokyo, NTF (Paris), NAD27, and projected ones.
    for code in [4214, 4301, 4807, 4267, 3857, 4547, 32650] {
        assert!(!crs(&code.to_string()).is_lonlat(), "{code}");
    }
}

#[test]
fn positions_outside_the_domain_are_none() {
    let lonlat = Crs::crs84();
    assert_eq!(lonlat.to_lonlat([190.0, 90.0]), Some([190.0, 90.0]));
    for at in [[0.0, 91.0], [f64::NAN, 0.0], [0.0, f64::INFINITY], [1e9, 0.0]] {
        assert_eq!(lonlat.to_lonlat(at), None);
    }
    for code in ["4547", "3857", "2326", "4807"] {
        for at in [[f64::NAN, 0.0], [0.0, f64::INFINITY], [1e300, 1e300], [f64::MAX, f64::MIN]] {
            let found = crs(code).to_lonlat(at);
            assert!(found.is_none_or(|p| p[0].abs() <= 360.0 && p[1].abs() <= 90.1), "{code}");
        }
    }
    assert_eq!(crs("3857").from_lonlat([0.0, 90.0]), None);
}

/// A system of its own: the longitude of 114 degrees, false easting 120 km, northing -2400 km.
/// Expected by `pyproj` from the same text.
#[test]
fn well_known_text_without_code_is_enough() {
    let wkt2 = "PROJCRS[\"local\",BASEGEOGCRS[\"CGCS2000\",DATUM[\"China 2000\",ELLIPSOID[\"CGCS2000\",6378137,298.257222101,LENGTHUNIT[\"metre\",1]],ID[\"EPSG\",1043]],PRIMEM[\"Greenwich\",0,ANGLEUNIT[\"degree\",0.0174532925199433]]],CONVERSION[\"unnamed\",METHOD[\"Transverse Mercator\",ID[\"EPSG\",9807]],PARAMETER[\"Latitude of natural origin\",0,ANGLEUNIT[\"degree\",0.0174532925199433],ID[\"EPSG\",8801]],PARAMETER[\"Longitude of natural origin\",114,ANGLEUNIT[\"degree\",0.0174532925199433],ID[\"EPSG\",8802]],PARAMETER[\"Scale factor at natural origin\",1,SCALEUNIT[\"unity\",1],ID[\"EPSG\",8805]],PARAMETER[\"False easting\",120000,LENGTHUNIT[\"metre\",1],ID[\"EPSG\",8806]],PARAMETER[\"False northing\",-2400000,LENGTHUNIT[\"metre\",1],ID[\"EPSG\",8807]]],CS[Cartesian,2],AXIS[\"(E)\",east,ORDER[1],LENGTHUNIT[\"metre\",1]],AXIS[\"(N)\",north,ORDER[2],LENGTHUNIT[\"metre\",1]]]";
    let wkt1 = "PROJCS[\"local\",GEOGCS[\"a\",DATUM[\"b\",SPHEROID[\"c\",6378137,298.257222101]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"central_meridian\",114],PARAMETER[\"scale_factor\",1],PARAMETER[\"false_easting\",120000],PARAMETER[\"false_northing\",-2400000],UNIT[\"metre\",1]]";
    for wkt in [wkt2, wkt1] {
        let crs = Crs::from_header("", 0, Some(wkt)).unwrap();
        let found = crs.to_lonlat([125_143.2, 93_100.5]).unwrap();
        assert!(metres(found, crs_4547(505_143.2, 2_493_100.5)) < 1e-4, "{found:?}");
        assert_eq!(crs.uri(), "local");
    }
    let compound = format!("COMPD_CS[\"x\",{wkt1},VERT_CS[\"h\",VERT_DATUM[\"v\",2005]]]");
    assert!(Crs::parse(&compound).is_ok());
    let of_an_epoch = format!("COORDINATEMETADATA[{wkt1},EPOCH[2021.3]]");
    assert!(Crs::parse(&of_an_epoch).is_ok());
}

fn crs_4547(x: f64, y: f64) -> [f64; 2] {
    crs("4547").to_lonlat([x, y]).unwrap()
}

#[test]
fn the_code_inside_well_known_text_is_found() {
    let wkt = |code| {
        format!(
            "PROJCS[\"a (b)\",GEOGCS[\"c\",AUTHORITY[\"EPSG\",\"4326\"]],AUTHORITY[\"EPSG\",\"{code}\"]]"
        )
    };
    let crs = Crs::from_header("EPSG", 0, Some(&wkt(4547))).unwrap();
    assert_eq!(crs.uri(), "http://www.opengis.net/def/crs/EPSG/0/4547");
    assert!(Crs::from_header("EPSG", 0, Some(&wkt(1))).is_err());
    let wkt2 = "GEOGCRS[\"WGS 84\",ID[\"EPSG\",4326]]";
    assert!(Crs::from_header("EPSG", 0, Some(wkt2)).unwrap().north_first());
    let ogc = "GEOGCRS[\"WGS 84 (CRS84)\",ID[\"OGC\",\"CRS84\"]]";
    assert!(!Crs::from_header("OGC", 0, Some(ogc)).unwrap().north_first());
}

#[test]
fn feet_and_datum_shifts_are_read_from_well_known_text() {
    let shifted = |shift: &str| {
        format!(
            "GEOGCS[\"a\",DATUM[\"b\",SPHEROID[\"c\",6378388,297],TOWGS84[{shift}]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]]"
        )
    };
    // EPSG:2326 with its parameters spelled out.
    let wkt = format!(
        "PROJCS[\"hk\",{},PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"latitude_of_origin\",22.3121333333333],PARAMETER[\"central_meridian\",114.178555555556],PARAMETER[\"scale_factor\",1],PARAMETER[\"false_easting\",836694.05],PARAMETER[\"false_northing\",819069.8],UNIT[\"metre\",1]]",
        shifted("-162.619,-276.959,-161.764,0.067753,-2.243649,-1.158827,-1.094246")
    );
    let found = Crs::parse(&wkt).unwrap().to_lonlat([836_000.0, 819_000.0]).unwrap();
    assert!(metres(found, crs("2326").to_lonlat([836_000.0, 819_000.0]).unwrap()) < 0.001);
    // EPSG:2263: false easting given in feet.
    let ny = "PROJCS[\"ny\",GEOGCS[\"NAD83\",DATUM[\"d\",SPHEROID[\"GRS 1980\",6378137,298.257222101]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],PROJECTION[\"Lambert_Conformal_Conic_2SP\"],PARAMETER[\"latitude_of_origin\",40.1666666666667],PARAMETER[\"central_meridian\",-74],PARAMETER[\"standard_parallel_1\",41.0333333333333],PARAMETER[\"standard_parallel_2\",40.6666666666667],PARAMETER[\"false_easting\",984250],PARAMETER[\"false_northing\",0],UNIT[\"US survey foot\",0.304800609601219]]";
    let found = Crs::parse(ny).unwrap().to_lonlat([985_000.0, 205_000.0]).unwrap();
    assert!(metres(found, crs("2263").to_lonlat([985_000.0, 205_000.0]).unwrap()) < 0.001);
}

#[test]
fn every_known_code_but_few_can_be_used() {
    let codes = 1024..=u16::MAX;
    let known: Vec<u16> =
        codes.filter(|code| crs_definitions::from_code(*code).is_some()).collect();
    let usable = known.iter().filter(|code| Crs::parse(&code.to_string()).is_ok()).count();
    // The rest are geocentric, or projections that `proj4rs` does not have (four).
    assert!(usable >= 5984, "{usable} of {}", known.len());
}
