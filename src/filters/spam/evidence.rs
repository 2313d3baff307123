//! Which segments of a page were injected, from many weak signs.
//!
//! A segment is suspect when it holds words of `rules/signs.tsv`. What is counted then: how telling the words are, a
//! contact, words broken or disguised so that filters miss them, and how little the segment shares with the rest of the
//! page. A page that is about loans talks about loans all along: where several other segments hold signs of the same
//! kind, they say nothing. No single one of these is enough.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use regex::Regex;

use super::segments::{Segment, segments};
use crate::language::LanguageModel;
use crate::page::Page;

/// The words of `rules/signs.tsv` behind one automaton.
struct Signs {
    words: CharwiseDoubleArrayAhoCorasick<u32>,
    rows: Vec<(&'static str, f32)>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let mut words = Vec::new();
    let mut rows = Vec::new();
    for row in include_str!("../../../rules/signs.tsv").lines().filter(|row| !row.starts_with('#')) {
        let mut fields = row.split('\t');
        if let (Some(word), Some(kind), Some(weight)) = (fields.next(), fields.next(), fields.next()) {
            words.push(word);
            rows.push((kind, weight.parse().unwrap_or(0.0)));
        }
    }
    let words = CharwiseDoubleArrayAhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(words);
    Signs { words: words.expect("the words are distinct and not empty"), rows }
});

/// A contact: a word for a channel, however disguised, and an account or number.
static CONTACT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:[微薇威徽幑][\s❤♥の_.*-]*(?:[信❤♥]|[:：])|[v➕+]\s?[xv信]|[➕+]\s?[v微]|扣扣|企鹅号?|q\s?q|q群)(?:の?查の?询の?)?[^\p{Han}\d a-z]{0,4}[a-z0-9_-]{5,}|1[3-9]\d[^\d\s-]\d{4}[^\d\s-]\d{4}")
        .expect("the pattern is valid")
});

/// A question with its answer in one paragraph, as answer sites are pasted.
static ANSWER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:问[:：]|请问|您好|你好).*(?:[？?]\s*答[:：]|建议|根据)").expect("the pattern is valid"));

/// A telephone number, which news gives as well.
static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:电话|热线|手机号?|☎|☏|致电)[^\p{Han}\d]{0,4}[\d-]{7,}|1[3-9]\d{9}").expect("the pattern is valid")
});

/// A mark between two characters, as in 资-质 or 报*名, or a heart in the name of a channel.
static DISGUISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}[-*&^~❤♥の乄]\p{Han}|\d乄\d|机、构|资、质|考、试|[微薇威徽][❤♥]|➕").expect("the pattern is valid")
});

/// How much of each thing it takes.
struct Weights {
    contact: f32,
    phone: f32,
    disguise: f32,
    answer: f32,
    /// For a segment that shares nothing with the rest of the page.
    unfit: f32,
    enough: f32,
    /// What more it takes for a sentence in a long line: injected text mostly has a line of its own.
    sentence: f32,
}

/// A segment with fewer bytes than this says too little: 12 Chinese characters.
const SHORT: usize = 36;

/// Chosen on injected paragraphs and on honest pages: see `docs/removal.md`.
const WEIGHTS: Weights = Weights { contact: 2.5, phone: 1.0, disguise: 2.0, answer: 2.5, unfit: 2.5, enough: 6.8, sentence: 1.0 };

/// The ranges of the segments that were injected.
pub(super) fn foreign(page: Page<'_>) -> Vec<Range<usize>> {
    if SIGNS.words.leftmost_find_iter(page.text).next().is_none() {
        return Vec::new();
    }
    let segments = segments(page);
    if segments.len() < 3 {
        return Vec::new();
    }
    let signs: Vec<BTreeMap<&str, f32>> = segments.iter().map(|segment| signs(segment.text)).collect();
    let mut shared: Option<Vec<HashSet<[char; 2]>>> = None;
    let mut foreign = Vec::new();
    for (number, segment) in segments.iter().enumerate() {
        if number == 0 || signs[number].is_empty() || segment.text.len() < SHORT {
            continue;
        }
        let enough = WEIGHTS.enough + if segment.is_whole_line { 0.0 } else { WEIGHTS.sentence };
        let score = suspicion(segment, &signs, number);
        if score + WEIGHTS.unfit < enough {
            continue;
        }
        let pairs = shared.get_or_insert_with(|| segments.iter().map(|segment| pairs(segment.text)).collect());
        if score + WEIGHTS.unfit * unfit(pairs, number) >= enough {
            foreign.push(segment.range.clone());
        }
    }
    foreign
}

/// How much of each kind of sign a text holds; a word counts once.
pub(crate) fn signs(text: &str) -> BTreeMap<&'static str, f32> {
    let mut seen = HashSet::new();
    let mut kinds = BTreeMap::new();
    for found in SIGNS.words.leftmost_find_iter(text) {
        if seen.insert(found.value()) {
            let (kind, weight) = SIGNS.rows[found.value() as usize];
            *kinds.entry(kind).or_default() += weight;
        }
    }
    kinds
}

/// How many accounts to write to a text holds.
pub(crate) fn contacts(text: &str) -> usize {
    CONTACT.find_iter(text).count()
}

/// How many telephone numbers a text holds.
pub(crate) fn phones(text: &str) -> usize {
    PHONE.find_iter(text).count()
}

/// How many words are broken or disguised so that filters miss them.
pub(crate) fn disguises(text: &str) -> usize {
    DISGUISE.find_iter(text).count()
}

/// What speaks against a segment before the rest of the page is read.
fn suspicion(segment: &Segment<'_>, signs: &[BTreeMap<&'static str, f32>], number: usize) -> f32 {
    let others = |kind: &str| {
        let like = |other: &&BTreeMap<&str, f32>| other.get(kind).is_some_and(|&weight| weight >= 3.0);
        signs.iter().filter(like).count().saturating_sub(1)
    };
    let own: Vec<f32> = signs[number].iter().map(|(kind, weight)| weight / (1.0 + others(kind) as f32 / 2.0)).collect();
    let strongest = own.iter().copied().fold(0.0, f32::max);
    let rest = own.iter().sum::<f32>() - strongest;
    // Long paragraphs hold more words of every kind.
    let length = (segment.text.len() as f32 / 120.0).max(1.0).sqrt();
    let mut score = (strongest.min(8.0) + rest.min(6.0) / 3.0) / length;
    if CONTACT.is_match(segment.text) {
        score += WEIGHTS.contact;
    } else if PHONE.is_match(segment.text) {
        score += WEIGHTS.phone;
    }
    if DISGUISE.is_match(segment.text) {
        score += WEIGHTS.disguise;
    }
    if ANSWER.is_match(segment.text) {
        score += WEIGHTS.answer;
    }
    score
}

/// The pairs of characters of a text that say what it is about: those that are not common anywhere.
fn pairs(text: &str) -> HashSet<[char; 2]> {
    let model = LanguageModel::embedded();
    let is_han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let chars: Vec<char> = text.chars().collect();
    let mut pairs = HashSet::new();
    for two in chars.windows(2) {
        if is_han(two[0]) && is_han(two[1]) {
            let (a, b) = (model.symbol(two[0]), model.symbol(two[1]));
            let rare = model.log_frequency(a) + model.log_frequency(b) < -12.5;
            if rare {
                pairs.insert([two[0], two[1]]);
            }
        }
    }
    pairs
}

/// How little of what a segment is about comes up elsewhere on the page: 1 nothing, 0 as much as in an article's own
/// segments.
fn unfit(pairs: &[HashSet<[char; 2]>], number: usize) -> f32 {
    let own = &pairs[number];
    if own.len() < 4 {
        return 0.0;
    }
    let elsewhere = |pair: &&[char; 2]| pairs.iter().enumerate().any(|(other, pairs)| other != number && pairs.contains(*pair));
    let share = own.iter().filter(elsewhere).count() as f32 / own.len() as f32;
    (1.0 - share / 0.25).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: [&str; 4] = [
        "江湾渡口今天停航",
        "江面上起了大雾，能见度不到五十米，渡口从清晨六点开始停航，两百多名乘客在候船室里等候。",
        "渡口站长说，雾在中午以前不会散，已经请公交公司加开两班绕行大桥的车。",
        "候船室里，卖茶叶蛋的老人把炉子搬到门口，一边添水一边和熟人说起三十年前的那场大雾。",
    ];

    fn removed(injected: &str) -> Vec<String> {
        let page = format!("{}\n{}\n{}\n{injected}\n{}\n", ARTICLE[0], ARTICLE[1], ARTICLE[2], ARTICLE[3]);
        foreign(Page::new(&page)).into_iter().map(|range| page[range].trim().to_owned()).collect()
    }

    #[test]
    fn injected_paragraphs_go() {
        for injected in [
            "电工证哪里报考？零基础包过包拿证，不过退款，咨询老师薇❤信：abc12345",
            "信用卡额度秒到账，不看征信当天放款，加微信abc12345",
            "佛告诉我们，一切因果都由自己造作，念佛修善，福报自然现前，众生皆可证得。",
            "不锈钢法兰具有耐腐蚀、使用寿命长等特点，广泛应用于石油化工，厂家直销，型号规格齐全。",
        ] {
            assert_eq!(removed(injected), [injected]);
        }
    }

    #[test]
    fn what_belongs_stays() {
        for own in [
            "渡口的咨询电话是0755-12345678，停航期间有人值守。",
            "警方提醒，有人在候船室里冒充站长，要乘客加微信退票，大家不要上当。",
            "附近寺庙的僧人也送来了姜汤，一碗一碗递到乘客手里。",
        ] {
            assert!(removed(own).is_empty(), "{own}");
        }
    }

    #[test]
    fn signs_are_sorted_and_unique() {
        let rows = include_str!("../../../rules/signs.tsv").lines().filter(|row| !row.starts_with('#'));
        let words: Vec<&str> = rows.filter_map(|row| row.split('\t').next()).collect();
        assert!(words.windows(2).all(|two| two[0] < two[1]));
        assert!(words.len() > 500);
    }
}
