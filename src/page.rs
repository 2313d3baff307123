//! What a filter sees: the text of one page as it stands when the filter's turn comes.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr_iter;

use crate::characters::CharacterSet;
use crate::filters::CHARACTERS;
use crate::filters::restore::characters::{Characters, Families};
use crate::keywords::{Keyword, Keywords, Search};
use crate::script;

/// A page's text, borrowed. Lines end in `\n`; a `\r` before it belongs to the line's terminator.
#[derive(Clone, Copy)]
pub struct Page<'t> {
    /// The whole text.
    pub text: &'t str,
    /// The search for the keywords of all filters of a pipeline.
    search: Option<&'t Search<'t>>,
}

impl<'t> Page<'t> {
    /// A page over a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, search: None }
    }

    /// A page over a text that is searched for the keywords of all filters at once.
    pub fn with_search(search: &'t Search<'t>) -> Self {
        Self { text: search.text(), search: Some(search) }
    }

    /// Where these keywords stand, overlapping ones too; by their ends.
    pub fn find(self, keywords: &Keywords) -> Cow<'t, [Keyword]> {
        let shared = self.search.and_then(|search| search.of(keywords));
        shared.map_or_else(|| Cow::Owned(keywords.find(self.text)), Cow::Borrowed)
    }

    /// Where a set's characters stand, and those beyond the basic plane. [`CHARACTERS`] must include the set.
    pub(crate) fn places(self, set: &'static CharacterSet) -> impl Iterator<Item = (usize, char)> + use<'t> {
        debug_assert!(CHARACTERS.includes(set), "a set that filters/mod.rs does not name");
        let found = self.search.map(Search::places).into_iter().flatten().copied();
        let found = found.filter(|&(_, c)| set.holds(c) != Some(false));
        let alone = self.search.is_none().then(|| set.places(self.text)).into_iter().flatten();
        found.chain(alone)
    }

    /// The text in simplified characters, if it is in traditional script; each character in as many bytes as before.
    pub(crate) fn folded(self) -> Option<Cow<'t, str>> {
        match self.search {
            Some(search) => search.folded().map(Cow::Borrowed),
            None => script::folded(self).map(Cow::Owned),
        }
    }

    /// The families of spinners that the page shows in its characters, if any.
    pub(crate) fn spinners(self) -> Option<Families> {
        match self.search {
            Some(search) => search.spinners().cloned(),
            None => Characters::shared().shown(self),
        }
    }

    /// The lines in order, the last one also when no `\n` ends it. Blank lines are lines.
    pub fn lines(self) -> impl Iterator<Item = Line<'t>> {
        let text = self.text;
        let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let last = (!text.is_empty() && !text.ends_with('\n')).then_some(text.len());
        ends.chain(last).scan(0, move |start, end| {
            let line = Line { start: *start, whole: &text[*start..end] };
            *start = end;
            Some(line)
        })
    }
}

/// One line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// Byte offset of the line in the page.
    pub start: usize,
    /// The line with its terminator.
    pub whole: &'t str,
}

impl<'t> Line<'t> {
    /// The line without white space at its ends, ideographic space included.
    pub fn text(self) -> &'t str {
        self.whole.trim()
    }

    /// Where [`Line::text`] lies in the page.
    pub fn text_range(self) -> Range<usize> {
        let start = self.start + (self.whole.len() - self.whole.trim_start().len());
        start..start + self.text().len()
    }

    /// Where the line with its terminator lies in the page.
    pub fn whole_range(self) -> Range<usize> {
        self.start..self.start + self.whole.len()
    }

    /// Whether the line holds nothing but white space.
    pub fn is_blank(self) -> bool {
        self.text().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_cover_the_text() {
        for text in ["", "\n", "一", "一\n", "一\n\n二\r\n三", "\n\n"] {
            let joined: String = Page::new(text).lines().map(|line| line.whole).collect();
            assert_eq!(joined, text);
        }
        assert_eq!(Page::new("一\n\n二").lines().count(), 3);
        assert_eq!(Page::new("一\n").lines().count(), 1);
    }

    #[test]
    fn text_is_trimmed_and_found_in_the_page() {
        let text = "甲\n\u{3000} 乙丙 \r\n";
        let line = Page::new(text).lines().nth(1).expect("two lines");
        assert_eq!(line.text(), "乙丙");
        assert_eq!(&text[line.text_range()], "乙丙");
        assert!(!line.is_blank());
    }
}
