//! Store: immutable objects by fingerprint (mapped here, read-only), derived data, editions.
//!
//! Must not know: what the bytes mean.

mod object;

pub use object::Object;
