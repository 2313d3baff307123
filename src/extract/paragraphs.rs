//! Paragraphs of HTML: lines of text that know how much of them is links.

use super::markup::{Piece, attribute, is_block, pieces};

/// How many navigation lines in a run are a list of links and no part of the article.
const LIST: usize = 3;
/// A line up to this many characters without the marks of a sentence may be the label of a list or stand between its links.
const LABEL: usize = 16;
/// Paragraphs of this many characters that end a sentence are an article's rather than a reply's or a summary's.
const FULL: usize = 40;
/// Marks that end a sentence.
const ENDS: [char; 9] = ['。', '！', '？', '…', '”', '」', '）', '.', ')'];
/// Marks that sentences have and labels have not.
const SENTENCE: [char; 6] = ['。', '！', '？', '；', '，', '…'];
/// Links to such files belong to an article: the attachments of a notice, its pictures.
const FILES: [&str; 13] =
    [".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pdf", ".zip", ".rar", ".wps", ".ofd", ".jpg", ".png", ".mp3"];

/// A line of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Its text, one line, trimmed.
    pub(super) text: String,
    /// How many characters of it, blanks left out.
    pub(super) chars: usize,
    /// How many of these are links to other pages.
    pub(super) linked: usize,
}

impl Paragraph {
    /// Little but links.
    fn is_navigation(&self) -> bool {
        self.linked * 10 >= self.chars * 6 && !self.text.ends_with('。')
    }

    /// A paragraph of full sentences in plain text.
    pub(super) fn is_full(&self) -> bool {
        self.chars >= FULL && self.linked * 3 < self.chars && self.text.ends_with(ENDS)
    }

    fn is_label(&self) -> bool {
        self.chars <= LABEL && !self.text.contains(SENTENCE)
    }
}

/// The lines of HTML that have text, in order. White space is as a browser shows it: a run of it is one blank, and none
/// where a line of Chinese was only wrapped.
pub(super) fn paragraphs(html: &str) -> Vec<Paragraph> {
    let mut all = Vec::new();
    let mut open = Paragraph::default();
    let (mut link, mut kept, mut hidden) = (false, false, false);
    for piece in pieces(html) {
        match piece {
            Piece::Text(_) if hidden => {}
            Piece::Text(part) => open.push(&html_escape::decode_html_entities(part), link, kept, &mut all),
            Piece::Tag { name, opens, whole } => {
                if name.eq_ignore_ascii_case("a") {
                    link = opens && attribute(whole, "href").is_some_and(leads_away);
                } else if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") {
                    open.push(" ", false, false, &mut all);
                } else if is_block(name) {
                    open.end(&mut all);
                    kept = name.eq_ignore_ascii_case("pre") && opens || kept && !name.eq_ignore_ascii_case("pre");
                    hidden = name.eq_ignore_ascii_case("title") && opens;
                }
            }
        }
    }
    open.end(&mut all);
    all
}

/// The lines without the lists of links in them. All of them when little else is there: then the page is a list.
pub(super) fn without_lists(lines: &mut Vec<Paragraph>) {
    let mut keep = vec![true; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        let len = lines[at..].iter().take_while(|line| line.is_navigation() || line.is_label()).count();
        let run = at..at + len;
        at += len.max(1);
        let navigation = |&at: &usize| lines[at].is_navigation();
        let (first, last) = (run.clone().find(navigation), run.clone().rfind(navigation));
        let (Some(first), Some(last)) = (first, last) else { continue };
        if run.clone().filter(navigation).count() < LIST {
            continue;
        }
        let labelled = first > run.start && lines[first - 1].text.ends_with(['：', ':']);
        keep[first - usize::from(labelled)..=last].fill(false);
        if is_over(lines, &keep, first) {
            keep[first..].fill(false);
        }
    }
    let prose =
        |kept: bool| lines.iter().zip(&keep).filter(|(_, keep)| **keep == kept).map(|(line, _)| line.chars).sum::<usize>();
    if prose(true) * 3 < prose(false) {
        return;
    }
    let mut keep = keep.into_iter();
    lines.retain(|_| keep.next().unwrap_or(true));
}

/// Whether the article has ended at a list of links: prose stands before it, and what is kept behind it is little else than
/// labels, replies and dates.
fn is_over(lines: &[Paragraph], keep: &[bool], list: usize) -> bool {
    // How many characters are in full sentences, and in all.
    let measure = |lines: &[Paragraph], keep: &[bool]| {
        let kept = lines.iter().zip(keep).filter(|(_, keep)| **keep).map(|(line, _)| line);
        kept.fold((0, 0), |(full, all), line| (full + if line.is_full() { line.chars } else { 0 }, all + line.chars))
    };
    let (before, all_before) = measure(&lines[..list], &keep[..list]);
    let rest = list + lines[list..].iter().take_while(|line| line.is_navigation() || line.is_label()).count();
    let (after, all_after) = measure(&lines[rest..], &keep[rest..]);
    before >= FULL * 4 && before * 2 >= all_before && after * 2 < all_after && after * 2 < before
}

impl Paragraph {
    /// Adds characters of the page. With `kept`, its line ends are line ends.
    fn push(&mut self, part: &str, link: bool, kept: bool, all: &mut Vec<Self>) {
        for c in part.chars() {
            match c {
                '\n' if kept => self.end(all),
                c if kept => self.text.push(c),
                '\u{3000}' if self.text.is_empty() => {}
                '\n' if self.text.ends_with(' ') => {
                    self.text.pop();
                    self.text.push('\n');
                }
                ' ' | '\t' | '\r' | '\x0C' | '\u{A0}' | '\n' => {
                    if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                        self.text.push(if c == '\n' { c } else { ' ' });
                    }
                }
                c => {
                    if self.text.ends_with('\n') {
                        self.text.pop();
                        if !(is_wide(c) && self.text.ends_with(is_wide)) {
                            self.text.push(' ');
                        }
                    }
                    self.text.push(c);
                }
            }
            if !c.is_whitespace() {
                self.chars += 1;
                self.linked += usize::from(link);
            }
        }
    }

    /// Ends the line.
    fn end(&mut self, all: &mut Vec<Self>) {
        let line = std::mem::take(self);
        if line.chars > 0 {
            all.push(Self { text: line.text.trim_end().to_owned(), ..line });
        }
    }
}

/// Whether a link leads to another page, rather than to a place in this one or a file.
fn leads_away(href: &str) -> bool {
    let href = href.trim().to_ascii_lowercase();
    !href.starts_with('#') && !FILES.iter().any(|file| href.ends_with(file))
}

/// Characters that need no blank where lines are wrapped: Chinese and its marks.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(html: &str) -> Vec<String> {
        paragraphs(html).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn white_space_is_as_a_browser_shows_it() {
        assert_eq!(texts("<p>　　 河水\n  涨了，\r\n船&nbsp;&nbsp;走了 <b>two\nwords</b></p>"), ["河水涨了，船 走了 two words"]);
        assert_eq!(texts("一<br><br>二<div>三<span>四</span></div>五"), ["一", "二", "三四", "五"]);
        assert_eq!(texts("<pre>甲\n  乙</pre>丙\n丁"), ["甲", "  乙", "丙丁"]);
        assert_eq!(texts("<table><tr><td>甲</td><td>乙</td></tr><tr><td>丙</td></tr></table>"), ["甲 乙", "丙"]);
    }

    #[test]
    fn links_to_other_pages_are_counted() {
        let lines = paragraphs("<p>见<a href=\"/1.html\">另文</a>和<a href='#n1'>注</a></p><p><a href=/a.pdf>附件</a></p>");
        assert_eq!(lines.iter().map(|line| (line.chars, line.linked)).collect::<Vec<_>>(), [(5, 2), (2, 0)]);
    }

    #[test]
    fn lists_of_links_go_and_links_in_sentences_stay() {
        let list = "<li><a href=1>另一篇文章的题目</a><li><a href=2>再一篇文章的题目</a> 08-11<li><a href=3>又一篇文章的题目</a>";
        let story = "<p>昨夜下了一场大雨，河水一直涨到了桥面，住在低处的三十多户人家都连夜搬到了山坡上的小学里。</p>";
        let mut lines = paragraphs(&format!("{story}<p><a href=4>桥</a>还在。</p><p>相关文章：</p>{list}{story}"));
        without_lists(&mut lines);
        assert_eq!(lines.len(), 3, "{lines:?}");
        let replies = "<p>沙发</p><p>说得好，支持一下</p><p>路过</p>";
        let mut lines = paragraphs(&format!("{story}{story}{story}{story}{story}{list}{replies}"));
        without_lists(&mut lines);
        assert_eq!(lines.len(), 5, "{lines:?}");
        let mut page = paragraphs(list);
        without_lists(&mut page);
        assert_eq!(page.len(), 3, "a page that is a list stays");
    }
}
