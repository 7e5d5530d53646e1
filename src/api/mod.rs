//! The HTTP interface: the router as a table of contents, one table of parameters, problem JSON,
//! answers, and one file per resource.
//!
//! Must not know: files on disk.

mod guard;
mod links;
mod operations;
mod problem;
mod respond;
mod router;
mod server;

pub use links::{BaseUrl, Network, Reach};
pub use problem::Problem;
pub use router::router;
pub use server::{Limits, Peer, serve};
