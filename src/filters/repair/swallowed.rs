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

/// The remains on a page, each with what stood there before the tag.
pub(super) fn find(page: Page<'_>) -> Vec<(Range<usize>, String)> {
    if memmem::find(page.text.as_bytes(), b"?/").is_none() {
        return Vec::new();
    }
    let found = page.lines().flat_map(|line| {
        REMAINS.captures_iter(line.whole).filter_map(move |remains| {
            let whole = remains.get(0)?.range();
            let stop = remains.name("stop").map(|stop| if stop.as_str() == "?！" { "。" } else { stop.as_str() });
            // Without a stop it is a closing quote only where one is missing.
            let before = &line.whole[..whole.start];
            let count = |c: char| before.matches(c).count();
            let text = match stop {
                Some(stop) => format!("{stop}”"),
                None if count('“') > count('”') => "”".to_owned(),
                None => return None,
            };
            Some((line.start + whole.start..line.start + whole.end, text))
        })
    });
    found.collect()
}
