//! The report of a run: one HTML page that shows what was changed, needs no network, and runs nothing of what it shows.
//!
//! ```text
//! CleanedPage ─▶ Digest (by any thread) ─▶ Report (in the order of the pages, in bounded memory) ─▶ document
//! ```
//!
//! Everything is counted; texts are shown of the pages that changed most and of a sample of the others, and the report says how many
//! it leaves out. The same pages with the same options give the same report, byte for byte.
//!
//! ```
//! use jingwen::render::report::{Digest, Facts, Report};
//! use jingwen::{Cleaner, Options, rules::Rules};
//!
//! let cleaner = Cleaner::new(&Rules::embedded()?, &Options::default())?;
//! let filters = cleaner.pipeline().names().collect();
//! let mut report = Report::new(Facts { filters, ..Facts::default() });
//! for (name, page) in [("一", "展开剩余47%河面上的冰裂开了。"), ("二", "岸边站满了人。")] {
//!     report.add(Digest::new(name, None, page.len() as u64, &cleaner.clean(page.as_bytes())));
//! }
//! let mut html = Vec::new();
//! report.write(&mut html)?;
//! # assert!(html.starts_with(b"<!doctype html>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::edit::RuleId;

mod course;
mod data;
mod digest;
mod document;
mod kept;

use course::Course;
pub use digest::Digest;
use digest::{Amount, Clip};
use kept::Kept;

/// How many rules a report lists.
const RULES: usize = 1000;
/// How many rules are counted at a time; chains of table rows have no end.
const COUNTED: usize = 20_000;
/// How many messages about what failed are kept.
const FAILURES: usize = 100;
/// How many examples of a rule are kept.
const SAMPLES: usize = 3;
/// Upper ends of the shares of a page's text that pages are told apart by; the first is of pages that nothing was changed on.
const SHARES: [f64; 7] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, f64::INFINITY];

/// A language that reports exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// 中文.
    Zh,
}

/// What a report says of the run beside its pages.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The language of the report.
    pub lang: Lang,
    /// What was cleaned, as it was given.
    pub inputs: Vec<String>,
    /// The options in force: flag and value.
    pub options: Vec<(String, String)>,
    /// The filters that ran, in order.
    pub filters: Vec<&'static str>,
    /// Why each rule asks for its edits, where it says so.
    pub reasons: BTreeMap<RuleId, String>,
    /// Whether the run goes on where an earlier one was stopped: the report is of this run alone.
    pub resumed: bool,
}

/// A report as the pages of a run come in.
///
/// Memory is bounded whatever the number and length of the pages: about 60 MB at the very most, and a few for usual ones.
#[derive(Debug)]
pub struct Report {
    facts: Facts,
    totals: Totals,
    filters: Vec<Tally>,
    rules: BTreeMap<RuleId, RuleTally>,
    /// Rules that were counted and then forgotten, and their edits.
    forgotten: (u64, u64),
    course: Course,
    /// Pages by the share of their text that changed.
    shares: [u64; SHARES.len()],
    kept: Kept,
    failures: Vec<Clip>,
}

/// Sums over all pages.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Totals {
    pages: u64,
    bytes: u64,
    chars: u64,
    /// Pages that were changed.
    changed: u64,
    #[serde(flatten)]
    amount: Amount,
    /// Pages with bytes that are no characters.
    damaged: u64,
    failed: u64,
    /// Files that are no pages.
    left_out: u64,
    /// Files that an earlier run had finished.
    finished: u64,
}

/// What a filter or a rule did.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Tally {
    pages: u64,
    #[serde(flatten)]
    amount: Amount,
}

#[derive(Clone, Debug)]
struct RuleTally {
    filter: &'static str,
    tally: Tally,
    samples: Vec<(Clip, Clip)>,
}

impl Report {
    /// A report without pages.
    pub fn new(facts: Facts) -> Self {
        Self {
            filters: vec![Tally::default(); facts.filters.len()],
            facts,
            totals: Totals::default(),
            rules: BTreeMap::new(),
            forgotten: (0, 0),
            course: Course::default(),
            shares: [0; SHARES.len()],
            kept: Kept::default(),
            failures: Vec::new(),
        }
    }

    /// Adds the next page.
    pub fn add(&mut self, page: Digest) {
        let number = self.totals.pages;
        self.totals.pages += 1;
        self.totals.bytes += page.bytes;
        self.totals.chars += page.chars;
        self.totals.changed += u64::from(page.amount.edits > 0);
        self.totals.damaged += u64::from(page.malformed > 0);
        self.totals.amount += page.amount;
        let mut changed = vec![0; self.facts.filters.len()];
        for (place, filter) in self.facts.filters.iter().enumerate() {
            if let Some(&amount) = page.filters.get(filter) {
                self.filters[place].add(amount);
                changed[place] = amount.changed();
            }
        }
        for (rule, share) in &page.rules {
            let counted = self.rules.entry(rule.clone()).or_insert_with(|| RuleTally {
                filter: share.filter,
                tally: Tally::default(),
                samples: Vec::new(),
            });
            counted.tally.add(share.amount);
            if counted.samples.len() < SAMPLES && !counted.samples.contains(&share.sample) {
                counted.samples.push(share.sample.clone());
            }
        }
        if self.rules.len() > COUNTED {
            self.forget();
        }
        self.course.add(page.chars, &changed);
        let share = page.changed() as f64 / page.chars.max(1) as f64;
        let class = SHARES.iter().position(|&end| share <= end).unwrap_or(SHARES.len() - 1);
        self.shares[class] += 1;
        self.kept.add(number, page);
    }

    /// Adds a page or a file that failed, with the message that was printed of it.
    pub fn fail(&mut self, message: &str) {
        self.totals.failed += 1;
        if self.failures.len() < FAILURES {
            self.failures.push(Clip::new(message, 1000));
        }
    }

    /// Adds a file that was left out since it is no page.
    pub fn leave_out(&mut self) {
        self.totals.left_out += 1;
    }

    /// Adds a file that an earlier run had finished: its pages are not in the report.
    pub fn finish_earlier(&mut self) {
        self.totals.finished += 1;
    }

    /// Whether nothing was added that there is anything to say of.
    pub fn is_empty(&self) -> bool {
        self.totals.pages == 0 && self.totals.failed == 0
    }

    /// Writes the report as an HTML document.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        document::write(out, self.facts.lang, &self.data())
    }

    /// Forgets the half of the rules that did least.
    fn forget(&mut self) {
        let mut edits: Vec<u64> = self.rules.values().map(|rule| rule.tally.amount.edits).collect();
        edits.sort_unstable();
        let least = edits[edits.len() / 2];
        let (rules, before) = (self.rules.len(), self.edits_counted());
        self.rules.retain(|_, rule| rule.tally.amount.edits > least);
        self.forgotten.0 += (rules - self.rules.len()) as u64;
        self.forgotten.1 += before - self.edits_counted();
    }

    fn edits_counted(&self) -> u64 {
        self.rules.values().map(|rule| rule.tally.amount.edits).sum()
    }
}

impl Tally {
    /// Adds a page.
    fn add(&mut self, amount: Amount) {
        self.pages += 1;
        self.amount += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::digest::RuleShare;
    use super::*;
    use crate::{Cleaner, Options, rules::Rules};

    /// A page that one edit of a rule was made on.
    fn page(rule: &str) -> Digest {
        let rules = Rules::embedded().expect("embedded rules are valid");
        let cleaner = Cleaner::new(&rules, &Options { only: vec!["junk".to_owned()], ..Options::default() });
        let page = cleaner.expect("the filter exists").clean("渡口".as_bytes());
        let mut digest = Digest::new("page", None, 6, &page);
        let amount = Amount { edits: 1, removed: 1, written: 0 };
        let sample = (Clip::new("渡", 9), Clip::new("", 9));
        digest.amount = amount;
        digest.filters.insert("junk", amount);
        digest.rules.insert(RuleId::new(rule), RuleShare { filter: "junk", amount, sample });
        digest
    }

    #[test]
    fn rules_without_end_are_counted_in_bounds() {
        let mut report = Report::new(Facts { filters: vec!["junk"], ..Facts::default() });
        let (usual, pages) = (page("junk/usual"), COUNTED as u64 + 500);
        for number in 0..pages {
            let mut rare = usual.clone();
            let share = rare.rules.values().next().expect("it has one").clone();
            rare.rules.insert(RuleId::new(format!("junk/{number}")), share);
            report.add(rare);
        }
        assert!(report.rules.len() <= COUNTED);
        assert_eq!(report.rules[&RuleId::new("junk/usual")].tally.pages, pages);
        assert_eq!(report.edits_counted() + report.forgotten.1, 2 * pages);
        let data = serde_json::to_value(report.data()).expect("a report can be JSON");
        let rules = data["rules"].as_array().expect("rules are a list");
        let edits: u64 = rules.iter().filter_map(|rule| rule["edits"].as_u64()).sum();
        assert_eq!(edits + data["rules_left_out"][1].as_u64().expect("it is a number"), 2 * pages);
        assert_eq!(rules[0]["name"], "junk/usual");
    }

    #[test]
    fn pages_are_kept_within_bounds_whatever_they_weigh() {
        let mut report = Report::new(Facts { filters: vec!["junk"], ..Facts::default() });
        let mut heavy = page("junk/usual");
        heavy.weight = 1 << 20;
        (0..3000).for_each(|_| report.add(heavy.clone()));
        let (most, sample) = report.kept.counts();
        assert!(most <= 24 && sample <= 100, "{most} {sample}");
        let numbers: Vec<u64> = report.kept.pages().iter().map(|(number, _)| *number).collect();
        // Of pages that changed alike, the first count as those that changed most; the sample is from all over the run.
        assert!(numbers[..most].iter().all(|&number| number < 30));
        assert!(numbers.iter().any(|number| (1000..2000).contains(number)) && numbers.iter().any(|&number| number >= 2000));
    }
}
