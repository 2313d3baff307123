//! Honest strings that look like spun ones: 念念不忘, 平易近人.

use std::ops::Range;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::candidates::{head, tail};

/// The strings that come with the program.
const EMBEDDED: &str = include_str!("../../../rules/protected.tsv");

/// Finds protected strings.
pub struct Protected {
    strings: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// How many bytes the longest of them has.
    longest: usize,
}

impl Protected {
    /// The strings of `rules/protected.tsv`.
    #[must_use]
    pub fn embedded() -> Self {
        let lines = EMBEDDED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let strings: Vec<&str> = lines.map(|line| line.split('\t').next().unwrap_or(line)).collect();
        let longest = strings.iter().map(|string| string.len()).max().unwrap_or(0);
        Self { strings: CharwiseDoubleArrayAhoCorasickBuilder::new().use_prefilter(false).build(strings).ok(), longest }
    }

    /// The places of protected strings that may hold this range of a text, by end.
    #[must_use]
    pub fn around(&self, text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
        let start = range.start - tail(&text[..range.start], self.longest).len();
        let end = range.end + head(&text[range.end..], self.longest).len();
        self.find(&text[start..end]).into_iter().map(|found| start + found.start..start + found.end).collect()
    }

    /// The places of protected strings in a text, by end.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let strings = self.strings.iter();
        strings.flat_map(|strings| strings.find_overlapping_iter(text)).map(|found| found.start()..found.end()).collect()
    }
}
