//! Compression of whole answers.

use std::cell::RefCell;
use std::io;

use libdeflater::{CompressionLvl, Compressor};

/// Levels that cost about as much as building a tile does: tiles are made while someone waits.
const GZIP_LEVEL: i32 = 1;
const ZSTD_LEVEL: i32 = 1;
const BROTLI_QUALITY: i32 = 4;
/// Brotli's window, as a power of two of bytes: larger than any tile of one layer.
const BROTLI_WINDOW_BITS: i32 = 20;

thread_local! {
    /// What compressors work in is large: each thread has its own, made once.
    static GZIP: RefCell<Option<Compressor>> = const { RefCell::new(None) };
    static ZSTD: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
}

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
///
/// # Panics
/// Never: memory takes all that is written to it.
#[must_use]
pub fn compress(bytes: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    if bytes.is_empty() {
        return bytes;
    }
    let compressed = match encoding {
        Encoding::Identity => return bytes,
        Encoding::Gzip => gzip(&bytes),
        Encoding::Zstd => zstd(&bytes),
        Encoding::Brotli => brotli(&bytes),
    };
    compressed.expect("memory takes all that is written to it")
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    GZIP.with_borrow_mut(|compressor| {
        let level = CompressionLvl::new(GZIP_LEVEL).unwrap_or_default();
        let compressor = compressor.get_or_insert_with(|| Compressor::new(level));
        let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
        let length = compressor.gzip_compress(bytes, &mut out).map_err(io::Error::other)?;
        out.truncate(length);
        out.shrink_to_fit();
        Ok(out)
    })
}

fn zstd(bytes: &[u8]) -> io::Result<Vec<u8>> {
    ZSTD.with_borrow_mut(|compressor| {
        if compressor.is_none() {
            *compressor = Some(zstd::bulk::Compressor::new(ZSTD_LEVEL)?);
        }
        let mut out = match compressor {
            Some(compressor) => compressor.compress(bytes)?,
            None => Vec::new(),
        };
        out.shrink_to_fit();
        Ok(out)
    })
}

fn brotli(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(bytes.len() / 2);
    brotli::BrotliCompress(&mut bytes, &mut out, &params)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn decompress(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        match encoding {
            Encoding::Identity => return bytes.to_vec(),
            Encoding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut out),
            Encoding::Zstd => zstd::Decoder::new(bytes).unwrap().read_to_end(&mut out),
            Encoding::Brotli => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out),
        }
        .unwrap();
        out
    }

    #[test]
    fn what_is_compressed_comes_back() {
        let bytes: Vec<u8> = (0..200_000u32).flat_map(|n| (n % 1000).to_le_bytes()).collect();
        for encoding in Encoding::ALL {
            let compressed = compress(bytes.clone(), encoding);
            assert_eq!(decompress(&compressed, encoding), bytes, "{encoding:?}");
            assert!(compressed.len() < 100_000 || encoding == Encoding::Identity);
            assert!(compress(Vec::new(), encoding).is_empty());
        }
    }
}
