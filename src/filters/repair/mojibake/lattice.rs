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

/// What a decoder may do and what it pays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Costs {
    /// Nats for changing over to decoding.
    pub(super) enter: f32,
    /// Nats for a character that is lost.
    pub(super) lost: f32,
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
    /// Characters that were lost.
    pub(super) lost: usize,
    /// Mean log-probability of the clear characters, in nats.
    pub(super) mean: f32,
}

/// A way through the line up to a place, on one path.
#[derive(Clone, Copy)]
struct Way {
    score: f32,
    state: State,
    /// Where the last step began, and on which path it ran.
    from: usize,
    decoded: bool,
    /// The character the step gave; `None` for a change of path.
    emitted: Option<char>,
}

/// The two paths, as indices.
const STANDS: usize = 0;
const DECODED: usize = 1;

/// The stretches of a line that one pair of readings explains.
pub(super) fn decode(line: &str, misread: Misread, meant: Meant, costs: Costs, scale: &Scale) -> Vec<Stretch> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut units = Vec::with_capacity(line.len());
    // For each unit the index of its character when it is the character's first, else none.
    let mut first: Vec<Option<usize>> = Vec::with_capacity(line.len() + 1);
    for (index, &(_, c)) in chars.iter().enumerate() {
        misread.units(c, &mut units);
        first.push(Some(index));
        first.resize(units.len(), None);
    }
    first.push(Some(chars.len()));
    let ways = search(&chars, &units, &first, meant, costs, scale);
    let path = trace(&ways, units.len());
    stretches(line, &chars, &first, &path, costs, scale)
}

/// The best way to each place on each path.
fn search(
    chars: &[(usize, char)],
    units: &[Unit],
    first: &[Option<usize>],
    meant: Meant,
    costs: Costs,
    scale: &Scale,
) -> Vec<[Option<Way>; 2]> {
    let mut ways: Vec<[Option<Way>; 2]> = vec![[None; 2]; units.len() + 1];
    ways[0][STANDS] = Some(Way { score: 0.0, state: State::START, from: 0, decoded: false, emitted: None });
    for at in 0..=units.len() {
        change_path(&mut ways, at, first[at].is_some(), costs);
        if at == units.len() {
            break;
        }
        if let (Some(way), Some(index)) = (ways[at][STANDS], first[at]) {
            let end = (at + 1..).find(|&end| first[end].is_some()).expect("the end of the line is a border");
            let (state, cost) = scale.as_it_stands(way.state, chars[index].1);
            let step = Way { score: way.score + cost, state, from: at, decoded: false, emitted: Some(chars[index].1) };
            better(&mut ways[end][STANDS], step);
        }
        if let Some(way) = ways[at][DECODED] {
            if let Some((c, length)) = meant.character(&units[at..]) {
                let (state, cost) = scale.decoded(way.state, c);
                let step = Way { score: way.score + cost, state, from: at, decoded: true, emitted: Some(c) };
                better(&mut ways[at + length][DECODED], step);
            }
            for length in lost(&units[at..], meant) {
                let state = scale.after_lost();
                let step = Way { score: way.score - costs.lost, state, from: at, decoded: true, emitted: Some('\u{FFFD}') };
                better(&mut ways[at + length][DECODED], step);
            }
        }
    }
    ways
}

/// Lets each path go on as the other one, where a character of the line begins.
fn change_path(ways: &mut [[Option<Way>; 2]], at: usize, border: bool, costs: Costs) {
    if !border {
        return;
    }
    let [stands, decoded] = ways[at];
    let change = |way: Way, decoded: bool, cost: f32| Way { score: way.score - cost, from: at, decoded, emitted: None, ..way };
    if let Some(way) = stands {
        better(&mut ways[at][DECODED], change(way, false, costs.enter));
    }
    if let Some(way) = decoded {
        better(&mut ways[at][STANDS], change(way, true, 0.0));
    }
}

fn better(slot: &mut Option<Way>, way: Way) {
    if slot.is_none_or(|old| way.score > old.score) {
        *slot = Some(way);
    }
}

/// How many units may make up one character whose bytes are damaged.
fn lost(units: &[Unit], meant: Meant) -> impl Iterator<Item = usize> {
    let damaged = units.iter().take(3).take_while(|unit| !matches!(unit, Unit::Foreign | Unit::Byte(0..0x80))).count();
    let unknown = units.iter().take(damaged).position(|unit| *unit == Unit::Lost);
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
    score: f32,
}

fn trace(ways: &[[Option<Way>; 2]], end: usize) -> Vec<Step> {
    let score = |path: usize| ways[end][path].map_or(f32::NEG_INFINITY, |way| way.score);
    let mut path = usize::from(score(DECODED) > score(STANDS));
    let mut at = end;
    let mut steps = Vec::new();
    while let Some(way) = ways[at][path] {
        if at == 0 && path == STANDS {
            break;
        }
        if let Some(emitted) = way.emitted {
            let before = ways[way.from][usize::from(way.decoded)].map_or(0.0, |before| before.score);
            steps.push(Step { range: way.from..at, decoded: path == DECODED, emitted, score: way.score - before });
        }
        at = way.from;
        path = usize::from(way.decoded);
    }
    steps.reverse();
    steps
}

/// The decoded stretches of the best way, without what reads the same either way at their ends.
fn stretches(
    line: &str,
    chars: &[(usize, char)],
    first: &[Option<usize>],
    path: &[Step],
    costs: Costs,
    scale: &Scale,
) -> Vec<Stretch> {
    let mut found = Vec::new();
    for run in path.chunk_by(|one, other| one.decoded == other.decoded).filter(|run| run[0].decoded) {
        let border = |unit: usize| first[unit].expect("paths change where a character begins");
        let (start, end) = (border(run[0].range.start), border(run[run.len() - 1].range.end));
        let before = chars[..start].last().map_or(State::START, |&(_, c)| scale.state_after(c));
        let mut kept = run;
        let (mut from, mut to) = (start, end);
        while kept.first().is_some_and(|step| from < to && step.emitted == chars[from].1) {
            (kept, from) = (&kept[1..], from + 1);
        }
        while kept.last().is_some_and(|step| from < to && step.emitted == chars[to - 1].1) {
            (kept, to) = (&kept[..kept.len() - 1], to - 1);
        }
        if kept.is_empty() && from == to {
            continue;
        }
        let byte = |index: usize| chars.get(index).map_or(line.len(), |&(at, _)| at);
        let as_it_stands: f32 = scale.sum_as_it_stands(before, chars[start..end].iter().map(|&(_, c)| c));
        let decoded: f32 = run.iter().map(|step| step.score).sum();
        let clear: Vec<f32> =
            kept.iter().filter(|step| !step.emitted.is_ascii() && step.emitted != '\u{FFFD}').map(|step| step.score).collect();
        found.push(Stretch {
            range: byte(from)..byte(to),
            text: kept.iter().map(|step| step.emitted).collect(),
            gain: decoded - costs.enter - as_it_stands,
            clear: clear.len(),
            lost: kept.iter().filter(|step| step.emitted == '\u{FFFD}').count(),
            mean: clear.iter().sum::<f32>() / clear.len().max(1) as f32,
        });
    }
    found
}
