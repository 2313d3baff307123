//! A first look at what a reading can make of a suspicious piece of a line.
//!
//! Names in rare characters are suspicious as well, and most suspicious lines are such. So before a line is searched with
//! all that may be lost or guessed in it, the one obvious way through the piece is tried: from character to character as
//! the bytes say. A piece that gains nothing by that is left alone. It is an estimate, a tenth of the search's price.

use std::ops::Range;

use super::charset::{Meant, Misread, Unit};
use super::scale::Scale;
use crate::language::State;

/// So many characters on each side are looked at, too.
const MARGIN: usize = 5;

/// No more characters of a line than this are looked at.
const MOST: usize = 8192;

/// More than sums in another order differ.
const ROUNDING: f32 = 0.01;

/// A piece of a line: each character with what it costs as it stands, in nats, 0 or more.
pub(super) struct Glance(Vec<(char, f32)>);

impl Glance {
    /// The pieces of a line around these spots.
    pub(super) fn around(line: &str, spots: &[Range<usize>], scale: &Scale) -> Vec<Self> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for spot in spots {
            let start = line[..spot.start].char_indices().rev().take(MARGIN).last().map_or(spot.start, |(at, _)| at);
            let end = line[spot.end..].char_indices().nth(MARGIN).map_or(line.len(), |(at, _)| spot.end + at);
            match ranges.last_mut() {
                Some(range) if range.end >= start => *range = range.start.min(start)..range.end.max(end),
                _ => ranges.push(start..end),
            }
        }
        let mut left = MOST;
        let pieces = ranges.into_iter().map_while(|range| {
            let piece = Self::piece(&line[range], left, scale);
            left -= piece.len();
            (piece.len() > 0).then_some(piece)
        });
        pieces.collect()
    }

    fn piece(text: &str, most: usize, scale: &Scale) -> Self {
        let chars: Vec<char> = text.chars().take(most).collect();
        let costs = scale.all_as_they_stand(State::BLANK, &chars);
        Self(chars.into_iter().zip(costs).map(|(c, cost)| (c, -cost)).collect())
    }

    /// The number of characters.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The piece as a wrong reading of bytes.
    pub(super) fn garbled(&self, misread: Misread) -> Garbled {
        let chars = &self.0;
        let (mut units, mut costs) = (Vec::with_capacity(chars.len() * 2), Vec::with_capacity(chars.len() * 2));
        for &(c, cost) in chars {
            let start = units.len();
            misread.units(c, &mut units);
            let share = cost / (units.len() - start) as f32;
            costs.resize(units.len(), share);
        }
        Garbled { units, costs }
    }
}

/// A piece as the units behind its characters, and how much of the cost as it stands falls on each.
pub(super) struct Garbled {
    units: Vec<Unit>,
    costs: Vec<f32>,
}

impl Garbled {
    /// How many nats likelier a stretch of the piece can be by this reading, where a lost byte pair costs `lost`; something lower
    /// where it is less than `least`.
    pub(super) fn promise(&self, meant: Meant, lost: f32, least: f32, scale: &Scale) -> f32 {
        let Self { units, costs } = self;
        let lost = if meant == Meant::Utf8 { lost / 2.0 } else { lost };
        let read: Vec<Option<(char, usize)>> = (0..units.len()).map(|at| meant.character(&units[at..])).collect();
        // For each place the most that can be gained from there on: what is decoded may cost nothing.
        let mut open = vec![0.0_f32; units.len() + 3];
        for at in (0..units.len()).rev() {
            open[at] = match read[at] {
                Some((_, length)) => costs[at..at + length].iter().sum::<f32>() + open[at + length],
                None if units[at] != Unit::Foreign => costs[at] - lost + open[at + 1],
                None => 0.0,
            }
            .max(0.0);
        }
        let hopeful = |at: usize, sum: f32| sum + open[at] + ROUNDING >= least;
        if !(0..units.len()).any(|at| hopeful(at, 0.0)) {
            return 0.0;
        }
        // For each place the most that a stretch which ends there gains, and the model's state; a stretch may begin anywhere.
        let mut ways = vec![(0.0, State::BLANK); units.len() + 3];
        let mut most = 0.0_f32;
        for at in 0..units.len() {
            let (sum, state) = ways[at];
            most = most.max(sum);
            if !hopeful(at, sum) {
                continue;
            }
            if let Some((c, length)) = read[at] {
                let (next, cost) = scale.decoded(state, c);
                let gain = costs[at..at + length].iter().sum::<f32>() + cost;
                improve(&mut ways[at + length], (sum + gain, next));
            } else if units[at] != Unit::Foreign {
                improve(&mut ways[at + 1], (sum + costs[at] - lost, State::BLANK));
            }
        }
        most.max(ways[units.len()].0)
    }
}

/// Keeps the better way.
fn improve(kept: &mut (f32, State), way: (f32, State)) {
    if way.0 > kept.0 {
        *kept = way;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_promise_is_kept_from_the_least_on(text in "[渡口鍥藉瀹剁殑鏂囧寲俯瞰诅咒ÖÐ¹úä¸\u{FFFD}，。a]{1,30}", least in 1.0_f32..20.0) {
            let scale = Scale::new();
            let glance = Glance::piece(&text, MOST, &scale);
            for misread in [Misread::Gbk, Misread::Big5, Misread::Western] {
                let garbled = glance.garbled(misread);
                for meant in [Meant::Utf8, Meant::Gbk, Meant::Big5] {
                    let all = garbled.promise(meant, 9.0, 0.0, &scale);
                    let some = garbled.promise(meant, 9.0, least, &scale);
                    prop_assert!(some == all || some < least && all < least, "{misread:?} {meant:?}: {some} of {all}");
                }
            }
        }
    }
}
