//! Puts ordinary characters where a page has look-alikes, and takes out what no reader can see.
//!
//! A page copied out of a PDF spells 人工 with the radicals ⼈⼯; a spinner sprinkles zero-width spaces and accents over its
//! words so that no search finds them; an old portal types its years as ２０２６. All of that reads the same and compares
//! differently. NFKC is no answer: it would turn ， into `,`, ① into `1` and ㎡ into `m2`. So only what is listed here
//! changes, and Chinese punctuation never does.
//!
//! A page or a line in kana or Hangul is left alone, since there these characters are ordinary; so is a line that talks
//! about characters (`rules/mentions.tsv`). Joiners stay inside emoji and in the scripts that need them.

mod enclosed;
mod odd;

use std::cell::{Cell, OnceCell};
use std::ops::Range;
use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::cleaner::Lost;
use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::page::Page;

use odd::{ODD, Odd};

/// Look-alikes in order of code point: the character, the one that is meant, the rule.
static LOOK_ALIKES: LazyLock<Vec<(char, &str, &str)>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../rules/look-alikes.tsv"));
    rows.map(|row| look_alike(row).expect("a test reads every row of rules/look-alikes.tsv")).collect()
});

/// Full-width signs that belong to a number or an address when full-width letters or digits stand on both sides.
const SIGNS_INSIDE: &str = "．－／＠＿";

/// Replaces look-alike and full-width characters and deletes invisible ones; one edit a run.
pub struct Normalise {
    lost: Lost,
}

impl Normalise {
    /// The filter. U+FFFD inside Chinese goes, or stays as the mark of a `lost` character.
    pub fn new(lost: Lost) -> Self {
        Self { lost }
    }
}

impl Filter for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let mut scan = Scan::new(page.text, self.lost);
        let mut from = 0;
        for (at, _) in page.places(&ODD) {
            if at >= from {
                from = scan.visit(at, edits);
            }
        }
        scan.flush(edits);
    }
}

/// The characters that may have to change.
pub(super) fn characters() -> &'static CharacterSet {
    &ODD
}

/// One walk over a page: where it stands, and the run of like changes that is not yet proposed.
struct Scan<'t> {
    text: &'t str,
    lost: Lost,
    script: OnceCell<Script>,
    line: LineFacts,
    run: Option<Run>,
    /// End of the last deleted character, and the character that now stands before that place.
    deleted: Option<(usize, Option<char>)>,
    /// The places between which nothing shows, and the character at the second: the last that [`Scan::after`] looked for.
    unseen: Cell<(usize, usize, Option<char>)>,
}

/// Neighbouring characters that one rule changes.
struct Run {
    range: Range<usize>,
    after: String,
    rule: &'static str,
}

/// What the line that is being visited says about its characters.
#[derive(Default)]
struct LineFacts {
    range: Range<usize>,
    /// Look-alikes are ordinary here, or the subject: nothing is changed.
    calm: bool,
    right_to_left: bool,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str, lost: Lost) -> Self {
        Self {
            text,
            lost,
            script: OnceCell::new(),
            line: LineFacts::default(),
            run: None,
            deleted: None,
            unseen: Cell::default(),
        }
    }

    /// Judges the character at `at` and gives the offset to go on from.
    fn visit(&mut self, at: usize, edits: &mut Proposals<'_>) -> usize {
        let text = self.text;
        let Some(c) = text[at..].chars().next() else { return text.len() };
        let mut end = at + c.len_utf8();
        let Some(odd) = Odd::of(c) else { return end };
        self.enter_line(at);
        if self.line.calm && odd != Odd::Control {
            return end;
        }
        match odd {
            Odd::FullWidth => {
                end = full_width_end(text, at);
                let after = text[at..end].chars().map(narrow).collect::<String>();
                self.change(at..end, &after, "full-width", edits);
            }
            Odd::Replacement => {
                end += text[end..].len() - text[end..].trim_start_matches(c).len();
                // Three or more are a lost character of UTF-8 or an emoji, which have rules of their own.
                if self.lost == Lost::Drop && end - at <= 2 * c.len_utf8() && self.is_inside_chinese(at, end) {
                    self.delete(at..end, "replacement-character", edits);
                }
            }
            Odd::LookAlike | Odd::PrivateUse => {
                if let Ok(found) = LOOK_ALIKES.binary_search_by_key(&c, |&(c, ..)| c) {
                    let (_, meant, rule) = LOOK_ALIKES[found];
                    self.change(at..end, meant, rule, edits);
                } else if odd == Odd::PrivateUse && self.script().han > 0 {
                    self.delete(at..end, "private-use", edits);
                }
            }
            Odd::Enclosed => {
                for (at, letter) in enclosed::letters(text, at) {
                    end = at + text[at..].chars().next().map_or(0, char::len_utf8);
                    self.change(at..end, letter.encode_utf8(&mut [0; 4]), "enclosed-letter", edits);
                }
            }
            _ => {
                if let Some(rule) = self.unseen(odd, at, end) {
                    self.delete(at..end, rule, edits);
                }
            }
        }
        end
    }

    /// The rule by which a character that shows nothing of its own has to go; `None` where it does its work.
    fn unseen(&self, odd: Odd, at: usize, end: usize) -> Option<&'static str> {
        let (before, after) = (self.before(at), self.after(end));
        let needed = || before.is_some_and(needs_joiners) || after.is_some_and(needs_joiners);
        let stray = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || is_chinese(c));
        match odd {
            Odd::Control => Some("control-character"),
            Odd::SoftHyphen => (self.script().han > 0).then_some("soft-hyphen"),
            Odd::Mark => before.is_some_and(is_chinese).then_some("combining-mark"),
            Odd::Bidi => (!self.line.right_to_left).then_some("bidi-control"),
            Odd::Invisible => (!needed()).then_some("invisible"),
            Odd::Joiner => {
                let joins = before.is_some_and(is_pictograph) && after.is_some_and(is_pictograph);
                (!joins && !needed()).then_some("invisible")
            }
            Odd::MathOperator => (stray(before) || stray(after)).then_some("invisible"),
            Odd::Selector => {
                let orphan = before.is_none_or(|c| is_chinese(c) || c.is_ascii_alphabetic() || c.is_whitespace());
                (orphan && !matches!(before, Some('〰' | '〽'))).then_some("variation-selector")
            }
            Odd::Tag => (!matches!(before, Some('\u{1F3F4}' | '\u{E0000}'..='\u{E007F}'))).then_some("invisible"),
            _ => None,
        }
    }

    /// Whether a gap stands in Chinese text: Han or Chinese punctuation on one side, the same or the line's end on the other.
    fn is_inside_chinese(&self, at: usize, end: usize) -> bool {
        let sides = [self.before(at), self.after(end)].map(|c| c.filter(|c| !matches!(c, '\n' | '\r')));
        sides.iter().all(|side| side.is_none_or(is_chinese)) && sides.iter().any(Option::is_some)
    }

    /// The character before an offset, deleted ones aside.
    fn before(&self, at: usize) -> Option<char> {
        match self.deleted {
            Some((end, before)) if end == at => before,
            _ => self.text[..at].chars().next_back(),
        }
    }

    /// The next character that shows.
    fn after(&self, end: usize) -> Option<char> {
        let unseen = |c: &char| matches!(Odd::of(*c), Some(Odd::Control | Odd::SoftHyphen | Odd::Bidi | Odd::Invisible));
        let (from, to, shown) = self.unseen.get();
        if (from..to).contains(&end) {
            return shown;
        }
        let next = self.text[end..].char_indices().find(|(_, c)| !unseen(c));
        let (to, shown) = next.map_or((self.text.len(), None), |(at, c)| (end + at, Some(c)));
        self.unseen.set((end, to, shown));
        shown
    }

    fn delete(&mut self, range: Range<usize>, rule: &'static str, edits: &mut Proposals<'_>) {
        self.deleted = Some((range.end, self.before(range.start)));
        self.change(range, "", rule, edits);
    }

    fn change(&mut self, range: Range<usize>, after: &str, rule: &'static str, edits: &mut Proposals<'_>) {
        match &mut self.run {
            Some(run) if run.rule == rule && run.range.end == range.start => {
                run.range.end = range.end;
                run.after.push_str(after);
            }
            _ => {
                self.flush(edits);
                self.run = Some(Run { range, after: after.to_owned(), rule });
            }
        }
    }

    fn flush(&mut self, edits: &mut Proposals<'_>) {
        if let Some(Run { range, after, rule }) = self.run.take() {
            edits.replace(range, &after, &RuleId::new(format!("normalise/{rule}")));
        }
    }

    fn enter_line(&mut self, at: usize) {
        if self.line.range.contains(&at) {
            return;
        }
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1);
        let line = &self.text[start..end];
        let calm = self.script().is_foreign(8)
            || Script::of(line).is_foreign(4)
            || mentions("normalise").any(|word| line.contains(word));
        self.line = LineFacts { range: start..end, calm, right_to_left: line.chars().any(is_right_to_left) };
    }

    fn script(&self) -> Script {
        *self.script.get_or_init(|| Script::of(self.text))
    }
}

/// How many letters of which script a text has.
#[derive(Clone, Copy)]
struct Script {
    han: usize,
    /// Kana and Hangul; の aside, which Chinese pages use for show.
    neighbour: usize,
}

impl Script {
    fn of(text: &str) -> Self {
        let mut script = Self { han: 0, neighbour: 0 };
        for c in text.chars() {
            match c {
                '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{2E80}'..='\u{2FDF}' => script.han += 1,
                'の' => {}
                'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{FF66}'..='\u{FF9D}' | '\u{AC00}'..='\u{D7A3}' => script.neighbour += 1,
                _ => {}
            }
        }
        script
    }

    /// Whether one letter in `share` or more is kana or Hangul.
    fn is_foreign(self, share: usize) -> bool {
        self.neighbour * share > self.han + self.neighbour
    }
}

/// The end of the full-width letters and digits that start at `at`, with the signs inside them.
fn full_width_end(text: &str, at: usize) -> usize {
    let is_full = |c: char| Odd::of(c) == Some(Odd::FullWidth);
    let mut end = at;
    loop {
        end += text[end..].len() - text[end..].trim_start_matches(is_full).len();
        let mut rest = text[end..].chars();
        match (rest.next(), rest.next()) {
            (Some(sign), Some(next)) if SIGNS_INSIDE.contains(sign) && is_full(next) => end += sign.len_utf8(),
            _ => return end,
        }
    }
}

/// The ASCII form of a full-width character.
fn narrow(c: char) -> char {
    char::from_u32(c as u32 - 0xFEE0).expect("U+FF01–FF5E lie FEE0 above ASCII")
}

/// Han, or punctuation that only East Asian text has, or its quotes, dashes and dots.
fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{303F}' | '\u{31C0}'..='\u{31EF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
        || matches!(c, '\u{FF00}'..='\u{FF65}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFF}')
        || matches!(c, '‘'..='”' | '—' | '…' | '·')
}

/// A letter of a script whose joiners and word breaks are invisible characters, from Hebrew to Mongolian.
fn needs_joiners(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{10FF}' | '\u{1200}'..='\u{1CFF}' | '\u{A840}'..='\u{ABFF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{61B}' | '\u{61D}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}')
}

/// A character that a joiner can glue to another: symbols, emoji, skin tones, and the selector after them.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}' | '\u{FE0F}')
}

/// The words by which a text talks about characters, as far as they concern a filter: `rules/mentions.tsv`.
pub(super) fn mentions(filter: &'static str) -> impl Iterator<Item = &'static str> {
    static MENTIONS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let words = rows(include_str!("../../../rules/mentions.tsv")).map(|row| row.split('\t'));
        words.filter_map(|mut columns| columns.next().zip(columns.next())).collect()
    });
    MENTIONS.iter().filter(move |(of, _)| *of == filter).map(|&(_, word)| word)
}

/// The rows of a table without its comments.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().filter(|line| !line.starts_with('#'))
}

/// A row of `rules/look-alikes.tsv`: code point, the character meant, rule.
fn look_alike(row: &'static str) -> Option<(char, &'static str, &'static str)> {
    let mut columns = row.split('\t');
    let c = char::from_u32(u32::from_str_radix(columns.next()?, 16).ok()?)?;
    Some((c, columns.next()?, columns.next()?))
}

#[cfg(test)]
mod tests;
