//! Work: the bounded pool that all CPU work of requests runs on, and the deadline that long loops
//! check.
//!
//! Must not know: HTTP.

mod deadline;
mod lane;
mod leisure;
mod pool;
mod stream;
#[cfg(test)]
mod tests;

pub use deadline::{Deadline, Expired};
pub use pool::{Load, Pool, WorkError};
pub use stream::{Chunk, Chunks, Rest};
