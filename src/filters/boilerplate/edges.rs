//! The site's own sentences before and after an article, found by weak signs that add up.
//!
//! A request to follow an account, a line of credits, a notice about rights comes in thousands of wordings, but it
//! stands near the end or beginning of the page beside others of its kind. So the pieces of a page's edges are weighed,
//! each by its signs and its shape, and labelled together: the likeliest labels under a chain in which neighbours tend to
//! share theirs.

use std::iter::successors;
use std::ops::Range;

use super::pieces::{self, Folded, Piece};
use super::signs::{Edge, Hit, SIGNS, Signs};
use super::topic::{self, Topic};

/// How many characters at each edge are read. Where all that was read of the tail is the site's, twice as much is read, up
/// to [`FARTHEST`].
const TAIL: usize = 600;
const HEAD: usize = 200;
const FARTHEST: usize = 2400;

/// Pages shorter than this many characters have no frame to speak of.
const LEAST_PAGE: usize = 40;

/// A longer piece at the head is the lead of an article, even where words of the site are glued to its beginning; one
/// that begins with the name of a credit is more than the credit.
const LEAD: usize = 80;

/// Up to how many characters a piece is brief, and from how many it is long.
const BRIEF: usize = 16;
const LONG: usize = 40;
const LONGEST: usize = 400;

/// A statement of so many characters on a line of its own is a paragraph of the article; of a line without a full stop it
/// takes [`LONG`].
const STATEMENT: usize = 20;

/// What may stand between a line and its ends.
const BLANKS: [char; 3] = [' ', '\t', '\u{3000}'];

/// How many digits in a row, hyphens aside, make a telephone number.
const NUMBER: usize = 7;

/// More than sums in another order differ.
const ROUNDING: f32 = 0.001;

/// What a piece weighs that a rule found, in nats, and one that names an author.
const RULED: f32 = 4.0;
const AUTHOR: f32 = -20.0;

/// The pieces of a text that are the site's, in no order, beside those that rules found (`ruled`).
pub(super) fn find(text: &str, ruled: &[Range<usize>]) -> Vec<Range<usize>> {
    if text.len() < LEAST_PAGE || text.chars().nth(LEAST_PAGE).is_none() {
        return Vec::new();
    }
    let end = text.trim_end().len();
    let start = text.len() - text.trim_start().len();
    // No more than a third of a page is its head.
    let head = text[start..].char_indices().nth(HEAD).map_or(end, |(at, _)| start + at);
    let head = head.min(floor(text, end / 3)).max(start);
    let site = |range, edge| Window::new(text, range, edge).map(|window| window.site(ruled)).unwrap_or_default();
    let mut found = Vec::new();
    for length in successors(Some(TAIL), |length| Some(2 * length)).take_while(|&length| length <= FARTHEST) {
        let tail = text[..end].char_indices().rev().nth(length - 1).map_or(0, |(at, _)| at).max(head);
        let site = site(tail..end, Edge::Tail);
        found = site.pieces;
        if !site.goes_on || tail == head {
            break;
        }
    }
    for range in found.iter_mut().filter(|range| range.end == end && text[..range.start].ends_with('\n')) {
        range.end = text.len();
    }
    found.extend(site(start..head, Edge::Head).pieces);
    // Where the beginning of a line stays, its break stays too: the next line is another one.
    let is_cut = |range: &Range<usize>| {
        let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let mut begun = text[line..range.start].char_indices();
        begun.any(|(at, c)| !c.is_whitespace() && !ruled.iter().any(|ruled| ruled.contains(&(line + at))))
    };
    for range in found.iter_mut().filter(|range| is_cut(range)) {
        range.end = range.start + text[range.clone()].trim_end_matches(['\r', '\n']).len();
    }
    found
}

/// What of a window is the site's.
#[derive(Default)]
struct Site {
    /// The runs of pieces, as ranges of the page.
    pieces: Vec<Range<usize>>,
    /// Whether the innermost piece of the window is among them.
    goes_on: bool,
}

/// The last character boundary not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The part of a page at one of its edges.
struct Window<'t> {
    text: &'t str,
    /// Where it begins in the page.
    at: usize,
    edge: Edge,
    folded: Folded,
    hits: Vec<Hit>,
    /// What the article says, at the tail.
    topic: Option<Topic<'t>>,
    /// Whether it holds a block of contacts.
    has_block: bool,
}

impl<'t> Window<'t> {
    /// The window, if it holds a sign strong enough to look closer.
    fn new(page: &'t str, range: Range<usize>, edge: Edge) -> Option<Self> {
        let (at, end) = (range.start, range.end);
        let text = &page[range];
        let folded = Folded::new(text);
        SIGNS.has_strong(&folded.text, edge).then(|| {
            let hits = SIGNS.hits(&folded.text, |range| folded.stands_alone(text, range));
            let topic = (edge == Edge::Tail).then(|| Topic::new(page, end)).flatten();
            let has_block = SIGNS.has_block(&folded.text, &hits);
            Self { text, at, edge, folded, hits, topic, has_block }
        })
    }

    /// What of the window is the site's, beside what rules found.
    fn site(&self, ruled: &[Range<usize>]) -> Site {
        let inside = |at: usize| at.clamp(self.at, self.at + self.text.len()) - self.at;
        let ruled: Vec<Range<usize>> = ruled.iter().map(|range| inside(range.start)..inside(range.end)).collect();
        let is_ruled = |piece: &Piece| ruled.iter().any(|ruled| ruled.contains(&piece.range.start));
        let list = SIGNS.list(&self.hits).filter(|_| self.edge == Edge::Tail).map(|at| self.folded.origin(at));
        let mut pieces = self.pieces(&ruled);
        if self.edge == Edge::Head {
            // A title stands beside what rules find there, and is no neighbour of it.
            pieces.retain(|piece| !is_ruled(piece));
        }
        let score = |piece: &Piece| match is_ruled(piece) {
            true => RULED,
            false => self.score(piece, list.is_some_and(|list| piece.range.start >= list)),
        };
        // On nearly all pages nothing would go even if all that may be about something else were.
        let most = |piece: &Piece| {
            let as_foreign = |is_headline| score(&Piece { is_foreign: true, is_headline, ..piece.clone() });
            let others = self.may_be_foreign(piece).then(|| as_foreign(false).max(as_foreign(true)));
            score(piece).max(others.unwrap_or(f32::NEG_INFINITY)) + ROUNDING
        };
        let may_go = labels(&pieces.iter().map(most).collect::<Vec<f32>>());
        if !pieces.iter().zip(may_go).any(|(piece, may_go)| may_go && self.holds(piece, Signs::is_strong)) {
            return Site::default();
        }
        self.tell_foreign(&mut pieces);
        let labels = labels(&pieces.iter().map(score).collect::<Vec<f32>>());
        let labelled: Vec<(Piece, bool)> = pieces.into_iter().zip(labels).collect();
        let mut site = Site::default();
        let gone = &mut site.pieces;
        for (number, run) in labelled.chunk_by(|one, next| one.1 == next.1).enumerate().filter(|(_, run)| run[0].1) {
            if !run.iter().any(|(piece, _)| self.holds(piece, Signs::is_strong)) {
                continue;
            }
            // The innermost piece stands beside the article; it must hold a sign of its own. What rules find there may have the
            // article's last paragraph between it and the frame.
            let run = &run[..self.before_paragraph(run.iter().map(|(piece, _)| piece), is_ruled, list)];
            let speaks = |piece: &Piece| piece.is_block || self.holds(piece, Signs::is_audible);
            // Of titles there are several.
            let is_further_title =
                |number: usize| number > 0 && run[number - 1..=number].iter().all(|(piece, _)| piece.is_headline);
            let inner = (0..run.len()).rev().find(|&number| speaks(&run[number].0) || is_further_title(number));
            let inner = inner.map_or(0, |number| number + 1);
            let marks = run[inner..].iter().take_while(|(piece, _)| self.is_mark(piece)).count();
            site.goes_on |= run[..inner + marks].last().map(|last| &last.0.range) == labelled.last().map(|last| &last.0.range);
            // Away from the edge the article goes on behind the run, and what shows no sign may be its subheading, if no
            // heading of a list stands before it.
            let is_outermost = number == 0;
            let heads = |at: usize| !ruled.iter().any(|ruled| ruled.contains(&at));
            let is_listed = |piece: &Piece| list.is_some_and(|list| piece.range.start > list && heads(list));
            let shows = |piece: &Piece| self.is_mark(piece) || is_listed(piece) || speaks(piece);
            let goes = |piece: &Piece| !is_ruled(piece) && (is_outermost || shows(piece));
            for (piece, _) in run[..inner + marks].iter().filter(|(piece, _)| goes(piece)) {
                let range = self.at + piece.range.start..self.at + piece.range.end;
                match gone.last_mut() {
                    Some(last) if last.start == range.end => last.start = range.start,
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => gone.push(range),
                }
            }
        }
        site
    }

    /// How many of a run's pieces, read from the edge inwards, come before a paragraph of sentences without a sign. A title
    /// in a list of other pages is none.
    fn before_paragraph<'p>(
        &self,
        run: impl ExactSizeIterator<Item = &'p Piece>,
        is_ruled: impl Fn(&Piece) -> bool,
        list: Option<usize>,
    ) -> usize {
        let all = run.len();
        let mut mute: Option<(usize, Range<usize>)> = None;
        for (number, piece) in run.enumerate() {
            if is_ruled(piece) || self.holds(piece, Signs::is_audible) || self.is_mark(piece) {
                mute = None;
                continue;
            }
            let (first, range) = match mute.take() {
                Some((first, range)) => (first, range.start.min(piece.range.start)..range.end.max(piece.range.end)),
                None => (number, piece.range.clone()),
            };
            let text = self.text[range.clone()].trim();
            let (first, range) = if text.contains('\n') { (number, piece.range.clone()) } else { (first, range) };
            let is_title = piece.is_headline || list.is_some_and(|list| range.start > list) && !text.contains('。');
            if self.is_paragraph(&range) && !is_title {
                return first;
            }
            mute = Some((first, range));
        }
        all
    }

    /// Whether a range is a paragraph: a line of its own with a whole sentence, or a longer beginning of a line.
    fn is_paragraph(&self, range: &Range<usize>) -> bool {
        let (before, text, behind) = (&self.text[..range.start], self.text[range.clone()].trim(), &self.text[range.end..]);
        let begins_line = before.trim_end_matches(BLANKS).ends_with('\n');
        let ends_line = self.text[range.clone()].ends_with('\n') || behind.trim_start_matches(BLANKS).starts_with(['\n', '\r']);
        let least = if ends_line && text.ends_with('。') { STATEMENT } else { LONG };
        (begins_line || ends_line) && text.ends_with(pieces::is_end_or_closer) && text.chars().count() >= least
    }

    /// Whether a piece holds a sign of a kind.
    fn holds(&self, piece: &Piece, kind: impl Fn(&Signs, Hit, Edge) -> bool) -> bool {
        let mut hits = self.hits.iter().filter(|&&hit| kind(&SIGNS, hit, self.edge));
        hits.any(|hit| piece.range.contains(&self.folded.origin(hit.start)))
    }

    /// Whether a piece is nothing but marks.
    fn is_mark(&self, piece: &Piece) -> bool {
        !self.folded.of(&piece.range).contains(char::is_alphanumeric)
    }

    /// The pieces from the edge inwards, but for the innermost, which the window may have cut in two.
    fn pieces(&self, ruled: &[Range<usize>]) -> Vec<Piece> {
        let borders = ruled.iter().flat_map(|range| [range.start, range.end]);
        let mut pieces = pieces::cut(self.text, &self.folded, &self.hits, borders);
        for piece in &mut pieces {
            let names_field = |hit: &Hit| SIGNS.names_field(*hit) && piece.range.contains(&self.folded.origin(hit.start));
            piece.has_field = self.hits.iter().any(names_field);
            piece.is_block = self.has_block && piece.has_field;
        }
        if self.edge == Edge::Tail {
            pieces.reverse();
        }
        pieces.pop();
        if self.edge == Edge::Head {
            let lead = pieces.iter().position(|piece| self.folded.of(&piece.range).chars().count() > LEAD);
            pieces.truncate(lead.unwrap_or(pieces.len()));
        }
        pieces
    }

    /// Whether a piece may be about something else than the article, at a glance. Numbers and addresses come up once in any
    /// text.
    fn may_be_foreign(&self, piece: &Piece) -> bool {
        let may_be = |topic: &Topic<'_>| topic.may_be_foreign(self.at + piece.range.start, self.folded.of(&piece.range));
        !piece.has_field && self.topic.as_ref().is_some_and(may_be)
    }

    /// Tells of each piece whether it is about something else than the article.
    fn tell_foreign(&self, pieces: &mut [Piece]) {
        let Some(topic) = &self.topic else { return };
        for piece in pieces.iter_mut().filter(|piece| !piece.has_field) {
            let text = self.folded.of(&piece.range);
            piece.is_foreign = topic.is_foreign(self.at + piece.range.start, text);
            piece.is_headline = piece.is_foreign && topic::is_headline(text);
        }
    }

    /// How much a piece speaks for the site, in nats.
    fn score(&self, piece: &Piece, is_listed: bool) -> f32 {
        let range = &piece.range;
        let in_piece = |hit: &&Hit| range.contains(&self.folded.origin(hit.start));
        let mut seen: Vec<Hit> = self.hits.iter().filter(in_piece).copied().collect();
        seen.sort_by_key(|hit| hit.sign);
        seen.dedup_by_key(|hit| hit.sign);
        let name = seen.iter().copied().filter(|&hit| SIGNS.names_credit(hit)).min_by_key(|hit| hit.start);
        let text = self.folded.of(range);
        let length = text.chars().count();
        let is_author = piece.is_credit && length <= LONG && name.is_some_and(|name| SIGNS.names_author(name));
        if is_author && !self.holds(piece, Signs::is_strong) {
            return AUTHOR;
        }
        let signs: f32 = seen.into_iter().map(|hit| SIGNS.weight(hit, self.edge)).sum();
        let between = if self.edge == Edge::Tail { &self.text[range.end..] } else { &self.text[..range.start] };
        let yes = |holds: bool| f32::from(u8::from(holds));
        let is_title = is_listed && !self.text[range.clone()].trim_end().ends_with('。');
        let shape = &SIGNS.shape;
        signs
            + shape.bias
            + shape.block * yes(piece.is_block)
            + shape.brief * yes(length <= BRIEF)
            + shape.bullet * yes(text.starts_with(|c| pieces::is_opener(c) || c == '·'))
            + shape.foreign * yes(piece.is_foreign)
            + shape.headline * yes(piece.is_headline)
            // Titles run together are long as well.
            + shape.length * yes(!is_title && !piece.is_headline) * length.saturating_sub(LONG).min(LONGEST) as f32 / 10.0
            + shape.listed * yes(is_listed)
            + shape.far * between.chars().count().min(TAIL) as f32 / 100.0
            + shape.title * yes(is_title)
            + shape.mark * yes(self.is_mark(piece))
            + shape.named * yes(piece.is_credit && length <= LEAD)
            + shape.number * yes(has_number(text))
            + shape.open * yes(!self.text[range.clone()].trim_end().ends_with(pieces::is_end_or_closer))
    }
}

/// Whether a text has [`NUMBER`] digits in a row, hyphens aside.
fn has_number(text: &str) -> bool {
    let mut run = 0;
    text.bytes().any(|byte| {
        run = match byte {
            b'0'..=b'9' => run + 1,
            b'-' => run,
            _ => 0,
        };
        run >= NUMBER
    })
}

/// The likeliest labels of a chain: whether each piece is the site's (Viterbi).
fn labels(scores: &[f32]) -> Vec<bool> {
    let beside = SIGNS.shape.beside;
    // The best sum so far when the last piece is the article's, and the site's; and whether the one before was the site's.
    let (mut article, mut site) = (0.0_f32, f32::NEG_INFINITY);
    let mut trail = Vec::with_capacity(scores.len());
    for (number, &score) in scores.iter().enumerate() {
        let joined = site + beside;
        trail.push([site > article, joined > article]);
        (article, site) = if number == 0 { (0.0, score) } else { (article.max(site), article.max(joined) + score) };
    }
    let mut labels = vec![false; scores.len()];
    let mut is_site = site > article;
    for (label, from) in labels.iter_mut().zip(trail).rev() {
        *label = is_site;
        is_site = from[usize::from(is_site)];
    }
    labels
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: &str = "昨天夜里，江湾下了今年的第一场雪。船工何小舟五点钟就起了床，他把甲板上的雪扫进河里，又给发动机盖上了一层油布。天亮以后，第一班渡船照常开了，船上只有三个学生和一位卖豆腐的老人。老人说，这样的雪他已经十年没有见过了。学生们趴在栏杆上，看雪花落进河里。到了中午，雪停了，对岸的山顶上露出一小块蓝天，渡口又热闹起来。";

    #[test]
    fn blocks_at_the_edges_go() {
        for tail in [
            "来源：江湾晨报 编辑：何小舟 审核：孟远",
            "喜欢我的文章就点个赞吧！长按二维码关注江湾早知道，更多精彩等着您。",
            "▼\n图文来源：江湾发布\n如有侵权请联系删除\n投稿邮箱：jw@example.com",
            "文字 编　辑/何小舟责　编/孟远",
        ] {
            let text = format!("{BODY}{tail}");
            let found = find(&text, &[]);
            assert_eq!((found.len(), found[0].clone()), (1, BODY.len()..text.len()), "{tail}");
        }
        let head = "点击上方蓝字关注我们！";
        let found = find(&format!("{head}{BODY}"), &[]);
        assert_eq!((found.len(), found[0].clone()), (1, 0..head.len()));
    }

    #[test]
    fn articles_stay() {
        for tail in ["", "他说，转载的人都没有注明来源。", "法院认定平台侵权，判令被告赔偿两万元，并在网站首页道歉三天。"]
        {
            assert!(find(&format!("{BODY}{tail}"), &[]).is_empty(), "{tail}");
        }
        assert!(find("点击关注我们！", &[]).is_empty());
    }

    #[test]
    fn a_paragraph_between_finds_stays() {
        let last = "老人说，要是能再看一回就好了。有人问他多大年纪，他笑着说，比这渡口小两岁，比这条船大六十岁。";
        let text = format!("{BODY}\n点击图片查看大图\n{last}\n来源：江湾晨报\n责任编辑：何小舟\n");
        let at = text.find("点击图片").expect("it stands there");
        let found = find(&text, std::slice::from_ref(&(at..at + "点击图片查看大图\n".len())));
        assert_eq!(found.len(), 1);
        assert_eq!(text[found[0].clone()].trim(), "来源：江湾晨报\n责任编辑：何小舟");
        let text = format!("{BODY}\n点击图片查看大图\n{last}（来源：江湾晨报）\n");
        let found = find(&text, std::slice::from_ref(&(at..at + "点击图片查看大图\n".len())));
        assert!(found.iter().all(|range| text[range.clone()].trim() == "（来源：江湾晨报）"), "{found:?}");
    }

    #[test]
    fn a_line_of_which_a_piece_goes_keeps_its_break() {
        let credits = "来源：江湾晨报 责任编辑：何小舟";
        let text = format!("{BODY}\n船票照旧卖三块钱，{credits}\n版权所有，未经授权不得转载。\n雪又下了起来。\n");
        let found = find(&text, &[]);
        assert_eq!(found.len(), 1);
        let kept = text[..found[0].start].to_owned() + &text[found[0].end..];
        assert_eq!(kept, format!("{BODY}\n船票照旧卖三块钱，\n雪又下了起来。\n"));
    }

    #[test]
    fn a_subheading_between_finds_stays() {
        let (link, heading) = ("推荐阅读：江湾渡口换了新船\n", "雪停以后\n");
        let text = format!("{BODY}\n{link}{heading}window.ad=1;\n{BODY}\n");
        let link = BODY.len() + 1..BODY.len() + 1 + link.len();
        let script = link.end + heading.len()..link.end + heading.len() + "window.ad=1;\n".len();
        assert!(find(&text, &[link, script]).is_empty());
    }

    #[test]
    fn a_list_goes_with_its_heading() {
        let list: String = (1..9).map(|number| format!("\n公交{number}路下月改道，站点有变！看看你家门口停不停？")).collect();
        let text = format!("{BODY}\n热点新闻{list}\n");
        let found = find(&text, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(text[found[0].clone()].trim(), format!("热点新闻{list}"));
        let sentence = "老人说，热点新闻里没有这样的事，他也不爱看！";
        assert!(find(&format!("{BODY}\n{sentence}\n"), &[]).is_empty());
    }

    #[test]
    fn a_paragraph_after_a_link_to_another_page_stays() {
        let last = "下午，船工又坐船走了一个来回。有人问他雪天行船怕不怕，他想了想，说：“怕也要走，学生等着呢。”";
        let (link, shown) = ("推荐阅读：今晚起降温\n", "点击图片查看大图\n");
        let text = format!("{BODY}\n{link}{BODY}\n{shown}{last}\n来源：江湾晨报\n责任编辑：何小舟\n");
        let ruled = [link, shown].map(|line| text.find(line).map_or(0..0, |at| at..at + line.len()));
        let found = find(&text, &ruled);
        assert!(found.iter().all(|range| !text[range.clone()].contains("船工")), "{found:?}");
    }

    #[test]
    fn a_footer_goes_however_long() {
        let footer: String = (1..60).map(|number| format!("\n来源：江湾晨报{number}版 责任编辑：何小舟")).collect();
        let text = format!("{BODY}\n{BODY}{footer}\n");
        assert!(footer.chars().count() > TAIL && footer.chars().count() < FARTHEST);
        let found = find(&text, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(text[found[0].clone()].trim(), footer.trim());
    }

    #[test]
    fn neighbours_share_their_label() {
        let beside = SIGNS.shape.beside;
        assert_eq!(labels(&[-beside, -beside]), [false, false]);
        assert_eq!(labels(&[1.0, 0.1 - beside, -2.0 * beside]), [true, true, false]);
        assert_eq!(labels(&[0.5, -1.5 * beside, 5.0]), [true, true, true]);
        assert!(labels(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn what_weighs_more_stays_the_sites(
            scores in prop::collection::vec((-9.0_f32..6.0, prop::option::of(0.0_f32..3.0)), 0..9),
        ) {
            let most = scores.iter().map(|&(score, more)| score + more.unwrap_or(0.0) + ROUNDING).collect::<Vec<f32>>();
            let scores = scores.into_iter().map(|(score, _)| score).collect::<Vec<f32>>();
            prop_assert!(labels(&scores).iter().zip(labels(&most)).all(|(is_site, may_be)| may_be || !is_site));
        }
    }

    #[test]
    fn numbers() {
        assert!(has_number("热线0512-1234567") && !has_number("2023年11月25日"));
    }
}
