//! Brings pages back that were converted to dodge duplicate detection: readings glued to characters, 国(guo)内(nei), and
//! simplified pages turned traditional on top of it, 國(guó)內(nèi).
//!
//! # What it finds
//! A bracket directly behind a character that holds one of that character's readings, in running text, behind characters
//! that nobody needs to have explained. A page with enough of them was converted: all such brackets go, doubled digits
//! too (2(2)0(0)), and a traditional page goes back to simplified script.
//!
//! # What it leaves alone
//! Glosses of rare characters (叆叇(ài dài)), word lists (春(chūn)、冬(dōng)), names and abbreviations in brackets, and genuine
//! traditional pages, unless simplified script was asked for.

mod readings;

use std::ops::Range;
use std::sync::LazyLock;

use crate::cleaner::Script;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::language::LanguageModel;
use crate::page::Page;
use crate::script;
use readings::Annotation;

/// Takes readings out of converted pages, and brings back the script that they were in.
pub struct Unconvert {
    script: Script,
}

static READING: LazyLock<RuleId> = LazyLock::new(|| RuleId::new("unconvert/reading"));
static SCRIPT: LazyLock<RuleId> = LazyLock::new(|| RuleId::new("unconvert/script"));

/// Of the traditional characters of a converted page at least this share carries a reading.
const ANNOTATED: f32 = 0.02;
/// A page of which this share of the Han characters is traditional is in traditional script.
const TRADITIONAL: f32 = 0.03;
/// A page needs this many readings of other characters, and one in [`SPARSE`] Han characters.
const LEAST_READINGS: usize = 3;
/// The same in traditional script.
const LEAST_READINGS_TRADITIONAL: usize = 2;
const SPARSE: usize = 100;
/// A character with less than this share of Chinese text (natural logarithm) may need its reading explained.
const COMMON: f32 = -11.0;

impl Unconvert {
    /// The filter, which brings traditional pages to simplified script where that is asked for.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self { script }
    }
}

impl Filter for Unconvert {
    fn name(&self) -> &'static str {
        "unconvert"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let annotations = readings::annotations(page.text);
        let converted = is_converted(page.text, &annotations);
        let gone: Vec<Range<usize>> =
            if converted { annotations.into_iter().map(|annotation| annotation.bracket).collect() } else { Vec::new() };
        let simplify = self.script == Script::Simplified || converted;
        if simplify && script::traditional_share(page.text) >= TRADITIONAL {
            simplify_around(page.text, &gone, edits);
        } else {
            gone.into_iter().for_each(|bracket| edits.delete(bracket, &READING));
        }
    }
}

/// Whether the annotations show that the page was converted.
fn is_converted(text: &str, annotations: &[Annotation<'_>]) -> bool {
    if annotations.is_empty() {
        return false;
    }
    let readings: Vec<&Annotation<'_>> =
        annotations.iter().filter(|annotation| annotation.running && is_common(annotation.character)).collect();
    let is_traditional = script::traditional_share(text) >= TRADITIONAL;
    if is_traditional {
        let annotated = readings.iter().filter(|annotation| script::simplified(annotation.character).is_some()).count();
        let all = text.chars().filter(|&c| script::simplified(c).is_some()).count();
        if annotated > 0 && annotated as f32 >= ANNOTATED * all as f32 {
            return true;
        }
    }
    // A text on grammar annotates one syllable over and over: 好的(de)、慢慢地(de)、跑得(de)快.
    let one_syllable = readings.windows(2).all(|pair| pair[0].reading == pair[1].reading);
    let least = if is_traditional { LEAST_READINGS_TRADITIONAL } else { LEAST_READINGS };
    let han = text.chars().filter(|&c| script::is_han(c)).count();
    !one_syllable && readings.len() >= least && readings.len() * SPARSE >= han
}

/// Whether a character is so common that nobody explains its reading. Digits are.
fn is_common(c: char) -> bool {
    let model = LanguageModel::embedded();
    c.is_ascii_digit() || model.log_frequency(model.symbol(script::simplified(c).unwrap_or(c))) > COMMON
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

#[cfg(test)]
mod tests;
