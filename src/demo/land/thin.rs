//! Lines with fewer points.

use super::plane::{self, Point, Ring};

/// The line without the points that lie nearer than `off` metres to it when they are left out; its
/// ends stay, and one point between them (Douglas, Peucker 1973).
pub(crate) fn line(line: &[Point], off: f64) -> Vec<Point> {
    let Some(last) = line.len().checked_sub(1).filter(|last| *last > 1) else {
        return line.to_vec();
    };
    let mut kept = vec![false; line.len()];
    let middle = farthest(line, 0, last).map_or(last / 2, |(place, _)| place);
    for place in [0, middle, last] {
        kept[place] = true;
    }
    let mut left = vec![(0, middle), (middle, last)];
    while let Some((from, to)) = left.pop() {
        if let Some((place, away)) = farthest(line, from, to)
            && away >= plane::metres(off)
        {
            kept[place] = true;
            left.extend([(from, place), (place, to)]);
        }
    }
    line.iter().zip(kept).filter(|(_, kept)| *kept).map(|(p, _)| *p).collect()
}

/// The same of a ring, with the same points kept from wherever and whichever way around it is
/// given: those of the two sides of a border agree.
pub(crate) fn ring(ring: &[Point], off: f64) -> Ring {
    let Some(least) = (0..ring.len()).min_by_key(|i| ring[*i]) else { return Vec::new() };
    let mut closed = ring.to_vec();
    closed.rotate_left(least);
    closed.push(closed[0]);
    let back = closed[1] > closed[closed.len() - 2];
    if back {
        closed.reverse();
    }
    let mut out = line(&closed, off);
    out.pop();
    if out.len() < 3 {
        return ring.to_vec();
    }
    if back {
        out.reverse();
    }
    out
}

/// The point between two of a line that is farthest from the straight way between them, and how far
/// that is, in millimetres.
fn farthest(line: &[Point], from: usize, to: usize) -> Option<(usize, f64)> {
    let away = |i: usize| plane::distance_to_edge(line[i], line[from], line[to]);
    let between = (from + 1..to).map(|i| (i, away(i)));
    between.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAVE: [Point; 8] = [
        [0, 0],
        [1_000, 40],
        [2_000, 3_000],
        [3_000, 60],
        [4_000, 0],
        [4_100, -4_000],
        [2_050, -4_010],
        [100, -4_000],
    ];

    #[test]
    fn what_lies_near_the_line_is_left_out() {
        assert_eq!(
            line(&WAVE[..5], 0.5),
            [[0, 0], [1_000, 40], [2_000, 3_000], [3_000, 60], [4_000, 0]]
        );
        assert_eq!(line(&WAVE[..5], 2.0), [[0, 0], [2_000, 3_000], [4_000, 0]]);
        assert_eq!(line(&WAVE[3..5], 9.0), WAVE[3..5]);
    }

    #[test]
    fn both_sides_of_a_ring_keep_the_same_points() {
        let expected = ring(&WAVE, 0.5);
        assert!(expected.len() < WAVE.len() && expected.len() > 3);
        for start in 0..WAVE.len() {
            let mut turned = WAVE.to_vec();
            turned.rotate_left(start);
            assert_eq!(ring(&turned, 0.5), expected);
            turned.reverse();
            let mut back = ring(&turned, 0.5);
            back.sort_unstable();
            let mut points = expected.clone();
            points.sort_unstable();
            assert_eq!(back, points);
        }
    }
}
