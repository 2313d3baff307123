//! Removes what a site puts around an article: dates and counters, share bars, fold-out links, credits, notices.

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;
use crate::rules::{RuleSet, Rules};

mod cards;
mod digest;
mod edges;
mod lists;
mod pieces;
mod seams;
mod signs;
mod topic;

/// Deletes whole lines of site furniture, and pieces of it glued to a sentence; the sentence stays.
pub struct Boilerplate {
    rules: RuleSet,
    edge: RuleId,
    list: RuleId,
    card: RuleId,
    digest: RuleId,
}

impl Boilerplate {
    /// The filter over the `boilerplate` rules.
    pub fn new(rules: &Rules) -> Self {
        let rule = |name: &str| RuleId::new(format!("boilerplate/{name}"));
        Self {
            rules: RuleSet::new(rules.of("boilerplate")),
            edge: rule("edge-block"),
            list: rule("title-list"),
            card: rule("card-list"),
            digest: rule("digest"),
        }
    }
}

impl Filter for Boilerplate {
    fn name(&self) -> &'static str {
        "boilerplate"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![self.rules.keywords()]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        // Rules and signs are written in simplified characters.
        let folded = page.folded();
        let page = folded.as_deref().map_or(page, Page::new);
        let mut found = self.rules.find(page);
        found.iter_mut().for_each(|found| seams::balance(page.text, &mut found.range));
        let ruled = found.iter().filter(|found| !found.rule.report_only);
        let ruled: Vec<_> = ruled.map(|found| found.range.clone()).collect();
        edits.delete_all(cards::find(page.text, &ruled).into_iter().map(|range| (range, &self.card)).collect());
        let mut edges = edges::find(page.text, &ruled);
        edges.iter_mut().for_each(|range| seams::balance(page.text, range));
        edges.extend(seams::stub(page.text, &[ruled, edges.clone()].concat()));
        edits.delete_all(edges.into_iter().map(|range| (range, &self.edge)).collect());
        edits.delete_all(digest::find(page.text).into_iter().map(|range| (range, &self.digest)).collect());
        edits.delete_all(lists::find(page.text).into_iter().map(|range| (range, &self.list)).collect());
        edits.delete_found(found);
    }
}
