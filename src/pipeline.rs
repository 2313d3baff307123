//! The filters in order, each pass recorded.

use std::ops::Range;
use std::sync::OnceLock;

use crate::edit::{Declined, Edit, Edits};
use crate::filters::{Filter, Proposals};
use crate::keywords::{Lexicon, Search};
use crate::page::Page;
use crate::script;

/// After how many rounds a page is left as it is, even when the last one still found something.
const ROUNDS: usize = 8;

/// What one filter did to a page.
#[derive(Clone, Debug)]
pub struct Pass {
    /// The filter's name.
    pub filter: &'static str,
    /// The edits that were made, to the text as the pass before left it.
    pub made: Edits,
    /// The edits that were proposed and not made.
    pub declined: Vec<Declined>,
}

/// A cleaned text and everything that was done to it. Every output of the program is a view of this.
#[derive(Clone, Debug)]
pub struct Cleaned {
    /// The clean text.
    pub text: String,
    /// One pass a filter, in order and over again, also where nothing was changed.
    pub passes: Vec<Pass>,
}

impl Cleaned {
    /// Every edit in the order in which it was made, with its places before and after.
    pub fn audit(&self) -> impl Iterator<Item = Audited<'_>> {
        self.passes.iter().enumerate().flat_map(move |(number, pass)| {
            pass.made.placed().map(move |(edit, result)| Audited {
                filter: pass.filter,
                edit,
                at: result.start,
                source: self.origin_before(number, edit.range()),
                cleaned: self.destination_after(number, result),
            })
        })
    }

    /// The range of the source text that became `range` of the clean text.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        self.origin_before(self.passes.len(), range)
    }

    /// The source text, from the clean text and the passes alone.
    pub fn undo(&self) -> String {
        let mut text = self.text.clone();
        for pass in self.passes.iter().rev() {
            if !pass.made.is_empty() {
                text = pass.made.inverse().apply(&text).into_owned();
            }
        }
        text
    }

    /// Whether anything was changed.
    pub fn is_changed(&self) -> bool {
        self.passes.iter().any(|pass| !pass.made.is_empty())
    }

    fn origin_before(&self, pass: usize, range: Range<usize>) -> Range<usize> {
        self.passes[..pass].iter().rev().fold(range, |range, pass| pass.made.origin(range))
    }

    fn destination_after(&self, pass: usize, range: Range<usize>) -> Range<usize> {
        self.passes[pass + 1..].iter().fold(range, |range, pass| pass.made.destination(range))
    }
}

/// One edit of an audit with its places.
#[derive(Clone, Debug)]
pub struct Audited<'c> {
    /// The filter that proposed it.
    pub filter: &'static str,
    /// The edit; its `at` counts in the text as the pass before left it.
    pub edit: &'c Edit,
    /// Where it stands when the edits of the audit are made one after another.
    pub at: usize,
    /// Bytes of the source text that it replaced.
    pub source: Range<usize>,
    /// Bytes of the clean text that came of it; empty for a deletion.
    pub cleaned: Range<usize>,
}

/// Filters in order. Built once, used for any number of pages from any number of threads.
pub struct Pipeline {
    filters: Vec<Box<dyn Filter>>,
    /// The keywords of all filters; built for the first page.
    lexicon: OnceLock<Lexicon>,
}

impl Pipeline {
    /// A pipeline of these filters, in this order: the order is the only priority between filters.
    pub fn new(filters: Vec<Box<dyn Filter>>) -> Self {
        Self { filters, lexicon: OnceLock::new() }
    }

    /// The names of the filters in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.filters.iter().map(|filter| filter.name())
    }

    /// The text after all filters, with the record of every pass. Cannot fail.
    ///
    /// The filters run again over what they changed until they find nothing more: a removal brings other lines to the
    /// page's edges and pieces of a line together. So what comes out is clean: cleaning it again changes nothing. A page
    /// that nothing is found on is read once, and no filter reads the same text twice in a row.
    pub fn clean(&self, text: &str) -> Cleaned {
        let mut text = text.to_owned();
        let mut passes = Vec::with_capacity(self.filters.len());
        while passes.len() < ROUNDS * self.filters.len() {
            let Some(changed) = self.read(&text, &mut passes) else { break };
            text = changed;
        }
        Cleaned { text, passes }
    }

    /// Each filter once over one text, from the filter after the last pass on, until one changes it: what it becomes.
    fn read(&self, text: &str, passes: &mut Vec<Pass>) -> Option<String> {
        let keywords = self.filters.iter().flat_map(|filter| filter.keywords()).chain([script::keywords()]);
        let search = Search::new(self.lexicon.get_or_init(|| Lexicon::new(keywords)), text);
        let next = passes.len() % self.filters.len();
        for filter in self.filters[next..].iter().chain(&self.filters[..next]) {
            let mut proposals = Proposals::new(text);
            filter.propose(Page::with_search(&search), &mut proposals);
            let pass = proposals.into_pass(filter.name());
            let changed = (!pass.made.is_empty()).then(|| pass.made.apply(text).into_owned());
            passes.push(pass);
            if changed.is_some() {
                return changed;
            }
        }
        None
    }
}
