//! Names of persons, in which the language model sees next to nothing: is the scientist 鲍抓远 a 鲍持远?

use std::collections::HashMap;
use std::sync::LazyLock;

use super::table::Row;
use crate::filters::normalise::rows;
use crate::language::{LanguageModel, State};

/// How often characters begin a name, and stand in one.
pub struct Persons {
    /// The share of a surname's places that begin a name.
    surnames: HashMap<char, f32>,
    /// How often a character stands in given names, for each of their characters, as a logarithm.
    given: HashMap<char, f32>,
}

/// What the table leaves out is in given names less often than this, for each of their characters.
const RARE: f32 = 1e-6;
/// What a name says at most against and for a row, in nats.
const SAYS: (f32, f32) = (-3.0, 4.0);
/// A given name has so many characters at most.
const GIVEN: usize = 2;

impl Persons {
    /// The table that comes with the program, read when a spun page is first restored.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Persons> = LazyLock::new(|| Persons::read(include_str!("../../../rules/names.tsv")));
        &SHARED
    }

    fn read(table: &'static str) -> Self {
        let mut persons = Self { surnames: HashMap::new(), given: HashMap::new() };
        for row in rows(table) {
            let mut columns = row.split('\t');
            let (Some(kind), Some(name), Some(number)) = (columns.next(), columns.next(), columns.next()) else { continue };
            let (Some(name), Ok(number)) = (name.chars().next(), number.parse::<f32>()) else { continue };
            match kind {
                "surname" => persons.surnames.insert(name, number),
                _ => persons.given.insert(name, (number * 1e-6).ln()),
            };
        }
        persons
    }

    /// How much likelier a name, which so likely has [begun](Self::begun) before it, makes it that a row was applied, in nats,
    /// beside what ordinary text says of its two characters; 0 where none has begun.
    #[must_use]
    pub fn speak(&self, begun: f32, row: &Row) -> f32 {
        if begun == 0.0 || row.original.chars().count() > 1 {
            return 0.0;
        }
        let in_names = self.fit(&row.original) - self.fit(&row.spun);
        let model = LanguageModel::embedded();
        let anywhere = |string: &str| model.score_from(State::BLANK, string).1;
        let in_text = anywhere(&row.original) - anywhere(&row.spun);
        begun * (in_names - in_text).clamp(SAYS.0, SAYS.1)
    }

    /// How likely a given name goes on behind this text: a surname is its last character, or the last but one before a
    /// character that is more frequent in names than elsewhere.
    #[must_use]
    pub fn begun(&self, before: &str) -> f32 {
        let mut last = before.chars().rev().take(GIVEN);
        let surname = |c: Option<char>| c.and_then(|c| self.surnames.get(&c)).copied().unwrap_or(0.0);
        let (first, earlier) = (last.next(), last.next());
        surname(first).max(if first.is_some_and(|c| self.is_of_names(c)) { surname(earlier) } else { 0.0 })
    }

    fn is_of_names(&self, c: char) -> bool {
        let model = LanguageModel::embedded();
        self.given.get(&c).is_some_and(|&rate| rate > model.log_frequency(model.symbol(c)))
    }

    /// The logarithm of how often a string of characters stands in given names.
    fn fit(&self, string: &str) -> f32 {
        string.chars().map(|c| self.given.get(&c).copied().unwrap_or(RARE.ln())).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Table, Tier};
    use super::*;

    fn speak(before: &str, spun: &str, original: &str) -> f32 {
        let table = Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft]);
        let row = table.rows().iter().find(|row| &*row.spun == spun && &*row.original == original);
        let persons = Persons::shared();
        persons.speak(persons.begun(before), row.expect("a row of the tables"))
    }

    #[test]
    fn a_surname_speaks_for_what_names_hold() {
        assert!(speak("馆长鲍", "抓", "持") > 1.0);
        assert!(speak("馆长孟思", "好意思", "美") > 2.0);
        assert_eq!(speak("警方已经", "抓", "持"), 0.0);
        assert_eq!(speak("", "抓", "持"), 0.0);
        assert_eq!(speak("馆长孟", "莫得", "没有"), 0.0);
        assert_eq!(speak("王不", "抓", "持"), 0.0, "no name goes on behind 不");
    }

    #[test]
    fn names_are_sorted_and_cover_what_is_swapped_alone() {
        let names: Vec<&str> = rows(include_str!("../../../rules/names.tsv")).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        let table = Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft]);
        for row in table.rows().iter().filter(|row| row.original.chars().count() == 1) {
            for c in row.original.chars().chain(row.spun.chars()) {
                assert!(Persons::shared().given.contains_key(&c), "{c} of {} has no row", row.name());
            }
        }
    }
}
