//! Repair against hand-made and random tangles, judged by another implementation.

use geo::{Coord, LineString, MultiPolygon, Polygon, Validation};
use proptest::collection::vec;
use proptest::prelude::*;

use super::ring::doubled_area;
use super::{Polygons, Scratch, is_clean, make_valid, node};

type Ring = Vec<[i32; 2]>;

fn polygons(parts: &[Vec<Ring>]) -> Polygons {
    let mut polygons = Polygons::default();
    for part in parts {
        for ring in part {
            polygons.points.extend(ring);
            polygons.end_ring();
        }
        polygons.end_polygon();
    }
    polygons
}

fn square(x: i32, y: i32, side: i32) -> Ring {
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

fn turned(ring: Ring) -> Ring {
    ring.into_iter().rev().collect()
}

fn clean(parts: &[Vec<Ring>]) -> bool {
    is_clean(&polygons(parts), &mut Scratch::default())
}

fn repaired(parts: &[Vec<Ring>]) -> Vec<Vec<Ring>> {
    let mut polygons = polygons(parts);
    make_valid(&mut polygons, &mut Scratch::default(), &|| true);
    polygons.iter().map(|rings| rings.map(<[_]>::to_vec).collect()).collect()
}

/// Twice the area of what is inside.
fn area(parts: &[Vec<Ring>]) -> i64 {
    parts.iter().flatten().map(|ring| doubled_area(ring)).sum()
}

fn to_geo(parts: &[Vec<Ring>]) -> MultiPolygon {
    let line = |ring: &Ring| {
        let positions = ring.iter().chain(ring.first());
        LineString::from_iter(positions.map(|&[x, y]| Coord { x: f64::from(x), y: f64::from(y) }))
    };
    let polygon =
        |part: &Vec<Ring>| Polygon::new(line(&part[0]), part[1..].iter().map(line).collect());
    parts.iter().map(polygon).collect()
}

/// How often a ring winds about a point that is on none of its edges.
fn winding(ring: &Ring, [x, y]: [f64; 2]) -> i32 {
    let mut winds = 0;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
        if (ay > y) != (by > y) && x < ax + (y - ay) * (bx - ax) / (by - ay) {
            winds += if by > ay { 1 } else { -1 };
        }
    }
    winds
}

fn inside(parts: &[Vec<Ring>], at: [f64; 2]) -> bool {
    parts.iter().any(|rings| {
        // A shell that is a point or a line is no polygon, whatever its holes.
        winding(&rings[0], at) != 0
            && rings[1..].iter().map(oriented).map(|hole| winding(&hole, at)).sum::<i32>() == 0
    })
}

/// Holes all turned one way, as the repair does before it counts.
fn oriented(hole: &Ring) -> Ring {
    if doubled_area(hole) >= 0 { turned(hole.clone()) } else { hole.clone() }
}

fn border_distance(parts: &[Vec<Ring>], [x, y]: [f64; 2]) -> f64 {
    let mut least = f64::INFINITY;
    for ring in parts.iter().flatten() {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
            let (dx, dy) = (bx - ax, by - ay);
            let length = (dx * dx + dy * dy).max(f64::MIN_POSITIVE);
            let along = (((x - ax) * dx + (y - ay) * dy) / length).clamp(0.0, 1.0);
            least = least.min((x - ax - along * dx).hypot(y - ay - along * dy));
        }
    }
    least
}

/// Rings on a grid so small that they touch, cross, repeat and fold all the time.
fn tangle(size: i32) -> impl Strategy<Value = Vec<Vec<Ring>>> {
    let scribble = vec([0..size, 0..size], 0..14);
    let rectangle = [0..size, 0..size, 0..size, 0..size]
        .prop_map(|[x, y, w, h]| vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]]);
    let ring = prop_oneof![2 => scribble, 1 => rectangle];
    let part = prop_oneof![2 => vec(ring.clone(), 1..2), 1 => vec(ring, 2..5)];
    (vec(part, 1..4), any::<bool>()).prop_map(|(mut parts, again)| {
        if again && let Some(first) = parts.first().cloned() {
            parts.push(first);
        }
        parts
    })
}

fn check_valid(parts: &[Vec<Ring>]) {
    let found = repaired(parts);
    for rings in &found {
        for (index, ring) in rings.iter().enumerate() {
            assert_eq!(doubled_area(ring) > 0, index == 0, "winding of {ring:?}");
            assert_ne!(doubled_area(ring), 0);
            assert!(ring.iter().zip(ring.iter().cycle().skip(1)).all(|(a, b)| a != b));
        }
    }
    assert!(found.is_empty() || to_geo(&found).is_valid(), "{parts:?} became {found:?}");
    let again = repaired(&found);
    let rings = |parts: &[Vec<Ring>]| parts.iter().map(Vec::len).sum::<usize>();
    assert_eq!((area(&again), rings(&again)), (area(&found), rings(&found)), "valid already");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn tangles_become_valid(parts in prop_oneof![tangle(5), tangle(9), tangle(40)]) {
        check_valid(&parts);
    }

    #[test]
    fn clean_is_valid(parts in prop_oneof![tangle(5), tangle(9)]) {
        let polygons = polygons(&parts);
        if is_clean(&polygons, &mut Scratch::default()) {
            prop_assert!(to_geo(&parts).is_valid());
        }
    }

    #[test]
    fn what_was_inside_stays_inside(parts in tangle(12), spots in vec([0..2400_u32, 0..2400_u32], 40)) {
        let grown: Vec<Vec<Ring>> = parts
            .iter()
            .map(|rings| rings.iter().map(|r| r.iter().map(|at| at.map(|v| v * 100)).collect()).collect())
            .collect();
        let found = repaired(&grown);
        let edges = grown.iter().flatten().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
        // Each part is rounded, then all together: each time by half a unit's diagonal at most.
        let beside = edges.filter(|(a, b)| a != b).flat_map(|(a, b)| {
            let [[x, y], [u, v]] = [a, b].map(|at| at.map(f64::from));
            let across = 1.5 / (u - x).hypot(v - y);
            [(0.3, across), (0.5, -across), (0.8, across)]
                .map(|(t, k)| [x + t * (u - x) - k * (v - y), y + t * (v - y) + k * (u - x)])
        });
        let spots = spots.iter().map(|at| at.map(|v| f64::from(v) + 0.37)).chain(beside);
        for spot in spots {
            if border_distance(&grown, spot) > 1.45 {
                prop_assert_eq!(inside(&found, spot), inside(&grown, spot), "at {:?}", spot);
            }
        }
    }

    #[test]
    fn edges_that_are_cut_share_nothing_but_ends(ends in vec([[0..30_i32, 0..30_i32], [0..30, 0..30]], 2..40)) {
        let mut edges = ends.iter().map(|[a, b]| node::Edge::new(*a, *b, 0)).collect();
        prop_assert!(node::node(&mut edges, &mut node::Buffers::default()));
        let lines: Vec<geo::Line> = edges
            .iter()
            .map(|edge| {
                let [a, b] = [edge.a, edge.b].map(|at| at.map(f64::from));
                geo::Line::new(Coord::from(a), Coord::from(b))
            })
            .collect();
        for (i, one) in lines.iter().enumerate() {
            for other in &lines[..i] {
                let ends = |at: Coord| [one, other].iter().all(|line| line.start == at || line.end == at);
                match geo::line_intersection::line_intersection(*one, *other) {
                    None => {}
                    Some(geo::line_intersection::LineIntersection::SinglePoint { intersection, .. }) =>
                        prop_assert!(ends(intersection), "{:?} and {:?}", one, other),
                    Some(_) => prop_assert!(false, "{:?} lies on {:?}", one, other),
                }
            }
        }
    }

    #[test]
    fn long_rings_are_tested_as_short_ones_are(ring in vec([0..60_i32, 0..60_i32], 3..60)) {
        // The same ring, once as it is (sorted) and once beside nothing: every pair by hand.
        let ring = if doubled_area(&ring) < 0 { turned(ring) } else { ring };
        let edges: Vec<_> = ring.iter().zip(ring.iter().cycle().skip(1)).collect();
        let apart = (0..edges.len()).all(|i| (0..i).all(|j| {
            let line = |k: usize| geo::Line::new(
                Coord { x: f64::from(edges[k].0[0]), y: f64::from(edges[k].0[1]) },
                Coord { x: f64::from(edges[k].1[0]), y: f64::from(edges[k].1[1]) });
            let meeting = geo::line_intersection::line_intersection(line(i), line(j));
            let following = i == j + 1 || (j == 0 && i + 1 == edges.len());
            match meeting {
                None => true,
                Some(geo::line_intersection::LineIntersection::SinglePoint { is_proper, .. }) =>
                    following && !is_proper,
                Some(geo::line_intersection::LineIntersection::Collinear { .. }) => false,
            }
        }));
        let points = edges.iter().all(|(a, b)| a != b);
        prop_assert_eq!(clean(&[vec![ring.clone()]]), apart && points && doubled_area(&ring) > 0);
    }
}

#[test]
fn simple_shapes_are_clean() {
    assert!(clean(&[]));
    assert!(clean(&[vec![square(0, 0, 10)]]));
    assert!(clean(&[vec![square(0, 0, 10), turned(square(2, 2, 3)), turned(square(6, 6, 3))]]));
    assert!(clean(&[vec![square(0, 0, 10)], vec![square(20, 0, 10)]]));
    let island = vec![square(4, 4, 2)];
    assert!(clean(&[vec![square(0, 0, 10), turned(square(2, 2, 6))], island]));
}

#[test]
fn what_is_wrong_is_not_clean() {
    let wrong: [&[Vec<Ring>]; 13] = [
        &[vec![turned(square(0, 0, 10))]],
        &[vec![square(0, 0, 10), square(2, 2, 3)]],
        &[vec![square(0, 0, 10), turned(square(20, 2, 3))]],
        &[vec![square(0, 0, 10), turned(square(0, 2, 3))]],
        &[vec![square(0, 0, 10), turned(square(2, 2, 5)), turned(square(3, 3, 2))]],
        &[vec![square(0, 0, 10)], vec![square(2, 2, 3)]],
        &[vec![square(2, 2, 3)], vec![square(0, 0, 10)]],
        &[vec![square(0, 0, 10)], vec![square(10, 0, 10)]],
        &[vec![square(0, 0, 10)], vec![square(0, 0, 10)]],
        &[vec![vec![[0, 0], [4, 4], [4, 0], [0, 4], [9, 9]]]],
        &[vec![vec![[0, 0], [4, 0]]]],
        &[vec![vec![[0, 0], [4, 0], [4, 0], [4, 4]]]],
        &[vec![vec![[0, 0], [4, 0], [8, 0], [4, 0], [4, 4]]]],
    ];
    for parts in wrong {
        assert!(!clean(parts), "{parts:?}");
    }
}

#[test]
fn repairs_do_what_one_would_by_hand() {
    // A bow tie: both loops.
    let found = repaired(&[vec![vec![[0, 0], [4, 4], [4, 0], [0, 4]]]]);
    assert_eq!((found.len(), area(&found)), (2, 16));
    // Windings, spikes and repeated points.
    let spiked = vec![[0, 0], [0, 0], [10, 0], [20, 0], [10, 0], [10, 10], [0, 10], [0, 20]];
    assert_eq!(repaired(&[vec![turned(spiked)]]).concat().concat().len(), 4);
    // A hole that touches the shell along an edge becomes a bay.
    let found = repaired(&[vec![square(0, 0, 10), square(0, 2, 3)]]);
    assert_eq!((found.len(), found[0].len(), area(&found)), (1, 1, 200 - 18));
    // A hole outside its shell, and one around it.
    assert_eq!(area(&repaired(&[vec![square(0, 0, 10), square(20, 2, 3)]])), 200);
    assert!(repaired(&[vec![square(2, 2, 3), square(0, 0, 10)]]).is_empty());
    // Parts that share an edge or overlap are joined; parts that touch at a point stay two.
    assert_eq!(repaired(&[vec![square(0, 0, 10)], vec![square(10, 0, 10)]]).len(), 1);
    assert_eq!(area(&repaired(&[vec![square(0, 0, 10)], vec![square(5, 5, 10)]])), 350);
    assert_eq!(repaired(&[vec![square(0, 0, 10)], vec![square(10, 10, 10)]]).len(), 2);
    // A hole that touches the shell at two corners cuts the inside in two.
    let diamond = vec![[5, 0], [10, 5], [5, 10], [0, 5]];
    assert_eq!(repaired(&[vec![square(0, 0, 10), diamond]]).len(), 4);
    // Nothing but a line.
    assert!(repaired(&[vec![vec![[0, 0], [5, 0], [9, 0]]]]).is_empty());
    assert!(repaired(&[vec![vec![], square(0, 0, 3)]]).is_empty());
}

#[test]
fn a_ring_that_crosses_itself_without_end_is_repaired_on_a_coarser_grid() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut number = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 4096) as i32
    };
    let scribble: Ring = (0..20_000).map(|_| [number(), number()]).collect();
    let found = repaired(&[vec![scribble]]);
    assert!(to_geo(&found).is_valid());
    assert!(area(&found) > 4096 * 4096, "{}", area(&found));
}

#[test]
fn a_ring_that_lies_on_itself_without_end_is_repaired_on_a_coarser_grid() {
    // Along one row, down, back along the next, up, each time as far as never before.
    let column = |n: i32| (n * 1237) % 4099;
    let ring: Ring =
        (0..8_000).map(|n| [column((n + 1) / 2), [0, 0, 900, 900][n as usize % 4]]).collect();
    let found = repaired(&[vec![ring]]);
    assert!(to_geo(&found).is_valid());
    assert!(area(&found) > 4096 * 900, "{}", area(&found));
}

#[test]
fn large_features_are_repaired_too() {
    let row = |y: i32| (0..60).map(move |x| vec![square(x * 20, y * 20, 20)]);
    let found = repaired(&(0..60).flat_map(row).collect::<Vec<_>>());
    assert_eq!((found.len(), found[0][0].len()), (1, 4));
    let apart =
        |y: i32| (0..60).map(move |x| vec![square(x * 20, y * 20, 9), square(x * 20, y * 20, 3)]);
    let found = repaired(&(0..60).flat_map(apart).collect::<Vec<_>>());
    assert_eq!((found.len(), area(&found)), (3600, 3600 * (162 - 18)));
}

#[test]
fn what_is_no_longer_wanted_leaves_nothing() {
    let mut both = polygons(&[vec![square(0, 0, 10)], vec![square(5, 5, 10)]]);
    make_valid(&mut both, &mut Scratch::default(), &|| false);
    assert!(both.is_empty());
}

#[test]
fn many_boxes_meet_as_few_do() {
    let mut state = 1_u32;
    let mut next = |below: i32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as i32 % below
    };
    let boxes: Vec<super::sweep::Rect> = (0..3000)
        .map(|n| {
            let [x, y] = [next(4096) - 64, next(4096) - 64];
            let [w, h] = if n % 50 == 0 { [next(9), next(4000)] } else { [next(60), next(40)] };
            [x, y, x + w, y + h]
        })
        .collect();
    let mut found = Vec::new();
    super::sweep::all_pairs(&boxes, &mut super::sweep::Order::default(), |i, j| {
        found.push((i, j));
        true
    });
    found.sort_unstable();
    let pairs = (0..boxes.len()).flat_map(|i| (i + 1..boxes.len()).map(move |j| (i, j)));
    let meet = |(i, j): &(usize, usize)| super::sweep::meet(&boxes[*i], &boxes[*j]);
    assert_eq!(found, pairs.filter(meet).collect::<Vec<_>>());
}
