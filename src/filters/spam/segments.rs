//! The pieces of a page that are judged as one: its lines, and the sentences of lines that hold a whole article.

use std::ops::Range;

use crate::page::Page;

/// A line with more bytes than this is cut into sentences: about 200 Chinese characters.
const LONG: usize = 600;

/// A piece of a page.
#[derive(Clone, Debug)]
pub(super) struct Segment<'t> {
    /// What is read.
    pub text: &'t str,
    /// What goes when the segment goes: a line goes with its terminator.
    pub range: Range<usize>,
    /// Whether the segment is a line, not a sentence of one.
    pub is_whole_line: bool,
}

/// The segments of a page in order.
pub(super) fn segments(page: Page<'_>) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    for line in page.lines().filter(|line| !line.is_blank()) {
        let text = line.text();
        if text.len() <= LONG {
            segments.push(Segment { text, range: line.whole_range(), is_whole_line: true });
            continue;
        }
        let start = line.text_range().start;
        segments.extend(sentences(text).map(|range| Segment {
            text: &text[range.clone()],
            range: start + range.start..start + range.end,
            is_whole_line: false,
        }));
    }
    segments
}

/// The sentences of a text with their closing marks.
fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let rest = &text[start..];
        let end = rest.find(['。', '！', '？', '!', '?', '\u{3000}']).map_or(rest.len(), |at| {
            let after = &rest[at..];
            at + after.len()
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
    }
}
