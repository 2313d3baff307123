//! The title of an article.

use dom_query::Document;

use super::squeezed;

/// Marks between an article's title and the names of its channel and site.
const MARKS: [char; 9] = ['_', '|', '-', '—', '–', '丨', '｜', '>', '«'];

/// The title of the article on a page, without the names of its channel and site.
///
/// A heading of the page that the page's `<title>` begins with or holds is the title as the page shows it. Without one, the
/// `<title>` up to the first mark that only site and channel names follow.
pub(super) fn title(document: &Document) -> Option<String> {
    let named = one_line(&document.select_single("head title, title").text());
    let headings = document.select("h1, h2, h3, h4, .title, #title");
    let shown = headings.iter().map(|heading| one_line(&heading.text())).filter(|shown| {
        let len = shown.chars().count();
        (4..=100).contains(&len) && squeezed(&named).starts_with(&squeezed(shown))
    });
    if let Some(shown) = shown.max_by_key(|shown| shown.chars().count()) {
        return Some(shown);
    }
    let own = without_site(&named);
    (!own.is_empty()).then(|| own.to_owned())
}

/// A `<title>` up to its first mark; more of it as long as that is too short to be a title.
fn without_site(named: &str) -> &str {
    let cuts = named.char_indices().filter(|(_, c)| MARKS.contains(c)).map(|(at, _)| named[..at].trim_end());
    cuts.chain([named]).find(|own| own.chars().filter(|c| !c.is_whitespace()).count() >= 6).unwrap_or(named)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
