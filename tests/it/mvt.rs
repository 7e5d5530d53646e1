//! A reader of MVT 2.1 for tests, independent of the encoder, strict where the specification says
//! "MUST" (<https://github.com/mapbox/vector-tile-spec/tree/master/2.1>), shown on mvt-fixtures.

use std::collections::{BTreeMap, BTreeSet};

/// A tile.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Tile {
    /// In the tile's order.
    pub(crate) layers: Vec<Layer>,
}

/// A layer.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Layer {
    pub(crate) version: u64,
    pub(crate) name: String,
    pub(crate) extent: u64,
    pub(crate) keys: Vec<String>,
    pub(crate) values: Vec<Value>,
    pub(crate) features: Vec<Feature>,
}

/// A feature.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Feature {
    pub(crate) id: Option<u64>,
    pub(crate) tags: Vec<u32>,
    pub(crate) attributes: BTreeMap<String, Value>,
    pub(crate) kind: u64,
    pub(crate) commands: Vec<u32>,
}

/// An attribute's value, by its type in the tile.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Value {
    Text(String),
    Float(f32),
    Double(f64),
    Int(i64),
    UInt(u64),
    SInt(i64),
    Bool(bool),
}

/// A position in tile units.
pub(crate) type Point = [i64; 2];
/// A closed ring without its repeated last point.
pub(crate) type Ring = Vec<Point>;

/// A geometry.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Geometry {
    Unknown,
    Points(Vec<Point>),
    Lines(Vec<Vec<Point>>),
    /// Each polygon's exterior, then its interiors.
    Polygons(Vec<Vec<Ring>>),
}

type Read<T> = Result<T, String>;

/// A field's value on the wire.
enum Field<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

impl<'a> Field<'a> {
    fn number(&self) -> Read<u64> {
        if let Field::Varint(value) = self { Ok(*value) } else { Err("not a varint".into()) }
    }

    fn bytes(&self) -> Read<&'a [u8]> {
        if let Field::Bytes(value) = self { Ok(value) } else { Err("not bytes".into()) }
    }

    fn text(&self) -> Read<String> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|e| e.to_string())
    }
}

fn varint(input: &mut &[u8]) -> Read<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = input.split_first().ok_or("cut short")?;
        *input = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err("a varint of more than ten bytes".into())
}

fn take<'a>(input: &mut &'a [u8], len: usize) -> Read<&'a [u8]> {
    let (head, rest) = input.split_at_checked(len).ok_or("cut short")?;
    *input = rest;
    Ok(head)
}

fn fields(mut input: &[u8]) -> Read<Vec<(u64, Field<'_>)>> {
    let mut found = Vec::new();
    while !input.is_empty() {
        let key = varint(&mut input)?;
        let field = match key & 7 {
            0 => Field::Varint(varint(&mut input)?),
            1 => Field::Fixed64(take(&mut input, 8)?.try_into().map_err(|_error| "cut short")?),
            2 => {
                let len = varint(&mut input)? as usize;
                Field::Bytes(take(&mut input, len)?)
            }
            5 => Field::Fixed32(take(&mut input, 4)?.try_into().map_err(|_error| "cut short")?),
            other => return Err(format!("wire type {other}")),
        };
        found.push((key >> 3, field));
    }
    Ok(found)
}

fn packed(mut input: &[u8]) -> Read<Vec<u32>> {
    let mut out = Vec::new();
    while !input.is_empty() {
        let value = varint(&mut input)?;
        out.push(u32::try_from(value).map_err(|_error| format!("{value} is not 32 bits"))?);
    }
    Ok(out)
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

impl Tile {
    /// Reads a tile. Nothing is a tile without layers.
    pub(crate) fn read(bytes: &[u8]) -> Read<Self> {
        let mut tile = Self::default();
        let mut names = BTreeSet::new();
        for (number, field) in fields(bytes)? {
            if number == 3 {
                let layer = Layer::read(field.bytes()?)?;
                if !names.insert(layer.name.clone()) {
                    return Err(format!("two layers called {}", layer.name));
                }
                tile.layers.push(layer);
            }
        }
        Ok(tile)
    }

    /// The layer called `name`.
    pub(crate) fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == name)
    }
}

impl Layer {
    fn read(bytes: &[u8]) -> Read<Self> {
        let (mut version, mut name, mut extent) = (None, None, 4096);
        let (mut keys, mut values, mut features) = (Vec::new(), Vec::new(), Vec::new());
        for (number, field) in fields(bytes)? {
            match number {
                1 => name = Some(field.text()?),
                2 => features.push(Feature::read(field.bytes()?)?),
                3 => keys.push(field.text()?),
                4 => values.push(Value::read(field.bytes()?)?),
                5 => extent = field.number()?,
                15 => version = Some(field.number()?),
                _ => return Err(format!("layer field {number}")),
            }
        }
        for feature in &mut features {
            feature.name(&keys, &values)?;
        }
        let (version, name) = (version.ok_or("no version")?, name.ok_or("no name")?);
        Ok(Self { version, name, extent, keys, values, features })
    }
}

impl Feature {
    fn read(bytes: &[u8]) -> Read<Self> {
        let (mut id, mut tags, mut kind, mut commands) = (None, Vec::new(), None, None);
        for (number, field) in fields(bytes)? {
            match number {
                1 => id = Some(field.number()?),
                2 => tags = packed(field.bytes()?)?,
                3 => kind = Some(field.number()?),
                4 if commands.is_some() => return Err("two geometries".into()),
                4 => commands = Some(packed(field.bytes()?)?),
                _ => return Err(format!("feature field {number}")),
            }
        }
        let (kind, commands) = (kind.ok_or("no type")?, commands.ok_or("no geometry")?);
        Ok(Self { id, tags, attributes: BTreeMap::new(), kind, commands })
    }

    fn name(&mut self, keys: &[String], values: &[Value]) -> Read<()> {
        let (pairs, []) = self.tags.as_chunks::<2>() else { return Err("an odd tag".into()) };
        for [key, value] in pairs {
            let key = keys.get(*key as usize).ok_or("no such key")?;
            let value = values.get(*value as usize).ok_or("no such value")?;
            if self.attributes.insert(key.clone(), value.clone()).is_some() {
                return Err(format!("two values of {key}"));
            }
        }
        Ok(())
    }

    /// Its geometry, decoded.
    pub(crate) fn geometry(&self) -> Read<Geometry> {
        let mut paths = Paths { commands: &self.commands, at: [0; 2] };
        match self.kind {
            0 => Ok(Geometry::Unknown),
            1 => paths.points().map(Geometry::Points),
            2 => paths.lines().map(Geometry::Lines),
            3 => paths.polygons().map(Geometry::Polygons),
            other => Err(format!("type {other}")),
        }
    }
}

impl Value {
    fn read(bytes: &[u8]) -> Read<Self> {
        let [(number, field)] = &fields(bytes)?[..] else { return Err("not one value".into()) };
        Ok(match (number, field) {
            (1, _) => Self::Text(field.text()?),
            (2, Field::Fixed32(bytes)) => Self::Float(f32::from_le_bytes(*bytes)),
            (3, Field::Fixed64(bytes)) => Self::Double(f64::from_le_bytes(*bytes)),
            (4, _) => Self::Int(field.number()? as i64),
            (5, _) => Self::UInt(field.number()?),
            (6, _) => Self::SInt(unzigzag(field.number()?)),
            (7, _) => Self::Bool(field.number()? != 0),
            _ => return Err(format!("value field {number}")),
        })
    }
}

/// Commands being read.
struct Paths<'a> {
    commands: &'a [u32],
    at: Point,
}

impl Paths<'_> {
    /// The positions of the next command, which must be `id`.
    fn run(&mut self, id: u32) -> Read<Vec<Point>> {
        let (head, rest) = self.commands.split_first().ok_or("cut short")?;
        let count = (head >> 3) as usize;
        if head & 7 != id || count == 0 {
            return Err(format!("command {} of {count}, not {id}", head & 7));
        }
        let (deltas, rest) = rest.split_at_checked(count * 2).ok_or("count too large")?;
        self.commands = rest;
        let pairs = deltas.as_chunks::<2>().0;
        Ok(pairs
            .iter()
            .map(|[dx, dy]| {
                self.at[0] += unzigzag((*dx).into());
                self.at[1] += unzigzag((*dy).into());
                self.at
            })
            .collect())
    }

    fn points(&mut self) -> Read<Vec<Point>> {
        let points = self.run(1)?;
        if self.commands.is_empty() { Ok(points) } else { Err("more than one MoveTo".into()) }
    }

    fn line(&mut self) -> Read<Vec<Point>> {
        let mut line = self.run(1)?;
        if line.len() > 1 {
            return Err("a line that moves twice".into());
        }
        line.extend(self.run(2)?);
        if line.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("a repeated point".into());
        }
        Ok(line)
    }

    fn lines(&mut self) -> Read<Vec<Vec<Point>>> {
        let mut lines = vec![self.line()?];
        while !self.commands.is_empty() {
            lines.push(self.line()?);
        }
        Ok(lines)
    }

    fn polygons(&mut self) -> Read<Vec<Vec<Ring>>> {
        let mut polygons: Vec<Vec<Ring>> = Vec::new();
        while polygons.is_empty() || !self.commands.is_empty() {
            let ring = self.line()?;
            let (close, rest) = self.commands.split_first().ok_or("an open ring")?;
            self.commands = rest;
            if *close != 15 {
                return Err(format!("{close} where a ring ends"));
            }
            if ring.len() < 3 || ring.first() == ring.last() {
                return Err("a ring of less than three points, or closed twice".into());
            }
            match (doubled_area(&ring), polygons.last_mut()) {
                (1.., _) => polygons.push(vec![ring]),
                (..=-1, Some(polygon)) => polygon.push(ring),
                (..=-1, None) => return Err("an interior ring without exterior".into()),
                (0, _) => return Err("a ring without area".into()),
            }
        }
        Ok(polygons)
    }
}

/// Twice the area by the surveyor's formula, positive for exterior rings.
pub(crate) fn doubled_area(ring: &[Point]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
}
