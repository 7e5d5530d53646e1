//! Three vertices of every ring that stay at every zoom.

use super::junction::Junctions;
use super::{Fixed, Run};

impl Junctions {
    /// Adds junctions so that each ring has three distinct ones, if it has that many positions. Which
    /// depends on the ring's positions and junctions alone, not on its start or direction, nor on
    /// the order of rings.
    pub(super) fn anchor_rings(&mut self, positions: &[Fixed], runs: &[Run]) {
        let mut shared: Vec<Fixed> = Vec::new();
        for run in runs.iter().filter(|run| run.closed) {
            let mut anchors = Anchors::of(self, positions, run);
            // A ring without junction shares all or none of its vertices, and whoever shares
            // them chooses the same: no need to look for others.
            let alone = anchors.count == 0;
            while anchors.count < 3 {
                let Some(at) = anchors.farthest(&positions[run.range()]) else { break };
                if alone {
                    run.range().filter(|&i| positions[i] == at).for_each(|i| self.add_here(i));
                } else {
                    shared.push(at);
                }
                anchors.push(at);
            }
        }
        shared.into_iter().for_each(|at| self.add(at));
    }
}

/// Up to three distinct positions.
struct Anchors {
    at: [Fixed; 3],
    count: usize,
}

impl Anchors {
    /// The first junctions of a ring.
    fn of(junctions: &Junctions, positions: &[Fixed], run: &Run) -> Self {
        let mut anchors = Self { at: [[0; 2]; 3], count: 0 };
        for index in run.range().filter(|&index| junctions.holds(index)) {
            if anchors.count < 3 && !anchors.at[..anchors.count].contains(&positions[index]) {
                anchors.push(positions[index]);
            }
        }
        anchors.at[..anchors.count].sort_unstable();
        anchors
    }

    const fn push(&mut self, at: Fixed) {
        self.at[self.count] = at;
        self.count += 1;
    }

    /// The ring's position farthest from what there is: from nothing the least one, from one
    /// position the most distant, from two the one that spans the greatest area with them. Of
    /// equally far ones the least; none if all are anchors already.
    fn farthest(&self, ring: &[Fixed]) -> Option<Fixed> {
        let others = ring.iter().filter(|at| !self.at[..self.count].contains(at));
        others.copied().min_by_key(|at| (std::cmp::Reverse(self.spread(*at)), *at))
    }

    fn spread(&self, at: Fixed) -> u128 {
        let from =
            |to: Fixed| [0, 1].map(|axis| i128::from(to[axis]) - i128::from(self.at[0][axis]));
        let [x, y] = from(at);
        match self.count {
            0 => 0,
            1 => (x * x + y * y).unsigned_abs(),
            _ => {
                let [u, v] = from(self.at[1]);
                (x * v - y * u).unsigned_abs()
            }
        }
    }
}
