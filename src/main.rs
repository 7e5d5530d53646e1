//! The `onemap` program.

fn main() {}
