//! The seams that removal leaves: brackets keep their partners, and words that led to what is gone go with it.

use std::ops::Range;

use super::pieces::Folded;
use super::signs::{Edge, SIGNS};

const OPENERS: &str = "（([［【〔「『《“";
const CLOSERS: &str = "）)]］】〕」』》”";

/// How far from its partner a bracket may stand, in bytes.
const FAR: usize = 600;

/// Words before a mark that leads on (图文、 · 免责声明：) are no more than this many characters.
const STUB: usize = 8;

/// Takes in what stands between a range and the brackets that hold nothing else, and leaves out the bracket at its end whose
/// partner stays.
pub(super) fn balance(text: &str, range: &mut Range<usize>) {
    let inside = text[range.clone()].trim();
    let (first, last) = (inside.chars().next(), inside.chars().next_back());
    let opens = first.and_then(|c| OPENERS.chars().position(|opener| opener == c));
    let closes = last.and_then(|c| CLOSERS.chars().position(|closer| closer == c));
    let nth = |marks: &str, at: usize| marks.chars().nth(at).unwrap_or(' ');
    if let Some(kind) = opens.filter(|&kind| is_one_more(inside, nth(OPENERS, kind), nth(CLOSERS, kind))) {
        let (opener, closer) = (nth(OPENERS, kind), nth(CLOSERS, kind));
        let line = line_behind(text, range.end);
        if let Some(at) = line.find([opener, closer]).filter(|&at| line[at..].starts_with(closer)) {
            match line[..at].trim().is_empty() {
                true => range.end += at + closer.len_utf8(),
                false => range.start += text[range.clone()].find(opener).unwrap_or(0) + opener.len_utf8(),
            }
        }
    } else if let Some(kind) = closes.filter(|&kind| is_one_more(inside, nth(CLOSERS, kind), nth(OPENERS, kind))) {
        let (opener, closer) = (nth(OPENERS, kind), nth(CLOSERS, kind));
        let line = line_before(text, range.start);
        if let Some(at) = line.rfind([opener, closer]).filter(|&at| line[at..].starts_with(opener)) {
            let between = line[at + opener.len_utf8()..].trim();
            match between.is_empty() || leads_on(between) {
                true => range.start -= line.len() - at,
                false => range.end = range.start + text[range.clone()].rfind(closer).unwrap_or(range.len()),
            }
        }
    } else {
        let (before, behind) = (line_before(text, range.start).trim_end(), line_behind(text, range.end).trim_start());
        let partner = before.chars().next_back().and_then(|c| OPENERS.chars().position(|opener| opener == c));
        if let Some(kind) = partner.filter(|&kind| behind.starts_with(nth(CLOSERS, kind))) {
            range.start = before.len() + range.start - line_before(text, range.start).len() - nth(OPENERS, kind).len_utf8();
            range.end += line_behind(text, range.end).len() - behind.len() + nth(CLOSERS, kind).len_utf8();
        }
    }
}

/// The words in front of what goes at the end of a page that have nothing to lead to any more: the name of a credit without
/// names, the heading of a list without titles.
pub(super) fn stub(text: &str, gone: &[Range<usize>]) -> Option<Range<usize>> {
    let mut end = text.trim_end().len();
    while let Some(start) = gone.iter().filter(|range| range.start < end && range.end >= end).map(|range| range.start).min() {
        end = text[..start].trim_end().len();
    }
    if end == text.trim_end().len() {
        return None;
    }
    let left = &text[..end];
    let start = left.rfind(|c: char| "。！？!?…\n".contains(c) || CLOSERS.contains(c));
    let start = start.map_or(0, |at| at + left[at..].chars().next().map_or(0, char::len_utf8));
    let words = left[start..].trim();
    (start > 0 && !words.is_empty() && (leads_on(words) || is_sign(words))).then_some(start..end)
}

/// Whether words are few and end in a mark that leads on to others.
fn leads_on(words: &str) -> bool {
    words.ends_with(['：', ':', '、', '/', '／', '丨', '｜', '|', '&']) && words.chars().count() <= STUB
}

/// Whether words are a strong sign of a site's end and nothing else.
fn is_sign(words: &str) -> bool {
    let folded = Folded::new(words.trim_matches(|c: char| !c.is_alphanumeric()));
    let hits = SIGNS.hits(&folded.text, |_| true);
    hits.iter().any(|&hit| hit.start == 0 && hit.end == folded.text.len() && SIGNS.is_strong(hit, Edge::Tail))
}

/// Whether a text holds a mark once more than its partner.
fn is_one_more(text: &str, mark: char, partner: char) -> bool {
    text.matches(mark).count() == text.matches(partner).count() + 1
}

/// The line up to a place.
fn line_before(text: &str, at: usize) -> &str {
    let far = (at.saturating_sub(FAR)..=at).find(|&start| text.is_char_boundary(start)).unwrap_or(at);
    let line = &text[far..at];
    &line[line.rfind('\n').map_or(0, |end| end + 1)..]
}

/// The line from a place on.
fn line_behind(text: &str, at: usize) -> &str {
    let far = (at..=(at + FAR).min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(at);
    let line = &text[at..far];
    &line[..line.find('\n').unwrap_or(line.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balanced(text: &str, piece: &str) -> String {
        let at = text.find(piece).expect("it stands there");
        let mut range = at..at + piece.len();
        balance(text, &mut range);
        text[range].to_owned()
    }

    #[test]
    fn brackets_keep_their_partners() {
        assert_eq!(balanced("雨停了。（编译：小舟 来源：江湾晨报）", "来源：江湾晨报）"), "来源：江湾晨报");
        assert_eq!(balanced("雨停了。（来源：江湾晨报 记者：何小舟）", "（来源：江湾晨报 "), "来源：江湾晨报 ");
        assert_eq!(balanced("雨停了。（来源：江湾晨报）", "来源：江湾晨报）"), "（来源：江湾晨报）");
        assert_eq!(balanced("雨停了。（来源：江湾晨报）", "来源：江湾晨报"), "（来源：江湾晨报）");
        assert_eq!(balanced("雨停了。（来源：江湾晨报）", "（来源：江湾晨报）"), "（来源：江湾晨报）");
        assert_eq!(balanced("雨停了。责编：何小舟）", "责编：何小舟）"), "责编：何小舟）");
        assert_eq!(balanced("雨停了。【注：侵权必究】", "侵权必究】"), "【注：侵权必究】");
    }

    #[test]
    fn words_that_lead_nowhere_go() {
        for (text, gone, expected) in [
            ("雨停了。图文、编辑：何小舟", "编辑：何小舟", Some("图文、")),
            ("雨停了。\n作者/\n来源：江湾晨报\n", "来源：江湾晨报\n", Some("作者/")),
            ("雨停了。\n往期精彩\n返回搜狐，查看更多\n", "返回搜狐，查看更多\n", Some("往期精彩")),
            ("雨停了。他说：\n编辑：何小舟\n河水退了。", "编辑：何小舟\n", None),
            ("雨停了。河水退了\n编辑：何小舟\n", "编辑：何小舟\n", None),
        ] {
            let at = text.find(gone).expect("it stands there");
            assert_eq!(
                stub(text, std::slice::from_ref(&(at..at + gone.len()))).map(|range| text[range].trim()),
                expected,
                "{text}"
            );
        }
    }
}
