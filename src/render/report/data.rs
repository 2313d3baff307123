//! What the script of a report reads: the report as JSON. Filters and rules are named by their places in `filters` and `rules`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Serialize, Serializer};

use super::digest::{Amount, Clip, Digest, Piece, Step};
use super::{Lang, RULES, Report, SHARES, Tally, Totals};
use crate::edit::RuleId;

#[derive(Serialize)]
pub(super) struct Data<'r> {
    lang: Lang,
    version: &'static str,
    resumed: bool,
    inputs: &'r [String],
    options: &'r [(String, String)],
    totals: &'r Totals,
    filters: Vec<FilterData>,
    /// The rules with the most edits, in that order, and then those that only a shown page names.
    rules: Vec<RuleData<'r>>,
    /// How many rules of the run are not among them, and their edits.
    rules_left_out: (u64, u64),
    course: CourseData<'r>,
    /// The classes of shares, by their upper ends, without the last, which has none.
    share_ends: &'static [f64],
    shares: &'r [u64],
    /// Those that changed most first.
    pages: Vec<PageData<'r>>,
    /// How many pages are shown since they changed most, how many as a sample, and how many are not.
    shown: (usize, usize, u64),
    failures: &'r [Clip],
}

#[derive(Serialize)]
struct FilterData {
    name: &'static str,
    #[serde(flatten)]
    tally: Tally,
}

#[derive(Serialize)]
struct RuleData<'r> {
    name: &'r str,
    filter: usize,
    why: Option<&'r str>,
    /// Absent for a rule that was not counted.
    #[serde(flatten)]
    tally: Option<Tally>,
    samples: &'r [(Clip, Clip)],
}

#[derive(Serialize)]
struct CourseData<'r> {
    width: u64,
    /// For each stretch, the characters of its pages and those that each filter changed.
    stretches: Vec<(u64, &'r [u64])>,
}

#[derive(Serialize)]
struct PageData<'r> {
    number: u64,
    name: &'r str,
    url: Option<&'r str>,
    encoding: &'static str,
    bytes: u64,
    chars: u64,
    malformed: u64,
    #[serde(flatten)]
    amount: Amount,
    /// Filter and characters changed.
    filters: Vec<(usize, u64)>,
    /// Rule and edits.
    rules: Vec<(usize, u64)>,
    pieces: Vec<PieceData<'r>>,
    places_left_out: u64,
}

/// A string of text that stays, a number of characters that are not shown, or a place: before, after, its edits, and how many edits of
/// it are not shown.
#[derive(Serialize)]
#[serde(untagged)]
enum PieceData<'r> {
    Same(&'r str),
    Gap(u64),
    Place(&'r Clip, &'r Clip, Vec<StepData<'r>>, u64),
}

/// Rule and gain; before and after where the edit is not the whole of its place.
#[derive(Serialize)]
#[serde(untagged)]
enum StepData<'r> {
    Whole(usize, Option<f32>),
    Part(usize, Option<f32>, &'r Clip, &'r Clip),
}

impl Serialize for Clip {
    /// The text, or an array of it and how many characters follow.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.more == 0 { self.text.serialize(serializer) } else { (&self.text, self.more).serialize(serializer) }
    }
}

impl Report {
    pub(super) fn data(&self) -> Data<'_> {
        let pages = self.kept.pages();
        let (rules, rules_left_out) = self.rules_of(&pages);
        let places: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(place, rule)| (rule.name, place)).collect();
        let (most, sample) = self.kept.counts();
        let filters = self.facts.filters.iter().zip(&self.filters);
        Data {
            lang: self.facts.lang,
            version: env!("CARGO_PKG_VERSION"),
            resumed: self.facts.resumed,
            inputs: &self.facts.inputs,
            options: &self.facts.options,
            totals: &self.totals,
            filters: filters.map(|(&name, &tally)| FilterData { name, tally }).collect(),
            rules_left_out,
            course: CourseData {
                width: self.course.width,
                stretches: self.course.stretches.iter().map(|stretch| (stretch.chars, &*stretch.changed)).collect(),
            },
            share_ends: &SHARES[..SHARES.len() - 1],
            shares: &self.shares,
            shown: (most, sample, self.totals.pages - (most + sample) as u64),
            pages: pages.iter().map(|&(number, page)| self.page(number, page, &places)).collect(),
            rules,
            failures: &self.failures,
        }
    }

    /// The rules to list, and how many rules with how many edits are not.
    fn rules_of<'r>(&'r self, pages: &[(u64, &'r Digest)]) -> (Vec<RuleData<'r>>, (u64, u64)) {
        let mut counted: Vec<_> = self.rules.iter().collect();
        counted.sort_by_key(|(_, rule)| Reverse(rule.tally.amount.edits));
        let (mut left_out, mut edits_left_out) = self.forgotten;
        for (_, rule) in counted.iter().skip(RULES) {
            left_out += 1;
            edits_left_out += rule.tally.amount.edits;
        }
        counted.truncate(RULES);
        let listed: BTreeSet<&RuleId> = counted.iter().map(|(rule, _)| *rule).collect();
        let named = pages.iter().flat_map(|(_, page)| &page.rules).filter(|(rule, _)| !listed.contains(rule));
        let named: BTreeMap<&RuleId, &'static str> = named.map(|(rule, share)| (rule, share.filter)).collect();
        let all = counted.into_iter().map(|(rule, counted)| (rule, counted.filter, Some(counted)));
        let all = all.chain(named.into_iter().map(|(rule, filter)| (rule, filter, None)));
        let data = all.map(|(rule, filter, counted)| RuleData {
            name: rule.as_str(),
            filter: self.filter(filter),
            why: self.facts.reasons.get(rule).map(String::as_str),
            tally: counted.map(|counted| counted.tally),
            samples: counted.map_or(&[], |counted| &counted.samples),
        });
        (data.collect(), (left_out, edits_left_out))
    }

    fn page<'r>(&self, number: u64, page: &'r Digest, places: &BTreeMap<&str, usize>) -> PageData<'r> {
        let place = |rule: &RuleId| places[rule.as_str()];
        PageData {
            number: number + 1,
            name: &page.name,
            url: page.url.as_deref(),
            encoding: page.encoding,
            bytes: page.bytes,
            chars: page.chars,
            malformed: page.malformed,
            amount: page.amount,
            filters: page.filters.iter().map(|(filter, amount)| (self.filter(filter), amount.changed())).collect(),
            rules: page.rules.iter().map(|(rule, share)| (place(rule), share.amount.edits)).collect(),
            pieces: page.pieces.iter().map(|piece| piece_data(piece, &place)).collect(),
            places_left_out: page.places_left_out,
        }
    }

    /// The place of a filter in the order of the run.
    fn filter(&self, name: &str) -> usize {
        self.facts.filters.iter().position(|filter| *filter == name).expect("a page is cleaned by the filters of its run")
    }
}

fn piece_data<'r>(piece: &'r Piece, place: &impl Fn(&RuleId) -> usize) -> PieceData<'r> {
    // One decimal is as much as a gain means.
    let rounded = |gain: Option<f32>| gain.map(|gain| (gain * 10.0).round() / 10.0);
    let step = |step: &'r Step| match &step.texts {
        None => StepData::Whole(place(&step.rule), rounded(step.gain)),
        Some((before, after)) => StepData::Part(place(&step.rule), rounded(step.gain), before, after),
    };
    match piece {
        Piece::Same(text) => PieceData::Same(text),
        Piece::Gap(chars) => PieceData::Gap(*chars),
        Piece::Place { before, after, steps, more } => PieceData::Place(before, after, steps.iter().map(step).collect(), *more),
    }
}
