//! The words that tell the site's own sentences from the article's, with their weights: `rules/edge-signs.tsv`.

use std::ops::Range;
use std::sync::LazyLock;

use crate::needles::{Needles, Place};

/// The table. Weights were fitted to labelled pages by `tools/fit_edges.py`.
pub(super) static SIGNS: LazyLock<Signs> = LazyLock::new(|| Signs::read(TABLE));

/// From what weight on a sign is strong, and from what on it says anything.
const STRONG: f32 = 1.5;
const AUDIBLE: f32 = 0.5;

/// So many names of different fields make a block of contacts.
const FIELDS: usize = 3;

const TABLE: &str = include_str!("../../../rules/edge-signs.tsv");

/// The signs, and the weights of what is no text.
pub(super) struct Signs {
    rows: Vec<Sign>,
    texts: Needles,
    /// The strong signs that count at the head, and at the tail.
    strong: [Needles; 2],
    prefixes: Vec<&'static str>,
    digests: Vec<&'static str>,
    notices: Vec<&'static str>,
    functions: Vec<&'static str>,
    /// The weights of a piece's shape.
    pub(super) shape: Shape,
}

/// One sign: how much it weighs, and where.
struct Sign {
    weight: f32,
    head: bool,
    tail: bool,
    names_credit: bool,
    names_author: bool,
    heads_list: bool,
    opens: bool,
    /// Whether what stands behind it is no part of its sentence.
    closes: bool,
    /// Whether it says anything only where it stands alone.
    stands_alone: bool,
    /// Whether it names a field of a block of contacts (地址：).
    names_field: bool,
}

/// What the shape of a piece weighs.
#[derive(Default)]
pub(super) struct Shape {
    /// Being a piece at all: most are the article's.
    pub(super) bias: f32,
    /// Naming a field in a block of contacts.
    pub(super) block: f32,
    /// Two neighbours that both go.
    pub(super) beside: f32,
    /// Few characters.
    pub(super) brief: f32,
    /// Beginning with a mark that opens.
    pub(super) bullet: f32,
    /// Each hundred characters between the piece and the edge.
    pub(super) far: f32,
    /// Being about something else than the article.
    pub(super) foreign: f32,
    /// Being about something else and of a title's form.
    pub(super) headline: f32,
    /// Each ten characters beyond forty: a long sentence holds any word by accident.
    pub(super) length: f32,
    /// Standing behind the heading of a list of other pages.
    pub(super) listed: f32,
    /// Nothing but marks.
    pub(super) mark: f32,
    /// Beginning with the name of a credit.
    pub(super) named: f32,
    /// A telephone number or the like.
    pub(super) number: f32,
    /// Ending without a full stop.
    pub(super) open: f32,
    /// Being no statement, behind the heading of a list of other pages.
    pub(super) title: f32,
}

/// Where a page's own text ends and the site's begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Edge {
    /// The beginning of the page.
    Head,
    /// Its end.
    Tail,
}

/// A sign that stands in a folded text, by byte.
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its row in the table.
    pub(super) sign: u32,
}

impl Signs {
    fn read(table: &'static str) -> Self {
        let (mut texts, mut rows) = (Vec::new(), Vec::new());
        let (mut prefixes, mut digests, mut notices, mut functions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut shape = Shape::default();
        for line in table.lines().filter(|row| !row.starts_with('#')) {
            let mut fields = line.split('\t');
            let (Some(text), Some(place)) = (fields.next(), fields.next()) else { continue };
            let weight = fields.nth(1).and_then(|field| field.parse().ok()).expect("a number; the tests read every row");
            match place {
                "prefix" => prefixes.push(text),
                "digest" => digests.push(text),
                "notice" => notices.push(text),
                "function" => functions.push(text),
                "shape" => *shape.part(text).expect("a known shape; the tests read every row") = weight,
                _ => {
                    texts.push(text);
                    let (head, tail) = (matches!(place, "head" | "edge"), place != "head");

                    let heads_list = matches!(place, "list" | "heading");
                    let (closes, opens) = (place == "phrase", heads_list || matches!(place, "open" | "phrase"));
                    let (names_credit, names_author) = (text.ends_with('：'), place == "author");
                    let stands_alone = place == "heading";
                    let names_field = place == "field";
                    rows.push(Sign {
                        weight,
                        head,
                        tail,
                        names_credit,
                        names_author,
                        heads_list,
                        opens,
                        closes,
                        stands_alone,
                        names_field,
                    });
                }
            }
        }
        let strong = [Edge::Head, Edge::Tail].map(|edge| {
            let rows = texts.iter().zip(&rows);
            Needles::new(rows.filter(|(_, sign)| sign.weight >= STRONG && sign.counts(edge)).map(|(text, _)| text))
        });
        Self { rows, texts: Needles::new(texts), strong, prefixes, digests, notices, functions, shape }
    }

    /// Every sign of a folded text. `stands_alone` tells whether a range of it is no part of a sentence.
    pub(super) fn hits(&self, folded: &str, stands_alone: impl Fn(Range<usize>) -> bool) -> Vec<Hit> {
        let hit = |Place { range, needle }| Hit { start: range.start, end: range.end, sign: needle };
        let hits = self.texts.find(folded).map(hit);
        hits.filter(|hit| !self.rows[hit.sign as usize].stands_alone || stands_alone(hit.start..hit.end)).collect()
    }

    /// The sign's weight at an edge, 0 where it does not count.
    pub(super) fn weight(&self, hit: Hit, edge: Edge) -> f32 {
        let sign = &self.rows[hit.sign as usize];
        if sign.counts(edge) { sign.weight } else { 0.0 }
    }

    /// Whether a folded text holds a strong sign that counts at an edge.
    pub(super) fn has_strong(&self, folded: &str, edge: Edge) -> bool {
        let strong = match edge {
            Edge::Head => &self.strong[0],
            Edge::Tail => &self.strong[1],
        };
        strong.find(folded).next().is_some()
    }

    /// Whether a sign says anything at an edge.
    pub(super) fn is_audible(&self, hit: Hit, edge: Edge) -> bool {
        self.weight(hit, edge) >= AUDIBLE
    }

    /// Whether a sign is strong and counts at an edge.
    pub(super) fn is_strong(&self, hit: Hit, edge: Edge) -> bool {
        self.weight(hit, edge) >= STRONG
    }

    /// Where a sign that begins a new piece, also inside a sentence, stands in a folded text.
    pub(super) fn openings(&self, hits: &[Hit]) -> impl Iterator<Item = usize> {
        hits.iter().filter(|hit| self.rows[hit.sign as usize].opens).map(|hit| hit.start)
    }

    /// Where a sign that is complete without what stands behind it ends in a folded text.
    pub(super) fn closings(&self, hits: &[Hit]) -> impl Iterator<Item = usize> {
        hits.iter().filter(|hit| self.rows[hit.sign as usize].closes).map(|hit| hit.end)
    }

    /// Whether a sign names a credit (编辑：).
    pub(super) fn names_credit(&self, hit: Hit) -> bool {
        self.rows[hit.sign as usize].names_credit
    }

    /// Whether a sign names an author (文：), who belongs to the article.
    pub(super) fn names_author(&self, hit: Hit) -> bool {
        self.rows[hit.sign as usize].names_author
    }

    /// Whether a sign names a field of a block of contacts (地址：).
    pub(super) fn names_field(&self, hit: Hit) -> bool {
        self.rows[hit.sign as usize].names_field
    }

    /// Whether a folded text holds a block of contacts: [`FIELDS`] different fields, and no word of a notice, which gives
    /// contacts of its own.
    pub(super) fn has_block(&self, folded: &str, hits: &[Hit]) -> bool {
        let mut fields: Vec<u32> = hits.iter().filter(|&&hit| self.names_field(hit)).map(|hit| hit.sign).collect();
        fields.sort_unstable();
        fields.dedup();
        fields.len() >= FIELDS && !self.notices.iter().any(|notice| folded.contains(notice))
    }

    /// How many of a text's words are such as titles do without (的).
    pub(super) fn function_words(&self, text: &str) -> usize {
        self.functions.iter().map(|word| text.matches(word).count()).sum()
    }

    /// The names of a digest (核心提示).
    pub(super) fn digest_names(&self) -> impl Iterator<Item = &'static str> {
        self.digests.iter().copied()
    }

    /// Where the heading of a list of other pages (往期精彩) begins in a folded text.
    pub(super) fn list(&self, hits: &[Hit]) -> Option<usize> {
        hits.iter().filter(|hit| self.rows[hit.sign as usize].heads_list).map(|hit| hit.start).min()
    }

    /// Where the names of credits begin in a folded text, with the words and the bracket before them that belong to them
    /// (（责任 before 编辑：), in order.
    pub(super) fn credits(&self, folded: &str, hits: &[Hit]) -> Vec<usize> {
        let mut names: Vec<Hit> = hits.iter().copied().filter(|hit| self.rows[hit.sign as usize].names_credit).collect();
        // Of names with the same end (总编：, 编：) the longest.
        names.sort_by_key(|hit| (hit.end, hit.start));
        names.dedup_by_key(|hit| hit.end);
        let mut starts: Vec<usize> = names.iter().map(|name| self.widen(folded, name.start)).collect();
        starts.sort_unstable();
        starts
    }

    fn widen(&self, folded: &str, mut start: usize) -> usize {
        // Two tasks may share a name: 文字、编辑：.
        while let Some(before) = [&folded[..start], folded[..start].trim_end_matches(['、', '&'])]
            .into_iter()
            .find_map(|before| self.prefixes.iter().find_map(|prefix| before.strip_suffix(prefix)))
        {
            start = before.len();
        }
        let bracket = folded[..start].chars().next_back().filter(|c| "（([【〔「『《“".contains(*c));
        start - bracket.map_or(0, char::len_utf8)
    }
}

impl Sign {
    fn counts(&self, edge: Edge) -> bool {
        match edge {
            Edge::Head => self.head,
            Edge::Tail => self.tail,
        }
    }
}

impl Shape {
    fn part(&mut self, name: &str) -> Option<&mut f32> {
        Some(match name {
            "bias" => &mut self.bias,
            "beside" => &mut self.beside,
            "block" => &mut self.block,
            "brief" => &mut self.brief,
            "bullet" => &mut self.bullet,
            "far" => &mut self.far,
            "foreign" => &mut self.foreign,
            "headline" => &mut self.headline,
            "length" => &mut self.length,
            "listed" => &mut self.listed,
            "mark" => &mut self.mark,
            "named" => &mut self.named,
            "number" => &mut self.number,
            "open" => &mut self.open,
            "title" => &mut self.title,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_row_reads() {
        let rows = TABLE.lines().filter(|row| !row.starts_with('#'));
        let rows: Vec<Vec<&str>> = rows.map(|row| row.split('\t').collect()).collect();
        for row in &rows {
            assert!(row.len() == 4 && row[2].parse::<f32>().is_ok() && row[3].parse::<f32>().is_ok(), "{row:?}");
            match row[1] {
                "shape" => assert!(Shape::default().part(row[0]).is_some(), "{row:?}"),
                place => {
                    assert!(
                        [
                            "head", "tail", "edge", "list", "heading", "open", "phrase", "author", "field", "notice", "function",
                            "prefix", "digest"
                        ]
                        .contains(&place),
                        "{row:?}"
                    )
                }
            }
        }
        assert!(rows.windows(2).all(|two| two[0][..2] < two[1][..2]));
        assert!(SIGNS.shape.bias < 0.0 && SIGNS.shape.beside > 0.0);
    }

    #[test]
    fn credits_take_the_words_before_them() {
        for folded in ["雨停了责任编辑：何小舟", "雨停了文字、图片：何小舟"] {
            assert_eq!(SIGNS.credits(folded, &SIGNS.hits(folded, |_| true)), ["雨停了".len()], "{folded}");
        }
    }
}
