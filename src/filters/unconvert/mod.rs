//! Takes a converted page back to the simplified one it came from.
//!
//! A farm makes a page "original" by turning it traditional and writing the reading behind characters, 國(guó)內(nèi), or
//! behind every one, 双(shuang)方(fang), sometimes twice, and by doubling digits, 2(2)0(0). An author glosses a rare
//! character or an unusual reading, 龘(dá), 六(lù)安, once. So a bracket speaks for a converted page when it gives a common
//! character its usual reading in the middle of a sentence; once a page is known, every bracket that reads the
//! character before it goes, and a traditional page is simplified. A traditional page without such brackets stays, unless
//! the slips of a converter (`slips`) show what it was.

use std::ops::Range;
use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::cleaner::Script;
use crate::edit::RuleId;
use crate::filters::normalise::mentions;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;
use crate::script::{self, TRADITIONAL, is_han};

pub(super) mod readings;
mod slips;

use readings::{Fit, Pinyin};

/// Brackets in which readings stand, opening and closing.
const BRACKETS: [(char, char); 5] = [('(', ')'), ('（', '）'), ('[', ']'), ('【', '】'), ('〔', '〕')];
/// Bytes that a reading in its bracket has at most.
const LONGEST_INSIDE: usize = 72;

/// The brackets that open.
static OPENING: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of_chars(BRACKETS.map(|(opening, _)| opening)));

/// The characters that may open a reading.
pub(super) fn characters() -> &'static CharacterSet {
    &OPENING
}

static READING: LazyLock<RuleId> = LazyLock::new(|| RuleId::new("unconvert/reading"));
static SCRIPT: LazyLock<RuleId> = LazyLock::new(|| RuleId::new("unconvert/script"));

/// Deletes readings behind characters and doubled digits, and simplifies what was converted.
pub struct Unconvert {
    script: Script,
}

impl Unconvert {
    /// The filter; `script` says what becomes of pages that are traditional of themselves.
    pub fn new(script: Script) -> Self {
        Self { script }
    }
}

impl Filter for Unconvert {
    fn name(&self) -> &'static str {
        "unconvert"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![slips::keywords()]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let glosses = find_glosses(page);
        let cuts = if glosses.is_empty() { Vec::new() } else { Evidence::of(page.text, &glosses).cuts(&glosses) };
        let converted = || slips::betray_conversion(page) && mentions("unconvert").all(|word| !page.text.contains(word));
        let simplifies = self.script == Script::Simplified || !cuts.is_empty() || converted();
        if simplifies && !is_japanese(page.text) && script::traditional_share(page.text) >= TRADITIONAL {
            simplify_around(page.text, &cuts, edits);
        } else {
            cuts.into_iter().for_each(|cut| edits.delete(cut, &READING));
        }
    }
}

/// What a bracket is to the character before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gloss {
    /// A reading of it.
    Reading { fit: Fit, toned: bool, running: bool, base: char },
    /// The readings of a word of so many characters.
    Word(usize),
    /// The same reading again, right after the first: nobody writes that.
    Again,
    /// The digit before it once more.
    Digit,
    /// Another digit than the one before it: a bracket in its own right.
    OtherDigit,
}

/// The brackets of a text that may be readings or doubled digits, with the space before them; in order.
fn find_glosses(page: Page<'_>) -> Vec<(Range<usize>, Gloss)> {
    let text = page.text;
    let mut found: Vec<(Range<usize>, Gloss)> = Vec::new();
    for (open, _) in page.places(&OPENING).filter(|&(_, c)| OPENING.holds(c) == Some(true)) {
        let Some((end, inside)) = inside(text, open) else { continue };
        let before = text[..open].trim_end_matches([' ', '\u{A0}']);
        let start = before.len();
        // What is far away from the character is no reading of it.
        if open - start > 2 || found.last().is_some_and(|(last, _)| open < last.end) {
            continue;
        }
        let last = found.last().filter(|(last, _)| last.end == start).cloned();
        if let Some(gloss) = gloss(text, before, inside, end, last) {
            found.push((start..end, gloss));
        }
    }
    found
}

/// What a bracket that opens at `open` holds, and where it ends; `None` when it is long, or spans lines.
fn inside(text: &str, open: usize) -> Option<(usize, &str)> {
    let rest = &text[open..];
    let opening = rest.chars().next()?;
    let start = opening.len_utf8();
    let mut scanned = rest[start..].char_indices().take_while(|&(at, c)| at <= LONGEST_INSIDE && c != '\n');
    let (at, closing) = scanned.find(|&(_, c)| BRACKETS.iter().any(|&(_, closing)| closing == c))?;
    let is_pair =
        |narrow: char, wide: char| matches!((opening, closing), (a, b) if (a == narrow || a == wide) && (b == ')' || b == '）'));
    let matches = BRACKETS.contains(&(opening, closing)) || is_pair('(', '（');
    matches.then(|| (open + start + at + closing.len_utf8(), &rest[start..start + at]))
}

fn gloss(text: &str, before: &str, inside: &str, end: usize, last: Option<(Range<usize>, Gloss)>) -> Option<Gloss> {
    let base = before.chars().next_back()?;
    let trimmed = inside.trim();
    if base.is_ascii_digit() {
        let mut digits = trimmed.chars();
        let digit = digits.next().filter(|_| digits.next().is_none())?;
        let digit = if ('０'..='９').contains(&digit) { char::from_u32(digit as u32 - 0xFEE0)? } else { digit };
        return match digit {
            _ if digit == base => Some(Gloss::Digit),
            '0'..='9' => Some(Gloss::OtherDigit),
            _ => None,
        };
    }
    let pinyin = Pinyin::parse(trimmed)?;
    if let Some((range, Gloss::Reading { .. } | Gloss::Again)) = last {
        let again = text[range.clone()].trim() == text[before.len()..end].trim();
        return again.then_some(Gloss::Again);
    }
    if !is_han(base) {
        return None;
    }
    match pinyin.fits(base) {
        Some(fit) => {
            let head = &before[..before.len() - base.len_utf8()];
            let beside = head.chars().next_back().is_some_and(|c| is_han(c) || BRACKETS.iter().any(|&(_, close)| close == c));
            let running = beside || text[end..].chars().next().is_some_and(is_han);
            Some(Gloss::Reading { fit, toned: pinyin.toned, running, base })
        }
        None => pinyin.reads_word(before).map(Gloss::Word),
    }
}

/// What a page's brackets and characters say about where it comes from.
struct Evidence {
    han: usize,
    traditional: bool,
    /// Readings that no reader needs.
    idle: usize,
    /// Of these, the ones without a tone.
    toneless: usize,
    /// Characters with an idle reading, each counted as often as it stands on the page.
    standing: usize,
    again: usize,
    digits: usize,
    other_digits: usize,
    words: usize,
    word_characters: usize,
    /// The page talks about readings.
    mentions: bool,
}

impl Evidence {
    fn of(text: &str, glosses: &[(Range<usize>, Gloss)]) -> Self {
        let count = |is: fn(&Gloss) -> bool| glosses.iter().filter(|(_, gloss)| is(gloss)).count();
        let idle = |gloss: &Gloss| matches!(gloss, Gloss::Reading { fit: Fit::Usual, running: true, .. });
        let mut bases: Vec<char> = glosses
            .iter()
            .filter_map(|(_, gloss)| match gloss {
                Gloss::Reading { fit: Fit::Usual, running: true, base, .. } => Some(*base),
                _ => None,
            })
            .collect();
        bases.sort_unstable();
        bases.dedup();
        let han = text.chars().filter(|&c| is_han(c)).count();
        Self {
            han,
            traditional: script::traditional_share(text) >= TRADITIONAL,
            idle: count(idle),
            toneless: count(|gloss| matches!(gloss, Gloss::Reading { fit: Fit::Usual, running: true, toned: false, .. })),
            standing: text.chars().filter(|c| bases.binary_search(c).is_ok()).count(),
            again: count(|gloss| *gloss == Gloss::Again),
            digits: count(|gloss| *gloss == Gloss::Digit),
            other_digits: count(|gloss| *gloss == Gloss::OtherDigit),
            words: count(|gloss| matches!(gloss, Gloss::Word(_))),
            word_characters: glosses.iter().map(|(_, gloss)| if let Gloss::Word(read) = gloss { *read } else { 0 }).sum(),
            mentions: mentions("unconvert").any(|word| text.contains(word)),
        }
    }

    /// The brackets to cut.
    fn cuts(&self, glosses: &[(Range<usize>, Gloss)]) -> Vec<Range<usize>> {
        let (read, digits, words) = (self.is_read(), self.has_doubled_digits(), self.has_read_words());
        let cut = |gloss: &Gloss| match gloss {
            Gloss::Reading { .. } | Gloss::Again => read || words,
            Gloss::Word(_) => words,
            Gloss::Digit => digits,
            Gloss::OtherDigit => false,
        };
        glosses.iter().filter(|(_, gloss)| cut(gloss)).map(|(range, _)| range.clone()).collect()
    }

    /// Whether the page's characters carry readings that no author wrote.
    fn is_read(&self) -> bool {
        // A gloss stands once; a converter reads a character wherever it stands, on some pages on some lines only.
        let constant = self.idle * 4 >= self.standing;
        let (least, share) = match (self.traditional, self.mentions) {
            // One reading may be a gloss of a name; on a line it is not.
            (true, false) => (1, if self.idle > 1 { 150 } else { 40 }),
            (true, true) => (3, 40),
            (false, false) => (if self.toneless == self.idle { 2 } else { 3 }, 25),
            // A primer marks the tones; a converter that reads simplified text does not.
            (false, true) if self.toneless == self.idle => (8, 3),
            (false, true) => return self.again > 1,
        };
        self.again > 1 || constant && self.idle >= least && self.idle * share >= self.han
    }

    fn has_doubled_digits(&self) -> bool {
        let least = if self.is_read() { 1 } else { 4 };
        self.digits >= least && self.digits > self.other_digits
    }

    /// Whether nearly every word carries its reading.
    fn has_read_words(&self) -> bool {
        !self.mentions && self.words >= 5 && (self.word_characters + self.idle) * 2 >= self.han
    }
}

/// Proposes the brackets' deletion and the other script of everything else; a word that was cut by a bracket is one edit.
fn simplify_around(text: &str, gone: &[Range<usize>], edits: &mut Proposals<'_>) {
    // The text without the brackets, and for each piece of it where it began: here, there.
    let mut plain = String::with_capacity(text.len());
    let mut starts = vec![(0, 0)];
    let mut copied = 0;
    for bracket in gone {
        plain.push_str(&text[copied..bracket.start]);
        copied = bracket.end;
        starts.push((plain.len(), copied));
    }
    plain.push_str(&text[copied..]);
    let there = |at: usize| {
        let (here, there) = starts[starts.partition_point(|&(here, _)| here <= at) - 1];
        at - here + there
    };
    let mut brackets = gone.iter().peekable();
    for (range, simple) in script::simplify(&plain) {
        let last = plain[range.clone()].chars().next_back().map_or(0, char::len_utf8);
        let range = there(range.start)..there(range.end - last) + last;
        while let Some(bracket) = brackets.next_if(|bracket| bracket.start < range.end) {
            if bracket.start < range.start {
                edits.delete(bracket.clone(), &READING);
            }
        }
        edits.replace(range, simple, &SCRIPT);
    }
    brackets.for_each(|bracket| edits.delete(bracket.clone(), &READING));
}

/// Whether the text is Japanese, whose characters are no traditional ones. の alone stands in Chinese names too.
fn is_japanese(text: &str) -> bool {
    let kana = text.chars().filter(|&c| matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ') && c != 'の').count();
    kana * 8 > text.chars().filter(|&c| is_han(c)).count()
}

#[cfg(test)]
mod tests;
