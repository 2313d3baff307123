//! Tags of a page's markup that a scraper left in the text: `</p>`, `<br/>`, `<strong>`, `<img src="…">`.
//!
//! A tag that ends a paragraph or a line stands for a line break between two pieces of text, any other for nothing. A page
//! that talks about markup or programs keeps all of its tags.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr;
use regex::Regex;

use super::talk::{ESCAPE_RULES, talks};
use crate::page::{Line, Page};
use crate::script::is_han;

/// A tag; its name is group 1.
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"</?([A-Za-z][A-Za-z0-9]{0,9})(?:\s[^<>]{0,400})?/?>").expect("a pattern that is tested"));

/// The runs of tags on a page, in order, each with what it stands for.
pub(super) fn find(page: Page<'_>) -> Vec<(Range<usize>, &'static str)> {
    if memchr(b'<', page.text.as_bytes()).is_none() {
        return Vec::new();
    }
    let found: Vec<(Range<usize>, &str)> = page.lines().flat_map(runs).collect();
    let is_about_markup = || page.lines().any(|line| talks(Line { whole: &TAG.replace_all(line.whole, ""), ..line }));
    if found.is_empty() || is_about_markup() { Vec::new() } else { found }
}

/// The runs of tags on a line that holds Chinese text beside them.
fn runs(line: Line<'_>) -> Vec<(Range<usize>, &'static str)> {
    if memchr(b'<', line.whole.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut runs: Vec<(Range<usize>, bool)> = Vec::new();
    for tag in TAG.captures_iter(line.whole) {
        let (range, name) = (tag.get(0).expect("group 0 is the match").range(), tag[1].to_ascii_lowercase());
        let is_known = |names: &[String]| names.contains(&name);
        let breaks = is_known(&ESCAPE_RULES.breaks);
        if !breaks && !is_known(&ESCAPE_RULES.tags) {
            return Vec::new();
        }
        match runs.last_mut().filter(|(run, _)| line.whole[run.end..range.start].trim().is_empty()) {
            Some((run, run_breaks)) => (run.end, *run_breaks) = (range.end, *run_breaks || breaks),
            None => runs.push((range, breaks)),
        }
    }
    let is_chinese = line.whole.chars().any(is_han);
    let stands_for = |(run, breaks): (Range<usize>, bool)| {
        let inside = !line.whole[..run.start].trim().is_empty() && !line.whole[run.end..].trim().is_empty();
        (line.start + run.start..line.start + run.end, if breaks && inside { "\n" } else { "" })
    };
    if is_chinese { runs.into_iter().map(stands_for).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let mut out = text.to_owned();
        for (range, after) in find(Page::new(text)).into_iter().rev() {
            out.replace_range(range, after);
        }
        out
    }

    #[test]
    fn tags_in_prose_go() {
        for (page, clean) in [
            ("渡口昨天停航。</p>\n", "渡口昨天停航。\n"),
            ("<p>渡口昨天停航。</p><p style=\"text-indent:2em\">今天开船。</p>", "渡口昨天停航。\n今天开船。"),
            ("渡口昨天停航。<br/><BR>今天<strong>开船</strong>。", "渡口昨天停航。\n今天开船。"),
            (
                "船工<a href=\"http://www.example.com/a?b=1\" target=\"_blank\">何小舟</a>说，<img src=\"a.jpg\" />他不怕。",
                "船工何小舟说，他不怕。",
            ),
        ] {
            assert_eq!(repaired(page), clean);
        }
    }

    #[test]
    fn what_is_no_damage_stays() {
        for text in [
            "水位 <3 米时停航，>5 米时也停航。",
            "在网页里用 <br> 标签换行，再用 <p>河</p> 分段。",
            "把它写进配置：\n<div>河</div>\n这段代码就能用了。",
            "泛型写作 Vec<T>，河边的船写作 <Boat>。",
            "<div class=\"boat\">\n</div>\n",
            "写信给 <he@example.com>。",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
