//! Mojibake: text whose bytes were once read in the wrong encoding, repaired run by run.
//!
//! Nearly all text is let through by a scan for characters that are rare in Chinese ([`suspicion`]). Around what it finds,
//! each wrong reading that could have made such characters is tried in the one obvious way ([`glance`]); a line that one of
//! them promises to explain is searched for the best way ([`lattice`]). The language model picks the likeliest reading, and
//! it must be Chinese by a margin. What is lost comes out as one U+FFFD a character.

mod charset;
mod debris;
mod glance;
mod latin;
mod lattice;
mod scale;
mod suspicion;
mod torn;

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use self::charset::{Meant, Misread, western};
use self::glance::{Garbled, Glance};
use self::lattice::Stretch;
use self::scale::Scale;
use self::suspicion::Suspicion;
use crate::characters::CharacterSet;
use crate::cleaner::Lost;
use crate::edit::RuleId;
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
    glance: f32,
    proven: usize,
    known: Known,
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
    margin: f32,
}

/// What a reading that is known from the page must show; `mean` is added to the reading's own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    enter: f32,
    gain: f32,
    mean: f32,
    clear: usize,
}

static READINGS: LazyLock<Readings> =
    LazyLock::new(|| toml::from_str(include_str!("../../../../rules/mojibake.toml")).expect("the tests read this file"));

/// How often bytes may have been read wrongly, one time after the other.
const MOST_ROUNDS: usize = 4;

/// How many readings of a line are searched at most, the most promising ones.
const TRIED: usize = 3;

/// How many characters of a page are looked at in vain, counted once for each reading and [`SEARCHED`] times for each
/// search: a page that has shown no mojibake by then, however strange, holds none further on.
const PATIENCE: usize = 300_000;
const SEARCHED: usize = 8;

/// How many characters are tried for lost ones on a page, and for each byte of it besides.
const GUESSES: usize = 1_000_000;
const GUESSES_PER_BYTE: usize = 4;

/// The characters of which mojibake holds some.
pub(super) fn characters() -> &'static CharacterSet {
    static CHARACTERS: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::union([scale::odd(), debris::characters()]));
    &CHARACTERS
}

/// The runs of mojibake on a page, in order. Debris goes or is marked as `lost`.
pub(super) fn find(page: Page<'_>, lost: Lost) -> Vec<Repaired> {
    let scale = Scale::new();
    // What is left of the line reads right only when the torn places are mended.
    let torn = torn::find(page, &scale);
    if !torn.is_empty() {
        return torn;
    }
    let (mut found, mut left) = (Vec::new(), Vec::new());
    let mut proofs = vec![0; READINGS.reading.len()];
    let mut reader = Reader::new(page);
    let holds_debris = debris::is_on(page);
    let odd: Vec<(usize, char)> = scale.odd(page).collect();
    let mut odd = &*odd;
    for line in page.lines() {
        let (here, behind) = odd.split_at(odd.partition_point(|&(at, _)| at < line.whole_range().end));
        odd = behind;
        if here.is_empty() && !holds_debris {
            continue;
        }
        let debris = if holds_debris { debris::find(line, page, lost) } else { Vec::new() };
        if !debris.is_empty() {
            found.extend(debris);
            continue;
        }
        let suspicion = Suspicion::of(line.whole, here.iter().map(|&(at, c)| (at - line.start, c)), &scale);
        if suspicion.is_empty() {
            continue;
        }
        if let Some((number, stretches)) = reader.likeliest(line.whole, &suspicion) {
            reader.usual = Some(number);
            proofs[number] += stretches.iter().map(|stretch| stretch.clear).sum::<usize>();
            found.extend(stretches.into_iter().map(|stretch| READINGS.reading[number].repaired(line, stretch)));
        } else if let Some(run) = reader.twice(line, &suspicion, MOST_ROUNDS) {
            found.push(run);
        } else {
            let runs = if suspicion.single { latin::find(line) } else { Vec::new() };
            if runs.is_empty() && suspicion.any {
                left.push(line);
            }
            found.extend(runs);
        }
    }
    let proven =
        READINGS.reading.iter().zip(proofs).filter(|&(_, proof)| proof >= READINGS.proven).max_by_key(|&(_, proof)| proof);
    if let Some((reading, _)) = proven {
        for line in left {
            let stretches = reading.stretches(line.whole, &scale, true, &mut reader.guesses);
            found.extend(stretches.into_iter().map(|stretch| reading.repaired(line, stretch)));
        }
    }
    found
}

/// Reads the lines of a page anew, and knows what earlier ones have shown.
struct Reader {
    scale: Scale,
    /// The reading of the last line that was garbled, by its number.
    usual: Option<usize>,
    patience: usize,
    guesses: usize,
}

impl Reader {
    fn new(page: Page<'_>) -> Self {
        let guesses = GUESSES + GUESSES_PER_BYTE * page.text.len();
        Self { scale: Scale::new(), usual: None, patience: PATIENCE, guesses }
    }

    /// The reading that gains most on a line, by its number, and the stretches that it explains.
    fn likeliest(&mut self, line: &str, suspicion: &Suspicion) -> Option<(usize, Vec<Stretch>)> {
        let scale = self.scale;
        let usual = self.usual.filter(|&usual| suspicion.covers(READINGS.reading[usual].misread));
        if let Some(usual) = usual {
            let stretches = self.stretches(usual, line);
            if stretches.iter().all(|stretch| stretch.lost == 0) && suspicion.is_within(&stretches) {
                return Some((usual, stretches));
            }
        }
        let (mut promising, mut spent) = (Vec::new(), 0);
        let glances = if self.patience > 0 || usual.is_some() { suspicion.glances(line, &scale) } else { Vec::new() };
        // The pieces by each wrong reading: several readings have the same.
        let mut garbled: Vec<(Misread, Vec<Garbled>)> = Vec::new();
        for (number, reading) in READINGS.reading.iter().enumerate() {
            if !suspicion.covers(reading.misread) || self.patience == 0 && usual != Some(number) {
                continue;
            }
            spent += glances.iter().map(Glance::len).sum::<usize>();
            let misread = reading.misread.at_a_glance();
            // Where bytes are lost, the search may find more.
            let share = if suspicion.lost { READINGS.glance / 2.0 } else { READINGS.glance };
            let least = share * (reading.enter + reading.gain);
            let known = garbled.iter().position(|(known, _)| *known == misread).unwrap_or_else(|| {
                garbled.push((misread, glances.iter().map(|glance| glance.garbled(misread)).collect()));
                garbled.len() - 1
            });
            let promise = |garbled: &Garbled| garbled.promise(reading.meant, READINGS.lost, least, &scale);
            let promise = garbled[known].1.iter().map(promise).fold(0.0, f32::max);
            if promise >= least {
                promising.push((promise, number));
            }
        }
        promising.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut best: Option<(f32, usize, Vec<Stretch>)> = None;
        for (tried, (promise, number)) in promising.into_iter().take(TRIED).enumerate() {
            let most = best.as_ref().map_or(0.0, |best| best.0);
            if most > promise || tried > 0 && spent > self.patience {
                break;
            }
            spent += SEARCHED * line.chars().count();
            let stretches = self.stretches(number, line);
            let gain = stretches.iter().map(|stretch| stretch.gain).sum::<f32>();
            if !stretches.is_empty() && (best.is_none() || gain >= most) {
                best = Some((gain, number, stretches));
            }
        }
        if best.is_none() {
            self.patience = self.patience.saturating_sub(spent);
        }
        best.map(|(_, number, stretches)| (number, stretches))
    }

    /// The stretches of a line that a reading explains.
    fn stretches(&mut self, number: usize, line: &str) -> Vec<Stretch> {
        READINGS.reading[number].stretches(line, &self.scale, false, &mut self.guesses)
    }

    /// A line that was read wrongly twice and more: what one round back gives is mojibake again, and can be repaired.
    fn twice(&mut self, line: Line<'_>, suspicion: &Suspicion, rounds: usize) -> Option<Repaired> {
        if rounds == 0 || !suspicion.western {
            return None;
        }
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
        let again = Suspicion::of(&inner, self.scale.odd(Page::new(&inner)), &self.scale);
        let whole = Line { start: 0, whole: &inner };
        let runs: Vec<Repaired> = match self.likeliest(&inner, &again) {
            Some((number, stretches)) => {
                stretches.into_iter().map(|stretch| READINGS.reading[number].repaired(whole, stretch)).collect()
            }
            None => self.twice(whole, &again, rounds - 1).into_iter().collect(),
        };
        let gain: f32 = runs.iter().filter_map(|run| run.gain).sum();
        let rule = runs.first()?.rule.clone();
        let meant = runs.into_iter().rev().fold(inner.to_string(), |mut text, run| {
            text.replace_range(run.range, &run.text);
            text
        });
        let left = Suspicion::of(&meant, self.scale.odd(Page::new(&meant)), &self.scale);
        (!left.western).then(|| Repaired { range: line.start + start..line.start + end, text: meant, rule, gain: Some(gain) })
    }
}

impl Reading {
    /// The stretches of a line that this reading explains beyond doubt; with less proof where it is `known` from the page.
    fn stretches(&self, line: &str, scale: &Scale, known: bool, guesses: &mut usize) -> Vec<Stretch> {
        let Readings { lost, guess, known: easier, .. } = &*READINGS;
        let own = Known { enter: self.enter, gain: self.gain, mean: 0.0, clear: self.clear };
        let needed = if known { easier } else { &own };
        let costs = lattice::Costs { enter: needed.enter, lost: *lost, guess: *guess, margin: self.margin };
        let sure = |found: &[Stretch]| {
            let sum = |of: fn(&Stretch) -> f32| found.iter().map(of).sum::<f32>();
            let (clear, mean) = (sum(|it| it.clear as f32), sum(|it| it.mean * it.clear as f32));
            sum(|it| it.gain) >= needed.gain
                && clear >= needed.clear as f32
                && mean >= (self.mean + needed.mean) * clear
                && sum(|it| it.lost as f32) <= self.lost * clear
        };
        let mut found = lattice::decode(line, (self.misread, self.meant), costs, scale, guesses, sure);
        // Other languages are not the model's business.
        let chinese = |text: &str| text.chars().any(|c| matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF5E}'));
        found.retain(|it| it.gain > 0.0 && it.clear >= needed.clear.min(2) && chinese(&it.text));
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
            Misread::Utf8OrWestern => "utf-8-or-latin-1",
        };
        RuleId::new(format!("repair/{meant}-as-{misread}"))
    }
}

#[cfg(test)]
mod tests;
