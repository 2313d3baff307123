//! Words that injected text holds, by what it is about, and the strings of spinners.

use std::ops::Range;
use std::sync::LazyLock;

use crate::filters::normalise::rows;
use crate::filters::restore::table::{EMBEDDED, Tier, tier_of};
use crate::keywords::{Keywords, leftmost_longest};
use crate::page::Page;

/// A sign on a page.
#[derive(Clone, Debug)]
pub(crate) struct Sign {
    /// Where it stands.
    pub range: Range<usize>,
    /// What text with the word is about: a number for each kind of the table.
    pub kind: u8,
    /// How rare the word is in honest text.
    pub weight: f32,
    /// The number of its row, to tell it from others.
    pub row: u32,
}

/// The kind of the words that offer a contact.
pub(crate) const CALL: u8 = 0;
/// The kind of the words with which news and the police write of pitches, or ask for help: they speak for a text.
pub(crate) const HONEST: u8 = 1;
/// The kind of the words of gambling sites.
pub(crate) const GAMBLE: u8 = 2;

/// The words that a page is searched for.
pub(super) fn keywords() -> &'static Keywords {
    &LEXICON.words
}

/// The signs of a page in order.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    pub found: Vec<Sign>,
    /// Whether the page holds what spinners write.
    pub spun: bool,
}

impl Signs {
    /// The signs of a page.
    pub(crate) fn of(page: Page<'_>) -> Self {
        let mut signs = Self::default();
        for word in leftmost_longest(page.find(&LEXICON.words).into_owned()) {
            match LEXICON.rows.get(word.number as usize) {
                Some(&(kind, weight)) => {
                    signs.found.push(Sign { range: word.start..word.end, kind, weight, row: word.number });
                }
                None => signs.spun = true,
            }
        }
        signs
    }

    /// The signs that stand in a range of the page.
    pub(crate) fn within(&self, range: &Range<usize>) -> &[Sign] {
        let start = self.found.partition_point(|sign| sign.range.start < range.start);
        let end = self.found.partition_point(|sign| sign.range.end <= range.end);
        &self.found[start..end.max(start)]
    }
}

/// The words of `rules/signs.tsv`, and behind them the strings that spinners leave.
struct Lexicon {
    words: Keywords,
    rows: Vec<(u8, f32)>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let (mut words, mut lexicon_rows, mut kinds) = (Vec::new(), Vec::new(), vec!["contact", "honest", "gamble"]);
    for row in rows(include_str!("../../../rules/signs.tsv")) {
        let mut fields = row.split('\t');
        let (Some(word), Some(kind), Some(weight)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let number = kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len());
        if number == kinds.len() {
            kinds.push(kind);
        }
        words.push(word);
        let weight = weight.parse().expect("a number; the tests read every row");
        lexicon_rows.push((u8::try_from(number).expect("a few kinds"), weight));
    }
    let known: std::collections::HashSet<&str> = words.iter().copied().collect();
    for (_, table) in EMBEDDED.iter().filter(|(file, _)| tier_of(file) != Tier::Word) {
        let forms = rows(table).filter_map(|row| row.split('\t').next());
        let mut forms: Vec<&str> = forms.filter(|form| form.chars().nth(1).is_some() && !known.contains(form)).collect();
        forms.dedup();
        words.extend(forms);
    }
    Lexicon { words: Keywords::new(words), rows: lexicon_rows }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_sorted_and_unique() {
        let words: Vec<&str> = rows(include_str!("../../../rules/signs.tsv")).filter_map(|row| row.split('\t').next()).collect();
        assert!(words.windows(2).all(|two| two[0] < two[1]));
        assert!(words.len() > 500);
        assert!(LEXICON.rows.iter().all(|&(_, weight)| weight >= 0.0));
    }

    #[test]
    fn signs_are_found_in_their_range() {
        let text = "加微信免费荐股。河水退了，一又友都来看。";
        let signs = Signs::of(Page::new(text));
        assert!(signs.spun);
        assert_eq!(signs.within(&(0..text.len())).len(), signs.found.len());
        assert!(signs.within(&(text.find("河").expect("there")..text.len())).is_empty());
    }
}
