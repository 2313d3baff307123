//! The likeliest reading of a line: each stretch as it stands, or decoded anew.
//!
//! A line is seen as the bytes that one wrong reading would have shown as its characters. Two paths run over the bytes:
//! *as it stands* goes from character to character; *decoded* goes by what the bytes really mean. Changing over costs
//! nats, and so does every character that is lost for good. The language model scores both; the best way through is
//! exact but for keeping one model state per place and path.

use std::ops::Range;

use super::charset::{Meant, Misread, Unit};
use super::scale::Scale;
use crate::language::State;

mod spelling;

/// What a decoder may do and what it pays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Nats for changing over to decoding.
    pub(super) enter: f32,
    /// Nats for a character that is lost.
    pub(super) lost: f32,
    /// Nats for a character of which one byte is lost and guessed, on top of what the model asks; infinite for never.
    pub(super) guess: f32,
    /// By how many nats a guess must be likelier in its context than any other character that the bytes allow.
    pub(super) margin: f32,
}

/// A stretch of a line that reads better decoded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stretch {
    /// Bytes of the line.
    pub(super) range: Range<usize>,
    /// The decoded text, with U+FFFD for each lost character.
    pub(super) text: String,
    /// How many nats likelier it is than the line as it stands; what decoding costs is taken off.
    pub(super) gain: f32,
    /// Characters beyond ASCII that were decoded whole.
    pub(super) clear: usize,
    /// Characters that were lost or guessed.
    pub(super) lost: usize,
    /// Mean log-probability of the clear characters, in nats.
    pub(super) mean: f32,
}

/// How a step came to its character.
#[derive(Clone, Copy, PartialEq)]
enum How {
    /// Only the path changed.
    Changed,
    /// The bytes say so.
    Whole,
    /// A byte is lost; the model filled it in from those that remain.
    Guessed,
    /// U+FFFD stands for what is lost.
    Lost,
}

/// A way through the line up to a place, on one path.
#[derive(Clone, Copy)]
struct Way {
    score: f32,
    state: State,
    /// Where the last step began: the place, the path, and which of the ways there.
    from: (usize, usize, usize),
    emitted: char,
    how: How,
}

/// The two paths, as indices.
const STANDS: usize = 0;
const DECODED: usize = 1;

/// How many ways with different model states are kept for each place and path.
const KEPT: usize = 5;

/// How many guesses at a damaged character are followed.
const GUESSES: usize = 4;

/// As how many characters a look for some counts that finds fewer: as many bytes are tried.
const TRIED: usize = 128;

/// By how many nats a way that is followed may fall behind the best one: context makes up for less.
const BEHIND: f32 = 14.0;

/// Nats for reading an ASCII character out of the second byte of another.
const SWALLOWED: f32 = 7.0;

/// Nats for losing one byte of a pair where pairs are lost.
const HALF: f32 = 8.0;

/// The stretches of a line that one pair of readings explains; none where these are not `sure`, and no lost bytes are filled in
/// yet. The characters that are tried for lost ones are taken off `guesses`; when none are left, none are tried.
pub(super) fn decode(
    line: &str,
    (misread, meant): (Misread, Meant),
    costs: Costs,
    scale: &Scale,
    guesses: &mut usize,
    sure: impl FnOnce(&[Stretch]) -> bool,
) -> Vec<Stretch> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut units = Vec::with_capacity(line.len());
    // For each unit the index of its character when it is the character's first, else none.
    let mut first: Vec<Option<usize>> = Vec::with_capacity(line.len() + 1);
    for (index, &(_, c)) in chars.iter().enumerate() {
        match misread.choice(c) {
            Some((_, pair)) => units.extend(pair.map(Unit::Byte)),
            None => misread.units(c, &mut units),
        }
        first.push(Some(index));
        first.resize(units.len(), None);
    }
    first.push(Some(chars.len()));
    let has_choice = chars.iter().any(|&(_, c)| misread.choice(c).is_some());
    let garbled = Garbled { chars: &chars, units: &units, first: &first, has_choice, misread, meant };
    let mut path = garbled.search(costs, scale, guesses);
    let found = garbled.stretches(line, &path, costs, scale);
    if !sure(&found) {
        return Vec::new();
    }
    if path.iter().all(|step| step.how == How::Whole) {
        return found;
    }
    garbled.fill_in(&mut path, costs.margin, scale, guesses);
    garbled.stretches(line, &path, costs, scale)
}

/// A line as the bytes that a wrong reading would have shown as it.
struct Garbled<'l> {
    chars: &'l [(usize, char)],
    units: &'l [Unit],
    first: &'l [Option<usize>],
    /// Whether any character may be one byte or two.
    has_choice: bool,
    misread: Misread,
    meant: Meant,
}

/// The ways to one place, by path.
type Ways = [Vec<Way>; 2];

impl Garbled<'_> {
    /// The best way through the line, step by step.
    fn search(&self, costs: Costs, scale: &Scale, guesses: &mut usize) -> Vec<Step> {
        let end = self.units.len();
        let mut ways: Vec<Ways> = vec![[Vec::new(), Vec::new()]; end + 1];
        let start = Way { score: 0.0, state: State::START, from: (0, STANDS, 0), emitted: ' ', how: How::Changed };
        ways[0][STANDS].push(start);
        for at in 0..=end {
            let [stands, decoded] = &mut ways[at];
            for kept in [&mut *stands, &mut *decoded] {
                kept.sort_by(|one, other| other.score.total_cmp(&one.score));
                kept.truncate(KEPT);
                let least = kept.first().map_or(0.0, |best| best.score) - BEHIND;
                kept.retain(|way| way.score >= least);
            }
            if self.first[at].is_some() {
                change_path(at, stands, decoded, costs);
            }
            if at < end {
                self.step_as_it_stands(&mut ways, at, scale);
                self.step_decoded(&mut ways, at, costs, scale, guesses);
            }
        }
        trace(&ways)
    }

    /// From one character of the line to the next.
    fn step_as_it_stands(&self, ways: &mut [Ways], at: usize, scale: &Scale) {
        let Some(index) = self.first[at] else { return };
        let end = (at + 1..).find(|&end| self.first[end].is_some()).expect("the end of the line is a border");
        let emitted = self.chars[index].1;
        for rank in 0..ways[at][STANDS].len() {
            let way = ways[at][STANDS][rank];
            let (state, cost) = scale.as_it_stands(way.state, emitted);
            add(
                &mut ways[end][STANDS],
                Way { score: way.score + cost, state, from: (at, STANDS, rank), emitted, how: How::Whole },
            );
        }
    }

    /// From one character of what the bytes mean to the next.
    fn step_decoded(&self, ways: &mut [Ways], at: usize, costs: Costs, scale: &Scale, left: &mut usize) {
        if ways[at][DECODED].is_empty() {
            return;
        }
        let rest = &self.units[at..];
        let characters = self.characters(at);
        let character = characters.iter().flatten().next();
        let mut guesses = Vec::new();
        // Where characters are lost in a row, context says of none of them which it was.
        let in_a_row = rest[0] == Unit::Lost && (rest.get(1) == Some(&Unit::Lost) || at > 0 && self.units[at - 1] == Unit::Lost);
        if costs.guess.is_finite() && character.is_none() && !in_a_row && *left > 0 {
            let window = self.window(at, self.units.len());
            self.misread.guesses(self.meant, window.units(), 1, &mut guesses);
            *left = left.saturating_sub(guesses.len().max(TRIED));
            guesses.retain(|&(c, _)| scale.is_common(c));
            guesses.iter_mut().for_each(|(_, length)| *length = window.ends[*length - 1] - at);
        }
        // Three bytes are no character of UTF-8 by chance.
        let is_certain = self.meant == Meant::Utf8 && character.is_some_and(|&(_, length, _)| length == 3);
        for rank in 0..ways[at][DECODED].len() {
            let way = ways[at][DECODED][rank];
            let from = (at, DECODED, rank);
            for &(emitted, length, odd) in characters.iter().flatten() {
                let (state, cost) = scale.decoded(way.state, emitted);
                let swallowed = if emitted.is_ascii() && self.first[at].is_none() { SWALLOWED } else { 0.0 };
                let score = way.score + cost - swallowed - odd;
                add(&mut ways[at + length][DECODED], Way { score, state, from, emitted, how: How::Whole });
            }
            for &(emitted, length) in &likeliest(&guesses, way.state, scale) {
                let (state, cost) = scale.decoded(way.state, emitted);
                let score = way.score + cost - costs.guess;
                add(&mut ways[at + length][DECODED], Way { score, state, from, emitted, how: How::Guessed });
            }
            for length in lost(rest, self.meant).filter(|_| !is_certain) {
                // Bytes read as UTF-8 are lost in pairs: half a character means that the pairs were taken wrongly.
                let half = if self.misread == Misread::Utf8 && length == 1 { HALF } else { 0.0 };
                let (score, emitted) = (way.score - costs.lost - half, '\u{FFFD}');
                add(&mut ways[at + length][DECODED], Way { score, state: scale.after_lost(), from, emitted, how: How::Lost });
            }
        }
    }
}

/// The few guesses that are likeliest after a state, the likeliest first.
fn likeliest(guesses: &[(char, usize)], state: State, scale: &Scale) -> Vec<(char, usize)> {
    let score = |(number, &(c, _)): (usize, &(char, usize))| (scale.decoded_after(state, c), number);
    let mut scored: Vec<(f32, usize)> = guesses.iter().enumerate().map(score).collect();
    let order = |one: &(f32, usize), other: &(f32, usize)| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1));
    if scored.len() > GUESSES {
        scored.select_nth_unstable_by(GUESSES, order);
        scored.truncate(GUESSES);
    }
    scored.sort_unstable_by(order);
    scored.into_iter().map(|(_, number)| guesses[number]).collect()
}

/// How many characters on each side decide on a guess.
const CONTEXT: usize = 3;

/// The least a guess and the characters after it must score, in nats.
const FLOOR: f32 = -40.0;

impl Garbled<'_> {
    /// Fills in the damaged characters that the remaining bytes and the text on both sides leave no doubt about; the others are lost.
    fn fill_in(&self, path: &mut [Step], margin: f32, scale: &Scale, left: &mut usize) {
        for at in (0..path.len()).filter(|&at| path[at].how != How::Whole).collect::<Vec<_>>() {
            let line_start = if at < CONTEXT { "\n" } else { "" };
            let before: String =
                line_start.chars().chain(path[at.saturating_sub(CONTEXT)..at].iter().map(|step| step.emitted)).collect();
            let mut after: String = path[at + 1..].iter().take(CONTEXT).map(|step| step.emitted).collect();
            if at + CONTEXT >= path.len() && !after.ends_with('\n') {
                after.push('\n');
            }
            let damaged = self.window(path[at].range.start, path[at].range.end);
            let damaged = damaged.units();
            // What stands beside another gap has to be so much clearer.
            let is_gap = |beside: Option<usize>| beside.and_then(|at| path.get(at)).is_some_and(|step| step.how != How::Whole);
            let beside = [at.checked_sub(1), Some(at + 1)].into_iter().filter(|&beside| is_gap(beside)).count();
            let margin = margin * (1 + beside) as f32;
            let mut guesses = Vec::new();
            if *left > 0 {
                self.misread.guesses(self.meant, damaged, 2, &mut guesses);
                *left = left.saturating_sub(guesses.len().max(TRIED));
                guesses.retain(|&(c, length)| length == damaged.len() && scale.is_common(c));
            }
            let state = scale.state_of(&before);
            let mut scored: Vec<_> = guesses.iter().map(|&(c, _)| (scale.sum_decoded(state, c, &after), c)).collect();
            scored.sort_by(|one, other| other.0.total_cmp(&one.0));
            scored.dedup_by_key(|(_, c)| *c);
            let sure = match scored[..] {
                [] => None,
                [(best, c)] => (best >= FLOOR).then_some(c),
                [(best, c), (next, _), ..] => (best >= FLOOR && best >= next + margin).then_some(c),
            };
            (path[at].emitted, path[at].how) = sure.map_or(('\u{FFFD}', How::Lost), |c| (c, How::Guessed));
        }
    }
}

/// Lets each path go on as the other one. The ways added lead from ways that keep their ranks.
fn change_path(at: usize, stands: &mut Vec<Way>, decoded: &mut Vec<Way>, costs: Costs) {
    let change = |way: &Way, path: usize, rank: usize, cost: f32| Way {
        score: way.score - cost,
        from: (at, path, rank),
        how: How::Changed,
        ..*way
    };
    let (from_stands, from_decoded) = (stands.first().copied(), decoded.first().copied());
    decoded.extend(from_stands.map(|way| change(&way, STANDS, 0, costs.enter)));
    stands.extend(from_decoded.map(|way| change(&way, DECODED, 0, 0.0)));
}

/// Keeps a way unless a better one has its state.
fn add(kept: &mut Vec<Way>, way: Way) {
    match kept.iter_mut().find(|old| old.state == way.state) {
        Some(old) if old.score >= way.score => {}
        Some(old) => *old = way,
        None => kept.push(way),
    }
}

/// How many units may make up one character whose bytes are damaged.
fn lost(units: &[Unit], meant: Meant) -> impl Iterator<Item = usize> {
    let lost = meant.is_lost(units);
    let is_damaged = |&(at, unit): &(usize, &Unit)| lost[at] || !matches!(unit, Unit::Foreign | Unit::Byte(0..0x80));
    let damaged = units.iter().take(3).enumerate().take_while(is_damaged).count();
    let unknown = lost[..damaged].iter().position(|&lost| lost);
    let most = match meant {
        Meant::Utf8 if unknown.is_some() => 3,
        Meant::Utf8 => 2,
        _ if unknown.is_some_and(|at| at < 2) => 2,
        _ => 1,
    };
    1..=damaged.min(most)
}

/// One step of the best way: where it began and ended, on which path, and the character it gave.
struct Step {
    range: Range<usize>,
    decoded: bool,
    emitted: char,
    how: How,
    score: f32,
}

/// The steps of the best way to the end.
fn trace(ways: &[Ways]) -> Vec<Step> {
    let end = ways.len() - 1;
    let all = [STANDS, DECODED].into_iter().flat_map(|path| (0..ways[end][path].len()).map(move |rank| (end, path, rank)));
    let score = |place: (usize, usize, usize)| ways[place.0][place.1][place.2].score;
    let mut steps = Vec::new();
    let Some(mut place) = all.max_by(|one, other| score(*one).total_cmp(&score(*other))) else { return steps };
    while place != (0, STANDS, 0) {
        let way = ways[place.0][place.1][place.2];
        if way.how != How::Changed {
            let (range, decoded) = (way.from.0..place.0, place.1 == DECODED);
            steps.push(Step { range, decoded, emitted: way.emitted, how: way.how, score: way.score - score(way.from) });
        }
        place = way.from;
    }
    steps.reverse();
    steps
}

impl Garbled<'_> {
    /// The decoded stretches of the best way, without what reads the same either way at their ends.
    fn stretches(&self, line: &str, path: &[Step], costs: Costs, scale: &Scale) -> Vec<Stretch> {
        let runs = path.chunk_by(|one, other| one.decoded == other.decoded).filter(|run| run[0].decoded);
        runs.filter_map(|run| self.stretch(line, run, costs, scale)).collect()
    }

    fn stretch(&self, line: &str, run: &[Step], costs: Costs, scale: &Scale) -> Option<Stretch> {
        let border = |unit: usize| self.first[unit].expect("paths change where a character begins");
        let (start, end) = (border(run[0].range.start), border(run[run.len() - 1].range.end));
        let chars = self.chars;
        let before = chars[..start].last().map_or(State::START, |&(_, c)| scale.state_after(c));
        let as_it_stands = scale.sum_as_it_stands(before, chars[start..end].iter().map(|&(_, c)| c));
        let decoded: f32 = run.iter().map(|step| step.score).sum();
        let (mut kept, mut from, mut to) = (run, start, end);
        while kept.first().is_some_and(|step| from < to && step.emitted == chars[from].1) {
            (kept, from) = (&kept[1..], from + 1);
        }
        while kept.last().is_some_and(|step| from < to && step.emitted == chars[to - 1].1) {
            (kept, to) = (&kept[..kept.len() - 1], to - 1);
        }
        let byte = |index: usize| chars.get(index).map_or(line.len(), |&(at, _)| at);
        let whole = |step: &&Step| step.how == How::Whole && !step.emitted.is_ascii();
        let clear = kept.iter().filter(whole).count();
        let sum: f32 = kept.iter().filter(whole).map(|step| step.score).sum();
        (from < to).then(|| Stretch {
            range: byte(from)..byte(to),
            text: kept.iter().map(|step| step.emitted).collect(),
            gain: decoded - costs.enter - as_it_stands,
            clear,
            lost: kept.iter().filter(|step| step.how != How::Whole).count(),
            mean: sum / clear.max(1) as f32,
        })
    }
}
