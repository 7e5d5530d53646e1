//! The integration tests: one binary, a file for each concern.
#![expect(clippy::unwrap_used, reason = "what tests cannot go on without ends them")]

mod data;
mod hostile;
mod http;
mod mutations;
mod server;
mod tidy;
mod types;
