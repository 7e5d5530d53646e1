//! A tile that was built.

/// An uncompressed tile of one layer (and its labels).
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Built {
    /// MVT bytes; empty where nothing is drawn.
    pub bytes: Vec<u8>,
    /// What it lacks.
    pub left_out: LeftOut,
}

/// What was left out to keep the byte bound.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LeftOut {
    /// Whether attributes.
    pub attributes: bool,
    /// Share of features kept, 1 where all are.
    pub kept: f64,
    /// How many times wider cells are than the zoom's; 1 where they are not.
    pub coarser: u32,
}

impl Default for LeftOut {
    /// Nothing.
    fn default() -> Self {
        Self { attributes: false, kept: 1.0, coarser: 1 }
    }
}

impl LeftOut {
    /// The most that one of the two leaves out.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            attributes: self.attributes || other.attributes,
            kept: self.kept.min(other.kept),
            coarser: self.coarser.max(other.coarser),
        }
    }
}
