//! Time: instants and civil days in a zone, half-open spans, `datetime` parsing, validity (the only
//! place that decides what "valid at" means), slabs.
//!
//! Must not know: features' bytes.

mod civil;
mod column;
mod instant;
mod moment;
mod period;
mod slab;
mod span;
#[cfg(test)]
mod tests;
mod text;
mod zone;

pub use column::{TemporalKind, TimeUnit, TimeValue, Validity, ValidityError};
pub use instant::Instant;
pub use moment::{Moment, MomentError};
pub use slab::{Slab, Slabs};
pub use span::Span;
pub use zone::Zone;
