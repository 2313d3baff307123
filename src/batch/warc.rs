//! The pages of a web archive: responses, resources and conversions that are HTML or plain text.
//!
//! ISO 28500: each record is a version line, named fields, an empty line, `Content-Length` bytes and two empty lines. The
//! reader is our own because it has to go on after a torn gzip member, at the next version line.

use std::io::{self, BufRead, Read};

use flate2::bufread::{GzDecoder, ZlibDecoder};
use memchr::memmem;

use crate::batch::gunzip::is_torn;

/// The longest record that is read; longer ones are no pages.
const LONGEST: u64 = 64 << 20;

/// A page of an archive.
#[derive(Debug, Default)]
pub(crate) struct WarcPage {
    /// The number of its record, counted from 1.
    pub(crate) number: u64,
    /// Where it was found.
    pub(crate) url: Option<String>,
    /// When it was found.
    pub(crate) date: Option<String>,
    /// Its bytes, without the head of the response.
    pub(crate) bytes: Vec<u8>,
    /// Whether it is HTML rather than plain text.
    pub(crate) html: bool,
}

/// The pages of an archive in order. An error is followed by what can still be read.
pub(crate) struct WarcPages<R> {
    input: R,
    number: u64,
    ended: bool,
}

/// A record that could not be read, by its number.
#[derive(Debug)]
pub(crate) struct Gap {
    pub(crate) number: u64,
    pub(crate) error: io::Error,
}

impl<R: BufRead> WarcPages<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, number: 0, ended: false }
    }

    /// The next record's page: `None` at the end of the input, `Some(None)` for a record that is no page.
    fn record(&mut self) -> io::Result<Option<Option<WarcPage>>> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if self.line(&mut line)? == 0 {
                return Ok(None);
            }
            if line.starts_with(b"WARC/") {
                break;
            }
        }
        self.number += 1;
        let mut head = Head::default();
        loop {
            line.clear();
            if self.line(&mut line)? == 0 || line.trim_ascii().is_empty() {
                break;
            }
            head.field(&line);
        }
        let wanted = head.is_page() && head.length <= LONGEST;
        let mut body = (&mut self.input).take(head.length);
        if !wanted {
            io::copy(&mut body, &mut io::sink())?;
            return Ok(Some(None));
        }
        let mut bytes = Vec::new();
        body.read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < head.length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the record is cut short"));
        }
        Ok(Some(head.page(self.number, bytes)))
    }

    /// Reads a line of a head, of at most 64 KB.
    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        (&mut self.input).take(64 << 10).read_until(b'\n', line)
    }
}

impl<R: BufRead> Iterator for WarcPages<R> {
    type Item = Result<WarcPage, Gap>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.record() {
                Ok(Some(Some(page))) => return Some(Ok(page)),
                Ok(Some(None)) => {}
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = !is_torn(&error);
                    return Some(Err(Gap { number: self.number, error }));
                }
            }
        }
        None
    }
}

/// What is wanted of a record's head.
#[derive(Debug, Default)]
struct Head {
    kind: String,
    content: String,
    url: Option<String>,
    date: Option<String>,
    length: u64,
}

impl Head {
    fn field(&mut self, line: &[u8]) {
        let Some((name, value)) = field(line) else { return };
        match name.as_str() {
            "warc-type" => self.kind = value.to_ascii_lowercase(),
            "content-type" => self.content = value.to_ascii_lowercase(),
            "warc-target-uri" => self.url = Some(value.trim_matches(['<', '>']).to_owned()),
            "warc-date" => self.date = Some(value),
            "content-length" => self.length = value.parse().unwrap_or(0),
            _ => {}
        }
    }

    fn is_page(&self) -> bool {
        match self.kind.as_str() {
            "response" => self.content.starts_with("application/http"),
            "resource" | "conversion" => is_text(&self.content),
            _ => false,
        }
    }

    /// The page in a record's bytes, where it is one.
    fn page(self, number: u64, bytes: Vec<u8>) -> Option<WarcPage> {
        let page = WarcPage { number, url: self.url, date: self.date, ..WarcPage::default() };
        if self.kind != "response" {
            return Some(WarcPage { html: self.content.contains("html"), bytes, ..page });
        }
        let end =
            memmem::find(&bytes, b"\r\n\r\n").map(|at| at + 4).or_else(|| memmem::find(&bytes, b"\n\n").map(|at| at + 2))?;
        let (head, body) = bytes.split_at(end);
        let mut lines = head.split(|&byte| byte == b'\n');
        let status = lines.next()?.split(|&byte| byte == b' ').nth(1)?;
        let fields: Vec<(String, String)> = lines.filter_map(field).collect();
        let value = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.to_ascii_lowercase());
        let content = value("content-type").unwrap_or_default();
        if status != b"200" || !is_text(&content) {
            return None;
        }
        let mut body = body.to_vec();
        if value("transfer-encoding").is_some_and(|value| value.contains("chunked")) {
            body = unchunked(&body).unwrap_or(body);
        }
        if let Some(packing) = value("content-encoding") {
            body = unpacked(&body, &packing).unwrap_or(body);
        }
        Some(WarcPage { html: content.contains("html"), bytes: body, ..page })
    }
}

fn is_text(content: &str) -> bool {
    ["text/html", "application/xhtml", "text/plain"].iter().any(|kind| content.starts_with(kind))
}

/// The name in small letters and the value of a head's line.
fn field(line: &[u8]) -> Option<(String, String)> {
    let line = String::from_utf8_lossy(line);
    let (name, value) = line.split_once(':')?;
    Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
}

/// The chunks of a body joined; `None` when it is not in chunks, as archives often keep it.
fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = memmem::find(body, b"\r\n")?;
        let size = std::str::from_utf8(&body[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        let chunk = body.get(end + 2..)?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend(chunk.get(..size)?);
        body = chunk.get(size + 2..)?;
    }
}

/// What a packed body unpacks to; `None` when it is not packed, as archives often keep it.
fn unpacked(body: &[u8], packing: &str) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    let read = match packing {
        "gzip" | "x-gzip" => GzDecoder::new(body).take(LONGEST).read_to_end(&mut whole),
        "deflate" => ZlibDecoder::new(body).take(LONGEST).read_to_end(&mut whole),
        _ => return None,
    };
    read.ok().map(|_| whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, content: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://news.example/1\r\nContent-Type: {content}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body, b"\r\n\r\n"].concat()
    }

    #[test]
    fn responses_that_are_pages_come_out_without_their_heads() {
        let page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n2\r\n\xd6\xd0\r\n0\r\n\r\n";
        let image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nWARC/1.0 is not a record here";
        let archive = [
            record("warcinfo", "application/warc-fields", b"software: x\r\n"),
            record("response", "application/http; msgtype=response", image),
            record("response", "application/http; msgtype=response", page),
            record("conversion", "text/plain", "正文".as_bytes()),
        ]
        .concat();
        let pages: Vec<WarcPage> = WarcPages::new(archive.as_slice()).map(|page| page.expect("it is whole")).collect();
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0].bytes, b"<p>\xd6\xd0");
        assert_eq!((pages[0].number, pages[0].html), (3, true));
        assert_eq!(pages[0].url.as_deref(), Some("http://news.example/1"));
        assert_eq!(pages[1].bytes, "正文".as_bytes());
    }

    #[test]
    fn an_archive_that_is_cut_short_says_so() {
        let whole = record("conversion", "text/plain", "正文正文".as_bytes());
        let mut pages = WarcPages::new(&whole[..whole.len() - 8]);
        assert_eq!(pages.next().expect("something").expect_err("it is cut").number, 1);
        assert!(pages.next().is_none());
    }
}
