//! Characters thrown together at random, which doorways put on their pages so that no two are alike.

use std::ops::Range;

use crate::language::{LanguageModel, State};

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
    let mut found = Vec::new();
    let mut start = 0;
    for stretch in text.split_inclusive(['。', '！', '!', '\n']) {
        let range = start..start + stretch.len();
        start = range.end;
        if stretch.len() >= 3 * LEAST && is_jam(stretch) {
            let trimmed = stretch.trim_end_matches('\n');
            found.push(range.start..range.start + trimmed.len());
        }
    }
    found
}

fn is_jam(stretch: &str) -> bool {
    // Prose betrays itself within its first characters.
    if stretch.chars().take(120).any(|c| matches!(c, '的' | '了' | '在' | '是')) {
        return false;
    }
    let model = LanguageModel::embedded();
    let (mut count, mut common, mut bond) = (0, 0, 0.0);
    let mut state = State::BLANK;
    for c in stretch.chars() {
        let symbol = model.symbol(c);
        if matches!(c, '\u{4e00}'..='\u{9fff}') {
            let frequency = model.log_frequency(symbol);
            count += 1;
            common += usize::from(frequency > COMMON);
            bond += model.log_prob(state, symbol) - frequency;
        }
        state = model.advance(state, symbol);
    }
    count >= LEAST && common * COMMON_SHARE < count && bond < BOND * count as f32
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
