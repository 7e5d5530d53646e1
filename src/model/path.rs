//! A run of positions, in place where the file holds it, owned where a curve was made straight.

use std::borrow::Cow;

/// Positions in the source's CRS, x east first, as little-endian doubles.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    xy: Cow<'a, [u8]>,
    z: Option<Cow<'a, [u8]>>,
    m: Option<Cow<'a, [u8]>>,
}

impl<'a> Path<'a> {
    /// Over the bytes of `x0 y0 x1 y1 …`, and of one height and one measure a position where
    /// given. Bytes beyond the last whole position are not seen; a height or measure that is
    /// missing or not finite reads as 0.
    #[must_use]
    pub const fn new(xy: &'a [u8], z: Option<&'a [u8]>, m: Option<&'a [u8]>) -> Self {
        Self {
            xy: Cow::Borrowed(xy),
            z: match z {
                Some(z) => Some(Cow::Borrowed(z)),
                None => None,
            },
            m: match m {
                Some(m) => Some(Cow::Borrowed(m)),
                None => None,
            },
        }
    }

    /// From positions `[x, y, z, m]`; `has_z` and `has_m` say which of the last two count.
    #[must_use]
    pub fn from_positions(positions: &[[f64; 4]], has_z: bool, has_m: bool) -> Path<'static> {
        let bytes = |axis: usize| positions.iter().flat_map(|p| p[axis].to_le_bytes()).collect();
        Path {
            xy: positions.iter().flat_map(|p| [p[0], p[1]]).flat_map(f64::to_le_bytes).collect(),
            z: has_z.then(|| bytes(2)),
            m: has_m.then(|| bytes(3)),
        }
    }

    /// How many positions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.xy.len() / 16
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether positions have a height.
    #[must_use]
    pub const fn has_z(&self) -> bool {
        self.z.is_some()
    }

    /// Whether positions have a measure.
    #[must_use]
    pub const fn has_m(&self) -> bool {
        self.m.is_some()
    }

    /// The positions `[x, y]` in order.
    #[must_use]
    pub fn xy(&self) -> impl ExactSizeIterator<Item = [f64; 2]> + DoubleEndedIterator + Clone + '_ {
        self.xy.as_chunks::<16>().0.iter().map(|pair| {
            let (x, y) = pair.split_at(8);
            [double(x), double(y)]
        })
    }

    /// The height of position `index`, 0 where there is none.
    #[must_use]
    pub fn z(&self, index: usize) -> f64 {
        ordinate(self.z.as_deref(), index)
    }

    /// The measure of position `index`, 0 where there is none.
    #[must_use]
    pub fn m(&self, index: usize) -> f64 {
        ordinate(self.m.as_deref(), index)
    }
}

fn ordinate(bytes: Option<&[u8]>, index: usize) -> f64 {
    bytes
        .and_then(|bytes| bytes.as_chunks::<8>().0.get(index))
        .map(|bytes| f64::from_le_bytes(*bytes))
        .filter(|ordinate| ordinate.is_finite())
        .unwrap_or(0.0)
}

fn double(bytes: &[u8]) -> f64 {
    bytes.first_chunk().map_or(f64::NAN, |chunk| f64::from_le_bytes(*chunk))
}
