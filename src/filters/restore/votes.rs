//! How sure a page is of each row of a word table: every place of a form votes for the originals that fit there.

use std::collections::HashMap;
use std::ops::Range;

use super::table::{Hit, Table};
use crate::language::{LanguageModel, State, Symbol};

/// For each row, how likely it is that the page's spinner has it.
///
/// A spinner puts a form in every place of an original. So the places of a form decide together: what fits once may be
/// chance, what fits each time is not. Rows that share a form compete for it, and less strictly rows that share an
/// original, since a spinner has mostly one form for each.
pub struct Votes {
    /// By number of the row.
    log_active: Vec<f32>,
}

/// What an original must make a place likelier before the place votes for it, in nats.
const LEAST_GAIN: f32 = 4.0;
/// What one place says in full, in nats; of what is above, the logarithm counts.
const SPEAKS: f32 = 5.0;
/// How much rows that share an original compete, against those that share a form.
const ONE_FORM: f32 = 0.5;
/// Odds beyond this, as logarithms, are certainty.
const CERTAIN: f32 = 60.0;
/// A place that gains so much less than [`LEAST_GAIN`] says nothing.
const SILENT: f32 = 4.0;
/// How many characters after a place the model sees from the end of a word.
const AFTER: usize = 2;

impl Votes {
    /// Lets the places vote. `prior` is the logarithm of the odds of a row whose form stands in so many places, without
    /// their votes; `None` where the row is out of question.
    #[must_use]
    pub fn of(table: &Table, text: &str, hits: &[Hit], prior: impl Fn(u32, usize) -> Option<f32>) -> Self {
        let mut by_form: Vec<&Hit> = hits.iter().collect();
        by_form.sort_by_key(|hit| hit.row);
        let mut odds: Vec<(u32, f32)> = Vec::new();
        for places in by_form.chunk_by(|a, b| a.row == b.row) {
            let first = odds.len();
            let rows = table.same_form(places[0].row);
            odds.extend(rows.filter_map(|row| Some((row, prior(row, places.len())?))));
            let rows = &mut odds[first..];
            if rows.is_empty() {
                continue;
            }
            for place in places {
                let context = Context::of(text, place.range.clone());
                let as_it_is = context.fit(&text[place.range.clone()], f32::NEG_INFINITY);
                let silent = as_it_is + LEAST_GAIN - SILENT;
                for (row, odds) in &mut *rows {
                    *odds += vote(context.fit(&table.row(*row).original, silent) - as_it_is);
                }
            }
        }
        Self { log_active: compete(table, odds) }
    }

    /// The logarithm of the probability that the page's spinner has this row.
    #[must_use]
    pub fn log_probability(&self, row: u32) -> f32 {
        self.log_active[row as usize]
    }
}

/// What a place says that gains so much.
fn vote(gain: f32) -> f32 {
    let vote = (gain - LEAST_GAIN).exp().ln_1p();
    if vote > SPEAKS { SPEAKS * (1.0 + (vote / SPEAKS).ln()) } else { vote }
}

/// The logarithms of probabilities, by row, from those of odds.
fn compete(table: &Table, odds: Vec<(u32, f32)>) -> Vec<f32> {
    let odds: Vec<(u32, f32)> = odds.into_iter().map(|(row, odds)| (row, odds.min(CERTAIN))).collect();
    let mut of_original = HashMap::<u32, f32>::new();
    for &(row, odds) in &odds {
        *of_original.entry(table.first_of_original(row)).or_default() += odds.exp();
    }
    let mut log_active = vec![f32::NEG_INFINITY; table.rows().len()];
    for rows in odds.chunk_by(|a, b| table.first_of_form(a.0) == table.first_of_form(b.0)) {
        let of_form: f32 = rows.iter().map(|(_, odds)| odds.exp()).sum();
        for &(row, odds) in rows {
            let other_forms = (of_original[&table.first_of_original(row)] - odds.exp()).max(0.0);
            log_active[row as usize] = odds - (1.0 + of_form + ONE_FORM * other_forms).ln();
        }
    }
    log_active
}

/// What stands around a place, as far as the model can see; beyond the end of the line, its border.
struct Context {
    state: State,
    after: [Symbol; AFTER],
}

impl Context {
    /// What stands around this place of a text.
    fn of(text: &str, place: Range<usize>) -> Self {
        let model = LanguageModel::embedded();
        let mut before = text[..place.start].chars().rev().take_while(|&c| c != '\n').map(|c| model.symbol(c));
        let state = match (before.next(), before.next()) {
            (None, _) => State::START,
            (Some(last), None) => model.advance(State::START, last),
            (Some(last), Some(earlier)) => model.advance(State::after(earlier), last),
        };
        let mut after = [Symbol::LINE; AFTER];
        let line = text[place.end..].chars().take_while(|&c| c != '\n');
        for (symbol, c) in after.iter_mut().zip(line) {
            *symbol = model.symbol(c);
        }
        Self { state, after }
    }

    /// The logarithm of the probability of a word here together with what follows it; some value below `least` where it
    /// is below that.
    fn fit(&self, word: &str, least: f32) -> f32 {
        let model = LanguageModel::embedded();
        let mut sum = 0.0;
        let mut state = self.state;
        for symbol in word.chars().map(|c| model.symbol(c)).chain(self.after) {
            let (next, log_prob) = model.step(state, symbol);
            state = next;
            sum += log_prob;
            if sum < least {
                break;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Builder, Tier};
    use super::*;

    /// How sure a page is that 使命 stands for 工作 and for 任务.
    fn votes(text: &str) -> [f32; 2] {
        let mut builder = Builder::default();
        builder.read(std::path::Path::new("words.tsv"), "使命\t工作\ta\n使命\t任务\ta\n").expect("two rows");
        let table = builder.build(LanguageModel::embedded());
        assert!(table.rows().iter().all(|row| row.tier == Tier::Word));
        let hits: Vec<Hit> = table.forms(text).collect();
        let votes = Votes::of(&table, text, &hits, |_, _| Some(-4.0));
        ["工作", "任务"].map(|original| {
            let row = table.rows().iter().position(|row| &*row.original == original).expect("a row");
            votes.log_probability(u32::try_from(row).expect("one of two rows"))
        })
    }

    #[test]
    fn places_decide_together() {
        let once = votes("他每天使命到很晚。");
        let often = votes("他每天使命到很晚。使命经验丰富的使命人员都在办公室使命。");
        assert!(once[0] < often[0] && often[0] > -0.1 && often[1] < -3.0, "{once:?} {often:?}");
        assert!(votes("这是时代赋予青年的使命。")[0] < -3.0);
    }
}
