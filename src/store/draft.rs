//! Bytes about to be derived, given piece by piece: what is long need not lie on the heap as a whole.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

/// Takes what is derived.
pub trait Draft {
    /// Adds bytes at the end.
    fn put(&mut self, bytes: &[u8]);
    /// Puts bytes in the place of as many that were put first.
    fn set_start(&mut self, bytes: &[u8]);
}

impl Draft for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    fn set_start(&mut self, bytes: &[u8]) {
        let places = self.iter_mut().zip(bytes);
        places.for_each(|(place, byte)| *place = *byte);
    }
}

/// Bytes that go together to the system.
const TOGETHER: usize = 256 << 10;

/// A file that is being filled.
pub(super) struct FileDraft {
    file: BufWriter<File>,
    /// The first write that failed; no more is written.
    failed: Option<io::Error>,
}

impl FileDraft {
    /// Of an empty file.
    pub(super) fn new(file: File) -> Self {
        Self { file: BufWriter::with_capacity(TOGETHER, file), failed: None }
    }

    fn write(&mut self, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = write(&mut self.file).err();
        }
    }

    /// The file with all that was put.
    ///
    /// # Errors
    /// The first write that failed.
    pub(super) fn finish(self) -> io::Result<File> {
        let Self { file, failed } = self;
        failed.map_or(Ok(()), Err)?;
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Draft for FileDraft {
    fn put(&mut self, bytes: &[u8]) {
        self.write(|file| file.write_all(bytes));
    }

    fn set_start(&mut self, bytes: &[u8]) {
        self.write(|file| {
            let end = file.stream_position()?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(bytes)?;
            file.seek(SeekFrom::Start(end)).map(|_| ())
        });
    }
}
