//! Closing quotes that were lost together with the start of the tag behind them: `就什么也做不了?！?/p>` for
//! `就什么也做不了。”</p>`.
//!
//! Pages that went through a converter of two bytes a character lose what stands across its pairs: the quote and the `<`
//! are one `?`, and the full stop before the quote is `?！`. The tag that is left shows what happened.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use crate::page::Page;

/// What is left of a tag that ends a paragraph, with the marks before it.
static REMAINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<stop>\?！|[。！？…])?\?/(?:p|div|span|strong|section|td|li|h[1-6])>").expect("a pattern that is tested")
});

/// Quotes and brackets.
const PAIRS: [(char, char); 5] = [('“', '”'), ('「', '」'), ('『', '』'), ('【', '】'), ('《', '》')];

/// The remains on a page, each with what stood there before the tag.
pub(super) fn find(page: Page<'_>) -> Vec<(Range<usize>, String)> {
    if memmem::find(page.text.as_bytes(), b"?/").is_none() {
        return Vec::new();
    }
    let found = page.lines().flat_map(|line| {
        REMAINS.captures_iter(line.whole).filter_map(move |remains| {
            let whole = remains.get(0)?.range();
            let stop = remains.name("stop").map(|stop| if stop.as_str() == "?！" { "。" } else { stop.as_str() });
            // Without a stop it closes a quote only where one is open.
            let text = match (stop, open(&line.whole[..whole.start])) {
                (Some(stop), closing) => format!("{stop}{}", closing.unwrap_or('”')),
                (None, closing) => closing?.to_string(),
            };
            Some((line.start + whole.start..line.start + whole.end, text))
        })
    });
    found.collect()
}

/// What closes the last quote or bracket that a text leaves open.
fn open(text: &str) -> Option<char> {
    let mut open = Vec::new();
    for c in text.chars() {
        match PAIRS.iter().find(|(opening, closing)| c == *opening || c == *closing) {
            Some(&(opening, closing)) if c == opening => open.push(closing),
            Some(_) if open.last() == Some(&c) => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}
