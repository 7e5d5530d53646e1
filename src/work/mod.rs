//! Work: the bounded pool that all CPU work of requests runs on, and the deadline that long loops
//! check.
//!
//! Must not know: HTTP.

mod deadline;
mod pool;

pub use deadline::{Deadline, Expired};
pub use pool::{Pool, WorkError};
