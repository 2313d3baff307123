//! Text under construction, with where each piece of it came from.

use std::ops::Range;

use super::Malformed;
use super::source_map::SourceMap;
use super::step::Step;

/// What malformed bytes become.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// The text written so far. Sources are written in order and never overlap.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    pub(super) text: String,
    pub(super) map: SourceMap,
    pub(super) malformed: Vec<Malformed>,
}

impl Transcript {
    /// Ready for about `len` bytes of text.
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { text: String::with_capacity(len), ..Self::default() }
    }

    /// Adds text whose bytes stand in the source as they are, from `source` on.
    pub(super) fn copy(&mut self, text: &str, source: usize) {
        self.map.push(self.text.len(), source, 1, 1, text.len());
        self.text.push_str(text);
    }

    /// Adds the character that `step` read at `source`.
    pub(super) fn step(&mut self, step: Step, source: usize) {
        let at = self.text.len();
        self.text.push(step.char);
        self.text.extend(step.mark);
        self.map.push(at, source, self.text.len() - at, step.len, 1);
    }

    /// Adds UTF-8 that was read from the `source` bytes as a whole.
    pub(super) fn unit(&mut self, utf8: &[u8], source: Range<usize>) {
        let Ok(text) = std::str::from_utf8(utf8) else { return };
        self.map.push(self.text.len(), source.start, text.len(), source.len(), 1);
        self.text.push_str(text);
    }

    /// Adds characters of two bytes from `source` on, as long as `next` gives some that take three bytes in UTF-8.
    pub(super) fn pairs(&mut self, source: usize, mut next: impl FnMut() -> Option<char>) {
        let at = self.text.len();
        while let Some(char) = next() {
            debug_assert_eq!(char.len_utf8(), 3);
            self.text.push(char);
        }
        self.map.push(at, source, 3, 2, (self.text.len() - at) / 3);
    }

    /// Adds one U+FFFD for the malformed `bytes`.
    pub(super) fn lost(&mut self, bytes: Range<usize>) {
        let at = self.text.len();
        self.text.push(REPLACEMENT);
        self.map.push(at, bytes.start, REPLACEMENT.len_utf8(), bytes.len(), 1);
        self.malformed.push(Malformed { bytes, at });
    }

    /// Where the transcript stands, for [`rewind`](Self::rewind).
    pub(super) fn mark(&self) -> Mark {
        Mark { text: self.text.len(), map: self.map.mark(), malformed: self.malformed.len() }
    }

    /// The text that was added since `mark`.
    pub(super) fn since(&self, mark: Mark) -> &str {
        &self.text[mark.text..]
    }

    /// Takes back all that was added since `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.text.truncate(mark.text);
        self.map.rewind(mark.map);
        self.malformed.truncate(mark.malformed);
    }
}

/// A place in a [`Transcript`] to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    text: usize,
    map: super::source_map::Mark,
    malformed: usize,
}
