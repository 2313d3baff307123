//! Honest strings that look like spun ones: 念念不忘, 平易近人.

use std::ops::Range;

use daachorse::CharwiseDoubleArrayAhoCorasick;

/// The strings that come with the program.
const EMBEDDED: &str = include_str!("../../../rules/protected.tsv");

/// Finds protected strings.
pub struct Protected {
    strings: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl Protected {
    /// The strings of `rules/protected.tsv`.
    #[must_use]
    pub fn embedded() -> Self {
        let lines = EMBEDDED.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let strings = lines.map(|line| line.split('\t').next().unwrap_or(line));
        Self { strings: CharwiseDoubleArrayAhoCorasick::new(strings).ok() }
    }

    /// The places of protected strings in a text, by end.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let strings = self.strings.iter();
        strings.flat_map(|strings| strings.find_overlapping_iter(text)).map(|found| found.start()..found.end()).collect()
    }
}
