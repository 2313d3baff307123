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

/// By how many nats on average the text must read better without such a brand.
const OVER_WORDS: f32 = 1.0;

/// How often a page must hold the same words before a head, for them to be a brand that no mark sets off.
const RECURS: usize = 3;

/// What a brand of the list adds at each place.
const KNOWN: f32 = 3.0;

/// Deletes glued search phrases and nothing else of the sentence.
pub struct Phrases {
    rule: RuleId,
    over_word: RuleId,
}

impl Phrases {
    /// The filter over the grammar of `rules/phrases.toml`.
    pub fn new() -> Self {
        Self { rule: RuleId::new("phrases/search-phrase"), over_word: RuleId::new("phrases/brand-over-word") }
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
        let occurrences = occurrences(page);
        let glued = glued(page.text, &occurrences);
        if glued.is_empty() {
            over_words(page.text, &occurrences).into_iter().for_each(|range| edits.report(range, "", &self.over_word));
        }
        glued.into_iter().for_each(|range| edits.delete(range, &self.rule));
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
    /// Whether the brand is known by its coming again only.
    recurs: bool,
    /// Where the head ends.
    head_end: usize,
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
        let stand = match self.stand {
            Some(stand) => stand.weight(),
            None if self.recurs => 0.0,
            None => return 0.0,
        };
        let start = self.range.start - self.brand.map_or(0, str::len);
        let known = self.brand.is_some_and(|brand| GRAMMAR.brands.contains(brand));
        let weight = stand + gain(text, start..self.range.end);
        weight.clamp(*PLACE.start(), *PLACE.end()) + if known { KNOWN } else { 0.0 }
    }
}

/// The ranges of the phrases, each with the separator between it and the title.
fn glued(text: &str, occurrences: &[Occurrence<'_>]) -> Vec<Range<usize>> {
    let complete: Vec<&Occurrence<'_>> = occurrences.iter().filter(|occurrence| occurrence.is_complete()).collect();
    if complete.is_empty() {
        return Vec::new();
    }
    let mut sum = 0.0;
    let mut brands = BTreeMap::<&str, f32>::new();
    for occurrence in &complete {
        let weight = occurrence.weight(text);
        sum += weight;
        if let Some(brand) = occurrence.brand.filter(|_| occurrence.stand.is_some() || occurrence.recurs) {
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
        let tells = occurrence.recurs || occurrence.stand.is_some_and(|stand| stand.weight() > 0.0);
        known || tells && occurrence.weight(text) > 0.0
    };
    let recurring: Vec<f32> =
        complete.iter().filter(|occurrence| occurrence.recurs).map(|occurrence| occurrence.weight(text)).collect();
    // A firm that the news names again and again is no brand over words.
    let named = recurring.iter().sum::<f32>() < OVER_WORDS * recurring.len() as f32;
    if sum < ENOUGH || named || !complete.iter().any(telling) {
        return Vec::new();
    }
    let phrases = occurrences.iter().filter_map(|occurrence| {
        let before = &text[..occurrence.range.start];
        let brand = brands.keys().filter(|brand| before.ends_with(**brand)).max_by_key(|brand| brand.len());
        let start = match brand {
            Some(brand) => occurrence.range.start - brand.len(),
            None if occurrence.is_whole => occurrence.range.start,
            None => return None,
        };
        Some(with_separator(text, start..occurrence.range.end))
    });
    phrases.collect()
}

/// Known brands in the middle of words: 一名大发彩票网故意. A word was lost there, so they are reported and nothing is guessed.
fn over_words(text: &str, occurrences: &[Occurrence<'_>]) -> Vec<Range<usize>> {
    let inside = |range: &Range<usize>| {
        let around = text[..range.start].chars().next_back().zip(text[range.end..].chars().next());
        around.is_some_and(|(before, after)| before.is_alphanumeric() && after.is_alphanumeric())
    };
    let brand = |occurrence: &Occurrence<'_>| {
        let before = &text[..occurrence.range.start];
        let known = GRAMMAR.brands.iter().filter(|brand| before.ends_with(brand.as_str())).map(String::len).max()?;
        Some(occurrence.range.start - known..occurrence.range.end)
    };
    occurrences.iter().filter_map(brand).filter(inside).collect()
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
        occurrences.push(Occurrence { range, brand, stand, recurs: false, head_end: head.end, has_tail: tail > 0, is_whole });
    }
    find_recurring(text, &mut occurrences);
    occurrences
}

/// Finds the brands that no mark sets off, as in 你行金山湾彩票网行啊, 才是金山湾彩票网道德: the longest words before the same
/// head at [`RECURS`] places. What most of the places have behind it as well belongs to the phrase.
fn find_recurring<'t>(text: &'t str, occurrences: &mut [Occurrence<'t>]) {
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
    fn the_sentence_keeps_the_word_behind_a_phrase() {
        let page = "银沙岛彩票注册平台 渡船停航第三天\n“银沙岛棋牌官网我们等得起。”他说，村里设了棚子，银沙岛棋牌app下载提供姜汤。银沙岛彩乐园关了吗\n";
        assert_eq!(cleaned(page), "渡船停航第三天\n“我们等得起。”他说，村里设了棚子，提供姜汤。\n");
    }

    #[test]
    fn a_brand_that_is_set_off_somewhere_is_found_behind_words_too() {
        let page = "银沙岛彩乐园关了吗 渡船停航第三天\n“等银沙岛彩乐园关了吗，船总会来。”老人说。雾很大,银沙岛彩乐园3源码由于没有风。\n来源:江湾晚报银沙岛彩乐园关了吗\n";
        assert_eq!(cleaned(page), "渡船停航第三天\n“等，船总会来。”老人说。雾很大,由于没有风。\n来源:江湾晚报\n");
    }

    #[test]
    fn a_brand_over_words_goes_where_it_recurs_and_is_reported_where_not() {
        let page = "雾很大，船银沙岛彩票网是不能开的，谁银沙岛彩票网也没有办法，大家银沙岛彩票网只好在候船室里等着，茶已经银沙岛彩票网凉了。\n老人说，这样的天气银沙岛彩票网不应该出门，他自己银沙岛彩票网就没有出过门，孩子们银沙岛彩票网都在学校里，家里银沙岛彩票网没有人。\n";
        assert!(!cleaned(page).contains("银沙岛"), "{}", cleaned(page));
        let page = "昨天上午，一名大发彩票网故意把船开走了。\n";
        let mut proposals = Proposals::new(page);
        Phrases::new().propose(Page::new(page), &mut proposals);
        let pass = proposals.into_pass("phrases");
        assert!(pass.made.is_empty() && &*pass.declined[0].edit.before == "大发彩票网");
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
