//! HTML to the article: its title and its main text, one paragraph a line.
//!
//! Readability (the `dom_smoothie` crate) finds the main text. What it cannot read, because the page is too deep, breaks it, or has
//! too little text, gives all the text of the page, a line for each block, and the filters clean that. Lists of links are left
//! out of both, and scripts, styles and comments are not even parsed: only a page without text is searched for it in its data.
//! Cannot fail.
//!
//! ```
//! use jingwen::extract::{extract, is_html};
//!
//! let page = "<html><title>渡口的河水涨了 - 早报</title><body><div><p>昨夜大雨，河水涨了两米。<p>渡船停开。</div></body></html>";
//! assert!(is_html(page));
//! assert_eq!(extract(page), "渡口的河水涨了\n昨夜大雨，河水涨了两米。\n渡船停开。\n");
//! ```

mod data;
mod markup;
mod paragraphs;
mod recognise;
mod title;

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::Document;
use dom_smoothie::{Config, Readability};

use paragraphs::{Paragraph, paragraphs, without_lists};
pub use recognise::is_html;

/// Main texts shorter than this, in characters, are doubted.
const SHORT: usize = 100;

/// The article of an HTML page: its title, then its main text, one paragraph a line. Cannot fail.
pub fn extract(html: &str) -> String {
    let pruned = markup::prune(html);
    let (title, article) = markup::is_parsable(&pruned).then(|| parse(&pruned)).flatten().unwrap_or_default();
    let mut body = paragraphs(&article);
    if chars(&body) < SHORT {
        body = of_whole_page(html, &pruned, body);
    }
    without_lists(&mut body);
    lines(title.as_deref(), &body)
}

/// The text of a page on which Readability finds only a `short` one: that, if all of the page's prose is in it; all the text of the page,
/// if there is more. Where a browser has to build the page, the article in its data, or else what its head says of it.
fn of_whole_page(html: &str, pruned: &str, short: Vec<Paragraph>) -> Vec<Paragraph> {
    let full = |lines: &[Paragraph]| lines.iter().filter(|line| line.is_full()).map(|line| line.chars).sum::<usize>();
    let all = paragraphs(pruned);
    if chars(&all) < SHORT || full(&all) == 0 {
        let data = data::prose(html);
        if chars(&data) > SHORT.max(2 * full(&all)) {
            return data;
        }
        let description = data::description(pruned);
        if chars(&description) > 2 * chars(&all) {
            return description;
        }
    }
    let is_all_prose = full(&short) > 0 && full(&short) == full(&all);
    if is_all_prose || chars(&short) * 2 >= chars(&all) { short } else { all }
}

/// The title, and what Readability takes for the article, as HTML. Nothing for a page that breaks the parser: parsers are not
/// ours, and pages are broken in more ways than they were tested with.
fn parse(html: &str) -> Option<(Option<String>, String)> {
    catch_unwind(AssertUnwindSafe(|| {
        let document = Document::from(html);
        let title = title::title(&document);
        let config = Config { char_threshold: SHORT, disable_json_ld: true, ..Config::default() };
        let article = Readability::with_document(document, None, Some(config)).and_then(|mut page| page.parse());
        (title, article.map(|article| article.content.to_string()).unwrap_or_default())
    }))
    .ok()
}

fn chars(lines: &[Paragraph]) -> usize {
    lines.iter().map(|line| line.chars).sum()
}

/// One paragraph a line: the title, then the others. The title is not said twice: as the page shows it above its text it is
/// without the names that the page's `<title>` adds.
fn lines(title: Option<&str>, body: &[Paragraph]) -> String {
    let is_title = |line: &Paragraph| line.chars >= 4 && title.is_some_and(|title| begins(title, &line.text));
    let shown = body.iter().take(3).position(is_title);
    let title = shown.map(|at| body[at].text.as_str()).or(title);
    let kept = body.iter().enumerate().filter(|(at, _)| Some(*at) != shown).map(|(_, line)| line.text.as_str());
    title.into_iter().chain(kept).flat_map(|line| [line, "\n"]).collect()
}

/// Whether a title begins with what the page shows, as a whole and not as a part of its words, and there is no more behind it. White space
/// does not count.
fn begins(title: &str, shown: &str) -> bool {
    let shown = squeezed(shown);
    let mut rest = title.trim_start();
    for c in shown.chars() {
        let Some(after) = rest.trim_start().strip_prefix(c) else { return false };
        rest = after;
    }
    !rest.starts_with(char::is_alphanumeric) && squeezed(rest).chars().count() <= shown.chars().count()
}

/// A text without its white space, to compare.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
