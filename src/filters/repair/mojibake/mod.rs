//! Mojibake: text whose bytes were once read in the wrong encoding, repaired run by run.
//!
//! Nearly all text is let through by a scan for characters that are rare in Chinese. A suspicious line is decoded by every
//! wrong reading that could have made its characters; the language model picks the likeliest, and it must be Chinese by a
//! margin. What is lost comes out as one U+FFFD a character.

mod charset;
mod debris;
mod latin;
mod lattice;
mod scale;

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use self::charset::{Meant, Misread, western};
use self::lattice::Stretch;
use self::scale::Scale;
use crate::edit::{Edit, Edits, RuleId};
use crate::page::{Line, Page};

/// A run of mojibake and what it says.
pub(super) struct Repaired {
    /// Bytes of the page.
    pub(super) range: Range<usize>,
    /// The text that was meant.
    pub(super) text: String,
    /// The rule: the wrong reading that was undone, or the debris that is gone.
    pub(super) rule: RuleId,
    /// How much likelier the text is, in nats; `None` for debris.
    pub(super) gain: Option<f32>,
}

/// What `rules/mojibake.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Readings {
    lost: f32,
    guess: f32,
    reading: Vec<Reading>,
}

/// One way in which bytes are read wrongly, and what undoing it must show.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reading {
    misread: Misread,
    meant: Meant,
    enter: f32,
    gain: f32,
    mean: f32,
    clear: usize,
    lost: f32,
}

static READINGS: LazyLock<Readings> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../rules/mojibake.toml")).expect("the tests read this file"));

/// How often bytes may have been read wrongly, one time after the other.
const MOST_ROUNDS: usize = 4;

/// Two rare characters within so many make a line suspicious.
const NEAR: usize = 8;

/// The runs of mojibake on a page, in order.
pub(super) fn find(page: Page<'_>) -> Vec<Repaired> {
    let mut found = Vec::new();
    let scale = Scale::new();
    for line in page.lines().filter(|line| !line.whole.is_ascii()) {
        let debris = debris::find(line, page);
        if !debris.is_empty() {
            found.extend(debris);
            continue;
        }
        let runs = line_runs(line, &scale, MOST_ROUNDS);
        found.extend(if runs.is_empty() { latin::find(line) } else { runs });
    }
    found
}

/// The runs of one line: those of the reading that gains most.
fn line_runs(line: Line<'_>, scale: &Scale, rounds: usize) -> Vec<Repaired> {
    let suspicion = Suspicion::of(line.whole, scale);
    let (mut best, mut most) = (Vec::new(), 0.0);
    for reading in READINGS.reading.iter().filter(|reading| suspicion.covers(reading.misread)) {
        let stretches = reading.stretches(line.whole, scale);
        let gain: f32 = stretches.iter().map(|stretch| stretch.gain).sum();
        if gain > most {
            (best, most) = (stretches.into_iter().map(|stretch| reading.repaired(line, stretch)).collect(), gain);
        }
    }
    if rounds > 0 && best.is_empty() && (suspicion.western || suspicion.rare) {
        best.extend(twice(line, scale, rounds - 1));
    }
    best
}

impl Reading {
    /// The stretches of a line that this reading explains beyond doubt.
    fn stretches(&self, line: &str, scale: &Scale) -> Vec<Stretch> {
        let costs = lattice::Costs { enter: self.enter, lost: READINGS.lost, guess: READINGS.guess };
        let mut found = lattice::decode(line, self.misread, self.meant, costs, scale);
        let sum = |of: fn(&Stretch) -> f32| found.iter().map(of).sum::<f32>();
        let (clear, mean) = (sum(|it| it.clear as f32), sum(|it| it.mean * it.clear as f32));
        let sure = sum(|it| it.gain) >= self.gain
            && clear >= self.clear as f32
            && mean >= self.mean * clear
            && sum(|it| it.lost as f32) <= self.lost * clear;
        // Other languages are not the model's business.
        let chinese = |text: &str| text.chars().any(|c| matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF5E}'));
        found.retain(|stretch| sure && stretch.gain > 0.0 && stretch.clear >= self.clear.min(2) && chinese(&stretch.text));
        found
    }

    fn repaired(&self, line: Line<'_>, stretch: Stretch) -> Repaired {
        let range = line.start + stretch.range.start..line.start + stretch.range.end;
        Repaired { range, text: stretch.text, rule: self.rule(), gain: Some(stretch.gain) }
    }

    fn rule(&self) -> RuleId {
        let meant = match self.meant {
            Meant::Utf8 => "utf-8",
            Meant::Gbk => "gbk",
            Meant::Big5 => "big5",
        };
        let misread = match self.misread {
            Misread::Gbk if self.meant == Meant::Gbk => "gbk-one-byte-late",
            Misread::Gbk => "gbk",
            Misread::Big5 | Misread::Big5Unicode => "big5",
            Misread::Western => "latin-1",
            Misread::ShiftJis => "shift-jis",
            Misread::EucKr => "euc-kr",
            Misread::Utf8 => "utf-8",
        };
        RuleId::new(format!("repair/{meant}-as-{misread}"))
    }
}

/// A line that was read wrongly twice and more: what one round back gives is mojibake again, and can be repaired.
fn twice(line: Line<'_>, scale: &Scale, rounds: usize) -> Option<Repaired> {
    let text = line.whole;
    let mut garbled = text.char_indices().filter(|&(_, c)| !c.is_ascii() && western(c).is_some());
    let (start, _) = garbled.next()?;
    let end = garbled.next_back().map(|(at, c)| at + c.len_utf8())?;
    let bytes: Vec<u8> = text[start..end].chars().map(western).collect::<Option<_>>()?;
    let inner = String::from_utf8_lossy(&bytes);
    let lost = inner.chars().filter(|&c| c == '\u{FFFD}').count();
    if inner.is_ascii() || lost * 4 > inner.chars().count() {
        return None;
    }
    let runs = line_runs(Line { start: 0, whole: &inner }, scale, rounds);
    let gain: f32 = runs.iter().filter_map(|run| run.gain).sum();
    let rule = runs.first()?.rule.clone();
    let edit = |run: Repaired| Edit {
        at: run.range.start,
        before: inner[run.range].into(),
        after: run.text.into(),
        rule: run.rule,
        gain: run.gain,
    };
    let (edits, _) = Edits::resolve(runs.into_iter().map(edit).collect());
    let meant = edits.apply(&inner).into_owned();
    let left = Suspicion::of(&meant, scale);
    (!left.western).then(|| Repaired { range: line.start + start..line.start + end, text: meant, rule, gain: Some(gain) })
}

/// What about a line is unlike Chinese text.
#[derive(Clone, Copy, Default)]
struct Suspicion {
    /// Han, private-use or replacement characters that are rare, near each other.
    rare: bool,
    /// Two letters or signs in a row as one byte each has them beyond ASCII.
    western: bool,
    /// U+FFFD beside what two bytes of UTF-8 are.
    replaced: bool,
    /// Half-width katakana.
    kana: bool,
    /// Hangul.
    hangul: bool,
}

impl Suspicion {
    fn of(line: &str, scale: &Scale) -> Self {
        let mut suspicion = Self::default();
        let mut rare = None;
        let mut last = ' ';
        // Dashes and quotes alone are no sign: Windows-1252 has them too.
        let byte_by_byte = |one: char, other: char| {
            !one.is_ascii() && one.min(other) <= '\u{FF}' && western(one).is_some() && western(other).is_some()
        };
        for (at, c) in line.chars().enumerate() {
            match c {
                '\0'..='\x7F' => {}
                '\u{80}'..='\u{7FF}' => {
                    suspicion.western |= byte_by_byte(last, c);
                    suspicion.replaced |= last == '\u{FFFD}';
                }
                '\u{FF61}'..='\u{FF9F}' => suspicion.kana = true,
                '\u{AC00}'..='\u{D7A3}' => suspicion.hangul = true,
                _ => {
                    suspicion.western |= byte_by_byte(last, c);
                    let counts = matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '€');
                    if counts && scale.is_rare(c) {
                        suspicion.rare |= rare.is_some_and(|before| at - before <= NEAR);
                        rare = Some(at);
                    }
                }
            }
            last = c;
        }
        suspicion
    }

    /// Whether a wrong reading could have made what is suspicious.
    fn covers(self, misread: Misread) -> bool {
        match misread {
            Misread::Gbk | Misread::Big5 | Misread::Big5Unicode => self.rare,
            Misread::Western => self.western,
            Misread::Utf8 => self.replaced,
            Misread::ShiftJis => self.rare && self.kana,
            Misread::EucKr => self.hangul,
        }
    }
}

#[cfg(test)]
mod tests;
