//! Commas that a converter doubled: 题，，你 for 题，你, 践，。 for 践。.
//!
//! Some writers double commas, or let a sentence end in a row of them. None puts one before a full stop: a page that has that too,
//! and no row, was damaged.

use std::ops::Range;

use memchr::memmem;

/// At so many places a page has a comma too many, to count as damaged.
const LEAST: usize = 4;

/// What follows a comma too many, a comma excepted.
const MARKS: [char; 5] = ['。', '；', '：', '？', '！'];

/// The commas too many of a page, in order.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    if memmem::find(text.as_bytes(), "，，".as_bytes()).is_none() {
        return Vec::new();
    }
    let (mut found, mut before_stops) = (Vec::new(), 0);
    for at in memmem::find_iter(text.as_bytes(), "，") {
        let comma = at..at + "，".len();
        let rest = &text[comma.end..];
        let before_stop = rest.starts_with(MARKS);
        if before_stop || rest.starts_with('，') {
            if rest.starts_with("，，") {
                return Vec::new();
            }
            before_stops += usize::from(before_stop);
            found.push(comma);
        }
    }
    if found.len() >= LEAST && before_stops > 0 { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut out = text.to_owned();
        find(text).into_iter().rev().for_each(|range| out.replace_range(range, ""));
        out
    }

    #[test]
    fn commas_too_many_go() {
        assert_eq!(
            cleaned("渡口停航了，，船工何小舟说，，他不急，。风大，浪也大，；雾散了，，船就开。"),
            "渡口停航了，船工何小舟说，他不急。风大，浪也大；雾散了，船就开。"
        );
    }

    #[test]
    fn slips_stay() {
        for text in [
            "渡口停航了，，船工何小舟说，他不急，。",
            "船长没来，，，，，，船工也没来，。大家都走了，，，",
            "渡口停航了，，船工何小舟说，，他不急，，风大，，浪也大。",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }
}
