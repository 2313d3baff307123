//! The vocabulary of a text, and how often each run of symbols stands in it.

use crate::language::format::CODE_POINTS;
use crate::language::{Symbol, carries_on, fold};

/// The characters a model knows, and their symbols.
pub(super) struct Vocabulary {
    /// The symbol of each code point of the basic plane, folding included.
    pub(super) symbols: Vec<Symbol>,
    len: usize,
}

const SPECIAL: [(char, Symbol); 4] = [('\n', Symbol::LINE), (' ', Symbol::SPACE), ('0', Symbol::DIGITS), ('a', Symbol::LATIN)];

impl Vocabulary {
    /// All characters seen `least_count` times or more.
    ///
    /// Their symbols are numbered in an order scrambled by a hash, so that the symbols after any context are spread
    /// evenly over all numbers: the search in a row relies on it.
    pub(super) fn of(texts: &[&str], least_count: u64) -> Self {
        let mut seen = vec![0_u64; CODE_POINTS];
        for c in texts.iter().flat_map(|text| text.chars()).map(fold) {
            if let Some(count) = seen.get_mut(c as usize) {
                *count += 1;
            }
        }
        let special = |c: u32| SPECIAL.iter().any(|&(s, _)| s as u32 == c);
        let mut known: Vec<u32> =
            (0..).zip(&seen).filter(|&(c, &count)| count >= least_count.max(1) && !special(c)).map(|(c, _)| c).collect();
        known.sort_by_key(|&c| c.wrapping_mul(0x9E37_79B1).rotate_left(13).wrapping_mul(0x85EB_CA6B));
        known.truncate(usize::from(u16::MAX) - SPECIAL.len());

        let mut folded = vec![Symbol::UNKNOWN; CODE_POINTS];
        for (c, symbol) in SPECIAL {
            folded[c as usize] = symbol;
        }
        for (number, &c) in (SPECIAL.len() as u16 + 1..).zip(&known) {
            folded[c as usize] = Symbol(number);
        }
        let symbols = (0..CODE_POINTS as u32)
            .map(|code| char::from_u32(code).map_or(Symbol::UNKNOWN, |c| folded[fold(c) as usize]))
            .collect();
        Self { symbols, len: known.len() + SPECIAL.len() + 1 }
    }

    pub(super) fn symbol(&self, c: char) -> Symbol {
        self.symbols.get(c as usize).copied().unwrap_or(Symbol::UNKNOWN)
    }

    /// The number of symbols, unknown and other special ones included.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// A run of symbols with how often it was seen. The key holds one symbol in each 16 bits, the last one lowest.
pub(super) type Gram = (u64, f64);

/// How often each run of symbols was seen, each list in order of its keys.
pub(super) struct Counts {
    pub(super) triples: Vec<Gram>,
    /// Pairs of a line start and the symbol after it; no triple ends with these.
    pub(super) line_starts: Vec<Gram>,
    /// Each symbol alone, by number.
    pub(super) symbols: Vec<f64>,
}

impl Counts {
    pub(super) fn of(texts: &[&str], vocabulary: &Vocabulary) -> Self {
        let mut triples = Vec::new();
        let mut line_starts = Vec::new();
        let mut symbols = vec![0.0; vocabulary.len()];
        for line in texts.iter().flat_map(|text| text.lines()) {
            let (mut before, mut last) = (None, Symbol::LINE);
            for symbol in line.chars().map(|c| vocabulary.symbol(c)).chain([Symbol::LINE]) {
                if carries_on(last, symbol) {
                    continue;
                }
                symbols[usize::from(symbol.0)] += 1.0;
                match before {
                    None => line_starts.push(key(&[last, symbol])),
                    Some(before) => triples.push(key(&[before, last, symbol])),
                }
                (before, last) = (Some(last), symbol);
            }
        }
        Self { triples: tally(triples), line_starts: tally(line_starts), symbols }
    }
}

fn key(symbols: &[Symbol]) -> u64 {
    symbols.iter().fold(0, |key, s| key << 16 | u64::from(s.0))
}

fn tally(mut keys: Vec<u64>) -> Vec<Gram> {
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as f64)).collect()
}
