//! Honest strings that look like spun ones: 念念不忘, 平易近人.

use std::ops::Range;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};

use super::candidates::{head, tail};
use super::table::Table;

/// The strings that come with the program.
const EMBEDDED: &str = include_str!("../../../rules/protected.tsv");

/// The note of a string that is protected where the spinner changed a piece of it too.
const ALSO_SPUN: &str = "also spun";

/// Finds protected strings.
pub struct Protected {
    strings: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// The piece of each that the spinner put there, in bytes of the string; empty where it is as its author wrote it.
    spun: Vec<Range<usize>>,
    /// How many bytes the longest of them has.
    longest: usize,
}

/// A place where a protected string stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Honest {
    /// The string.
    range: Range<usize>,
    /// The piece of it that the spinner put there.
    spun: Range<usize>,
}

impl Honest {
    /// Whether undoing a form here would change what the author wrote.
    #[must_use]
    pub fn protects(&self, form: &Range<usize>) -> bool {
        self.range.start <= form.start && form.end <= self.range.end && *form != self.spun
    }

    /// Whether it is no more than a form.
    #[must_use]
    pub fn is(&self, form: &Range<usize>) -> bool {
        self.range == *form
    }

    /// Whether the spinner changed a piece of it.
    #[must_use]
    pub fn is_spun(&self) -> bool {
        !self.spun.is_empty()
    }
}

impl Protected {
    /// The strings of `rules/protected.tsv`, some as they are when a row of the table has changed them: where 道 is spun into
    /// 谈, 作为东道主 reads 作为东谈主, and 东谈主 must not become 人.
    #[must_use]
    pub fn embedded(table: &Table) -> Self {
        let mut strings: Vec<(String, Range<usize>)> = Vec::new();
        for line in EMBEDDED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (string, note) = line.split_once('\t').unwrap_or((line, ""));
            strings.push((string.to_owned(), 0..0));
            for row in table.rows().iter().filter(|_| note == ALSO_SPUN) {
                strings.extend(string.match_indices(&*row.original).map(|(at, original)| {
                    let (before, behind) = (&string[..at], &string[at + original.len()..]);
                    (format!("{before}{}{behind}", row.spun), at..at + row.spun.len())
                }));
            }
        }
        let longest = strings.iter().map(|(string, _)| string.len()).max().unwrap_or(0);
        let (strings, spun): (Vec<_>, Vec<_>) = strings.into_iter().unzip();
        Self { strings: CharwiseDoubleArrayAhoCorasickBuilder::new().use_prefilter(false).build(strings).ok(), spun, longest }
    }

    /// The places of protected strings that may hold this range of a text, by end.
    #[must_use]
    pub fn around(&self, text: &str, range: &Range<usize>) -> Vec<Honest> {
        let start = range.start - tail(&text[..range.start], self.longest).len();
        let end = range.end + head(&text[range.end..], self.longest).len();
        self.places(&text[start..end], start)
    }

    /// The places of protected strings in a text, by end.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Honest> {
        self.places(text, 0)
    }

    /// The places in a text that begins at `at`.
    fn places(&self, text: &str, at: usize) -> Vec<Honest> {
        let found = self.strings.iter().flat_map(|strings| strings.find_overlapping_iter(text));
        let place = |start: usize, range: &Range<usize>| start + range.start..start + range.end;
        let honest = found.map(|found| {
            let spun = self.spun.get(found.value() as usize).cloned().unwrap_or_default();
            Honest { range: place(at, &(found.start()..found.end())), spun: place(at + found.start(), &spun) }
        });
        honest.collect()
    }
}
