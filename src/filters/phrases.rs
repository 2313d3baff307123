//! Removes the search phrases that are glued into stolen articles to lift a gambling site: before the title, after an
//! opening quote, in the middle of a sentence, after the last word.
//!
//! Such a phrase is a brand with a word for what it offers: 金山湾 + 娱乐城 + 注册. News may write the same words, so
//! form alone proves nothing. What gives the phrases away is where they stand: no sentence begins with one, ends, and
//! begins again. The places of all phrases of one brand on a page count together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;
use serde::Deserialize;

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::{Keywords, leftmost_longest};
use crate::language::{LanguageModel, State, Symbol};
use crate::page::Page;

/// The longest brand, in characters.
const BRAND: usize = 7;

/// Among how many lines from the start of a page its title is.
const HEAD_LINES: usize = 12;

/// How much a page's phrases must weigh together before they are removed: the places of each, plus by how many nats
/// the text reads better without it. Measured on 20 million characters of honest text: the heaviest page weighs 5.
const ENOUGH: f32 = 6.0;

/// What one place can add at most and take away at most.
const PLACE: std::ops::RangeInclusive<f32> = -3.0..=5.0;

/// What it adds when a brand comes again inside words, where no mark sets it off.
const IN_WORDS: f32 = 2.0;

/// What a brand of the list adds at each place.
const KNOWN: f32 = 3.0;

/// Deletes glued search phrases and nothing else of the sentence.
pub struct Phrases {
    rule: RuleId,
}

impl Phrases {
    /// The filter over the grammar of `rules/phrases.toml`.
    pub fn new() -> Self {
        Self { rule: RuleId::new("phrases/search-phrase") }
    }
}

impl Default for Phrases {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter for Phrases {
    fn name(&self) -> &'static str {
        "phrases"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![&GRAMMAR.heads]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        for range in phrases(page) {
            edits.delete(range, &self.rule);
        }
    }
}

/// The words of `rules/phrases.toml`, as automaton and regexes.
struct Grammar {
    heads: Keywords,
    /// Brands that are known to be advertised so.
    brands: BTreeSet<String>,
    /// Phrases without a brand.
    whole: BTreeSet<String>,
    /// What follows the head.
    tail: Regex,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    brands: BTreeSet<String>,
    heads: Vec<String>,
    tails: Vec<String>,
    whole: Vec<String>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../rules/phrases.toml")).expect("a test reads the file");
    let words: BTreeSet<&String> = file.heads.iter().chain(&file.whole).collect();
    let heads = Keywords::new(words.into_iter().cloned());
    let mut tails: Vec<String> = file.tails.iter().map(|tail| regex::escape(tail)).collect();
    tails.sort_by_key(|tail| std::cmp::Reverse(tail.len()));
    let tail = format!(r"^(?:[0-9A-Za-z]{{0,4}}(?:{}))*", tails.join("|"));
    Grammar {
        heads,
        brands: file.brands,
        whole: file.whole.into_iter().collect(),
        tail: Regex::new(&tail).expect("escaped words make a regex"),
    }
});

/// A kind of place where a phrase stands, and what it is worth as a sign of gluing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stand {
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
    fn weight(self) -> f32 {
        match self {
            Stand::AfterLastWord => 2.0,
            Stand::BesideTitle => 1.5,
            Stand::AfterQuote => 1.0,
            Stand::LineStart | Stand::MidSentence => 0.0,
        }
    }
}

/// One place where the page holds a head.
struct Occurrence<'t> {
    /// The bytes of head and tails.
    range: Range<usize>,
    /// The words from the mark before to the head, if they can be a brand: short, and without a mark between.
    brand: Option<&'t str>,
    /// Where brand and head stand, if the place tells of gluing.
    stand: Option<Stand>,
    /// Whether something follows the head.
    has_tail: bool,
    /// Whether the words are a phrase without a brand.
    is_whole: bool,
}

impl Occurrence<'_> {
    /// Whether the words are more than a head, so that they can speak for themselves.
    fn is_complete(&self) -> bool {
        self.is_whole || self.has_tail && self.brand.is_some_and(|brand| brand.chars().count() >= 2)
    }

    /// What the place says for gluing: positive where the text reads better without the phrase.
    fn weight(&self, text: &str) -> f32 {
        let Some(stand) = self.stand else { return 0.0 };
        let start = self.range.start - self.brand.map_or(0, str::len);
        let known = self.brand.is_some_and(|brand| GRAMMAR.brands.contains(brand));
        let weight = stand.weight() + gain(text, start..self.range.end);
        weight.clamp(*PLACE.start(), *PLACE.end()) + if known { KNOWN } else { 0.0 }
    }
}

/// The ranges of the phrases, each with the separator between it and the title.
fn phrases(page: Page<'_>) -> Vec<Range<usize>> {
    let text = page.text;
    let occurrences = occurrences(page);
    let complete: Vec<&Occurrence<'_>> = occurrences.iter().filter(|occurrence| occurrence.is_complete()).collect();
    if complete.is_empty() {
        return Vec::new();
    }
    let mut sum = 0.0;
    let mut brands = BTreeMap::<&str, f32>::new();
    for occurrence in &complete {
        let weight = occurrence.weight(text);
        sum += weight;
        if let (Some(brand), Some(_)) = (occurrence.brand, occurrence.stand) {
            *brands.entry(brand).or_default() += weight;
        }
    }
    brands.retain(|brand, weight| !brand.is_empty() && *weight > 0.0);
    // 我要金沙 is no brand where 金沙 is one.
    let shorter: Vec<&str> = brands.keys().copied().collect();
    brands.retain(|brand, _| !shorter.iter().any(|other| other != brand && brand.ends_with(other)));
    // A brand that comes again inside words, where no mark sets it off.
    let in_words = |occurrence: &&Occurrence<'_>| {
        let before = &text[..occurrence.range.start];
        brands.keys().any(|brand| before.ends_with(brand) && occurrence.brand != Some(*brand))
    };
    if complete.iter().any(in_words) {
        sum += IN_WORDS;
    }
    // News about a firm of the trade begins sentences with its name, but ends no page with it.
    let telling = |occurrence: &&Occurrence<'_>| {
        let known = occurrence.brand.is_some_and(|brand| GRAMMAR.brands.contains(brand));
        known || occurrence.stand.is_some_and(|stand| stand.weight() > 0.0) && occurrence.weight(text) > 0.0
    };
    if sum < ENOUGH || !complete.iter().any(telling) {
        return Vec::new();
    }
    let glued = occurrences.iter().filter_map(|occurrence| {
        let before = &text[..occurrence.range.start];
        let brand = brands.keys().filter(|brand| before.ends_with(**brand)).max_by_key(|brand| brand.len());
        let start = match brand {
            Some(brand) => occurrence.range.start - brand.len(),
            None if occurrence.is_whole => occurrence.range.start,
            None => return None,
        };
        Some(with_separator(text, start..occurrence.range.end))
    });
    glued.collect()
}

/// By how many nats what follows a piece of a line becomes likelier when the piece is gone.
fn gain(text: &str, piece: Range<usize>) -> f32 {
    let model = LanguageModel::embedded();
    let left = text[..piece.start].rsplit('\n').next().unwrap_or_default();
    let left = &left[left.char_indices().rev().nth(7).map_or(0, |(at, _)| at)..];
    let right = text[piece.end..].split('\n').next().unwrap_or_default();
    let right = &right[..right.char_indices().nth(3).map_or(right.len(), |(at, _)| at)];
    let state =
        if piece.start == left.len() || text[..piece.start - left.len()].ends_with('\n') { State::START } else { State::BLANK };
    let before = model.score_from(state, left).0;
    let after = model.score_from(before, &text[piece.clone()]).0;
    let follow = |state| {
        let (state, score) = model.score_from(state, right);
        if right.chars().count() < 3 { score + model.log_prob(state, Symbol::LINE) } else { score }
    };
    follow(before) - follow(after)
}

fn occurrences(page: Page<'_>) -> Vec<Occurrence<'_>> {
    let text = page.text;
    let mut occurrences: Vec<Occurrence<'_>> = Vec::new();
    for head in leftmost_longest(page.find(&GRAMMAR.heads).into_owned()) {
        if occurrences.last().is_some_and(|last| head.start < last.range.end) {
            continue;
        }
        let tail = GRAMMAR.tail.find(&text[head.end..]).map_or(0, |tail| tail.end());
        let range = head.start..head.end + tail;
        let left = brand_start(text, range.start);
        let brand = left.map(|left| &text[left..range.start]);
        let is_whole = GRAMMAR.whole.contains(&text[head.start..head.end]);
        let stand = match left {
            Some(left) => stand(text, left..range.end),
            None => None,
        };
        occurrences.push(Occurrence { range, brand, stand, has_tail: tail > 0, is_whole });
    }
    occurrences
}

/// Where a brand before a head starts: after the nearest mark, separator or line start, if that is near enough.
fn brand_start(text: &str, head: usize) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric();
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
fn with_separator(text: &str, phrase: Range<usize>) -> Range<usize> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut proposals = Proposals::new(text);
        Phrases::new().propose(Page::new(text), &mut proposals);
        proposals.into_pass("phrases").made.apply(text).into_owned()
    }

    #[test]
    fn phrases_of_one_brand_go() {
        let page = "银沙岛彩票注册平台 渡船停航第三天\n“银沙岛棋牌官网我们等得起。”他说，银沙岛娱乐城2源码可是老人等不起。银沙岛彩乐园关了吗\n";
        assert_eq!(cleaned(page), "渡船停航第三天\n“我们等得起。”他说，可是老人等不起。\n");
    }

    #[test]
    fn a_phrase_with_an_unknown_brand_goes_only_by_its_places() {
        let page = "渡船停航第三天-银沙岛棋牌官网\n他说：“银沙岛棋牌官网等。”\n船来了。银沙岛棋牌官网\n";
        assert_eq!(cleaned(page), "渡船停航第三天\n他说：“等。”\n船来了。\n");
    }

    #[test]
    fn news_about_lotteries_stays() {
        for text in [
            "体育彩票本月销量下降\n“体育彩票不是投资。”专家说，体育彩票的公益金用于建设球场。\n",
            "江湾棋牌协会 周末开赛\n江湾棋牌协会的官网昨天公布了名单。“江湾棋牌下载量不高。”会长说。\n",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }
}
