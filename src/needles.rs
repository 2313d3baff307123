//! Many strings looked for at once.
//!
//! Nearly everywhere in a text none of them begins. So of each place only the first two characters are read, and one bit
//! tells whether any string begins with such. No place waits for the one before it, as in an automaton.

use std::ops::Range;

/// Bits of a filter for each string: one place in so many passes by chance.
const BITS: usize = 128;

/// So many hashes share a list of strings.
const SHARED: usize = BITS;

/// Strings to look for, numbered from 0.
pub(crate) struct Needles {
    /// Those of one character.
    single: Heads,
    /// Others, by their first two.
    short: Heads,
    /// Those of eight bytes and more, by these.
    long: Heads,
}

/// A place where a string stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its bytes in the text.
    pub(crate) range: Range<usize>,
    /// The number of the string.
    pub(crate) needle: u32,
}

impl Needles {
    /// These strings, none of them empty; one that comes again is found under each of its numbers.
    pub(crate) fn new<S: AsRef<str>>(strings: impl IntoIterator<Item = S>) -> Self {
        let numbered = strings.into_iter().zip(0..).map(|(string, number)| (string.as_ref().into(), number));
        let (long, others): (Vec<_>, Vec<_>) = numbered.partition(|(string, _): &(Box<str>, u32)| string.len() >= 8);
        let (short, single) = others.into_iter().partition(|(string, _)| string.chars().nth(1).is_some());
        Self {
            single: Heads::new(single, Head::single),
            short: Heads::new(short, Head::pair),
            long: Heads::new(long, Head::bytes),
        }
    }

    /// Where the strings stand in a text, overlapping ones too; by their starts.
    pub(crate) fn find<'n>(&'n self, text: &'n str) -> impl Iterator<Item = Place> + 'n {
        let bytes = text.as_bytes();
        self.heads(bytes).flat_map(move |(at, head)| {
            let candidates = self.single.of(head.single()).chain(self.short.of(head.pair())).chain(self.long.of(head.bytes()));
            let here = candidates.filter(move |needle| bytes[at..].starts_with(needle.string.as_bytes()));
            here.map(move |needle| Place { range: at..at + needle.string.len(), needle: needle.number })
        })
    }

    /// The places where a string may begin, with what stands there.
    fn heads<'n>(&'n self, bytes: &'n [u8]) -> impl Iterator<Item = (usize, Head)> + 'n {
        let mut next = 0;
        std::iter::from_fn(move || {
            while next < bytes.len() {
                let (at, head) = (next, Head::at(bytes, next));
                next += head.first;
                if (self.single.filter(head.single()) | self.short.filter(head.pair()) | self.long.filter(head.bytes())) & 1 == 1
                {
                    return Some((at, head));
                }
            }
            None
        })
    }
}

/// Strings by what they begin with.
struct Heads {
    /// The strings, those of one list side by side.
    needles: Vec<Needle>,
    /// Where the list of each [`SHARED`] hashes begins; the last one ends all.
    lists: Vec<u32>,
    /// Whether any string has a hash, one bit each.
    filter: Vec<u64>,
    /// What is left of a product when it is shifted by so many bits is a hash.
    shift: u32,
}

/// A string with its number.
struct Needle {
    /// What it begins with.
    key: u64,
    string: Box<str>,
    number: u32,
}

impl Heads {
    /// These strings by the `key` of what they begin with.
    fn new(strings: Vec<(Box<str>, u32)>, key: fn(Head) -> u64) -> Self {
        let size = (strings.len() * BITS).next_power_of_two().max(BITS);
        let shift = 64 - size.ilog2();
        let needle = |(string, number): (Box<str>, u32)| Needle { key: key(Head::at(string.as_bytes(), 0)), string, number };
        let mut needles: Vec<Needle> = strings.into_iter().map(needle).collect();
        needles.sort_by_key(|needle| hash(needle.key, shift));
        let (mut lists, mut filter) = (vec![0; size / SHARED + 1], vec![0; size / 64]);
        for hash in needles.iter().map(|needle| hash(needle.key, shift)) {
            filter[hash / 64] |= 1 << (hash % 64);
            lists[hash / SHARED + 1] += 1;
        }
        for list in 1..lists.len() {
            lists[list] += lists[list - 1];
        }
        Self { needles, lists, filter, shift }
    }

    /// Whether a string may begin with this: in the lowest bit, and nearly always right.
    fn filter(&self, key: u64) -> u64 {
        let hash = hash(key, self.shift);
        self.filter[hash / 64] >> (hash % 64)
    }

    /// The strings that begin with this.
    fn of(&self, key: u64) -> impl Iterator<Item = &Needle> {
        let list = hash(key, self.shift) / SHARED;
        let list = &self.needles[self.lists[list] as usize..self.lists[list + 1] as usize];
        list.iter().filter(move |needle| needle.key == key)
    }
}

/// A number that tells keys apart, below 2^(64 - `shift`).
fn hash(key: u64, shift: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> shift) as usize
}

/// The first characters of a text, two if it has so many.
#[derive(Clone, Copy)]
struct Head {
    /// Their bytes and some that follow, the first one lowest.
    bytes: u64,
    /// How many bytes the first character has, and both.
    first: usize,
    both: usize,
}

impl Head {
    fn at(text: &[u8], at: usize) -> Self {
        let bytes = match text[at..].first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => text[at..].iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
        };
        // Two characters of three bytes, as nearly always in Chinese: the branch is foreseen, and nothing waits for lengths.
        if bytes & 0x0000_F000_00F0 == 0x0000_E000_00E0 {
            return Self { bytes, first: 3, both: 6 };
        }
        let first = length(bytes as u8);
        Self { bytes, first, both: first + length((bytes >> (8 * first)) as u8) }
    }

    /// Eight bytes.
    fn bytes(self) -> u64 {
        self.bytes
    }

    /// The first character.
    fn single(self) -> u64 {
        self.bytes & u64::MAX >> (64 - 8 * self.first)
    }

    /// Both.
    fn pair(self) -> u64 {
        self.bytes & u64::MAX >> (64 - 8 * self.both)
    }
}

/// How many bytes a character has whose first byte this is.
fn length(first: u8) -> usize {
    match first {
        0x00..=0xBF => 1,
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0.. => 4,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(strings: &[&str], text: &str) -> Vec<(usize, u32)> {
        Needles::new(strings).find(text).map(|place| (place.range.start, place.needle)).collect()
    }

    #[test]
    fn strings_of_any_length_and_width() {
        let strings = ["渡口", "渡", "口上", "a", "ab", "é", "😀口", "渡口", "渡船回到"];
        let text = "渡口上的ab渡船回到é😀口";
        let found = places(&strings, text);
        let mut expected: Vec<(usize, u32)> =
            (0..).zip(strings).flat_map(|(number, string)| text.match_indices(string).map(move |(at, _)| (at, number))).collect();
        expected.sort_unstable();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert!(found.is_sorted_by_key(|&(at, _)| at));
        assert!(places(&[], "渡口").is_empty() && places(&["渡口", "a\0"], "渡a").is_empty());
    }

    proptest! {
        #[test]
        fn each_place_is_found_once(strings in prop::collection::vec("[ab渡口é😀]{1,4}", 0..40), text in "[ab渡口é😀]{0,60}") {
            let mut found: Vec<(usize, u32)> = Needles::new(&strings).find(&text).map(|place| (place.range.start, place.needle)).collect();
            found.sort_unstable();
            let mut expected = Vec::new();
            for (at, _) in text.char_indices() {
                let here = (0..).zip(&strings).filter(|(_, string)| text[at..].starts_with(string.as_str()));
                expected.extend(here.map(|(number, _)| (at, number)));
            }
            prop_assert_eq!(found, expected);
        }
    }
}
