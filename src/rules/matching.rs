//! Rules against pages: one search for keywords, then the few regexes whose keywords stand in a line.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::OnceLock;

use super::{Pattern, Place, Rule};
use crate::keywords::Keywords;
use crate::page::{Line, Page};

/// How many non-blank lines that stay count as the head of a page, and from its end as its tail.
const EDGE_LINES: usize = 12;

/// How many bytes of a line are read at most while its edges are peeled, beside a few times the line itself.
const MOST_READ: usize = 128 * 1024;
const MOST_TIMES: usize = 8;

/// A filter's rules behind one search for their keywords.
pub struct RuleSet {
    rules: Vec<Rule>,
    traits: Vec<Traits>,
    keywords: Keywords,
    /// For each keyword, the rule that has it.
    owners: Vec<u32>,
}

/// What there is to know of a rule to pass by most lines: a page meets many rules, and few of them are in the cache.
struct Traits {
    place: Place,
    finds_lines: bool,
    /// The most bytes of a line that it finds, once it was asked.
    most: OnceLock<usize>,
}

/// What a rule found.
pub struct Found<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// The bytes of the page that are pollution.
    pub range: Range<usize>,
}

/// A line that is not blank, and the rules of which it holds a keyword.
struct Candidate<'r, 't> {
    line: Line<'t>,
    rules: Vec<Looking<'r, 't>>,
}

/// A rule that may find something in a line.
struct Looking<'r, 't> {
    rule: &'r Rule,
    traits: &'r Traits,
    /// The line before, which may silence the rule.
    before: Option<Line<'t>>,
    /// What it finds in the whole line, once it was asked.
    in_line: OnceCell<Vec<Range<usize>>>,
}

impl Looking<'_, '_> {
    /// The ranges that the rule would delete of a line with this text, of which only `window` is left to read.
    fn find(&self, line: Line<'_>, text: &Range<usize>, window: &Range<usize>) -> Cow<'_, [Range<usize>]> {
        if self.traits.finds_lines && window.len() > *self.traits.most.get_or_init(|| self.rule.most()) {
            return Cow::Borrowed(&[]);
        }
        let find = || {
            let mut found = Vec::new();
            self.rule.find(line, window.clone(), &mut found);
            if !found.is_empty() && self.rule.is_silent_after(self.before) {
                found.clear();
            }
            found
        };
        if window == text { Cow::Borrowed(self.in_line.get_or_init(find)) } else { Cow::Owned(find()) }
    }
}

impl RuleSet {
    /// A set of these rules; the first ones win where two find the same.
    pub fn new(rules: &[Rule]) -> Self {
        let numbered = (0..).zip(rules).flat_map(|(number, rule)| rule.keywords.iter().map(move |word| (number, word)));
        let (owners, words): (Vec<u32>, Vec<&String>) = numbered.unzip();
        let traits = rules.iter().map(|rule| Traits {
            place: rule.place,
            finds_lines: matches!(rule.pattern, Pattern::Line(_)),
            most: OnceLock::new(),
        });
        Self { traits: traits.collect(), rules: rules.to_vec(), keywords: Keywords::new(words), owners }
    }

    /// The keywords of all rules.
    pub fn keywords(&self) -> &Keywords {
        &self.keywords
    }

    /// Everything the rules find on a page, in the order of lines, then of rules. A rule reads only the lines where it
    /// looks.
    pub fn find(&self, page: Page<'_>) -> Vec<Found<'_>> {
        let candidates = self.candidates(page);
        if candidates.is_empty() {
            return Vec::new();
        }
        let (head, tail) = edges(&candidates);
        let numbered = candidates.iter().enumerate().filter(|(_, candidate)| !candidate.rules.is_empty());
        numbered.flat_map(|(number, candidate)| candidate.find(number < head, number >= tail)).collect()
    }

    /// The lines that are not blank, in order, each with the rules that may find something in it; none when no line has
    /// any.
    fn candidates<'r, 't>(&'r self, page: Page<'t>) -> Vec<Candidate<'r, 't>> {
        let found = page.find(&self.keywords);
        if found.is_empty() {
            return Vec::new();
        }
        let mut found = found.iter().peekable();
        let mut candidates: Vec<Candidate<'r, 't>> = Vec::new();
        let mut numbers = Vec::new();
        for line in page.lines().filter(|line| !line.is_blank()) {
            let end = line.whole_range().end;
            while let Some(keyword) = found.next_if(|keyword| keyword.end <= end) {
                numbers.push(self.owners[keyword.number as usize]);
            }
            numbers.sort_unstable();
            numbers.dedup();
            let before = candidates.last().map(|before| before.line);
            let looking = |number: u32| {
                let (rule, traits) = (&self.rules[number as usize], &self.traits[number as usize]);
                Looking { rule, traits, before, in_line: OnceCell::new() }
            };
            candidates.push(Candidate { line, rules: numbers.drain(..).map(looking).collect() });
        }
        candidates
    }
}

impl<'r> Candidate<'r, '_> {
    /// What the rules that look at this edge of the page find in the line.
    fn find(&self, head: bool, tail: bool) -> Vec<Found<'r>> {
        let rules: Vec<&Looking<'r, '_>> =
            self.rules.iter().filter(|looking| looks_here(looking.traits.place, head, tail)).collect();
        if rules.is_empty() { Vec::new() } else { find_inwards(self.line, &rules) }
    }

    /// Whether the line goes as a whole at this edge of the page.
    fn goes(&self, head: bool, tail: bool) -> bool {
        let mut finders = self.rules.iter().filter(|looking| looking.traits.finds_lines);
        let may = finders.any(|looking| looks_here(looking.traits.place, head, tail));
        may && self.find(head, tail).iter().any(|found| matches!(found.rule.pattern, Pattern::Line(_)))
    }
}

/// What the rules find in a line. What they find at its edges is peeled off and they look again, until nothing new
/// shows: a credit before a notice is at the end of the line once the notice is gone. A long line of nothing but such
/// things is no line of a page, and left alone.
fn find_inwards<'r>(line: Line<'_>, rules: &[&Looking<'r, '_>]) -> Vec<Found<'r>> {
    let mut all: Vec<Found<'r>> = Vec::new();
    let text = line.text_range();
    let mut window = text.clone();
    let mut known = HashSet::new();
    let mut read = 0;
    loop {
        read += window.len();
        if read > MOST_READ + MOST_TIMES * line.whole.len() {
            return Vec::new();
        }
        let mut inner = window.clone();
        for looking in rules {
            for range in looking.find(line, &text, &window).iter().filter(|range| !range.is_empty()) {
                if range.start <= window.start {
                    inner.start = inner.start.max(range.end);
                }
                if range.end >= window.end {
                    inner.end = inner.end.min(range.start);
                }
                if known.insert((range.start, range.end)) {
                    all.push(Found { rule: looking.rule, range: range.clone() });
                }
            }
        }
        if inner == window {
            return all;
        }
        if inner.start >= inner.end {
            return whole(line, all);
        }
        let left = &line.whole[inner.start - line.start..inner.end - line.start];
        let end = inner.start + left.trim_end().len();
        window = end - left.trim().len()..end;
        if window.is_empty() {
            return whole(line, all);
        }
    }
}

/// What was found in a line of which nothing stays: the line itself, by the rule that found most of it.
fn whole<'r>(line: Line<'_>, mut all: Vec<Found<'r>>) -> Vec<Found<'r>> {
    if let Some(most) = all.iter().max_by_key(|found| found.range.len()) {
        let rule = most.rule;
        all.insert(0, Found { rule, range: line.whole_range() });
    }
    all
}

/// Where the head of a page ends and where its tail begins. Lines that go as a whole do not count, so a page has the
/// same head and tail before and after it is cleaned.
fn edges(candidates: &[Candidate<'_, '_>]) -> (usize, usize) {
    let mut stays = candidates.iter().enumerate().filter(|(_, candidate)| !candidate.goes(true, false));
    let head = stays.nth(EDGE_LINES - 1).map_or(candidates.len(), |(number, _)| number + 1);
    let mut stays = candidates.iter().enumerate().rev().filter(|(_, candidate)| !candidate.goes(false, true));
    let tail = stays.nth(EDGE_LINES - 1).map_or(0, |(number, _)| number);
    (head, tail)
}

fn looks_here(place: Place, head: bool, tail: bool) -> bool {
    match place {
        Place::Anywhere => true,
        Place::Head => head,
        Place::Tail => tail,
        Place::Edge => head || tail,
    }
}
