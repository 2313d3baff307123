//! Where a page holds phrases, and what each place says for gluing.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use memchr::memchr_iter;

use super::grammar::GRAMMAR;
use crate::keywords::leftmost_longest;
use crate::language::{LanguageModel, State, Symbol};
use crate::page::Page;

/// The longest brand, in characters.
const BRAND: usize = 7;

/// Among how many lines from the start of a page its title is.
const HEAD_LINES: usize = 12;

/// What one place can add at most and take away at most.
const PLACE: std::ops::RangeInclusive<f32> = -3.0..=5.0;

/// What a known brand adds at each place, and a phrase right before a report.
const KNOWN: f32 = 3.0;

/// What a brand adds on top of that, if it means nothing else.
const COINED: f32 = 2.5;

/// How often a page must hold the same words before a head, for them to be a brand that no mark sets off.
const RECURS: usize = 3;

/// A kind of place where a phrase stands, and what it is worth as a sign of gluing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stand {
    /// Where a line begins, right before the words with which a report begins.
    BeforeReport,
    /// Before the title or behind it, with a separator.
    BesideTitle,
    /// Where the title, or a later line, begins.
    LineStart,
    /// Right after an opening quote, before its words.
    AfterQuote,
    /// After a mark, before words that go on with the sentence.
    MidSentence,
    /// After the mark that ends the last sentence of a line.
    AfterLastWord,
}

impl Stand {
    pub(super) fn weight(self) -> f32 {
        match self {
            Stand::BeforeReport => 3.0,
            Stand::AfterLastWord => 2.0,
            Stand::BesideTitle => 1.5,
            Stand::AfterQuote => 1.0,
            Stand::LineStart | Stand::MidSentence => 0.0,
        }
    }
}

/// One place where the page holds a head.
pub(super) struct Occurrence<'t> {
    /// The bytes of head and tails.
    pub range: Range<usize>,
    /// The words from the mark before to the head, if they can be a brand: short, and without a mark between.
    pub brand: Option<&'t str>,
    /// Where brand and head stand, if the place tells of gluing.
    pub stand: Option<Stand>,
    /// Whether the brand is known by its coming again only.
    pub recurs: bool,
    /// Where the head ends.
    head_end: usize,
    /// Whether something follows the head.
    has_tail: bool,
    /// Whether the words are a phrase without a brand.
    pub is_whole: bool,
}

impl Occurrence<'_> {
    /// Whether the words are more than a head, so that they can speak for themselves.
    pub(super) fn is_complete(&self) -> bool {
        self.is_whole || self.has_tail && self.brand.is_some_and(|brand| brand.chars().count() >= 2)
    }

    /// What the place says for gluing: positive where the text reads better without the phrase.
    pub(super) fn weight(&self, text: &str) -> f32 {
        let stand = match self.stand {
            Some(stand) => stand.weight(),
            None if self.recurs => 0.0,
            None => return 0.0,
        };
        let start = self.range.start - self.brand.map_or(0, str::len);
        // Any word may end a title.
        let ends_title =
            self.stand == Some(Stand::BesideTitle) && text[self.range.end..].trim_start_matches('\r').starts_with('\n');
        let gain = if ends_title { 0.0 } else { gain(text, start..self.range.end) };
        let weight = (stand + gain).clamp(*PLACE.start(), *PLACE.end());
        let known = if self.is_known() || self.stand == Some(Stand::BeforeReport) { KNOWN } else { 0.0 };
        weight + known + if self.brand.is_some_and(|brand| GRAMMAR.is_coined(brand)) { COINED } else { 0.0 }
    }

    /// Whether its brand is known.
    pub(super) fn is_known(&self) -> bool {
        self.brand.is_some_and(|brand| GRAMMAR.knows(brand))
    }
}

/// By how many nats what follows a piece of a line becomes likelier when the piece is gone.
pub(super) fn gain(text: &str, piece: Range<usize>) -> f32 {
    let model = LanguageModel::embedded();
    let left = text[..piece.start].rsplit('\n').next().unwrap_or_default();
    let left = &left[left.char_indices().rev().nth(7).map_or(0, |(at, _)| at)..];
    let right = text[piece.end..].split('\n').next().unwrap_or_default();
    let right = &right[..right.char_indices().nth(3).map_or(right.len(), |(at, _)| at)];
    let state =
        if piece.start == left.len() || text[..piece.start - left.len()].ends_with('\n') { State::START } else { State::BLANK };
    let before = model.state_after(state, left.chars());
    let after = model.score_from(before, &text[piece.clone()]).0;
    let follow = |state| {
        let (state, score) = model.score_from(state, right);
        if right.chars().count() < 3 { score + model.log_prob(state, Symbol::LINE) } else { score }
    };
    follow(before) - follow(after)
}

/// The places where a page holds a head, in order.
pub(super) fn occurrences(page: Page<'_>) -> Vec<Occurrence<'_>> {
    let text = page.text;
    let mut heads = page.find(&GRAMMAR.heads).into_owned();
    heads.retain(|head| GRAMMAR.is_head(text, *head));
    let mut occurrences: Vec<Occurrence<'_>> = Vec::new();
    for head in leftmost_longest(heads) {
        if occurrences.last().is_some_and(|last| head.start < last.range.end) {
            continue;
        }
        let tail = GRAMMAR.tail(&text[head.end..]);
        let range = head.start..head.end + tail;
        let left = brand_start(text, range.start);
        let brand = left.map(|left| &text[left..range.start]);
        let is_whole = GRAMMAR.is_whole(head);
        let stand = left.and_then(|left| stand(text, left..range.end));
        let is_offer = brand.is_some_and(|brand| GRAMMAR.is_coined(brand));
        let has_tail = tail > 0 || is_offer;
        occurrences.push(Occurrence { range, brand, stand, recurs: false, head_end: head.end, has_tail, is_whole });
    }
    find_recurring(text, &mut occurrences);
    occurrences
}

/// Finds the brands that no mark sets off, as in 你行金山湾彩票网行啊, 才是金山湾彩票网道德: the longest words before the same
/// head at [`RECURS`] places. What most of the places have behind it as well belongs to the phrase.
fn find_recurring<'t>(text: &'t str, occurrences: &mut [Occurrence<'t>]) {
    if occurrences.len() < RECURS {
        return;
    }
    let mut places = BTreeMap::<(&str, &str), Vec<usize>>::new();
    for (number, occurrence) in occurrences.iter().enumerate().filter(|(_, occurrence)| !occurrence.is_whole) {
        let before = &text[..occurrence.range.start];
        let starts = before.char_indices().rev().take(BRAND).take_while(|(_, c)| c.is_alphanumeric());
        for (start, _) in starts.skip(1) {
            places.entry((&text[occurrence.range.start..occurrence.head_end], &before[start..])).or_default().push(number);
        }
    }
    let mut recurring: Vec<_> = places.into_iter().filter(|(_, places)| places.len() >= RECURS).collect();
    recurring.sort_by_key(|((_, brand), places)| (std::cmp::Reverse(places.len()), std::cmp::Reverse(brand.len())));
    let mut settled = vec![false; occurrences.len()];
    let set_off = |occurrence: &Occurrence<'t>| occurrence.stand.is_some_and(|stand| stand.weight() > 0.0);
    let known: BTreeSet<&str> =
        occurrences.iter().filter(|occurrence| set_off(occurrence)).filter_map(|occurrence| occurrence.brand).collect();
    for ((_, brand), places) in recurring {
        // A brand that is set off at one place is found at the others by that.
        if known.contains(brand) {
            places.into_iter().for_each(|number| settled[number] = true);
            continue;
        }
        let ends: Vec<usize> = places.iter().map(|&number| occurrences[number].head_end).collect();
        let tail = shared_tail(text, &ends);
        for number in places {
            if std::mem::replace(&mut settled[number], true) {
                continue;
            }
            let occurrence = &mut occurrences[number];
            // What stands between the mark and the brand is the article's.
            let longer = occurrence.brand.is_none_or(|own| own.len() > brand.len());
            if longer && text[occurrence.head_end..].starts_with(tail) {
                (occurrence.brand, occurrence.stand, occurrence.recurs) = (Some(brand), None, true);
                occurrence.range.end = occurrence.head_end + tail.len();
                occurrence.has_tail = !tail.is_empty();
            }
        }
    }
}

/// The longest words that stand behind more than half of the places.
fn shared_tail<'t>(text: &'t str, places: &[usize]) -> &'t str {
    let mut counts = BTreeMap::<&str, usize>::new();
    for &place in places {
        let behind = text[place..].char_indices().take(BRAND).take_while(|(_, c)| c.is_alphanumeric());
        for (at, c) in behind {
            *counts.entry(&text[place..place + at + c.len_utf8()]).or_default() += 1;
        }
    }
    let shared = counts.into_iter().filter(|(_, count)| 2 * count > places.len());
    shared.map(|(tail, _)| tail).max_by_key(|tail| tail.len()).unwrap_or_default()
}

/// Where a brand before a head starts: after the nearest mark, separator or line start, if that is near enough.
fn brand_start(text: &str, head: usize) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || c == '·';
    let mut start = head;
    for c in text[..head].chars().rev().take(BRAND) {
        if !is_name(c) {
            return Some(start);
        }
        start -= c.len_utf8();
    }
    text[..start].chars().next_back().is_none_or(|c| !is_name(c)).then_some(start)
}

/// What kind of place brand, head and tails stand in.
fn stand(text: &str, phrase: Range<usize>) -> Option<Stand> {
    let before = text[..phrase.start].chars().next_back();
    let after = text[phrase.end..].chars().next();
    let goes_on = after.is_some_and(|c| c.is_alphanumeric() || OPENING.contains(c));
    let ends_line = after.is_none_or(|c| c == '\n' || c == '\r');
    match before {
        None | Some('\n') if ends_line => None,
        None | Some('\n') if GRAMMAR.begins_report(&text[phrase.end..]) => Some(Stand::BeforeReport),
        None | Some('\n') if !goes_on && in_head(text, phrase.start) => Some(Stand::BesideTitle),
        None | Some('\n' | '\u{3000}') => Some(Stand::LineStart),
        Some(c) if OPENING.contains(c) && goes_on => Some(Stand::AfterQuote),
        Some(c) if ENDING.contains(c) && (ends_line || after.is_some_and(|c| "（(".contains(c))) => Some(Stand::AfterLastWord),
        Some(c) if (PAUSE.contains(c) || ENDING.contains(c)) && goes_on => Some(Stand::MidSentence),
        Some('-' | '_' | '|' | '—') if ends_line && in_head(text, phrase.start) => Some(Stand::BesideTitle),
        _ => None,
    }
}

/// Whether an offset lies in the first lines of a page, where its title is.
fn in_head(text: &str, offset: usize) -> bool {
    memchr_iter(b'\n', &text.as_bytes()[..offset]).nth(HEAD_LINES).is_none()
}

const OPENING: &str = "“「『‘\"";
const ENDING: &str = "。！？”」』…!?";
const PAUSE: &str = "，、；：,;:";

/// The phrase with the blank, hyphen or bar that separates it from the title.
pub(super) fn with_separator(text: &str, phrase: Range<usize>) -> Range<usize> {
    let is_separator = |c: char| matches!(c, ' ' | '\u{3000}' | '-' | '_' | '|' | '—');
    let line_start = text[..phrase.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[phrase.end..].find('\n').map_or(text.len(), |at| phrase.end + at);
    if !in_head(text, phrase.start) {
        return phrase;
    }
    let before = &text[line_start..phrase.start];
    let after = &text[phrase.end..line_end];
    if before.trim().is_empty() {
        return phrase.start..line_end - after.trim_start_matches(is_separator).len();
    }
    if after.trim().is_empty() {
        return line_start + before.trim_end_matches(is_separator).len()..phrase.end;
    }
    phrase
}
