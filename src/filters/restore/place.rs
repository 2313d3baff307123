//! What stands around a place of a text of which some places were restored.

use std::ops::Range;

use super::Restoration;
use crate::language::contexts::{Contexts, Mean, WINDOW, Word};
use crate::language::{LanguageModel, State, Symbol, carries_on};

/// The characters around a place that the models look at: those of its line, what was restored read in its stead.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    /// From the place backwards.
    before: Side,
    after: Side,
}

/// What stands around a place, as the models see it.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The two characters before.
    state: State,
    /// Those after; beyond the end of the line, its border.
    next: [Symbol; NEXT],
    /// The pairs of characters on both sides.
    mean: Mean,
}

/// A word as the models know it.
#[derive(Clone, Debug)]
pub struct Lexeme {
    symbols: Box<[Symbol]>,
    /// The state of the language model behind it, if that does not depend on what is before.
    state: Option<State>,
    /// Its number in the model of contexts.
    word: Option<Word>,
}

/// By how much likelier a place is with one word than with another, in nats.
#[derive(Clone, Copy, Debug)]
pub struct Gain {
    /// By both models.
    pub whole: f32,
    /// The part of it that comes from what stands further away than the language model sees.
    pub further: f32,
}

/// How many characters after a place the language model sees from the end of a word.
const NEXT: usize = 2;
/// How much what stands further away says, in nats for each unit of its model.
const FURTHER: f32 = 0.8;

impl Neighbours {
    /// The neighbours of this place of a text.
    #[must_use]
    pub fn of(text: &str, restored: &[Restoration], place: &Range<usize>) -> Self {
        Self { before: before(text, restored, place.start), after: after(text, restored, place.end) }
    }
}

impl Lexeme {
    /// A word looked up.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let model = LanguageModel::embedded();
        let symbols: Box<[Symbol]> = text.chars().map(|c| model.symbol(c)).collect();
        let state = match *symbols {
            [.., earlier, last] if !symbols.iter().any(|&symbol| carries_on(symbol, symbol)) => {
                Some(model.advance(State::after(earlier), last))
            }
            _ => None,
        };
        Self { symbols, state, word: Contexts::embedded().word(text) }
    }
}

impl Surroundings {
    /// What these neighbours tell.
    #[must_use]
    pub fn of(neighbours: &Neighbours) -> Self {
        let model = LanguageModel::embedded();
        let Neighbours { before, after } = neighbours;
        let state = match *before.characters() {
            [] => State::START,
            [last] => model.advance(State::START, model.symbol(last)),
            [last, earlier, ..] => model.advance(State::after(model.symbol(earlier)), model.symbol(last)),
        };
        let mut next = [Symbol::LINE; NEXT];
        next.iter_mut().zip(after.characters()).for_each(|(symbol, &c)| *symbol = model.symbol(c));
        let mut left = *before;
        left.characters_mut().reverse();
        let mean = Contexts::embedded().mean(left.characters(), after.characters());
        Self { state, next, mean }
    }

    /// What the place gains by each of these words against another; some value below `least` where it is below that.
    pub fn gains(&self, words: &[&Lexeme], other: &Lexeme, least: f32) -> impl Iterator<Item = Gain> {
        let contexts = Contexts::embedded();
        let far = contexts.fit(&self.mean, other.word);
        let near = self.fit(other, f32::NEG_INFINITY);
        words.iter().map(move |word| {
            let lean = far.and_then(|far| Some(contexts.fit(&self.mean, word.word)? - far));
            let further = FURTHER * lean.unwrap_or(0.0);
            Gain { whole: self.fit(word, near + least - further) - near + further, further }
        })
    }

    /// The logarithm of the probability of a word here together with what follows it; some value below `least` where it
    /// is below that.
    fn fit(&self, word: &Lexeme, least: f32) -> f32 {
        let model = LanguageModel::embedded();
        let (mut state, mut sum) = (self.state, 0.0);
        let symbols = word.symbols.iter().chain(&self.next);
        let (end, all) = (word.symbols.len(), word.symbols.len() + NEXT);
        for (number, &symbol) in (1..).zip(symbols) {
            let known = word.state.filter(|_| number == end);
            // Behind the last symbol no state is asked for.
            let (next, log_prob) = match known.or((number == all).then_some(state)) {
                Some(next) => (next, model.log_prob(state, symbol)),
                None => model.step(state, symbol),
            };
            state = next;
            sum += log_prob;
            if sum < least {
                break;
            }
        }
        sum
    }
}

/// The characters on one side of a place, from it outwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Side {
    room: [char; WINDOW],
    len: usize,
}

impl Side {
    fn characters(&self) -> &[char] {
        &self.room[..self.len]
    }

    fn characters_mut(&mut self) -> &mut [char] {
        &mut self.room[..self.len]
    }

    /// Takes characters while there is room and the line goes on, and says whether more could be taken.
    fn take(&mut self, characters: impl Iterator<Item = char>) -> bool {
        for c in characters {
            if self.len == WINDOW || c == '\n' {
                return false;
            }
            self.room[self.len] = c;
            self.len += 1;
        }
        true
    }
}

/// What stands before a place. One within a restoration begins where that does.
fn before(text: &str, restored: &[Restoration], place: usize) -> Side {
    let (mut side, mut end) = (Side::default(), place);
    let behind = restored.partition_point(|edit| edit.range.start < place);
    for edit in restored[..behind].iter().rev() {
        if edit.range.end <= end && !(side.take(text[edit.range.end..end].chars().rev()) && side.take(edit.after.chars().rev())) {
            return side;
        }
        end = edit.range.start;
    }
    side.take(text[..end].chars().rev());
    side
}

/// What stands after a place. One within a restoration ends where that does.
fn after(text: &str, restored: &[Restoration], place: usize) -> Side {
    let (mut side, mut start) = (Side::default(), place);
    let first = restored.partition_point(|edit| edit.range.end <= place);
    for edit in &restored[first..] {
        if edit.range.start >= start && !(side.take(text[start..edit.range.start].chars()) && side.take(edit.after.chars())) {
            return side;
        }
        start = edit.range.end;
    }
    side.take(text[start..].chars());
    side
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Range<usize>, after: &str) -> Restoration {
        Restoration { range, after: after.to_owned(), rows: String::new(), gain: 9.0 }
    }

    #[test]
    fn restored_words_are_read_in_their_stead() {
        let text = "abcdefghij";
        let restored = [edit(1..3, "X"), edit(3..4, ""), edit(6..8, "YZ")];
        let sides = |place: Range<usize>| {
            let Neighbours { before, after } = Neighbours::of(text, &restored, &place);
            (before.characters().iter().rev().collect::<String>(), after.characters().iter().collect::<String>())
        };
        assert_eq!(sides(4..5), ("aX".to_owned(), "fYZij".to_owned()));
        assert_eq!(sides(6..8), ("aXef".to_owned(), "ij".to_owned()), "a place that was restored itself");
        assert_eq!(sides(2..7), ("a".to_owned(), "ij".to_owned()), "a place across the borders of others");
        assert_eq!(sides(0..1), (String::new(), "XefYZij".to_owned()));
        assert_eq!(sides(9..10), ("aXefYZi".to_owned(), String::new()));
    }

    #[test]
    fn a_line_is_seen_and_no_more() {
        let of = |text: &str| {
            let place = text.find('中').expect("each has one");
            Neighbours::of(text, &[], &(place..place + '中'.len_utf8()))
        };
        assert_eq!(of("晨会\n中\n散场"), of("天气\n中\n下雨"));
        assert_ne!(of("晨会，中\n散场"), of("天气，中\n下雨"));
    }
}
