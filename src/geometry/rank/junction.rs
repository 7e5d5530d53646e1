//! Where the layer's linework branches or ends.

use std::ops::Range;

use super::{Fixed, Run};

/// The junctions of a layer, growing.
pub(super) struct Junctions {
    /// By index of position.
    flags: Vec<bool>,
    /// Each position that lies in a run, with its index; sorted.
    spots: Vec<[u32; 3]>,
}

/// Finds the vertices at which runs end or turn back, or pass between different pairs of neighbours.
pub(super) fn find(positions: &[Fixed], runs: &[Run]) -> Junctions {
    let total = runs.iter().map(|run| run.len as usize).sum();
    let mut spots = Vec::with_capacity(total);
    let mut flags = vec![false; positions.len()];
    for run in runs.iter().filter(|run| run.len > 0) {
        let range = run.range();
        if !run.closed {
            flags[range.start] = true;
            flags[range.end - 1] = true;
        }
        for index in range.clone() {
            flags[index] |= turns_back(positions, &range, index);
        }
        spots.extend(range.map(|i| [positions[i][0], positions[i][1], i as u32]));
    }
    spots.sort_unstable();
    for group in spots.chunk_by(|a, b| a[..2] == b[..2]).filter(|group| group.len() > 1) {
        let ends = group.iter().any(|spot| flags[spot[2] as usize]);
        if ends || !agree(positions, runs, group) {
            group.iter().for_each(|spot| flags[spot[2] as usize] = true);
        }
    }
    Junctions { flags, spots }
}

/// Whether all passes through one position are between the same two neighbours.
fn agree(positions: &[Fixed], runs: &[Run], group: &[[u32; 3]]) -> bool {
    let mut pairs = group.iter().map(|spot| neighbours(positions, runs, spot[2] as usize));
    let first = pairs.next();
    pairs.all(|pair| Some(pair) == first)
}

/// Whether a run comes back to where it was before the vertex; otherwise an arc could pass a vertex
/// twice.
fn turns_back(positions: &[Fixed], range: &Range<usize>, index: usize) -> bool {
    let before = if index == range.start { range.end } else { index } - 1;
    let next = if index + 1 == range.end { range.start } else { index + 1 };
    let [before, here, next] = [before, index, next].map(|i| positions[i]);
    if before == here || here == next {
        let [a, b] = around(positions, range, index);
        return a == b;
    }
    before == next
}

/// The positions before and after in the run, the lesser first.
fn neighbours(positions: &[Fixed], runs: &[Run], index: usize) -> [Fixed; 2] {
    let after = runs.partition_point(|run| run.start as usize <= index);
    around(positions, &runs[after - 1].range(), index)
}

/// The positions before and after, the lesser first. Repetitions are passed over; a run of one
/// position is its own neighbour.
fn around(positions: &[Fixed], range: &Range<usize>, index: usize) -> [Fixed; 2] {
    let here = positions[index];
    let differs = |i: &usize| positions[*i] != here;
    let next = (index + 1..range.end).chain(range.start..index).find(differs);
    let before = (range.start..index).rev().chain((index + 1..range.end).rev()).find(differs);
    let [a, b] = [before, next].map(|found| positions[found.unwrap_or(index)]);
    if a <= b { [a, b] } else { [b, a] }
}

impl Junctions {
    /// Whether the position at the index is one.
    pub(super) fn holds(&self, index: usize) -> bool {
        self.flags[index]
    }

    /// Makes the position one in every run that passes it.
    pub(super) fn add(&mut self, at: Fixed) {
        let from = self.spots.partition_point(|spot| spot[..2] < at[..]);
        for spot in self.spots[from..].iter().take_while(|spot| spot[..2] == at[..]) {
            self.flags[spot[2] as usize] = true;
        }
    }

    /// Makes the one position a junction in the one run at whose index it is.
    pub(super) fn add_here(&mut self, index: usize) {
        self.flags[index] = true;
    }

    /// Whether each position is a junction.
    pub(super) fn into_flags(self) -> Vec<bool> {
        self.flags
    }
}
