//! The audit as JSON Lines, one record an edit, and the way back from it.
//!
//! ```
//! use jingwen::render::audit::{self, Offset, Record};
//!
//! let page = jingwen::clean("展开剩余47%河面上的冰一夜之间裂开了。".as_bytes());
//! let mut log = Vec::new();
//! audit::write(&mut log, "page.txt", None, &page, Offset::default())?;
//!
//! let records = serde_json::Deserializer::from_slice(&log).into_iter().collect::<Result<Vec<Record>, _>>()?;
//! assert_eq!(audit::undo(&page.cleaned.text, &records)?, page.source());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::io::{self, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::cleaner::CleanedPage;
use crate::verdict::Verdict;

/// The version of the record's schema. It rises when a field changes its meaning or goes away.
pub const SCHEMA: u32 = 1;

/// One edit as the audit records it.
///
/// Made one after another in the order of the audit, the edits turn the source text into the clean text; taken back in
/// the opposite order, they turn the clean text into the source text. Ranges and places count bytes of UTF-8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The version of the schema: [`SCHEMA`].
    pub schema: u32,
    /// The page's name: its path as it was given, or below the folder that was given; `-` for standard input.
    pub page: String,
    /// The page's address, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The filter that proposed the edit.
    pub filter: String,
    /// The rule that asked for it, as `filter/name`.
    pub rule: String,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// Where the text was changed, with all edits before this one in the audit made.
    pub at: usize,
    /// Start and end of what it replaced in the source text: the page decoded, not its bytes; the article extracted from it where it is
    /// HTML.
    pub source: [usize; 2],
    /// The same in the bytes that the page came in, whatever its encoding; nothing where the source text is the article of an HTML page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_bytes: Option<[usize; 2]>,
    /// Start and end of what came of it in the clean text; the same number twice where nothing is left.
    pub cleaned: [usize; 2],
    /// How much likelier it made the text, in nats, where a model decided.
    pub gain: Option<f32>,
    /// The verdict on the page, where the record is of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

impl Record {
    /// Whether all of the page was left out of the output, and the record has all of it.
    pub fn is_left_out(&self) -> bool {
        self.rule == UNREAD || self.verdict.is_some() && !self.before.is_empty()
    }
}

/// Where a text begins in a longer one of which it is a piece: in the bytes that came in, in the source text and in the clean text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset {
    /// Bytes that came in before this piece.
    pub bytes: usize,
    /// Bytes of source text before this piece.
    pub source: usize,
    /// Bytes of clean text before this piece.
    pub cleaned: usize,
}

/// The records of a page's edits, in the order in which they were made.
pub fn records<'c>(
    name: &'c str,
    url: Option<&'c str>,
    page: &'c CleanedPage,
    offset: Offset,
) -> impl Iterator<Item = Record> + 'c {
    let shifted = |range: Range<usize>, by: usize| [range.start + by, range.end + by];
    let bytes = move |source: &Range<usize>| page.extracted.is_none().then(|| page.decoded.source(source.clone()));
    page.cleaned.audit().map(move |audited| Record {
        schema: SCHEMA,
        page: name.to_owned(),
        url: url.map(str::to_owned),
        filter: audited.filter.to_owned(),
        rule: audited.edit.rule.to_string(),
        before: audited.edit.before.to_string(),
        after: audited.edit.after.to_string(),
        at: audited.at + offset.cleaned,
        source_bytes: bytes(&audited.source).map(|bytes| shifted(bytes, offset.bytes)),
        source: shifted(audited.source, offset.source),
        cleaned: shifted(audited.cleaned, offset.cleaned),
        gain: audited.edit.gain,
        verdict: None,
    })
}

/// Writes the records of a page, one a line.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut impl Write, name: &str, url: Option<&str>, page: &CleanedPage, offset: Offset) -> io::Result<()> {
    records(name, url, page, offset).try_for_each(|record| write_record(out, &record))
}

/// The rule of the record for a page that could not be read and was left out.
pub const UNREAD: &str = "input/unread";

/// Writes the record of a page of a file of many that could not be read and was left out: all of it was deleted.
///
/// # Errors
/// When the writer fails.
pub fn write_unread(out: &mut impl Write, page: &str, whole: &str) -> io::Result<()> {
    write_record(out, &deletion(page, UNREAD, whole))
}

/// Writes the record of the verdict on a page. Where the page was dropped for it, it is the page's only record and has all
/// of it, `dropped`: a line as it was, or the source text of a page. Otherwise it changes nothing.
///
/// # Errors
/// When the writer fails.
pub fn write_verdict(
    out: &mut impl Write,
    page: &str,
    url: Option<&str>,
    verdict: &Verdict,
    dropped: Option<&str>,
) -> io::Result<()> {
    let deletion = deletion(page, &format!("verdict/{}", verdict.kind), dropped.unwrap_or_default());
    write_record(out, &Record { url: url.map(str::to_owned), verdict: Some(verdict.clone()), ..deletion })
}

/// The record of a deletion of all of a page; its filter is what stands before the rule's name.
fn deletion(page: &str, rule: &str, whole: &str) -> Record {
    Record {
        schema: SCHEMA,
        page: page.to_owned(),
        url: None,
        filter: rule.split('/').next().unwrap_or_default().to_owned(),
        rule: rule.to_owned(),
        before: whole.to_owned(),
        after: String::new(),
        at: 0,
        source: [0, whole.len()],
        source_bytes: None,
        cleaned: [0, 0],
        gain: None,
        verdict: None,
    }
}

fn write_record(out: &mut impl Write, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}

/// The source text, from the clean text and the page's records in the order of the audit.
///
/// # Errors
/// When a record does not fit the text: it is of another page, or the text was changed since.
pub fn undo(cleaned: &str, records: &[Record]) -> Result<String, Misfit> {
    let mut text = cleaned.to_owned();
    let mut rest = records;
    while !rest.is_empty() {
        // The longest run of records at its end that were made left to right is taken back in one go.
        let start = (1..rest.len()).rev().find(|&number| rest[number].at < end(&rest[number - 1])).unwrap_or(0);
        text = take_back(&text, &rest[start..])?;
        rest = &rest[..start];
    }
    Ok(text)
}

/// A record that does not fit the text it is taken back from.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfit {
    /// The record.
    pub record: Box<Record>,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { page, rule, at, after, .. } = &*self.record;
        write!(
            f,
            "\"{after}\" of {rule} on page {page} does not stand at byte {at}: the text is not what came out with this audit"
        )
    }
}

impl std::error::Error for Misfit {}

/// Where a record's result ends when it has just been made.
fn end(record: &Record) -> usize {
    record.at + record.after.len()
}

/// The text without records that were made left to right, none touching the result of another.
fn take_back(text: &str, records: &[Record]) -> Result<String, Misfit> {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for record in records {
        let misfit = || Misfit { record: Box::new(record.clone()) };
        out.push_str(text.get(copied..record.at).ok_or_else(misfit)?);
        text.get(record.at..end(record)).filter(|there| *there == record.after).ok_or_else(misfit)?;
        out.push_str(&record.before);
        copied = end(record);
    }
    out.push_str(&text[copied..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cleaner, Options, rules::Rules};

    const PAGE: &str =
        "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n２０２６年\u{200B}岸边站满了人。\n";

    fn records_of(page: &str) -> (String, Vec<Record>) {
        let rules = Rules::embedded().expect("embedded rules are valid");
        let cleaner = Cleaner::new(&rules, &Options::default()).expect("no filter is named");
        let page = cleaner.clean(page.as_bytes());
        let records = records("page", None, &page, Offset::default()).collect();
        (page.cleaned.text, records)
    }

    #[test]
    fn places_in_the_bytes_that_came_in_are_told_for_text() {
        let rules = Rules::embedded().expect("embedded rules are valid");
        let cleaner = Cleaner::new(&rules, &Options::default()).expect("no filter is named");
        let (bytes, _, _) = encoding_rs::GBK.encode("冬日河面上的冰一夜之间裂开了，岸边站满了２０２６个人。");
        let page = cleaner.clean(&bytes);
        let offset = Offset { bytes: 100, ..Offset::default() };
        let record = records("page", None, &page, offset).next().expect("digits are narrowed");
        assert_eq!((&*record.before, record.source, record.source_bytes), ("２０２６", [60, 72], Some([140, 148])));
        let page =
            cleaner.clean("<html><body><p>冬日河面上的冰一夜之间裂开了，岸边站满了２０２６个人。</p></body></html>".as_bytes());
        assert!(records("page", None, &page, offset).all(|record| record.source_bytes.is_none()));
    }

    #[test]
    fn the_audit_alone_gives_the_source_back() {
        let (text, records) = records_of(PAGE);
        assert!(records.len() > 2 && text != PAGE);
        assert_eq!(undo(&text, &records).as_deref(), Ok(PAGE));
    }

    #[test]
    fn a_text_that_is_not_the_audits_is_refused() {
        let (text, records) = records_of(PAGE);
        assert!(undo(&text[..6], &records).is_err());
        let misfit = undo(&text.replace("2026", "2025"), &records).expect_err("it was changed");
        assert!(misfit.to_string().contains("2026"));
    }

    #[test]
    fn records_are_read_as_they_are_written() {
        let (_, records) = records_of(PAGE);
        for record in records {
            let line = serde_json::to_string(&record).expect("a record can be JSON");
            assert_eq!(serde_json::from_str::<Record>(&line).expect("it was written so"), record);
        }
    }
}
