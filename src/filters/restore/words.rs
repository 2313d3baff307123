//! Words: a word swapped for a word, such as 使命 for 工作. Only on a page that shows to be spun.

use std::sync::LazyLock;

use super::activity::Activity;
use super::candidates::{Chains, candidates};
use super::decoder::decode;
use super::habits::Habits;
use super::table::{Builder, Hit, Table, Tier};
use super::{Restoration, restorations};
use crate::language::LanguageModel;

/// The tables of words.
pub struct Words {
    table: Table,
}

/// What a row that is surely active must gain, in nats; the less active, the more.
const COST: f32 = 1.5;
/// The odds, as logarithms, that a row is active: of one that was given for the page's site; on a page of its family, of a
/// pair that the family's thesaurus would give; and of one that any thesaurus would.
const ODDS_GIVEN: f32 = 2.5;
const ODDS_FAMILY: f32 = -2.0;
const ODDS_THESAURUS: f32 = -6.0;
/// By how much a form that is commoner in clean text than [`COMMON`] lowers them, for each e-fold.
const ODDS_COMMON: f32 = 0.5;
/// How often a form stands in clean text, for each character, before it counts as common.
const COMMON: f32 = 1e-5;
/// A row this unlikely to be active on the page is not tried, in nats.
const LEAST_ACTIVE: f32 = -5.0;
/// Only rows that are well active are chained.
const CHAINS: Chains = Chains { rows: 2, cost: 3.5 };
/// The family of rows that any spinner may use.
const THESAURUS: &str = "t";

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
        Self { table: rows.build(LanguageModel::embedded()) }
    }

    /// The swapped words of a page undone: those of rows that were given, and on a page that shows these families of
    /// spinners in its characters those of the families.
    pub fn restore(&self, text: &str, families: &[&str]) -> Vec<Restoration> {
        let table = &self.table;
        if families.is_empty() && !table.rows().iter().any(|row| row.given) {
            return Vec::new();
        }
        let hits: Vec<Hit> = table.forms(text).collect();
        let allowed = |number: u32| {
            let family = table.family(table.row(number).family);
            family == THESAURUS && !families.is_empty() || families.contains(&family)
        };
        let odds = |number: u32| {
            let row = table.row(number);
            match table.family(row.family) {
                _ if row.given => ODDS_GIVEN,
                _ if !allowed(number) => f32::NEG_INFINITY,
                THESAURUS => ODDS_THESAURUS,
                _ => ODDS_FAMILY - ODDS_COMMON * (row.spun_rate / COMMON).ln().max(0.0),
            }
        };
        let activity = Activity::of(table, text, &hits, odds);
        let cost = |number: u32| {
            let log_active = activity.log_probability(number);
            (log_active >= LEAST_ACTIVE).then_some(COST - log_active)
        };
        let model = LanguageModel::embedded();
        let first = candidates(table, text, &hits, CHAINS, |_| 0.0, cost);
        let taken = decode(model, text, &first);
        let habits = Habits::of(table, &first, &taken);
        let second = candidates(
            table,
            text,
            &hits,
            CHAINS,
            |_| 0.0,
            |number| {
                let places = activity.places(table.first_of_form(number));
                let habit = habits.of_places(number, places) + habits.of_original(table, number);
                cost(number).map(|cost| cost + habit)
            },
        );
        let taken = decode(model, text, &second);
        restorations(table, &second, &taken)
    }
}
