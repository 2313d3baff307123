//! Characters torn by readings that a converter put between bytes: `變?yōu)槭澜缂夡w` for 變為世界級體.
//!
//! A converter that looks for characters byte by byte finds 優 in the second byte of 變 and the first of 為, and writes (yōu)
//! behind it: the bracket's `(` and the first byte of 為 become one `?`, and what follows is read one byte late until an
//! ASCII character sets it right. The reading tells which byte was lost. At the end of a paragraph the last byte and the
//! `<` of the tag behind it become one `?` again.

use std::sync::LazyLock;

use encoding_rs::GBK;
use memchr::memchr_iter;
use regex::Regex;

use super::Repaired;
use super::charset::{Meant, Misread, Unit};
use super::scale::Scale;
use crate::edit::RuleId;
use crate::filters::unconvert::readings::Pinyin;
use crate::language::State;
use crate::page::Page;

/// A reading without the opening of its bracket.
static READING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}(?P<torn>\?(?P<reading>[\p{Latin}\x{300}-\x{30C}]{1,8})\))").expect("a pattern that is tested")
});

/// By how many nats a character must be likelier on average than what stands there.
const GAIN: f32 = 1.5;

/// What closes a paragraph.
const CLOSING: [char; 8] = ['。', '”', '！', '？', '…', '）', '》', '：'];

/// After so many characters without a common border there is none.
const FURTHEST: usize = 64;

/// The torn places of a page, in order.
pub(super) fn find(page: Page<'_>, scale: &Scale) -> Vec<Repaired> {
    let bytes = page.text.as_bytes();
    // A small letter, or the first byte of one with a tone mark.
    let is_letter = |byte: &u8| matches!(byte, b'a'..=b'z' | 0xC3..=0xC9);
    if !memchr_iter(b'?', bytes).any(|at| bytes.get(at + 1).is_some_and(is_letter)) {
        return Vec::new();
    }
    let mut found: Vec<Repaired> = Vec::new();
    for line in page.lines() {
        for reading in READING.captures_iter(line.whole) {
            let (Some(torn), Some(pinyin)) = (reading.name("torn"), Pinyin::parse(&reading["reading"])) else { continue };
            let (before, rest) = (&line.whole[..torn.start()], &line.whole[torn.end()..]);
            if let Some((text, length, gain)) = mended(before, &pinyin, rest, scale) {
                let range = line.start + torn.start()..line.start + torn.end() + length;
                found.push(Repaired { range, text, rule: RuleId::new("repair/torn-by-reading"), gain: Some(gain) });
            }
        }
    }
    found
}

/// What a torn place and the bytes behind it say, how many bytes of `rest` that takes, and what is gained.
fn mended(before: &str, pinyin: &Pinyin, rest: &str, scale: &Scale) -> Option<(String, usize, f32)> {
    let last = before.chars().next_back()?;
    let mut units = Vec::new();
    Misread::Gbk.units(last, &mut units);
    let &[_, Unit::Byte(half)] = &*units else { return None };
    let lost = (0x40..=0xFE).filter(|&lost| {
        let found = Meant::Gbk.character(&[Unit::Byte(half), Unit::Byte(lost)]);
        found.is_some_and(|(found, _)| pinyin.fits(found).is_some())
    });
    let sum = |text: &str, cost: fn(&Scale, State, char) -> (State, f32)| {
        let add = |(state, sum), c| {
            let (state, cost) = cost(scale, state, c);
            (state, sum + cost)
        };
        text.chars().fold((scale.state_after(last), 0.0), add).1
    };
    let mended = lost.filter_map(|lost| {
        let (text, length) = realigned(last, lost, rest, scale)?;
        let prose = text.trim_end_matches('<');
        let gain = sum(prose, Scale::decoded) - sum(&rest[..length], Scale::as_it_stands);
        let needed = GAIN * prose.chars().count() as f32;
        (gain >= needed).then_some((text, length, gain))
    });
    mended.max_by(|one, other| one.2.total_cmp(&other.2))
}

/// The text behind `last` that begins with a lost byte, up to where it and the page have a border of characters at the same
/// place.
fn realigned(last: char, lost: u8, rest: &str, scale: &Scale) -> Option<(String, usize)> {
    let (mut text, mut lead) = (String::new(), Some(lost));
    for (at, c) in rest.char_indices().take(FURTHEST) {
        if let (Some(first), true) = (lead, rest[at..].starts_with("?/")) {
            text.push(closing(first, text.chars().next_back().unwrap_or(last), scale)?);
            text.push('<');
            return Some((text, at + 1));
        }
        let mut units = Vec::new();
        Misread::Gbk.units(c, &mut units);
        for unit in units {
            let Unit::Byte(byte) = unit else { return None };
            match lead.take() {
                Some(first) => text.push(Meant::Gbk.character(&[Unit::Byte(first), unit])?.0),
                None => lead = Some(byte),
            }
        }
        if lead.is_none() {
            return Some((text, at + c.len_utf8()));
        }
    }
    None
}

/// The mark that closes a paragraph, of which the first byte is left.
fn closing(first: u8, before: char, scale: &Scale) -> Option<char> {
    let state = scale.state_after(before);
    let score = |mark: &char| scale.sum_decoded(state, *mark, "\n");
    let of_first = |&mark: &char| GBK.encode(mark.encode_utf8(&mut [0; 4])).0.first() == Some(&first);
    CLOSING.into_iter().filter(of_first).max_by(|one, other| score(one).total_cmp(&score(other)))
}
