//! The site's digest in front of an article, which says beforehand what the article says again in the same words.
//!
//! It begins with its name (核心提示：) and is either the beginning of the article, cut off, or made of whole sentences of it;
//! without a name it is the beginning of the line behind it, cut off within a sentence. A digest in words of its own stays.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::memchr;

use super::signs::SIGNS;
use crate::characters::CharacterSet;
use crate::page::Page;

/// How many characters may stand before the name of a digest, and how many a digest has.
const BEFORE: usize = 12;
const DIGEST: usize = 400;
/// So many characters in the same order are no accident, at the beginning of an article and anywhere.
const BEGINNING: usize = 12;
const SENTENCE: usize = 16;
/// How many characters a beginning without a name has at least: a title is shorter, or no part of a sentence.
const CUT: usize = 30;
/// Among how many lines from the first on a digest stands.
const LINES: usize = 12;

/// The characters with which a name begins.
static BEGINS_NAME: LazyLock<CharacterSet> = LazyLock::new(|| {
    let first = SIGNS.digest_names().filter_map(|name| name.chars().next());
    CharacterSet::of_chars(first)
});

/// The digest at the head of a text, or nothing.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let starts = Page::new(text).lines().map(|line| line.whole_range().end - line.whole.trim_start().len());
    starts.take(LINES).find_map(|start| {
        let end = memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |length| start + length);
        named(text, start..end).or_else(|| cut(text, start..end))
    })
}

/// A line that says the beginning of the line behind it.
fn cut(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let (start, rest) = (line.start, &text[line.end..]);
    let line = text[line].trim_end().trim_end_matches(['.', '…']);
    let is_cut = line.ends_with(|c: char| c.is_alphanumeric()) && line.contains(['，', ',']);
    let again = rest.trim_start();
    let goes_on = || again.strip_prefix(line).is_some_and(|rest| rest.starts_with(|c: char| c != '\n' && !c.is_whitespace()));
    (is_cut && line.chars().count() >= CUT && goes_on()).then(|| start..text.len() - again.len())
}

/// A digest with a name in a line.
fn named(text: &str, line: Range<usize>) -> Option<Range<usize>> {
    let (start, line) = (line.start, &text[line]);
    let begun = line.char_indices().take(BEFORE + 1).filter(|&(_, c)| BEGINS_NAME.holds(c) == Some(true));
    let name = |at: usize| SIGNS.digest_names().find(|name| line[at..].starts_with(name));
    let (at, name) = begun.map(|(at, _)| at).find_map(|at| Some((at, name(at)?)))?;
    if line[..at].contains(['。', '，', '“']) {
        return None;
    }
    let name = at + name.len();
    let body = start + name + text[start + name..].find(|c: char| c.is_alphanumeric() || "“《".contains(c))?;
    let closed = &text[start + name..body];
    let end = beginning_again(text, body).or_else(|| sentences_again(text, body))?;
    (closed.contains([':', '：', '】', ']', '］', '\n', ' ', '\u{3000}'])).then_some(start..end)
}

/// Where the text behind the name of a digest begins anew and says the whole digest again.
fn beginning_again(text: &str, body: usize) -> Option<usize> {
    let rest = &text[body..];
    let beginning = &rest[..rest.char_indices().nth(BEGINNING)?.0];
    let within = rest.char_indices().nth(DIGEST).map_or(rest.len(), |(at, _)| at);
    let again = beginning.len() + rest[beginning.len()..within].find(beginning)?;
    let digest = rest[..again].trim_end_matches(|c: char| c.is_whitespace() || ".…?".contains(c));
    rest[again..].starts_with(digest).then_some(body + again)
}

/// The end of the sentences behind the name of a digest that stand in the article again.
fn sentences_again(text: &str, body: usize) -> Option<usize> {
    let line_end = text[body..].find('\n').map_or(text.len(), |at| body + at);
    let mut end = None;
    let mut at = body;
    while at < line_end {
        let length = text[at..line_end].find('。').map_or(line_end - at, |stop| stop + '。'.len_utf8());
        let sentence = text[at..at + length].trim();
        let bare = sentence.trim_end_matches(['。', '.', '…', '！', '？']);
        if bare.chars().count() < SENTENCE || !text[at + length..].contains(bare) {
            break;
        }
        at += length;
        end = Some(at);
    }
    end.map(|end| if end == line_end { (line_end + 1).min(text.len()) } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAD: &str = "江湾大桥昨天上午合龙，渡口从今天起停航，二十名船工将在月底以前转岗。";
    const REST: &str = "何师傅说，他等这一天等了十一年。";

    #[test]
    fn what_the_article_says_again_goes() {
        for digest in
            [format!("核心提示：{LEAD}\n"), format!("【摘要】{LEAD}"), "导读：江湾大桥昨天上午合龙，渡口从今天".to_owned()]
        {
            let text = format!("{digest}{LEAD}{REST}");
            let found = find(&text).map(|range| text[range].to_owned());
            assert_eq!(found.as_deref(), Some(digest.as_str()));
        }
    }

    #[test]
    fn a_beginning_without_a_name_goes() {
        let line = format!("{}\n", LEAD.replace('\n', ""));
        let (cut_off, _) = line.split_at(line.char_indices().nth(CUT).expect("it is longer").0);
        for dots in ["", "…", "..."] {
            let digest = format!("{cut_off}{dots}\n\n");
            let text = format!("渡口停了\n{digest}{line}{REST}");
            let found = find(&text).map(|range| text[range].to_owned());
            assert_eq!(found.as_deref(), Some(digest.as_str()), "{text}");
        }
        let title = format!("江湾大桥昨天通车\n江湾大桥昨天通车，渡口停了。{REST}");
        assert_eq!(find(&title), None);
    }

    #[test]
    fn other_words_stay() {
        for text in [format!("核心提示：桥通了，渡口停了，船工要去哪里上班？\n{LEAD}{REST}"), format!("{LEAD}摘要：{LEAD}")]
        {
            assert_eq!(find(&text), None, "{text}");
        }
    }
}
