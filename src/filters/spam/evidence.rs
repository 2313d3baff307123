//! Which pieces of a page were injected, from many weak signs.
//!
//! A segment is suspect when it holds words of `rules/signs.tsv`, a long number, or words that the page's spinner never
//! saw. Then the [`FEATURES`] are weighed, with the weights of `rules/spam-weights.tsv` that `tools/fit_spam.py` fits. No
//! single one is enough: a page about loans talks about loans all along, and news gives telephone numbers.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::contacts::{Contact, Kind, contacts};
use super::segments::{Extent, Segment, segments};
use super::signs::{CALL, HONEST, Signs};
use crate::filters::normalise::rows;
use crate::language::LanguageModel;
use crate::page::{Line, Page};
use crate::spin::{self, SpinFit};

/// What is weighed, in the order of a suspect's evidence.
pub const FEATURES: [&str; COUNT] = [
    "bias",
    "strongest",
    "rest",
    "topic",
    "call",
    "pitch",
    "account",
    "phone",
    "hidden",
    "link",
    "company",
    "disguise",
    "framed",
    "answer",
    "unfit",
    "unspun",
    "sentence",
    "part",
    "short",
    "honest",
];
const COUNT: usize = 20;
const UNFIT: usize = 14;

/// What speaks for a piece of a page being injected: a value for each of [`FEATURES`].
pub type Evidence = [f32; COUNT];

/// A piece of a page that is suspect.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// What goes when it goes.
    pub range: Range<usize>,
    /// What speaks for it.
    pub evidence: Evidence,
}

/// The suspects of a page in order, each before its parts, with all that speaks for them.
#[must_use]
pub fn suspects(page: Page<'_>) -> Vec<Suspect> {
    let facts = Facts::of(page);
    let mut suspects = facts.suspects();
    for suspect in &mut suspects {
        suspect.evidence[UNFIT] = facts.unfit(&page.text[suspect.range.clone()]);
    }
    suspects
}

/// The ranges of the pieces that were injected.
pub(super) fn foreign(page: Page<'_>) -> Vec<Range<usize>> {
    let facts = Facts::of(page);
    let mut foreign: Vec<Range<usize>> = Vec::new();
    for Suspect { range, mut evidence } in facts.suspects() {
        if foreign.last().is_some_and(|last| range.start < last.end) {
            continue;
        }
        // Fit with the page is read only where it decides.
        evidence[UNFIT] = 1.0;
        if score(&evidence) > 0.0 {
            evidence[UNFIT] = facts.unfit(&page.text[range.clone()]);
            if score(&evidence) > 0.0 {
                foreign.push(range);
            }
        }
    }
    foreign
}

/// The weighed sum of the evidence: a piece goes when it is positive.
fn score(evidence: &Evidence) -> f32 {
    static WEIGHTS: LazyLock<Evidence> = LazyLock::new(|| {
        let mut weights = [0.0; COUNT];
        for row in rows(include_str!("../../../rules/spam-weights.tsv")) {
            let (feature, weight) = row.split_once('\t').expect("two columns; a test reads every row");
            let number = FEATURES.iter().position(|known| *known == feature).expect("a feature; a test reads every row");
            weights[number] = weight.parse().expect("a number; a test reads every row");
        }
        weights
    });
    evidence.iter().zip(&*WEIGHTS).map(|(value, weight)| value * weight).sum()
}

/// A question with its answer in one paragraph, as answer sites are pasted.
static ANSWER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:问[:：]|请问|您好|你好).*(?:[？?]\s*答[:：]|建议|根据)").expect("the pattern is valid"));

/// A mark between two characters, as in 资-质 or 报*名.
static DISGUISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}(?:[-*&^~=_.#❤♥の✦●]|乄)\p{Han}|[机资考报][、·][构质试名]").expect("the pattern is valid")
});

/// A segment with fewer bytes than this says too little without a contact: 12 Chinese characters.
const SHORT: usize = 36;
/// From how many bytes on a segment counts as long, and its words count less: 40 Chinese characters.
const LONG: f32 = 120.0;
/// From which weight on the signs of a segment say what it is about.
const ABOUT: f32 = 3.0;
/// A line with more than this share of innocent sentences is not judged as one.
const MIXED: f32 = 0.4;
/// A page with so many pitches is about nothing else.
const PITCHES: usize = 3;
/// How many bytes before and behind a piece are read for words of honest reports: 60 Chinese characters.
const AROUND: usize = 180;
/// How many digits in a row make a segment suspect.
const DIGITS: usize = 5;
/// How many digits the groups of a telephone number have, but for its first, which has one less.
const GROUP: usize = 4;
/// A pair of characters with at most this logarithm of its frequency says what a text is about.
const RARE: f32 = -12.5;
/// The share of a segment's rare pairs that come up elsewhere on the page as often as in an article's own segments.
pub(crate) const FIT: f32 = 0.25;

/// What the page says about all of its pieces.
struct Facts<'t> {
    page: Page<'t>,
    signs: Signs,
    spin: Option<SpinFit>,
    /// How often each rare pair of characters stands on the page.
    pairs: OnceCell<HashMap<[char; 2], u32>>,
}

/// A piece of the page and what it holds.
struct Piece<'t> {
    segment: Segment<'t>,
    /// The weight of its signs by kind; a word counts once.
    kinds: BTreeMap<u8, f32>,
    contacts: Vec<Contact>,
    unspun: f32,
    /// How many words of honest reports stand in it and around it.
    honest: usize,
}

impl Piece<'_> {
    fn count(&self, kind: Kind) -> usize {
        self.contacts.iter().filter(|contact| contact.kind == kind).count()
    }

    fn is_suspect(&self) -> bool {
        !self.kinds.is_empty() || !self.contacts.is_empty() || self.unspun > 0.0
    }

    /// Whether it offers something and a way to get it.
    fn is_pitch(&self) -> bool {
        let reach = self.contacts.iter().any(|contact| contact.kind != Kind::Link);
        reach && (self.count(Kind::Hidden) > 0 || self.kinds.iter().any(|(kind, weight)| *kind != CALL && *weight >= ABOUT))
    }

    /// Whether it may well be the article's own, beside injected text in one line.
    fn is_innocent(&self) -> bool {
        self.contacts.is_empty() && self.unspun <= 0.0 && self.kinds.values().all(|&weight| weight < ABOUT)
    }

    /// Whether it asks to get in touch. Inside a paragraph only such a sentence is judged apart: an article may turn to
    /// another subject for a sentence.
    fn asks(&self) -> bool {
        !self.contacts.is_empty() || self.kinds.contains_key(&CALL)
    }

    /// Whether it is long enough to be judged by its words.
    fn says_enough(&self) -> bool {
        self.segment.text.len() >= SHORT || !self.contacts.is_empty()
    }
}

impl<'t> Facts<'t> {
    fn of(page: Page<'t>) -> Self {
        let signs = Signs::of(page);
        let spin = if signs.spun { SpinFit::of(page) } else { None };
        Self { page, signs, spin, pairs: OnceCell::new() }
    }

    /// The suspects without what their fit with the page says.
    fn suspects(&self) -> Vec<Suspect> {
        let title = self.page.lines().find(|line| !line.is_blank()).map(|line| line.start);
        let mut pieces: Vec<Piece<'t>> = Vec::new();
        for line in self.page.lines().filter(|line| self.is_marked(*line)) {
            let is_title = title == Some(line.start) && line.whole.len() < self.page.text.len();
            let found = segments(line).into_iter().map(|segment| self.piece(segment));
            // A title says what the page is about: only what it offers can be injected.
            pieces.extend(found.filter(|piece| piece.is_suspect() && (!is_title || !piece.contacts.is_empty())));
        }
        let mut about = BTreeMap::<u8, usize>::new();
        for (kind, _) in pieces.iter().flat_map(|piece| &piece.kinds).filter(|(_, weight)| **weight >= ABOUT) {
            *about.entry(*kind).or_default() += 1;
        }
        let company = pieces.iter().filter(|piece| piece.count(Kind::Hidden) > 0).count();
        if pieces.iter().filter(|piece| piece.is_pitch()).count() >= PITCHES {
            about.clear();
        }
        let mut suspects = Vec::new();
        for piece in &pieces {
            let mut add = |piece: &Piece<'_>| {
                if piece.says_enough() {
                    let evidence = evidence(piece, &about, company);
                    suspects.push(Suspect { range: piece.segment.range.clone(), evidence });
                }
            };
            let sentences: Vec<Piece<'t>> = piece.segment.sentences().into_iter().map(|sentence| self.piece(sentence)).collect();
            let innocent = sentences.iter().filter(|sentence| sentence.is_innocent());
            let innocent = innocent.map(|sentence| sentence.segment.text.len()).sum::<usize>();
            if innocent as f32 <= MIXED * piece.segment.text.len() as f32 {
                add(piece);
            }
            for sentence in sentences.iter().filter(|sentence| sentence.asks()) {
                add(sentence);
            }
            for part in piece.segment.parts(&piece.contacts) {
                add(&self.piece(part));
            }
        }
        suspects.sort_by_key(|suspect| (suspect.range.start, std::cmp::Reverse(suspect.range.end)));
        suspects
    }

    /// Whether a line holds anything that makes a segment suspect.
    fn is_marked(&self, line: Line<'_>) -> bool {
        !line.is_blank()
            && (self.spin.is_some() || !self.signs.within(&line.whole_range()).is_empty() || has_number(line.whole.as_bytes()))
    }

    fn piece(&self, segment: Segment<'t>) -> Piece<'t> {
        let calls = self.signs.within(&segment.range).iter().any(|sign| sign.kind == CALL);
        let contacts = if calls || has_number(segment.text.as_bytes()) { contacts(segment.text) } else { Vec::new() };
        let segment = self.before_glued(segment, &contacts);
        let mut seen = HashSet::new();
        let mut kinds = BTreeMap::new();
        for sign in self.signs.within(&segment.range).iter().filter(|sign| sign.kind != HONEST && seen.insert(sign.row)) {
            *kinds.entry(sign.kind).or_default() += sign.weight;
        }
        let unspun = self.spin.as_ref().map_or(0.0, |spin| (spin.foreign(segment.text) / spin::FOREIGN).clamp(0.0, 2.0));
        let around = segment.range.start.saturating_sub(AROUND)..segment.range.end + AROUND;
        let honest = self.signs.within(&around).iter().filter(|sign| sign.kind == HONEST).count();
        Piece { segment, kinds, contacts, unspun, honest }
    }

    /// A segment up to its last contact, where innocent text goes on right behind it: 加微信abc12345江面上起了大雾.
    fn before_glued(&self, segment: Segment<'t>, contacts: &[Contact]) -> Segment<'t> {
        let Some(end) = contacts.iter().map(|contact| contact.range.end).max() else { return segment };
        let tail = &segment.text[end..];
        let tail_on_page = segment.start + end..segment.start + segment.text.len();
        let is_innocent = || self.signs.within(&tail_on_page).iter().all(|sign| sign.kind == HONEST || sign.weight < ABOUT / 2.0);
        let is_glued = tail.len() >= SHORT && tail.starts_with(|c: char| c.is_alphanumeric()) && is_innocent();
        if is_glued { segment.inner(0..end, Extent::Sentence) } else { segment }
    }

    /// How little of what a piece of the page is about comes up elsewhere on it: 1 nothing, 0 as much as in an article's
    /// own segments.
    fn unfit(&self, piece: &str) -> f32 {
        let page = self.pairs.get_or_init(|| rare_pairs(self.page.text));
        let own = rare_pairs(piece);
        if own.len() < 4 {
            return 0.0;
        }
        let elsewhere = own.iter().filter(|(pair, count)| page.get(*pair).is_some_and(|all| all > count)).count();
        (1.0 - elsewhere as f32 / own.len() as f32 / FIT).clamp(0.0, 1.0)
    }
}

/// What speaks for a piece before its fit with the page is read.
fn evidence(piece: &Piece<'_>, about: &BTreeMap<u8, usize>, company: usize) -> Evidence {
    // Long paragraphs hold more words of every kind.
    let length = (piece.segment.text.len() as f32 / LONG).max(1.0).sqrt();
    let others = |kind: &u8| about.get(kind).copied().unwrap_or(0).saturating_sub(1) as f32;
    let topics = piece.kinds.iter().filter(|(kind, _)| **kind != CALL);
    let most = topics.clone().map(|(_, weight)| *weight).fold(0.0, f32::max).min(10.0) / length;
    let own: Vec<f32> = topics.map(|(kind, weight)| weight / (1.0 + others(kind) / 2.0)).collect();
    let strongest = own.iter().copied().fold(0.0, f32::max);
    let rest = own.iter().sum::<f32>() - strongest;
    let call = piece.kinds.get(&CALL).copied().unwrap_or(0.0).min(7.0) / length;
    let count = |kind| piece.count(kind).min(2) as f32;
    let reach = count(Kind::Account) + count(Kind::Phone) + count(Kind::Hidden);
    let text = piece.segment.text;
    let is = |what: bool| f32::from(u8::from(what));
    [
        1.0,
        strongest.min(8.0) / length,
        rest.min(6.0) / length,
        most - (strongest / length).min(most),
        call,
        reach.min(1.0) * most,
        count(Kind::Account),
        count(Kind::Phone),
        count(Kind::Hidden),
        count(Kind::Link),
        company.saturating_sub(usize::from(piece.count(Kind::Hidden) > 0)).min(3) as f32,
        DISGUISE.find_iter(text).take(3).count() as f32,
        is(reach > 0.0 && text.contains(['【', '★', '《', '『', '☆', '√'])),
        is(ANSWER.is_match(text)),
        0.0,
        piece.unspun,
        is(piece.segment.extent == Extent::Sentence),
        is(piece.segment.extent == Extent::Part),
        is(text.len() < SHORT),
        piece.honest.min(3) as f32,
    ]
}

/// Whether a text holds [`DIGITS`] digits in a row, or four behind three that a mark or two part from them.
fn has_number(text: &[u8]) -> bool {
    let mut at = GROUP - 1;
    while let Some(last) = text.get(at) {
        if !last.is_ascii_digit() {
            at += GROUP;
            continue;
        }
        let start = at - text[..at].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if end - start >= DIGITS || end - start == GROUP && follows_group(&text[..start]) {
            return true;
        }
        at = end + GROUP - 1;
    }
    false
}

/// Whether a text ends in three digits and up to three bytes more.
fn follows_group(text: &[u8]) -> bool {
    let gap = text.iter().rev().take(3).take_while(|byte| !byte.is_ascii_digit()).count();
    let group = text[..text.len() - gap].iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    gap > 0 && group == GROUP - 1
}

/// The pairs of characters of a text that say what it is about: those that are not common anywhere, with their counts.
pub(crate) fn rare_pairs(text: &str) -> HashMap<[char; 2], u32> {
    let model = LanguageModel::embedded();
    let mut pairs = HashMap::new();
    let mut last: Option<(char, f32)> = None;
    for c in text.chars() {
        let this = matches!(c, '\u{4e00}'..='\u{9fff}').then(|| (c, model.log_frequency(model.symbol(c))));
        if let (Some((a, first)), Some((b, second))) = (last, this)
            && first + second < RARE
        {
            *pairs.entry([a, b]).or_default() += 1;
        }
        last = this;
    }
    pairs
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
    fn a_sentence_on_another_subject_stays() {
        let cooking = "有人在屋里支起一口大锅，炒了两盘青菜，又煮了一壶甜汤。";
        let line = format!("{}{cooking}{}", ARTICLE[1], ARTICLE[2]);
        let pitch = "信用卡额度秒到账，不看征信当天放款，薇❤信：abc12345";
        let page = format!("{}\n{line}\n{pitch}\n{}\n", ARTICLE[0], ARTICLE[3]);
        let gone: Vec<&str> = foreign(Page::new(&page)).into_iter().map(|range| page[range].trim()).collect();
        assert_eq!(gone, [pitch]);
    }

    #[test]
    fn pitches_inside_lines_go_alone() {
        let line = format!("{}北京赛车计划，加微信：abc12345，稳赚回血。{}", ARTICLE[1], ARTICLE[2]);
        let page = format!("{}\n{line}\n{}\n", ARTICLE[0], ARTICLE[3]);
        let gone: String = foreign(Page::new(&page)).into_iter().map(|range| &page[range]).collect();
        assert!(gone.contains("abc12345") && !gone.contains('雾'), "{gone}");
    }

    #[test]
    fn every_feature_has_one_weight() {
        let features: Vec<&str> =
            rows(include_str!("../../../rules/spam-weights.tsv")).filter_map(|row| row.split('\t').next()).collect();
        assert_eq!(features, FEATURES);
        assert!(score(&[0.0; COUNT]) == 0.0);
    }

    #[test]
    fn numbers_are_found() {
        for (text, found) in [
            ("12345", true),
            ("2018年", false),
            ("电136=6152=8980", true),
            ("2018-2019年", false),
            ("号13612345678。", true),
            ("", false),
        ] {
            assert_eq!(has_number(text.as_bytes()), found, "{text}");
        }
    }
}
