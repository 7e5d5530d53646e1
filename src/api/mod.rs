//! The HTTP interface: the router as a table of contents, one table of parameters, problem JSON,
//! answers, and one file per resource.
//!
//! Must not know: files on disk.

mod ask;
mod catalogue;
mod describe;
mod front;
mod guard;
mod items;
mod landing;
mod links;
mod negotiate;
mod openapi;
mod operations;
mod page;
mod parameters;
mod problem;
mod recall;
mod respond;
mod router;
mod server;
mod service;
mod tiles;

pub use front::Front;
pub use links::{BaseUrl, Network, Reach};
pub use problem::Problem;
pub use server::{Limits, Peer, serve};
pub use service::{Options, Service, now};
