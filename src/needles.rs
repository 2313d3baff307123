//! Many strings looked for at once.
//!
//! Nearly everywhere in a text none of them begins. So of each place only the first two characters are read, and one bit
//! tells whether any string begins with such. No place waits for the one before it, as in an automaton.

use std::ops::Range;

/// Strings to look for, numbered from 0.
pub(crate) struct Needles {
    /// For each hash of a first character, what follows it where a string begins: one bit for each [`Head::second`].
    begins: Box<[u64; ROWS]>,
    /// Those of one character.
    singles: Heads,
    /// Others, by their first two.
    pairs: Heads,
    /// What the longest have behind their keys.
    rests: Vec<Box<[u8]>>,
}

/// So many hashes of first characters. A constant: no look-up has a bound to check.
const ROWS: usize = 1 << 12;

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
        let (mut singles, mut pairs, mut rests) = (Vec::new(), Vec::new(), Vec::new());
        let mut begins = Box::new([0; ROWS]);
        for (string, number) in strings.into_iter().zip(0..) {
            let (string, rest) = (string.as_ref(), rests.len() as u32);
            rests.extend(string.as_bytes().get(KEY..).filter(|rest| !rest.is_empty()).map(Box::from));
            let head = Head::at(string.as_bytes(), 0);
            let needle = Needle { key: head.bytes, length: string.len() as u32, number, rest };
            let is_single = string.chars().nth(1).is_none();
            begins[row(head.single())] |= if is_single { u64::MAX } else { 1 << head.second() };
            if is_single { &mut singles } else { &mut pairs }.push(needle);
        }
        let (singles, pairs) = (Heads::new(singles, Head::single), Heads::new(pairs, Head::pair));
        Self { begins, singles, pairs, rests }
    }

    /// Where the strings stand in a text, overlapping ones too; by their starts.
    pub(crate) fn find<'n>(&'n self, text: &'n str) -> impl Iterator<Item = Place> + 'n {
        let bytes = text.as_bytes();
        let mut next = 0;
        let (mut at, mut head, mut candidates) = (0, Head::default(), [].iter().chain(&[]));
        std::iter::from_fn(move || {
            loop {
                if let Some(needle) = candidates.find(|needle: &&Needle| self.stands_at(needle, head, bytes, at)) {
                    return Some(Place { range: at..at + needle.length as usize, needle: needle.number });
                }
                (at, head) = self.next_head(bytes, &mut next)?;
                candidates = self.singles.of(head.single()).iter().chain(self.pairs.of(head.pair()));
            }
        })
    }

    /// Whether a string stands at a place of a text, which begins like this.
    fn stands_at(&self, needle: &Needle, head: Head, text: &[u8], at: usize) -> bool {
        head.bytes & needle.mask() == needle.key
            && at + needle.length as usize <= text.len()
            && (needle.length as usize <= KEY || text[at + KEY..].starts_with(&self.rests[needle.rest as usize]))
    }

    /// The next place where a string may begin, with what stands there.
    fn next_head(&self, bytes: &[u8], next: &mut usize) -> Option<(usize, Head)> {
        let mut at = *next;
        loop {
            // Two characters of three bytes, as nearly everywhere in Chinese: nothing waits for lengths.
            while let Some(head) = Head::wide(bytes, at) {
                at += WIDE;
                // The last byte of the second character.
                if self.begins[row(head.bytes & 0x0000_00FF_FFFF)] >> (head.bytes >> 40 & 63) & 1 == 1 {
                    *next = at;
                    return Some((at - WIDE, head));
                }
            }
            let Some(&first) = bytes.get(at) else {
                *next = at;
                return None;
            };
            // With most other characters, such as digits, no string begins.
            if first.is_ascii() && self.begins[row(u64::from(first))] == 0 {
                at += 1;
                continue;
            }
            let (place, head) = (at, Head::at(bytes, at));
            at += head.first;
            if self.begins[row(head.single())] >> head.second() & 1 == 1 {
                *next = at;
                return Some((place, head));
            }
        }
    }
}

/// A number that tells first characters apart.
#[inline(always)]
fn row(single: u64) -> usize {
    (single.wrapping_mul(SPREAD) >> (64 - ROWS.ilog2())) as usize
}

/// What spreads keys over all numbers when they are multiplied by it.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Strings by what they begin with.
struct Heads {
    /// The strings, those of one list side by side.
    needles: Vec<Needle>,
    /// Where each list begins; the last one ends all.
    lists: Vec<u32>,
}

impl Heads {
    /// As a power of two, so many lists there are.
    const LISTS: u32 = 12;

    /// These strings by the `key` of what they begin with.
    fn new(mut needles: Vec<Needle>, key: fn(Head) -> u64) -> Self {
        let list = |needle: &Needle| Self::list(key(Head::of(needle.key)));
        needles.sort_by_cached_key(list);
        let mut lists = vec![0; (1 << Self::LISTS) + 1];
        for list in needles.iter().map(list) {
            lists[list + 1] += 1;
        }
        for list in 1..lists.len() {
            lists[list] += lists[list - 1];
        }
        Self { needles, lists }
    }

    /// The strings that begin with this, and some others.
    fn of(&self, key: u64) -> &[Needle] {
        let list = Self::list(key);
        &self.needles[self.lists[list] as usize..self.lists[list + 1] as usize]
    }

    fn list(key: u64) -> usize {
        (key.wrapping_mul(SPREAD) >> (64 - Self::LISTS)) as usize
    }
}

/// A string with its number.
struct Needle {
    /// Its first bytes, up to [`KEY`], the first one lowest.
    key: u64,
    /// How many bytes it has.
    length: u32,
    number: u32,
    /// Which of the rests is its, if it is longer than its key.
    rest: u32,
}

/// How many bytes of a string are compared at once.
const KEY: usize = 8;

impl Needle {
    /// All bits of its key.
    fn mask(&self) -> u64 {
        u64::MAX >> (64 - 8 * (self.length as usize).clamp(1, KEY))
    }
}

/// The first characters of a text, two if it has so many.
#[derive(Clone, Copy, Default)]
struct Head {
    /// Their bytes and some that follow, the first one lowest.
    bytes: u64,
    /// How many bytes the first character has, and both.
    first: usize,
    both: usize,
}

/// The bytes of a Chinese character.
const WIDE: usize = 3;

impl Head {
    /// What begins at a place with two characters of three bytes, as nearly everywhere in Chinese: nothing waits for lengths.
    fn wide(text: &[u8], at: usize) -> Option<Self> {
        let bytes = u64::from_le_bytes(*text.get(at..)?.first_chunk()?);
        (bytes & 0x0000_F000_00F0 == 0x0000_E000_00E0).then_some(Self { bytes, first: WIDE, both: 2 * WIDE })
    }

    fn at(text: &[u8], at: usize) -> Self {
        let bytes = match text[at..].first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => text[at..].iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
        };
        Self::of(bytes)
    }

    /// What begins with these bytes.
    fn of(bytes: u64) -> Self {
        let first = length(bytes as u8);
        Self { bytes, first, both: first + length((bytes >> (8 * first)) as u8) }
    }

    /// The first character.
    fn single(self) -> u64 {
        self.bytes & u64::MAX >> (64 - 8 * self.first)
    }

    /// Both.
    fn pair(self) -> u64 {
        self.bytes & u64::MAX >> (64 - 8 * self.both)
    }

    /// A number under 64 that tells second characters apart: their last bits.
    fn second(self) -> u64 {
        self.bytes >> (8 * (self.both - 1)) & 63
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
