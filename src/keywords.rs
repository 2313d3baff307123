//! Keywords: strings without which a filter has nothing to do, found for all filters in one pass.
//!
//! On a clean page the search for keywords is most of what a filter costs. So a pipeline joins the keywords of its filters
//! and reads a text once; each filter asks its [`Page`] what was found of its own.

use std::cell::OnceCell;
use std::sync::{Arc, OnceLock};

use crate::filters::CHARACTERS;
use crate::filters::restore::characters::{Characters, Families};
use crate::needles::{Needles, Place};
use crate::page::Page;
use crate::script;

/// The keywords of one filter, or of one part of it.
#[derive(Clone)]
pub struct Keywords {
    words: Arc<[String]>,
    /// These keywords alone, for a page that no pipeline reads.
    alone: Arc<OnceLock<Lexicon>>,
}

impl Keywords {
    /// These keywords, none of them empty; one that comes again is found under each of its numbers.
    pub fn new(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { words: words.into_iter().map(Into::into).collect(), alone: Arc::default() }
    }

    /// Where they stand in a text. Overlapping ones, too; by their ends.
    pub fn find(&self, text: &str) -> Vec<Keyword> {
        let lexicon = self.alone.get_or_init(|| Lexicon::new([self]));
        lexicon.find(text).swap_remove(0)
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.words, &other.words)
    }
}

/// A place where a keyword stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// Its first byte in the text.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Which of its [`Keywords`] it is, counted from 0.
    pub number: u32,
}

/// Of overlapping keywords the leftmost, of those the longest; `found` is in any order.
pub fn leftmost_longest(mut found: Vec<Keyword>) -> Vec<Keyword> {
    found.sort_unstable_by_key(|keyword| (keyword.start, std::cmp::Reverse(keyword.end)));
    let mut end = 0;
    found.retain(|keyword| {
        let first = keyword.start >= end;
        end = if first { keyword.end } else { end };
        first
    });
    found
}

/// The keywords of several filters, to be found in one pass.
pub struct Lexicon {
    lists: Vec<Keywords>,
    needles: Needles,
    /// For each string: whose keyword it is, and the how-manieth.
    owners: Vec<(usize, u32)>,
}

impl Lexicon {
    /// All of these together.
    pub fn new<'k>(lists: impl IntoIterator<Item = &'k Keywords>) -> Self {
        let lists: Vec<Keywords> = lists.into_iter().cloned().collect();
        let needles = Needles::new(lists.iter().flat_map(|list| &*list.words));
        let owners = lists
            .iter()
            .enumerate()
            .flat_map(|(list, keywords)| (0..).zip(&*keywords.words).map(move |(number, _)| (list, number)));
        Self { owners: owners.collect(), needles, lists }
    }

    /// The keywords of each list in a text, by their ends.
    fn find(&self, text: &str) -> Vec<Vec<Keyword>> {
        let mut found = vec![Vec::new(); self.lists.len()];
        for Place { range, needle } in self.needles.find(text) {
            let (list, number) = self.owners[needle as usize];
            found[list].push(Keyword { start: range.start, end: range.end, number });
        }
        found.iter_mut().for_each(|found| found.sort_by_key(|keyword| keyword.end));
        found
    }
}

/// The search for all keywords of a lexicon in one text. It is made when the first list is asked for.
pub struct Search<'t> {
    lexicon: &'t Lexicon,
    text: &'t str,
    found: OnceCell<Vec<Vec<Keyword>>>,
    /// Where the characters stand that filters look for one by one, and those beyond the basic plane.
    places: OnceCell<Vec<(usize, char)>>,
    /// The text in simplified characters, if it is in traditional script.
    folded: OnceCell<Option<String>>,
    /// The families of spinners that the text shows.
    spinners: OnceCell<Option<Families>>,
}

impl<'t> Search<'t> {
    /// A search that is yet to be made.
    pub fn new(lexicon: &'t Lexicon, text: &'t str) -> Self {
        let (found, places) = (OnceCell::new(), OnceCell::new());
        Self { lexicon, text, found, places, folded: OnceCell::new(), spinners: OnceCell::new() }
    }

    /// What is searched.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Where the characters stand that filters look for one by one, and those beyond the basic plane; worked out once.
    pub(crate) fn places(&self) -> &[(usize, char)] {
        self.places.get_or_init(|| CHARACTERS.places(self.text).collect())
    }

    /// The text in simplified characters, if it is in traditional script; worked out once.
    pub(crate) fn folded(&self) -> Option<&str> {
        self.folded.get_or_init(|| script::folded(Page::with_search(self))).as_deref()
    }

    /// The families of spinners that the text shows in its characters; worked out once.
    pub(crate) fn spinners(&self) -> Option<&Families> {
        self.spinners.get_or_init(|| Characters::shared().shown(Page::with_search(self))).as_ref()
    }

    /// The keywords of one list, overlapping ones too, by their ends; `None` if the lexicon does not have the list.
    pub fn of(&self, keywords: &Keywords) -> Option<&[Keyword]> {
        let list = self.lexicon.lists.iter().position(|list| list.is(keywords))?;
        Some(&self.found.get_or_init(|| self.lexicon.find(self.text))[list])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pass_finds_what_each_list_finds_alone() {
        let (one, other, none) = (Keywords::new(["渡口", "口", "渡"]), Keywords::new(["渡口", "口上"]), Keywords::new([""; 0]));
        let lexicon = Lexicon::new([&one, &other, &none]);
        let text = "渡口上的渡船回到渡口";
        let search = Search::new(&lexicon, text);
        for list in [&one, &other, &none] {
            assert_eq!(search.of(list), Some(&*list.find(text)));
        }
        assert_eq!(one.find(text).len(), 7);
        assert_eq!(search.of(&Keywords::new(["渡口"])), None);
    }

    #[test]
    fn the_leftmost_then_the_longest() {
        let keywords = Keywords::new(["渡口", "口上", "渡", "上"]);
        let numbers: Vec<u32> = leftmost_longest(keywords.find("渡口上")).iter().map(|keyword| keyword.number).collect();
        assert_eq!(numbers, [0, 3]);
    }
}
