//! Characters torn between two bytes by a converter that looks for characters byte by byte.
//!
//! Where it writes a reading, `變?yōu)槭澜缂夡w` for 變為世界級體: it finds 優 in the second byte of 變 and the first of 為, and
//! writes (yōu) behind it; the bracket's `(` and the first byte of 為 become one `?`. Where it loses a byte, `就是幸?！边@種` for
//! 就是幸福”這種: the first byte of 福 becomes `?`. What follows is read one byte late until an ASCII character sets it right,
//! which may be the last byte of a character, or the `?` that the `<` of a tag made with the byte before it. A reading tells
//! which byte was lost; else the language model must.

use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;

use super::Repaired;
use super::charset::{Meant, Misread, Unit};
use super::scale::Scale;
use crate::edit::RuleId;
use crate::filters::unconvert::readings::Pinyin;
use crate::page::Page;

/// A `?` behind a character, and a reading without the opening of its bracket.
static TEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}(?P<torn>\?(?:(?P<reading>[\p{Latin}\x{300}-\x{30C}]{1,8})\))?)[^\x00-\x7F]")
        .expect("a pattern that is tested")
});

/// By how many nats a character must be likelier on average than what stands there.
const GAIN: f32 = 1.5;

/// By how many nats the character whose byte was lost without a reading must be likelier than any other.
const MARGIN: f32 = 2.0;

/// After so many characters without a common border there is none, with a reading and without.
const FURTHEST: usize = 64;
const FURTHEST_WITHOUT: usize = 16;

/// How many characters on each side of what was torn the model is asked about.
const CONTEXT: usize = 2;

/// What closes a paragraph.
const CLOSING: [char; 9] = ['。', '”', '！', '？', '…', '）', '》', '：', '；'];

/// The torn places of a page, in order.
pub(super) fn find(page: Page<'_>, scale: &Scale) -> Vec<Repaired> {
    let bytes = page.text.as_bytes();
    // A small letter, or a byte of what is not ASCII.
    let may_tear = |byte: &u8| matches!(byte, b'a'..=b'z' | 0x80..);
    if !memchr_iter(b'?', bytes).any(|at| bytes.get(at + 1).is_some_and(may_tear)) {
        return Vec::new();
    }
    let mut found: Vec<Repaired> = Vec::new();
    for line in page.lines().filter(|line| line.whole.contains('?')) {
        for tear in TEAR.captures_iter(line.whole) {
            let Some(torn) = tear.name("torn") else { continue };
            let (before, rest) = (&line.whole[..torn.start()], &line.whole[torn.end()..]);
            let mended = match tear.name("reading") {
                Some(reading) => Pinyin::parse(reading.as_str()).and_then(|pinyin| by_reading(before, &pinyin, rest, scale)),
                None => by_model(before, rest, scale),
            };
            if let Some(Mended { text, length, gain }) = mended {
                let range = line.start + torn.start()..line.start + torn.end() + length;
                found.push(Repaired { range, text, rule: RuleId::new("repair/torn-character"), gain: Some(gain) });
            }
        }
    }
    found
}

/// What a torn place and the bytes behind it say.
struct Mended {
    text: String,
    /// How many bytes behind the torn place that takes.
    length: usize,
    gain: f32,
}

/// What a place says whose lost byte and the one before it have this reading as a character.
fn by_reading(before: &str, pinyin: &Pinyin, rest: &str, scale: &Scale) -> Option<Mended> {
    let mut units = Vec::new();
    Misread::Gbk.units(before.chars().next_back()?, &mut units);
    let &[_, Unit::Byte(half)] = &*units else { return None };
    let fits = |lost: u8| character(half, lost).is_some_and(|found| pinyin.fits(found).is_some());
    let (second, late) = Late::read(rest, FURTHEST, scale)?;
    let mended =
        (0x40..=0xFE).filter(|&lost| fits(lost)).filter_map(|lost| late.mended(before, character(lost, second)?, rest, scale));
    mended.max_by(|one, other| one.gain.total_cmp(&other.gain))
}

/// What a place says whose lost byte only the text around it can tell.
fn by_model(before: &str, rest: &str, scale: &Scale) -> Option<Mended> {
    let (second, late) = Late::read(rest, FURTHEST_WITHOUT, scale)?;
    let mended = (0x81..=0xFE).filter_map(|lost| late.mended(before, character(lost, second)?, rest, scale));
    let mut mended: Vec<Mended> = mended.collect();
    mended.sort_by(|one, other| other.gain.total_cmp(&one.gain));
    let is_sure = mended.get(1).is_none_or(|next| mended[0].gain >= next.gain + MARGIN);
    mended.into_iter().next().filter(|_| is_sure)
}

/// Text that was read one byte late, put right.
struct Late {
    /// What stands behind the torn character.
    text: String,
    /// How many bytes of the page that is, the torn character's last byte with it.
    length: usize,
}

impl Late {
    /// The last byte of the torn character, and the text up to where it and the page have a border of characters at the same
    /// place.
    fn read(rest: &str, furthest: usize, scale: &Scale) -> Option<(u8, Self)> {
        let (mut second, mut lead, mut text) = (None, None, String::new());
        for (at, c) in rest.char_indices().take(furthest) {
            let is_tag = || rest[at..].strip_prefix("?/").is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic()));
            if let (Some(first), Some(second)) = (lead, second)
                && is_tag()
            {
                text.push(closing(first, text.chars().next_back(), scale)?);
                text.push('<');
                return Some((second, Self { text, length: at + 1 }));
            }
            let mut units = Vec::new();
            Misread::Gbk.units(c, &mut units);
            for unit in units {
                let Unit::Byte(byte) = unit else { return None };
                match lead.take() {
                    _ if second.is_none() => second = Some(byte),
                    Some(first) => text.push(character(first, byte)?),
                    None if byte.is_ascii() => return None,
                    None => lead = Some(byte),
                }
            }
            if lead.is_none() {
                return second.map(|second| (second, Self { text, length: at + c.len_utf8() }));
            }
        }
        None
    }

    /// The text with its first character, if that is so much likelier than what stands there.
    fn mended(&self, before: &str, first: char, rest: &str, scale: &Scale) -> Option<Mended> {
        let start = before.char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
        let state = scale.state_of(&before[start..]);
        let prose: String = std::iter::once(first).chain(self.text.chars().filter(|&c| c != '<')).collect();
        let after: String = rest[self.length..].chars().take(CONTEXT).collect();
        let decoded = scale.sum_decoded(state, first, &format!("{}{after}", &prose[first.len_utf8()..]));
        let stands = scale.sum_as_it_stands(state, rest[..self.length].chars().chain(after.chars()));
        let gain = decoded - stands;
        let text = format!("{first}{}", self.text);
        (gain >= GAIN * prose.chars().count() as f32).then_some(Mended { text, length: self.length, gain })
    }
}

/// The character of two bytes.
fn character(first: u8, second: u8) -> Option<char> {
    Meant::Gbk.character(&[Unit::Byte(first), Unit::Byte(second)]).map(|(found, _)| found)
}

/// The mark that closes a paragraph, of which the first byte is left.
fn closing(first: u8, before: Option<char>, scale: &Scale) -> Option<char> {
    let state = scale.state_after(before.unwrap_or('\n'));
    let score = |mark: &char| scale.sum_decoded(state, *mark, "\n");
    let of_first = |&mark: &char| {
        let mut units = Vec::new();
        Misread::Gbk.units(mark, &mut units);
        units.first() == Some(&Unit::Byte(first))
    };
    CLOSING.into_iter().filter(of_first).max_by(|one, other| score(one).total_cmp(&score(other)))
}
