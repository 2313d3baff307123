//! The pieces of a page that are judged as one: its lines, and the sentences of lines that hold a whole article.

use std::cell::LazyCell;
use std::ops::Range;

use super::contacts::{Contact, Kind};
use crate::page::Line;

/// A line with more bytes than this is cut into sentences: about 200 Chinese characters.
const LONG: usize = 600;

/// How much of its line a segment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it; it goes with its terminator.
    Line,
    /// A sentence of a long line.
    Sentence,
    /// Clauses of a sentence.
    Part,
}

/// A piece of a page.
#[derive(Clone, Debug)]
pub(super) struct Segment<'t> {
    /// What is read.
    pub text: &'t str,
    /// Where [`Self::text`] begins on the page.
    pub start: usize,
    /// What goes when the segment goes.
    pub range: Range<usize>,
    /// How much of its line it is.
    pub extent: Extent,
}

/// The segments of a line in order.
pub(super) fn segments(line: Line<'_>) -> Vec<Segment<'_>> {
    let text = line.text();
    let whole = Segment { text, start: line.text_range().start, range: line.whole_range(), extent: Extent::Line };
    if text.len() <= LONG {
        return vec![whole];
    }
    sentences(text).map(|range| whole.inner(range, Extent::Sentence)).collect()
}

impl<'t> Segment<'t> {
    /// The sentences of a line, where it has several.
    pub(super) fn sentences(&self) -> Vec<Segment<'t>> {
        let inner = sentences(self.text).filter(|range| self.extent == Extent::Line && range.len() < self.text.len());
        inner.map(|range| self.inner(range, Extent::Sentence)).collect()
    }

    /// A piece of the segment.
    pub(super) fn inner(&self, range: Range<usize>, extent: Extent) -> Segment<'t> {
        let start = self.start + range.start;
        Segment { text: &self.text[range.clone()], start, range: start..start + range.len(), extent }
    }

    /// The clauses and brackets around contacts: hidden ones, and others where they are less than the segment.
    pub(super) fn parts(&self, contacts: &[Contact]) -> Vec<Segment<'t>> {
        let text = self.text;
        let mut parts: Vec<Segment<'t>> = Vec::new();
        let marks = LazyCell::new(|| Marks::of(text));
        for contact in contacts.iter().filter(|contact| contact.kind != Kind::Link) {
            let range = bracket(text, &contact.range).unwrap_or_else(|| marks.clause(&contact.range));
            if (contact.kind == Kind::Hidden || range.len() < text.len())
                && parts.last().is_none_or(|part| part.range.end <= self.start + range.start)
            {
                parts.push(self.inner(range, Extent::Part));
            }
        }
        parts
    }
}

/// The bracket that holds a range of a text, if it is no longer than a clause.
fn bracket(text: &str, inner: &Range<usize>) -> Option<Range<usize>> {
    const PAIRS: [(char, char); 6] = [('【', '】'), ('（', '）'), ('(', ')'), ('《', '》'), ('★', '★'), ('[', ']')];
    let (before, after) = (&text[..inner.start], &text[inner.end..]);
    let before = &before[before.char_indices().rev().map(|(at, _)| at).take_while(|at| inner.start - at <= LONG).last()?..];
    let after = &after[..after.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|&end| end <= LONG).last()?];
    PAIRS.iter().find_map(|&(open, close)| {
        let open = before.rfind(open).filter(|&at| !before[at + open.len_utf8()..].contains(close))?;
        let start = inner.start - before.len() + open;
        let end = inner.end + after.find(close)? + close.len_utf8();
        (end - start <= LONG).then_some(start..end)
    })
}

/// Where the clauses of a text end, with the marks behind them.
struct Marks {
    ends: Vec<usize>,
    text: usize,
}

impl Marks {
    fn of(text: &str) -> Self {
        let is_mark = |c: char| "，。；！？,;!?、】）)》★ \u{3000}".contains(c);
        let ends = text.match_indices(is_mark).map(|(at, mark)| at + mark.len()).collect();
        Self { ends, text: text.len() }
    }

    /// The clause that holds a range of the text.
    fn clause(&self, inner: &Range<usize>) -> Range<usize> {
        let before = self.ends.partition_point(|&end| end <= inner.start);
        let after = self.ends.partition_point(|&end| end <= inner.end);
        let start = before.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends.get(after).copied().unwrap_or(self.text)
    }
}

/// The sentences of a text with their closing marks. A mark right behind a letter is what a lost character left (v?信).
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    const ENDS: [char; 6] = ['。', '！', '？', '!', '?', '\u{3000}'];
    let ends = move |&(at, _): &(usize, &str)| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let rest = &text[start..];
        let end = rest.match_indices(ENDS).map(|(at, end)| (start + at, end)).find(ends).map_or(rest.len(), |(at, _)| {
            let after = &text[at..];
            at - start + after.len()
                - after.trim_start_matches(['。', '！', '？', '!', '?', '”', '’', '」', '』', '）', ')', '\u{3000}']).len()
        });
        let range = start..start + end;
        start = range.end;
        Some(range)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_cover_the_text() {
        let text = "他说：“走。”大家走了！？然后呢";
        let parts: Vec<&str> = sentences(text).map(|range| &text[range]).collect();
        assert_eq!(parts, ["他说：“走。”", "大家走了！？", "然后呢"]);
        assert_eq!(sentences("高仿【v?信：abc12345】").count(), 1);
    }
}
