//! Finds the word pairs that a site's spinner swaps, from spun pages alone.
//!
//! A spinner replaces every occurrence of a word by another one, nearly one to one. So on a spun site a frequent word is
//! missing (工作), and another string stands far too often (使命), in places where the language model would rather see
//! the missing word. Each occurrence of the string votes with how much likelier the text becomes with the missing word;
//! the votes of a page are dampened, since a page repeats itself. A pair is taken when each is the other's best partner
//! by a margin; then the site is rewritten with it and searched again with a lower bar, which finds what chains and
//! borders had hidden. A string waits while another word that does stand there fits its places better: that word may be
//! written for a third, and then it is the missing one once the third is known.
//!
//! Evidence does not add up over a large site: absolute bars would let in ever more coincidences. So pages are taken in
//! batches, and a pair must convince on its own in enough of those batches that hold its spun form.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use crate::language::LanguageModel;

mod site;

use site::{Found, Site};

/// A pair that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// What the pages hold.
    pub spun: String,
    /// What it stands for.
    pub original: String,
    /// How often it was turned back on the pages.
    pub count: u32,
    /// In how many batches the pair was found.
    pub batches: u32,
    /// Mean evidence in those batches, in nats. Of the pairs that are told fourteen in fifteen were right when measured.
    pub score: f32,
}

/// Pages that are searched together. Larger batches measured no better: evidence grows, and so do coincidences.
pub const BATCH: usize = 100;

/// The pairs found on pages of one site, best first. Fewer than 20 pages say little.
#[must_use]
pub fn learn(pages: &[&str]) -> Vec<Learned> {
    let model = LanguageModel::embedded();
    let mut votes: BTreeMap<(String, String), Votes> = BTreeMap::new();
    let batches = batches(pages);
    let found: Vec<Found> = batches.par_iter().flat_map_iter(|batch| Site::new(model, batch).search()).collect();
    for pair in found {
        let vote = votes.entry((pair.spun, pair.original)).or_default();
        vote.batches += 1;
        vote.score += pair.score;
        vote.count += pair.count;
    }
    elect(votes, batches.len())
}

/// Writes pairs as a substitution table for review, most certain first.
#[must_use]
pub fn table(learned: &[Learned], family: &str) -> String {
    let mut out = String::from(
        "# Substitutions learned from pages. Read before use: about one pair in fifteen is wrong, most of them among the low scores.\n#\n\
         # Format: spun form, original, family, note; tabs between. The note: evidence in nats, places turned back, batches.\n",
    );
    for pair in learned {
        let Learned { spun, original, count, batches, score } = pair;
        out.push_str(&format!("{spun}\t{original}\t{family}\tscore {score:.0}, {count} places, {batches} batches\n"));
    }
    out
}

/// Batches of nearly equal size, of at most 1.5 [`BATCH`] pages.
fn batches<'p>(pages: &'p [&'p str]) -> Vec<&'p [&'p str]> {
    let number = ((pages.len() + BATCH / 2) / BATCH).max(1);
    pages.chunks(pages.len().div_ceil(number).max(1)).collect()
}

#[derive(Default)]
struct Votes {
    batches: u32,
    score: f32,
    count: u32,
}

/// The share of all batches in which a pair must be found.
const QUORUM: f32 = 0.3;

/// The mean evidence that a pair must have to be told, in nats. What is less sure still helps to find other pairs.
const CERTAIN: f32 = 35.0;

/// The pairs with enough votes; of those with one spun form only the best and others that come close to it.
fn elect(votes: BTreeMap<(String, String), Votes>, batches: usize) -> Vec<Learned> {
    let needed = (batches as f32 * QUORUM).ceil() as u32;
    let mut elected: Vec<Learned> = votes
        .into_iter()
        .filter(|(_, vote)| vote.batches >= needed && vote.score >= CERTAIN * vote.batches as f32)
        .map(|((spun, original), Votes { batches, score, count })| Learned {
            spun,
            original,
            count,
            batches,
            score: score / batches as f32,
        })
        .collect();
    elected.sort_by(|a, b| (b.batches, b.score).partial_cmp(&(a.batches, a.score)).unwrap_or(Ordering::Equal));
    let mut best: HashMap<String, u32> = HashMap::new();
    elected.retain(|pair| {
        let most = *best.entry(pair.spun.clone()).or_insert(pair.batches);
        2 * pair.batches > most
    });
    elected
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences in which words stand that a spinner swaps, in different company each time.
    const SENTENCES: &[&str] = &[
        "我们在河边工作了三年，没有遇到过大的问题。",
        "她的工作是检查水位，每天要走二十里路。",
        "如果天气不好，我们可以明天再来。",
        "很多人认为这是一个简单的工作，其实不是。",
        "孩子们可以在图书馆里看书，也可以在院子里玩。",
        "医生说，现在的情况比去年好得多。",
        "我们已经开始准备明年的工作。",
        "现在，村里有了自己的诊所和学校。",
        "他希望自己可以早一点回家。",
        "因为下雨，比赛没有进行，我们只好离开。",
        "这里的工作人员都很年轻，他们来自不同的地方。",
        "目前已经有三十多家企业参加了合作。",
        "我们认为，这个问题现在可以解决了。",
        "世界上没有完全相同的两片叶子。",
        "工作结束以后，大家坐在一起吃饭。",
        "他自己也没有想到，现在会有这么多人来。",
        "全世界的目光都看着这座小城。",
        "我们可以相信他，因为他从来没有说过谎。",
        "去世界各地旅行，是她年轻时候的希望。",
        "研究人员表示，现在还没有发现新的问题。",
        "为了做好这项工作，我们请来了老师。",
        "世界很大，可是我们的村子很小。",
        "父亲在铁路上工作了一辈子，去年才退休。",
        "她找到了新的工作，每个月的工资多了八百元。",
        "市长在会上总结了去年的工作，并安排了下半年的任务。",
        "下了班，他还要去夜校学习，第二天照常工作。",
        "从前这里是一片荒地，现在盖起了三座学校。",
        "你现在在什么地方？我马上过去接你。",
        "现在是下午三点，离开船还有十分钟。",
        "直到现在，村里的老人还记得那场大水。",
        "世界杯的比赛昨天晚上结束，主队赢了两个球。",
        "这种鸟在全世界只有不到一千只。",
        "大桥通车以后，两岸的人可以走路过河。",
        "没有票的人可以在门口登记，等下一班船。",
        "我们的船队一共有三十八艘渔船。",
        "老师带我们参观了博物馆，还给我们讲了许多故事。",
    ];

    /// Pages of these sentences in changing order.
    fn pages(spin: &[(&str, &str)]) -> Vec<String> {
        let page = |number: usize| {
            let sentence = |place: usize| SENTENCES[(place * 7 + number * 5 + place * number) % SENTENCES.len()];
            let text: String = (0..24).map(sentence).collect();
            spin.iter().fold(text, |text, (original, spun)| text.replace(original, spun))
        };
        (0..60).map(page).collect()
    }

    fn learned(pages: &[String]) -> Vec<(String, String)> {
        let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
        learn(&pages).into_iter().map(|pair| (pair.spun, pair.original)).collect()
    }

    #[test]
    fn swapped_words_are_found() {
        let spin = [("我们", "咱们"), ("工作", "使命"), ("世界", "宇宙"), ("可以", "不错"), ("现在", "当今")];
        let found = learned(&pages(&spin));
        let right = spin.iter().filter(|(original, spun)| found.contains(&((*spun).to_owned(), (*original).to_owned())));
        assert!(right.count() >= 4, "{found:?}");
    }

    #[test]
    fn pages_that_are_not_spun_give_no_swapped_word() {
        let found = learned(&pages(&[]));
        let swapped = |(spun, _): &(String, String)| ["咱们", "使命", "宇宙", "不错", "当今"].contains(&spun.as_str());
        assert!(!found.iter().any(swapped), "{found:?}");
        assert!(learn(&[]).is_empty());
    }

    #[test]
    fn a_pair_needs_votes_from_enough_batches() {
        let vote = |batches, score| Votes { batches, score, count: 9 };
        let votes = BTreeMap::from([
            (("咱们".to_owned(), "我们".to_owned()), vote(9, 900.0)),
            (("巴西".to_owned(), "全国".to_owned()), vote(1, 300.0)),
            (("会谈".to_owned(), "或者".to_owned()), vote(9, 90.0)),
        ]);
        let elected = elect(votes, 10);
        assert_eq!(elected.len(), 1);
        assert_eq!((elected[0].spun.as_str(), elected[0].score), ("咱们", 100.0));
    }

    #[test]
    fn batches_are_of_about_one_size() {
        let pages = vec![""; 140];
        assert_eq!(batches(&pages).len(), 1);
        assert_eq!(batches(&vec![""; 160]).len(), 2);
        assert!(batches(&[]).is_empty());
    }
}
