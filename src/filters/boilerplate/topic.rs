//! What a page's last pieces are about: the article, or something else, as titles of other pages are.

use std::cell::OnceCell;

use super::signs::SIGNS;
use crate::subject::{FIT, RarePairs};

/// The last so many characters of a page are compared with what stands before them, if it has so many.
const NEAR: usize = 300;
const ARTICLE: usize = 150;
/// No more of the article than this is looked at, in bytes, as the last of it tells best.
const FARTHEST: usize = 12_000;

/// A piece of fewer characters, or of fewer pairs that are not common anywhere, does not tell what it is about.
const FOREIGN: usize = 12;
const PAIRS: usize = 3;

/// A title has at most one comma in so many characters, and one word that titles do without.
const COMMA: usize = 12;
const FUNCTION_WORD: usize = 16;

/// What an article says, beside which the pieces behind it are weighed.
pub(super) struct Topic<'p> {
    /// Where in the page the pieces that are compared begin.
    from: usize,
    article: &'p str,
    /// Its rare pairs, once a piece was compared with them.
    pairs: OnceCell<RarePairs>,
}

impl<'p> Topic<'p> {
    /// The topic of a page whose own text ends at `end`, if there is enough of it.
    pub(super) fn new(page: &'p str, end: usize) -> Option<Self> {
        let from = page[..end].char_indices().rev().nth(NEAR - 1)?.0;
        page[..from].char_indices().rev().nth(ARTICLE - 1)?;
        let start = (from.saturating_sub(FARTHEST)..=from).find(|&at| page.is_char_boundary(at))?;
        Some(Self { from, article: &page[start..from], pairs: OnceCell::new() })
    }

    /// Whether a piece, folded, that begins at a place of the page is no statement and has little to do with the article.
    pub(super) fn is_foreign(&self, at: usize, piece: &str) -> bool {
        if !self.may_be_foreign(at, piece) {
            return false;
        }
        let own = RarePairs::of(piece);
        if own.len() < PAIRS {
            return false;
        }
        let pairs = self.pairs.get_or_init(|| RarePairs::of(self.article));
        (own.shared(pairs) as f32) < FIT * own.len() as f32
    }

    /// The same at a glance: `false` is certain.
    pub(super) fn may_be_foreign(&self, at: usize, piece: &str) -> bool {
        at >= self.from && !piece.contains('。') && piece.chars().nth(FOREIGN - 1).is_some()
    }
}

/// Whether a piece without a full stop, folded, has the form of a title: few commas, few words without meaning.
pub(super) fn is_headline(piece: &str) -> bool {
    let length = piece.chars().count();
    let commas = piece.matches(['，', '、']).count();
    let few = commas * COMMA <= length && SIGNS.function_words(piece) * FUNCTION_WORD <= length;
    few && !piece.contains('；') && !piece.ends_with(['：', '，', '、'])
}

#[cfg(test)]
mod tests {
    use super::super::edges;

    const ARTICLE: &str = "昨天夜里，江湾下了今年的第一场雪。船工何小舟五点钟就起了床，他把甲板上的雪扫进河里，又给发动机盖上了一层油布。天亮以后，第一班渡船照常开了，船上只有三个学生和一位卖豆腐的老人。老人说，这样的雪他已经十年没有见过了。学生们趴在栏杆上，看雪花落进河里。到了中午，雪停了，对岸的山顶上露出一小块蓝天，渡口又热闹起来。河水比昨天涨了半尺，船工们把缆绳往上移了一截，又在跳板上铺了草垫。何小舟说，等天再冷一些，河面结了薄冰，渡船就要停上几天，学生们只好绕路从石桥上走。往年这个时候，渡口的大爷会在岸边生一堆火，让等船的人烤一烤手，今年他把火盆搬进了新修的候船室。";

    fn gone(tail: &str) -> String {
        let text = format!("{ARTICLE}\n{ARTICLE}{tail}");
        edges::find(&text, &[]).into_iter().map(|range| text[range].to_owned()).collect()
    }

    #[test]
    fn titles_behind_a_credit_go() {
        let titles = "责任编辑：孟远分享到：更多镇西新闻 财政局召开第三季度预算执行分析会 镇东中学获评省级劳动教育示范 \
                      公安局破获特大电动车盗窃团伙案 药监部门抽检月饼馅料质量达标 旧城改造二期工程封顶仪式举行";
        assert_eq!(gone(titles), titles);
    }

    #[test]
    fn the_last_words_of_an_article_stay() {
        let last = "雪停了，渡口的学生们又笑着跑上跳板\n";
        assert_eq!(gone(&format!("{last}责任编辑：孟远\n")), "责任编辑：孟远\n");
    }

    #[test]
    fn blocks_of_contacts_go_but_for_those_of_notices() {
        let block =
            "地址：江湾市河口路12号\n电话：0512-1234567\n传真：0512-1234568\n邮箱：jw@example.com\n网址：www.example.com\n";
        assert_eq!(gone(&format!("\n{block}")).trim(), block.trim());
        // By its weight alone none but the last goes.
        let offer = "地址：江湾市河口路12号\n电话：0512-1234567\n邮箱：jw@example.com\n";
        assert_eq!(gone(&format!("\n船队添了船工两名。\n{offer}")).trim(), offer.trim());
        assert_eq!(gone(&format!("\n船队招聘船工两名。\n{offer}")).trim(), "邮箱：jw@example.com");
    }
}
