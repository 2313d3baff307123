//! The audit as JSON Lines, one record an edit, and the way back from it.

use std::io::{self, Write};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::pipeline::Cleaned;

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
    /// Start and end of what it replaced in the source text: the page decoded, not its bytes.
    pub source: [usize; 2],
    /// Start and end of what came of it in the clean text; the same number twice where nothing is left.
    pub cleaned: [usize; 2],
    /// How much likelier it made the text, in nats, where a model decided.
    pub gain: Option<f32>,
}

/// Where a text begins in a longer one of which it is a piece: in the source text and in the clean text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offset {
    /// Bytes of source text before this piece.
    pub source: usize,
    /// Bytes of clean text before this piece.
    pub cleaned: usize,
}

/// The records of a page's edits, in the order in which they were made.
pub fn records<'c>(page: &'c str, cleaned: &'c Cleaned, offset: Offset) -> impl Iterator<Item = Record> + 'c {
    let shifted = |range: Range<usize>, by: usize| [range.start + by, range.end + by];
    cleaned.audit().map(move |audited| Record {
        schema: SCHEMA,
        page: page.to_owned(),
        filter: audited.filter.to_owned(),
        rule: audited.edit.rule.to_string(),
        before: audited.edit.before.to_string(),
        after: audited.edit.after.to_string(),
        at: audited.at + offset.cleaned,
        source: shifted(audited.source, offset.source),
        cleaned: shifted(audited.cleaned, offset.cleaned),
        gain: audited.edit.gain,
    })
}

/// Writes the records of a page, one a line.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut impl Write, page: &str, cleaned: &Cleaned, offset: Offset) -> io::Result<()> {
    for record in records(page, cleaned, offset) {
        serde_json::to_writer(&mut *out, &record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
