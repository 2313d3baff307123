//! How likely a piece of Chinese is: a pruned character trigram, used in place.
//!
//! The model is the arbiter of the filters. Is 世界 likelier here than 宇宙? Does the sentence read better without this
//! phrase? Which of two decodings is Chinese? It answers with natural logarithms of probabilities, so differences of
//! scores are log-likelihood ratios and sums are sequences.
//!
//! ```
//! use jingwen::language::LanguageModel;
//!
//! let model = LanguageModel::embedded();
//! assert!(model.score("世界上的人") > model.score("宇宙上的东说念主"));
//! ```
//!
//! The file is read where it lies: opening one checks its header and nothing else, and a look-up reads three or four
//! cache lines. [`training`] makes such a file from plain text; `docs/language-model.md` has layout and measurements.

pub mod contexts;
mod folding;
mod format;
pub mod training;

use std::borrow::Cow;
use std::fmt;
use std::sync::LazyLock;

pub use folding::{carries_on, fold};
use format::{Layout, Probe};

/// What the model tells apart: a character, a run of digits, a run of Latin letters, a space, or the border of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(u16);

impl Symbol {
    /// Any character that is not in the vocabulary. Its probability is that of one such character, not of the class.
    pub const UNKNOWN: Self = Self(0);
    /// The border of a line: as context its start, as next symbol its end.
    pub const LINE: Self = Self(1);
    /// A run of spaces of any width.
    pub const SPACE: Self = Self(2);
    /// A run of digits, ASCII or full-width.
    pub const DIGITS: Self = Self(3);
    /// A run of Latin letters, ASCII or full-width.
    pub const LATIN: Self = Self(4);
}

/// What came before, as far as the model can see: equal states give equal probabilities for ever after.
///
/// A decoder may therefore merge hypotheses with equal states and stay exact. A state belongs to the model that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct State {
    last: Symbol,
    /// Where the triples that begin with the last two symbols lie in the file, and how many they are. Without any, the
    /// symbol before the last makes no difference, and is forgotten.
    triples: u32,
    count: u16,
    /// The cost of finding none among them.
    back_off: u8,
}

impl State {
    /// The start of a line.
    pub const START: Self = Self::after(Symbol::LINE);
    /// Nothing is known about what came before.
    pub const BLANK: Self = Self::after(Symbol::UNKNOWN);

    /// Only the last symbol is known.
    #[must_use]
    pub const fn after(symbol: Symbol) -> Self {
        Self { last: symbol, triples: 0, count: 0, back_off: 0 }
    }

    /// The last symbol; a run of digits, letters or spaces is one symbol.
    #[must_use]
    pub const fn last(self) -> Symbol {
        self.last
    }
}

/// A character trigram with back-off, in the bytes of its file.
#[derive(Clone)]
pub struct LanguageModel {
    bytes: Cow<'static, [u8]>,
    layout: Layout,
}

impl LanguageModel {
    /// The model that is built in, trained on Chinese prose. Costs nothing: the bytes are part of the program.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static BYTES: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/model/zh.ngram"));
        static MODEL: LazyLock<LanguageModel> =
            LazyLock::new(|| LanguageModel::from_bytes(BYTES).expect("the committed model is whole; a test opens it"));
        &MODEL
    }

    /// Opens the bytes of a model file. Only the header and the length are checked; look-ups in a file that is damaged
    /// further inside give wrong numbers, but never panic.
    ///
    /// # Errors
    /// When the bytes are not a model, of another version of the format, or cut.
    pub fn from_bytes(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let bytes = bytes.into();
        let layout = Layout::read(&bytes)?;
        Ok(Self { bytes, layout })
    }

    /// The symbol of a character after [`fold`]ing; [`Symbol::UNKNOWN`] if it is not in the vocabulary.
    #[must_use]
    pub fn symbol(&self, c: char) -> Symbol {
        let code = c as usize;
        if code >= format::CODE_POINTS {
            return Symbol::UNKNOWN;
        }
        format::u16_at(&self.bytes, format::HEADER + code * 2).map_or(Symbol::UNKNOWN, Symbol)
    }

    /// How likely `symbol` is after `state` (natural logarithm, 0 or less), and the state that follows.
    ///
    /// This is the one place where runs count once: a symbol that only [carries on](carries_on) a run costs 0 and leaves
    /// the state as it is.
    #[must_use]
    pub fn step(&self, state: State, symbol: Symbol) -> (State, f32) {
        if carries_on(state.last, symbol) {
            return (state, 0.0);
        }
        let (triple, pair) = (self.probe_triple(state, symbol), self.probe_pair(state.last, symbol));
        let pair = self.pair(&pair);
        let log_prob = Self::triple(&triple).unwrap_or_else(|| self.without_triple(state, symbol, pair));
        (self.next_state(pair, symbol), log_prob)
    }

    /// Natural logarithm of the probability of `symbol` after `state`; 0 where it carries on a run.
    #[must_use]
    pub fn log_prob(&self, state: State, symbol: Symbol) -> f32 {
        if carries_on(state.last, symbol) {
            return 0.0;
        }
        let (triple, pair) = (self.probe_triple(state, symbol), self.probe_pair(state.last, symbol));
        Self::triple(&triple).unwrap_or_else(|| self.without_triple(state, symbol, self.pair(&pair)))
    }

    /// The [steps](Self::step) through known symbols: what each costs is told in order, and the state at the end given back.
    ///
    /// In memory that is far away, it is several times as fast as one step after the other: the reads of [`TOGETHER`] symbols
    /// begin before any of them is waited for.
    pub(crate) fn walk(&self, mut state: State, symbols: &[Symbol], mut each: impl FnMut(f32)) -> State {
        for symbols in symbols.chunks(TOGETHER) {
            let mut last = state.last;
            let probe = |&symbol: &Symbol| {
                let probe = (!carries_on(last, symbol)).then(|| self.probe_pair(last, symbol));
                last = if probe.is_some() { symbol } else { last };
                probe
            };
            let pairs: Vec<_> = symbols.iter().map(probe).collect();
            let step = |(probe, &symbol): (&Option<_>, &Symbol)| {
                let pair = self.pair(probe.as_ref()?);
                let next = self.next_state(pair, symbol);
                Some((std::mem::replace(&mut state, next), pair))
            };
            let steps: Vec<_> = pairs.iter().zip(symbols).map(step).collect();
            let probe = |(step, &symbol): (&Option<(State, _)>, &Symbol)| {
                step.as_ref().map(|(before, _)| self.probe_triple(*before, symbol))
            };
            let triples: Vec<_> = steps.iter().zip(symbols).map(probe).collect();
            for ((step, triple), &symbol) in steps.iter().zip(&triples).zip(symbols) {
                each(match (step, triple) {
                    (Some((before, pair)), Some(triple)) => {
                        Self::triple(triple).unwrap_or_else(|| self.without_triple(*before, symbol, *pair))
                    }
                    _ => 0.0,
                });
            }
        }
        state
    }

    /// The state after `symbol`.
    #[must_use]
    pub fn advance(&self, state: State, symbol: Symbol) -> State {
        if carries_on(state.last, symbol) {
            return state;
        }
        self.next_state(self.pair(&self.probe_pair(state.last, symbol)), symbol)
    }

    /// The state after a text that goes on from `state`. It is told by the last two symbols alone: one look-up, however long the
    /// text is.
    #[must_use]
    pub fn state_after(&self, state: State, text: impl IntoIterator<Item = char>) -> State {
        let (mut last, mut pair) = (state.last, None);
        for symbol in text.into_iter().map(|c| self.symbol(c)) {
            if !carries_on(last, symbol) {
                pair = Some((last, symbol));
                last = symbol;
            }
        }
        pair.map_or(state, |(earlier, last)| self.advance(State::after(earlier), last))
    }

    /// Natural logarithm of the probability of a whole text, each line from its start.
    ///
    /// The end of the last line is not counted, so a fragment is not punished for being one; ends of the lines before
    /// it are.
    #[must_use]
    pub fn score(&self, text: &str) -> f32 {
        self.score_from(State::START, text).1
    }

    /// Like [`score`](Self::score) for a text that goes on from `state`; also gives the state at its end.
    #[must_use]
    pub fn score_from(&self, state: State, text: &str) -> (State, f32) {
        text.chars().fold((state, 0.0), |(state, sum), c| {
            let (next, log_prob) = self.step(state, self.symbol(c));
            (next, sum + log_prob)
        })
    }

    /// Natural logarithm of the share of `symbol` in the training text: how common it is, whatever the context.
    #[must_use]
    pub fn log_frequency(&self, symbol: Symbol) -> f32 {
        self.symbol_field(symbol, 8).unwrap_or(IMPOSSIBLE)
    }

    /// How often a string is expected at each character of ordinary text. Exact for one and two characters as far as the model
    /// is; a little too high for longer strings.
    #[must_use]
    pub fn expected_rate(&self, string: &str) -> f32 {
        let mut characters = string.chars();
        let Some(first) = characters.next().map(|c| self.symbol(c)) else { return 0.0 };
        (self.log_frequency(first) + self.score_from(State::after(first), characters.as_str()).1).exp()
    }

    /// All symbols of the vocabulary, the five special ones first.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> + use<> {
        (0..=u16::MAX).take(self.layout.symbols).map(Symbol)
    }

    /// Numbers of symbols, pairs and triples in the model.
    #[must_use]
    pub fn sizes(&self) -> [usize; 3] {
        [self.layout.symbols, self.layout.pairs, self.layout.triples]
    }

    /// The log-probability, by the pair (last, symbol) or by the symbol alone, of what no triple in the file gives.
    fn without_triple(&self, state: State, symbol: Symbol, pair: Option<&[u8]>) -> f32 {
        let shorter = match pair.and_then(|record| record.get(2)) {
            Some(&cost) => format::nats(cost),
            None => self.back_off(state.last) + self.unigram(symbol),
        };
        format::nats(state.back_off) + shorter
    }

    fn unigram(&self, symbol: Symbol) -> f32 {
        self.symbol_field(symbol, 0).unwrap_or(IMPOSSIBLE)
    }

    fn back_off(&self, symbol: Symbol) -> f32 {
        self.symbol_field(symbol, 4).unwrap_or(0.0)
    }

    fn symbol_field(&self, symbol: Symbol, offset: usize) -> Option<f32> {
        format::f32_at(&self.bytes, self.symbol_record(symbol) + offset)
    }

    fn symbol_record(&self, symbol: Symbol) -> usize {
        self.layout.symbol_records + usize::from(symbol.0) * format::SYMBOL_RECORD
    }

    /// The search for a pair, in the row of its first symbol, which begins at this byte of the pairs.
    fn probe_pair(&self, first: Symbol, second: Symbol) -> (usize, Probe<'_, { format::PAIR_RECORD }>) {
        let (start, row) = self.pair_row(first).unwrap_or_default();
        (start, Probe::new(row, second.0, self.layout.reciprocal))
    }

    /// The pairs that begin with a symbol, and where they lie among all.
    fn pair_row(&self, first: Symbol) -> Option<(usize, &[u8])> {
        let record = self.symbol_record(first);
        let place = |at| (format::u32_at(&self.bytes, at)? as usize).checked_mul(format::PAIR_RECORD);
        let (start, end) = (place(record + 12)?, place(record + format::SYMBOL_RECORD + 12)?);
        Some((start, self.pairs()?.get(start..end)?))
    }

    /// The bytes of the pairs from the record of the one that is found on.
    fn pair(&self, (start, probe): &(usize, Probe<'_, { format::PAIR_RECORD }>)) -> Option<&[u8]> {
        self.pairs()?.get(start + probe.find()? * format::PAIR_RECORD..)
    }

    fn pairs(&self) -> Option<&[u8]> {
        self.bytes.get(self.layout.pair_records..self.layout.triple_records)
    }

    /// The state after a symbol, with the record of the pair that it ends.
    fn next_state(&self, pair: Option<&[u8]>, symbol: Symbol) -> State {
        match pair {
            Some(pair) if symbol != Symbol::LINE => self.after_pair(pair, symbol),
            _ => State::after(symbol),
        }
    }

    /// The state after the pair with this record, which ends with `last`.
    fn after_pair(&self, record: &[u8], last: Symbol) -> State {
        let start = format::u24_at(record, 4).unwrap_or(0);
        let end = format::u24_at(record, format::PAIR_RECORD + 4).unwrap_or(0);
        match end.checked_sub(start).and_then(|count| u16::try_from(count).ok()) {
            None | Some(0) => State::after(last),
            Some(count) => State { last, triples: start, count, back_off: record.get(3).copied().unwrap_or(0) },
        }
    }

    /// The search for a triple, among those that begin with the last two symbols.
    fn probe_triple(&self, state: State, third: Symbol) -> Probe<'_, { format::TRIPLE_RECORD }> {
        let start = self.layout.triple_records + state.triples as usize * format::TRIPLE_RECORD;
        let row = self.bytes.get(start..start + usize::from(state.count) * format::TRIPLE_RECORD);
        Probe::new(row.unwrap_or_default(), third.0, self.layout.reciprocal)
    }

    /// The log-probability of the triple that is found.
    fn triple(probe: &Probe<'_, { format::TRIPLE_RECORD }>) -> Option<f32> {
        probe.row.get(probe.find()? * format::TRIPLE_RECORD + 2).map(|&cost| format::nats(cost))
    }
}

/// How many symbols [`LanguageModel::walk`] reads together.
const TOGETHER: usize = 64;

impl fmt::Debug for LanguageModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LanguageModel").field("sizes", &self.sizes()).finish_non_exhaustive()
    }
}

/// Stands for ln 0 where a damaged file has no number.
const IMPOSSIBLE: f32 = -30.0;

/// Why bytes are not a language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelError {
    /// The bytes do not begin like a model.
    NotAModel,
    /// The file was written in another version of the format.
    Version {
        /// The version it claims.
        found: u32,
    },
    /// The file is cut, or something was added to it.
    Length {
        /// Bytes that the header promises.
        expected: usize,
        /// Bytes that are there.
        found: usize,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAModel => write!(f, "not a language model"),
            Self::Version { found } => {
                write!(f, "language model of format version {found}; this program reads version {}", format::VERSION)
            }
            Self::Length { expected, found } => {
                write!(f, "language model of {found} bytes where its header promises {expected}")
            }
        }
    }
}

impl std::error::Error for ModelError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_walk_is_made_of_steps(text in "[渡口世界上的人，。 a1\n龘]{0,200}") {
            let model = LanguageModel::embedded();
            let symbols: Vec<Symbol> = text.chars().map(|c| model.symbol(c)).collect();
            let (mut state, mut expected) = (State::START, Vec::new());
            for &symbol in &symbols {
                let (next, log_prob) = model.step(state, symbol);
                prop_assert_eq!(log_prob.to_bits(), model.log_prob(state, symbol).to_bits());
                expected.push(log_prob);
                state = next;
            }
            let mut walked = Vec::new();
            prop_assert_eq!(model.walk(State::START, &symbols, |log_prob| walked.push(log_prob)), state);
            prop_assert_eq!(walked, expected);
            prop_assert_eq!(model.state_after(State::START, text.chars()), state);
        }
    }
}
