//! Bytes that are written once and read in any order: in memory, beyond a limit in a file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;

/// Bytes held in memory before they go to the file.
const LIMIT: usize = if cfg!(test) { 4 << 10 } else { 32 << 20 };

/// The bytes: those in the file come first.
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<(File, PathBuf)>,
    path: Option<PathBuf>,
    in_file: u64,
}

impl Spool {
    /// Nothing yet. Without a path everything stays in memory; the file is removed at the end.
    pub(super) const fn new(path: Option<PathBuf>) -> Self {
        Self { memory: Vec::new(), file: None, path, in_file: 0 }
    }

    /// Appends bytes and tells where they are.
    pub(super) fn append(&mut self, bytes: &[u8]) -> std::io::Result<Range<u64>> {
        if self.memory.len() + bytes.len() > LIMIT
            && let Some(path) = &self.path
        {
            if self.file.is_none() {
                let file = File::options()
                    .read(true)
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .open(path)?;
                self.file = Some((file, path.clone()));
            }
            if let Some((file, _)) = &mut self.file {
                file.write_all(&self.memory)?;
                self.in_file += self.memory.len() as u64;
                self.memory.clear();
            }
        }
        let start = self.in_file + self.memory.len() as u64;
        self.memory.extend_from_slice(bytes);
        Ok(start..start + bytes.len() as u64)
    }

    /// Copies the bytes of a range that [`Spool::append`] told.
    pub(super) fn copy(&mut self, range: &Range<u64>, out: &mut dyn Write) -> std::io::Result<()> {
        let length = (range.end - range.start) as usize;
        match &mut self.file {
            Some((file, _)) if range.start < self.in_file => {
                let mut bytes = vec![0; length];
                file.seek(SeekFrom::Start(range.start))?;
                file.read_exact(&mut bytes)?;
                out.write_all(&bytes)
            }
            _ => {
                let start = (range.start - self.in_file) as usize;
                out.write_all(self.memory.get(start..start + length).unwrap_or(&[]))
            }
        }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some((file, path)) = self.file.take() {
            drop(file);
            // What is left behind is in the way of nobody.
            let _ = std::fs::remove_file(path);
        }
    }
}
