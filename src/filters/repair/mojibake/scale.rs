//! What the language model says about a character of a line that may be garbled.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use super::latin;
use crate::characters::CharacterSet;
use crate::language::{LanguageModel, State, Symbol};
use crate::page::Page;
use crate::script;

/// The language model, with what it has to know about garbled text.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    model: &'static LanguageModel,
    odd: &'static CharacterSet,
    /// What Han characters count as where they are decoded.
    han: &'static [Symbol],
}

/// No character of the text as it stands costs more than this many nats: rare characters in a row are no proof of damage.
const RAREST: f32 = -9.5;

/// Rarer than this (natural logarithm of the share in Chinese text), a Han character makes a line suspicious.
const LEAST_SHARE: f32 = -12.0;

/// Characters that hardly occur in Chinese text.
static RARE: LazyLock<CharacterSet> = LazyLock::new(|| {
    let model = LanguageModel::embedded();
    CharacterSet::of(|c| {
        let symbol = model.symbol(c);
        symbol == Symbol::UNKNOWN || model.log_frequency(symbol) < LEAST_SHARE
    })
});

/// All but ASCII, known Han, and the marks of Chinese text.
static ODD: LazyLock<CharacterSet> = LazyLock::new(|| {
    CharacterSet::of(|c| match c {
        '\u{80}'..='\u{FF}' => true,
        '\u{100}'..='\u{25FF}' => !latin::is_mark(c),
        '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' => RARE.holds(c) == Some(true),
        '\u{AC00}'..='\u{D7A3}' | '\u{FF61}'..='\u{FF9F}' => true,
        _ => false,
    })
});

/// The first of the Han characters that most text is made of, and the last.
const HAN: RangeInclusive<char> = '\u{4E00}'..='\u{9FFF}';

/// The model knows simplified text only: a traditional character that is rare in it counts as its simplified one.
static HAN_SYMBOLS: LazyLock<Vec<Symbol>> = LazyLock::new(|| {
    let model = LanguageModel::embedded();
    let known = |c: char| if RARE.holds(c) == Some(true) { script::simplified(c) } else { None };
    HAN.map(|c| model.symbol(known(c).unwrap_or(c))).collect()
});

/// The characters that [`Scale::odd`] finds.
pub(super) fn odd() -> &'static CharacterSet {
    &ODD
}

impl Scale {
    /// The scale over the embedded model.
    pub(super) fn new() -> Self {
        Self { model: LanguageModel::embedded(), odd: &ODD, han: &HAN_SYMBOLS }
    }

    /// One character more on the path as it stands.
    pub(super) fn as_it_stands(&self, state: State, c: char) -> (State, f32) {
        let (state, cost) = self.model.step(state, self.model.symbol(c));
        (state, cost.max(RAREST))
    }

    /// What each of several characters costs on the path as it stands.
    pub(super) fn all_as_they_stand(&self, state: State, chars: &[char]) -> Vec<f32> {
        let symbols: Vec<Symbol> = chars.iter().map(|&c| self.model.symbol(c)).collect();
        let mut costs = Vec::with_capacity(symbols.len());
        self.model.walk(state, &symbols, |cost| costs.push(cost.max(RAREST)));
        costs
    }

    /// The sum over several characters.
    pub(super) fn sum_as_it_stands(&self, state: State, chars: impl Iterator<Item = char>) -> f32 {
        chars
            .fold((state, 0.0), |(state, sum), c| {
                let (state, cost) = self.as_it_stands(state, c);
                (state, sum + cost)
            })
            .1
    }

    /// One character more on the decoded path.
    pub(super) fn decoded(&self, state: State, c: char) -> (State, f32) {
        self.model.step(state, self.symbol(c))
    }

    /// What one character more costs on the decoded path.
    pub(super) fn decoded_after(&self, state: State, c: char) -> f32 {
        self.model.log_prob(state, self.symbol(c))
    }

    /// The state after decoded text.
    pub(super) fn state_of(&self, text: &str) -> State {
        text.chars().fold(State::BLANK, |state, c| self.decoded(state, c).0)
    }

    /// How likely a character is in a state, with what comes after it.
    pub(super) fn sum_decoded(&self, state: State, c: char, after: &str) -> f32 {
        std::iter::once(c)
            .chain(after.chars())
            .fold((state, 0.0), |(state, sum), c| {
                let (state, cost) = self.decoded(state, c);
                (state, sum + cost)
            })
            .1
    }

    /// Whether the model knows a character well enough to guess it. Letters and digits could be any other ones, and a blank
    /// fits anywhere.
    pub(super) fn is_common(&self, c: char) -> bool {
        !self.is_rare(c) && (HAN.contains(&c) || !c.is_alphanumeric() && !c.is_whitespace())
    }

    /// Whether two characters are the same to the model: a traditional one and its simplified one, quotes of two scripts.
    pub(super) fn is_alike(&self, one: char, other: char) -> bool {
        self.symbol(one) == self.symbol(other)
    }

    fn symbol(&self, c: char) -> Symbol {
        let han = (c as usize).checked_sub(*HAN.start() as usize).and_then(|at| self.han.get(at));
        han.copied().unwrap_or_else(|| self.model.symbol(c))
    }

    /// The state after a character, when nothing is known of what came before it.
    pub(super) fn state_after(&self, c: char) -> State {
        State::after(self.model.symbol(c))
    }

    /// The state after a lost character.
    pub(super) fn after_lost(&self) -> State {
        State::BLANK
    }

    /// The characters of a page that may be unlike Chinese text, alone or with their neighbours: all but ASCII, known Han and the
    /// marks of Chinese text.
    pub(super) fn odd<'t>(&self, page: Page<'t>) -> impl Iterator<Item = (usize, char)> + use<'t> {
        page.places(self.odd).filter(|&(_, c)| c <= '\u{FFFF}')
    }

    /// Whether a character hardly occurs in Chinese text, as none beyond the basic plane does.
    pub(super) fn is_rare(&self, c: char) -> bool {
        RARE.holds(c).unwrap_or(true)
    }
}
