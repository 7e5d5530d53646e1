//! A file of made-up buildings.

use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{Column, ColumnType, Kind, Value};

/// West and south of the city, and the distance of buildings: some 45 by 45 in a tile of zoom 14.
pub(crate) const ORIGIN: [f64; 2] = [113.9, 22.5];
pub(crate) const STEP: f64 = 360.0 / 16384.0 / 45.0;
/// Vertices of a building.
const CORNERS: u32 = 11;

const COLUMNS: [(&str, ColumnType); 10] = [
    ("gid", ColumnType::Int),
    ("label", ColumnType::String),
    ("use", ColumnType::String),
    ("storeys", ColumnType::Int),
    ("height", ColumnType::Double),
    ("area", ColumnType::Double),
    ("built", ColumnType::Int),
    ("material", ColumnType::String),
    ("listed", ColumnType::Bool),
    ("address", ColumnType::String),
];

/// `count` buildings of eleven corners and ten columns that differ by their number alone.
pub(crate) fn buildings(count: u32) -> Vec<u8> {
    let columns = COLUMNS.map(|(name, kind)| Column {
        name: name.into(),
        kind,
        title: None,
        description: None,
    });
    let options = WriterOptions {
        name: "buildings".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::Polygon,
    };
    let mut writer = Writer::new(options, columns.to_vec());
    let across = f64::from(count).sqrt() as u32;
    for n in 0..count {
        let centre = [n % across, n / across].map(|step| f64::from(step) * STEP);
        let ring = (0..CORNERS).map(|corner| {
            let angle = f64::from(corner) * std::f64::consts::TAU / f64::from(CORNERS);
            let reach = STEP * (0.3 + f64::from((n * 7 + corner * 5) % 11) * 0.01);
            (
                ORIGIN[0] + centre[0] + reach * angle.cos(),
                ORIGIN[1] + centre[1] + reach * angle.sin(),
            )
        });
        let polygon = geo::Polygon::new(ring.collect(), vec![]).into();
        let (name, address) = (format!("Building {n}"), format!("{} Road {}", n % 50, n / 50));
        let values = [
            Value::Int(n.into()),
            Value::Text(&name),
            Value::Text(["housing", "office", "school", "shop", "factory"][n as usize % 5]),
            Value::Int((n % 30).into()),
            Value::Double(f64::from(n % 300) / 2.0),
            Value::Double(f64::from(n.wrapping_mul(2_654_435_761) >> 12) / 100.0),
            Value::Int((1950 + n % 75).into()),
            Value::Text(["brick", "concrete", "steel", "wood"][n as usize % 4]),
            Value::Bool(n.is_multiple_of(37)),
            Value::Text(&address),
        ];
        writer.add(Some(&polygon), &values).unwrap();
    }
    writer.finish()
}
