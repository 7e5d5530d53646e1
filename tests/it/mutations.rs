//! Real files, damaged at random: whatever the damage, a file is refused or read, without panic and
//! within stated memory.

use std::ops::Range;

use geozero::ToWkt;
use onemap::format::flatgeobuf::{Writer, WriterOptions};
use onemap::model::{Column, ColumnType, Fingerprint, Kind, Row, Value};
use onemap::source::{Checked, Fgb, Source};
use onemap::store::Object;

use crate::data;
use crate::hostile::walk;

/// Largest file that is damaged, in bytes.
const LARGEST: u64 = 200_000;

/// Reading takes at most this many times the file's size, and `READING_BASE`: one feature's curve
/// made straight, or its WKT.
const READING_MULTIPLE: usize = 16;
const READING_BASE: usize = 32 << 20;

/// A reproducible sequence of numbers (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.below(from.len())).copied()
    }

    /// A number that lengths and offsets are wrong by.
    fn odd_number(&mut self, was: u32, file: usize) -> u32 {
        let choices = [
            0,
            1,
            2,
            was.wrapping_add(1),
            was.wrapping_sub(1),
            was.wrapping_mul(2),
            was ^ (1 << self.below(32)),
            file as u32,
            0x7fff_ffff,
            0x8000_0000,
            u32::MAX,
            self.next() as u32,
        ];
        choices[self.below(choices.len())]
    }
}

/// A sound file, and where its lengths and numbers lie.
struct Base {
    name: String,
    bytes: Vec<u8>,
    /// Size prefixes of records.
    sizes: Vec<usize>,
    /// Numbers that say where runs end, and the lengths of those lists.
    ends: Vec<usize>,
    /// Bytes of properties, and their lengths.
    properties: Vec<Range<usize>>,
    /// The file's own index.
    index: Range<usize>,
    /// The header, without its magic.
    header: Range<usize>,
}

impl Base {
    fn new(name: String, bytes: Vec<u8>) -> Self {
        let (header, _) = Checked::of(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        let place = |part: &[u8]| part.as_ptr() as usize - bytes.as_ptr() as usize;
        let header_end = 12 + u32_at(&bytes, 8) as usize;
        let (mut sizes, mut ends, mut properties) = (vec![], vec![], vec![]);
        let mut at = header.features_at;
        while at < bytes.len() {
            let next = at + 4 + u32_at(&bytes, at) as usize;
            let feature = flatgeobuf::size_prefixed_root_as_feature(&bytes[at..next]).unwrap();
            if let Some(list) = feature.geometry().and_then(|geometry| geometry.ends()) {
                let start = place(list.bytes());
                ends.extend((start - 4..start + list.bytes().len()).step_by(4));
            }
            if let Some(list) = feature.properties() {
                let start = place(list.bytes());
                properties.push(start - 4..start + list.len());
            }
            sizes.push(at);
            at = next;
        }
        let index = header_end..header.features_at;
        Self { name, bytes, sizes, ends, properties, index, header: 8..header_end }
    }

    /// The file, damaged in one to four ways; and what was done.
    fn damaged(&self, random: &mut Random) -> (Vec<u8>, Vec<String>) {
        let mut bytes = self.bytes.clone();
        let mut story = Vec::new();
        for _ in 0..=random.below(4) {
            let whole = 0..bytes.len();
            let features = self.index.end.min(bytes.len())..bytes.len();
            let kind = random.below(10);
            let at = match kind {
                0 => {
                    bytes.truncate(random.below(bytes.len()));
                    story.push(format!("cut to {}", bytes.len()));
                    continue;
                }
                1 => {
                    let (from, to) = (random.below(bytes.len()), random.below(bytes.len()));
                    let length = random.below(64).min(bytes.len() - from.max(to));
                    bytes.copy_within(from..from + length, to);
                    story.push(format!("{length} bytes from {from} to {to}"));
                    continue;
                }
                2 => random.one_of(&self.sizes),
                3 => random.one_of(&self.ends),
                4 => self.properties.get(random.below(self.properties.len())).map(|r| r.start),
                5 => self
                    .properties
                    .get(random.below(self.properties.len()))
                    .map(|range| range.start + random.below(range.len())),
                6 => Some(self.index.start + random.below(self.index.len())),
                7 => Some(self.header.start + random.below(self.header.len())),
                8 => Some(features.start + random.below(features.len())),
                _ => Some(random.below(whole.len())),
            };
            let Some(at) = at.filter(|at| *at < bytes.len()) else { continue };
            if kind > 5 && random.below(2) == 0 {
                bytes[at] ^= 1 << random.below(8);
                story.push(format!("a bit at {at}"));
            } else if let Some(word) = bytes.get(at..at + 4) {
                let was = u32::from_le_bytes(word.try_into().unwrap());
                let now = random.odd_number(was, self.bytes.len());
                bytes[at..at + 4].copy_from_slice(&now.to_le_bytes());
                story.push(format!("{was} at {at} becomes {now}"));
            }
        }
        (bytes, story)
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// A layer of polygons with a hole each and a value of most types.
fn generated(features: i64) -> Vec<u8> {
    let column = |name: &str, kind| Column {
        name: name.into(),
        kind,
        title: None,
        description: Some("a column".to_owned()),
    };
    let columns = vec![
        column("id", ColumnType::Long),
        column("name", ColumnType::String),
        column("area", ColumnType::Double),
        column("raw", ColumnType::Binary),
        column("since", ColumnType::DateTime),
        column("open", ColumnType::Bool),
    ];
    let options = WriterOptions {
        name: "generated".to_owned(),
        title: None,
        description: None,
        epsg: Some(4326),
        geometry: Kind::MultiPolygon,
    };
    let mut writer = Writer::new(options, columns);
    for id in 0..features {
        let (x, y) = ((id % 20) as f64, (id / 20) as f64);
        let square = |from: f64, to: f64| {
            geo::Rect::new((x + from, y + from), (x + to, y + to)).to_polygon().exterior().clone()
        };
        let polygon = geo::Polygon::new(square(0.0, 0.9), vec![square(0.2, 0.4)]);
        let name = format!("宗地 {id}");
        let values = [
            Value::Int(id),
            Value::Text(&name),
            Value::Double(x * 1.5),
            Value::Binary(b"\x00\xff"),
            Value::DateTime("2024-05-01"),
            Value::Bool(id % 2 == 0),
        ];
        writer.add(Some(&polygon.into()), &values).unwrap();
    }
    writer.finish()
}

fn bases() -> Vec<Base> {
    let mut bases = vec![
        Base::new("generated 3".to_owned(), generated(3)),
        Base::new("generated 100".to_owned(), generated(100)),
    ];
    let files = data::folder().map(|folder| {
        let types = data::fgb_files(&folder.join("flatgeobuf/types"));
        [types, data::fgb_files(&folder.join("layers"))].concat()
    });
    for path in files.unwrap_or_default() {
        if std::fs::metadata(&path).unwrap().len() <= LARGEST {
            bases.push(Base::new(path.display().to_string(), std::fs::read(path).unwrap()));
        }
    }
    bases
}

/// Reads everything in `bytes`; gives whether the file was served.
fn read_all(bytes: &[u8]) -> bool {
    let mut checked = None;
    let used = allocation_counter::measure(|| checked = Checked::of(bytes).ok());
    let allowed = bytes.len() * Checked::MEMORY_MULTIPLE + Checked::MEMORY_BASE;
    assert!(used.bytes_max <= allowed as u64, "the check took {} bytes", used.bytes_max);
    let Some((header, checked)) = checked else { return false };
    let loaded = Checked::load(&checked.save(), bytes);
    assert_eq!(loaded.map(|(_, loaded)| loaded).as_ref(), Some(&checked));
    let file = Fgb::new(Object::from_slice(bytes), header, checked, Fingerprint::of(bytes));
    let used = allocation_counter::measure(|| {
        let walked = walk(&file);
        assert_eq!(walked.rows, (file.len() - file.checked().withdrawn()) as usize);
        for feature in (0..file.len()).filter_map(|row| file.feature(Row::new(row))) {
            if let Some(geometry) = feature.geometry() {
                geometry.to_wkt().unwrap();
            }
        }
    });
    let allowed = bytes.len() * READING_MULTIPLE + READING_BASE;
    assert!(used.bytes_max <= allowed as u64, "reading took {} bytes", used.bytes_max);
    true
}

#[test]
fn damaged_files_are_refused_or_read_within_their_memory() {
    let bases = bases();
    let seed = 20_261_124;
    let mut random = Random(seed);
    let (mut served, mut refused) = (0, 0);
    for number in 0..data::checks(20_000) {
        let base = &bases[random.below(bases.len())];
        let (bytes, story) = base.damaged(&mut random);
        let outcome = std::panic::catch_unwind(|| read_all(&bytes));
        match outcome {
            Ok(true) => served += 1,
            Ok(false) => refused += 1,
            Err(panic) => {
                eprintln!("seed {seed}, number {number}: {}, {story:?}", base.name);
                std::panic::resume_unwind(panic);
            }
        }
    }
    println!("{} files, {served} damaged ones served, {refused} refused", bases.len());
    // Damage that is always or never noticed would show that it does not reach far.
    assert!(served > refused / 10 && refused > served / 10, "{served} served, {refused} refused");
}

#[test]
fn the_check_keeps_its_memory_on_files_made_to_need_much() {
    let header_of_columns = {
        let column = |name: String| Column {
            name: name.into(),
            kind: ColumnType::Byte,
            title: None,
            description: None,
        };
        let options = WriterOptions {
            name: String::new(),
            title: None,
            description: None,
            epsg: None,
            geometry: Kind::Point,
        };
        Writer::new(options, (0..60_000).map(|n| column(format!("{n:x}"))).collect()).finish()
    };
    assert!(read_all(&header_of_columns));
    // Nothing but records of size 0.
    let mut empty_records = generated(0);
    empty_records.resize(empty_records.len() + (1 << 20), 0);
    assert!(read_all(&empty_records));
    let (_, checked) = Checked::of(&empty_records).unwrap();
    assert_eq!((checked.withdrawn(), checked.problems().len()), (1 << 18, 100));
}
