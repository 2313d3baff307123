//! Removes what recurs over the pages of a site, as its [site profile](crate::profile) says.
//!
//! A site puts its lines around the article: before its first paragraph, after its last one, seldom between. An article
//! has recurring lines of its own, which stay: datelines and bylines (`rules/article-lines.toml`) wherever they stand, and
//! headings: short lines without a mark, unless they stand in the frame of most pages.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde::Deserialize;

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::page::{Line, Page};
use crate::profile::{SiteProfile, segments, whole};

/// On how many pages a piece recurs at least, whatever the share.
const LEAST: u64 = 5;

/// On what share of the pages.
const SHARE: f64 = 0.1;

/// The same for what may be a heading: a column's title stands on its pages only, a site's menu on nearly all.
const HEADING_AT_TAIL: f64 = 0.5;
const HEADING_AT_HEAD: f64 = 0.8;

/// The most characters of a heading.
const HEADING: usize = 14;

/// A line of so many characters is a paragraph, whatever its marks.
const PARAGRAPH: usize = 40;

/// Deletes lines that recur on enough pages of the site, and recurring segments at the ends of other lines. A page that
/// has nothing else, such as a copy of another page, stays as it is.
pub struct Profile {
    site: Option<Site>,
}

/// What recurs on a site.
struct Site {
    pages: u64,
    /// On how many pages each piece stands.
    recurring: HashMap<Box<str>, u64>,
}

/// Where on a page a piece stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Head,
    Inside,
    Tail,
}

impl Profile {
    /// The filter for pages of the site of this profile; without one it finds nothing.
    pub fn new(profile: Option<&Arc<SiteProfile>>) -> Self {
        Self { site: profile.map(|profile| Site::new(profile)) }
    }
}

impl Filter for Profile {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let Some(site) = &self.site else { return };
        let found = site.find(page);
        let pieces = found.iter().map(|(range, on)| (range.clone(), site.rule(*on))).collect::<Vec<_>>();
        edits.delete_all(pieces.iter().map(|(range, rule)| (range.clone(), rule)).collect());
    }
}

impl Site {
    fn new(profile: &SiteProfile) -> Self {
        let least = (SHARE * profile.pages() as f64).max(LEAST as f64);
        let frequent = profile.named().into_iter().filter(|(on, _)| *on as f64 >= least);
        Self { pages: profile.pages(), recurring: frequent.map(|(on, text)| (text.into(), on)).collect() }
    }

    /// What the audit blames for a deletion: the number of pages, which tells how sure it is.
    fn rule(&self, on: u64) -> RuleId {
        RuleId::new(format!("profile/on-{on}-of-{}-pages", self.pages))
    }

    /// The ranges to delete, each with the number of pages that its rarest piece stands on.
    fn find(&self, page: Page<'_>) -> Vec<(Range<usize>, u64)> {
        let lines: Vec<Line<'_>> = page.lines().filter(|line| !line.is_blank()).collect();
        let known: Vec<Option<u64>> = lines.iter().map(|line| self.pages_of(line.text())).collect();
        let is_paragraph = |number: &usize| known[*number].is_none() && is_paragraph(lines[*number].text());
        let (first, last) = match (0..lines.len()).find(is_paragraph).zip((0..lines.len()).rfind(is_paragraph)) {
            Some(ends) => ends,
            None => {
                match (0..lines.len()).filter(|&number| known[number].is_none()).max_by_key(|&number| lines[number].whole.len()) {
                    Some(longest) => (longest, longest),
                    None => return Vec::new(),
                }
            }
        };
        let mut found = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let place = match number {
                _ if number < first => Place::Head,
                _ if number > last => Place::Tail,
                _ => Place::Inside,
            };
            match known[number] {
                Some(on) if self.goes(line.text(), on, place) => found.push((line.whole_range(), on)),
                Some(_) => {}
                None => found.extend(self.ends(*line)),
            }
        }
        found
    }

    /// The recurring segments at the ends of a line that is none itself.
    fn ends(&self, line: Line<'_>) -> Vec<(Range<usize>, u64)> {
        let text = line.text();
        let segments = segments(text);
        if segments.len() < 2 {
            return Vec::new();
        }
        let recurring = |range: &Range<usize>| {
            let segment = &text[range.clone()];
            self.pages_of(segment).filter(|&on| self.goes(segment, on, Place::Inside))
        };
        let head: Vec<u64> = segments.iter().map_while(recurring).collect();
        if head.len() == segments.len() {
            return vec![(line.whole_range(), head.into_iter().min().unwrap_or(0))];
        }
        let tail: Vec<u64> = segments.iter().rev().map_while(recurring).collect();
        let start = line.text_range().start;
        let mut found = Vec::new();
        if let Some(&on) = head.iter().min() {
            found.push((start..start + segments[head.len()].start, on));
        }
        if let Some(&on) = tail.iter().min() {
            found.push((start + segments[segments.len() - tail.len()].start..start + text.len(), on));
        }
        found
    }

    /// On how many pages a text stands, where it recurs.
    fn pages_of(&self, text: &str) -> Option<u64> {
        self.recurring.get(whole(text)?.as_str()).copied()
    }

    /// Whether a piece that recurs on so many pages is the site's.
    fn goes(&self, text: &str, on: u64, place: Place) -> bool {
        let share = on as f64 / self.pages as f64;
        let least = match (is_heading(text), place) {
            (true, Place::Inside) => return false,
            (true, Place::Head) => HEADING_AT_HEAD,
            (true, Place::Tail) => HEADING_AT_TAIL,
            (false, _) => SHARE,
        };
        share >= least && whole(text).is_none_or(|piece| !is_of_article(&piece))
    }
}

/// Whether a line is prose or as long as prose.
fn is_paragraph(text: &str) -> bool {
    text.contains(['。', '！', '？', '；']) || text.chars().nth(PARAGRAPH - 1).is_some()
}

/// Whether a line may be a heading: short, and one phrase.
fn is_heading(text: &str) -> bool {
    let marks = |c: char| c.is_whitespace() || "。！？，；：:|｜>/@©·".contains(c);
    let unnumbered = text.trim_start_matches(|c: char| c.is_ascii_digit() || "第、.（()）章节回期篇 ".contains(c));
    text.chars().nth(HEADING).is_none() && !unnumbered.contains(|c: char| marks(c) || c.is_ascii_digit())
}

/// Whether a piece is a dateline, a byline, a date, the title of a series, or a wire ending.
fn is_of_article(piece: &str) -> bool {
    ARTICLE_LINES.iter().any(|line| line.pattern.is_match(piece))
}

static ARTICLE_LINES: LazyLock<Vec<ArticleLine>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../rules/article-lines.toml")).expect("the tests read the file");
    let compile = |row: Row| {
        let pattern = file.parts.iter().fold(row.line, |line, (name, part)| line.replace(&format!("{{{name}}}"), part));
        ArticleLine {
            pattern: Regex::new(&format!("^(?:{pattern})$")).expect("the tests compile every pattern"),
            #[cfg(test)]
            examples: (row.id, row.why, row.hit, row.miss),
        }
    };
    file.lines.into_iter().map(compile).collect()
});

/// A row of `rules/article-lines.toml`, ready to match.
struct ArticleLine {
    pattern: Regex,
    #[cfg(test)]
    examples: (String, String, Vec<String>, Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    parts: HashMap<String, String>,
    #[serde(rename = "line")]
    lines: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "the tests read the examples"))]
struct Row {
    id: String,
    why: String,
    line: String,
    hit: Vec<String>,
    miss: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_lines_keep_their_word() {
        for line in &*ARTICLE_LINES {
            let (id, why, hit, miss) = &line.examples;
            assert!(!why.is_empty() && !hit.is_empty() && !miss.is_empty(), "{id}");
            for example in hit {
                assert!(line.pattern.is_match(example), "{id} does not know {example}");
            }
            for example in miss {
                assert!(!is_of_article(example), "{id}: {example}");
            }
        }
    }

    #[test]
    fn headings_are_told_from_furniture() {
        for heading in ["江湾观察", "第3章 渡口的早晨", "【编者按】", "一、背景"] {
            assert!(is_heading(heading), "{heading}");
        }
        for furniture in ["首页 新闻 评论", "点击：12次", "江湾在线，让阅读更有温度", "扫描下方二维码下载江湾在线客户端"]
        {
            assert!(!is_heading(furniture), "{furniture}");
        }
    }
}
