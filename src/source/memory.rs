//! Features in memory, in the encoding of FlatGeobuf: for tests and for what has no file.

/// Features in memory.
pub struct Memory {}
