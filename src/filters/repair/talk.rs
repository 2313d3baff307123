//! Tells a line that holds escapes or tags from a line that talks about them.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::page::Line;

/// What `rules/escapes.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EscapeRules {
    /// Entity names that count without their semicolon.
    pub(super) bare: Vec<String>,
    /// Names of tags that stand for a line break.
    pub(super) breaks: Vec<String>,
    /// Names of tags that stand for nothing.
    pub(super) tags: Vec<String>,
    /// Strings that mark a line as talking about escapes.
    talk: Vec<String>,
}

/// The embedded rules, read when the first page that holds an escape comes.
pub(super) static ESCAPE_RULES: LazyLock<EscapeRules> =
    LazyLock::new(|| toml::from_str(include_str!("../../../rules/escapes.toml")).expect("the tests read this file"));

/// How many escapes on lines that do not talk about them show that the page's escapes are damage.
const DAMAGED_PAGE: usize = 3;

/// A run of escapes that stands for text, found on a line.
pub(super) struct Escaped {
    /// Bytes of the page.
    pub(super) range: Range<usize>,
    /// What the run stands for.
    pub(super) text: String,
    /// Whether the line it is on talks about escapes.
    pub(super) talked_about: bool,
}

/// Whether a line talks about escapes.
pub(super) fn talks(line: Line<'_>) -> bool {
    ESCAPE_RULES.talk.iter().any(|word| line.whole.contains(word.as_str()))
}

/// Whether a piece of a line is set in code marks, or quoted all alone: it is shown, not used.
pub(super) fn is_shown(line: &str, range: &Range<usize>) -> bool {
    let (before, after) = (&line[..range.start], &line[range.end..]);
    let quoted = match (before.chars().next_back(), after.chars().next()) {
        (Some(open), Some(close)) => ["\"\"", "''", "“”", "‘’", "「」", "『』", "()", "（）", "[]", "【】", "《》"]
            .iter()
            .any(|pair| pair.starts_with(open) && pair.ends_with(close)),
        _ => false,
    };
    let in_code = before.matches('`').count() % 2 == 1 && after.contains('`');
    quoted || in_code || before.trim_end().ends_with('=')
}

/// Whether the byte offset lies in a web address or a path: a token that no space or Han character breaks.
pub(super) fn in_address(line: &str, at: usize) -> bool {
    let breaks = |c: char| c.is_whitespace() || !c.is_ascii() || matches!(c, '"' | '<' | '>' | '(' | ')');
    let start = line[..at].rfind(breaks).map_or(0, |found| found + line[found..].chars().next().map_or(1, char::len_utf8));
    let token = &line[start..at];
    token.contains("://") || token.contains("www.") || token.contains('/') || token.contains('?') && token.contains('=')
}

/// The runs that are damage: all of them where the page is full of escapes, else those that nobody talks about.
pub(super) fn damaged(found: Vec<Escaped>) -> impl Iterator<Item = Escaped> {
    let everywhere = found.iter().filter(|escaped| !escaped.talked_about).count() >= DAMAGED_PAGE;
    found.into_iter().filter(move |escaped| everywhere || !escaped.talked_about)
}
