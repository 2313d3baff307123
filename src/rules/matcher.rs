//! Regexes of rules, matched the way a reader would: character by character, and back where a way does not lead on.
//!
//! Rules are full of counted stretches of any characters, `[^。]{0,40}(?:侵权|转载)`. An automaton makes a state of every set
//! of places in such stretches, and each Chinese text brings new ones: it takes milliseconds to compile, megabytes in every
//! thread, and rarely meets a state again. Going back is quick, since patterns are specific. Where it is not, the `regex`
//! crate decides, in time that grows with the text alone; what matches is always what that crate says.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

use super::core;
use crate::characters::CharacterSet;

/// How many steps a search may take before it is left to an automaton: fewer once there is one, which takes as long to make
/// as some hundred thousand steps.
const PATIENCE: usize = 10_000;
const PATIENCE_AT_FIRST: usize = 50_000;

/// Patterns of more steps are left to an automaton.
const MOST_STEPS: usize = 50_000;

/// How many bytes an automaton may remember of what it has read. Of Chinese text there is much to remember; with less, it
/// forgets and begins anew.
const STATES: usize = 16 << 20;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    pattern: String,
    /// The steps of the pattern; `None` where an automaton has to decide.
    steps: Option<Steps>,
    /// The steps of its [core], if it has one, and how many bytes of a match may stand before it, if that is bounded. A
    /// pattern that matches only where a text begins is tried there without a search for its core.
    core: Option<(Steps, Option<usize>)>,
    /// Whether a match ends only where the text ends.
    ends_text: bool,
    /// The most bytes of a match, if that is bounded.
    most: Option<usize>,
    automaton: OnceLock<Regex>,
}

impl Matcher {
    /// The matcher of a valid pattern.
    pub(crate) fn new(pattern: &str) -> Self {
        let parsed = regex_syntax::parse(pattern).ok();
        let steps = parsed.as_ref().and_then(Steps::of);
        let starts_text = steps.as_ref().is_some_and(|steps| steps.first.is_none());
        let core = parsed.as_ref().filter(|_| !starts_text).and_then(core::core);
        let core = core.and_then(|(core, before)| Some((Steps::of(&core)?, before)));
        let most = parsed.as_ref().and_then(|parsed| parsed.properties().maximum_len());
        let ends_text = parsed.is_some_and(|parsed| parsed.properties().look_set_suffix().contains(Look::End));
        Self { pattern: pattern.to_owned(), steps, core, ends_text, most, automaton: OnceLock::new() }
    }

    /// The automaton of a pattern.
    ///
    /// # Errors
    /// When the pattern is not valid, or too large.
    pub(super) fn automaton(pattern: &str) -> Result<Regex, regex::Error> {
        // The empty class matches nothing. It keeps the automaton from reading a line backwards because the pattern ends in
        // `$`: patterns are specific where they begin and loose where they end, so backwards is 100 times slower.
        RegexBuilder::new(&format!("{pattern}|[^\\s\\S]")).dfa_size_limit(STATES).build()
    }

    /// The most bytes that the pattern matches, if that is bounded.
    pub(super) fn most(&self) -> Option<usize> {
        self.most
    }

    /// Whether the pattern matches anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let Some(from) = self.first_place(text, 0) else { return false };
        let found = self.steps.as_ref().and_then(|steps| self.search(steps, text).next(from).ok());
        found.map_or_else(|| self.decider().is_match(text), |found| found.is_some())
    }

    /// The matches in a text, of each what the group `cut` holds, or else all of it.
    pub(super) fn cuts(&self, text: &str) -> Vec<Range<usize>> {
        self.find(text).into_iter().map(|found| found.cut.unwrap_or(found.whole)).collect()
    }

    /// The matches in a text.
    pub(crate) fn find(&self, text: &str) -> Vec<Found> {
        if self.first_place(text, 0).is_none() {
            return Vec::new();
        }
        let first_place = |from| self.first_place(text, from);
        let found = self.steps.as_ref().and_then(|steps| self.search(steps, text).all(first_place).ok());
        found.unwrap_or_else(|| {
            let found = self.decider().captures_iter(text);
            found.map(|found| Found { whole: found.get_match().range(), cut: found.name("cut").map(|cut| cut.range()) }).collect()
        })
    }

    /// Before which place no match begins of those that begin at `from` or behind it; `None` where there is none, as far as its
    /// core and its length tell.
    fn first_place(&self, text: &str, from: usize) -> Option<usize> {
        let place = |end: usize, most: Option<usize>| {
            let first = most.and_then(|most| end.checked_sub(most)).unwrap_or(0);
            (0..=first).rev().find(|&first| text.is_char_boundary(first)).unwrap_or(0)
        };
        let from = if self.ends_text { from.max(place(text.len(), self.most)) } else { from };
        let Some((core, before)) = &self.core else { return Some(from) };
        match self.search(core, text).next(from) {
            Ok(None) => None,
            Ok(Some(found)) => Some(from.max(place(found.whole.start, *before))),
            Err(Impatience) => Some(from),
        }
    }

    fn search<'m, 't>(&self, steps: &'m Steps, text: &'t str) -> Search<'m, 't> {
        let patience = if self.automaton.get().is_some() { PATIENCE } else { PATIENCE_AT_FIRST };
        Search { steps, text, jobs: Vec::new(), patience }
    }

    fn decider(&self) -> &Regex {
        self.automaton.get_or_init(|| Self::automaton(&self.pattern).expect("it was checked when the rule was read"))
    }
}

/// The steps of a pattern.
#[derive(Clone, Debug)]
struct Steps {
    steps: Vec<Step>,
    /// Where a match begins.
    entry: u32,
    /// The characters with which a match can begin that does not begin with the text; `None` where none can.
    first: Option<Set>,
    /// The characters with which a match can begin at the start of a text; `None` where it can begin with nothing.
    at_start: Option<Characters>,
    /// How many bytes a match has at least.
    least: usize,
}

impl Steps {
    /// `None` for a pattern that needs an automaton.
    fn of(pattern: &Hir) -> Option<Self> {
        let mut compiler = Compiler { steps: vec![Step::End] };
        let entry = compiler.add(pattern, 0)?;
        let (at_start, nothing) = first(pattern, true);
        let at_start = (!nothing).then(|| Characters::of(&at_start));
        let (first, nothing) = first(pattern, false);
        let first = (nothing || !first.ranges().is_empty()).then(|| Set::of(&first, nothing));
        let least = pattern.properties().minimum_len().unwrap_or(0);
        Some(Self { steps: compiler.steps, entry, first, at_start, least })
    }
}

/// One step of a match; numbers are those of the steps that follow.
#[derive(Clone, Debug)]
enum Step {
    /// These bytes.
    Literal(Box<[u8]>, u32),
    /// Characters of a set, one after the other, as many as there are or as few as will do.
    Stretch { set: Characters, least: u32, most: u32, greedy: bool, next: u32 },
    /// The first way that leads to a match.
    Either(Ways),
    /// The start of the text.
    Start(u32),
    /// Its end.
    Stop(u32),
    /// Where the group `cut` begins or ends.
    Cut { ends: bool, next: u32 },
    /// The end of a match.
    End,
}

/// Ways of which the first that leads to a match is taken, by the character that stands where they begin: of long lists of words
/// only those are tried that may lead on.
#[derive(Clone, Debug, Default)]
struct Ways {
    /// For each character with which some of the ways must begin, in order: those and the ways that may begin with any.
    by_first: Box<[(char, Box<[u32]>)]>,
    /// The ways that may begin with any character, or with nothing.
    others: Box<[u32]>,
}

impl Ways {
    /// These ways in order, each with the character that it must begin with.
    fn new(ways: &[(Option<char>, u32)]) -> Self {
        let open = |c: Option<char>| {
            let open = ways.iter().filter(|(first, _)| first.is_none() || *first == c);
            open.map(|&(_, way)| way).collect()
        };
        let first: BTreeSet<char> = ways.iter().filter_map(|&(first, _)| first).collect();
        Self { by_first: first.into_iter().map(|c| (c, open(Some(c)))).collect(), others: open(None) }
    }

    /// The ways that may lead on where this character stands, or none behind the text.
    fn open(&self, c: Option<char>) -> &[u32] {
        let known = c.and_then(|c| self.by_first.binary_search_by_key(&c, |&(first, _)| first).ok());
        known.map_or(&self.others, |known| &self.by_first[known].1)
    }
}

/// What is left to try: a step at a place.
#[derive(Clone, Copy)]
struct Job {
    step: u32,
    at: usize,
    /// Of a step that was begun: the next of its ways, or how far it has come; else [`NONE`].
    resumes: usize,
    /// Where the group `cut` begins and ends; [`NONE`] where it does not yet.
    cut: [usize; 2],
}

/// No place and no number.
const NONE: usize = usize::MAX;

/// A match.
pub(crate) struct Found {
    /// Its bytes in the text.
    pub(crate) whole: Range<usize>,
    /// What the group `cut` holds, where it matched.
    pub(crate) cut: Option<Range<usize>>,
}

/// The search for one pattern in one text.
struct Search<'m, 't> {
    steps: &'m Steps,
    text: &'t str,
    jobs: Vec<Job>,
    /// How many steps may still be taken.
    patience: usize,
}

/// A search took too many steps.
struct Impatience;

impl Search<'_, '_> {
    /// Every match, one behind the other; before the `first_place` behind the one before there is none.
    fn all(&mut self, first_place: impl Fn(usize) -> Option<usize>) -> Result<Vec<Found>, Impatience> {
        let (mut all, mut from, mut last) = (Vec::new(), 0, None);
        while let Some(found) = first_place(from).map(|from| self.next(from)).transpose()?.flatten() {
            let Range { start, end } = found.whole;
            // An empty match right behind another one is none.
            if start == end && last == Some(end) {
                let Some(c) = self.text[end..].chars().next() else { break };
                from = end + c.len_utf8();
                continue;
            }
            (from, last) = (end, Some(end));
            all.push(found);
        }
        Ok(all)
    }

    /// The first match that begins at `from` or behind it.
    fn next(&mut self, from: usize) -> Result<Option<Found>, Impatience> {
        let Some(last) = self.text.len().checked_sub(self.steps.least) else { return Ok(None) };
        let may_start = |characters: &Characters| self.text.starts_with(|c| characters.holds(c));
        if from == 0
            && self.steps.at_start.as_ref().is_none_or(may_start)
            && let Some(found) = self.match_at(0)?
        {
            return Ok(Some(found));
        }
        let Some(first) = &self.steps.first else { return Ok(None) };
        for at in first.places(self.text, from).filter(|&at| at > 0).take_while(|&at| at <= last) {
            if let Some(found) = self.match_at(at)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The match that begins at a place.
    fn match_at(&mut self, start: usize) -> Result<Option<Found>, Impatience> {
        self.jobs.clear();
        self.jobs.push(Job { step: self.steps.entry, at: start, resumes: NONE, cut: [NONE; 2] });
        while let Some(job) = self.jobs.pop() {
            let mut way = Some(job);
            while let Some(job) = way {
                if let Step::End = self.steps.steps[job.step as usize] {
                    let [from, to] = job.cut;
                    return Ok(Some(Found { whole: start..job.at, cut: (to != NONE).then_some(from..to) }));
                }
                if self.patience == 0 {
                    return Err(Impatience);
                }
                self.spend(1);
                way = self.take(job);
            }
        }
        Ok(None)
    }

    fn spend(&mut self, steps: usize) {
        self.patience = self.patience.saturating_sub(steps);
    }

    /// What follows when the step of a job is taken; what else could have is kept for later.
    #[inline]
    fn take(&mut self, job: Job) -> Option<Job> {
        let Job { step, at, resumes, .. } = job;
        let goes_on = |step, at| Some(Job { step, at, resumes: NONE, ..job });
        let steps = self.steps;
        match &steps.steps[step as usize] {
            Step::Literal(bytes, next) if self.text.as_bytes()[at..].starts_with(bytes) => goes_on(*next, at + bytes.len()),
            Step::Stretch { set, least, most, greedy: true, next } => {
                let (mut end, floor) = if resumes == NONE {
                    let (end, floor) = set.longest(&self.text[at..], *least, *most)?;
                    self.spend(end);
                    (at + end, at + floor)
                } else {
                    (self.before(at), resumes)
                };
                while end > floor && !self.may_take(*next, end) {
                    end = self.before(end);
                }
                if end > floor {
                    self.jobs.push(Job { at: end, resumes: floor, ..job });
                }
                goes_on(*next, end)
            }
            Step::Stretch { set, least, most, next, .. } => {
                // Those that are needed, and then one more each time.
                let (least, count) = if resumes == NONE { (*least, *least as usize) } else { (1, resumes + 1) };
                let end = at + set.longest(&self.text[at..], least, least)?.0;
                if count < *most as usize {
                    self.jobs.push(Job { at: end, resumes: count, ..job });
                }
                goes_on(*next, end)
            }
            Step::Either(ways) => {
                let open = ways.open(self.text[at..].chars().next());
                let open = open.iter().enumerate().skip(if resumes == NONE { 0 } else { resumes });
                let mut open = open.filter(|&(_, &way)| self.is_open(way, at));
                let (_, &way) = open.next()?;
                if let Some((other, _)) = open.next() {
                    self.jobs.push(Job { resumes: other, ..job });
                }
                goes_on(way, at)
            }
            Step::Start(next) if at == 0 => goes_on(*next, at),
            Step::Stop(next) if at == self.text.len() => goes_on(*next, at),
            Step::Cut { ends, next } => {
                let mut cut = job.cut;
                cut[usize::from(*ends)] = at;
                Some(Job { step: *next, at, resumes: NONE, cut })
            }
            _ => None,
        }
    }

    /// Whether a step can be taken at a place, as far as the literals tell that stand there.
    fn may_take(&self, step: u32, at: usize) -> bool {
        match &self.steps.steps[step as usize] {
            Step::Either(ways) => ways.open(self.text[at..].chars().next()).iter().any(|&way| self.is_open(way, at)),
            _ => self.is_open(step, at),
        }
    }

    fn is_open(&self, step: u32, at: usize) -> bool {
        match &self.steps.steps[step as usize] {
            Step::Literal(bytes, _) => self.text.as_bytes()[at..].starts_with(bytes),
            Step::Stop(_) => at == self.text.len(),
            _ => true,
        }
    }

    /// The place one character before.
    fn before(&self, at: usize) -> usize {
        at - self.text[..at].chars().next_back().map_or(0, char::len_utf8)
    }
}

/// Makes the steps of a pattern, from its end to its beginning.
struct Compiler {
    steps: Vec<Step>,
}

impl Compiler {
    /// Adds the steps of a pattern before those of `next`: where they begin. `None` for what needs an automaton.
    fn add(&mut self, pattern: &Hir, next: u32) -> Option<u32> {
        match pattern.kind() {
            HirKind::Empty => Some(next),
            HirKind::Literal(literal) => self.push(Step::Literal(literal.0.clone(), next)),
            HirKind::Class(_) => self.push(Step::Stretch { set: one_of(pattern)?, least: 1, most: 1, greedy: true, next }),
            HirKind::Look(Look::Start) => self.push(Step::Start(next)),
            HirKind::Look(Look::End) => self.push(Step::Stop(next)),
            HirKind::Look(_) => None,
            HirKind::Repetition(repetition) => self.add_repetition(repetition, next),
            HirKind::Capture(capture) if capture.name.as_deref() == Some("cut") => {
                let end = self.push(Step::Cut { ends: true, next })?;
                let inside = self.add(&capture.sub, end)?;
                self.push(Step::Cut { ends: false, next: inside })
            }
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.add(part, next)),
            HirKind::Alternation(ways) => {
                let ways = ways.iter().map(|way| self.add(way, next)).collect::<Option<Vec<_>>>()?;
                let either = self.either(&ways);
                self.push(either)
            }
        }
    }

    fn add_repetition(&mut self, repetition: &Repetition, next: u32) -> Option<u32> {
        let Repetition { min, max, greedy, sub } = repetition;
        if let Some(set) = one_of(sub) {
            return self.push(Step::Stretch { set, least: *min, most: max.unwrap_or(u32::MAX), greedy: *greedy, next });
        }
        let or = |more: u32, next: u32| if *greedy { [more, next] } else { [next, more] };
        let mut entry = next;
        if let Some(max) = max {
            for _ in *min..*max {
                let more = self.add(sub, entry)?;
                let either = self.either(&or(more, next));
                entry = self.push(either)?;
            }
        } else {
            // What may be nothing could be taken for ever.
            sub.properties().minimum_len().filter(|&least| least > 0)?;
            entry = self.push(Step::Either(Ways::default()))?;
            let more = self.add(sub, entry)?;
            self.steps[entry as usize] = self.either(&or(more, next));
        }
        (0..*min).try_fold(entry, |entry, _| self.add(sub, entry))
    }

    fn either(&self, ways: &[u32]) -> Step {
        let ways: Vec<(Option<char>, u32)> = ways.iter().map(|&way| (self.first(way), way)).collect();
        Step::Either(Ways::new(&ways))
    }

    /// The character that what begins with a step must begin with, where it is a certain one.
    fn first(&self, step: u32) -> Option<char> {
        match &self.steps[step as usize] {
            Step::Literal(bytes, _) => std::str::from_utf8(bytes).ok()?.chars().next(),
            Step::Cut { next, .. } => self.first(*next),
            _ => None,
        }
    }

    fn push(&mut self, step: Step) -> Option<u32> {
        self.steps.push(step);
        (self.steps.len() <= MOST_STEPS).then(|| (self.steps.len() - 1) as u32)
    }
}

/// The characters of a pattern that is one of them.
fn one_of(pattern: &Hir) -> Option<Characters> {
    match pattern.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(Characters::of(class)),
        HirKind::Literal(literal) => {
            let mut chars = std::str::from_utf8(&literal.0).ok()?.chars();
            let c = chars.next().filter(|_| chars.next().is_none())?;
            Some(Characters::of(&ClassUnicode::new([ClassUnicodeRange::new(c, c)])))
        }
        _ => None,
    }
}

/// The characters with which a match can begin, `at_start` of a text or behind it, and whether one can do so with nothing.
fn first(pattern: &Hir, at_start: bool) -> (ClassUnicode, bool) {
    let none = ClassUnicode::empty;
    match pattern.kind() {
        HirKind::Empty | HirKind::Class(Class::Bytes(_)) => (none(), true),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0).ok().and_then(|literal| literal.chars().next()) {
            Some(c) => (ClassUnicode::new([ClassUnicodeRange::new(c, c)]), false),
            None => (none(), true),
        },
        HirKind::Class(Class::Unicode(class)) => (class.clone(), false),
        HirKind::Look(look) => (none(), at_start || *look != Look::Start),
        HirKind::Repetition(repetition) => {
            let (class, nothing) = first(&repetition.sub, at_start);
            (class, nothing || repetition.min == 0)
        }
        HirKind::Capture(capture) => first(&capture.sub, at_start),
        HirKind::Concat(parts) => {
            let mut class = none();
            for part in parts {
                let (more, nothing) = first(part, at_start);
                class.union(&more);
                if !nothing {
                    return (class, false);
                }
            }
            (class, true)
        }
        HirKind::Alternation(ways) => {
            ways.iter().map(|way| first(way, at_start)).fold((none(), false), |(mut class, nothing), (more, may)| {
                class.union(&more);
                (class, nothing || may)
            })
        }
    }
}

/// A set of characters.
#[derive(Clone, Debug)]
struct Characters {
    /// Its ranges, in order.
    ranges: Box<[(char, char)]>,
    /// One bit for each character of ASCII.
    ascii: u128,
}

impl Characters {
    fn of(class: &ClassUnicode) -> Self {
        let ranges: Box<[(char, char)]> = class.iter().map(|range| (range.start(), range.end())).collect();
        let ascii = ranges.iter().filter(|(start, _)| start.is_ascii()).flat_map(|&(start, end)| start..=end.min('\x7F'));
        Self { ascii: ascii.fold(0, |ascii, c| ascii | 1 << u32::from(c)), ranges }
    }

    fn holds(&self, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii >> u32::from(c) & 1 == 1;
        }
        let next = self.ranges.partition_point(|&(start, _)| start <= c);
        next > 0 && c <= self.ranges[next - 1].1
    }

    /// Where the longest run of at most `most` of the characters ends that a text begins with, and where it has `least`.
    fn longest(&self, text: &str, least: u32, most: u32) -> Option<(usize, usize)> {
        let (mut end, mut floor, mut count) = (0, 0, 0);
        for c in text.chars() {
            if count == most || !self.holds(c) {
                break;
            }
            count += 1;
            end += c.len_utf8();
            if count == least {
                floor = end;
            }
        }
        (count >= least).then_some((end, floor))
    }
}

/// What a match can begin with.
#[derive(Clone, Debug)]
struct Set {
    characters: CharacterSet,
    /// Whether it can begin with nothing.
    nothing: bool,
}

impl Set {
    fn of(class: &ClassUnicode, nothing: bool) -> Self {
        Self { characters: CharacterSet::of_ranges(class.iter().map(|range| range.start()..=range.end())), nothing }
    }

    /// Where in a text a match may begin, from a place on; before a character beyond the basic plane it always may.
    fn places<'s>(&'s self, text: &'s str, from: usize) -> impl Iterator<Item = usize> + 's {
        let rest = &text[from..];
        let some = (!self.nothing).then(|| self.characters.places(rest)).into_iter().flatten();
        let all = self.nothing.then(|| rest.char_indices().map(|(at, _)| at).chain([rest.len()])).into_iter().flatten();
        some.map(|(at, _)| at).chain(all).map(move |at| from + at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    /// What the `regex` crate cuts.
    fn expected(pattern: &str, text: &str) -> Vec<Range<usize>> {
        let regex = Regex::new(pattern).expect("it is valid");
        regex.captures_iter(text).map(|found| found.name("cut").unwrap_or_else(|| found.get_match()).range()).collect()
    }

    fn compare(pattern: &str, text: &str) {
        let matcher = Matcher::new(pattern);
        assert_eq!(matcher.cuts(text), expected(pattern, text), "{pattern} in {text}");
        assert_eq!(matcher.is_match(text), !expected(pattern, text).is_empty(), "{pattern} in {text}");
    }

    const TEXT: &str = "雨停了。责任编辑：何小舟 2021-03-04 05:06\n来源：江湾晨报（原标题：渡口）a1b22 ccc";

    #[test]
    fn every_kind_of_pattern() {
        for pattern in [
            "渡口",
            "",
            "(?:)",
            "[^。]{0,9}编辑",
            "[^。]{2,}?编",
            r"\d+-\d{2}",
            r"(?P<cut>\d+)[-:]",
            r"^雨|$",
            r"(?m)^.+$",
            r"\b\w",
            r"\B\w+?",
            r"(?i)A\d",
            r"(?:[a-c]\d?)+",
            r"(?:[a-c]\d?){2}",
            r"(?:[a-c]\d?){1,2}?",
            r"(?:a|1|b|2)*",
            r"(?:|a)*",
            r"(?:a?)*",
            r"(?:a?|1)+b",
            r"(?:\d?){3}",
            r"(?P<cut>a|b)+",
            r"(?:来源|编辑)\s*[:：]\p{Han}+",
            r"。(?P<cut>.*)$",
            r"(?:^|[。\s])(?P<cut>[^。]{0,9}(?:编辑|来源)[^。]{0,4})",
            r"[^\s\S]",
            r"\b{start}\w+\b{end}",
            r"(?-u:[a-z])\d",
        ] {
            compare(pattern, TEXT);
            compare(pattern, "");
        }
    }

    #[test]
    fn every_rule() {
        let rules = crate::rules::Rules::embedded().expect("the tests read every file");
        for rule in rules.iter() {
            let pattern = match &rule.pattern {
                crate::rules::Pattern::Line(pattern) => format!("^(?:{pattern})$"),
                crate::rules::Pattern::Span(pattern) => pattern.clone(),
                crate::rules::Pattern::Text(_) => continue,
            };
            let (matcher, regex) = (Matcher::new(&pattern), Regex::new(&pattern).expect("it is valid"));
            for text in rule.hit.iter().chain(&rule.miss).flat_map(|text| text.lines().chain([text.as_str()])) {
                let expected = regex.captures_iter(text);
                let expected = expected.map(|found| found.name("cut").unwrap_or_else(|| found.get_match()).range());
                assert_eq!(matcher.cuts(text), expected.collect::<Vec<_>>(), "{} in {text}", rule.id);
            }
        }
    }

    #[test]
    fn what_takes_too_long_is_left_to_an_automaton() {
        let text = "渡".repeat(400);
        compare("(?:渡{0,40}){0,40}口", &text);
        compare("(?:渡|渡渡)*口|(?P<cut>渡{3})", &text);
    }

    proptest! {
        #[test]
        fn random_patterns(parts in prop::collection::vec("[ab渡。]|[ab渡。]{2}|a[?*+]|渡\\{0,2\\}|\\[ab\\]\\{1,3\\}\\??|\\[\\^。\\]\\{0,4\\}|\\(\\?:a\\|渡b\\|\\)[*+?]|\\(\\?:ab\\|a\\)\\{1,2\\}|\\^|\\$", 1..6), text in "[ab渡。]{0,20}") {
            let pattern = parts.concat();
            prop_assume!(Regex::new(&pattern).is_ok());
            compare(&pattern, &text);
            let cut = format!("{}(?P<cut>{})", parts[0], parts[1..].concat());
            prop_assume!(Regex::new(&cut).is_ok());
            compare(&cut, &text);
        }
    }
}
