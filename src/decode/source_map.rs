//! From ranges of the text back to ranges of the page's bytes.

use std::ops::Range;

/// For each character of a text, the bytes it was read from.
///
/// Kept as runs of characters that are equally long in the text and equally long in the source: a line of Chinese in GBK is
/// one run of 3 : 2, and the whole of a UTF-8 page is one run of 1 : 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SourceMap(Vec<Run>);

/// Characters next to each other in the text and in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    /// Where it begins in the text.
    text: usize,
    /// Where it begins in the source.
    source: usize,
    /// How many characters it has.
    count: usize,
    /// Bytes of one character in the text.
    text_unit: usize,
    /// Bytes of one character in the source.
    source_unit: usize,
}

impl Run {
    fn source_end(&self) -> usize {
        self.source + self.count * self.source_unit
    }

    fn text_end(&self) -> usize {
        self.text + self.count * self.text_unit
    }

    /// The first byte of the source for the character that holds byte `text` of the text.
    fn start_of(&self, text: usize) -> usize {
        let nth = ((text - self.text) / self.text_unit).min(self.count);
        self.source + nth * self.source_unit
    }
}

impl SourceMap {
    /// The map of a text that is the source from byte `source` on, `len` bytes of it.
    pub(super) fn identity(source: usize, len: usize) -> Self {
        let mut map = Self::default();
        map.push(0, source, 1, 1, len);
        map
    }

    /// Adds `count` characters. Texts must follow each other without a gap, sources in order.
    pub(super) fn push(&mut self, text: usize, source: usize, text_unit: usize, source_unit: usize, count: usize) {
        if count == 0 {
            return;
        }
        if let Some(last) = self.0.last_mut()
            && last.text_unit == text_unit
            && last.source_unit == source_unit
            && last.source_end() == source
        {
            last.count += count;
            return;
        }
        self.0.push(Run { text, source, count, text_unit, source_unit });
    }

    /// The bytes that the characters touched by `text` were read from; for an empty range the empty range before its character.
    pub(super) fn source(&self, text: Range<usize>) -> Range<usize> {
        let start = self.start(text.start);
        if text.is_empty() {
            return start..start;
        }
        start..self.end(text.end).max(start)
    }

    /// Where the character at `text` begins in the source; past the last one, where that one ends.
    fn start(&self, text: usize) -> usize {
        self.run_before(|run| run.text <= text).map_or(0, |run| run.start_of(text))
    }

    /// Where the character before `text` ends in the source.
    fn end(&self, text: usize) -> usize {
        let Some(run) = self.run_before(|run| run.text < text) else { return 0 };
        let text = text.min(run.text_end());
        run.start_of(text - 1) + run.source_unit
    }

    /// The last run that `is_before`, or the first one.
    fn run_before(&self, is_before: impl Fn(&Run) -> bool) -> Option<&Run> {
        let after = self.0.partition_point(is_before);
        self.0.get(after.saturating_sub(1))
    }

    /// Where the map stands, for [`rewind`](Self::rewind).
    pub(super) fn mark(&self) -> Mark {
        Mark { runs: self.0.len(), count: self.0.last().map_or(0, |run| run.count) }
    }

    /// Takes back all that was added since `mark`.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.0.truncate(mark.runs);
        if let Some(last) = self.0.last_mut() {
            last.count = mark.count;
        }
    }
}

/// A place in a [`SourceMap`] to come back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    runs: usize,
    count: usize,
}

#[cfg(test)]
mod tests {
    use super::SourceMap;

    /// `ab` + two hanzi of GBK + a gap of two bytes + `c`.
    fn sample() -> SourceMap {
        let mut map = SourceMap::default();
        map.push(0, 3, 1, 1, 2);
        map.push(2, 5, 3, 2, 1);
        map.push(5, 7, 3, 2, 1);
        map.push(8, 11, 1, 1, 1);
        map
    }

    #[test]
    fn characters_are_found_exactly() {
        let map = sample();
        assert_eq!(map.source(0..1), 3..4);
        assert_eq!(map.source(2..5), 5..7);
        assert_eq!(map.source(1..8), 4..9);
        assert_eq!(map.source(5..9), 7..12);
        assert_eq!(map.0.len(), 3, "equal neighbours share a run");
    }

    #[test]
    fn ranges_inside_a_character_touch_it_whole() {
        assert_eq!(sample().source(3..4), 5..7);
        assert_eq!(sample().source(3..6), 5..9);
    }

    #[test]
    fn empty_ranges_and_the_end() {
        let map = sample();
        assert_eq!(map.source(2..2), 5..5);
        assert_eq!(map.source(9..9), 12..12);
        assert_eq!(SourceMap::default().source(0..0), 0..0);
        assert_eq!(SourceMap::identity(3, 5).source(1..4), 4..7);
    }

    #[test]
    fn rewind_takes_back() {
        let mut map = sample();
        let mark = map.mark();
        map.push(9, 12, 1, 1, 4);
        map.push(13, 16, 3, 2, 4);
        map.rewind(mark);
        assert_eq!(map, sample());
    }
}
