//! HTML to the article: its title and its main text, one paragraph a line.
//!
//! Readability (the `dom_smoothie` crate) finds the main text. What it cannot read, because the page is too deep, breaks it, or has
//! too little text, gives all the text of the page, a line for each block, and the filters clean that. Cannot fail.
//!
//! ```
//! use jingwen::extract::{extract, is_html};
//!
//! let page = "<html><title>渡口的河水涨了 - 早报</title><body><div><p>昨夜大雨，河水涨了两米。<p>渡船停开。</div></body></html>";
//! assert!(is_html(page));
//! assert_eq!(extract(page), "渡口的河水涨了\n昨夜大雨，河水涨了两米。\n渡船停开。\n");
//! ```

mod markup;
mod recognise;
mod title;

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::Document;
use dom_smoothie::{Config, Readability, TextMode};

pub use recognise::is_html;

/// The deepest nesting that is parsed; real pages stay under 100, and some steps take time by the square of it.
const DEEPEST: usize = 1000;
/// Main texts shorter than this, in characters, are doubted.
const SHORT: usize = 100;

/// The article of an HTML page: its title, then its main text, one paragraph a line. Cannot fail.
pub fn extract(html: &str) -> String {
    // Parsers are not ours, and pages are broken in more ways than they were tested with.
    let article = (markup::depth(html) <= DEEPEST).then(|| catch_unwind(AssertUnwindSafe(|| parsed(html))).ok()).flatten();
    let (title, body) = article.unwrap_or_else(|| (None, markup::all_text(html)));
    lines(title.as_deref(), &body)
}

/// The title and the main text by way of the parsed page.
fn parsed(html: &str) -> (Option<String>, String) {
    let document = Document::from(markup::prune(html));
    let title = title::title(&document);
    let body = main_text(document).unwrap_or_default();
    if body.chars().filter(|c| !c.is_whitespace()).count() >= SHORT {
        return (title, body);
    }
    let all = markup::all_text(html);
    let is_most = body.chars().count() * 2 >= all.chars().filter(|c| !c.is_whitespace()).count();
    (title, if is_most { body } else { all })
}

/// What Readability takes for the article.
fn main_text(document: Document) -> Option<String> {
    let config = Config { text_mode: TextMode::Formatted, char_threshold: SHORT, disable_json_ld: true, ..Config::default() };
    let article = Readability::with_document(document, None, Some(config)).ok()?.parse().ok()?;
    Some(article.text_content.to_string())
}

/// One paragraph a line: the title, then what has characters. The title is not said twice.
fn lines(title: Option<&str>, body: &str) -> String {
    let mut text = String::with_capacity(body.len() + 64);
    let mut push = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    if let Some(title) = title {
        push(title);
    }
    let mut above = 0;
    for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        above += 1;
        if above > 3 || Some(line) != title {
            push(line);
        }
    }
    text
}
