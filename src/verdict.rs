//! The verdict on a page: what kind of page it is, how sure that is, and what says so.
//!
//! Weak signs are measured on the page as it came and on what the filters did to it, and weighed by a log-linear model whose
//! weights are data. An honest article must not be called something that batches drop: such a verdict must be nearly
//! certain, and gives way to news or other where it is not.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::pipeline::Cleaned;

mod signs;

pub use signs::{SIGNS, measure};

/// How likely it must be that a page is no article, to be called so.
const CERTAIN: f32 = 0.75;

/// How many signs a verdict names at most.
const NAMED: usize = 4;

/// What kind of page one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A report of something that happened.
    News,
    /// Any other article: an essay, advice, a notice, an answer.
    Other,
    /// A page that sells.
    Advert,
    /// A page made for search engines: spun or pieced together around a phrase.
    Doorway,
    /// Titles, links or table rows without an article.
    Listing,
    /// Text that nobody can read.
    Garbled,
}

impl Kind {
    /// Every kind, in the order of the columns of `rules/verdict.tsv`.
    pub const ALL: [Self; 6] = [Self::News, Self::Other, Self::Advert, Self::Doorway, Self::Listing, Self::Garbled];

    /// The kind's name, as flags and the audit spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Other => "other",
            Self::Advert => "advert",
            Self::Doorway => "doorway",
            Self::Listing => "listing",
            Self::Garbled => "garbled",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let kind = Self::ALL.into_iter().find(|kind| kind.name() == name);
        kind.ok_or_else(|| format!("no such verdict; there are {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// What kind of page one is, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The kind.
    pub kind: Kind,
    /// How likely it is, of 1. The score of news and other is low where the page may be no article, too.
    pub score: f32,
    /// The signs that speak for it most, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// A sign on the page that speaks for its verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The sign's name: one of [`SIGNS`].
    pub sign: Cow<'static, str>,
    /// How much of it there is.
    pub value: f32,
    /// How much it adds to the kind, against the mean of all kinds, in nats.
    pub weight: f32,
}

impl Verdict {
    /// The verdict on the page of this source text.
    pub fn of(source: &str, cleaned: &Cleaned) -> Self {
        let values = measure(source, cleaned);
        let scores = scores(&values);
        let kind = choose(&scores);
        Self { kind, score: scores[kind as usize], evidence: evidence(&values, kind) }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:.2}", self.kind, self.score)?;
        for (number, evidence) in self.evidence.iter().enumerate() {
            write!(f, "{} {} {:+.1}", if number == 0 { ":" } else { "," }, evidence.sign, evidence.weight)?;
        }
        Ok(())
    }
}

/// How likely each kind is for a page with these signs.
fn scores(values: &[f32; SIGNS.len()]) -> [f32; 6] {
    let sums: [f32; 6] =
        std::array::from_fn(|kind| WEIGHTS.iter().zip(values).map(|(weights, value)| weights[kind] * value).sum());
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    let odds = sums.map(|sum| (sum - most).exp());
    let all: f32 = odds.iter().sum();
    odds.map(|odds| odds / all)
}

/// The likeliest kind of those that are no articles, where it is certain that the page is none; otherwise the likelier of
/// news and other.
fn choose(scores: &[f32; 6]) -> Kind {
    let (articles, others) = Kind::ALL.split_at(2);
    let is_none = others.iter().map(|&kind| scores[kind as usize]).sum::<f32>() >= CERTAIN;
    let kinds = if is_none { others } else { articles };
    kinds.iter().copied().max_by(|a, b| scores[*a as usize].total_cmp(&scores[*b as usize])).expect("there are kinds")
}

/// The signs that speak for a kind most.
fn evidence(values: &[f32; SIGNS.len()], kind: Kind) -> Vec<Evidence> {
    let rows = SIGNS.iter().zip(values).zip(&*WEIGHTS).skip(1);
    let mut evidence: Vec<Evidence> = rows
        .map(|((&sign, &value), weights)| {
            let mean = weights.iter().sum::<f32>() / weights.len() as f32;
            Evidence { sign: sign.into(), value, weight: value * (weights[kind as usize] - mean) }
        })
        .filter(|evidence| evidence.weight > 0.1)
        .collect();
    evidence.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    evidence.truncate(NAMED);
    evidence
}

/// The weights of each sign for each kind, in nats: `rules/verdict.tsv`.
static WEIGHTS: LazyLock<[[f32; 6]; SIGNS.len()]> = LazyLock::new(|| {
    let rows = include_str!("../rules/verdict.tsv").lines().filter(|row| !row.starts_with('#'));
    let rows: Vec<(&str, Vec<f32>)> = rows
        .filter_map(|row| row.split_once('\t'))
        .map(|(sign, weights)| (sign, weights.split('\t').map(|weight| weight.parse().unwrap_or(0.0)).collect()))
        .collect();
    SIGNS.map(|sign| {
        let row = rows.iter().find(|(name, _)| *name == sign);
        std::array::from_fn(|kind| row.and_then(|(_, weights)| weights.get(kind).copied()).unwrap_or(0.0))
    })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_are_those_of_the_signs() {
        let rows = include_str!("../rules/verdict.tsv").lines().filter(|row| !row.starts_with('#'));
        let rows: Vec<Vec<&str>> = rows.map(|row| row.split('\t').collect()).collect();
        assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), SIGNS);
        assert!(rows.iter().all(|row| row.len() == 7 && row[1..].iter().all(|weight| weight.parse::<f32>().is_ok())));
    }

    #[test]
    fn what_is_not_certain_is_no_reason_to_drop() {
        assert_eq!(choose(&[0.1, 0.2, 0.7, 0.0, 0.0, 0.0]), Kind::Other);
        assert_eq!(choose(&[0.02, 0.03, 0.45, 0.5, 0.0, 0.0]), Kind::Doorway);
        assert_eq!("doorway".parse(), Ok(Kind::Doorway));
        assert!("spam".parse::<Kind>().expect_err("no kind").contains("advert"));
    }
}
