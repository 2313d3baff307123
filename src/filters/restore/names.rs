//! Names that hold a spun form: the teacher 莫得全 is no 没有全.

use std::collections::HashMap;
use std::ops::Range;

use super::table::{Hit, Table};
use crate::language::{LanguageModel, State};

/// Forms that are parts of names.
///
/// What follows a spun form is what follows its original, and varies. A form that the same character follows again and
/// again, though the model sees nothing that binds it to the original, is a part of a name. This can be told only of
/// originals of two characters and more: 思 and 大 are in names themselves (何念念涵), 没有 never is.
pub struct Names {
    places: Vec<Range<usize>>,
}

/// So often the string must stand on the page.
const REPEATED: usize = 2;
/// In this share of the places of the form, at least.
const SHARE: f32 = 0.4;
/// How much likelier at most the original may make the character, in nats.
const BOUND: f32 = 0.5;

impl Names {
    /// Finds them among the forms of a text.
    #[must_use]
    pub fn of(table: &Table, text: &str, hits: &[Hit]) -> Self {
        let mut places = Vec::new();
        let mut by_form = HashMap::<u32, Vec<&Hit>>::new();
        let of_words = |hit: &&Hit| table.same_form(hit.row).any(|row| is_word(&table.row(row).original));
        for hit in hits.iter().filter(of_words) {
            by_form.entry(hit.row).or_default().push(hit);
        }
        for (row, hits) in by_form.into_iter().filter(|(_, hits)| hits.len() >= REPEATED) {
            let mut after = HashMap::<char, Vec<&Hit>>::new();
            for hit in &hits {
                if let Some(next) = text[hit.range.end..].chars().next() {
                    after.entry(next).or_default().push(hit);
                }
            }
            for (next, repeated) in after {
                let often = repeated.len() >= REPEATED && repeated.len() as f32 >= SHARE * hits.len() as f32;
                let mut originals =
                    table.same_form(row).map(|row| &*table.row(row).original).filter(|original| is_word(original));
                if often && next.is_alphabetic() && originals.all(|original| is_free(original, next)) {
                    places.extend(repeated.into_iter().map(|hit| hit.range.clone()));
                }
            }
        }
        Self { places }
    }

    /// Whether a hit is a part of a name.
    #[must_use]
    pub fn has(&self, hit: &Hit) -> bool {
        self.places.contains(&hit.range)
    }
}

/// Whether a string has two characters or more.
fn is_word(string: &str) -> bool {
    string.chars().nth(1).is_some()
}

/// Whether nothing binds a character to the word before it.
fn is_free(word: &str, next: char) -> bool {
    let model = LanguageModel::embedded();
    let symbol = model.symbol(next);
    let (state, _) = model.score_from(State::BLANK, word);
    model.log_prob(state, symbol) < model.log_frequency(symbol) + BOUND
}
