//! The words of search phrases: `rules/phrases.toml`.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use regex::Regex;
use serde::Deserialize;

use crate::keywords::{Keyword, Keywords};

/// The words of `rules/phrases.toml`, as automaton and regexes.
pub(super) struct Grammar {
    /// What a phrase offers, and phrases without a brand.
    pub heads: Keywords,
    /// What is special about each of them.
    roles: Vec<Role>,
    /// Brands that are known to be advertised so.
    brands: BTreeSet<String>,
    /// Those of them that mean nothing else.
    coined: BTreeSet<String>,
    /// What may follow the head, any number of them.
    tails: Vec<String>,
    /// All that does, once it was asked for.
    tail: OnceLock<Regex>,
    /// How a report begins.
    reports: Vec<String>,
}

/// What is special about a head.
struct Role {
    /// It counts only behind a coined brand.
    is_offer: bool,
    /// It is a further word for what is offered, which counts only behind a brand that comes again where no sentence needs it.
    is_ware: bool,
    /// It is a phrase without a brand.
    is_whole: bool,
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

    /// Whether one of the heads is a phrase without a brand.
    pub(super) fn is_whole(&self, head: Keyword) -> bool {
        self.roles[head.number as usize].is_whole
    }

    /// Whether one of the heads can be that of a phrase where it stands in a text: some can behind a coined brand only.
    pub(super) fn is_head(&self, text: &str, head: Keyword) -> bool {
        let Role { is_offer, is_ware, .. } = self.roles[head.number as usize];
        let before = &text[..head.start];
        !is_ware && (!is_offer || self.coined.iter().any(|brand| before.ends_with(brand.as_str())))
    }

    /// How many bytes of tails a text begins with.
    pub(super) fn tail(&self, text: &str) -> usize {
        let tail = self.tail.get_or_init(|| {
            let mut tails: Vec<String> = self.tails.iter().map(|tail| regex::escape(tail)).collect();
            tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
            let tail = format!(r"^(?:[0-9A-Za-z]{{0,4}}(?:{}))*", tails.join("|"));
            Regex::new(&tail).expect("escaped words make a regex")
        });
        tail.find(text).map_or(0, |tail| tail.end())
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
    let role = |word: &&String| Role {
        is_offer: file.offers.contains(*word) && !file.heads.contains(*word),
        is_ware: file.wares.contains(*word),
        is_whole: file.whole.contains(*word),
    };
    let roles = words.iter().map(role).collect();
    let heads = Keywords::new(words.into_iter().cloned());
    Grammar {
        heads,
        roles,
        brands: file.brands.union(&file.coined).cloned().collect(),
        coined: file.coined,
        tail: OnceLock::new(),
        tails: file.tails,
        reports: file.reports,
    }
});
