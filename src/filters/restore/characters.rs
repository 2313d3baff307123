//! Characters: strings that a spinner left in the place of one character, such as 东说念主 for 人.
//!
//! What nobody writes is restored on any page. What is also honest Chinese (好意思, 不雅) is restored on a page that shows a
//! spinner of its family, and costs follow what the page shows of each row.

use std::borrow::Cow;
use std::sync::{LazyLock, OnceLock};

use super::activity::Activity;
use super::candidates::{Chains, Ways, tail};
use super::decoder::{Candidate, Decoding, Taken};
use super::habits::Habits;
use super::names::Names;
use super::persons::Persons;
use super::protected::{Honest, Protected};
use super::table::{Family, Hit, Table, Tier};
use super::{Restored, restorations};
use crate::keywords::{Keyword, Keywords};
use crate::language::LanguageModel;
use crate::page::Page;

/// The tables of characters.
pub struct Characters {
    table: Table,
    /// The forms of which a page holds one at least if it shows a spinner.
    openings: Keywords,
    /// The first row of each.
    opening_rows: Vec<u32>,
    protected: OnceLock<Protected>,
}

/// What an ambiguous form must gain on a page of which nothing is known, in nats.
const COST_UNKNOWN_PAGE: f32 = 6.0;
/// What a form that nobody writes must gain there. Less, so that it is preferred to an ambiguous form within it.
const COST_UNKNOWN_PAGE_HARD: f32 = 5.0;
/// What a row must gain at least on a page of its family, where people write “不雅” all the same.
const COST_SPUN_PAGE: f32 = 0.5;
/// The same for a form that nobody writes.
const COST_SPUN_PAGE_HARD: f32 = 0.4;
/// What a form of a single character must gain at least: 抓 or 齐 are words too common to trust.
const COST_SINGLE: f32 = 1.0;
/// What is to be gained above that inside an honest string such as 念念不忘.
const COST_PROTECTED: f32 = 8.0;
/// What is to be gained above that inside one of which the spinner changed a piece. Less: most strings that read so were something else.
const COST_PROTECTED_SPUN: f32 = 6.0;
/// What is to be gained above that inside a string that the page repeats where restored text would not.
const COST_NAME: f32 = 12.0;
/// So often at most the page is decoded: each time but the first with what the one before showed.
const PASSES: usize = 4;
/// So many bytes hold what a name begins with.
const NAME: usize = 8;
/// A row this unlikely to be active on the page is not tried, in nats.
const LEAST_ACTIVE: f32 = -6.0;
/// Gains above cost that no accident reaches in sum: ambiguous forms with them count as one that nobody writes.
const STRONG_GAIN: f32 = 9.0;

/// Artefacts are chained freely.
const CHAINS: Chains = Chains { rows: 3, cost: f32::INFINITY };

impl Characters {
    /// The tables that come with the program, read when they are first asked for.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Characters> = LazyLock::new(Characters::embedded);
        &SHARED
    }

    fn embedded() -> Self {
        let table = Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft]);
        let rows = (0..).zip(table.rows()).map(|(number, _)| number);
        let is_opening =
            |&number: &u32| table.first_of_form(number) == number && table.same_form(number).any(|number| opens(&table, number));
        let opening_rows: Vec<u32> = rows.filter(is_opening).collect();
        let openings = Keywords::new(opening_rows.iter().map(|&number| &*table.row(number).spun));
        Self { table, openings, opening_rows, protected: OnceLock::new() }
    }

    /// The forms without which a page is left as it is.
    #[must_use]
    pub fn keywords(&self) -> &Keywords {
        &self.openings
    }

    /// The families of spinners that a page shows in its characters.
    #[must_use]
    pub fn families(&self, page: Page<'_>) -> Vec<&str> {
        page.spinners().map_or_else(Vec::new, |families| families.names(&self.table))
    }

    /// The character artefacts of a page undone, and the families of spinners that they show.
    #[must_use]
    pub fn restore(&self, page: Page<'_>) -> Restored<'_> {
        let (table, text) = (&self.table, page.text);
        let Some(families) = page.spinners() else { return Restored::default() };
        let hits: Vec<Hit> = table.forms(text).collect();
        let honest = self.protected().find(text);
        let model = LanguageModel::embedded();
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
        let place = |hit: &Hit, number: u32, before: &str, left: f32| {
            let name = if names.has(hit) { COST_NAME } else { 0.0 };
            let persons = Persons::shared();
            let begun = persons.begun(before);
            protection(&honest, hit, left) * (1.0 - begun) + name - persons.speak(begun, table.row(number))
        };
        let unread = |hit: &Hit, number: u32| place(hit, number, &text[..hit.range.start], 1.0);
        let ways = Ways::of(table, text, &hits, CHAINS, unread, cost);
        let mut found = ways.candidates();
        let mut decoding = Decoding::of(model, text, &found);
        // A spinner has mostly one original for each form: what the page shows clearly decides what it leaves open.
        let mut habits = None;
        for _ in 1..PASSES {
            let shown = Habits::of(table, &hits, &found, &decoding.taken);
            if habits.as_ref() == Some(&shown) {
                break;
            }
            let read = |hit: &Hit, number: u32| {
                let before = read_before(text, &found, &decoding.taken, hit.range.start);
                place(hit, number, &before, shown.left(table, hit.row))
            };
            let cost = |number: u32| cost(number).map(|cost| cost + shown.of_form(table, number));
            let again = ways.at_costs(&hits, read, cost);
            decoding = decoding.again(model, text, &found, &again);
            (found, habits) = (again, Some(shown));
        }
        let edits = restorations(table, &found, &decoding.taken);
        Restored { edits, families: families.borne_out(table, &found, &decoding.taken).names(table) }
    }

    /// The families of spinners that a page shows, if any. Nearly all pages show none, so only the forms that can be the
    /// first to show one are looked at, and what is around them.
    pub(crate) fn shown(&self, page: Page<'_>) -> Option<Families> {
        let (table, text) = (&self.table, page.text);
        let opening = |found: &Keyword| Hit { range: found.start..found.end, row: self.opening_rows[found.number as usize] };
        let hits: Vec<Hit> = page.find(&self.openings).iter().map(opening).collect();
        if !hits.iter().any(|hit| opens(table, hit.row)) {
            return None;
        }
        let extra = |hit: &Hit, _| protection(&self.protected().around(text, &hit.range), hit, 1.0);
        let found = Ways::of(table, text, &hits, CHAINS, extra, |row| cost_unknown(table, row)).candidates();
        let families = Families::of(table, &found, &Decoding::of(LanguageModel::embedded(), text, &found).taken);
        families.any().then_some(families)
    }

    fn protected(&self) -> &Protected {
        self.protected.get_or_init(|| Protected::embedded(&self.table))
    }
}

/// What a place costs because honest strings hold it, where the page leaves this share of the form's places as they are.
fn protection(honest: &[Honest], hit: &Hit, left: f32) -> f32 {
    let around = honest.iter().filter(|honest| honest.protects(&hit.range)).take(2);
    let cost = |honest: &Honest| match honest {
        honest if honest.is_spun() => COST_PROTECTED_SPUN,
        honest if honest.is(&hit.range) => COST_PROTECTED * left,
        _ => COST_PROTECTED,
    };
    around.map(cost).sum()
}

/// What stands before a place where the last thing before it is read as it was restored: a name may hold two forms.
fn read_before<'t>(text: &'t str, candidates: &[Candidate<'_>], taken: &[Taken], place: usize) -> Cow<'t, str> {
    let candidate = |taken: &Taken| &candidates[taken.candidate];
    let last = taken.partition_point(|taken| candidate(taken).range.end < place);
    match taken.get(last).map(candidate).filter(|candidate| candidate.range.end == place) {
        Some(last) => Cow::Owned(format!("{}{}", tail(&text[..last.range.start], NAME), last.after)),
        None => Cow::Borrowed(&text[..place]),
    }
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
#[derive(Clone)]
pub(crate) struct Families(Vec<bool>);

impl Families {
    /// A family shows by edits that together gain what no accident explains, or by two different ambiguous ones.
    fn of(table: &Table, candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let mut shown = vec![false; table.families()];
        let mut gained = vec![0.0; table.families()];
        let mut seen: Vec<(Family, &str)> = Vec::new();
        for Taken { candidate, gain } in taken {
            let candidate = &candidates[*candidate];
            for row in candidate.rows.as_slice().iter().map(|&number| table.row(number)) {
                let family = usize::from(row.family.0);
                gained[family] += gain - candidate.cost;
                let other = seen.iter().any(|&(family, form)| family == row.family && form != &*row.spun);
                shown[family] |= row.tier == Tier::Hard || gained[family] >= STRONG_GAIN || other;
                seen.push((row.family, &row.spun));
            }
        }
        Self(shown)
    }

    /// Those of which something is undone when the whole page is read: what seemed spun at first may be a name.
    fn borne_out(&self, table: &Table, candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let rows = taken.iter().flat_map(|taken| candidates[taken.candidate].rows.as_slice());
        let mut undone = vec![false; table.families()];
        rows.for_each(|&number| undone[usize::from(table.row(number).family.0)] = true);
        Self(self.0.iter().zip(undone).map(|(&shown, undone)| shown && undone).collect())
    }

    fn any(&self) -> bool {
        self.0.contains(&true)
    }

    fn names<'t>(&self, table: &'t Table) -> Vec<&'t str> {
        let shown = self.0.iter().zip(0..).filter(|(shown, _)| **shown);
        shown.map(|(_, number)| table.family(Family(number))).collect()
    }

    fn active(&self, family: Family) -> bool {
        self.0[usize::from(family.0)]
    }
}
