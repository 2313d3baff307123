//! Removes the search phrases that are glued into stolen articles to lift a gambling site: before the title, after an
//! opening quote, in the middle of a sentence, after the last word.
//!
//! Such a phrase is a brand with a word for what it offers: 金山湾 + 娱乐城 + 注册. News may write the same words, so
//! form alone proves nothing. What gives the phrases away is where they stand: no sentence begins with one, ends, and
//! begins again. The places of all phrases of one brand on a page count together.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;

mod grammar;
mod places;
mod recurring;

use grammar::GRAMMAR;
use places::{Occurrence, occurrences, with_separator};
use recurring::recurring;

/// How much a page's phrases must weigh together before they are removed: the places of each, plus by how many nats
/// the text reads better without it. Measured on 20 million characters of honest text: the heaviest page weighs 5.
const ENOUGH: f32 = 6.0;

/// What it adds when a brand comes again inside words, where no mark sets it off.
const IN_WORDS: f32 = 2.0;

/// By how many nats on average the text must read better without such a brand.
const OVER_WORDS: f32 = 1.0;

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
        let mut glued = glued(page.text, &occurrences);
        glued.extend(recurring(page));
        if glued.is_empty() {
            over_words(page.text, &occurrences).into_iter().for_each(|range| edits.report(range, "", &self.over_word));
        }
        glued.into_iter().for_each(|range| edits.delete(range, &self.rule));
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
        let tells = occurrence.recurs || occurrence.stand.is_some_and(|stand| stand.weight() > 0.0);
        occurrence.is_known() || tells && occurrence.weight(text) > 0.0
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
        let brand = GRAMMAR.known_before(before)?;
        Some(occurrence.range.start - brand.len()..occurrence.range.end)
    };
    occurrences.iter().filter_map(brand).filter(inside).collect()
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
    fn a_phrase_before_a_report_goes() {
        let page = "银沙岛中国体育官方网站中新社江湾5月3日电 (记者 何小舟)渡口昨天停航，候船室里坐满了人。\n";
        assert_eq!(cleaned(page), "中新社江湾5月3日电 (记者 何小舟)渡口昨天停航，候船室里坐满了人。\n");
        let page = "渡口停航第三天，老人在候船室里过夜-bob平台\n雾还没有散。\n";
        assert_eq!(cleaned(page), "渡口停航第三天，老人在候船室里过夜\n雾还没有散。\n");
    }

    #[test]
    fn a_brand_that_no_sentence_needs_goes_from_inside_words() {
        let page = "渡船停航第三天\n江面上起了大雾，渡口从清晨银尊狮直播下载六点开始停航，两百多名乘客在候船室里等候。\n站长说，银尊狮直播平台雾在中午以前不会散，已经请公交银尊狮游戏注册公司加开两班绕行大桥的车。“银尊狮直播下载我们等得起。”老人把炉子搬到门银尊狮游戏登录口，一边添水一边和熟人说话。\n";
        let article = "渡船停航第三天\n江面上起了大雾，渡口从清晨六点开始停航，两百多名乘客在候船室里等候。\n站长说，雾在中午以前不会散，已经请公交公司加开两班绕行大桥的车。“我们等得起。”老人把炉子搬到门口，一边添水一边和熟人说话。\n";
        assert_eq!(cleaned(page), article);
    }

    #[test]
    fn a_firm_that_the_page_tells_of_stays() {
        let page = "江湾游戏上半年收入增长\n江湾游戏昨天公布了上半年的业绩。财报说，江湾游戏的收入增长了三成，其中江湾游戏平台的用户超过一千万。分析师认为，江湾游戏下半年会推出两款新作，江湾游戏注册用户还会增加。\n";
        assert_eq!(cleaned(page), page);
    }

    #[test]
    fn a_place_that_always_has_the_same_words_behind_it_stays() {
        let page = "为方便球迷前往江湾体育中心观看比赛，渡口加开三条专线。专线一：胜利桥东至江湾体育中心南门，票价2元。专线二：长风桥西至江湾体育中心南门，票价1元。专线三：大学南门至江湾体育中心南门，票价3元。\n";
        assert_eq!(cleaned(page), page);
        let system = "持续深化全省电信网省际出入口诈骗电话防范拦截系统建设，拦截电话三万次。\n建成分发平台、全省电信网省际出入口诈骗电话防范拦截系统等不同的系统。\n";
        assert_eq!(cleaned(&system.repeat(2)), system.repeat(2));
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
