//! The server's sockets: accepting, the limits of a connection, and stopping without cutting off
//! what is under way.

mod accept;
mod connection;
mod pulse;

pub use accept::{Limits, serve};
pub use connection::Peer;
