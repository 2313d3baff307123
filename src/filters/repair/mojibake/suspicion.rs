//! What about a line is unlike Chinese text, found in one pass over its characters.

use std::ops::Range;

use super::charset::{Misread, western};
use super::glance::Glance;
use super::latin;
use super::scale::Scale;

/// Two rare characters within so many make a line suspicious.
const NEAR: usize = 8;

/// What about a line is unlike Chinese text.
#[derive(Clone, Default)]
pub(super) struct Suspicion {
    /// Han, private-use or replacement characters that are rare, near each other.
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
    lost: bool,
    /// The bytes of the line that are suspicious, in order; they may overlap.
    spots: Vec<Range<usize>>,
}

impl Suspicion {
    /// What is suspicious about a line.
    pub(super) fn of(line: &str, scale: &Scale) -> Self {
        let mut suspicion = Self::default();
        let (mut rare, mut last) = (None, Char { number: 0, at: 0, c: ' ', odd: false });
        for (number, (at, c)) in line.char_indices().enumerate() {
            let odd = scale.is_odd(c);
            let this = Char { number, at, c, odd };
            if odd || last.odd {
                suspicion.add(this, last, &mut rare, scale);
            }
            last = this;
        }
        suspicion
    }

    /// One character more, where it or the one before is odd.
    fn add(&mut self, this: Char, last: Char, rare: &mut Option<Char>, scale: &Scale) {
        let c = this.c;
        let mut from = None;
        if byte_by_byte(last.c, c) {
            self.western = true;
            from = Some(last.at);
        }
        self.single |= latin::stand_together(last.c, c);
        match c {
            '\u{80}'..='\u{7FF}' if last.c == '\u{FFFD}' => {
                self.replaced = true;
                from = Some(last.at);
            }
            '\u{FF61}'..='\u{FF9F}' => self.kana = true,
            '\u{AC00}'..='\u{D7A3}' => {
                self.hangul = true;
                from = Some(this.at);
            }
            _ => {}
        }
        let counts = matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' | '€');
        if counts && scale.is_rare(c) {
            self.lost |= c == '\u{FFFD}';
            self.any = true;
            if let Some(before) = rare.filter(|before| this.number - before.number <= NEAR) {
                self.rare = true;
                from = Some(before.at);
            }
            *rare = Some(this);
        }
        self.spots.extend(from.map(|from| from..this.at + c.len_utf8()));
        self.any |= self.western;
    }

    /// Whether nothing is suspicious at all.
    pub(super) fn is_empty(&self) -> bool {
        !(self.any || self.single || self.replaced || self.kana || self.hangul)
    }

    /// Whether a wrong reading could have made what is suspicious.
    pub(super) fn covers(&self, misread: Misread) -> bool {
        match misread {
            Misread::Gbk | Misread::Big5 | Misread::Big5Unicode => self.rare,
            Misread::Western => self.western,
            Misread::Utf8 => self.replaced,
            Misread::ShiftJis => self.rare && self.kana,
            Misread::EucKr => self.hangul,
        }
    }

    /// The pieces of the line around what is suspicious; the whole line where bytes are lost.
    pub(super) fn glances(&self, line: &str, scale: &Scale) -> Vec<Glance> {
        Glance::around(line, &self.spots, self.lost, scale)
    }
}

/// A character of a line.
#[derive(Clone, Copy)]
struct Char {
    /// How many characters are before it.
    number: usize,
    /// How many bytes are before it.
    at: usize,
    c: char,
    odd: bool,
}

/// Whether two characters beyond ASCII are one byte each, the way Latin-1 has them. Dashes and quotes alone are no sign:
/// Windows-1252 has them too.
fn byte_by_byte(one: char, other: char) -> bool {
    !one.is_ascii() && !other.is_ascii() && one.min(other) <= '\u{FF}' && western(one).is_some() && western(other).is_some()
}
