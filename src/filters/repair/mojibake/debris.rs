//! What is left where nothing can be had back: 锟斤拷, made of U+FFFD whose bytes were read as GBK, and the fill bytes of
//! C programs, 烫烫烫 and 屯屯屯. A text that talks about them keeps them.

use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::cleaner::Lost;
use crate::edit::RuleId;
use crate::page::{Line, Page};

use super::super::talk;
use super::Repaired;
use super::charset::{Misread, Unit};

/// U+FFFD as UTF-8 has it.
const REPLACEMENT: [Unit; 3] = [Unit::Byte(0xEF), Unit::Byte(0xBF), Unit::Byte(0xBD)];

/// So many fill characters in a row are no word.
const FILL: usize = 5;

/// The characters with which debris begins.
static BEGINS: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of_chars(['锟', '烫', '屯']));

pub(super) fn characters() -> &'static CharacterSet {
    &BEGINS
}

/// Whether a page holds anything that may be debris.
pub(super) fn is_on(page: Page<'_>) -> bool {
    page.places(&BEGINS).any(|(_, c)| BEGINS.holds(c) == Some(true))
}

/// The debris on a line, in order; one finding a run. One U+FFFD marks a run, or nothing is left of it.
pub(super) fn find(line: Line<'_>, page: Page<'_>, lost: Lost) -> Vec<Repaired> {
    let text = line.whole;
    let kun = text.contains('锟') && (text.contains("锟斤") || text.contains("斤拷"));
    let fill = text.contains("烫烫烫") || text.contains("屯屯屯");
    if !kun && !fill || talk::talks(line) {
        return Vec::new();
    }
    let mut bad = vec![false; text.len()];
    if kun && !is_quoted(text) && (count(text) > 1 || !talks_about(page)) {
        mark_replacements(text, &mut bad);
    }
    if fill {
        mark_fill(text, &mut bad);
    }
    let left = match lost {
        Lost::Drop => "",
        Lost::Mark => "\u{FFFD}",
    };
    runs(line, &bad, left)
}

/// How many lost characters a line shows.
fn count(text: &str) -> usize {
    text.matches("锟斤拷").count()
}

/// Whether 锟斤拷 stands in quotes: then it is a word.
fn is_quoted(text: &str) -> bool {
    ["“锟斤拷”", "「锟斤拷」", "\"锟斤拷\"", "『锟斤拷』", "‘锟斤拷’", "《锟斤拷》"].iter().any(|quoted| text.contains(quoted))
}

/// Whether a page knows what 锟斤拷 is.
fn talks_about(page: Page<'_>) -> bool {
    ["烫烫烫", "屯屯屯", "锘锘锘"].iter().any(|word| page.text.contains(word)) || page.lines().any(talk::talks)
}

/// Marks the characters that hold a byte of a U+FFFD, and U+FFFD itself.
fn mark_replacements(text: &str, bad: &mut [bool]) {
    let mut units = Vec::new();
    let mut owner = Vec::new();
    for (at, c) in text.char_indices() {
        Misread::Gbk.units(c, &mut units);
        owner.resize(units.len(), at);
        bad[at] |= c == '\u{FFFD}';
    }
    for start in 0..units.len() {
        // The last one may be cut.
        let length = units[start..].iter().zip(REPLACEMENT).take_while(|(unit, byte)| *unit == byte).count();
        if length == 3 || length == 2 && matches!(units.get(start + 2), None | Some(Unit::Lost)) {
            owner[start..start + length].iter().for_each(|&at| bad[at] = true);
        }
    }
}

/// Marks long runs of one fill character.
fn mark_fill(text: &str, bad: &mut [bool]) {
    for fill in ['烫', '屯'] {
        let mut at = 0;
        while let Some(start) = text[at..].find(fill).map(|found| at + found) {
            let length = text[start..].chars().take_while(|&c| c == fill).count();
            at = start + length * fill.len_utf8();
            if length >= FILL {
                (start..at).for_each(|byte| bad[byte] = true);
            }
        }
    }
}

/// The runs of marked characters, and what is left of each.
fn runs(line: Line<'_>, bad: &[bool], left: &str) -> Vec<Repaired> {
    let mut found: Vec<Repaired> = Vec::new();
    for (at, c) in line.whole.char_indices().filter(|&(at, _)| bad[at]) {
        let (start, end) = (line.start + at, line.start + at + c.len_utf8());
        match found.last_mut() {
            Some(run) if run.range.end == start => run.range.end = end,
            _ => {
                found.push(Repaired { range: start..end, text: left.to_owned(), rule: RuleId::new("repair/debris"), gain: None })
            }
        }
    }
    found
}
