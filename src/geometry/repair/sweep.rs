//! Pairs of boxes that meet.

/// A box: least x, y, greatest x, y.
pub(super) type Rect = [i32; 4];

/// Boxes at which sorting pays.
const FEW: usize = 24;

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

/// Calls `test` with the indices of each two boxes that meet, the lesser first, until it gives
/// `false`; whether it never did. `order` is a buffer.
pub(super) fn all_pairs(
    boxes: &[Rect],
    order: &mut Vec<u32>,
    mut test: impl FnMut(usize, usize) -> bool,
) -> bool {
    if boxes.len() <= FEW {
        return (1..boxes.len()).all(|j| (0..j).all(|i| !meet(&boxes[i], &boxes[j]) || test(i, j)));
    }
    let axis = thinner(boxes);
    order.clear();
    order.extend(0..boxes.len() as u32);
    order.sort_unstable_by_key(|&i| (boxes[i as usize][axis], i));
    for (at, &i) in order.iter().enumerate() {
        let one = &boxes[i as usize];
        for &j in &order[at + 1..] {
            let other = &boxes[j as usize];
            if other[axis] > one[axis + 2] {
                break;
            }
            let (first, second) = (i.min(j) as usize, i.max(j) as usize);
            if meet(one, other) && !test(first, second) {
                return false;
            }
        }
    }
    true
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
