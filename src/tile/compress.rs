//! Compression of whole answers.

use std::cell::RefCell;
use std::io::{self, Read};

use libdeflater::CompressionLvl;
use zstd::zstd_safe::{CParameter, compress_bound};

use super::deflate::Deflater;

/// A level that costs about as much as building a tile does: tiles are made while someone waits.
const ZSTD_LEVEL: i32 = 1;
/// In the place of the level's own 14 and 7: a hash table that stays near the processor is quicker,
/// and tiles repeat short pieces, so that more is found.
const ZSTD_HASH_BITS: u32 = 11;
const ZSTD_LEAST_MATCH: u32 = 6;
const BROTLI_QUALITY: i32 = 4;
/// Levels for tiles that many ask for: what less than thirty milliseconds make of 170 kB. None of less
/// than forty leaves a hundredth fewer bytes.
const THOROUGH_ZSTD_LEVEL: i32 = 17;
const THOROUGH_BROTLI_QUALITY: i32 = 5;
/// Brotli's window, as a power of two of bytes: larger than any tile of one layer.
const BROTLI_WINDOW_BITS: i32 = 20;

/// Room that a thread keeps for the next tile is no larger than this, whatever one tile took.
pub(super) const MOST_KEPT: usize = 4 << 20;

thread_local! {
    /// What compressors work in is large: each thread has its own, made once.
    static COMPRESSORS: RefCell<Compressors> = RefCell::default();
}

#[derive(Default)]
struct Compressors {
    gzip: Option<Box<Deflater>>,
    zstd: Option<zstd::bulk::Compressor<'static>>,
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

/// `bytes` in `encoding`, with no room behind. Nothing stays nothing, whatever the encoding.
///
/// # Panics
/// Never: memory takes all that is written to it.
#[must_use]
pub fn compress(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let compressed: io::Result<Vec<u8>> =
        COMPRESSORS.with_borrow_mut(|compressors| match encoding {
            Encoding::Identity => Ok(bytes.to_vec()),
            Encoding::Gzip => Ok(compressors.gzip(bytes)),
            Encoding::Zstd => compressors.zstd(bytes),
            Encoding::Brotli => brotli(bytes, BROTLI_QUALITY),
        });
    let mut compressed = compressed.expect("memory takes all that is written to it");
    compressed.shrink_to_fit();
    compressed
}

/// What `compressed` holds in `encoding`, in fewer bytes of the same encoding, with no room behind: at
/// up to forty times the cost, for what many ask for. `None` where no fewer are found, or it is no
/// whole `encoding`.
#[must_use]
pub fn compress_again(compressed: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
    let bytes = decompress(compressed, encoding).ok()?;
    let mut again = match encoding {
        Encoding::Identity => return None,
        Encoding::Gzip => thorough_gzip(&bytes)?,
        Encoding::Zstd => zstd::bulk::compress(&bytes, THOROUGH_ZSTD_LEVEL).ok()?,
        Encoding::Brotli => brotli(&bytes, THOROUGH_BROTLI_QUALITY).ok()?,
    };
    again.shrink_to_fit();
    (again.len() < compressed.len()).then_some(again)
}

fn decompress(bytes: &[u8], encoding: Encoding) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match encoding {
        Encoding::Identity => return Ok(bytes.to_vec()),
        Encoding::Gzip => flate2::read::GzDecoder::new(bytes).read_to_end(&mut out)?,
        Encoding::Zstd => zstd::Decoder::new(bytes)?.read_to_end(&mut out)?,
        Encoding::Brotli => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out)?,
    };
    Ok(out)
}

fn thorough_gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut compressor = libdeflater::Compressor::new(CompressionLvl::best());
    let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let length = compressor.gzip_compress(bytes, &mut out).ok()?;
    out.truncate(length);
    Some(out)
}

impl Compressors {
    fn gzip(&mut self, bytes: &[u8]) -> Vec<u8> {
        let deflater = self.gzip.get_or_insert_default();
        let out = deflater.gzip(bytes);
        deflater.trim(MOST_KEPT);
        out
    }

    fn zstd(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let compressor = match &mut self.zstd {
            Some(compressor) => compressor,
            none => {
                let mut made = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                made.set_parameter(CParameter::HashLog(ZSTD_HASH_BITS))?;
                made.set_parameter(CParameter::MinMatch(ZSTD_LEAST_MATCH))?;
                none.insert(made)
            }
        };
        let mut out = Vec::with_capacity(compress_bound(bytes.len()));
        compressor.compress_to_buffer(bytes, &mut out)?;
        Ok(out)
    }
}

fn brotli(mut bytes: &[u8], quality: i32) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality,
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
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let bytes: Vec<u8> = (0..200_000u32).flat_map(|n| (n % 1000).to_le_bytes()).collect();
        for encoding in Encoding::ALL {
            let compressed = compress(&bytes, encoding);
            assert_eq!(decompress(&compressed, encoding).unwrap(), bytes, "{encoding:?}");
            assert!(compressed.len() < 100_000 || encoding == Encoding::Identity);
            assert!(compress(&[], encoding).is_empty());
        }
    }

    #[test]
    fn what_is_compressed_again_is_smaller_and_the_same_inside() {
        let words = ["parcel", "residential", "use", "\u{1a}\u{8}", "地块", "0.25"];
        let pick = |n: u64| words[((n * n * 2_654_435_761) >> 7) as usize % words.len()];
        let bytes: Vec<u8> = (0..20_000).flat_map(|n| pick(n).bytes()).collect();
        for encoding in [Encoding::Gzip, Encoding::Zstd, Encoding::Brotli] {
            let compressed = compress(&bytes, encoding);
            let again = compress_again(&compressed, encoding).unwrap();
            assert!(again.len() < compressed.len(), "{encoding:?}");
            for kept in [&compressed, &again] {
                assert_eq!(kept.capacity(), kept.len(), "{encoding:?}");
            }
            assert_eq!(decompress(&again, encoding).unwrap(), bytes, "{encoding:?}");
            assert_eq!(compress_again(&again, encoding), None, "{encoding:?}");
            assert_eq!(compress_again(&compressed[..9], encoding), None, "{encoding:?}");
        }
        assert_eq!(compress_again(&bytes, Encoding::Identity), None);
    }
}
