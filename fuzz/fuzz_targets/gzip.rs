//! Any bytes as gzip: another's decompressor gives them back.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use onemap::tile::{Encoding, compress};

fuzz_target!(|bytes: &[u8]| {
    let mut out = Vec::new();
    let read = flate2::read::GzDecoder::new(&compress(bytes, Encoding::Gzip)[..]).read_to_end(&mut out);
    assert!(bytes.is_empty() || read.is_ok());
    assert!(out == bytes);
});
