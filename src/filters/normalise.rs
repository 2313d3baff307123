//! Puts ordinary characters where a page has look-alikes, and takes out what no reader can see.
//!
//! A page copied out of a PDF spells 人工 with the radicals ⼈⼯; a spinner sprinkles zero-width spaces and accents over its
//! words so that no search finds them; an old portal types its years as ２０２６. All of that reads the same and compares
//! differently. NFKC is no answer: it would turn ， into `,`, ① into `1` and ㎡ into `m2`. So only what is listed here
//! changes, and Chinese punctuation never does.
//!
//! A page or a line in kana or Hangul is left alone, since there these characters are ordinary; so is a line that talks
//! about characters (`rules/mentions.tsv`). Joiners stay inside emoji and in the scripts that need them.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::LazyLock;

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
use crate::page::Page;

/// Look-alikes in order of code point: the character, the one that is meant, the rule.
static LOOK_ALIKES: LazyLock<Vec<(char, &str, &str)>> = LazyLock::new(|| {
    let rows = rows(include_str!("../../rules/look-alikes.tsv"));
    rows.map(|row| look_alike(row).expect("a test reads every row of rules/look-alikes.tsv")).collect()
});

/// Full-width signs that belong to a number or an address when full-width letters or digits stand on both sides.
const SIGNS_INSIDE: &str = "．－／＠＿";

/// Replaces look-alike and full-width characters and deletes invisible ones; one edit a run.
pub struct Normalise;

impl Filter for Normalise {
    fn name(&self) -> &'static str {
        "normalise"
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let mut scan = Scan::new(page.text);
        let mut from = 0;
        while let Some(at) = next_suspect(page.text.as_bytes(), from) {
            from = scan.visit(at, edits);
        }
        scan.flush(edits);
    }
}

/// What can be wrong with a character, from its code point alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Odd {
    Control,
    SoftHyphen,
    Mark,
    Bidi,
    Invisible,
    Joiner,
    MathOperator,
    Selector,
    Tag,
    PrivateUse,
    FullWidth,
    Replacement,
    LookAlike,
}

impl Odd {
    fn of(c: char) -> Option<Self> {
        Some(match c {
            '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}' => Odd::Control,
            '\u{AD}' => Odd::SoftHyphen,
            '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' => Odd::Mark,
            '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}' => Odd::Mark,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Odd::Bidi,
            '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => Odd::Invisible,
            '\u{180E}' | '\u{200B}' | '\u{2060}' | '\u{206A}'..='\u{206F}' => Odd::Invisible,
            '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' => Odd::Invisible,
            '\u{200C}' | '\u{200D}' => Odd::Joiner,
            '\u{2061}'..='\u{2064}' => Odd::MathOperator,
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Odd::Selector,
            '\u{E0000}'..='\u{E007F}' => Odd::Tag,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Odd::PrivateUse,
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Odd::FullWidth,
            '\u{FFFD}' => Odd::Replacement,
            '\u{2E80}'..='\u{2FDF}' | '\u{31C0}'..='\u{31EF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
                Odd::LookAlike
            }
            _ => return None,
        })
    }
}

/// The byte offset of the next character for which [`Odd::of`] may be `Some`, from `from` on. Never skips one.
///
/// Chinese prose is lead bytes E4–E9, which cost one table look-up a byte; punctuation costs one more comparison.
fn next_suspect(bytes: &[u8], mut from: usize) -> Option<usize> {
    while from < bytes.len() {
        from += bytes[from..].iter().position(|&byte| LEADS[byte as usize])?;
        let after = |n: usize| bytes.get(from + n).copied().unwrap_or_default();
        let suspect = match bytes[from] {
            0xC2 => after(1) == 0xAD,
            0xD2 => after(1) <= 0x89,
            0xD8 => after(1) == 0x9C,
            0xE1 => matches!(after(1), 0x85 | 0xA0 | 0xAA | 0xAB | 0xB7),
            0xE2 => match after(1) {
                0x80 => matches!(after(2), 0x8B..=0x8F | 0xAA..=0xAE),
                0x81 => after(2) >= 0xA0,
                0x83 | 0xBA..=0xBF => true,
                _ => false,
            },
            0xE3 => after(1) == 0x85 && after(2) == 0xA4 || after(1) == 0x87,
            0xEF => match after(1) {
                0xBC => matches!(after(2), 0x90..=0x99 | 0xA1..=0xBA),
                0xBD => matches!(after(2), 0x81..=0x9A),
                0xBE => after(2) == 0xA0,
                0xBF => after(2) >= 0xB9,
                0xAC..=0xB7 | 0xB9 | 0xBA => false,
                _ => true,
            },
            0xF0 => after(1) == 0xAF,
            _ => true,
        };
        if suspect {
            return Some(from);
        }
        from += 1;
    }
    None
}

/// The bytes with which an odd character can start.
const LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        leads[byte] = matches!(
            byte,
            0x00..=0x08 | 0x0E..=0x1F | 0x7F | 0xC2 | 0xCC | 0xCD | 0xD2 | 0xD8 | 0xE1..=0xE3 | 0xEE..=0xF0 | 0xF3 | 0xF4
        );
        byte += 1;
    }
    leads
};

/// One walk over a page: where it stands, and the run of like changes that is not yet proposed.
struct Scan<'t> {
    text: &'t str,
    script: OnceCell<Script>,
    line: LineFacts,
    run: Option<Run>,
    /// End of the last deleted character, and the character that now stands before that place.
    deleted: Option<(usize, Option<char>)>,
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
    fn new(text: &'t str) -> Self {
        Self { text, script: OnceCell::new(), line: LineFacts::default(), run: None, deleted: None }
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
                // Three or more are a lost character of UTF-8, whose place is worth knowing.
                if end - at <= 2 * c.len_utf8() && self.is_inside_chinese(at, end) {
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
        self.text[end..].chars().find(|c| !unseen(c))
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
    let words = rows(include_str!("../../rules/mentions.tsv")).map(|row| row.split('\t'));
    words.filter_map(move |mut columns| columns.next().filter(|&of| of == filter).and(columns.next()))
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
mod tests {
    use super::*;
    use crate::pipeline::Pipeline;

    fn normalised(text: &str) -> String {
        Pipeline::new(vec![Box::new(Normalise)]).clean(text).text
    }

    #[track_caller]
    fn stays(text: &str) {
        assert_eq!(normalised(text), text);
    }

    #[test]
    fn look_alikes_are_sorted_unique_and_end_in_ordinary_characters() {
        for pair in LOOK_ALIKES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{:X}", pair[1].0 as u32);
        }
        for &(c, meant, _) in LOOK_ALIKES.iter() {
            let mut meant = meant.chars();
            let to = meant.next().expect("a character is meant");
            assert!(meant.next().is_none() && Odd::of(to).is_none(), "{:X}", c as u32);
        }
        for radical in '\u{2F00}'..='\u{2FD5}' {
            assert!(LOOK_ALIKES.iter().any(|&(c, ..)| c == radical), "{:X}", radical as u32);
        }
    }

    #[test]
    fn the_gate_misses_no_odd_character() {
        let mut buffer = [0; 4];
        for c in '\0'..=char::MAX {
            let found = next_suspect(c.encode_utf8(&mut buffer).as_bytes(), 0) == Some(0);
            assert!(found || Odd::of(c).is_none(), "{:X}", c as u32);
        }
    }

    #[test]
    fn radicals_and_compatibility_ideographs_become_the_characters_they_pass_for() {
        assert_eq!(normalised("⼈⼯智能让⻓城更⻅其⼤"), "人工智能让长城更见其大");
        assert_eq!(normalised("金色的\u{F9E1}子"), "金色的李子");
        assert_eq!(normalised("\u{2F800}字"), "丽字");
        stays("\u{FA0E}\u{FA29}二字不动");
    }

    #[test]
    fn full_width_letters_and_digits_are_narrowed_and_punctuation_is_not() {
        assert_eq!(normalised("２０２６年，ＧＤＰ增长５．２％（初步）"), "2026年，GDP增长5.2％（初步）");
        assert_eq!(normalised("比分２：１。"), "比分2：1。");
        stays("①㎡℃№Ⅳ㈠￥");
        stays("\u{3000}\u{3000}段首的空格");
    }

    #[test]
    fn a_run_is_one_edit() {
        let pipeline = Pipeline::new(vec![Box::new(Normalise)]);
        let cleaned = pipeline.clean("电话０１０－６２３４，\u{200B}\u{200C}\u{FEFF}接通");
        let rules: Vec<_> = cleaned.audit().map(|audited| audited.edit.rule.to_string()).collect();
        assert_eq!(rules, ["normalise/full-width", "normalise/invisible"]);
        assert_eq!(cleaned.text, "电话010-6234，接通");
    }

    #[test]
    fn what_no_reader_sees_goes() {
        assert_eq!(normalised("城\u{200B}市\u{AD}更\u{2060}新\u{200E}工\u{FEFF}程\u{8}完\u{FFFC}工"), "城市更新工程完工");
        assert_eq!(normalised("雨\u{488}水\u{301}\u{336}多，\u{20E3}风"), "雨水多，风");
        assert_eq!(normalised("葛\u{E0100}城\u{FE00}的"), "葛城的");
        assert_eq!(normalised("新\u{E63A}闻\u{F0B7}"), "新闻");
        assert_eq!(normalised("大\u{FFFD}桥通车\u{FFFD}\u{FFFD}。"), "大桥通车。");
    }

    #[test]
    fn what_does_its_work_stays() {
        stays("👩\u{200D}🎨画画，🏋️\u{200D}♀️举重，3\u{FE0F}\u{20E3}号 ❤️");
        stays("一家\u{FFFD}\u{FFFD}\u{FFFD}动人");
        stays("می\u{200C}خواهم 与 \u{200F}שלום");
        stays("Zoe\u{308} 与 José");
        stays("f\u{2061}(x) 与 x\u{302}");
        stays("２０２６年４月からＮＨＫで放送される。");
        stays("２０２６년 \u{F9E1}씨가 말했다.");
        stays("康熙部首⼈与汉字人不同；全角的Ａ不是A。");
        stays("Donau\u{AD}dampf\u{AD}schiff");
    }
}
