//! The signs of a page that a verdict weighs.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use crate::filters::spam::contacts::{Kind, contacts};
use crate::filters::spam::signs::{GAMBLE, HONEST, Signs};
use crate::language::{LanguageModel, State};
use crate::page::Page;
use crate::pipeline::Cleaned;
use crate::script::{is_han, simplified};
use crate::subject::scatter;

/// How much of a page is read for signs, in bytes: what kind of page it is shows in so much.
const READ: usize = 24_000;

/// How many characters the language model reads.
const SAMPLE: usize = 1_500;

/// How many nats a character costs where nobody can read the text. Prose costs 4, a list of names 6, a poem of the Tang
/// nearly 8, characters drawn by lot 11.
const STRANGE: f32 = 8.0;

/// A line of fewer characters, without the mark of a sentence, is a title, a link or a row.
const ROW: usize = 40;

/// How many characters of a page open it.
const OPENING: usize = 100;

/// A run of so many characters that comes again is a refrain.
const REFRAIN: usize = 5;

/// The signs, in the order of the rows of `rules/verdict.tsv`; `any` is always 1. Of the page as it came:
///
/// - `contact`, `phone`: accounts to write to, telephone numbers; `disguise`: those hidden from filters
/// - `pitch`, `pitches`, `gamble`: the words of `rules/signs.tsv`: the strongest kind, all kinds, those of
///   gambling; `honest`: its words of reports
/// - `report`, `advice`, `offer`, `goods`, `client`, `notice`: the words of `rules/verdict-words.tsv`; `ask`: those of queries in the title
/// - `opening`: the pitches and contacts of the first hundred characters
/// - `injected`, `furniture`, `jam`: the shares of the text that filters removed; `phrases`: how many search phrases
///   they did
/// - `links`: addresses; `stray`: marks beside each other that no sentence has so (，。), which pasting leaves
///
/// Of the clean text: `rows`, the share of lines that are no sentences; `sentences`, how many there are; `refrain`, the share of the commonest
/// run of characters; `surprise`, how unlikely the text is; `broken`, the share of characters that are none; `short`; `scatter`, how
/// far its sentences are from having to do with each other.
///
/// What is counted is the logarithm of one and the count in a thousand characters.
pub const SIGNS: [&str; 29] = [
    "any",
    "contact",
    "phone",
    "disguise",
    "pitch",
    "pitches",
    "gamble",
    "honest",
    "report",
    "advice",
    "offer",
    "notice",
    "ask",
    "injected",
    "furniture",
    "jam",
    "phrases",
    "links",
    "rows",
    "sentences",
    "refrain",
    "surprise",
    "broken",
    "short",
    "scatter",
    "opening",
    "goods",
    "stray",
    "client",
];

/// How much of each of [`SIGNS`] a page has.
pub fn measure(source: &str, cleaned: &Cleaned) -> [f32; SIGNS.len()] {
    let (text, clean) = (head(source), head(&cleaned.text));
    let length = text.chars().filter(|c| !c.is_whitespace()).count().max(1) as f32;
    let often = |count: f32| (1.0 + count * 1000.0 / length.max(200.0)).ln();
    let contacts = contacts(text);
    let contact = |kind: Kind| contacts.iter().filter(|contact| contact.kind == kind).count() as f32;
    let kinds = pitches(text);
    let kind = |kind: u8| kinds.get(&kind).copied().unwrap_or(0.0);
    let pitches = || kinds.iter().filter(|(kind, _)| **kind != HONEST).map(|(kind, weight)| (*kind, *weight));
    let strongest = pitches().filter(|(kind, _)| *kind != GAMBLE).map(|(_, weight)| weight).fold(0.0, f32::max);
    let words = words(text);
    let word = |kind: &str| words.get(kind).copied().unwrap_or(0.0);
    let ask = self::words(title(text)).get("ask").copied().unwrap_or(0.0);
    let removed = |filter: &str| removed(cleaned, filter) / source.len().max(1) as f32;
    let phrases = cleaned.passes.iter().filter(|pass| pass.filter == "phrases").map(|pass| pass.made.len()).sum::<usize>();
    [
        1.0,
        often(contact(Kind::Account) + contact(Kind::Hidden)),
        often(contact(Kind::Phone)),
        often(contact(Kind::Hidden)),
        often(strongest),
        often(pitches().map(|(_, weight)| weight).sum()),
        often(kind(GAMBLE)),
        often(kind(HONEST)),
        often(word("report")),
        often(word("advice")),
        often(word("offer")),
        often(word("notice")),
        ask.min(3.0),
        removed("spam"),
        removed("boilerplate"),
        removed("junk"),
        (1.0 + phrases as f32).ln(),
        often(contact(Kind::Link)),
        rows(clean),
        often(clean.matches(['。', '！', '？', '!', '?']).count() as f32),
        refrain(clean),
        surprise(clean),
        broken(clean),
        f32::from(u8::from(length < 120.0)),
        2.0 * scatter(clean),
        opening(text),
        often(word("goods")),
        often(stray(text).saturating_sub(1) as f32),
        often(word("client")),
    ]
}

/// The beginning of a text, cut at a character.
fn head(text: &str) -> &str {
    let end = (0..=READ.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    &text[..end]
}

/// The first line, up to the length of a title.
fn title(text: &str) -> &str {
    let line = Page::new(text).lines().map(|line| line.text()).find(|line| !line.is_empty()).unwrap_or("");
    line.char_indices().nth(ROW).map_or(line, |(at, _)| &line[..at])
}

/// How much of a pitch the first characters of a text are, up to 3.
fn opening(text: &str) -> f32 {
    let text = text.trim_start();
    let opening = text.char_indices().nth(OPENING).map_or(text, |(at, _)| &text[..at]);
    let words: f32 = pitches(opening).iter().filter(|(kind, _)| **kind != HONEST).map(|(_, weight)| weight).sum();
    let reach = if contacts(opening).is_empty() { 0.0 } else { 1.0 };
    (words / 6.0 + reach).min(3.0)
}

/// How much of each kind of `rules/signs.tsv` there is.
fn pitches(text: &str) -> BTreeMap<u8, f32> {
    let mut all = BTreeMap::new();
    for sign in Signs::of(Page::new(text)).found {
        *all.entry(sign.kind).or_default() += sign.weight;
    }
    all
}

/// How many words of each kind of `rules/verdict-words.tsv` there are.
fn words(text: &str) -> BTreeMap<&'static str, f32> {
    let mut all = BTreeMap::new();
    for found in WORDS.automaton.find_overlapping_iter(text) {
        for kind in WORDS.kinds[found.value() as usize].split(',') {
            *all.entry(kind).or_default() += 1.0;
        }
    }
    all
}

struct Words {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    kinds: Vec<&'static str>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let rows = include_str!("../../rules/verdict-words.tsv").lines().filter(|row| !row.starts_with('#'));
    let (words, kinds): (Vec<_>, Vec<_>) = rows.filter_map(|row| row.split_once('\t')).unzip();
    Words { automaton: CharwiseDoubleArrayAhoCorasick::new(words).expect("the words are distinct and not empty"), kinds }
});

/// How many marks of a text stand where no sentence has one: right behind another that parts or ends clauses, or a row of stars
/// behind a title. The same mark again (。。。) is a writer's.
fn stray(text: &str) -> usize {
    let is_mark = |c: char| matches!(c, '，' | '。' | '、' | '；' | '：' | '}');
    let pairs = text.chars().zip(text.chars().skip(1));
    let pairs = pairs.filter(|&(first, second)| is_mark(first) && is_mark(second) && first != second).count();
    pairs + STARS * text.split("******").skip(1).filter(|rest| rest.starts_with(['\n', ' '])).count()
}

/// As how many marks a row of stars counts: nobody ends a title so.
const STARS: usize = 8;

/// How many bytes a filter removed more than it put.
fn removed(cleaned: &Cleaned, filter: &str) -> f32 {
    let edits = cleaned.passes.iter().filter(|pass| pass.filter == filter).flat_map(|pass| pass.made.iter());
    edits.map(|edit| edit.before.len().saturating_sub(edit.after.len())).sum::<usize>() as f32
}

/// The share of the text that is in short lines without the mark of a sentence, where there are several lines.
fn rows(text: &str) -> f32 {
    let lines: Vec<&str> = Page::new(text).lines().map(|line| line.text()).filter(|line| !line.is_empty()).collect();
    if lines.len() < 4 {
        return 0.0;
    }
    let is_row = |line: &&&str| line.chars().nth(ROW).is_none() && !line.contains(['。', '！', '？', '，', '；', '!', '?']);
    let length = |lines: &mut dyn Iterator<Item = &&str>| lines.map(|line| line.len()).sum::<usize>() as f32;
    length(&mut lines.iter().filter(is_row)) / length(&mut lines.iter())
}

/// Five times the share of the text that its commonest run of Chinese characters takes, up to 2.
fn refrain(text: &str) -> f32 {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let mut counts: HashMap<&[char], usize> = HashMap::new();
    for run in chars.windows(REFRAIN).filter(|run| run.iter().all(|&c| is_han(c))) {
        *counts.entry(run).or_default() += 1;
    }
    let most = counts.into_values().max().unwrap_or(0);
    if most < 3 { 0.0 } else { (5.0 * (most * REFRAIN) as f32 / chars.len() as f32).min(2.0) }
}

/// By how many nats more than [`STRANGE`] a character surprises the language model, in simplified script, up to 4.
fn surprise(text: &str) -> f32 {
    let model = LanguageModel::embedded();
    let mut state = State::START;
    let (mut nats, mut length) = (0.0, 0.0);
    for c in text.chars().take(SAMPLE) {
        let (next, log_prob) = model.step(state, model.symbol(simplified(c).unwrap_or(c)));
        (state, nats, length) = (next, nats - log_prob, length + 1.0);
    }
    if length == 0.0 { 0.0 } else { (nats / length - STRANGE).clamp(0.0, 4.0) }
}

/// Ten times the share of characters that no text is written in: lost ones, private ones, controls.
fn broken(text: &str) -> f32 {
    let is_broken = |c: &char| matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{80}'..='\u{9F}');
    let (lost, all) = (text.chars().filter(is_broken).count(), text.chars().count().max(1));
    (10.0 * lost as f32 / all as f32).min(3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_unique() {
        let rows = include_str!("../../rules/verdict-words.tsv").lines().filter(|row| !row.starts_with('#'));
        let words: Vec<&str> = rows.filter_map(|row| row.split('\t').next()).collect();
        assert!(words.windows(2).all(|two| two[0] < two[1]));
        let kinds = ["report", "advice", "offer", "goods", "client", "notice", "ask"];
        assert!(WORDS.kinds.iter().all(|row| row.split(',').all(|kind| kinds.contains(&kind))));
    }

    #[test]
    fn shares_are_of_the_text() {
        assert_eq!(rows("江湾\n渡口\n石桥\n水井\n"), 1.0);
        assert_eq!(rows("江湾的石桥修好了。\n"), 0.0);
        assert_eq!(refrain("江湾娱乐城好江湾娱乐城坏江湾娱乐城"), 2.0);
        assert_eq!(refrain("一句话里没有重复的字串"), 0.0);
        assert_eq!(stray("江湾的，。石桥、修好了。。。}，"), 3);
        assert_eq!(stray("石桥修好了******\n他说“******”。"), STARS);
    }
}
