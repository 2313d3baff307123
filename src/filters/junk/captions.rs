//! Captions that a scraper took twice, from the picture and from its description: 看花灯的人群看花灯的人群.

use std::ops::Range;

/// The lengths of a caption, in characters. Shorter repeats are speech (加油加油), longer ones doubled paragraphs.
const LENGTHS: std::ops::RangeInclusive<usize> = 5..=30;

/// How many different characters a caption has at least.
const DIFFERENT: usize = 4;

/// The second and later copies of words that stand right behind each other.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    // Where four characters with this hash ended last, counted from 1.
    let mut last = vec![0_u32; 1 << 12];
    let (mut hash, mut at) = (0_u32, 0);
    while at < chars.len() {
        hash = (hash << 8) ^ (chars[at].1 as u32);
        let slot = (hash.wrapping_mul(0x85eb_ca6b) >> 20) as usize;
        let before = std::mem::replace(&mut last[slot], at as u32 + 1) as usize;
        let length = (at + 1).saturating_sub(before);
        if before > 3 && LENGTHS.contains(&length) {
            let first = before - 4;
            let same = (first..chars.len() - length).take_while(|&n| chars[n].1 == chars[n + length].1).count();
            if same >= length && is_caption(&chars[first..first + length]) {
                let (start, end) = (first + length, first + length + same / length * length);
                let stop = chars.get(end).map_or(text.len(), |&(stop, _)| stop);
                found.push(chars[start].0..stop);
                at = end;
                continue;
            }
        }
        at += 1;
    }
    found
}

/// Whether characters can be a caption: words without a pause.
fn is_caption(chars: &[(usize, char)]) -> bool {
    let mut different: Vec<char> = Vec::new();
    for &(_, c) in chars {
        if !(c.is_alphanumeric() || "“”‘’《》".contains(c)) {
            return false;
        }
        if matches!(c, '\u{4e00}'..='\u{9fff}') && !different.contains(&c) {
            different.push(c);
        }
    }
    different.len() >= DIFFERENT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut out = text.to_owned();
        for range in find(text).into_iter().rev() {
            out.replace_range(range, "");
        }
        out
    }

    #[test]
    fn copies_go() {
        assert_eq!(cleaned("雨停了。船工扫雪的清晨船工扫雪的清晨河水退了。"), "雨停了。船工扫雪的清晨河水退了。");
        assert_eq!(cleaned("渡口的早市渡口的早市渡口的早市"), "渡口的早市");
    }

    #[test]
    fn speech_and_rhythm_stay() {
        for text in ["加油加油加油！", "一步一步一步往前走", "下雪了，下雪了，下雪了", "甲乙丙丁甲乙丙丁", "哈哈哈哈哈哈哈哈哈哈"]
        {
            assert_eq!(cleaned(text), text);
        }
    }
}
