//! Which words stand near which pairs of characters: what a trigram is too short to see.
//!
//! 举行 or 进行? The model of three characters looks at one word beside it. This one looks at all pairs of Han characters within
//! [`WINDOW`] characters: each has a vector, and so has each word; the product of a word's with the mean of the pairs' tells
//! how well it fits. Only differences between words in one place mean anything. `tools/fit_contexts.py` fits it and says how
//! the file is laid out, which is read where it lies.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::LazyLock;

/// The vectors of pairs and words.
pub struct Contexts {
    pairs: Vectors,
    words: Vectors,
    /// For each first character from [`FIRST`] on, and one beyond, its first pair.
    starts: &'static [u8],
    /// The second character of each pair, sorted for each first one.
    seconds: &'static [u8],
    /// Where each word ends in `text`.
    ends: &'static [u8],
    text: &'static str,
}

/// How many characters on each side count.
pub const WINDOW: usize = 8;
/// The mean of the vectors of the pairs around a place.
pub type Mean = [f32; DIM];
/// How many components a vector has.
pub const DIM: usize = 32;

const MAGIC: &[u8] = b"JWCTX001";
/// The Han characters that pairs begin with.
const FIRST: char = '\u{4e00}';
const FIRSTS: usize = 0x5200;

impl Contexts {
    /// The model that comes with the program.
    ///
    /// # Panics
    /// If its file is damaged; a test opens it.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Contexts> =
            LazyLock::new(|| Contexts::open(include_bytes!("../../model/zh.contexts")).expect("the tests open this file"));
        &EMBEDDED
    }

    /// A model from the bytes of its file; `None` where they are not one.
    #[must_use]
    pub fn open(bytes: &'static [u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let [dim, pairs, words] = [(); 3].map(|()| number(&mut rest));
        let (pairs, words) = (pairs?, words?);
        if dim? != DIM {
            return None;
        }
        let starts = take(&mut rest, FIRSTS + 1, 2)?;
        let seconds = take(&mut rest, pairs, 2)?;
        let pairs = Vectors::open(&mut rest, pairs)?;
        let ends = take(&mut rest, words, 4)?;
        let words = Vectors::open(&mut rest, words)?;
        Some(Self { pairs, words, starts, seconds, ends, text: std::str::from_utf8(rest).ok()? })
    }

    /// The mean of the pairs of neighbours among these characters, each of which stands on one side of a place.
    #[must_use]
    pub fn mean(&self, left: &[char], right: &[char]) -> Mean {
        let mut mean = [0.0; DIM];
        let mut found = 0.0;
        for pair in left.windows(2).chain(right.windows(2)) {
            if let Some((scale, vector)) = self.pair(pair[0], pair[1]).and_then(|at| self.pairs.get(at)) {
                mean.iter_mut().zip(vector).for_each(|(sum, component)| *sum += component_of(*component, scale));
                found += 1.0;
            }
        }
        mean.map(|sum| if found > 0.0 { sum / found } else { sum })
    }

    /// How well a word fits a place, given what is around it: only differences between words in one place mean anything.
    /// `None` where the word is not known.
    #[must_use]
    pub fn fit(&self, mean: &Mean, word: Option<Word>) -> Option<f32> {
        let (scale, vector) = self.words.get(word?.0)?;
        Some(mean.iter().zip(vector).map(|(sum, component)| sum * component_of(*component, scale)).sum())
    }

    /// The word, if it has a vector.
    #[must_use]
    pub fn word(&self, word: &str) -> Option<Word> {
        search(0..self.ends.len() / 4, |at| self.name(at).cmp(word)).map(Word)
    }

    fn pair(&self, first: char, second: char) -> Option<usize> {
        let first = (first as usize).checked_sub(FIRST as usize).filter(|&first| first < FIRSTS)?;
        let second = u16::try_from(second).ok()?;
        let [start, end] = [first, first + 1].map(|first| usize::from(half_at(self.starts, first)));
        let seconds = self.seconds.as_chunks().0.get(start..end)?;
        seconds.binary_search_by_key(&second, |bytes| u16::from_le_bytes(*bytes)).ok().map(|at| start + at)
    }

    /// The word of this number.
    fn name(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| word_at(self.ends, before) as usize);
        self.text.get(start..word_at(self.ends, at) as usize).unwrap_or("")
    }
}

/// A word that has a vector, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(usize);

/// Vectors of eight-bit components, each vector with a scale.
struct Vectors {
    scales: &'static [u8],
    components: &'static [u8],
}

impl Vectors {
    fn open(rest: &mut &'static [u8], vectors: usize) -> Option<Self> {
        Some(Self { scales: take(rest, vectors, 4)?, components: take(rest, vectors, DIM)? })
    }

    /// The scale of a vector, and its components.
    fn get(&self, at: usize) -> Option<(f32, &[u8; DIM])> {
        Some((f32::from_bits(word_at(self.scales, at)), self.components.as_chunks().0.get(at)?))
    }
}

fn component_of(byte: u8, scale: f32) -> f32 {
    f32::from(byte.cast_signed()) * scale
}

/// So many entries of so many bytes each, taken off the front.
fn take(rest: &mut &'static [u8], entries: usize, size: usize) -> Option<&'static [u8]> {
    let (taken, behind) = rest.split_at_checked(entries.checked_mul(size)?)?;
    *rest = behind;
    Some(taken)
}

fn number(rest: &mut &'static [u8]) -> Option<usize> {
    usize::try_from(word_at(take(rest, 1, 4)?, 0)).ok()
}

/// The 32-bit word of this number; 0 behind the end.
fn word_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at * 4..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// The 16-bit half of a word of this number; 0 behind the end.
fn half_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at * 2..).and_then(|bytes| bytes.first_chunk()).map_or(0, |bytes| u16::from_le_bytes(*bytes))
}

/// The number of the entry that is equal, among these, which are sorted.
fn search(entries: Range<usize>, compare: impl Fn(usize) -> Ordering) -> Option<usize> {
    let Range { start: mut low, end: mut high } = entries;
    while low < high {
        let middle = low.midpoint(high);
        match compare(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lean(left: &str, right: &str, word: &str, other: &str) -> f32 {
        let [left, right] = [left, right].map(|side| side.chars().collect::<Vec<char>>());
        let contexts = Contexts::embedded();
        let mean = contexts.mean(&left, &right);
        let [word, other] = [word, other].map(|word| contexts.fit(&mean, contexts.word(word)));
        word.expect("a known word") - other.expect("a known word")
    }

    #[test]
    fn far_words_tell_what_fits() {
        assert!(lean("奥运会开幕式在体育场", "，各国运动员入场", "举行", "进行") > 0.0);
        assert!(lean("医生建议患者先", "手术，再接受治疗", "进行", "举行") > 0.0);
    }

    #[test]
    fn what_is_not_known_says_nothing() {
        let contexts = Contexts::embedded();
        assert_eq!(contexts.fit(&[1.0; DIM], contexts.word("没有这个词")), None);
        assert_eq!(contexts.mean(&[], &['a', '𠀀']), [0.0; DIM]);
    }

    #[test]
    fn a_damaged_file_is_told() {
        assert!(Contexts::open(b"").is_none());
        assert!(Contexts::open(b"JWCTX001\x20\0\0\0\x01\0\0\0\x01\0\0\0").is_none());
        assert!(Contexts::open(b"JWCTX001\x21\0\0\0\0\0\0\0\0\0\0\0").is_none());
        assert!(Contexts::open(b"JWCTX001\x20\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff").is_none());
    }

    #[test]
    fn entries_are_sorted() {
        let contexts = Contexts::embedded();
        let words = contexts.ends.len() / 4;
        assert!((1..words).all(|at| contexts.name(at - 1) < contexts.name(at)));
        for first in 0..FIRSTS {
            let [start, end] = [first, first + 1].map(|first| usize::from(half_at(contexts.starts, first)));
            assert!((start + 1..end).all(|at| half_at(contexts.seconds, at - 1) < half_at(contexts.seconds, at)));
        }
        assert_eq!(usize::from(half_at(contexts.starts, FIRSTS)), contexts.seconds.len() / 2);
    }
}
