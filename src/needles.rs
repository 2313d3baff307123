//! Many strings looked for at once.
//!
//! Nearly everywhere in a text none of them begins. So of each place only the first two characters are read, and one bit
//! tells whether any string begins with such. No place waits for the one before it, as in an automaton.

use std::ops::Range;

/// Strings to look for, numbered from 0.
pub(crate) struct Needles {
    /// Those of one character.
    singles: Heads<SINGLE_WORDS>,
    /// Others, by their first two.
    pairs: Heads<PAIR_WORDS>,
    /// What the longest have behind their keys.
    rests: Vec<Box<[u8]>>,
}

/// So many words of bits tell what strings begin with: of some tens of characters and some thousands of pairs, one place in fifty
/// passes by chance. Constants: no look-up has a bound to check.
const SINGLE_WORDS: usize = 1 << 8;
const PAIR_WORDS: usize = 1 << 12;

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
        for (string, number) in strings.into_iter().zip(0..) {
            let (string, rest) = (string.as_ref(), rests.len() as u32);
            rests.extend(string.as_bytes().get(KEY..).filter(|rest| !rest.is_empty()).map(Box::from));
            let needle = Needle { key: Head::at(string.as_bytes(), 0).bytes, length: string.len() as u32, number, rest };
            let is_single = string.chars().nth(1).is_none();
            if is_single { &mut singles } else { &mut pairs }.push(needle);
        }
        let (singles, pairs) = (Heads::new(singles, Head::single), Heads::new(pairs, Head::pair));
        Self { singles, pairs, rests }
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
                if self.may_begin(head.bytes & 0x0000_00FF_FFFF, head.bytes & 0xFFFF_FFFF_FFFF) {
                    *next = at + WIDE;
                    return Some((at, head));
                }
                at += WIDE;
            }
            if at >= bytes.len() {
                *next = at;
                return None;
            }
            let head = Head::at(bytes, at);
            if self.may_begin(head.single(), head.pair()) {
                *next = at + head.first;
                return Some((at, head));
            }
            at += head.first;
        }
    }

    /// Whether a string may begin with a character, or with two.
    #[inline(always)]
    fn may_begin(&self, single: u64, pair: u64) -> bool {
        (self.singles.filter(single) | self.pairs.filter(pair)) & 1 == 1
    }
}

/// Strings by what they begin with.
struct Heads<const WORDS: usize> {
    /// The strings, those of one list side by side.
    needles: Vec<Needle>,
    /// Where the list of each word of the filter begins; the last one ends all.
    lists: Vec<u32>,
    /// Whether any string has a hash, one bit each.
    filter: Box<[u64; WORDS]>,
}

impl<const WORDS: usize> Heads<WORDS> {
    /// What is left of a product when it is shifted by so many bits is a hash: the number of a bit of the filter.
    const SHIFT: u32 = 64 - (WORDS * 64).ilog2();

    /// These strings by the `key` of what they begin with.
    fn new(mut needles: Vec<Needle>, key: fn(Head) -> u64) -> Self {
        let hash = |needle: &Needle| Self::hash(key(Head::of(needle.key)));
        needles.sort_by_key(hash);
        let (mut lists, mut filter) = (vec![0; WORDS + 1], Box::new([0; WORDS]));
        for hash in needles.iter().map(hash) {
            filter[hash / 64] |= 1 << (hash % 64);
            lists[hash / 64 + 1] += 1;
        }
        for list in 1..lists.len() {
            lists[list] += lists[list - 1];
        }
        Self { needles, lists, filter }
    }

    /// Whether a string may begin with this: in the lowest bit, and nearly always right.
    #[inline(always)]
    fn filter(&self, key: u64) -> u64 {
        let hash = Self::hash(key);
        self.filter[hash / 64] >> (hash % 64)
    }

    /// The strings that begin with this, and some others.
    fn of(&self, key: u64) -> &[Needle] {
        let list = Self::hash(key) / 64;
        &self.needles[self.lists[list] as usize..self.lists[list + 1] as usize]
    }

    /// A number that tells keys apart.
    fn hash(key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> Self::SHIFT) as usize
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
