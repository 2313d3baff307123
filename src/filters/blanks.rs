//! Blank lines around lines that go: a gap between two paragraphs stays one gap.

use std::ops::Range;

use crate::page::Page;

/// The same ranges; those of whole lines are widened over the blank lines that would be left over. Blank lines between
/// lines that go, go with the one before them. At an end of the page all of them go; in the middle those after, if there
/// are some before.
pub(super) fn widen(text: &str, ranges: &mut [Range<usize>]) {
    if ranges.is_empty() || !text.contains("\n\n") && !text.contains("\n\r\n") {
        return;
    }
    let lines: Vec<(Range<usize>, bool)> = Page::new(text).lines().map(|line| (line.whole_range(), line.is_blank())).collect();
    let owner_of = |line: &Range<usize>, ranges: &[Range<usize>]| ranges.iter().position(|range| range == line);
    let mut at = 0;
    while at < lines.len() {
        let Some(first) = owner_of(&lines[at].0, ranges) else {
            at += 1;
            continue;
        };
        // A run of lines that go, with blank lines between and after them.
        let (start, mut owner, mut end, mut blanks) = (at, first, at + 1, 0);
        while let Some((line, is_blank)) = lines.get(end + blanks) {
            if *is_blank {
                blanks += 1;
            } else if let Some(next) = owner_of(line, ranges) {
                ranges[owner].end = line.start;
                (owner, end, blanks) = (next, end + blanks + 1, 0);
            } else {
                break;
            }
        }
        let blanks_before = lines[..start].iter().rev().take_while(|(_, is_blank)| *is_blank).count();
        let ends_page = end + blanks == lines.len();
        if blanks > 0 && (start == 0 || blanks_before > 0 || ends_page) {
            ranges[owner].end = lines[end + blanks - 1].0.end;
        }
        if ends_page && blanks_before > 0 && blanks_before < start {
            ranges[first].start = lines[start - blanks_before].0.start;
        }
        at = end + blanks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, gone: &[&str]) -> String {
        let mut ranges: Vec<Range<usize>> =
            gone.iter().filter_map(|line| text.find(line).map(|at| at..at + line.len())).collect();
        widen(text, &mut ranges);
        let mut out = text.to_owned();
        ranges.sort_by_key(|range| range.start);
        for range in ranges.into_iter().rev() {
            out.replace_range(range, "");
        }
        out
    }

    #[test]
    fn gaps_stay_single() {
        assert_eq!(without("甲\n\n乙\n\n丙\n", &["乙\n"]), "甲\n\n丙\n");
        assert_eq!(without("甲\n\n乙\n\n丁\n\n丙\n", &["乙\n", "丁\n"]), "甲\n\n丙\n");
        assert_eq!(without("甲\n乙\n\n丙\n", &["乙\n"]), "甲\n\n丙\n");
        assert_eq!(without("乙\n\n甲\n\n丙\n\n丁\n", &["乙\n", "丙\n", "丁\n"]), "甲\n");
        assert_eq!(without("乙\n\n\n", &["乙\n"]), "");
        assert_eq!(without("甲\n乙\n丙\n", &["乙\n"]), "甲\n丙\n");
    }
}
