//! Compression of whole answers.

/// How an answer's bytes are encoded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// Zstandard (RFC 8878).
    Zstd,
    /// Brotli (RFC 7932).
    Brotli,
}

impl Encoding {
    /// Every one, best first for tiles made on demand.
    pub const ALL: [Self; 4] = [Self::Zstd, Self::Brotli, Self::Gzip, Self::Identity];

    /// The name that `Accept-Encoding` and `Content-Encoding` use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Brotli => "br",
        }
    }
}

/// `bytes` in `encoding`. Nothing stays nothing, whatever the encoding.
#[must_use]
pub fn compress(_bytes: Vec<u8>, _encoding: Encoding) -> Vec<u8> {
    todo!()
}
