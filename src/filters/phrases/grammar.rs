//! The words of search phrases: `rules/phrases.toml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::keywords::Keywords;

/// The words of `rules/phrases.toml`, as automaton and regexes.
pub(super) struct Grammar {
    /// What a phrase offers, and phrases without a brand.
    pub heads: Keywords,
    /// Brands that are known to be advertised so.
    brands: BTreeSet<String>,
    /// Those of them that mean nothing else.
    coined: BTreeSet<String>,
    /// Heads that count only behind a coined brand.
    offers: BTreeSet<String>,
    /// Further words for what is offered, which count only behind a brand that comes again where no sentence needs it.
    wares: BTreeSet<String>,
    /// Phrases without a brand.
    whole: BTreeSet<String>,
    /// What follows the head.
    tail: Regex,
    /// How a report begins.
    reports: Vec<String>,
}

impl Grammar {
    /// Whether a brand is known to be advertised so.
    pub(super) fn knows(&self, brand: &str) -> bool {
        self.brands.contains(brand)
    }

    /// Whether a brand is known and means nothing else.
    pub(super) fn is_coined(&self, brand: &str) -> bool {
        self.coined.contains(brand)
    }

    /// The longest known brand that a text ends with.
    pub(super) fn known_before<'t>(&self, text: &'t str) -> Option<&'t str> {
        let brands = self.brands.iter().filter(|brand| text.ends_with(brand.as_str()));
        brands.map(|brand| &text[text.len() - brand.len()..]).max_by_key(|brand| brand.len())
    }

    /// Whether words are a phrase without a brand.
    pub(super) fn is_whole(&self, words: &str) -> bool {
        self.whole.contains(words)
    }

    /// Whether words can be the head of a phrase behind this text: some can behind a coined brand only.
    pub(super) fn is_head(&self, before: &str, words: &str) -> bool {
        !self.wares.contains(words)
            && (!self.offers.contains(words) || self.coined.iter().any(|brand| before.ends_with(brand.as_str())))
    }

    /// How many bytes of tails a text begins with.
    pub(super) fn tail(&self, text: &str) -> usize {
        self.tail.find(text).map_or(0, |tail| tail.end())
    }

    /// Whether a text begins as reports do.
    pub(super) fn begins_report(&self, text: &str) -> bool {
        self.reports.iter().any(|report| text.starts_with(report.as_str()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    brands: BTreeSet<String>,
    coined: BTreeSet<String>,
    heads: BTreeSet<String>,
    offers: BTreeSet<String>,
    reports: Vec<String>,
    tails: Vec<String>,
    wares: BTreeSet<String>,
    whole: BTreeSet<String>,
}

pub(super) static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../../rules/phrases.toml")).expect("a test reads the file");
    let words: BTreeSet<&String> = file.heads.iter().chain(&file.offers).chain(&file.wares).chain(&file.whole).collect();
    let heads = Keywords::new(words.into_iter().cloned());
    let mut tails: Vec<String> = file.tails.iter().map(|tail| regex::escape(tail)).collect();
    tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
    let tail = format!(r"^(?:[0-9A-Za-z]{{0,4}}(?:{}))*", tails.join("|"));
    Grammar {
        heads,
        brands: file.brands.union(&file.coined).cloned().collect(),
        coined: file.coined,
        offers: file.offers.difference(&file.heads).cloned().collect(),
        wares: file.wares,
        whole: file.whole,
        tail: Regex::new(&tail).expect("escaped words make a regex"),
        reports: file.reports,
    }
});
