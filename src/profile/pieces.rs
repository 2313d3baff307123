//! What is counted of a page: its lines, and the first and last segments of its first and last paragraphs.

use std::ops::Range;

use crate::page::{Line, Page};

/// How many paragraphs at each end of a page are cut into segments.
const PARAGRAPHS: usize = 3;

/// How many segments at each end of such a paragraph are counted.
const SEGMENTS: usize = 3;

/// Pieces of fewer letters say nothing; none that a site puts on its pages is longer than this many characters.
const LETTERS: usize = 2;
const LONGEST: usize = 200;

/// Calls `count` with every piece of a page, folded; a piece that stands there twice comes twice.
pub(super) fn of(page: Page<'_>, mut count: impl FnMut(&str)) {
    let mut count = |text: &str| {
        if let Some(piece) = whole(text) {
            count(&piece);
        }
    };
    let mut paragraphs = Vec::new();
    for text in page.lines().map(Line::text) {
        count(text);
        let segments = segments(text);
        if segments.len() > 1 {
            paragraphs.push((text, segments));
        }
    }
    for (text, segments) in ends(&paragraphs, PARAGRAPHS) {
        ends(segments, SEGMENTS).for_each(|range| count(&text[range.clone()]));
    }
}

/// The first and the last `most` of some items, each once.
fn ends<T>(items: &[T], most: usize) -> impl Iterator<Item = &T> {
    let last = items.len().saturating_sub(most);
    items.iter().enumerate().filter(move |(number, _)| *number < most || *number >= last).map(|(_, item)| item)
}

/// A text as one piece, folded; `None` where it is too long or says too little.
pub(crate) fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    let is_short = text.len() <= LONGEST || text.chars().nth(LONGEST).is_none();
    (is_short && text.chars().filter(|c| c.is_alphabetic()).nth(LETTERS - 1).is_some()).then(|| fold(text))
}

/// The text with every number as `#` and every run of white space as one blank, so that a template with a counter or a
/// date in it is one piece.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut chars = text.trim().chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            folded.push('#');
            let mut ahead = chars.clone();
            while let Some(next) = ahead.next() {
                if next.is_ascii_digit() {
                    chars = ahead.clone();
                } else if !matches!(next, '.' | ',') || !ahead.peek().is_some_and(char::is_ascii_digit) {
                    break;
                }
            }
        } else if c.is_whitespace() {
            folded.push(' ');
            while chars.peek().is_some_and(|next| next.is_whitespace()) {
                chars.next();
            }
        } else {
            folded.push(c);
        }
    }
    folded
}

/// The segments that tile a line, each with what closes it: they end with a sentence or before and after a gap of
/// several blanks, an ideographic space or a tab. A gap belongs to the segment before it.
pub(crate) fn segments(text: &str) -> Vec<Range<usize>> {
    let mut cuts = vec![0];
    let (mut ended, mut blanks) = (false, 0);
    for (at, c) in text.char_indices() {
        let is_end = matches!(c, '。' | '！' | '？' | '!' | '?');
        let closes = ended && (is_end || c.is_whitespace() || "”’」』）)》\"…".contains(c));
        if (ended && !closes || blanks > 1 && !c.is_whitespace()) && at > 0 {
            cuts.push(at);
        }
        ended = is_end || closes;
        blanks = match c {
            '\u{3000}' | '\t' => 2,
            c if c.is_whitespace() => blanks + 1,
            _ => 0,
        };
    }
    cuts.push(text.len());
    cuts.windows(2).map(|two| two[0]..two[1]).filter(|range| !range.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_gaps_are_folded() {
        assert_eq!(fold(" 阅读：1,204次\u{3000} 2025-01-12 10:33 "), "阅读：#次 #-#-# #:#");
        assert_eq!(fold("第3.，4页"), "第#.，#页");
        assert_eq!(whole("37%"), None);
    }

    #[test]
    fn segments_tile_the_line() {
        for (text, parts) in [
            ("他走了。江湾在线\u{3000}欢迎您", vec!["他走了。", "江湾在线\u{3000}", "欢迎您"]),
            ("“走吧！”他说。", vec!["“走吧！”", "他说。"]),
            ("点击次数：96  井不深", vec!["点击次数：96  ", "井不深"]),
            ("New York", vec!["New York"]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = segments(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, parts);
        }
    }
}
