//! What the bytes of a line spell, where a sign of it may be one byte or two: in GBK the euro sign is 80 and A2 E3.

use super::Garbled;
use crate::filters::repair::mojibake::charset::{Misread, Unit};

/// Nats for two bytes behind a character that is mostly one: only two in thirty leads of UTF-8 make such characters.
const PAIRED: f32 = 2.5;

/// Bytes of a line, at most three, where every sign that may be one byte is taken as one.
pub(super) struct Window {
    units: [Unit; 3],
    count: usize,
    /// Where each ends on the line.
    pub(super) ends: [usize; 3],
}

impl Window {
    pub(super) fn units(&self) -> &[Unit] {
        &self.units[..self.count]
    }
}

/// The most characters that bytes can be, as signs are taken as one byte or two.
const CHARACTERS: usize = 4;

impl Garbled<'_> {
    /// The bytes between two places.
    pub(super) fn window(&self, at: usize, end: usize) -> Window {
        let mut window = Window { units: [Unit::Foreign; 3], count: 0, ends: [at; 3] };
        let mut next = at;
        while window.count < window.units.len() && next < end {
            let (unit, behind) = match self.bytes(next)[0] {
                Some((byte, behind, _)) if behind <= end => (Unit::Byte(byte), behind),
                _ => (self.units[next], next + 1),
            };
            (window.units[window.count], window.ends[window.count]) = (unit, behind);
            (window.count, next) = (window.count + 1, behind);
        }
        window
    }

    /// The characters that the bytes from a place on can be: each with its units and what it costs besides the model.
    pub(super) fn characters(&self, at: usize) -> [Option<(char, usize, f32)>; CHARACTERS] {
        let mut found = [None; CHARACTERS];
        if self.has_choice {
            self.spell(at, at, &mut Vec::new(), 0.0, &mut found);
        } else {
            found[0] = self.meant.character(&self.units[at..]).map(|(c, length)| (c, length, 0.0));
        }
        found
    }

    /// Adds the characters that begin at `start` with the bytes of `spelt` and go on at a place.
    fn spell(
        &self,
        start: usize,
        at: usize,
        spelt: &mut Vec<Unit>,
        odd: f32,
        found: &mut [Option<(char, usize, f32)>; CHARACTERS],
    ) {
        for (byte, next, more) in self.bytes(at).into_iter().flatten() {
            spelt.push(Unit::Byte(byte));
            match self.meant.character(spelt) {
                Some((c, _)) => {
                    if let Some(slot) = found.iter_mut().find(|slot| slot.is_none()) {
                        *slot = Some((c, next - start, odd + more));
                    }
                }
                None if spelt.len() < self.meant.most() => self.spell(start, next, spelt, odd + more, found),
                None => {}
            }
            spelt.pop();
        }
    }

    /// The bytes that may stand at a place, each with the place after it and what it costs.
    fn bytes(&self, at: usize) -> [Option<(u8, usize, f32)>; 2] {
        let Some(&Unit::Byte(byte)) = self.units.get(at) else { return [None; 2] };
        let character = self.first[at].and_then(|index| self.chars.get(index));
        let paired = if self.misread == Misread::Utf8OrWestern { PAIRED } else { 0.0 };
        match character.and_then(|&(_, c)| self.misread.choice(c)) {
            Some((single, _)) => [Some((single, at + 2, 0.0)), Some((byte, at + 1, paired))],
            None => [Some((byte, at + 1, 0.0)), None],
        }
    }
}
