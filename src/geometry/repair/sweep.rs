//! Pairs of boxes that meet.

/// A box: least x, y, greatest x, y.
pub(super) type Rect = [i32; 4];

/// Boxes at which sorting pays.
const FEW: usize = 24;

/// Boxes that make a strip worth its while, and most strips.
const BOXES_OF_STRIP: usize = 256;
const MOST_STRIPS: usize = 256;

/// Whether the two share a point.
pub(super) const fn meet(a: &Rect, b: &Rect) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

/// The least box that holds all points.
pub(super) fn bounds(ring: &[[i32; 2]]) -> Rect {
    ring.iter().fold([i32::MAX, i32::MAX, i32::MIN, i32::MIN], |[w, n, e, s], &[x, y]| {
        [w.min(x), n.min(y), e.max(x), s.max(y)]
    })
}

/// Whether a box lies inside another and touches none of its sides.
pub(super) const fn within(inner: &Rect, outer: &Rect) -> bool {
    outer[0] < inner[0] && outer[1] < inner[1] && inner[2] < outer[2] && inner[3] < outer[3]
}

/// Buffers to find pairs with.
#[derive(Default)]
pub(super) struct Order {
    /// Strip, least coordinate along the strip, and index of each box that reaches into it.
    entries: Vec<(u32, i32, u32)>,
}

/// Calls `test` with the indices of each two boxes that meet, the lesser first, until it gives
/// `false`; whether it never did.
///
/// Boxes are gone through along one axis, in strips across it if they are many, so that few are
/// looked at that do not meet.
pub(super) fn all_pairs(
    boxes: &[Rect],
    order: &mut Order,
    mut test: impl FnMut(usize, usize) -> bool,
) -> bool {
    if boxes.len() <= FEW {
        return (1..boxes.len()).all(|j| (0..j).all(|i| !meet(&boxes[i], &boxes[j]) || test(i, j)));
    }
    let axis = thinner(boxes);
    let strips = Strips::across(boxes, 1 - axis);
    let entries = &mut order.entries;
    entries.clear();
    for (index, own) in (0..).zip(boxes) {
        let [first, last] = [own[1 - axis], own[3 - axis]].map(|at| strips.of(at));
        entries.extend((first..=last).map(|strip| (strip, own[axis], index)));
    }
    entries.sort_unstable();
    for (at, &(strip, _, i)) in entries.iter().enumerate() {
        let one = &boxes[i as usize];
        for &(_, _, j) in entries[at + 1..]
            .iter()
            .take_while(|(other, least, _)| *other == strip && *least <= one[axis + 2])
        {
            let other = &boxes[j as usize];
            // Of the strips that both reach into, the first tells of them.
            let tells = || strips.of(one[1 - axis].max(other[1 - axis])) == strip;
            let (first, second) = (i.min(j) as usize, i.max(j) as usize);
            if meet(one, other) && tells() && !test(first, second) {
                return false;
            }
        }
    }
    true
}

/// Strips of equal height.
struct Strips {
    least: i32,
    height: i32,
}

impl Strips {
    /// As many as leave each some boxes.
    fn across(boxes: &[Rect], axis: usize) -> Self {
        let least = boxes.iter().map(|own| own[axis]).min().unwrap_or(0);
        let greatest = boxes.iter().map(|own| own[axis + 2]).max().unwrap_or(0);
        let strips = (boxes.len() / BOXES_OF_STRIP).clamp(1, MOST_STRIPS);
        Self { least, height: (greatest - least) / strips as i32 + 1 }
    }

    const fn of(&self, at: i32) -> u32 {
        ((at - self.least) / self.height) as u32
    }
}

/// The axis along which fewer boxes lie over one another.
fn thinner(boxes: &[Rect]) -> usize {
    let share = |axis: usize| {
        let least = boxes.iter().map(|b| b[axis]).min().unwrap_or(0);
        let greatest = boxes.iter().map(|b| b[axis + 2]).max().unwrap_or(0);
        let total: f64 =
            boxes.iter().map(|b| f64::from(b[axis + 2]) - f64::from(b[axis]) + 1.0).sum();
        total / (f64::from(greatest) - f64::from(least) + 1.0)
    };
    usize::from(share(1) < share(0))
}
