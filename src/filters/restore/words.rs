//! Words: a word swapped for a word, such as 使命 for 工作. Only on a page that shows to be spun.

use std::sync::LazyLock;

use super::candidates::{Chains, Ways};
use super::decoder::Decoding;
use super::table::{Builder, Hit, Table, Tier};
use super::votes::{Lexemes, Poll};
use super::{Restoration, restorations};
use crate::language::LanguageModel;

/// The tables of words.
pub struct Words {
    table: Table,
    lexemes: Lexemes,
}

/// What a row that is surely active must gain in a place, in nats; the less active, the more.
const COST: f32 = 1.5;
/// The odds, as logarithms, that a row is active: of one that was given for the page's site; on a page of its family, of a
/// pair that most spinners of the family have, and of one that its thesaurus would give.
const ODDS_GIVEN: f32 = 2.5;
const ODDS_CORE: f32 = -0.4;
const ODDS_FAMILY: f32 = -4.0;
/// By how much a form that is commoner in clean text than [`COMMON`] lowers them, for each e-fold.
const ODDS_COMMON: f32 = 0.25;
/// How often a form stands in clean text, for each character, before it counts as common.
const COMMON: f32 = 1e-5;
/// What an original that still stands says against its row, in nats. A spinner leaves few, but other rows write it too.
const LEFT_OVER: f32 = -2.5;
/// What one that stands nowhere says for its row, in nats, for each place where ordinary text of this length has it, and
/// for how many places at most.
const ABSENT: f32 = 1.0;
const ABSENT_AT_MOST: f32 = 3.0;
/// Below these odds, as logarithms, a row's places are not asked.
const LEAST_ODDS: f32 = -9.0;
/// A row this unlikely to be active on the page is not tried, in nats.
const LEAST_ACTIVE: f32 = -0.35;
/// So often the page is decoded: the first time its places vote beside words that are spun themselves, then beside those
/// that were restored. A third time changes next to nothing.
const PASSES: usize = 2;
/// Only rows that are well active are chained.
const CHAINS: Chains = Chains { rows: 2, cost: 4.5 };

impl Words {
    /// The tables that come with the program, read when they are first asked for.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Words> = LazyLock::new(Words::embedded);
        &SHARED
    }

    fn embedded() -> Self {
        Self::of(Builder::default().with_embedded(&[Tier::Word]))
    }

    /// These rows of words.
    #[must_use]
    pub fn of(rows: Builder) -> Self {
        let table = rows.build(LanguageModel::embedded());
        Self { lexemes: Lexemes::of(&table), table }
    }

    /// The swapped words of a page undone: those of rows that were given, and on a page that shows these families of
    /// spinners in its characters those of the families.
    pub fn restore(&self, text: &str, families: &[&str]) -> Vec<Restoration> {
        let table = &self.table;
        if families.is_empty() && !table.rows().iter().any(|row| row.given) {
            return Vec::new();
        }
        let hits: Vec<Hit> = table.forms(text).collect();
        let originals = table.count_originals(text);
        let characters = text.chars().count() as f32;
        let prior = |number: u32, places: usize| {
            let row = table.row(number);
            // An original inside its own form (可以 in 可以或许) does not stand there by itself.
            let inside = if row.spun.contains(&*row.original) { places } else { 0 };
            let stands = match (originals(number) as usize).saturating_sub(inside) {
                0 => ABSENT * (row.original_rate * characters).min(ABSENT_AT_MOST),
                left => LEFT_OVER * left as f32,
            };
            let odds = self.odds(number, families)? + stands;
            (odds >= LEAST_ODDS).then_some(odds)
        };
        let mut poll = Poll::new(table, &self.lexemes, &hits, prior);
        let mut restored = Vec::new();
        for _ in 0..PASSES {
            let votes = poll.votes(text, &restored);
            let cost = |number: u32| {
                let log_active = votes.log_probability(number);
                (log_active >= LEAST_ACTIVE).then_some(COST - log_active)
            };
            let further = |hit: &Hit, number: u32| -poll.further(hit, number);
            let lattice = Ways::of(table, text, &hits, CHAINS, further, cost).candidates();
            restored = restorations(table, &lattice, &Decoding::of(LanguageModel::embedded(), text, &lattice).taken);
        }
        restored
    }

    /// The odds of a row, as a logarithm, on a page of which only the families are known; `None` where it is of another.
    fn odds(&self, number: u32, families: &[&str]) -> Option<f32> {
        let row = self.table.row(number);
        if row.given {
            return Some(ODDS_GIVEN);
        }
        let common = ODDS_COMMON * (row.spun_rate / COMMON).ln().max(0.0);
        let odds = if row.core { ODDS_CORE } else { ODDS_FAMILY };
        families.contains(&self.table.family(row.family)).then_some(odds - common)
    }
}
