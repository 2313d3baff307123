//! Line breaks that a program wrote out as escapes: `\n`, `\r\n`, and `x0dx0a` or `_x000D_`, which have lost a backslash or
//! come from a spreadsheet.
//!
//! Where a program or its strings are shown they are meant, so a page must have them where sentences end.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr2;
use regex::Regex;

use super::talk::{is_shown, talks};
use crate::page::{Line, Page};

/// A run of escaped line breaks, with the blanks inside it.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:\\r\\n|\\[nr]|(?:\\?x0[dD])?\\?x0[aA]|_x000[dD]_)[ \u{3000}]*)*(?:\\r\\n|\\[nr]|(?:\\?x0[dD])?\\?x0[aA]|_x000[dD]_)")
        .expect("a pattern that is tested")
});

/// One of them.
static BREAK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\\r\\n|\\[nr]|(?:\\?x0[dD])?\\?x0[aA]|_x000[dD]_").expect("a pattern that is tested"));

/// At so many places where a sentence ends a page has them, to count as damaged; so many more where it talks about escapes.
const LEAST: usize = 2;
const LEAST_IN_TALK: usize = 10;

/// The runs on a page, in order, each with the line breaks that it stands for.
pub(super) fn find(page: Page<'_>) -> Vec<(Range<usize>, String)> {
    let bytes = page.text.as_bytes();
    let is_escape = |at: usize| matches!(&bytes[at..], [b'\\', b'n' | b'r' | b'x', ..] | [b'x', b'0', ..]);
    if !memchr::memchr2_iter(b'\\', b'x', bytes).any(is_escape) {
        return Vec::new();
    }
    let (mut found, mut ends) = (Vec::new(), 0);
    for line in page.lines().filter(|line| memchr2(b'\\', b'x', line.whole.as_bytes()).is_some()) {
        for run in RUN.find_iter(line.whole) {
            let (before, after) = (&line.whole[..run.start()], &line.whole[run.end()..]);
            let (last, next) = (before.trim_end().chars().next_back(), after.chars().next());
            let is_prose = |c: Option<char>| c.is_none_or(|c| !c.is_ascii() || c.is_whitespace());
            if !is_prose(last)
                || !is_prose(next) && !next.is_some_and(|c| c.is_ascii_digit())
                || is_shown(line.whole, &run.range())
            {
                continue;
            }
            ends += usize::from(last.is_none_or(|c| "。！？…”）》".contains(c)));
            let breaks = "\n".repeat(BREAK.find_iter(run.as_str()).count());
            found.push((line.start + run.start()..line.start + run.end(), breaks));
        }
    }
    let is_about_escapes = || page.lines().any(|line| talks(Line { whole: &RUN.replace_all(line.whole, ""), ..line }));
    let is_damaged = ends >= LEAST && ends * 2 >= found.len() && (ends >= LEAST_IN_TALK || !is_about_escapes());
    if is_damaged { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut out = text.to_owned();
        for (range, after) in find(Page::new(text)).into_iter().rev() {
            out.replace_range(range, &after);
        }
        out
    }

    #[test]
    fn line_breaks_come_back() {
        for (page, clean) in [
            ("渡口昨天停航。\\n今天开船。\\n\\n明天还开。", "渡口昨天停航。\n今天开船。\n\n明天还开。"),
            ("渡口昨天停航。\\r\\n　　今天开船。\\r\\n", "渡口昨天停航。\n　　今天开船。\n"),
            (
                "渡口停航了。 x0dx0ax0dx0a一、大风 x0dx0a二、大雾。x0dx0a今天开船。",
                "渡口停航了。 \n\n一、大风 \n二、大雾。\n今天开船。",
            ),
            ("渡口昨天停航。_x000D_\n今天开船。_x000D_\n", "渡口昨天停航。\n\n今天开船。\n\n"),
        ] {
            assert_eq!(repaired(page), clean);
            assert_eq!(repaired(clean), clean);
        }
    }

    #[test]
    fn what_a_program_shows_stays() {
        for text in [
            "文件放在 D:\\new\\渡口 里。",
            "printf(\"渡口停航。\\n\");\nprintf(\"今天开船。\\n\");\n",
            "字符串里用 \\n 换行。\\n 前面不要空格。\\n",
            "端口是 0x0a，地址是 0x0d。",
            "他说：“走。”\\n",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
