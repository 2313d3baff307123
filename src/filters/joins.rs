//! Joins words that a blank or a mark broke: 盈 利, 股&票, “ 摇头丸”.
//!
//! A blank may stand for a pause, part the columns of a table or pad a name, so only those go that break a word: where
//! what follows is much likelier right behind what stands before than anywhere. Blanks inside quotes and brackets go
//! by their place alone.

use std::ops::Range;

use memchr::{memchr_iter, memchr3_iter};

use crate::edit::RuleId;
use crate::filters::{Filter, Proposals};
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

/// The same for a mark, which is rarely between two characters by accident.
const MARK: f32 = 3.6;

/// Deletes the blank or the mark inside a word.
pub struct Joins {
    blank: RuleId,
    beside_mark: RuleId,
    mark: RuleId,
}

impl Joins {
    /// The filter; it needs no rules.
    pub fn new() -> Self {
        let rule = |name: &str| RuleId::new(format!("joins/{name}"));
        Self { blank: rule("blank-in-word"), beside_mark: rule("blank-beside-mark"), mark: rule("mark-in-word") }
    }
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

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        let text = page.text;
        let mut after_pause = Vec::new();
        let mut found = 0;
        for at in memchr_iter(b' ', text.as_bytes()) {
            let gap = at..at + 1;
            let (Some(before), Some(after)) = (char_before(text, at), char_after(text, at + 1)) else { continue };
            match (is_han(before), is_han(after)) {
                (true, true) => {
                    if let Some(bond) = broken_word(text, &gap, BLANK) {
                        edits.replace_with_gain(gap, "", &self.blank, bond);
                        found += 1;
                    }
                }
                (true, false) if CLOSING.contains(after) => {
                    edits.delete(gap, &self.beside_mark);
                    found += 1;
                }
                (false, true) if OPENING.contains(before) => {
                    edits.delete(gap, &self.beside_mark);
                    found += 1;
                }
                (false, true) if PAUSE.contains(before) => after_pause.push(gap),
                _ => {}
            }
        }
        // Blanks behind commas are a habit of some writers; where words are broken too, and most commas have none, they
        // are damage.
        if found >= 2 && after_pause.len() * 4 < text.matches('，').count() {
            after_pause.into_iter().for_each(|gap| edits.delete(gap, &self.beside_mark));
        }
        let marks = memchr3_iter(b'*', b'&', b'^', text.as_bytes()).chain(memchr_iter(b'-', text.as_bytes()));
        for at in marks {
            let gap = at..at + 1;
            // Two marks near each other are markup or a product of three sides.
            let near = |c: &char| text[at..].starts_with(*c);
            let paired = text[at + 1..].chars().take(20).any(|c| near(&c)) || text[..at].chars().rev().take(20).any(|c| near(&c));
            if !paired
                && let (Some(before), Some(after)) = (char_before(text, at), char_after(text, at + 1))
                && is_han(before)
                && is_han(after)
                && let Some(bond) = broken_word(text, &gap, MARK)
            {
                edits.replace_with_gain(gap, "", &self.mark, bond);
            }
        }
    }
}

const CLOSING: &str = "，。、；：？！”》）】〉」』";
const OPENING: &str = "“《（【〈「『";
const PAUSE: &str = "，；：、";

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

fn char_after(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// How firmly the two characters around a gap make one word, if they do: what follows must be likely there, and the two
/// sides must not be words already.
fn broken_word(text: &str, gap: &Range<usize>, least: f32) -> Option<f32> {
    let model = LanguageModel::embedded();
    // Blanks between single characters (联 系 人) do not part the context.
    let mut left: Vec<char> = Vec::with_capacity(4);
    for c in text[..gap.start].chars().rev().take(8) {
        match c {
            '\n' => break,
            ' ' => {}
            _ if left.len() == 4 => break,
            c => left.push(c),
        }
    }
    left.reverse();
    let (&last, earlier) = left.split_last()?;
    let bond = |before: &[char], c: char| {
        let (c, state) = (model.symbol(c), before.iter().fold(State::BLANK, |state, &c| model.advance(state, model.symbol(c))));
        model.log_prob(state, c) - model.log_frequency(c)
    };
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
        assert_eq!(cleaned("他唱了《 茉莉花 》，大家都听。"), "他唱了《茉莉花》，大家都听。");
        assert_eq!(cleaned("电 话：12345"), "电话：12345");
    }

    #[test]
    fn pauses_columns_and_names_stay() {
        for text in
            ["记者 何小舟 通讯员 江大路", "姓名 电话 地址", "春眠不觉晓 处处闻啼鸟", "长*宽*高", "北京 上海 天津", "甲，  乙"]
        {
            assert_eq!(cleaned(text), text);
        }
    }
}
