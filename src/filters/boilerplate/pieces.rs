//! The pieces of a page's edge: sentences, and what begins without one, such as a credit behind the last word.

use std::ops::Range;
use std::sync::LazyLock;

use super::signs::{Hit, SIGNS};
use crate::characters::CharacterSet;
use crate::script::is_han;

/// What goes on behind a complete phrase in its own sentence (图片来源于网络侵删).
const GOES_ON: [char; 8] = ['如', '若', '侵', '版', '仅', '与', '请', '和'];

/// The characters that have another form, or none.
static FOLDED: LazyLock<CharacterSet> =
    LazyLock::new(|| CharacterSet::of(|c| (!is_han(c) || is_stroke(c)) && form(c) != Some(c)));

/// A text in the forms that the table of signs uses: no blanks, small letters, one sign for colons and strokes.
pub(super) struct Folded {
    /// The text.
    pub(super) text: String,
    /// Where the pieces that were taken over as they are begin in `text`, and where they come from; in order.
    kept: Vec<(usize, usize)>,
}

impl Folded {
    pub(super) fn new(text: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(text.len()), kept: vec![(0, 0)] };
        let mut copied = 0;
        for (at, c) in FOLDED.places(text) {
            let form = form(c);
            if form == Some(c) {
                continue;
            }
            folded.text.push_str(&text[copied..at]);
            if let Some(form) = form {
                folded.text.push(form);
            }
            copied = at + c.len_utf8();
            folded.kept.push((folded.text.len(), copied));
        }
        folded.text.push_str(&text[copied..]);
        folded
    }

    /// Where a character of the folded text comes from.
    pub(super) fn origin(&self, at: usize) -> usize {
        let (start, origin) = self.kept[self.kept.partition_point(|&(start, _)| start <= at) - 1];
        origin + at - start
    }

    /// Whether a range of the folded text is no part of a sentence in the text that it comes from.
    pub(super) fn stands_alone(&self, text: &str, folded: Range<usize>) -> bool {
        let last = self.text[folded.clone()].chars().next_back().map_or(0, char::len_utf8);
        let end = self.origin(folded.end - last) + last;
        let goes_on = |c: char| c.is_alphabetic() || "，。、；？“”‘’《》".contains(c);
        !text[..self.origin(folded.start)].ends_with(|c| goes_on(c) && c != '。' && c != '？' && c != '”')
            && !text[end..].starts_with(goes_on)
    }

    /// The folded text of a range of the text.
    pub(super) fn of(&self, range: &Range<usize>) -> &str {
        let place = |at: usize| {
            let next = self.kept.partition_point(|&(_, origin)| origin <= at);
            let (start, origin) = self.kept[next - 1];
            (start + at - origin).min(self.kept.get(next).map_or(self.text.len(), |&(start, _)| start))
        };
        &self.text[place(range.start)..place(range.end)]
    }
}

/// A piece of a text.
#[derive(Clone)]
pub(super) struct Piece {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Whether it begins with the name of a credit.
    pub(super) is_credit: bool,
    /// Whether it names a field of contacts.
    pub(super) has_field: bool,
    /// Whether it does so in a block of contacts.
    pub(super) is_block: bool,
    /// Whether it is about something else than the article.
    pub(super) is_foreign: bool,
    /// Whether it has the form of a title besides.
    pub(super) is_headline: bool,
}

/// The pieces that tile a text. Each ends with its full stop and what closes it, at a line break, at wide blanks, or where
/// a mark, the name of a credit (来源：) or another opening (返回搜狐) begins a new one.
/// They also part at `borders`.
pub(super) fn cut(text: &str, folded: &Folded, hits: &[Hit], borders: impl IntoIterator<Item = usize>) -> Vec<Piece> {
    let mut cuts = vec![0];
    cuts.extend(borders);
    let (mut ended, mut blanks, mut run, mut before) = (false, 0, 0, None);
    for (at, c) in text.char_indices() {
        let ends_here = ended && !is_end(c) && !is_closer(c);
        let opens = is_opener(c) && before != Some(c);
        // Names are padded with blanks; what is shorter than four characters may be half of one.
        let parted = blanks >= 2 && run >= 4 && !c.is_whitespace();
        if ends_here || opens || parted {
            cuts.push(at);
        }
        (blanks, run) = match c {
            '\n' => (0, 0),
            c if c.is_whitespace() => (blanks + 1, run),
            c if is_opener(c) => (0, 0),
            c if blanks > 0 || is_stroke(c) => (0, 1),
            _ => (0, run + 1),
        };
        // A credit may go on in the next line.
        let goes_on = c == '\n' && text[..at].trim_end().ends_with([':', '：', '|']);
        ended = is_end(c) && !goes_on || ended && is_closer(c);
        before = Some(c);
    }
    let credits: Vec<usize> = SIGNS.credits(&folded.text, hits).into_iter().map(|at| folded.origin(at)).collect();
    cuts.extend(&credits);
    cuts.extend(SIGNS.openings(hits).map(|at| folded.origin(at)));
    // A complete phrase with a word right behind it was run together with another sentence.
    let goes_on = |at: &usize| folded.text[*at..].starts_with(|c: char| c.is_alphanumeric() && !GOES_ON.contains(&c));
    cuts.extend(SIGNS.closings(hits).filter(goes_on).map(|at| folded.origin(at)));
    cuts.push(text.len());
    cuts.sort_unstable();
    cuts.dedup();
    let piece = |two: &[usize]| Piece {
        range: two[0]..two[1],
        is_credit: credits.binary_search(&two[0]).is_ok(),
        has_field: false,
        is_block: false,
        is_foreign: false,
        is_headline: false,
    };
    cuts.windows(2).map(piece).collect()
}

/// Whether a character ends a sentence or closes one that has ended.
pub(super) fn is_end_or_closer(c: char) -> bool {
    is_end(c) || is_closer(c)
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '!' | '?' | '\n' | '~' | '～')
}

fn is_closer(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '》' | '"')
}

/// Whether a mark opens a block or an item of a list.
pub(super) fn is_opener(c: char) -> bool {
    matches!(c, '▼' | '■' | '▍' | '【' | '✒' | '▌' | '↓' | '★' | '☆' | '►' | '▶' | '●' | '◆' | '•' | '☞')
}

/// Whether a mark parts the name of a credit from the names of people.
fn is_stroke(c: char) -> bool {
    matches!(c, ':' | '：' | '丨' | '｜' | '|' | '︱' | '∣' | '│' | '/' | '／' | '┃' | '┊' | '\\')
}

/// The form of a character that the table uses; blanks have none.
fn form(c: char) -> Option<char> {
    match c {
        c if c.is_whitespace() => None,
        c if is_stroke(c) => Some('：'),
        ',' => Some('，'),
        c => Some(c.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_tile_the_text() {
        let text = "雨停了。“船呢？”他问　　天晴了来源丨江湾晨报责任 编辑/何小舟\n▼▼往期";
        let folded = Folded::new(text);
        let pieces = cut(text, &folded, &SIGNS.hits(&folded.text, |_| true), []);
        let texts: Vec<&str> = pieces.iter().map(|piece| &text[piece.range.clone()]).collect();
        let expected = ["雨停了。", "“船呢？”", "他问　　", "天晴了", "来源丨江湾晨报", "责任 编辑/何小舟\n", "▼▼", "往期"];
        assert_eq!(texts, expected);
        assert!(pieces[4].is_credit && !pieces[3].is_credit);
        assert_eq!(folded.of(&pieces[5].range), "责任编辑：何小舟");
    }
}
