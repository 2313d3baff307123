//! HTML as characters: what can be told and taken out of it before it is parsed.

use memchr::{memchr, memmem};

/// Elements that hold no text of the page, with all they hold.
const UNREAD: [&str; 7] = ["script", "style", "noscript", "iframe", "svg", "textarea", "template"];
/// Elements that stand in a line of text; every other one begins and ends a line.
const INLINE: [&str; 27] = [
    "a", "abbr", "acronym", "b", "big", "cite", "code", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "o:p", "q", "s",
    "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
];
/// Elements that close themselves or are closed by the next of their kind: their start tags do not nest.
const FLAT: [&str; 27] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "frame", "hr", "img", "input", "li", "link", "meta", "optgroup", "option",
    "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Elements that a parser opens again in the next block when they are not closed.
const FORMATTING: [&str; 14] = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// The deepest nesting that is parsed; real pages stay under 100.
const DEEPEST: usize = 1000;
/// How many elements a parser may have to open again, at most.
const OPENED_AGAIN: usize = 200_000;

/// A piece of HTML: a tag, or what stands between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'h> {
    /// Characters of the page; entities as they are written.
    Text(&'h str),
    /// A tag: its name as written, whether it opens, and the whole of it with its brackets.
    Tag {
        /// `div`, `P`, `o:p`.
        name: &'h str,
        /// A start tag.
        opens: bool,
        /// `<div class="a">`.
        whole: &'h str,
    },
}

/// The pieces of HTML in order, without comments, doctypes, and what [`UNREAD`] elements hold.
pub(super) fn pieces(html: &str) -> Pieces<'_> {
    Pieces { rest: html, after: None }
}

/// Iterator over [`pieces`]. Never looks at a character twice but for end tags that are missing.
pub(super) struct Pieces<'h> {
    rest: &'h str,
    /// A tag that was found behind the text that was given out.
    after: Option<Piece<'h>>,
}

impl<'h> Iterator for Pieces<'h> {
    type Item = Piece<'h>;

    fn next(&mut self) -> Option<Piece<'h>> {
        if let Some(tag) = self.after.take() {
            return Some(tag);
        }
        let mut text = 0;
        while let Some(found) = memchr(b'<', &self.rest.as_bytes()[text..]) {
            let at = text + found;
            let Some((piece, len)) = markup(&self.rest[at..]) else {
                text = at + 1;
                continue;
            };
            let before = &self.rest[..at];
            self.rest = &self.rest[at + len..];
            text = 0;
            match piece {
                _ if !before.is_empty() => {
                    self.after = piece;
                    return Some(Piece::Text(before));
                }
                Some(tag) => return Some(tag),
                None => {}
            }
        }
        let last = std::mem::take(&mut self.rest);
        (!last.is_empty()).then_some(Piece::Text(last))
    }
}

/// HTML without what [`pieces`] leaves out: half of a portal's page, which then need not be parsed.
pub(super) fn prune(html: &str) -> String {
    let mut pruned = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(text) => pruned.push_str(text),
            // A parser would take a quote that is never closed for the start of a value that the rest of the page belongs to.
            Piece::Tag { name, whole, opens: true } if memchr::memchr_iter(b'"', whole.as_bytes()).count() % 2 == 1 => {
                pruned.extend(["<", name, ">"]);
            }
            Piece::Tag { whole, .. } => pruned.push_str(whole),
        }
    }
    pruned
}

/// Whether a parser can be given the page: its tags nest no deeper than any real page's, and the formatting that is never
/// closed, which a parser opens again in every block, does not multiply. The parser's time grows by the square of both.
pub(super) fn is_parsable(html: &str) -> bool {
    let (mut depth, mut formatting, mut opened_again) = (0_usize, 0_usize, 0);
    for piece in pieces(html) {
        let Piece::Tag { name, opens, .. } = piece else { continue };
        let count = |depth: usize| if opens { depth + 1 } else { depth.saturating_sub(1) };
        if is_one_of(&FORMATTING, name) {
            formatting = count(formatting);
        } else if opens && is_block(name) {
            opened_again += formatting;
        }
        if !is_one_of(&FLAT, name) {
            depth = count(depth);
        }
        if depth > DEEPEST || opened_again > OPENED_AGAIN {
            return false;
        }
    }
    true
}

/// Whether an element begins and ends a line. Cells of a table stand side by side, but hold blocks of their own.
pub(super) fn is_block(name: &str) -> bool {
    !is_one_of(&INLINE, name)
}

/// The value of an attribute of a start tag, entities as they are written.
pub(super) fn attribute<'h>(tag: &'h str, wanted: &str) -> Option<&'h str> {
    let mut rest = tag;
    loop {
        let at = rest.find('=')?;
        let name = rest[..at].trim_end().rsplit(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '/')).next()?;
        let value = rest[at + 1..].trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, len) = match quote {
            Some(quote) => {
                let inner = &value[1..];
                let end = inner.find(quote).unwrap_or(inner.len());
                (&inner[..end], (1 + end + 1).min(value.len()))
            }
            None => {
                let end = value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len());
                (&value[..end], end)
            }
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = &rest[at + 1..];
        rest = &rest.trim_start()[len..];
    }
}

/// Whether the name, in either case, is one of these.
fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// What begins at this `<`, and its length; nothing for a `<` that is a character. A comment is no piece but has a length.
fn markup(at: &str) -> Option<(Option<Piece<'_>>, usize)> {
    let bytes = at.as_bytes();
    match bytes.get(1)? {
        b'!' if at.starts_with("<!--") => {
            let end = memmem::find(&bytes[4..], b"-->").map(|end| 4 + end + 3).or_else(|| tag_end(bytes));
            Some((None, end.unwrap_or(at.len())))
        }
        b'!' | b'?' => Some((None, memchr(b'>', bytes).map_or(at.len(), |end| end + 1))),
        b'/' if bytes.get(2)?.is_ascii_alphabetic() => {
            let len = memchr(b'>', bytes).map_or(at.len(), |end| end + 1);
            Some((Some(Piece::Tag { name: name(&at[2..]), opens: false, whole: &at[..len] }), len))
        }
        first if first.is_ascii_alphabetic() => {
            let name = name(&at[1..]);
            let len = tag_end(bytes).unwrap_or(at.len());
            if is_one_of(&UNREAD, name) {
                let closed = at[..len].ends_with("/>") && name.eq_ignore_ascii_case("svg");
                let end = if closed { len } else { len + element_end(&at[len..], name) };
                return Some((None, end));
            }
            Some((Some(Piece::Tag { name, opens: true, whole: &at[..len] }), len))
        }
        _ => None,
    }
}

/// The length of the start tag that these bytes begin with: `>` in a quoted attribute does not end it. A quote that is never
/// closed does not swallow the page.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        let next = at + memchr::memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        if bytes[next] == b'>' {
            return Some(next + 1);
        }
        let is_value = bytes[..next].iter().rev().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'=');
        let close = memchr(bytes[next], &bytes[next + 1..]).filter(|&len| is_value && len < 4096);
        at = close.map_or(next + 1, |len| next + 1 + len + 1);
    }
}

/// How much belongs to an element that was opened just before: to the end of its end tag. An element that is never closed
/// holds nothing.
fn element_end(rest: &str, name: &str) -> usize {
    for at in memmem::find_iter(rest.as_bytes(), b"</") {
        let tag = &rest.as_bytes()[at + 2..];
        if tag.len() >= name.len() && tag[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return memchr(b'>', tag).map_or(rest.len(), |end| at + 2 + end + 1);
        }
    }
    0
}

/// The name that a tag begins with.
fn name(tag: &str) -> &str {
    let len = tag.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-')).count();
    &tag[..len]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_styles_and_comments_are_left_out() {
        let html = "<p>一<!-- 二 --></p><script>if (a < b) '<p>三</p>'</script><STYLE>p{}</STYLE >四<!DOCTYPE html>";
        assert_eq!(prune(html), "<p>一</p>四");
    }

    #[test]
    fn a_bracket_that_opens_no_tag_is_a_character() {
        assert_eq!(prune("<p>a < b <3 <</p>"), "<p>a < b <3 <</p>");
        assert_eq!(prune("<img alt=\"a > b\">五"), "<img alt=\"a > b\">五");
    }

    #[test]
    fn a_missing_end_swallows_nothing() {
        assert_eq!(prune("<!-- 六 ><p>七</p>"), "<p>七</p>");
        assert_eq!(prune("<a title=\"八><p>九</p>"), "<a><p>九</p>");
        assert_eq!(prune("<iframe src=x><p>十</p>"), "<p>十</p>");
        assert_eq!(prune("<p>十一</p><a href="), "<p>十一</p><a href=");
    }

    #[test]
    fn attributes_are_found_however_they_are_quoted() {
        let tag = "<a class='x href=1' HREF = \"/a?b=1&c=2\" target=_blank>";
        assert_eq!(attribute(tag, "href"), Some("/a?b=1&c=2"));
        assert_eq!(attribute(tag, "target"), Some("_blank"));
        assert_eq!(attribute(tag, "id"), None);
        assert_eq!(attribute("<a href=\"/a", "href"), Some("/a"));
        assert_eq!(attribute("<a href=", "href"), Some(""));
    }

    #[test]
    fn what_would_take_the_square_of_its_length_is_not_parsed() {
        assert!(is_parsable(&"<div><p>一<p>二<br></div>".repeat(2000)));
        assert!(is_parsable(&"<table><tr><td>一".repeat(900)));
        assert!(!is_parsable(&"<div>".repeat(5000)));
        let fonts: String = (0..900).map(|size| format!("<font size={size}>")).collect();
        assert!(!is_parsable(&(fonts + &"<p>一".repeat(2000))));
    }
}
