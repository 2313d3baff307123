//! Gives spun text back: 东说念主 → 人, and words on request.
//!
//! A spun page is an original seen through a channel that replaces strings. The filter finds the strings of its tables,
//! lays every way to undo them over the text as a lattice, and lets the language model choose ([`decoder`]). What a
//! restoration must gain depends on what the page shows ([`activity`]): a page without a trace of a spinner does not change.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::cleaner::Tier as Wanted;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::language::LanguageModel;
use crate::page::Page;

pub mod activity;
pub mod candidates;
pub mod decoder;
pub mod names;
pub mod protected;
pub mod table;

use activity::Activity;
use candidates::candidates;
use decoder::{Candidate, Taken, decode};
use names::Names;
use protected::Protected;
use table::{Hit, Table, Tier};

/// The filter.
pub struct Restore {
    characters: Table,
    protected: OnceLock<Protected>,
    _wanted: Wanted,
}

/// What an ambiguous form must gain on a page of which nothing is known, in nats.
const COST_UNKNOWN_PAGE: f32 = 6.0;
/// What a form that nobody writes must gain there. Less, so that it is preferred to an ambiguous form within it.
const COST_UNKNOWN_PAGE_HARD: f32 = 5.0;
/// What a row must gain at least on a page of its family.
const COST_SPUN_PAGE: f32 = 0.5;
/// The same for a form that nobody writes.
const COST_SPUN_PAGE_HARD: f32 = 0.4;
/// What a form of a single character must gain at least: 抓 or 齐 are words too common to trust.
const COST_SINGLE: f32 = 1.0;
/// What is to be gained above that inside an honest string such as 念念不忘.
const COST_PROTECTED: f32 = 8.0;
/// What is to be gained above that inside a string that the page repeats where restored text would not.
const COST_NAME: f32 = 12.0;
/// A row this unlikely to be active on the page is not tried, in nats.
const LEAST_ACTIVE: f32 = -6.0;
/// A gain above cost that no accident reaches: an ambiguous form with it counts as one that nobody writes.
const STRONG_GAIN: f32 = 9.0;

impl Restore {
    /// A filter that restores this much.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        let characters = Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft]);
        Self { characters, protected: OnceLock::new(), _wanted: wanted }
    }

    /// The character artefacts of a page, as edits to it.
    fn characters<'t>(&'t self, text: &'t str) -> (Vec<Candidate<'t>>, Vec<Taken>) {
        let table = &self.characters;
        let hits: Vec<Hit> = table.forms(text).collect();
        if !hits.iter().any(|hit| opens(table, hit.row)) {
            return Default::default();
        }
        let model = LanguageModel::embedded();
        let honest = self.protected.get_or_init(Protected::embedded).find(text);
        let extra = |hit: &Hit| {
            let around = honest.iter().filter(|honest| honest.start <= hit.range.start && hit.range.end <= honest.end);
            around.count().min(2) as f32 * COST_PROTECTED
        };
        let first = candidates(table, text, &hits, extra, |row| cost_unknown(table, row));
        let taken = decode(model, text, &first);
        let families = Families::of(table, &first, &taken);
        if !families.any() {
            return Default::default();
        }
        let activity = Activity::of(table, text, &hits);
        let names = Names::of(table, text, &hits);
        let cost = |number: u32| {
            let row = table.row(number);
            if row.tier == Tier::Hard {
                return Some(if families.active(row.family) { COST_SPUN_PAGE_HARD } else { COST_UNKNOWN_PAGE_HARD });
            }
            let log_active = activity.log_probability(number);
            if !families.active(row.family) || log_active < LEAST_ACTIVE {
                return None;
            }
            let least = if row.spun.chars().nth(1).is_some() { COST_SPUN_PAGE } else { COST_SINGLE };
            Some(least - log_active)
        };
        let place = |hit: &Hit| extra(hit) + if names.has(hit) { COST_NAME } else { 0.0 };
        let second = candidates(table, text, &hits, place, cost);
        let taken = decode(model, text, &second);
        // A spinner has mostly one original for each form: what the page shows clearly decides what it leaves open.
        let habits = Habits::of(table, &second, &taken);
        let third = candidates(table, text, &hits, place, |number| cost(number).map(|cost| cost + habits.cost(table, number)));
        let taken = decode(model, text, &third);
        (third, taken)
    }
}

impl Filter for Restore {
    fn name(&self) -> &'static str {
        "restore"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let (candidates, taken) = self.characters(page.text);
        for Taken { candidate, gain } in taken {
            let candidate = &candidates[candidate];
            let rule = rule_id(&self.characters, candidate);
            edits.replace_with_gain(candidate.range.clone(), &candidate.after, &rule, gain);
        }
    }
}

/// The name of the row that was undone, as in `restore/说念→道`; of a chain all rows, in the order of undoing.
fn rule_id(table: &Table, candidate: &Candidate<'_>) -> RuleId {
    let rows: Vec<String> = candidate
        .rows
        .as_slice()
        .iter()
        .map(|&number| table.row(number))
        .map(|row| format!("{}→{}", row.spun, row.original))
        .collect();
    RuleId::new(format!("restore/{}", rows.join("+")))
}

/// What a row must gain on a page of which nothing is known; `None` where it says nothing there.
fn cost_unknown(table: &Table, row: u32) -> Option<f32> {
    let cost = if table.row(row).tier == Tier::Hard { COST_UNKNOWN_PAGE_HARD } else { COST_UNKNOWN_PAGE };
    opens(table, row).then_some(cost)
}

/// Whether a row may be the first to show that a page is spun: single characters say nothing.
fn opens(table: &Table, row: u32) -> bool {
    let row = table.row(row);
    row.tier == Tier::Hard || row.spun.chars().nth(1).is_some()
}

/// The families of spinners that a page shows.
struct Families(Vec<bool>);

impl Families {
    /// A family shows by one edit that no accident explains, or by two different ambiguous ones.
    fn of(table: &Table, candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let mut shown = vec![false; table.families()];
        let mut seen: Vec<(table::Family, &str)> = Vec::new();
        for Taken { candidate, gain } in taken {
            let candidate = &candidates[*candidate];
            let strong = gain - candidate.cost >= STRONG_GAIN;
            for row in candidate.rows.as_slice().iter().map(|&number| table.row(number)) {
                let other = seen.iter().any(|&(family, form)| family == row.family && form != &*row.spun);
                shown[usize::from(row.family.0)] |= row.tier == Tier::Hard || strong || other;
                seen.push((row.family, &row.spun));
            }
        }
        Self(shown)
    }

    fn any(&self) -> bool {
        self.0.contains(&true)
    }

    fn active(&self, family: table::Family) -> bool {
        self.0[usize::from(family.0)]
    }
}

/// How often each row was taken in a first decoding.
struct Habits(HashMap<u32, u32>);

impl Habits {
    fn of(table: &Table, candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let mut counts = HashMap::new();
        for row in taken.iter().flat_map(|taken| candidates[taken.candidate].rows.as_slice()) {
            *counts.entry(*row).or_default() += 1;
        }
        let _ = table;
        Self(counts)
    }

    /// What a row costs because the page takes other originals of its form.
    fn cost(&self, table: &Table, row: u32) -> f32 {
        let count = |row| self.0.get(&row).copied().unwrap_or(0) as f32 + 0.5;
        let all: f32 = table.same_form(table.first_of_form(row)).map(count).sum();
        (all / count(row)).ln()
    }
}
