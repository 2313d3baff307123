//! How sure a page is of each row of a word table: every place of a form votes for the originals that fit there.

use std::ops::Range;
use std::sync::OnceLock;

use super::Restoration;
use super::place::{Gain, Lexeme, Neighbours, Surroundings};
use super::table::{Hit, Table};

/// The forms of a page, whose places vote for their originals as often as they are asked.
pub struct Poll<'t> {
    table: &'t Table,
    forms: Vec<Form<'t>>,
}

/// A form that stands on the page.
struct Form<'t> {
    /// Its first row.
    row: u32,
    spun: &'t Lexeme,
    /// The rows that are not out of question, with the logarithms of their odds before any vote.
    rows: Vec<(u32, f32)>,
    /// The original of each.
    originals: Vec<&'t Lexeme>,
    places: Vec<Place>,
}

/// Where a form stands.
struct Place {
    range: Range<usize>,
    /// What stood around it when it was asked last.
    around: Option<Neighbours>,
    /// What it said of each row of its form.
    said: Vec<Said>,
}

/// What a place says of a row.
struct Said {
    vote: f32,
    /// The part of the gain that comes from what stands further away than the language model sees.
    further: f32,
}

/// The strings of a table as the models know them, each looked up when it is first asked for.
pub struct Lexemes {
    /// By the first row of each form, and of each original.
    forms: Vec<OnceLock<Lexeme>>,
    originals: Vec<OnceLock<Lexeme>>,
}

impl Lexemes {
    /// Those of this table.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        let [forms, originals] = [(); 2].map(|()| table.rows().iter().map(|_| OnceLock::new()).collect());
        Self { forms, originals }
    }

    fn form(&self, table: &Table, row: u32) -> &Lexeme {
        self.forms[table.first_of_form(row) as usize].get_or_init(|| Lexeme::of(&table.row(row).spun))
    }

    fn original(&self, table: &Table, row: u32) -> &Lexeme {
        self.originals[table.first_of_original(row) as usize].get_or_init(|| Lexeme::of(&table.row(row).original))
    }
}

impl<'t> Poll<'t> {
    /// The forms that were found in a text. `prior` is the logarithm of the odds of a row whose form stands in so many
    /// places, without their votes; `None` where the row is out of question.
    #[must_use]
    pub fn new(table: &'t Table, lexemes: &'t Lexemes, hits: &[Hit], prior: impl Fn(u32, usize) -> Option<f32>) -> Self {
        let mut by_form: Vec<&Hit> = hits.iter().collect();
        by_form.sort_by_key(|hit| hit.row);
        let forms = by_form.chunk_by(|a, b| a.row == b.row).filter_map(|places| {
            let row = places[0].row;
            let rows: Vec<(u32, f32)> = table.same_form(row).filter_map(|row| Some((row, prior(row, places.len())?))).collect();
            let originals = rows.iter().map(|&(row, _)| lexemes.original(table, row)).collect();
            let unasked = |hit: &&Hit| Place { range: hit.range.clone(), around: None, said: Vec::new() };
            let places = places.iter().map(unasked).collect();
            (!rows.is_empty()).then(|| Form { row, spun: lexemes.form(table, row), rows, originals, places })
        });
        Self { table, forms: forms.collect() }
    }

    /// Lets the places vote, each beside what was `restored` around it.
    pub fn votes(&mut self, text: &str, restored: &[Restoration]) -> Votes {
        let mut odds: Vec<(u32, f32)> = Vec::new();
        for Form { spun, rows, originals, places, .. } in &mut self.forms {
            let first = odds.len();
            odds.extend_from_slice(rows);
            for place in places {
                place.ask(text, restored, spun, originals);
                odds[first..].iter_mut().zip(&place.said).for_each(|((_, odds), said)| *odds += said.vote);
            }
        }
        Votes { log_active: compete(self.table, odds) }
    }

    /// What a row gains in a place by what stands further away than the language model sees, when the place was asked last.
    #[must_use]
    pub fn further(&self, hit: &Hit, row: u32) -> f32 {
        let form = self.forms.binary_search_by_key(&hit.row, |form| form.row).ok().map(|at| &self.forms[at]);
        let said = form.and_then(|form| {
            let place = form.places.binary_search_by_key(&hit.range.start, |place| place.range.start).ok()?;
            let row = form.rows.iter().position(|&(other, _)| other == row)?;
            form.places[place].said.get(row)
        });
        said.map_or(0.0, |said| said.further)
    }
}

impl Place {
    /// Votes, unless it stands where it stood when it was asked before.
    fn ask(&mut self, text: &str, restored: &[Restoration], spun: &Lexeme, originals: &[&Lexeme]) {
        let neighbours = Neighbours::of(text, restored, &self.range);
        if self.around.as_ref() != Some(&neighbours) {
            let around = Surroundings::of(&neighbours);
            let say = |Gain { whole, further }| Said { vote: vote(whole), further };
            self.said = around.gains(originals, spun, LEAST_GAIN - SILENT).map(say).collect();
            self.around = Some(neighbours);
        }
    }
}

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
const LEAST_GAIN: f32 = 4.5;
/// What one place says in full, in nats; of what is above, the logarithm counts.
const SPEAKS: f32 = 5.0;
/// How much rows that share an original compete, against those that share a form.
const ONE_FORM: f32 = 0.5;
/// A form that is spun with this probability, as a logarithm, is restored to its likeliest original, if that has this share
/// of the odds of all, as a logarithm.
const SURELY_SPUN: f32 = -0.05;
const LIKELIEST: f32 = -0.8;
/// How active its row is then at least, as a logarithm.
const RESTORED_ANYHOW: f32 = -0.3;
/// Odds beyond this, as logarithms, are certainty.
const CERTAIN: f32 = 60.0;
/// A place that gains so much less than [`LEAST_GAIN`] says nothing.
const SILENT: f32 = 4.0;

impl Votes {
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
    let mut of_original = vec![0.0; table.rows().len()];
    for &(row, odds) in &odds {
        of_original[table.first_of_original(row) as usize] += odds.exp();
    }
    let mut log_active = vec![f32::NEG_INFINITY; table.rows().len()];
    for rows in odds.chunk_by(|a, b| table.first_of_form(a.0) == table.first_of_form(b.0)) {
        let of_form: f32 = rows.iter().map(|(_, odds)| odds.exp()).sum();
        for &(row, odds) in rows {
            let other_forms = (of_original[table.first_of_original(row) as usize] - odds.exp()).max(0.0);
            let all = of_form + ONE_FORM * other_forms;
            let alone = odds - (1.0 + all).ln();
            let surely_spun = of_form.ln() - of_form.ln_1p() >= SURELY_SPUN;
            let anyhow = surely_spun && odds - all.ln() >= LIKELIEST;
            log_active[row as usize] = if anyhow { alone.max(RESTORED_ANYHOW) } else { alone };
        }
    }
    log_active
}

#[cfg(test)]
mod tests {
    use super::super::table::{Builder, Tier};
    use super::*;
    use crate::language::LanguageModel;

    /// How sure a page is that 使命 stands for 工作 and for 任务.
    fn votes(text: &str) -> [f32; 2] {
        votes_beside(text, &[])
    }

    fn votes_beside(text: &str, restored: &[Restoration]) -> [f32; 2] {
        let mut builder = Builder::default();
        builder.read(std::path::Path::new("words.tsv"), "使命\t工作\ta\n使命\t任务\ta\n").expect("two rows");
        let table = builder.build(LanguageModel::embedded());
        assert!(table.rows().iter().all(|row| row.tier == Tier::Word));
        let hits: Vec<Hit> = table.forms(text).collect();
        let votes = Poll::new(&table, &Lexemes::of(&table), &hits, |_, _| Some(-4.0)).votes(text, restored);
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

    #[test]
    fn a_place_votes_beside_what_was_restored() {
        let text = "大家的闲居使命很忙。";
        let range = 9..15;
        assert_eq!(&text[range.clone()], "闲居");
        let edit = Restoration { range, after: "日常".to_owned(), rows: String::new(), gain: 9.0 };
        let (alone, beside) = (votes(text), votes_beside(text, &[edit]));
        assert!(alone[0] + 1.0 < beside[0], "{alone:?} {beside:?}");
    }

    #[test]
    fn a_form_that_is_surely_spun_goes_to_the_likelier_of_two_originals() {
        let mut builder = Builder::default();
        builder.read(std::path::Path::new("words.tsv"), "弃取\t选择\ta\n弃取\t采用\ta\n").expect("two rows");
        let table = builder.build(LanguageModel::embedded());
        let active = |odds: [f32; 2]| compete(&table, vec![(0, odds[0]), (1, odds[1])]);
        assert!(active([6.0, 6.1])[1] >= RESTORED_ANYHOW && active([6.0, 6.9])[0] < -1.0);
        assert!(active([0.0, 0.1]).into_iter().all(|log_active| log_active < -0.9));
    }
}
