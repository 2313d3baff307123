//! The site profile: which lines and segments recur over the pages of a site, and on how many.
//!
//! Counting costs bounded memory however many pages there are, the order of the pages does not matter, and profiles of
//! parts of a site merge into the profile of the whole, byte for byte, as long as the site has no more than [`MOST`]
//! different pieces. Beyond that counts are a Misra–Gries summary: too low by at most [`SiteProfile::shortfall`], never
//! too high. `docs/site-profile.md` describes the file, which people can read and edit.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::page::Page;

mod pieces;

pub(crate) use pieces::{segments, whole};

/// How many different pieces are counted at most.
pub const MOST: usize = 1 << 20;

/// A piece is named where it stands on one of so many pages; what is rarer is kept as a fingerprint. A piece that is
/// named in a whole is named in one of its parts, so that merging loses no name.
const NAMED: u64 = 50;

/// The filters that a page has been through when it is counted: those before the `profile` filter.
pub const AFTER: [&str; 3] = ["repair", "normalise", "unconvert"];

/// A file's first line.
const HEAD: &str = "# jingwen site profile 1";

/// What the file says of itself.
const NOTES: &str = "\
# What recurs on the pages of a site: pages, a tab, the text; # stands for digits. Delete a line to keep what it names.
# Below the dashes are fingerprints of what is rarer, which merging needs and cleaning does not.
";

/// Parts the named pieces from the rest.
const RULE: &str = "---";

/// How many pages of a site hold each of its lines and segments.
#[derive(Clone, Default, PartialEq)]
pub struct SiteProfile {
    pages: u64,
    shortfall: u64,
    pieces: HashMap<u64, Piece>,
}

/// What is known of a piece.
#[derive(Clone, Default, PartialEq)]
struct Piece {
    /// The pages that hold it.
    pages: u64,
    /// Its text, folded; `None` for a rare one.
    text: Option<Box<str>>,
}

impl SiteProfile {
    /// The profile of a site without pages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a page: each of its pieces once.
    pub fn add(&mut self, text: &str) {
        self.pages += 1;
        let mut seen = HashSet::new();
        pieces::of(Page::new(text), |text| {
            let fingerprint = fingerprint(text);
            if seen.insert(fingerprint) {
                let piece = self.pieces.entry(fingerprint).or_default();
                piece.pages += 1;
                if piece.text.is_none() && is_named(piece.pages, self.pages) {
                    piece.text = Some(text.into());
                }
            }
        });
        if self.pages.is_power_of_two() {
            self.forget_names();
        }
        self.shrink(MOST);
    }

    /// Counts the pages of another profile as well.
    pub fn merge(&mut self, other: Self) {
        self.pages += other.pages;
        self.shortfall += other.shortfall;
        for (fingerprint, piece) in other.pieces {
            match self.pieces.entry(fingerprint) {
                Entry::Vacant(here) => {
                    here.insert(piece);
                }
                Entry::Occupied(mut here) => {
                    here.get_mut().pages += piece.pages;
                    here.get_mut().text = here.get_mut().text.take().or(piece.text);
                }
            }
        }
        self.forget_names();
        self.shrink(MOST);
    }

    /// How many pages were counted.
    pub fn pages(&self) -> u64 {
        self.pages
    }

    /// By how many pages a count may be too low.
    pub fn shortfall(&self) -> u64 {
        self.shortfall
    }

    /// The pieces that people can read, folded, with the number of pages that hold each; the most frequent first.
    pub fn named(&self) -> Vec<(u64, &str)> {
        let is_named = |piece: &&Piece| is_named(piece.pages, self.pages);
        let pieces = self.pieces.values().filter(is_named);
        let mut named: Vec<_> = pieces.filter_map(|piece| Some((piece.pages, piece.text.as_deref()?))).collect();
        named.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        named
    }

    /// The profile as its file has it. Equal profiles are equal files.
    pub fn write(&self) -> String {
        let mut file = format!("{HEAD}\n{NOTES}pages\t{}\nshortfall\t{}\n", self.pages, self.shortfall);
        for (pages, text) in self.named() {
            file.push_str(&format!("{pages}\t{text}\n"));
        }
        file.push_str(RULE);
        file.push('\n');
        let is_rare = |piece: &Piece| piece.text.is_none() || !is_named(piece.pages, self.pages);
        let mut rest: Vec<_> = self.pieces.iter().filter(|(_, piece)| is_rare(piece)).collect();
        rest.sort_unstable_by_key(|(fingerprint, _)| **fingerprint);
        for (fingerprint, piece) in rest {
            file.push_str(&format!("{}\t{fingerprint:016x}\n", piece.pages));
        }
        file
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no profile, of another version, or a line of it cannot be read.
    pub fn read(file: &str) -> Result<Self, ProfileError> {
        let mut lines = (1..).zip(file.lines().map(|line| line.trim_end_matches('\r')));
        if lines.next().is_none_or(|(_, line)| line != HEAD) {
            return Err(ProfileError { line: 1, problem: "not a site profile of version 1" });
        }
        let mut profile = Self::new();
        let mut is_rest = false;
        for (line, text) in lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#')) {
            if text == RULE {
                is_rest = true;
                continue;
            }
            let wrong = |problem| ProfileError { line, problem };
            let (first, rest) = text.split_once('\t').ok_or(wrong("no tab"))?;
            let number = |text: &str| text.parse::<u64>().map_err(|_| wrong("not a number of pages"));
            match first {
                "pages" => profile.pages = number(rest)?,
                "shortfall" => profile.shortfall = number(rest)?,
                pages => {
                    let pages = number(pages)?;
                    let (fingerprint, text) = if is_rest {
                        (u64::from_str_radix(rest, 16).map_err(|_| wrong("not a fingerprint"))?, None)
                    } else {
                        (fingerprint(rest), Some(rest.into()))
                    };
                    profile.pieces.insert(fingerprint, Piece { pages, text });
                }
            }
        }
        Ok(profile)
    }

    /// Forgets the text of what has become rare.
    fn forget_names(&mut self) {
        for piece in self.pieces.values_mut().filter(|piece| !is_named(piece.pages, self.pages)) {
            piece.text = None;
        }
    }

    /// Takes as much from every count as leaves half of `most` pieces, once there are more than `most`: what Misra and
    /// Gries do for one piece at a time.
    fn shrink(&mut self, most: usize) {
        if self.pieces.len() <= most {
            return;
        }
        let mut counts: Vec<u64> = self.pieces.values().map(|piece| piece.pages).collect();
        let place = counts.len() - most / 2 - 1;
        let taken = *counts.select_nth_unstable(place).1;
        self.shortfall += taken;
        self.pieces.retain(|_, piece| {
            piece.pages = piece.pages.saturating_sub(taken);
            piece.pages > 0
        });
    }
}

/// Tells one profile from another in a few characters.
impl fmt::Debug for SiteProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SiteProfile({} pages, {:016x})", self.pages, fingerprint(&self.write()))
    }
}

/// A site profile cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileError {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl std::error::Error for ProfileError {}

/// Whether a piece on so many of so many pages is named.
fn is_named(on: u64, of: u64) -> bool {
    on * NAMED >= of
}

/// FNV-1a with 64 bits: the same on every machine and in every version.
pub(crate) fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: usize) -> String {
        let often = if number.is_multiple_of(3) { "江湾在线提醒您文明上网\n" } else { "" };
        format!("第{number}个故事\n{often}从前有{number}座山，山里的事情各不相同{}。\n阅读：{number}次\n", "啊".repeat(number))
    }

    #[test]
    fn parts_merge_into_the_whole() {
        let profile = |numbers: std::ops::Range<usize>| {
            let mut profile = SiteProfile::new();
            numbers.for_each(|number| profile.add(&page(number)));
            profile
        };
        let whole = profile(0..150);
        for cut in [0, 1, 40, 75, 149] {
            let mut merged = profile(cut..150);
            merged.merge(SiteProfile::read(&profile(0..cut).write()).expect("it was written so"));
            assert_eq!(merged.write(), whole.write(), "cut at {cut}");
        }
        assert!(whole.named().contains(&(50, "江湾在线提醒您文明上网")));
        assert!(whole.named().contains(&(150, "阅读：#次")));
    }

    #[test]
    fn counts_are_short_by_no_more_than_they_say() {
        let mut profile = SiteProfile::new();
        for number in 0..1000 {
            profile.add(&format!("江湾在线\n{}\n", "一二三四五六七八九".repeat(1 + number % 17) + &"十".repeat(number / 17)));
            profile.shrink(64);
        }
        assert!(profile.pieces.len() <= 64 && profile.shortfall > 0);
        let counted = profile.pieces[&fingerprint("江湾在线")].pages;
        assert!(counted <= 1000 && counted + profile.shortfall >= 1000);
        assert!(profile.shortfall <= 2 * 2000 / 64, "short by {}", profile.shortfall);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(SiteProfile::read("").expect_err("empty").line, 1);
        let file = format!("{HEAD}\npages\t10\nsome\tthing\n");
        assert_eq!(SiteProfile::read(&file).expect_err("no number").to_string(), "line 3: not a number of pages");
    }
}
