//! How active each row is on a page: the prior of the decoder.

use super::table::{Hit, Table};

/// What the page says about each row: how often its form and its original stand there, against what is expected.
///
/// A spinner replaces nearly every place of an original, so a row is active where its original is missing though it was to
/// be expected, and its form is there more often than unspun text would have it. Rows that share a form compete for it,
/// and so do rows that share an original: a spinner has mostly one form for each.
pub struct Activity {
    /// For each row by number: the logarithm of the probability that it is active; none is whose form is not on the page.
    log_active: Vec<f32>,
}

/// The odds that an original stays on a page that spins it.
const LEFT_OVER: f32 = 0.03;
/// What a missing or surplus original can say at most, against and for, in nats.
const ORIGINAL_SPEAKS: (f32, f32) = (-5.0, 2.5);
/// What missing or surplus forms can say at most, before halving.
const FORM_SPEAKS: (f32, f32) = (-5.0, 5.0);
/// A count that is added to each form when forms of one original are compared.
const SHARE_AT_LEAST: f32 = 1.0;

impl Activity {
    /// Counts the originals of a text beside the forms, which were found already.
    #[must_use]
    pub fn of(table: &Table, text: &str, hits: &[Hit]) -> Self {
        let rows = table.rows().len();
        let mut forms = vec![0; rows];
        hits.iter().for_each(|hit| forms[hit.row as usize] += 1);
        let forms = || (0..).zip(&forms).filter(|&(_, &count)| count > 0);
        let originals = table.count_originals(text);
        let characters = text.chars().count() as f32;
        // For each original by its first row, how often its forms stand on the page.
        let mut spun = vec![0; rows];
        for (first, count) in forms() {
            for row in table.same_form(first) {
                spun[table.first_of_original(row) as usize] += count;
            }
        }
        let mut log_active = vec![f32::NEG_INFINITY; rows];
        for (first, &count) in forms() {
            let odds: Vec<(u32, f32)> = table
                .same_form(first)
                .map(|number| {
                    let row = table.row(number);
                    let original = originals(number);
                    // An original inside its own form (可以 in 可以或许) does not stand there by itself.
                    let inside = if row.spun.contains(&*row.original) { count } else { 0 };
                    let counted = Counted {
                        form: count as f32,
                        original: original.saturating_sub(inside) as f32,
                        form_expected: row.spun_rate * characters,
                        original_expected: row.original_rate * characters,
                    };
                    let all = spun[table.first_of_original(number) as usize] as f32;
                    let share = ((count as f32 + SHARE_AT_LEAST) / (all + SHARE_AT_LEAST)).ln();
                    (number, counted.log_odds() + share)
                })
                .collect();
            let sum: f32 = 1.0 + odds.iter().map(|(_, odds)| odds.exp()).sum::<f32>();
            odds.into_iter().for_each(|(number, odds)| log_active[number as usize] = odds - sum.ln());
        }
        Self { log_active }
    }

    /// The logarithm of the probability that a row is active on the page.
    #[must_use]
    pub fn log_probability(&self, row: u32) -> f32 {
        self.log_active[row as usize]
    }
}

/// What is counted and expected of one row.
#[derive(Clone, Copy, Debug)]
struct Counted {
    form: f32,
    original: f32,
    form_expected: f32,
    original_expected: f32,
}

impl Counted {
    /// The logarithm of the odds that the row is active. Poisson; `docs/restoration.md` has the derivation.
    fn log_odds(self) -> f32 {
        let Self { form, original, form_expected, original_expected } = self;
        let missing = original * LEFT_OVER.ln() + (1.0 - LEFT_OVER) * original_expected;
        let surplus = form * (original_expected / form_expected.max(1e-9)).ln_1p() - original_expected;
        // Both halves tell of the same thing, so each counts half; an original that is there says what it says.
        let missing = if missing < 0.0 { missing } else { 0.5 * missing };
        missing.clamp(ORIGINAL_SPEAKS.0, ORIGINAL_SPEAKS.1) + 0.5 * surplus.clamp(FORM_SPEAKS.0, FORM_SPEAKS.1)
    }
}
