//! Which pieces of a page were injected, from many weak signs.
//!
//! A segment is suspect when it holds words of `rules/signs.tsv`, a long number, or words that the page's spinner never
//! saw. Then the [`FEATURES`] are weighed, with the weights of `rules/spam-weights.tsv` that `tools/fit_spam.py` fits. No
//! single one is enough: a page about loans talks about loans all along, and news gives telephone numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::contacts::Kind;
use super::pieces::{Hints, Piece, Pieces, SHORT};
use super::segments::Extent;
use super::signs::CALL;
use crate::filters::normalise::rows;
use crate::page::Page;

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
    "found",
    "near",
    "quoted",
    "shop",
];
const COUNT: usize = 24;
const UNFIT: usize = 14;
const FOUND: usize = 20;

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
    let pieces = Pieces::of(page);
    let mut suspects = weigh(&pieces, |_| true);
    for suspect in &mut suspects {
        suspect.evidence[UNFIT] = pieces.unfit(&page.text[suspect.range.clone()]);
    }
    let found = choose(&pieces, &mut suspects.clone());
    tell_of_found(&mut suspects, &found);
    suspects
}

/// The ranges of the pieces that were injected, in order.
pub(super) fn foreign(page: Page<'_>) -> Vec<Range<usize>> {
    let pieces = Pieces::unread(page);
    // On nearly all pages nothing can go, and beside what nothing goes nothing else is found. Where none may hold a contact, none
    // hides one.
    if !pieces.may_hold(|hints| may_go(hints, &pieces, 0)) {
        return Vec::new();
    }
    let pieces = pieces.read();
    choose(&pieces, &mut weigh(&pieces, |piece| may_go(&piece.hints, &pieces, MANY)))
}

/// Whether a marked piece, a sentence or a part of it may go where so many others are found: from its words alone, by the most
/// that they can say. Contacts and what the spinner never saw may say anything.
fn may_go(hints: &Hints, pieces: &Pieces<'_>, found: usize) -> bool {
    if hints.may_reach || pieces.is_spun() {
        return true;
    }
    let topics = || hints.kinds.iter().filter(|(kind, _)| **kind != CALL).map(|(_, weight)| *weight);
    let most = topics().fold(0.0, f32::max);
    let rest = topics().sum::<f32>() - most;
    let call = hints.kinds.get(&CALL).copied().unwrap_or(0.0);
    let (company, found) = (pieces.hiding().min(MANY) as f32, found as f32);
    // The most that each feature can be without a contact.
    let values: Evidence = [
        1.0,
        most.min(STRONGEST),
        rest.min(REST),
        most.min(TOPIC),
        call.min(CALLS),
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        company,
        MARKS as f32,
        0.0,
        1.0,
        1.0,
        0.0,
        1.0,
        0.0,
        0.0,
        HONEST as f32,
        found,
        HONEST as f32,
        1.0,
        0.0,
    ];
    let says = |(value, weight): (&f32, &f32)| value * weight.max(0.0);
    values.iter().zip(weights()).skip(1).map(says).sum::<f32>() + weights()[0] > -ROUNDING
}

/// The most that the features count.
const STRONGEST: f32 = 8.0;
const REST: f32 = 6.0;
const TOPIC: f32 = 10.0;
const CALLS: f32 = 7.0;
const MARKS: usize = 3;
const HONEST: usize = 4;
/// More than sums in another order differ.
const ROUNDING: f32 = 0.01;

/// The ranges of the suspects that go, in order. Adverts come together: what is found speaks against the others.
fn choose(pieces: &Pieces<'_>, suspects: &mut [Suspect]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for _ in 0..ROUNDS {
        let before = found.len();
        for suspect in &*suspects {
            let range = &suspect.range;
            let free = found.iter().all(|other| range.end <= other.start || other.end <= range.start);
            if free && is_foreign(pieces, suspect) {
                found.push(range.clone());
            }
        }
        if found.len() == before {
            break;
        }
        tell_of_found(suspects, &found);
    }
    found.sort_by_key(|range| range.start);
    found
}

/// Whether a suspect goes. Its fit with the page is read only where that decides.
fn is_foreign(pieces: &Pieces<'_>, suspect: &Suspect) -> bool {
    let mut evidence = suspect.evidence;
    evidence[UNFIT] = 1.0;
    score(&evidence) > 0.0 && {
        evidence[UNFIT] = pieces.unfit(&pieces.text()[suspect.range.clone()]);
        score(&evidence) > 0.0
    }
}

/// Writes into the evidence of suspects how many pieces were found apart from them.
fn tell_of_found(suspects: &mut [Suspect], found: &[Range<usize>]) {
    for Suspect { range, evidence } in suspects {
        let apart = found.iter().filter(|other| range.end <= other.start || other.end <= range.start);
        evidence[FOUND] = apart.count().min(MANY) as f32;
    }
}

/// The weighed sum of the evidence: a piece goes when it is positive.
fn score(evidence: &Evidence) -> f32 {
    evidence.iter().zip(weights()).map(|(value, weight)| value * weight).sum()
}

fn weights() -> &'static Evidence {
    static WEIGHTS: LazyLock<Evidence> = LazyLock::new(|| {
        let mut weights = [0.0; COUNT];
        for row in rows(include_str!("../../../rules/spam-weights.tsv")) {
            let (feature, weight) = row.split_once('\t').expect("two columns; a test reads every row");
            let number = FEATURES.iter().position(|known| *known == feature).expect("a feature; a test reads every row");
            weights[number] = weight.parse().expect("a number; a test reads every row");
        }
        weights
    });
    &WEIGHTS
}

/// How often what was found is brought to bear on the others.
const ROUNDS: usize = 4;
/// More pieces found say no more.
const MANY: usize = 3;
/// From how many bytes on a segment counts as long, and its words count less: 40 Chinese characters.
const LONG: f32 = 120.0;

/// The suspects of a page from the lines for which `may_go` holds, without what their fit with it says.
fn weigh<'t>(pieces: &Pieces<'t>, may_go: impl Fn(&Piece<'t>) -> bool) -> Vec<Suspect> {
    let suspect = |piece: &Piece<'_>| Suspect { range: piece.segment.range.clone(), evidence: evidence(piece, pieces) };
    let mut suspects: Vec<Suspect> = pieces.judged(may_go).iter().map(suspect).collect();
    suspects.sort_by_key(|suspect| (suspect.range.start, std::cmp::Reverse(suspect.range.end)));
    suspects
}

/// A question with its answer in one paragraph, as answer sites are pasted.
static ANSWER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:问[:：]|请问|您好|你好).*(?:[？?]\s*答[:：]|建议|根据)").expect("the pattern is valid"));

/// A mark between two characters, as in 资-质 or 报*名.
static DISGUISE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Han}(?:[-*&^~=_.#❤♥の✦●]|乄)\p{Han}|[机资考报][、·][构质试名]").expect("the pattern is valid")
});

/// What speaks for a piece before its fit with the page is read.
fn evidence(piece: &Piece<'_>, pieces: &Pieces<'_>) -> Evidence {
    // Long paragraphs hold more words of every kind.
    let length = (piece.segment.text.len() as f32 / LONG).max(1.0).sqrt();
    let others = |kind: &u8| pieces.about(*kind).saturating_sub(1) as f32;
    let topics = piece.hints.kinds.iter().filter(|(kind, _)| **kind != CALL);
    let most = topics.clone().map(|(_, weight)| *weight).fold(0.0, f32::max).min(TOPIC) / length;
    let own: Vec<f32> = topics.map(|(kind, weight)| weight / (1.0 + others(kind) / 2.0)).collect();
    let strongest = own.iter().copied().fold(0.0, f32::max);
    let rest = own.iter().sum::<f32>() - strongest;
    let call = piece.hints.kinds.get(&CALL).copied().unwrap_or(0.0).min(CALLS) / length;
    let count = |kind| piece.count(kind).min(2) as f32;
    let reach = count(Kind::Account) + count(Kind::Phone) + count(Kind::Hidden);
    let text = piece.segment.text;
    let (honest, near) = pieces.honest(piece);
    let is = |what: bool| f32::from(u8::from(what));
    [
        1.0,
        strongest.min(STRONGEST) / length,
        rest.min(REST) / length,
        most - (strongest / length).min(most),
        call,
        reach.min(1.0) * most,
        count(Kind::Account),
        count(Kind::Phone),
        count(Kind::Hidden),
        count(Kind::Link),
        pieces.company(piece).min(MANY) as f32,
        DISGUISE.find_iter(text).take(MARKS).count() as f32,
        is(reach > 0.0 && text.contains(['【', '★', '《', '『', '☆', '√'])),
        is(ANSWER.is_match(text)),
        0.0,
        piece.unspun,
        is(piece.segment.extent == Extent::Sentence),
        is(piece.segment.extent == Extent::Part),
        is(text.len() < SHORT),
        honest.min(HONEST) as f32,
        0.0,
        near.min(HONEST) as f32,
        pieces.quoted(&piece.segment),
        is(pieces.selling && reach > 0.0),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
    fn contacts_of_a_page_that_sells_go() {
        let offers = [
            "江湾函授站",
            "成人高考报名的时间是每年八月，函授站帮同学们填好表，免试入学的名单随后公布。",
            "毕业以后学信网可查，学历提升不影响上班，国家承认学历，还能报考建造师。",
            "专升本报名的同学要带专科证书，招生老师会讲清楚学历认证怎么做，报考条件是什么。",
        ];
        let contact = "联系电话：13800001111（微信同步）";
        let page = format!("{}\n{contact}\n", offers.join("\n"));
        let gone: String = foreign(Page::new(&page)).into_iter().map(|range| &page[range]).collect();
        assert!(gone.contains("13800001111"), "{gone}");
        let report = format!("{}\n记者拨打了{contact}\n", offers.join("\n"));
        assert!(foreign(Page::new(&report)).iter().all(|range| !report[range.clone()].contains("1111")));
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

    proptest! {
        #[test]
        fn what_is_not_judged_could_not_go(
            lines in prop::collection::vec(
                prop::collection::vec(
                    "渡口今天停航。|江面上起了大雾，两百多名乘客在候船室里等候。|站长说，雾在中午以前不会散|信用卡额度秒到账，不看征信当天放款|电工证哪里报考？|包过包拿证，|加微信abc12345|薇❤信：abc12345|佛告诉我们，一切因果都由自己造作，念佛修善，|厂家直销，型号规格齐全。|警方提醒|“稳赚回血”|致电13800001111|请问雾什么时候散？答：",
                    1..6,
                ),
                1..8,
            ),
        ) {
            let page: String = lines.iter().map(|line| line.concat() + "\n").collect();
            let pieces = Pieces::of(Page::new(&page));
            prop_assert_eq!(foreign(Page::new(&page)), choose(&pieces, &mut weigh(&pieces, |_| true)));
        }
    }
}
