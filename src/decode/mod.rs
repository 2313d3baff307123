//! Bytes to text: which encoding a page is in, its text, and where each character came from.
//!
//! Scraped Chinese pages are in UTF-8, GBK, Big5 or UTF-16, often declare another encoding than they have, and often are
//! damaged: cut in the middle of a character, short of a byte, with lines of another encoding glued in. [`decode`] reads any
//! bytes and cannot fail; what is no character in any encoding becomes U+FFFD and is listed.
//!
//! ```
//! use jingwen::decode::{Encoding, decode};
//!
//! let page = b"\xd6\xd0\xb9\xfa\xb5\xc4\xba\xd3\xc1\xf7"; // 中国的河流 in GBK
//! let decoded = decode(page);
//! assert_eq!(decoded.text, "中国的河流");
//! assert_eq!(decoded.encoding, "GB18030");
//! assert_eq!(decoded.source(9..15), 6..10); // 河流
//! ```
//!
//! Order of trust: byte order mark; valid UTF-8, unless it is full of control characters or shifts, as UTF-16 and HZ are; the
//! encoding that reads best, with the declared one ahead. Damage is repaired line by line. NUL is no text: it becomes U+FFFD too.
//!
//! `detect` chooses the encoding, `transcribe` reads in it, `lattice` reads damaged lines, `characters` tells text from noise,
//! `source_map` remembers where the text came from.

mod characters;
mod declared;
mod detect;
mod encoding;
mod foreign;
mod hz;
mod lattice;
mod sample;
mod source_map;
mod step;
mod transcribe;
mod transcript;

use std::ops::Range;

use memchr::{memchr, memmem};

pub use encoding::Encoding;
use encoding::Kind;
use source_map::SourceMap;
use transcript::Transcript;

/// A page's text and how its bytes were read.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The text, without the byte order mark.
    pub text: String,
    /// The encoding of the page, by its canonical name: `UTF-8`, `GB18030`, `Big5`, `UTF-16LE`, `HZ-GB-2312` …
    pub encoding: &'static str,
    /// Why it was read in that encoding.
    pub evidence: Evidence,
    /// The bytes that are no characters, in order. Each stands for one U+FFFD of the text.
    pub malformed: Vec<Malformed>,
    map: SourceMap,
}

/// What an encoding was told by, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The caller named it.
    Given,
    /// The page begins with a byte order mark.
    Bom,
    /// The bytes are valid UTF-8, which does not come about by chance.
    Valid,
    /// The page declares it, and the bytes agree.
    Declared,
    /// The bytes read best in it.
    Guessed,
}

/// Bytes that are no character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where they are in the page.
    pub bytes: Range<usize>,
    /// Where the U+FFFD is in the text that stands for them.
    pub at: usize,
}

impl Decoded {
    /// The bytes of the page that the characters in `text` were read from.
    ///
    /// Exact to the character: a range that begins or ends inside a character counts as holding it whole. For an empty range,
    /// the empty range before the character that begins there. Takes time logarithmic in the length of the text.
    pub fn source(&self, text: Range<usize>) -> Range<usize> {
        self.map.source(text)
    }

    fn new(transcript: Transcript, encoding: Encoding, evidence: Evidence) -> Self {
        let Transcript { text, map, malformed } = transcript;
        Self { text, encoding: encoding.name(), evidence, malformed, map }
    }
}

/// Reads a page, whatever it is.
pub fn decode(bytes: &[u8]) -> Decoded {
    let (marked, start) = Encoding::of_mark(bytes).map_or((None, 0), |(encoding, len)| (Some(encoding), len));
    if let Some(encoding) = marked.filter(|encoding| *encoding != Encoding::UTF_8) {
        return read(bytes, start, encoding, Evidence::Bom);
    }
    let rest = &bytes[start..];
    if let Ok(text) = simdutf8::basic::from_utf8(rest) {
        let evidence = if marked.is_some() { Evidence::Bom } else { Evidence::Valid };
        return match other_than_utf8(rest).filter(|_| marked.is_none()) {
            Some(encoding) => read(bytes, start, encoding, Evidence::Guessed),
            None if memchr(0, rest).is_some() => read(bytes, start, Encoding::UTF_8, evidence),
            None => whole(text, start, evidence),
        };
    }
    let (declared, evidence) = match marked {
        Some(_) => (marked, Evidence::Bom),
        None => (declared::declared(rest), Evidence::Declared),
    };
    let encoding = detect::detect(rest, declared);
    let evidence = if declared == Some(encoding) { evidence } else { Evidence::Guessed };
    read(bytes, start, encoding, evidence)
}

/// Reads a page in a given encoding.
///
/// Damage is still repaired, and lines of another encoding are still read in that.
pub fn decode_as(bytes: &[u8], encoding: Encoding) -> Decoded {
    let start = match Encoding::of_mark(bytes) {
        Some((marked, len)) if marked == encoding => len,
        _ => 0,
    };
    if encoding == Encoding::UTF_8
        && memchr(0, bytes).is_none()
        && let Ok(text) = simdutf8::basic::from_utf8(&bytes[start..])
    {
        return whole(text, start, Evidence::Given);
    }
    read(bytes, start, encoding, Evidence::Given)
}

/// A page that is UTF-8 throughout, from byte `start` on.
fn whole(text: &str, start: usize, evidence: Evidence) -> Decoded {
    let transcript = Transcript { text: text.to_owned(), map: SourceMap::identity(start, text.len()), malformed: Vec::new() };
    Decoded::new(transcript, Encoding::UTF_8, evidence)
}

fn read(bytes: &[u8], start: usize, encoding: Encoding, evidence: Evidence) -> Decoded {
    Decoded::new(transcribe::transcribe(bytes, start, encoding), encoding, evidence)
}

/// The encoding of bytes that are valid UTF-8, if it is another one: those in seven bits, and those full of NUL.
fn other_than_utf8(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(sample::SAMPLE)];
    // All of them, which takes less time than to stop at the first.
    if head.iter().fold(false, |found, &byte| found | detect::is_control(byte)) || memchr(0, bytes).is_some() {
        return detect::wide(bytes);
    }
    if !bytes.is_ascii() {
        return None;
    }
    if memmem::find(bytes, b"\x1b$B").is_some() {
        return Some(Encoding(Kind::Foreign(encoding_rs::ISO_2022_JP)));
    }
    hz::is_hz(bytes).then_some(Encoding::HZ)
}
