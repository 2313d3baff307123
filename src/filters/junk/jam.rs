//! Characters thrown together at random, which doorways put on their pages so that no two are alike.

use std::ops::Range;

use memchr::memmem::Finder;

use crate::language::{LanguageModel, State};
use crate::page::Page;

/// How many Chinese characters a stretch without full stop must have to be looked at.
const LEAST: usize = 60;

/// A stretch in which fewer than one in this many characters is among the commonest is looked at closely. Random
/// characters have one in 60, prose one in five, lists of names one in 15.
const COMMON_SHARE: usize = 24;

/// A character with at least this logarithm of its frequency is among the commonest (的, 是, 在, 人).
const COMMON: f32 = -5.3;

/// The bond between neighbours under which a stretch is no language, in nats a character: how much likelier each
/// character is after those before it than anywhere. Prose has 2 to 4, lists of names 1.
const BOND: f32 = 0.3;

/// The stretches of a text that are jam.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let marks = ["。", "！", "!"].map(Finder::new);
    let mut found = Vec::new();
    let mut start = 0;
    for line in Page::new(text).lines() {
        let mut sentences = vec![line.whole];
        for mark in &marks {
            sentences = sentences.into_iter().flat_map(|piece| pieces(piece, mark)).collect();
        }
        for sentence in sentences {
            if sentence.len() >= 3 * LEAST && is_jam(sentence) {
                found.push(start..start + sentence.trim_end_matches('\n').len());
            }
            start += sentence.len();
        }
    }
    found
}

/// The pieces of a text that each end behind a mark. Short ones are not cut further.
fn pieces<'t>(text: &'t str, mark: &Finder<'_>) -> impl Iterator<Item = &'t str> {
    let long = text.len() >= 3 * LEAST;
    let marks = mark.find_iter(if long { text.as_bytes() } else { b"" }).map(|at| at + mark.needle().len());
    let end = text.len();
    let mut start = 0;
    marks.filter(move |&at| at < end).chain([end]).map(move |end| &text[std::mem::replace(&mut start, end)..end])
}

fn is_jam(stretch: &str) -> bool {
    // Prose betrays itself soon; by chance one of these stands in a hundred characters of jam.
    let by_chance = stretch.len() / (3 * LEAST);
    if stretch.chars().filter(|c| matches!(c, '的' | '了' | '在' | '是')).nth(by_chance).is_some() {
        return false;
    }
    let model = LanguageModel::embedded();
    let is_han = |c: &char| matches!(c, '\u{4e00}'..='\u{9fff}');
    let frequency = |c: char| model.log_frequency(model.symbol(c));
    let count = stretch.chars().filter(is_han).count();
    let common = stretch.chars().filter(is_han).filter(|&c| frequency(c) > COMMON).count();
    if count < LEAST || common * COMMON_SHARE >= count {
        return false;
    }
    let (mut state, mut bond) = (State::BLANK, 0.0);
    for c in stretch.chars() {
        let (next, log_prob) = model.step(state, model.symbol(c));
        bond += if is_han(&c) { log_prob - frequency(c) } else { 0.0 };
        state = next;
    }
    bond < BOND * count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_characters_are_jam() {
        let jam: String = (0..200u32).filter_map(|n| char::from_u32(0x4e00 + n * 7919 % 20000)).collect();
        let found = find(&format!("雨停了。{jam}"));
        assert_eq!((found.len(), found[0].clone()), (1, 12..12 + jam.len()));
    }

    #[test]
    fn names_and_prose_are_not() {
        let names = "何小舟、江大路、孟远、陈立秋、赵一鸣、钱多多、孙晓梅、李长河、周子墨、吴建国、郑爱华、王春生、冯玉兰、朱明德、许文强、沈佳宜、韩雪松、杨柳青、秦怀仁、尤三姐、何其芳、吕布衣、施耐寒、张果老、孔令辉、曹雪晴";
        assert!(find(names).is_empty());
        let prose = "昨天夜里江湾下了今年第一场雪，船工何小舟五点钟起床，把甲板上积雪扫进河里，又给发动机盖上一层油布，天亮以后，第一班渡船照常开出，船上只有三个学生和一位卖豆腐老人";
        assert!(find(prose).is_empty());
    }
}
