//! Which characters are read how, and whether the text in a bracket is such a reading.

use std::sync::LazyLock;

use crate::filters::normalise::rows;

/// Letters that a syllable with its tone number has at most; what is longer is no single reading.
const LONGEST: usize = 6;
/// Characters that one bracket reads at most: longer words are written apart.
const MOST_CHARACTERS: usize = 8;

/// Each syllable, the common characters usually read so, and all others; in order of syllable.
static READINGS: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    let columns = rows(include_str!("../../../rules/readings.tsv")).map(|row| row.split('\t'));
    columns.filter_map(|mut columns| Some((columns.next()?, columns.next()?, columns.next()?))).collect()
});

/// How a character is read in the place where it was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::filters) enum Fit {
    /// A common character in its usual reading: nobody has to be told.
    Usual,
    /// One of its readings, which a reader may want to be told.
    Possible,
}

/// Pinyin as it stands in a bracket: its plain letters, ü as v.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::filters) struct Pinyin {
    letters: String,
    /// Whether tone marks or numbers were written.
    pub(super) toned: bool,
}

impl Pinyin {
    /// Reads what stands in a bracket: small letters, tone marks or numbers, spaces. `None` for anything else.
    pub(in crate::filters) fn parse(inside: &str) -> Option<Self> {
        let (mut letters, mut toned) = (String::new(), false);
        let mut last = ' ';
        for c in inside.chars() {
            match c {
                'a'..='z' => letters.push(c),
                'ɑ' => letters.push('a'),
                'ɡ' => letters.push('g'),
                '0'..='5' if !letters.is_empty() && !last.is_ascii_digit() => toned = true,
                ':' | '\u{308}' if letters.ends_with('u') => {
                    letters.pop();
                    letters.push('v');
                }
                '\u{300}' | '\u{301}' | '\u{304}' | '\u{30C}' if last.is_alphabetic() => toned = true,
                ' ' | '\u{A0}' | '\u{3000}' | '\'' | '’' => {}
                _ => {
                    letters.push(plain(c)?);
                    toned |= !matches!(c, 'ü' | 'ê');
                }
            }
            last = c;
        }
        (!letters.is_empty() && letters.len() <= LONGEST * MOST_CHARACTERS).then_some(Self { letters, toned })
    }

    /// How well this reads one character; `None` when the character is not read so.
    pub(in crate::filters) fn fits(&self, c: char) -> Option<Fit> {
        fit(&self.letters, c)
    }

    /// How many of the characters at the end of `before` this reads, two or more; `None` when it does not read them.
    pub(super) fn reads_word(&self, before: &str) -> Option<usize> {
        reads(&self.letters, before, 0).filter(|&read| read >= 2)
    }
}

/// The number of characters at the end of `before` that `letters` read exactly, on top of those already read.
fn reads(letters: &str, before: &str, read: usize) -> Option<usize> {
    if letters.is_empty() {
        return Some(read);
    }
    let c = before.chars().next_back().filter(|_| read < MOST_CHARACTERS)?;
    (1..=letters.len().min(LONGEST)).rev().find_map(|length| {
        let (rest, syllable) = letters.split_at(letters.len() - length);
        fit(syllable, c)?;
        reads(rest, &before[..before.len() - c.len_utf8()], read + 1)
    })
}

fn fit(syllable: &str, c: char) -> Option<Fit> {
    let exact = |syllable: &str| {
        let found = READINGS.binary_search_by_key(&syllable, |&(syllable, ..)| syllable).ok()?;
        let (_, usual, others) = READINGS[found];
        match (usual.contains(c), others.contains(c)) {
            (true, _) => Some(Fit::Usual),
            (_, true) => Some(Fit::Possible),
            _ => None,
        }
    };
    exact(syllable).or_else(|| {
        let (initial, rest) = syllable.split_at_checked(1)?;
        match (initial, rest.as_bytes().first()?) {
            // Keyboards and registers write lu for lü; ju, qu, xu and yu are read with ü and sometimes written so.
            ("l" | "n", b'u') => exact(&syllable.replacen('u', "v", 1)),
            ("j" | "q" | "x" | "y", b'v') => exact(&syllable.replacen('v', "u", 1)),
            _ => None,
        }
    })
}

/// A letter of pinyin without its mark.
fn plain(c: char) -> Option<char> {
    Some(match c {
        'ā' | 'á' | 'ǎ' | 'à' | 'ă' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ĕ' | 'ê' | 'ế' | 'ề' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' | 'ĭ' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' | 'ŏ' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' | 'ŭ' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ü' => 'v',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_sorted_and_unique() {
        assert!(READINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(READINGS.len() > 400);
    }

    #[test]
    fn a_reading_is_known_however_it_is_written() {
        for (inside, c) in [
            ("guó", '國'),
            ("guo", '国'),
            ("guo2", '国'),
            (" guó ", '国'),
            ("ɡuó", '国'),
            ("gúo", '国'),
            ("lǜ", '绿'),
            ("lv4", '绿'),
            ("lu:4", '绿'),
            ("lu", '绿'),
            ("jü", '局'),
            ("nüè", '虐'),
            ("xue\u{301}", '学'),
            ("ń", '嗯'),
        ] {
            let pinyin = Pinyin::parse(inside).expect(inside);
            assert!(pinyin.fits(c).is_some(), "{inside} {c}");
        }
        for inside in ["WHO", "", "3", "2024", "Li Ming", "a,b", "第3页", "ㄍㄨㄛˊ"] {
            assert_eq!(Pinyin::parse(inside), None, "{inside}");
        }
    }

    #[test]
    fn the_usual_reading_of_a_common_character_is_told_from_others() {
        let fit = |inside: &str, c| Pinyin::parse(inside).and_then(|pinyin| pinyin.fits(c));
        assert_eq!(fit("liù", '六'), Some(Fit::Usual));
        assert_eq!(fit("lù", '六'), Some(Fit::Possible));
        assert_eq!(fit("dá", '龘'), Some(Fit::Possible));
        assert_eq!(fit("fps", '数'), None);
        assert_eq!(fit("ping", '令'), None);
    }

    #[test]
    fn one_bracket_can_read_a_word() {
        let reads = |inside: &str, before: &str| Pinyin::parse(inside).and_then(|pinyin| pinyin.reads_word(before));
        assert_eq!(reads("ài dài", "，叆叇"), Some(2));
        assert_eq!(reads("zhōngguó", "新中国"), Some(2));
        assert_eq!(reads("guó", "中国"), None);
        assert_eq!(reads("session", "会话"), None);
    }
}
