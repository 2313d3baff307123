//! Pages from files and from standard input.

use std::fs;
use std::io::{self, Cursor, Read};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use jingwen::decode::{Decoded, Encoding, decode, decode_as};

use crate::batch::Packing;
use crate::cli::args::ReadArgs;
use crate::cli::lang::say;

/// How much of an input is cleaned as one page. No page is as long; an endless stream passes in pieces of this size.
pub(crate) const PIECE: usize = 4 << 20;

/// How bytes become text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoding {
    encoding: Option<Encoding>,
}

impl Decoding {
    /// What the flags ask for.
    pub(crate) fn new(args: &ReadArgs) -> Result<Self> {
        let Some(label) = &args.encoding else { return Ok(Self { encoding: None }) };
        let encoding = Encoding::for_label(label).ok_or_else(|| {
            anyhow!(say!(
                "--encoding {label}: no encoding has this label; try utf-8, gb18030, gbk, big5 or utf-16le",
                "--encoding {label}：没有这种编码；可用 utf-8、gb18030、gbk、big5、utf-16le 等"
            ))
        })?;
        Ok(Self { encoding: Some(encoding) })
    }

    /// The text of these bytes.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Decoded {
        match self.encoding {
            Some(encoding) => decode_as(bytes, encoding),
            None => decode(bytes),
        }
    }

    /// The text of a string that is text already.
    pub(crate) fn decode_text(&self, text: &str) -> Decoded {
        decode_as(text.as_bytes(), Encoding::UTF_8)
    }

    /// The text of the next piece of a page: all pieces are in the encoding of the first.
    pub(crate) fn decode_piece(&mut self, bytes: &[u8]) -> Decoded {
        let decoded = self.decode(bytes);
        self.encoding = Encoding::for_label(decoded.encoding);
        decoded
    }
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// The bytes of a file, unpacked.
pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).with_context(|| unreadable(path))?;
    let packing = Packing::of(path);
    if packing == Packing::Plain {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    let read = packing.unpack(Cursor::new(bytes)).and_then(|mut input| input.read_to_end(&mut unpacked));
    read.with_context(|| unreadable(path))?;
    Ok(unpacked)
}

/// All bytes of a file, or of standard input for `-`.
pub(crate) fn read_all(path: &Path) -> Result<Vec<u8>> {
    if !is_stdin(path) {
        return read_file(path);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).with_context(|| unreadable(path))?;
    Ok(bytes)
}

/// What to say of a path that cannot be read.
pub(crate) fn unreadable(path: &Path) -> String {
    let path = path.display();
    say!("{path}: cannot be read; check the name and that you may read it", "{path}：无法读取；请检查名字和读取权限")
}

/// An input in pieces of at most about [`PIECE`] bytes, cut at line ends. An input that is shorter is one piece.
pub(crate) struct Pieces<R> {
    input: R,
    /// What was read and not given out.
    rest: Vec<u8>,
    /// How many bytes of `rest` there must be before it is cut.
    size: usize,
    ended: bool,
}

impl<R: Read> Pieces<R> {
    /// The pieces of an input.
    pub(crate) fn new(input: R, size: usize) -> Self {
        Self { input, rest: Vec::new(), size, ended: false }
    }

    /// The next piece; an empty input has one, which is empty.
    pub(crate) fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        let missing = (self.size - self.rest.len().min(self.size)) as u64;
        self.input.by_ref().take(missing).read_to_end(&mut self.rest)?;
        if self.rest.len() < self.size {
            self.ended = true;
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let rest = self.rest.split_off(cut(&self.rest));
        Ok(Some(std::mem::replace(&mut self.rest, rest)))
    }
}

/// Where to cut so that no line, or else no character, is torn: an index in `1..=bytes.len()`.
fn cut(bytes: &[u8]) -> usize {
    let unit = unit(bytes);
    let line_end =
        |at: usize| bytes[at..at + unit].iter().all(|&byte| byte == 0 || byte == 0x0A) && bytes[at..at + unit].contains(&0x0A);
    let units = bytes.len() / unit;
    if let Some(last) = (0..units).rev().find(|&number| line_end(number * unit)) {
        return (last + 1) * unit;
    }
    // No byte below the digits is part of a longer character in any encoding that is a superset of ASCII.
    let ascii = bytes.iter().rposition(|&byte| byte < 0x30).filter(|_| unit == 1);
    let character = || bytes.iter().rposition(|&byte| byte & 0xC0 != 0x80).filter(|&at| at > 0 && unit == 1);
    ascii.map(|at| at + 1).or_else(character).unwrap_or(bytes.len() - bytes.len() % unit)
}

/// How many bytes a line end takes: 2 in UTF-16 and 4 in UTF-32, by the zeros beside it.
fn unit(bytes: &[u8]) -> usize {
    let head = &bytes[..bytes.len().min(1 << 16)];
    let zeros = memchr::memchr_iter(0, head).count();
    let wide = |width: usize| {
        head.chunks_exact(width).any(|unit| unit.iter().filter(|&&byte| byte == 0).count() == width - 1 && unit.contains(&0x0A))
    };
    match zeros {
        0 => 1,
        _ if zeros > head.len() / 4 && wide(4) => 4,
        _ if wide(2) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(input: &[u8], size: usize) -> Vec<Vec<u8>> {
        let mut pieces = Pieces::new(input, size);
        std::iter::from_fn(|| pieces.next().expect("memory can be read")).collect()
    }

    #[test]
    fn a_short_input_is_one_piece() {
        assert_eq!(pieces(b"", 8), [b""]);
        assert_eq!(pieces(b"a\nb\nc", 8), [b"a\nb\nc"]);
    }

    #[test]
    fn a_long_input_is_cut_at_line_ends_and_nothing_is_lost() {
        let text = "一二\n三四\n五六七八九十\n".repeat(50);
        let cut = pieces(text.as_bytes(), 64);
        assert!(cut.len() > 10);
        assert!(cut.iter().all(|piece| piece.is_empty() || piece.ends_with(b"\n")));
        assert_eq!(cut.concat(), text.as_bytes());
    }

    #[test]
    fn characters_are_whole_without_line_ends() {
        for piece in pieces("汉".repeat(100).as_bytes(), 64) {
            assert!(std::str::from_utf8(&piece).is_ok());
        }
    }

    #[test]
    fn utf16_is_cut_between_its_units() {
        let bytes: Vec<u8> = "第一行\n上一行\n\u{4E0A}\u{0A4E}\n".repeat(40).encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cut = pieces(&bytes, 100);
        assert!(cut.iter().all(|piece| piece.len() % 2 == 0));
        assert_eq!(cut.concat(), bytes);
    }
}
