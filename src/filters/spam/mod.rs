//! Removes what strangers inject into a page: adverts, contact pitches, and fluent paragraphs on another subject.
//!
//! Rules find what has a form. The rest is found by evidence: see `evidence`.

use crate::characters::CharacterSet;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;
use crate::rules::{RuleSet, Rules};

pub(crate) mod contacts;
pub mod evidence;
mod glue;
mod pieces;
mod segments;
pub(crate) mod signs;

/// Deletes injected paragraphs and sentences.
pub struct Spam {
    rules: RuleSet,
    foreign: RuleId,
}

impl Spam {
    /// The filter over the `spam` rules and the signs.
    pub fn new(rules: &Rules) -> Self {
        Self { rules: RuleSet::new(rules.of("spam")), foreign: RuleId::new("spam/foreign") }
    }
}

/// The characters that may be part of a contact.
pub(super) fn characters() -> &'static CharacterSet {
    &contacts::MESSENGERS
}

impl Filter for Spam {
    fn name(&self) -> &'static str {
        "spam"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![self.rules.keywords(), signs::keywords()]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        // Rules and signs are written in simplified characters.
        let folded = page.folded();
        let page = folded.as_deref().map_or(page, Page::new);
        edits.delete_found(self.rules.find(page));
        edits.delete_all(evidence::foreign(page).into_iter().map(|range| (range, &self.foreign)).collect());
    }
}
