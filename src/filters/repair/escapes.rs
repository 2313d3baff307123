//! Escapes of programs left in the text: `\u6cb3\u8fb9`, `%u6cb3%u8fb9`, `%E6%B2%B3%E8%BE%B9`, `\xE6\xB2\xB3`.
//!
//! A run counts when it stands for text beyond ASCII. Web addresses stay as they are; so do ranges of regular expressions, `[\u4e00-\u9fa5]`,
//! and single escapes on lines that have no longer run.

use std::ops::Range;

use memchr::{memchr2, memchr2_iter};

use super::talk::{Escaped, in_address, is_shown, talks};
use crate::page::{Line, Page};

/// From how many characters on a line is spelt in escapes, not about them.
const SPELT_OUT: usize = 8;

/// The runs of `\u6cb3` and of bytes such as `%E6%B2%B3`, each in order.
pub(super) fn find(page: Page<'_>) -> (Vec<Escaped>, Vec<Escaped>) {
    let (mut units, mut bytes) = (Vec::new(), Vec::new());
    if memchr2(b'\\', b'%', page.text.as_bytes()).is_none() {
        return (units, bytes);
    }
    for line in page.lines() {
        if memchr2(b'\\', b'%', line.whole.as_bytes()).is_some() {
            find_runs(line, unit_run, &mut units);
            find_runs(line, byte_run, &mut bytes);
        }
    }
    (units, bytes)
}

/// A run of escapes that starts at a byte offset of a line, with what it stands for.
type FindRun = fn(&str, usize) -> Option<(Range<usize>, String)>;

/// The runs of one kind on a line; none when each stands for a single character.
fn find_runs(line: Line<'_>, find_run: FindRun, found: &mut Vec<Escaped>) {
    let mut runs: Vec<(Range<usize>, String)> = Vec::new();
    for at in memchr2_iter(b'\\', b'%', line.whole.as_bytes()) {
        if runs.last().is_none_or(|(range, _)| at >= range.end) {
            runs.extend(find_run(line.whole, at));
        }
    }
    let length = |(_, text): &(Range<usize>, String)| text.chars().count();
    let (longest, all) = (runs.iter().map(length).max().unwrap_or(0), runs.iter().map(length).sum::<usize>());
    if longest < 2 {
        return;
    }
    let talked_about = longest < 4 && talks(line);
    for (range, text) in runs {
        let shown = all < SPELT_OUT && is_shown(line.whole, &range);
        let kept = shown || is_class(line.whole, &range) || in_address(line.whole, range.start);
        if !kept {
            found.push(Escaped { range: line.start + range.start..line.start + range.end, text, talked_about });
        }
    }
}

/// `\u6cb3\u8fb9` or `%u6cb3%u8fb9`: UTF-16 units.
fn unit_run(line: &str, start: usize) -> Option<(Range<usize>, String)> {
    let mut units = Vec::new();
    let mut at = start;
    while let Some(unit) = line.get(at..at + 6).and_then(|piece| piece.strip_prefix("\\u").or_else(|| piece.strip_prefix("%u"))) {
        if !unit.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            break;
        }
        units.push(u16::from_str_radix(unit, 16).ok()?);
        at += 6;
    }
    let text = String::from_utf16(&units).ok()?;
    stands_for_text(&text).then_some((start..at, text))
}

/// `%E6%B2%B3` or `\xE6\xB2\xB3`: bytes of UTF-8.
fn byte_run(line: &str, start: usize) -> Option<(Range<usize>, String)> {
    let mut bytes = Vec::new();
    let mut at = start;
    loop {
        let rest = &line[at..];
        let Some(digits) = rest.strip_prefix('%').or_else(|| rest.strip_prefix("\\x")) else { break };
        let Some(digits) = digits.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) else { break };
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        at += rest.len() - rest[digits.len()..].len() + if rest.starts_with('%') { 1 } else { 2 };
    }
    let text = String::from_utf8(bytes).ok()?;
    stands_for_text(&text).then_some((start..at, text))
}

/// Whether a decoded run is text beyond ASCII without control characters.
fn stands_for_text(text: &str) -> bool {
    !text.is_ascii() && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

/// Whether a run is an end of a range in a class of a regular expression.
fn is_class(line: &str, range: &Range<usize>) -> bool {
    let starts_escape = |text: &str| text.starts_with("\\u") || text.starts_with("\\x");
    let after = line[range.end..].strip_prefix('-').is_some_and(starts_escape);
    let before = line[..range.start].ends_with('-') && line[range.end..].starts_with(']');
    after || before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_units_and_bytes() {
        let text = |run: Option<(Range<usize>, String)>| run.map(|(range, text)| (range.end, text));
        assert_eq!(text(unit_run("\\u6cb3\\u8FB9x", 0)), Some((12, "河边".into())));
        assert_eq!(text(unit_run("%u6cb3%u8fb9", 0)), Some((12, "河边".into())));
        assert_eq!(text(unit_run("\\ud83d\\ude00", 0)), Some((12, "😀".into())));
        assert_eq!(text(byte_run("%E6%B2%B3%20%E8%be%b9。", 0)), Some((21, "河 边".into())));
        assert_eq!(text(byte_run("\\xe6\\xb2\\xb3", 0)), Some((12, "河".into())));
    }

    #[test]
    fn what_is_no_run() {
        for line in ["\\u12", "\\u0041\\u0042", "\\ud83d", "%E6%B2", "%20%21", "%2024", "\\n"] {
            assert!(unit_run(line, 0).is_none(), "{line}");
            assert!(byte_run(line, 0).is_none(), "{line}");
        }
    }
}
