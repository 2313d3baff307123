//! Removes what strangers inject into a page: gambling phrases, contact pitches, adverts.

use crate::filters::{Filter, Proposals};
use crate::page::Page;
use crate::rules::{RuleSet, Rules};

/// Deletes injected lines and phrases; the sentence that a phrase was glued to stays.
pub struct Spam {
    rules: RuleSet,
}

impl Spam {
    /// The filter over the `spam` rules.
    pub fn new(rules: &Rules) -> Self {
        Self { rules: RuleSet::new(rules.of("spam")) }
    }
}

impl Filter for Spam {
    fn name(&self) -> &'static str {
        "spam"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        edits.delete_found(self.rules.find(page));
    }
}
