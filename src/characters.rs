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

    /// The characters of these ranges, as far as they are of the basic plane.
    pub(crate) fn of_ranges(ranges: impl Iterator<Item = RangeInclusive<char>>) -> Self {
        Self::of_codes(ranges.flat_map(|range| *range.start() as usize..=(*range.end() as usize).min(0xFFFF)))
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
                // Nearly all characters are passed by, and most of them have three bytes.
                while let Some(&lead @ 0xE0..=0xEF) = bytes.get(next) {
                    let begins = self.leads >> (lead & 0xF) & 1 == 1;
                    if begins && bytes[next..].first_chunk().is_none_or(|&bytes| self.holds_wide(bytes)) {
                        break;
                    }
                    next += 3;
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
    fn holds_wide(&self, [first, second, third]: [u8; 3]) -> bool {
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
    }
}
