//! What a file holds, by its name, and how it is packed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::batch::gunzip::Gunzip;

/// How much is read at once.
const BUFFER: usize = 1 << 20;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One page.
    Page,
    /// Plain text pages with a form feed between them.
    FormFeed,
    /// A JSON object a line.
    JsonLines,
    /// A web archive.
    Warc,
    /// Rows, one column of which holds pages.
    Parquet,
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    /// Not at all.
    Plain,
    /// In gzip members.
    Gzip,
    /// In Zstandard frames.
    Zstd,
}

impl Kind {
    /// What a file of this name holds, the packing's extension aside; `None` when it is no file of pages.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let name = Packing::strip(path);
        let Some(extension) = name.extension() else { return Some(Self::Page) };
        match extension.to_ascii_lowercase().to_str()? {
            "txt" | "text" | "htm" | "html" | "shtml" | "xhtml" | "md" => Some(Self::Page),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "warc" | "wet" => Some(Self::Warc),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

impl Packing {
    /// How a file of this name is packed.
    pub(crate) fn of(path: &Path) -> Self {
        match path.extension().map(|extension| extension.to_ascii_lowercase()) {
            Some(extension) if extension == "gz" => Self::Gzip,
            Some(extension) if extension == "zst" => Self::Zstd,
            _ => Self::Plain,
        }
    }

    /// The name without the packing's extension.
    pub(crate) fn strip(path: &Path) -> PathBuf {
        if Self::of(path) == Self::Plain { path.to_owned() } else { path.with_extension("") }
    }

    /// The packing's extension with its dot.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }

    /// The bytes packed as a member of their own: packed pieces one after another are a packed whole.
    pub(crate) fn pack(self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        match self {
            _ if bytes.is_empty() => Ok(bytes),
            Self::Plain => Ok(bytes),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
                encoder.write_all(&bytes)?;
                encoder.finish()
            }
            Self::Zstd => zstd::bulk::compress(&bytes, zstd::DEFAULT_COMPRESSION_LEVEL),
        }
    }

    /// What an input unpacks to.
    pub(crate) fn unpack(self, input: impl BufRead + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
        Ok(match self {
            Self::Plain => Box::new(input),
            Self::Gzip => Box::new(BufReader::with_capacity(BUFFER, Gunzip::new(input))),
            Self::Zstd => Box::new(BufReader::with_capacity(BUFFER, zstd::Decoder::with_buffer(input)?)),
        })
    }
}

/// A file unpacked; every byte read of it is added to `count`.
pub(crate) fn open(path: &Path, count: Arc<AtomicU64>) -> io::Result<Box<dyn BufRead + Send>> {
    let input = Counted { input: File::open(path)?, count };
    Packing::of(path).unpack(BufReader::with_capacity(BUFFER, input))
}

/// A reader that counts.
struct Counted<R> {
    input: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_files_hold() {
        for (name, kind, packing) in [
            ("a.txt", Some(Kind::Page), Packing::Plain),
            ("000123", Some(Kind::Page), Packing::Plain),
            ("a.JSONL.gz", Some(Kind::JsonLines), Packing::Gzip),
            ("a.b.warc.zst", Some(Kind::Warc), Packing::Zstd),
            ("a.png", None, Packing::Plain),
            ("a.tar.gz", None, Packing::Gzip),
        ] {
            assert_eq!((Kind::of(Path::new(name)), Packing::of(Path::new(name))), (kind, packing), "{name}");
        }
    }

    #[test]
    fn packed_pieces_are_a_packed_whole() {
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let pieces = ["一\n", "", "二三\n"].map(|piece| packing.pack(piece.into()).expect("memory can be written"));
            let mut whole = String::new();
            let mut input = packing.unpack(io::Cursor::new(pieces.concat())).expect("it was packed so");
            input.read_to_string(&mut whole).expect("it was packed so");
            assert_eq!(whole, "一\n二三\n");
        }
    }
}
