//! What about a line is unlike Chinese text, found in one pass over its characters.

use std::ops::Range;

use super::charset::{Misread, western};
use super::glance::Glance;
use super::latin;
use super::lattice::Stretch;
use super::scale::Scale;

/// Two rare characters within so many make a line suspicious.
const NEAR: usize = 8;

/// What about a line is unlike Chinese text.
#[derive(Clone, Default)]
pub(super) struct Suspicion {
    /// Han, private-use or replacement characters that are rare, near each other; U+FFFD after Han.
    rare: bool,
    /// Two letters or signs in a row as one byte each has them beyond ASCII.
    pub(super) western: bool,
    /// U+FFFD beside what two bytes of UTF-8 are.
    replaced: bool,
    /// Half-width katakana.
    kana: bool,
    /// Hangul.
    hangul: bool,
    /// Two characters in a row that are neither Han nor the marks of Chinese text.
    pub(super) single: bool,
    /// A rare character anywhere, or two western ones.
    pub(super) any: bool,
    /// A U+FFFD: bytes are lost.
    pub(super) lost: bool,
    /// The bytes of the line that are suspicious, in order of their ends; they may overlap.
    spots: Vec<Range<usize>>,
}

impl Suspicion {
    /// What is suspicious about a line with these [odd](Scale::odd) characters.
    pub(super) fn of(line: &str, odd: impl Iterator<Item = (usize, char)>, scale: &Scale) -> Self {
        let mut suspicion = Self::default();
        let mut rare: Option<Range<usize>> = None;
        for (at, c) in odd {
            let place = at..at + c.len_utf8();
            let (before, after) = (line[..at].chars().next_back(), line[place.end..].chars().next());
            if let Some(before) = before {
                suspicion.add_pair(before, c, at - before.len_utf8()..place.end);
            }
            suspicion.kana |= matches!(c, '\u{FF61}'..='\u{FF9F}');
            if matches!(c, '\u{AC00}'..='\u{D7A3}') {
                suspicion.hangul = true;
                suspicion.spots.push(place.clone());
            }
            let counts = matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '€');
            if counts && scale.is_rare(c) {
                suspicion.any = true;
                suspicion.lost |= c == '\u{FFFD}';
                let near = |before: &Range<usize>| line[before.end..at].chars().take(NEAR).count() < NEAR;
                if let Some(before) = rare.filter(near) {
                    suspicion.rare = true;
                    suspicion.spots.push(before.start..place.end);
                } else if let Some(before) = before.filter(|&before| c == '\u{FFFD}' && matches!(before, '\u{4E00}'..='\u{9FFF}'))
                {
                    suspicion.rare = true;
                    suspicion.spots.push(at - before.len_utf8()..place.end);
                }
                rare = Some(place.clone());
            }
            if let Some(after) = after {
                suspicion.add_pair(c, after, at..place.end + after.len_utf8());
            }
        }
        suspicion
    }

    /// Two characters in a row, one of them odd.
    fn add_pair(&mut self, one: char, other: char, place: Range<usize>) {
        let western = byte_by_byte(one, other);
        let replaced = one == '\u{FFFD}' && matches!(other, '\u{80}'..='\u{7FF}');
        self.western |= western;
        self.any |= western;
        self.replaced |= replaced;
        self.single |= latin::stand_together(one, other);
        if western || replaced {
            self.spots.push(place);
        }
    }

    /// Whether nothing is suspicious at all.
    pub(super) fn is_empty(&self) -> bool {
        !(self.any || self.single || self.replaced || self.kana || self.hangul)
    }

    /// Whether a wrong reading could have made what is suspicious.
    pub(super) fn covers(&self, misread: Misread) -> bool {
        match misread {
            Misread::Gbk | Misread::Big5 | Misread::Big5Unicode => self.rare,
            Misread::Western | Misread::Utf8OrWestern => self.western,
            Misread::Utf8 => self.replaced,
            Misread::ShiftJis => self.rare && self.kana,
            Misread::EucKr => self.hangul,
        }
    }

    /// The pieces of the line around what is suspicious.
    pub(super) fn glances(&self, line: &str, scale: &Scale) -> Vec<Glance> {
        Glance::around(line, &self.spots, scale)
    }

    /// Whether these stretches of the line, in order, hold all that is suspicious.
    pub(super) fn is_within(&self, stretches: &[Stretch]) -> bool {
        let holds = |stretch: &Stretch, spot: &Range<usize>| stretch.range.start <= spot.start && spot.end <= stretch.range.end;
        let mut stretches = stretches.iter().peekable();
        self.spots.iter().all(|spot| {
            while stretches.next_if(|stretch| stretch.range.end < spot.end).is_some() {}
            stretches.peek().is_some_and(|stretch| holds(stretch, spot))
        })
    }
}

/// Whether two characters beyond ASCII are one byte each, the way Latin-1 has them. Dashes and quotes alone are no sign:
/// Windows-1252 has them too.
fn byte_by_byte(one: char, other: char) -> bool {
    !one.is_ascii() && !other.is_ascii() && one.min(other) <= '\u{FF}' && western(one).is_some() && western(other).is_some()
}
