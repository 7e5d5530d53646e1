//! Huffman codes of bounded length.

/// Symbols of the largest alphabet.
const MOST_SYMBOLS: usize = 288;
/// Longest code that deflate knows (RFC 1951, section 3.2.7).
const LONGEST: usize = 15;

/// A code as it is sent, first bit lowest, and how many bits it has: `bits | length << 24`. Up to 9
/// extra bits find room between them.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Code(u32);

impl Code {
    #[inline(always)]
    pub(super) fn bits(self) -> u32 {
        self.0 & 0xff_ffff
    }

    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        self.0 >> 24
    }

    /// This code with `count` extra bits behind it.
    pub(super) fn with_extra(self, extra: u32, count: u32) -> Self {
        Self(self.bits() | extra << self.length() | (self.length() + count) << 24)
    }
}

/// Lengths of the codes of least cost for symbols that occur `counts` times, none above `most`; 0
/// for a symbol that does not occur. A single symbol has one bit, of which the other value is unused.
///
/// Moffat and Katajainen, In-Place Calculation of Minimum-Redundancy Codes (WADS 1995); where the
/// bound cuts, codes next to it are made longer until all have room (Kraft's sum).
pub(super) fn lengths<const N: usize>(counts: &[u32; N], most: usize) -> [u8; N] {
    let mut lengths = [0; N];
    let mut room = [0u64; MOST_SYMBOLS];
    let mut used = 0;
    for (symbol, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        room[used] = u64::from(count) << 16 | symbol as u64;
        used += 1;
    }
    let order = &mut room[..used];
    let symbol = |leaf: u64| (leaf & 0xffff) as usize;
    if used < 3 {
        order.iter().for_each(|&leaf| lengths[symbol(leaf)] = 1);
        return lengths;
    }
    order.sort_unstable();
    let mut weights = [0u32; MOST_SYMBOLS];
    weights.iter_mut().zip(order.iter()).for_each(|(weight, leaf)| *weight = (leaf >> 16) as u32);
    let mut leaves = leaves_by_depth(&mut weights[..used], most);
    bound(&mut leaves, most);
    let mut rarest_first = order.iter();
    for length in (1..=most).rev() {
        let of_length = rarest_first.by_ref().take(leaves[length] as usize);
        of_length.for_each(|&leaf| lengths[symbol(leaf)] = length as u8);
    }
    lengths
}

/// How many leaves lie how deep in the tree of `weights` (three or more, ascending); those deeper
/// than `most` are counted there. Works in the place of the weights.
fn leaves_by_depth(weights: &mut [u32], most: usize) -> [u32; LONGEST + 1] {
    let n = weights.len();
    // Inner nodes from the left, of which `root` is the first without a parent; leaves from `leaf` on.
    weights[0] += weights[1];
    let (mut root, mut leaf) = (0, 2);
    for node in 1..n - 1 {
        let mut lightest = |node: usize, weights: &mut [u32]| {
            if leaf >= n || (root < node && weights[root] < weights[leaf]) {
                let weight = weights[root];
                weights[root] = node as u32;
                root += 1;
                weight
            } else {
                leaf += 1;
                weights[leaf - 1]
            }
        };
        let first = lightest(node, weights);
        weights[node] = first + lightest(node, weights);
    }
    // Parents become depths.
    weights[n - 2] = 0;
    for node in (0..n - 2).rev() {
        weights[node] = weights[weights[node] as usize] + 1;
    }
    // Places of a depth that are no inner nodes are leaves.
    let mut leaves = [0; LONGEST + 1];
    let (mut places, mut depth) = (1, 0);
    let mut inner = weights[..n - 1].iter().rev().peekable();
    while places > 0 {
        let mut nodes = 0;
        while inner.next_if(|own| **own == depth).is_some() {
            nodes += 1;
        }
        leaves[most.min(depth as usize)] += places - nodes;
        places = 2 * nodes;
        depth += 1;
    }
    leaves
}

/// Makes codes longer until all have room in `most` bits.
fn bound(leaves: &mut [u32; LONGEST + 1], most: usize) {
    let sum: u32 = (1..=most).map(|length| leaves[length] << (most - length)).sum();
    for _ in 1 << most..sum {
        // The longest of the shorter codes gives its place to itself and one of the longest.
        let shorter = (1..most).rev().find(|length| leaves[*length] > 0).unwrap_or(1);
        leaves[shorter] -= 1;
        leaves[shorter + 1] += 2;
        leaves[most] -= 1;
    }
}

/// The canonical codes of these lengths (RFC 1951, section 3.2.2).
pub(super) fn codes<const N: usize>(lengths: &[u8; N]) -> [Code; N] {
    let mut next = [0u32; LONGEST + 2];
    for length in 1..=LONGEST {
        let shorter = lengths.iter().filter(|own| usize::from(**own) == length).count() as u32;
        next[length + 1] = (next[length] + shorter) << 1;
    }
    lengths.map(|length| {
        if length == 0 {
            return Code::default();
        }
        let code = next[usize::from(length)];
        next[usize::from(length)] += 1;
        Code(code.reverse_bits() >> (32 - u32::from(length)) | u32::from(length) << 24)
    })
}
