//! Quotes that a program escaped: `\"渡口\"` for "渡口", `‘渡口\\’` for ‘渡口’.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr;
use regex::Regex;

use super::talk::{is_shown, talks};
use crate::page::Page;

/// Backslashes before a quote that stands between Chinese characters, on one side at least.
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[^\x00-\x7F](?P<cut>\\+)["'“”‘’]|(?:^|[^\\])(?P<open>\\+)["'“”‘’][^\x00-\x7F]"#)
        .expect("a pattern that is tested")
});

/// The backslashes of a page that escape quotes of its prose, in order.
pub(super) fn find(page: Page<'_>) -> Vec<Range<usize>> {
    if memchr(b'\\', page.text.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for line in page.lines().filter(|line| memchr(b'\\', line.whole.as_bytes()).is_some() && !talks(*line)) {
        let mut from = 0;
        while let Some(escaped) = ESCAPED.captures_at(line.whole, from) {
            let Some(cut) = escaped.name("cut").or(escaped.name("open")) else { break };
            from = cut.end();
            if !is_shown(line.whole, &cut.range()) {
                found.push(line.start + cut.start()..line.start + cut.end());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut out = text.to_owned();
        find(Page::new(text)).into_iter().rev().for_each(|range| out.replace_range(range, ""));
        out
    }

    #[test]
    fn escaped_quotes_are_plain_again() {
        for (page, clean) in [
            ("他把渡口叫作\\\"回头渡\\\"，一叫就是十年。", "他把渡口叫作\"回头渡\"，一叫就是十年。"),
            ("只听‘轰\\\\’的一声，跳板断了。", "只听‘轰’的一声，跳板断了。"),
            ("\\\"走吧。\\\"他说。", "\"走吧。\"他说。"),
        ] {
            assert_eq!(repaired(page), clean);
            assert_eq!(repaired(clean), clean);
        }
    }

    #[test]
    fn strings_of_programs_stay() {
        for text in
            ["echo \"it's \\\"ok\\\"\";", "字符串里的引号写作 \\\"。", "print(\"\\\"渡口\\\"\") 这行代码", "放在 D:\\渡口 里"]
        {
            assert_eq!(repaired(text), text);
        }
    }
}
