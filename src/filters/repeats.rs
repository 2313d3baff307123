//! Removes second copies: a paragraph pasted twice, a block of paragraphs pasted again below itself (A B A B), or a title that
//! stands in the place of each picture.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr, memchr3, memchr3_iter, memmem};

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::{Line, Page};

/// A line with fewer Chinese characters than this is never a paragraph of its own: refrains, speakers' names, table
/// rows and markers of questions and answers come again on purpose.
const PARAGRAPH: usize = 22;
const LEAST: usize = 3 * PARAGRAPH;

/// The shortest watermark, in characters, and the shortest that begins with a code of [`CODE`] letters and digits (x7k).
const WATERMARK: usize = 14;
const CODED: usize = 6;
const CODE: usize = 3;

/// The shortest watermark in front of full stops, in bytes with the full stop: 9 Chinese characters; and how often it
/// stands there at least.
const STAMP: usize = 30;
const STAMPS: usize = 5;
const STOP: &str = "。";

/// How often a watermark stands on a page at least.
const WATERMARKS: usize = 3;

/// The words of which a watermark holds one; those with 网 aside that mean no site.
const SITE: [&str; 9] = [NET, "上传", "下载", "www", ".com", "客户端", "公众号", "微信", "APP"];
const NET: &str = "网";
static SITE_WORDS: LazyLock<Keywords> = LazyLock::new(|| Keywords::new(SITE));

/// A watermark has fewer bytes than this: what is longer is a paragraph.
const LONGEST: usize = 600;

/// The shortest title that is a caption too, in characters: titles of songs and poems are shorter. What is long
/// enough for a paragraph is no title. So many copies of it show that it
/// is no heading that comes again, and a page with so many paragraphs is an article.
const TITLE: usize = 12;
const CAPTIONS: usize = 2;
const PARAGRAPHS: usize = 3;

/// What a caption has behind the title at most, in bytes: the number of the picture and the name of the site.
const NUMBER: usize = 60;

/// Deletes the later copy of a repeated paragraph. Short lines inside a repeated block go with it; short lines that
/// repeat alone stay.
pub struct Repeats {
    rule: RuleId,
    watermark: RuleId,
    caption: RuleId,
}

impl Repeats {
    /// The filter; it needs no rules.
    pub fn new() -> Self {
        let rule = |name: &str| RuleId::new(format!("repeats/{name}"));
        Self { rule: rule("second-copy"), watermark: rule("watermark"), caption: rule("caption") }
    }
}

impl Default for Repeats {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter for Repeats {
    fn name(&self) -> &'static str {
        "repeats"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![&SITE_WORDS]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let lines: Vec<Line<'_>> = page.lines().filter(|line| line.text().len() > 3).collect();
        if page.find(&SITE_WORDS).len() >= WATERMARKS {
            for range in watermarks(&lines).into_iter().chain(stamps(&lines)) {
                edits.delete(range, &self.watermark);
            }
        }
        for range in captions(&lines) {
            edits.delete(range, &self.caption);
        }
        edits.delete_all(second_copies(&lines).into_iter().map(|range| (range, &self.rule)).collect());
    }
}

/// The lines, with terminators, that are copies of earlier ones. `lines` are those with any text worth comparing.
fn second_copies(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    // On nearly all pages no two lines are even as long as each other.
    let mut lengths: Vec<usize> = lines.iter().map(|line| line.text().len()).filter(|&length| length >= LEAST).collect();
    lengths.sort_unstable();
    if lengths.windows(2).all(|two| two[0] != two[1]) {
        return Vec::new();
    }
    let mut first = HashMap::new();
    let mut gone = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let text = lines[at].text();
        if !is_paragraph(text) {
            at += 1;
            continue;
        }
        let &mut earlier = first.entry(Paragraph(text)).or_insert(at);
        if earlier == at {
            at += 1;
            continue;
        }
        // A block that was pasted again: the copy goes on as long as the original does.
        let alike = lines[earlier..at].iter().zip(&lines[at..]).take_while(|(old, new)| old.text() == new.text()).count();
        gone.extend(lines[at..at + alike].iter().map(|line| line.whole_range()));
        at += alike;
    }
    gone
}

/// The copies of a page's title, with terminators, that stand where pictures were: bare ones, or with the picture's number behind
/// them (渡口停航-第2张图片-江湾网).
fn captions(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let Some((title, lines)) = lines.split_first() else { return Vec::new() };
    let title = title.text();
    if title.chars().nth(TITLE - 1).is_none() || is_paragraph(title) {
        return Vec::new();
    }
    let mut captions = Vec::new();
    let mut sure = 0;
    for line in lines {
        let Some(number) = line.text().strip_prefix(title).filter(|number| number.len() <= NUMBER) else { continue };
        let is_number = number.contains(|c: char| c.is_ascii_digit()) && number.contains(['图', '圖', '张', '張']);
        if number.is_empty() || is_number {
            captions.push(line.whole_range());
            sure += if is_number { CAPTIONS } else { 1 };
        }
    }
    let is_article = || lines.iter().filter(|line| is_paragraph(line.text())).nth(PARAGRAPHS - 1).is_some();
    if sure >= CAPTIONS && is_article() { captions } else { Vec::new() }
}

/// A paragraph to look up. Its length and its ends tell it from nearly all others.
#[derive(PartialEq, Eq)]
struct Paragraph<'t>(&'t str);

impl Hash for Paragraph<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bytes = self.0.as_bytes();
        let end = bytes.len().min(24);
        (bytes.len(), &bytes[..end], &bytes[bytes.len() - end..]).hash(state);
    }
}

/// What a site printed in front of sentence after sentence of a line: the same [`WATERMARK`] characters or more, at least
/// three times. The words of a refrain or of a speaker are shorter.
fn watermarks(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| line.text().len() > 900) {
        let (text, start) = (line.text(), line.text_range().start);
        let starts = ends(text).filter(|&at| at < text.len()).filter_map(|at| {
            let length = if has_code(&text[at..]) { CODED } else { WATERMARK };
            prefix(&text[at..], length).map(|prefix| (prefix, at))
        });
        for places in alike(starts.collect(), WATERMARKS) {
            // No watermark runs into the next one.
            let gap = places.windows(2).map(|two| two[1] - two[0]).fold(LONGEST, usize::min);
            let first = &text[places[0]..];
            let first = first.char_indices().map(|(at, _)| at).find(|&at| at >= gap).map_or(first, |end| &first[..end]);
            let shared = places[1..].iter().fold(first, |shared, &at| common(shared, &text[at..]));
            if shared.len() < LONGEST && names_site(shared) {
                found.extend(places.iter().map(|at| start + at..start + at + shared.len()));
            }
        }
    }
    // What starts inside another find was found with it.
    found.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    found
}

/// What a site printed behind sentence after sentence of a line, often in place of their ends: the same [`STAMP`] bytes or
/// more before [`STAMPS`] full stops, with the name of a site.
fn stamps(lines: &[Line<'_>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in lines.iter().filter(|line| line.text().len() > 900) {
        let (text, start) = (line.text(), line.text_range().start);
        let stops = memmem::find_iter(text.as_bytes(), STOP).map(|at| at + STOP.len()).filter(|&end| end >= STAMP);
        let suffixes = stops.filter_map(|end| Some((text.get(end - STAMP..end)?, end)));
        let suffixes = suffixes.filter(|(suffix, _)| !suffix[..STAMP - STOP.len()].contains(STOP));
        for ends in alike(suffixes.collect(), STAMPS).into_iter().filter(|ends| has_site_word(&text[ends[0] - STAMP..ends[0]])) {
            let shared = ends[1..].iter().fold(&text[..ends[0]], |shared, &end| common_end(shared, &text[..end]));
            if shared.len() < LONGEST {
                found.extend(ends.iter().map(|&end| start + end - shared.len()..start + end));
            }
        }
    }
    found
}

/// The places of each of these pieces that stands at so many.
fn alike(mut pieces: Vec<(&str, usize)>, least: usize) -> Vec<Vec<usize>> {
    pieces.sort_unstable();
    let alike = pieces
        .chunk_by(|one, other| one.0 == other.0)
        .filter(|alike| alike.len() >= least)
        .map(|alike| alike.iter().map(|&(_, at)| at).collect());
    alike.collect()
}

/// What two texts have in common at their end.
fn common_end<'t>(one: &'t str, other: &str) -> &'t str {
    let alike: usize = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    &one[one.len() - alike..]
}

/// Where a text may begin anew: behind the mark that ends a sentence or a bracket.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    // The marks by their first bytes, with which few other characters begin.
    let candidates = memchr3_iter(b')', 0xE3, 0xEF, bytes);
    candidates.filter_map(move |at| {
        let mark = ["。", "！", "？", "）", ")"].iter().find(|mark| bytes[at..].starts_with(mark.as_bytes()))?;
        Some(at + mark.len())
    })
}

/// Whether a text begins with a code: letters and digits mixed, and then a word.
fn has_code(text: &str) -> bool {
    let Some((code, rest)) = text.split_at_checked(CODE) else { return false };
    let has = |kind: fn(&u8) -> bool| code.bytes().any(|byte| kind(&byte));
    code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && rest.starts_with(|c: char| !c.is_ascii())
}

/// The first characters of a text, if it has so many, and no sentence ends among them.
fn prefix(text: &str, characters: usize) -> Option<&str> {
    let end = text.char_indices().nth(characters)?.0;
    (!text[..end].contains(['。', '\n'])).then_some(&text[..end])
}

/// Whether a text names a site in more than plain words.
fn names_site(text: &str) -> bool {
    let is_prose = !text.contains(|c: char| c.is_ascii_alphanumeric() || "()（）+-".contains(c));
    !is_prose && has_site_word(text)
}

/// Whether a text holds a word that the name of a site holds.
fn has_site_word(text: &str) -> bool {
    let is_net = text.match_indices(NET).any(|(at, _)| !text[..at].ends_with("互联") && !text[at..].starts_with("网络"));
    is_net || SITE.iter().any(|word| *word != NET && text.contains(word))
}

/// What two texts have in common at their start.
fn common<'t>(one: &'t str, other: &str) -> &'t str {
    let end =
        one.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map_or(one.len().min(other.len()), |((at, _), _)| at);
    &one[..end]
}

/// Whether a line is long enough to be a paragraph, and prose rather than a title, a row of a table, or code.
fn is_paragraph(text: &str) -> bool {
    if text.len() < LEAST
        || !text.contains(['。', '！', '？', '，', ',', '!', '?'])
        || memchr3(b'|', b'\t', b'{', text.as_bytes()).is_some()
        || memchr(b'}', text.as_bytes()).is_some()
    {
        return false;
    }
    // 一 to 龥 begin with these bytes in UTF-8, and no other byte of a character has one of these values.
    text.bytes().filter(|byte| matches!(byte, 0xE4..=0xE9)).nth(PARAGRAPH - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "江湾大桥的最后一段桥面昨天清晨合龙，施工队在桥头放了一挂很长的鞭炮庆祝这一刻。";
    const B: &str = "住在桥北的何师傅说，他等这一天已经等了十一年，以后上班再也不用绕路去坐渡船了。";

    fn cleaned(lines: &[&str]) -> String {
        let text = lines.concat();
        let mut proposals = Proposals::new(&text);
        Repeats::new().propose(Page::new(&text), &mut proposals);
        proposals.into_pass("repeats").made.apply(&text).into_owned()
    }

    #[test]
    fn the_second_copy_goes() {
        let (a, b) = (format!("{A}\n"), format!("{B}\n"));
        assert_eq!(cleaned(&[&a, &a, &b]), format!("{a}{b}"));
        assert_eq!(cleaned(&[&a, &b, &a, &b]), format!("{a}{b}"));
        assert_eq!(cleaned(&[&a, "短句\n", &b, &a, "短句\n", &b]), format!("{a}短句\n{b}"));
        assert_eq!(cleaned(&[&a, &b, &a]), format!("{a}{b}"));
    }

    #[test]
    fn titles_in_the_place_of_pictures_go() {
        let title = "江湾大桥昨天合龙(江湾大桥什么时候合龙)\n";
        let (a, b, c) = (format!("{A}\n"), format!("{B}\n"), format!("{A}{B}\n"));
        assert_eq!(cleaned(&[title, &a, title, &b, title, &c]), [title, &a, &b, &c].concat());
        let numbered = "江湾大桥昨天合龙(江湾大桥什么时候合龙)-第1张图片-江湾网\n";
        assert_eq!(cleaned(&[title, &a, numbered, &b, &c]), [title, &a, &b, &c].concat());
        // One copy may be a heading, and short lines a refrain.
        for text in [[title, &a, &b, title, &c, "完\n"], ["江湾大桥\n", &a, "江湾大桥\n", &b, "江湾大桥\n", &c]] {
            assert_eq!(cleaned(&text), text.concat());
        }
    }

    #[test]
    fn watermarks_go() {
        let sentences = [
            "船在早上八点靠了岸，乘客一个一个走下跳板。",
            "雾已经散了，江面上能看见对岸的塔吊。",
            "卖早点的人把炉子推到了码头上。",
        ];
        let article: String = sentences.concat();
        let page =
            |mark: &str| format!("{0}{mark}{0}", sentences.map(|one| format!("{one}{mark}")).concat() + &article.repeat(3));
        for mark in ["xk7江湾新闻网(江湾日报社主办)-江湾最大的门户", "x7k江湾论坛网"] {
            assert_eq!(cleaned(&[&page(mark)]), page(""));
        }
        let prose = page("江湾论坛网");
        assert_eq!(cleaned(&[&prose]), prose);
    }

    #[test]
    fn stamps_before_full_stops_go() {
        let pieces = [
            "船在早上八点靠了岸，乘客一个一个走下跳",
            "雾已经散了，江面上能看见对岸的",
            "卖早点的人把炉子推到了码头",
            "孩子们趴在栏杆上看",
            "老人说，这样的雾已经十年没",
        ];
        let rest = A.repeat(9);
        let page = |stamp: &str| pieces.map(|piece| format!("{piece}{stamp}")).concat() + &rest;
        assert_eq!(cleaned(&[&page("防复制，江湾论坛网提供。")]), page(""));
        let own = page("，江湾渡口的人都这样说过。");
        assert_eq!(cleaned(&[&own]), own);
    }

    #[test]
    fn what_comes_again_on_purpose_stays() {
        let b = format!("{B}\n");
        for text in ["月亮走，我也走\n星星走\n月亮走，我也走\n", "问：为什么？\n答：不知道。\n问：为什么？\n答：不知道。\n"]
        {
            assert_eq!(cleaned(&[text]), text);
        }
        let row = format!("{A}|12\n");
        assert_eq!(cleaned(&[&row, &b, &row]), format!("{row}{b}{row}"));
    }
}
