//! A list of other pages' titles behind an article, without a heading.
//!
//! The titles stand one behind the other, none ends in a full stop, and hardly one says anything that the article says. A
//! list of the article's own (a programme, names of winners) shares its words.

use std::ops::Range;

use super::pieces::Folded;
use super::signs::SIGNS;
use crate::subject::{FIT, RarePairs};

/// How many characters a title has.
const TITLE: Range<usize> = 8..50;
/// How many titles make a list that is no list of the article's own.
const TITLES: Range<usize> = 4..13;
/// A page has at least so many bytes and so many full stops before a list that is not its own.
const ARTICLE: usize = 500;
const SENTENCES: usize = 4;
/// Words with which a sentence goes on from the one before. A list holds no more than one title that begins so.
const LINKS: [&str; 12] = ["这是", "因此", "因而", "以及", "却", "而", "但", "所以", "于是", "并且", "然而", "从而"];
/// How many pairs of characters that are not common anywhere tell what a title is about.
const PAIRS: usize = 3;

/// The list at the end of a page, or nothing.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let end = text.trim_end().len();
    if text[..end].ends_with(['。', '”', '：', '；', '，']) {
        return None;
    }
    let mut start = end;
    let mut titles: Vec<&str> = Vec::new();
    while let Some(title) = last_title(&text[..start]) {
        start = title.start;
        titles.push(&text[title]);
    }
    let article = &text[..start];
    let is_list = TITLES.contains(&titles.len()) && article.ends_with(closes) && are_titles(&titles);
    let long = article.len() >= ARTICLE && article.matches('。').count() >= SENTENCES;
    (is_list && long && are_foreign(article, &titles)).then(|| start + heading(&text[start..])..text.len())
}

/// Where in a list its heading stands; what comes before it are the last words of the article.
fn heading(list: &str) -> usize {
    let folded = Folded::new(list);
    let hits = SIGNS.hits(&folded.text, |range| folded.stands_alone(list, range));
    SIGNS.list(&hits).map_or(0, |at| folded.origin(at))
}

/// Whether an article may end in a character.
fn closes(c: char) -> bool {
    c.is_whitespace() || is_end(c) || "。”）)】》".contains(c)
}

/// Whether pieces look like titles: half of them hold a mark or a number, as verses do not, no more than half ask, as
/// the questions of an article all do, and they are no sentence cut in lines.
fn are_titles(pieces: &[&str]) -> bool {
    let marked =
        pieces.iter().filter(|piece| piece.contains(|c: char| c.is_ascii_alphanumeric() || "！!：:“《【|｜丨@—…".contains(c)));
    let asking = pieces.iter().filter(|piece| piece.trim_end().ends_with(['？', '?']));
    let linked = pieces.iter().filter(|piece| LINKS.iter().any(|link| piece.trim_start().starts_with(link)));
    marked.count() * 2 >= pieces.len() && asking.count() * 2 <= pieces.len() && linked.count() < 2
}

/// The last piece of a text that may be a title, with what stands before it up to the piece before.
fn last_title(text: &str) -> Option<Range<usize>> {
    let body = text.trim_end_matches(|c: char| is_border(c) || is_end(c));
    let start = body
        .rfind(|c| is_border(c) || is_end(c) || c == '。')
        .map_or(0, |at| at + body[at..].chars().next().map_or(0, char::len_utf8));
    let title = &body[start..];
    let is_title =
        TITLE.contains(&title.chars().count()) && !title.contains(['。', '；']) && !title.ends_with(['：', '，', '、']);
    (is_title && start > 0).then_some(start..text.len())
}

fn is_border(c: char) -> bool {
    c.is_whitespace() || "•▶►●◆★☆■▲|丨｜>".contains(c)
}

fn is_end(c: char) -> bool {
    matches!(c, '！' | '？' | '!' | '?' | '…')
}

/// Whether hardly any of the titles has to do with the article.
fn are_foreign(article: &str, titles: &[&str]) -> bool {
    let known = RarePairs::of(article);
    let fits = titles.iter().filter(|title| {
        let pairs = RarePairs::of(title);
        pairs.len() < PAIRS || pairs.shared(&known) as f32 >= FIT * pairs.len() as f32
    });
    fits.count() * 4 <= titles.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "昨天夜里，江湾下了今年的第一场雪。船工何小舟五点钟就起了床，他把甲板上的雪扫进河里，又给发动机盖上了一层油布。天亮以后，第一班渡船照常开了，船上只有三个学生和一位卖豆腐的老人。老人说，这样的雪他已经十年没有见过了。学生们趴在栏杆上，看雪花落进河里。到了中午，雪停了，对岸的山顶上露出一小块蓝天，渡口又热闹起来。河水比昨天涨了半尺，船工们把缆绳往上移了一截，又在跳板上铺了草垫。";

    #[test]
    fn titles_of_other_pages_go() {
        for list in [
            "\n公交票价下月调整：多付一元\n城东小学新建体育馆封顶\n女子网购机票被骗8000元\n本地楼市成交量连续下降",
            "公交票价下月调整！城东小学体育馆封顶 女子网购机票被骗8000元 本地楼市成交量连续下降？",
        ] {
            let text = format!("{ARTICLE}{list}\n");
            assert_eq!(find(&text).map(|range| text[range].trim().to_owned()).as_deref(), Some(list.trim()));
        }
    }

    #[test]
    fn a_sentence_before_the_heading_stays() {
        let list = "往期精彩回顾公交票价下月调整！城东小学体育馆封顶 女子网购机票被骗8000元 本地楼市成交量连续下降？";
        let text = format!("{ARTICLE}只要齐心协力，渡口就不会停航！{list}\n");
        assert_eq!(find(&text).map(|range| text[range].trim().to_owned()).as_deref(), Some(list));
    }

    #[test]
    fn what_the_article_lists_stays() {
        for list in [
            "\n第一班渡船照常开船\n卖豆腐的老人过河\n学生们看雪花落进河里\n船工何小舟扫雪",
            "\n雪还在下",
            "\n公交票价下月调整：多付一元\n却没有通知城东小学\n因此女子网购机票被骗8000元\n以及本地楼市成交量：连续下降",
            "\n他说：\n不去\n为什么",
        ] {
            assert_eq!(find(&format!("{ARTICLE}{list}\n")), None, "{list}");
        }
    }
}
