//! Joins words that a blank or a mark broke: 盈 利, 股&票, “ 摇头丸”, 民 事 判 决 书; and gives disguised words back their
//! characters: 薇信.
//!
//! A blank may stand for a pause, part the columns of a table or pad a name, so only those go that break a word, where
//! what follows is much likelier right behind what stands before than anywhere; that break a sentence between two of its
//! marks, where the language model knows no pause; or that part one character after the other. Blanks inside quotes and
//! brackets go by their place alone, and so do those between the characters of a line that the page says again without them.
//! A word that a mark stands for to get past filters (*低价) comes back where the text is much likelier with it.

use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr_iter, memchr2_iter, memchr3_iter};

use crate::characters::CharacterSet;
use crate::edit::RuleId;
use crate::filters::normalise::rows;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::language::{LanguageModel, State};
use crate::page::Page;

/// How many nats likelier the next character must be after the one before the blank than it is anywhere. Measured on
/// 20 million characters of honest text and on scraped pages: 0.1 joins per 10,000 characters there, all of them right
/// but for names.
const BLANK: f32 = 3.2;

/// From how many nats on the character before the gap counts as the end of a word (记者 刘), and the one behind it as
/// the start of one (的 默认).
const ENDS_WORD: f32 = 4.5;
const STARTS_WORD: f32 = 2.5;

/// A character with at least this logarithm of its frequency (的, 是, 在) is a word by itself and needs more.
const COMMON: f32 = -5.0;

/// The same as [`BLANK`] for a hyphen, for a full stop of Latin texts, for marks that hardly ever stand between two characters by intent, and for a mark that
/// leaves a single character behind it (转*盘，).
const HYPHEN: f32 = 3.6;
const STOP: f32 = 5.0;
const MARK: f32 = 2.0;
const BEFORE_LAST: f32 = 1.0;

/// A blank within a sentence goes when the text is this many nats likelier without it and the next character belongs
/// there this firmly. Of 53 such blanks in 6 million characters of scraped pages all but a few were damage; 20 stand in
/// 6 million characters of honest text.
const SENTENCE: (f32, f32) = (10.0, 1.0);
/// Within how many characters before and behind such a blank a mark must show that it stands inside a sentence.
const NEAR: usize = 14;

/// How firmly the characters of a word that is spaced out belong together on average. The names in a list have less.
const SPACED: f32 = 1.2;

/// Deletes the blank or the mark inside a word.
pub struct Joins {
    blank: RuleId,
    spaced: RuleId,
    beside_mark: RuleId,
    mark: RuleId,
    masked: RuleId,
    disguise: RuleId,
}

impl Joins {
    /// The filter; it needs no rules.
    pub fn new() -> Self {
        let rule = |name: &str| RuleId::new(format!("joins/{name}"));
        Self {
            blank: rule("blank-in-word"),
            spaced: rule("spaced-out"),
            beside_mark: rule("blank-beside-mark"),
            mark: rule("mark-in-word"),
            masked: rule("masked-word"),
            disguise: rule("disguised-word"),
        }
    }

    /// Blanks between two Chinese characters; how many go.
    fn join_blanks(&self, page: Page<'_>, edits: &mut Proposals<'_>) -> usize {
        let (text, gaps) = (page.text, gaps(page));
        let mut found = 0;
        for run in gaps.chunk_by(|a, b| a.len() == b.len() && b.start - a.end == HAN && text[a.clone()] == text[b.clone()]) {
            let bonds = run.iter().map(|gap| bond_across(text, gap)).collect::<Vec<f32>>();
            if run.len() > 1 && (bonds.iter().sum::<f32>() > SPACED * run.len() as f32 || is_said_again(text, run)) {
                found += run.len();
                run.iter().zip(bonds).for_each(|(gap, bond)| edits.replace_with_gain(gap.clone(), "", &self.spaced, bond));
                continue;
            }
            for gap in run.iter().filter(|gap| &text[(*gap).clone()] == " ") {
                if let Some(gain) = broken_word(text, gap, BLANK).or_else(|| broken_sentence(text, gap)) {
                    edits.replace_with_gain(gap.clone(), "", &self.blank, gain);
                    found += 1;
                }
            }
        }
        found
    }

    /// Blanks beside full-width marks, of which those behind commas go only where `broken` others go as well.
    fn join_marks(&self, text: &str, broken: usize, edits: &mut Proposals<'_>) {
        let (mut after_pause, mut found) = (Vec::new(), broken);
        for at in memchr_iter(b' ', text.as_bytes()) {
            let gap = at..at + 1;
            let (Some(before), Some(after)) = (char_before(text, at), char_after(text, at + 1)) else { continue };
            if !is_mark(before) && !is_mark(after) {
                continue;
            }
            let inside =
                OPENING.contains(before) && after.is_alphanumeric() || before.is_alphanumeric() && BRACKETS.contains(after);
            if inside || is_han(before) && CLOSING.contains(after) {
                edits.delete(gap, &self.beside_mark);
                found += 1;
            } else if PAUSE.contains(before) && is_han(after) {
                after_pause.push(gap);
            }
        }
        // Blanks behind commas are a habit of some writers; where words are broken too, and most commas have none, they
        // are damage.
        if found >= 2 && after_pause.len() * 4 < text.matches('，').count() {
            after_pause.into_iter().for_each(|gap| edits.delete(gap, &self.beside_mark));
        }
    }

    /// Marks between two Chinese characters.
    fn drop_marks(&self, text: &str, edits: &mut Proposals<'_>) {
        let marks = memchr3_iter(b'*', b'&', b'^', text.as_bytes()).chain(memchr2_iter(b'-', b'.', text.as_bytes()));
        for at in marks {
            let gap = at..at + 1;
            let mark = &text[gap.clone()];
            let (Some(before), Some(after)) = (char_before(text, at), char_after(text, at + 1)) else { continue };
            if !is_han(before) || !is_han(after) {
                continue;
            }
            if mark == "*" && MOST.1.contains(after) {
                let word = MOST.0.to_string();
                let gained = gain(text, &gap, &word);
                if gained >= MEANT && gained > gain(text, &gap, "") {
                    edits.replace_with_gain(gap, &word, &self.masked, gained);
                    continue;
                }
            }
            // Two marks near each other are markup or a product of three sides.
            let near = |c: char| mark.starts_with(c);
            let paired = text[at + 1..].chars().take(20).any(near) || text[..at].chars().rev().take(20).any(near);
            let least = match mark {
                "." => STOP,
                _ if is_last(&text[at + 1..]) => BEFORE_LAST,
                "-" => HYPHEN,
                _ => MARK,
            };
            if !paired && let Some(bond) = broken_word(text, &gap, least) {
                edits.replace_with_gain(gap, "", &self.mark, bond);
            }
        }
    }

    /// Words in disguise.
    fn undisguise(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        for found in page.find(&DISGUISES.words).iter() {
            let (word, place) = DISGUISES.rows[found.number as usize];
            let is_meant = match place {
                "account" => {
                    let rest = page.text[found.end..].trim_start_matches(|c: char| "号群:：".contains(c) || c == ' ');
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).count() >= ACCOUNT
                }
                "likelier" => gain(page.text, &(found.start..found.end), word) >= MEANT,
                _ => true,
            };
            if is_meant {
                edits.replace(found.start..found.end, word, &self.disguise);
            }
        }
    }
}

/// The blanks of any kind.
static BLANKS: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of_chars([' ', '\u{3000}', '\u{a0}']));

/// The characters that may break a word and are no marks.
pub(super) fn characters() -> &'static CharacterSet {
    &BLANKS
}

impl Default for Joins {
    fn default() -> Self {
        Self::new()
    }
}

impl Filter for Joins {
    fn name(&self) -> &'static str {
        "joins"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![&DISGUISES.words]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let broken = self.join_blanks(page, edits);
        self.join_marks(page.text, broken, edits);
        self.drop_marks(page.text, edits);
        self.undisguise(page, edits);
    }
}

/// The words of `rules/disguises.tsv`.
struct Disguises {
    words: Keywords,
    /// The word meant, and the place where it is.
    rows: Vec<(&'static str, &'static str)>,
}

static DISGUISES: LazyLock<Disguises> = LazyLock::new(|| {
    let (mut words, mut meant) = (Vec::new(), Vec::new());
    for row in rows(include_str!("../../rules/disguises.tsv")) {
        let mut fields = row.split('\t');
        if let (Some(disguise), Some(word), Some(place)) = (fields.next(), fields.next(), fields.next()) {
            words.push(disguise);
            meant.push((word, place));
        }
    }
    Disguises { words: Keywords::new(words), rows: meant }
});

/// From how many letters and digits on a name is an account.
const ACCOUNT: usize = 5;
/// The bytes of a Chinese character.
const HAN: usize = 3;
/// A line with fewer gaps that is said again may be two words beside each other.
const WORD: usize = 2;
/// How many nats likelier a text must be with the word that a disguise or a mark stands for.
const MEANT: f32 = 4.0;
/// The word that a mark stands for in adverts, which may not use it, and what stands behind it.
const MOST: (char, &str) = ('最', "大小高低好佳新早快多少强优先近初热");

const CLOSING: &str = "，。、；：？！”》）】〉」』";
const BRACKETS: &str = "”》）】〉」』";
const OPENING: &str = "“《（【〈「『";
const PAUSE: &str = "，；：、";
const SENTENCE_MARKS: &str = "，。；：？！";

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// Whether a character may be one of the marks above: neither ASCII nor Chinese.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && !is_han(c)
}

/// Whether a text begins with the last character of a clause.
fn is_last(text: &str) -> bool {
    text.chars().nth(1).is_some_and(|c| SENTENCE_MARKS.contains(c))
}

fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn char_after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// The single blanks of any kind between two Chinese characters, in order.
fn gaps(page: Page<'_>) -> Vec<Range<usize>> {
    let text = page.text;
    let between = |gap: &Range<usize>| {
        let around = char_before(text, gap.start).zip(char_after(text, gap.end));
        around.is_some_and(|(before, after)| is_han(before) && is_han(after))
    };
    let blanks = page.places(&BLANKS).filter(|&(_, c)| BLANKS.holds(c) == Some(true));
    blanks.map(|(at, c)| at..at + c.len_utf8()).filter(between).collect()
}

/// What stands before a gap, as the model sees it: blanks between single characters (联 系 人) do not part it.
fn context(text: &str, at: usize) -> Vec<char> {
    let mut left: Vec<char> = Vec::with_capacity(4);
    for c in text[..at].chars().rev().take(8) {
        match c {
            '\n' => break,
            ' ' | '\u{3000}' | '\u{a0}' => {}
            _ if left.len() == 4 => break,
            c => left.push(c),
        }
    }
    left.reverse();
    left
}

/// By how many nats a text is likelier with another piece in the place of one.
fn gain(text: &str, piece: &Range<usize>, other: &str) -> f32 {
    let model = LanguageModel::embedded();
    let left = &text[..piece.start];
    let left = &left[left.char_indices().rev().nth(3).map_or(0, |(at, _)| at)..];
    let right = &text[piece.end..];
    let right = &right[..right.char_indices().nth(3).map_or(right.len(), |(at, _)| at)];
    let state = model.score_from(State::BLANK, left).0;
    let likely = |middle: &str| model.score_from(state, &format!("{middle}{right}")).1;
    likely(other) - likely(&text[piece.clone()])
}

/// Whether a run of gaps spaces the words out with which a line begins, and the text holds them without gaps, too.
fn is_said_again(text: &str, run: &[Range<usize>]) -> bool {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
    let (start, end) = (first.start - HAN, last.end + HAN);
    let begins = char_before(text, start).is_none_or(|c| c == '\n');
    begins && run.len() >= WORD && {
        let word: String = text[start..end].chars().filter(|c| is_han(*c)).collect();
        text.contains(&word)
    }
}

/// How many nats likelier a character is behind others than anywhere.
fn bond(before: &[char], c: char) -> f32 {
    let model = LanguageModel::embedded();
    let (c, state) = (model.symbol(c), model.state_after(State::BLANK, before.iter().copied()));
    model.log_prob(state, c) - model.log_frequency(c)
}

/// How firmly the character behind a gap belongs to what stands before it.
fn bond_across(text: &str, gap: &Range<usize>) -> f32 {
    char_after(text, gap.end).map_or(0.0, |first| bond(&context(text, gap.start), first))
}

/// By how much a text is likelier without a blank that stands inside a sentence, if that is enough.
fn broken_sentence(text: &str, gap: &Range<usize>) -> Option<f32> {
    let is_mark = |c: char| SENTENCE_MARKS.contains(c);
    let near = |c: &char| *c != '\n';
    let marked = text[..gap.start].chars().rev().take(NEAR).take_while(near).any(is_mark)
        && text[gap.end..].chars().take(NEAR).take_while(near).any(is_mark);
    let (gain, firm) = SENTENCE;
    if !marked || bond_across(text, gap) < firm {
        return None;
    }
    let model = LanguageModel::embedded();
    let right: String = text[gap.end..].chars().take(3).take_while(near).collect();
    let state = model.state_after(State::BLANK, context(text, gap.start));
    let gained = model.score_from(state, &right).1 - model.score_from(state, &format!(" {right}")).1;
    (gained >= gain).then_some(gained)
}

/// How firmly the two characters around a gap make one word, if they do: what follows must be likely there, and the two
/// sides must not be words already.
fn broken_word(text: &str, gap: &Range<usize>, least: f32) -> Option<f32> {
    let model = LanguageModel::embedded();
    let left = context(text, gap.start);
    let (&last, earlier) = left.split_last()?;
    let alone = text[..gap.start].chars().rev().nth(1).is_none_or(|c| !is_han(c));
    let ends_word = !alone && earlier.last().is_some_and(|&c| is_han(c)) && bond(earlier, last) > ENDS_WORD;
    let mut right = text[gap.end..].chars();
    let first = right.next()?;
    let starts_word = right.next().is_some_and(|second| is_han(second) && bond(&[first], second) > STARTS_WORD);
    let across = bond(&left, first);
    let is_word = model.log_frequency(model.symbol(last)) > COMMON;
    let least = if is_word { least + 1.5 } else { least };
    (!ends_word && !starts_word && across > least).then_some(across)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        let mut proposals = Proposals::new(text);
        Joins::new().propose(Page::new(text), &mut proposals);
        proposals.into_pass("joins").made.apply(text).into_owned()
    }

    #[test]
    fn broken_words_are_joined() {
        assert_eq!(cleaned("当地政 府说，这只股&票不能买。"), "当地政府说，这只股票不能买。");
        assert_eq!(cleaned("设置需要监.控的号码。"), "设置需要监控的号码。");
        assert_eq!(cleaned("他唱了《 茉莉花 》，大家都听。"), "他唱了《茉莉花》，大家都听。");
        assert_eq!(cleaned("电 话：12345"), "电话：12345");
        assert_eq!(cleaned("协 查 通 告江湾警方发布协查通告。"), "协查通告江湾警方发布协查通告。");
        assert_eq!(cleaned("这是江湾*早的渡口，票价*低。"), "这是江湾最早的渡口，票价最低。");
        assert_eq!(cleaned("（2018）浙0102号民 事 判 决 书"), "（2018）浙0102号民事判决书");
        assert_eq!(cleaned("《 GO 》是他爱看的电影。"), "《GO》是他爱看的电影。");
        assert_eq!(cleaned("昨天，前列腺 癌的风险就越高，医生这样说。"), "昨天，前列腺癌的风险就越高，医生这样说。");
    }

    #[test]
    fn disguised_words_get_their_characters_back() {
        assert_eq!(cleaned("薇信里说，加威信abc12345"), "微信里说，加微信abc12345");
        assert_eq!(cleaned("他在村里很有威信。"), "他在村里很有威信。");
        assert_eq!(cleaned("将心片装进手机，插上软件咔。"), "将芯片装进手机，插上软件卡。");
        assert_eq!(cleaned("江湾中心片区动工，石桥一个咔嚓断了。"), "江湾中心片区动工，石桥一个咔嚓断了。");
    }

    #[test]
    fn pauses_columns_and_names_stay() {
        for text in [
            "记者 何小舟 通讯员 江大路",
            "姓名 电话 地址",
            "春眠不觉晓 处处闻啼鸟",
            "长*宽*高",
            "北京 上海 天津",
            "甲，  乙",
            "（ ）",
            "王 文 倩 仇 翰 邦",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }
}
