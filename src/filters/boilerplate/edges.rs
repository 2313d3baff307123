//! The site's own sentences before and after an article, found by weak signs that add up.
//!
//! A request to follow an account, a line of credits, a notice about rights comes in thousands of wordings, but it
//! stands at the very end or beginning of the page beside others of its kind. So sentences are weighed from the edge
//! inwards, until one speaks for the article.

use std::ops::Range;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

/// The weight at which a sentence goes by itself, and beside one that goes.
const ALONE: f32 = 3.0;
const BESIDE: f32 = 1.5;

/// How many characters at each edge are read.
const TAIL: usize = 600;
const HEAD: usize = 200;

/// Pages shorter than this many characters have no frame to speak of.
const LEAST_PAGE: usize = 150;

/// What stands between two sentences that go, goes with them up to this many characters.
const BRIDGE: usize = 24;

/// What an address of any kind weighs, and up to how many characters a sentence is short and its signs count more.
const CONTACT: f32 = 1.5;
const SHORT: usize = 16;

/// Where on a page a sign counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Edge {
    Head,
    Tail,
}

/// One row of `rules/edge-signs.tsv`.
struct Sign {
    weight: f32,
    head: bool,
    tail: bool,
}

struct Signs {
    rows: Vec<Sign>,
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// The names of credits, which begin a block wherever they stand.
    labels: CharwiseDoubleArrayAhoCorasick<u32>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let lines = include_str!("../../../rules/edge-signs.tsv").lines().filter(|row| !row.starts_with('#'));
    let (mut texts, mut rows) = (Vec::new(), Vec::new());
    for line in lines {
        let mut fields = line.split('\t');
        let (Some(text), Some(weight), Some(place)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let weight = weight.parse().expect("a number; the tests read every row");
        texts.push(text);
        rows.push(Sign { weight, head: place != "tail", tail: place != "head" });
    }
    let automaton = CharwiseDoubleArrayAhoCorasick::new(&texts).expect("the table has rows, each once");
    let labels = texts.iter().zip(&rows).filter(|(text, row)| row.weight >= BESIDE && text.ends_with(['：', '|']));
    let labels = CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build_with_values(labels.map(|(text, _)| (text, 0)))
        .expect("the table has rows, each once");
    Signs { rows, automaton, labels }
});

/// The pieces of a text that are the site's: at most one at its head and one at its tail.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    if text.len() < LEAST_PAGE || text.chars().nth(LEAST_PAGE).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let end = text.trim_end().len();
    let window = text[..end].char_indices().rev().nth(TAIL).map_or(0, |(at, _)| at).max(floor(text, end / 3));
    let mut sentences = sentences(&text[window..end]);
    // The first one may be cut in two by the window.
    sentences.remove(0);
    let kept = walk(sentences.iter().rev().map(|range| &text[window + range.start..window + range.end]), Edge::Tail);
    if kept > 0 {
        let first = &sentences[sentences.len() - kept];
        let start = window + first.start;
        let end = if text[..start].ends_with('\n') { text.len() } else { end };
        found.push(start..end);
    }
    let start = text.len() - text.trim_start().len();
    let window = text[start..].char_indices().nth(HEAD).map_or(end, |(at, _)| start + at).min(floor(text, end / 3));
    if window > start {
        let mut sentences = self::sentences(&text[start..window]);
        sentences.pop();
        let gone = walk(sentences.iter().map(|range| &text[start + range.start..start + range.end]), Edge::Head);
        if gone > 0 {
            found.push(start..start + sentences[gone - 1].end);
        }
    }
    found
}

/// How many of the sentences go, from the edge inwards.
fn walk<'t>(sentences: impl Iterator<Item = &'t str>, edge: Edge) -> usize {
    let (mut gone, mut bridge) = (0, 0);
    for (number, sentence) in sentences.enumerate() {
        let weight = weight(sentence, edge);
        let beside = gone > 0 && gone == number;
        let is_mark = !sentence.contains(char::is_alphanumeric);
        if weight >= ALONE || beside && (weight >= BESIDE || is_mark) {
            (gone, bridge) = (number + 1, 0);
        } else {
            bridge += sentence.trim().chars().count();
            if bridge > BRIDGE {
                break;
            }
        }
    }
    gone
}

/// How much a sentence speaks for the site.
fn weight(sentence: &str, edge: Edge) -> f32 {
    let folded = Folded::new(sentence);
    let mut seen = Vec::new();
    let mut weight = 0.0;
    for found in SIGNS.automaton.find_overlapping_iter(&folded.text) {
        let number = found.value();
        let sign = &SIGNS.rows[number as usize];
        let here = if edge == Edge::Head { sign.head } else { sign.tail };
        if here && !seen.contains(&number) {
            seen.push(number);
            weight += sign.weight;
        }
    }
    if edge == Edge::Tail && has_address(&folded.text) {
        weight += CONTACT;
    }
    let length = folded.text.trim().chars().count();
    if length <= SHORT {
        weight *= 1.4;
    }
    // A long sentence holds any word by accident.
    weight - 0.03 * length.saturating_sub(40) as f32
}

/// Whether a text has an address of a site or of mail; a name behind @ is none.
fn has_address(text: &str) -> bool {
    let before = |at: usize| text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
    text.contains("http") || text.contains("www.") || text.match_indices('@').any(|(at, _)| before(at))
}

/// The sentences that tile a text: each ends with its full stop and what closes it, at a line break, or where a mark
/// or the name of a credit (来源：) begins a new block.
fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut cuts = vec![0];
    let mut ended = false;
    for (at, c) in text.char_indices() {
        let closes = "”’」』）)》\"".contains(c);
        let opens = matches!(c, '▼' | '■' | '▍' | '【' | '✒' | '▌' | '↓' | '★');
        if ended && !is_end(c) && !closes || opens && !text[..at].ends_with(c) {
            cuts.push(at);
        }
        // A credit may go on in the next line.
        let goes_on = c == '\n' && text[..at].trim_end().ends_with([':', '：', '|']);
        ended = is_end(c) && !goes_on || ended && closes;
    }
    cuts.push(text.len());
    let folded = Folded::new(text);
    let mut end = 0;
    for found in SIGNS.labels.leftmost_find_iter(&folded.text) {
        let at = folded.offsets[found.start()];
        // Names of one block stand together; the first cut is enough.
        if at >= end {
            cuts.push(at);
        }
        end = folded.offsets[found.end()];
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|two| two[0]..two[1]).collect()
}

/// A text in the forms that the table uses, without blanks around colons and strokes.
struct Folded {
    text: String,
    /// For each byte of `text` and its end, where it comes from.
    offsets: Vec<usize>,
}

impl Folded {
    fn new(text: &str) -> Self {
        let mut folded = Folded { text: String::with_capacity(text.len()), offsets: Vec::with_capacity(text.len() + 1) };
        for (at, c) in text.char_indices() {
            let c = fold(c);
            if matches!(c, '：' | '|') {
                while folded.text.ends_with(' ') {
                    folded.text.pop();
                    folded.offsets.pop();
                }
            }
            folded.text.push(c);
            folded.offsets.resize(folded.text.len(), at);
        }
        folded.offsets.push(text.len());
        folded
    }
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '\n' | '~' | '～')
}

/// The form of a character that the table uses.
fn fold(c: char) -> char {
    match c {
        ':' => '：',
        ',' => '，',
        '丨' | '｜' | '︱' | '∣' | '│' | '/' | '／' => '|',
        c => c,
    }
}

/// The last character boundary not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "昨天夜里，江湾下了今年的第一场雪。船工何小舟五点钟就起了床，他把甲板上的雪扫进河里，又给发动机盖上了一层油布。天亮以后，第一班渡船照常开了，船上只有三个学生和一位卖豆腐的老人。老人说，这样的雪他已经十年没有见过了。学生们趴在栏杆上，看雪花落进河里。到了中午，雪停了，对岸的山顶上露出一小块蓝天，渡口又热闹起来。";

    #[test]
    fn blocks_at_the_edges_go() {
        for tail in [
            "来源：江湾晨报 编辑：何小舟 审核：孟远",
            "喜欢我的文章就点个赞吧！长按二维码关注江湾早知道，更多精彩等着您。",
            "▼\n图文来源：江湾发布\n如有侵权请联系删除\n投稿邮箱：jw@example.com",
        ] {
            let text = format!("{BODY}{tail}");
            let found = find(&text);
            assert_eq!((found.len(), found[0].clone()), (1, BODY.len()..text.len()), "{tail}");
        }
        let head = "点击上方蓝字关注我们！";
        let found = find(&format!("{head}{BODY}"));
        assert_eq!((found.len(), found[0].clone()), (1, 0..head.len()));
    }

    #[test]
    fn articles_stay() {
        for tail in ["", "他说，转载的人都没有注明来源。", "法院认定平台侵权，判令被告赔偿两万元，并在网站首页道歉三天。"]
        {
            assert!(find(&format!("{BODY}{tail}")).is_empty(), "{tail}");
        }
        assert!(find("点击关注我们！").is_empty());
    }

    #[test]
    fn the_table_is_sorted_and_each_row_reads() {
        let rows = include_str!("../../../rules/edge-signs.tsv").lines().filter(|row| !row.starts_with('#'));
        let rows: Vec<Vec<&str>> = rows.map(|row| row.split('\t').collect()).collect();
        for row in &rows {
            assert!(row.len() == 3 && row[1].parse::<f32>().is_ok() && ["head", "tail", "edge"].contains(&row[2]), "{row:?}");
        }
        assert!(rows.windows(2).all(|two| two[0][0] < two[1][0]));
    }
}
