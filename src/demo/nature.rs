//! The layers of water, relief and green.

use std::collections::{BTreeMap, BTreeSet};

use super::DemoError;
use super::parcels::Block;
use super::plane::{self, Point, Ring};
use super::random::Random;
use super::sheet::{About, Crs, ID, NAME, NAME_EN, Shape, Sheet};
use super::streets::{Streets, Zone};
use super::terrain::{self, Terrain};
use crate::model::{ColumnType, Kind, Value};
use crate::time::TemporalKind;

/// The layer of water surfaces: the river, the lake with its islands, reservoirs in the hills.
pub(super) fn water_sheet(
    seed: u64,
    terrain: &Terrain,
    streets: &Streets,
    outline: &Ring,
) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "water",
        id: "surfaces",
        title: ["水面", "Water surfaces"],
        description: [
            "河道、湖泊(含岛)和水库的水面。",
            "The river, the lake with its islands, and reservoirs.",
        ],
        crs: Crs::Wgs84,
        kind: Some(Kind::Polygon),
        temporal: TemporalKind::None,
        fields: &[
            ID,
            NAME,
            NAME_EN,
            ("kind", ColumnType::String, "类型", "Kind", ""),
            ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
        ],
        color: "#8fbfdc",
    })
    .codes(
        "kind",
        &[("river", "河道", "River"), ("lake", "湖泊", "Lake"), ("reservoir", "水库", "Reservoir")],
    );
    let banks = terrain.water(|p| plane::inside(outline, p));
    let river: Ring = banks
        .iter()
        .map(|(_, right)| *right)
        .chain(banks.iter().rev().map(|(left, _)| *left))
        .collect();
    let mut random = Random::new(seed, "water");
    let mut surfaces = vec![
        (["龙溪河", "Longxi River"], "river", vec![river]),
        (["荷心湖", "Hexin Lake"], "lake", terrain::lake(streets.park, 235.0, 3, &mut random)),
    ];
    let names = [
        ["松岭水库", "Songling Reservoir"],
        ["石塘水库", "Shitang Reservoir"],
        ["碧坑水库", "Bikeng Reservoir"],
    ];
    for (name, face) in names.into_iter().zip(flattest_hills(terrain, streets)) {
        let centre = plane::centroid(&streets.mesh.ring(face));
        let radius = random.range(95.0, 150.0);
        surfaces.push((name, "reservoir", terrain::lake(centre, radius, 0, &mut random)));
    }
    for (i, ([zh, en], kind, polygon)) in surfaces.into_iter().enumerate() {
        let area = polygon.iter().map(|ring| plane::area(ring)).sum::<f64>().round();
        sheet.add(
            Some(Shape::Polygon(polygon)),
            &[
                Value::Text(&format!("W{:02}", i + 1)),
                Value::Text(zh),
                Value::Text(en),
                Value::Text(kind),
                Value::Double(area),
            ],
        )?;
    }
    Ok(sheet)
}

/// The large hill faces, those whose middle lies lowest first.
fn flattest_hills(terrain: &Terrain, streets: &Streets) -> Vec<usize> {
    let large = |face: &usize| {
        let ring = streets.mesh.ring(*face);
        let centre = plane::centroid(&ring);
        let far = plane::edges(&ring).map(|(a, b)| plane::distance_to_edge(centre, a, b));
        streets.zones[*face] == Zone::Hill && far.fold(f64::MAX, f64::min) > 190_000.0
    };
    let mut found: Vec<usize> = (0..streets.mesh.len()).filter(large).collect();
    let height = |face: &usize| terrain.height(plane::centroid(&streets.mesh.ring(*face)));
    found.sort_by(|a, b| height(a).total_cmp(&height(b)));
    found
}

/// The layer of the river's centre line.
pub(super) fn river_sheet(terrain: &Terrain, outline: &Ring) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "water",
        id: "rivers",
        title: ["河流中心线", "River centre lines"],
        description: ["上游在前。", "Upstream first."],
        crs: Crs::Wgs84,
        kind: Some(Kind::LineString),
        temporal: TemporalKind::None,
        fields: &[ID, NAME, NAME_EN],
        color: "#5c9fc7",
    });
    let line: Vec<Point> =
        terrain.river().into_iter().filter(|p| plane::inside(outline, *p)).collect();
    let values = [Value::Text("R01"), Value::Text("龙溪河"), Value::Text("Longxi River")];
    sheet.add(Some(Shape::Line(line)), &values)?;
    Ok(sheet)
}

/// The layer of green: hills and parks of today.
pub(super) fn green_sheet(streets: &Streets, blocks: &[Block]) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "ecology",
        id: "green",
        title: ["绿地", "Green land"],
        description: ["山林和公园。", "Wooded hills and parks."],
        crs: Crs::Cgcs2000,
        kind: Some(Kind::Polygon),
        temporal: TemporalKind::None,
        fields: &[
            ID,
            ("kind", ColumnType::String, "类型", "Kind", ""),
            ("area_m2", ColumnType::Double, "面积", "Area", "m2"),
        ],
        color: "#b5d3a1",
    })
    .codes("kind", &[("hill", "山林", "Wooded hill"), ("park", "公园", "Park")])
    .colours("kind", &[("hill", "#b9d2a8"), ("park", "#a6d08f")]);
    let of = |zone, kind: &'static str| {
        let faces = (0..streets.mesh.len()).filter(move |face| streets.zones[*face] == zone);
        faces.map(move |face| (kind, streets.mesh.ring(face)))
    };
    let gardens = blocks.iter().filter(|block| streets.zones[block.face] != Zone::Park);
    let gardens = gardens.flat_map(|block| &block.parcels);
    let gardens = gardens.filter(|parcel| parcel.usage == "G1" && parcel.to.is_none());
    let gardens = gardens.map(|parcel| ("park", parcel.ring.clone()));
    let land = of(Zone::Hill, "hill").chain(of(Zone::Park, "park")).chain(gardens);
    for (i, (kind, ring)) in land.enumerate() {
        let area = plane::area(&ring).round();
        let values =
            [Value::Text(&format!("G{:03}", i + 1)), Value::Text(kind), Value::Double(area)];
        sheet.add(Some(Shape::Polygon(vec![ring])), &values)?;
    }
    Ok(sheet)
}

/// Between two heights of the lattice, millimetres.
const STEP: i64 = 60_000;
/// Between two contours, metres.
const INTERVAL: i64 = 10;

/// The layer of contours.
pub(super) fn contour_sheet(terrain: &Terrain, outline: &Ring) -> Result<Sheet, DemoError> {
    let mut sheet = Sheet::new(About {
        theme: "terrain",
        id: "contours",
        title: ["等高线", "Contours"],
        description: ["每 10 米一条。", "Every 10 m."],
        crs: Crs::Cgcs2000,
        kind: Some(Kind::LineString),
        temporal: TemporalKind::None,
        fields: &[
            ("elevation", ColumnType::Short, "高程", "Elevation", "m"),
            ("rank", ColumnType::UByte, "重要程度", "Importance, 0 first", ""),
        ],
        color: "#cbb994",
    })
    .ranked("rank")
    .from_zoom(12);
    let high = outline.iter().fold([i64::MIN; 2], |high, p| [high[0].max(p[0]), high[1].max(p[1])]);
    let (columns, rows) = (high[0] / STEP + 2, high[1] / STEP + 2);
    let at = |i: i64, j: i64| [i * STEP, j * STEP];
    let heights: BTreeMap<(i64, i64), f64> = (0..=columns)
        .flat_map(|i| (0..=rows).map(move |j| (i, j)))
        .filter(|(i, j)| plane::inside(outline, at(*i, *j)))
        .map(|(i, j)| ((i, j), terrain.height(at(i, j))))
        .collect();
    let highest = heights.values().copied().fold(0.0, f64::max);
    for step in 4..=(highest as i64 / INTERVAL) {
        let elevation = step * INTERVAL;
        for line in contours(&heights, elevation as f64 + 0.003) {
            let values = [Value::Int(elevation), Value::Int(i64::from(step % 5 != 0))];
            sheet.add(Some(Shape::Line(line)), &values)?;
        }
    }
    Ok(sheet)
}

/// A side of the lattice: from a node to the next east (`false`) or north (`true`).
type Side = (i64, i64, bool);

/// The lines of a height, by marching squares (Maple, Geometric design and space planning using
/// the marching squares and marching cube algorithms, 2003); saddles are cut so that high land
/// stays apart.
fn contours(heights: &BTreeMap<(i64, i64), f64>, level: f64) -> Vec<Vec<Point>> {
    let mut beside: BTreeMap<Side, Vec<Side>> = BTreeMap::new();
    for &(i, j) in heights.keys() {
        let corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|at| heights.get(&at));
        let [Some(a), Some(b), Some(c), Some(d)] = corners.map(|h| h.map(|h| *h > level)) else {
            continue;
        };
        let sides = [(i, j, false), (i + 1, j, true), (i, j + 1, false), (i, j, true)];
        let met: Vec<Side> = [a != b, b != c, c != d, d != a]
            .into_iter()
            .zip(sides)
            .filter_map(|(met, side)| met.then_some(side))
            .collect();
        let pairs: &[(usize, usize)] = match met.len() {
            2 => &[(0, 1)],
            4 if a => &[(3, 0), (1, 2)],
            4 => &[(0, 1), (2, 3)],
            _ => &[],
        };
        for (from, to) in pairs {
            beside.entry(met[*from]).or_default().push(met[*to]);
            beside.entry(met[*to]).or_default().push(met[*from]);
        }
    }
    let place = |side: &Side| {
        let next = if side.2 { (side.0, side.1 + 1) } else { (side.0 + 1, side.1) };
        let (low, high) = (heights[&(side.0, side.1)], heights[&next]);
        let ends = [[side.0 * STEP, side.1 * STEP], [next.0 * STEP, next.1 * STEP]];
        plane::between(ends[0], ends[1], (level - low) / (high - low))
    };
    let mut done = BTreeSet::new();
    let ends = beside.keys().filter(|side| beside[*side].len() == 1);
    let starts: Vec<Side> = ends.chain(beside.keys()).copied().collect();
    let mut lines = Vec::new();
    for start in starts {
        if !done.insert(start) {
            continue;
        }
        let mut path = vec![start];
        while let Some(next) = beside[&path[path.len() - 1]].iter().find(|s| !done.contains(*s)) {
            done.insert(*next);
            path.push(*next);
        }
        let closed = path.len() > 2 && beside[&path[path.len() - 1]].contains(&start);
        let mut line: Vec<Point> = path.iter().map(place).collect();
        line.extend(closed.then(|| place(&start)));
        if line.len() > 5 {
            lines.push(line);
        }
    }
    lines
}
