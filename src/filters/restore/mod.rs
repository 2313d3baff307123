//! Gives spun text back: 东说念主 → 人, and words on request.
//!
//! A spun page is an original seen through a channel that replaces strings. The filter finds the strings of its tables,
//! lays every way to undo them over the text as a lattice, and lets the language model choose ([`decoder`]). What a
//! restoration must gain depends on what the page shows ([`activity`]): a page without a trace of a spinner does not change.

use std::ops::Range;
use std::sync::OnceLock;

use crate::cleaner::Tier as Wanted;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;

pub mod activity;
pub mod candidates;
pub mod characters;
mod compose;
pub mod decoder;
pub mod habits;
pub mod names;
pub mod persons;
pub mod place;
pub mod proofs;
pub mod protected;
pub mod table;
pub mod votes;
pub mod words;

use characters::Characters;
use decoder::{Candidate, Taken};
use proofs::Proofs;
use table::{Builder, Row, Table, Tier};
use words::Words;

/// The filter.
pub struct Restore {
    wanted: Wanted,
    /// Rows that the user gives: undone at every tier but `Off`.
    given: Builder,
    /// The words of those rows and of the tier, built when the first page comes.
    words: OnceLock<Words>,
}

impl Restore {
    /// A filter that restores this much, and the words of the rows that are given. The tables are read when the first page
    /// comes.
    #[must_use]
    pub fn new(wanted: Wanted, given: &Builder) -> Self {
        Self { wanted, given: given.clone(), words: OnceLock::new() }
    }

    /// The words to restore; `None` where none are wanted.
    fn words(&self) -> Option<&Words> {
        let of_tier: &[Tier] = if self.wanted == Wanted::Words { &[Tier::Word] } else { &[] };
        match (self.given.rows(), of_tier) {
            ([], []) => None,
            ([], _) => Some(Words::shared()),
            _ => Some(self.words.get_or_init(|| Words::of(self.given.clone().with_embedded(of_tier)))),
        }
    }
}

impl Filter for Restore {
    fn name(&self) -> &'static str {
        "restore"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        let (characters, proofs) = (|| Characters::shared().keywords(), || Proofs::shared().keywords());
        match self.wanted {
            Wanted::Off => Vec::new(),
            Wanted::Chars => vec![characters()],
            Wanted::Words => vec![characters(), proofs()],
        }
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        if self.wanted == Wanted::Off {
            return;
        }
        let characters = Characters::shared();
        let mut restored = characters.restore(page);
        if self.wanted == Wanted::Words {
            restored.families.extend(Proofs::shared().families(page));
        }
        if let Some(words) = self.words() {
            let text = compose::apply(page.text, &restored.edits);
            let words = words.restore(&text, &restored.families);
            restored.edits = compose::compose(page.text, restored.edits, &text, words);
        }
        for Restoration { range, after, rows, gain } in restored.edits {
            edits.replace_with_gain(range, &after, &RuleId::new(format!("restore/{rows}")), gain);
        }
    }
}

/// What was found on a page.
#[derive(Default)]
pub struct Restored<'t> {
    /// In order and disjoint.
    pub edits: Vec<Restoration>,
    /// The families of spinners that the page shows.
    pub families: Vec<&'t str>,
}

/// One piece of text restored.
#[derive(Clone, Debug, PartialEq)]
pub struct Restoration {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What stood there before the spinner.
    pub after: String,
    /// The rows that were undone: `说念→道`, or several joined by `+`, in the order of undoing.
    pub rows: String,
    /// How much likelier the text becomes, in nats.
    pub gain: f32,
}

/// What the decoder took, with the names of the rows.
fn restorations(table: &Table, candidates: &[Candidate<'_>], taken: &[Taken]) -> Vec<Restoration> {
    let restoration = |taken: &Taken| {
        let candidate = &candidates[taken.candidate];
        let rows = candidate.rows.as_slice().iter().map(|&number| table.row(number));
        let rows: Vec<String> = rows.map(Row::name).collect();
        let (range, after) = (candidate.range.clone(), candidate.after.clone().into_owned());
        Restoration { range, after, rows: rows.join("+"), gain: taken.gain }
    };
    taken.iter().map(restoration).collect()
}
