//! Sets of characters, asked for each character of a text.

use std::ops::RangeInclusive;

/// A set of characters of the basic plane.
#[derive(Clone, Debug)]
pub(crate) struct CharacterSet {
    /// One bit a character.
    bits: Box<[u64; 1024]>,
    /// One bit for each byte from 0xE0 on with which one of the characters begins in UTF-8.
    leads: u16,
}

impl CharacterSet {
    /// The characters of the basic plane for which this holds.
    pub(crate) fn of(holds: impl Fn(char) -> bool) -> Self {
        Self::of_codes(('\0'..='\u{FFFF}').filter(|&c| holds(c)).map(|c| c as usize))
    }

    /// These characters, all of the basic plane.
    pub(crate) fn of_chars(chars: impl IntoIterator<Item = char>) -> Self {
        Self::of_codes(chars.into_iter().map(|c| c as usize))
    }

    /// The characters of these ranges, as far as they are of the basic plane.
    pub(crate) fn of_ranges(ranges: impl Iterator<Item = RangeInclusive<char>>) -> Self {
        Self::of_codes(ranges.flat_map(|range| *range.start() as usize..=(*range.end() as usize).min(0xFFFF)))
    }

    /// The characters of any of these sets.
    pub(crate) fn union<'s>(sets: impl IntoIterator<Item = &'s CharacterSet>) -> Self {
        let mut union = Self::of_codes(std::iter::empty());
        for set in sets {
            union.bits.iter_mut().zip(&*set.bits).for_each(|(all, bits)| *all |= bits);
            union.leads |= set.leads;
        }
        union
    }

    /// Whether it has all characters of another set.
    pub(crate) fn includes(&self, other: &Self) -> bool {
        self.bits.iter().zip(&*other.bits).all(|(all, bits)| bits & !all == 0)
    }

    fn of_codes(codes: impl Iterator<Item = usize>) -> Self {
        let mut set = Self { bits: Box::new([0; 1024]), leads: 0 };
        for code in codes {
            set.bits[code / 64] |= 1 << (code % 64);
            set.leads |= 1 << (code >> 12);
        }
        set
    }

    /// Whether it has a character; `None` beyond the basic plane.
    pub(crate) fn holds(&self, c: char) -> Option<bool> {
        let code = c as usize;
        self.bits.get(code / 64).map(|bits| bits >> (code % 64) & 1 == 1)
    }

    /// The characters of a text that the set has, and those beyond the basic plane, each with its place.
    pub(crate) fn places<'c>(&'c self, text: &'c str) -> impl Iterator<Item = (usize, char)> + 'c {
        let bytes = text.as_bytes();
        let mut next = 0;
        std::iter::from_fn(move || {
            loop {
                // Nearly all characters are passed by, and most of them have three bytes or one.
                while let Some(&first) = bytes.get(next) {
                    if first & 0xF0 == 0xE0 {
                        let begins = self.leads >> (first & 0xF) & 1 == 1;
                        if begins && bytes.get(next..next + 3).is_none_or(|bytes| self.holds_wide(first, bytes[1], bytes[2])) {
                            break;
                        }
                        next += 3;
                    } else if first.is_ascii() && self.bits[usize::from(first >> 6)] >> (first & 0x3F) & 1 == 0 {
                        next += 1;
                    } else {
                        break;
                    }
                }
                let (at, c) = (next, text[next..].chars().next()?);
                next += c.len_utf8();
                if self.holds(c) != Some(false) {
                    return Some((at, c));
                }
            }
        })
    }

    /// Whether it has a character of three bytes, of which the first two tell where its bit stands.
    fn holds_wide(&self, first: u8, second: u8, third: u8) -> bool {
        self.bits[usize::from(first & 0xF) << 6 | usize::from(second & 0x3F)] >> (third & 0x3F) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_place_is_found(text in "[a-cé渡口。\u{FFFF}😀\n]{0,40}", of in "[acé渡。\u{FFFF}]{0,4}") {
            let set = CharacterSet::of(|c| of.contains(c));
            let expected: Vec<(usize, char)> = text.char_indices().filter(|&(_, c)| set.holds(c) != Some(false)).collect();
            prop_assert_eq!(set.places(&text).collect::<Vec<_>>(), expected);
        }

        #[test]
        fn a_union_has_the_characters_of_all(text in "[acé渡口。😀]{0,40}", one in "[ac渡]{0,2}", other in "[é。]{0,2}") {
            let set = |of: &str| CharacterSet::of(|c| of.contains(c));
            let (both, one, other) = (set(&(one.clone() + &other)), set(&one), set(&other));
            let union = CharacterSet::union([&one, &other]);
            prop_assert!(union.includes(&one) && union.includes(&other) && both.includes(&union));
            prop_assert!(union.places(&text).eq(both.places(&text)));
        }
    }
}
