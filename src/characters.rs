//! Sets of characters, asked for each character of a text.

use std::ops::RangeInclusive;

/// A set of characters of the basic plane: one bit each.
#[derive(Clone, Debug)]
pub(crate) struct CharacterSet(Box<[u64; 1024]>);

impl CharacterSet {
    /// The characters of the basic plane for which this holds.
    pub(crate) fn of(holds: impl Fn(char) -> bool) -> Self {
        let mut bits = Box::new([0; 1024]);
        for c in ('\0'..='\u{FFFF}').filter(|&c| holds(c)) {
            bits[c as usize / 64] |= 1 << (c as usize % 64);
        }
        Self(bits)
    }

    /// The characters of these ranges, as far as they are of the basic plane.
    pub(crate) fn of_ranges(ranges: impl Iterator<Item = RangeInclusive<char>>) -> Self {
        let mut bits = Box::new([0; 1024]);
        for range in ranges {
            for code in *range.start() as usize..=(*range.end() as usize).min(0xFFFF) {
                bits[code / 64] |= 1 << (code % 64);
            }
        }
        Self(bits)
    }

    /// Whether it has a character; `None` beyond the basic plane.
    pub(crate) fn holds(&self, c: char) -> Option<bool> {
        let code = c as usize;
        self.0.get(code / 64).map(|bits| bits >> (code % 64) & 1 == 1)
    }

    /// The characters of a text that the set has, and those beyond the basic plane, each with its place.
    pub(crate) fn places<'c>(&'c self, text: &'c str) -> impl Iterator<Item = (usize, char)> + 'c {
        let bytes = text.as_bytes();
        let mut next = 0;
        std::iter::from_fn(move || {
            // UTF-8 read by its first bytes: nearly all characters are passed by, and most of them have three.
            while let Some(&first) = bytes.get(next) {
                let at = next;
                let rest = |number: usize| usize::from(bytes[at + number] & 0x3F);
                let code = match first {
                    0xE0..=0xEF => usize::from(first & 0xF) << 12 | rest(1) << 6 | rest(2),
                    0x00..=0x7F => usize::from(first),
                    0xF0.. => return text[at..].chars().next().map(|c| (at, c)).inspect(|(_, c)| next += c.len_utf8()),
                    _ => usize::from(first & 0x1F) << 6 | rest(1),
                };
                next += match first {
                    0xE0..=0xEF => 3,
                    0x00..=0x7F => 1,
                    _ => 2,
                };
                if self.0[code / 64] >> (code % 64) & 1 == 1 {
                    return Some(at).zip(char::from_u32(code as u32));
                }
            }
            None
        })
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
