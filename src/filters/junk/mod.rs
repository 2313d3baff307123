//! Removes what is neither the article nor the site: remains of markup, doubled commas, and question marks left where spaces were
//! lost.
//!
//! A page that went through a wrong encoding has `?` for each no-break space: 义卖。? ? ??热心市民. Those marks stand
//! after a full stop, at the start of a line, or among blanks, where no question ends. A mark right behind words stays.

use std::ops::Range;

use memchr::memchr_iter;

use crate::characters::CharacterSet;
use crate::edit::RuleId;
use crate::filters::normalise::rows;
use crate::filters::{Filter, Proposals};
use crate::keywords::Keywords;
use crate::page::Page;
use crate::rules::{RuleSet, Rules};

mod jam;
mod marks;

/// Deletes remains of markup and stray question marks.
pub struct Junk {
    rules: RuleSet,
    stray: RuleId,
    jam: RuleId,
    comma: RuleId,
}

impl Junk {
    /// The filter over the `junk` rules.
    pub fn new(rules: &Rules) -> Self {
        Self {
            rules: RuleSet::new(rules.of("junk")),
            stray: RuleId::new("junk/lost-space"),
            jam: RuleId::new("junk/jam"),
            comma: RuleId::new("junk/doubled-comma"),
        }
    }
}

/// The marks between which jam may stand.
pub(super) fn characters() -> &'static CharacterSet {
    &jam::ENDS
}

impl Filter for Junk {
    fn name(&self) -> &'static str {
        "junk"
    }

    fn keywords(&self) -> Vec<&Keywords> {
        vec![self.rules.keywords()]
    }

    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
        // Rules, words and the model are in simplified characters.
        let folded = page.folded();
        let page = folded.as_deref().map_or(page, Page::new);
        edits.delete_found(self.rules.find(page));
        jam::find(page).into_iter().for_each(|range| edits.delete(range, &self.jam));
        marks::find(page.text).into_iter().for_each(|range| edits.delete(range, &self.comma));
        for (range, after) in stray_marks(page.text) {
            edits.replace(range, after, &self.stray);
        }
    }
}

/// From how many question marks on that ask nothing a page is one that lost its spaces.
const LEAST_STRAY: usize = 4;

/// Runs of question marks and blanks in which no mark ends a question, and what belongs in their place.
fn stray_marks(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut stray: Vec<(Range<usize>, &'static str)> = Vec::new();
    // Marks behind words: those of clauses that do not ask, and how many do.
    let (mut doubtful, mut asked) = (Vec::new(), 0);
    let mut read = 0;
    for at in memchr_iter(b'?', text.as_bytes()) {
        if at < read {
            continue;
        }
        let start = at - (text[..at].len() - text[..at].trim_end_matches(is_blank).len());
        let rest = &text[at..];
        let end = at + rest.len() - rest.trim_start_matches(|c| c == '?' || is_blank(c)).len();
        read = end;
        let before = text[..start].chars().next_back().filter(|&c| c != '\n');
        let after = text[end..].chars().next().filter(|&c| c != '\n' && c != '\r');
        if !is_chinese(before, after) {
            continue;
        }
        let run = &text[start..end];
        let ends_question = before.is_some_and(char::is_alphanumeric) || before.is_some_and(|c| "”』」）》】)\"".contains(c));
        if !ends_question {
            if before.is_none_or(|c| "。！？；：，、…～■▲▼◆●★↓!;:,.".contains(c)) {
                stray.push((start..end, ""));
            }
            continue;
        }
        // Behind words: the first mark may end a question, marks after a blank do not.
        let first = run.len() - run.trim_start_matches('?').len();
        let tail = run[first..].trim_start_matches(is_blank);
        let asks = first > 0 && asks(clause_before(text, start));
        if !tail.contains('?') {
            let in_number =
                before.is_some_and(|c| c.is_ascii_digit()) && after.is_some_and(|c| "元年月日时分万亿米个人岁".contains(c));
            if asks {
                asked += 1;
            } else if in_number {
                stray.push((start..end, ""));
            } else {
                doubtful.push((
                    start..end,
                    if after.is_some_and(char::is_alphanumeric) && before.is_some_and(char::is_alphanumeric) { " " } else { "" },
                ));
            }
            continue;
        }
        let from = if asks { start + first } else { start };
        let glue = after.is_some_and(char::is_alphanumeric) && !asks;
        stray.push((from..end, if glue { " " } else { "" }));
    }
    // Where a page has many marks that ask nothing, they are lost spaces too.
    if doubtful.len() + stray.len() >= LEAST_STRAY && doubtful.len() + stray.len() >= 4 * asked {
        stray.extend(doubtful);
    }
    stray
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{3000}' | '\t')
}

/// Whether a run stands in Chinese text, not in English, code or an address.
fn is_chinese(before: Option<char>, after: Option<char>) -> bool {
    let wide = |c: Option<char>| c.is_some_and(|c| c >= '\u{2000}');
    match (before, after) {
        (None, None) => false,
        (None, after) => wide(after),
        (before, _) => wide(before),
    }
}

/// The words from the mark before to `end`.
fn clause_before(text: &str, end: usize) -> &str {
    let is_mark = |c: char| "。！？；，、…\n!;,?".contains(c);
    text[..end].rsplit(is_mark).next().unwrap_or_default()
}

/// Whether a clause has a word that asks, one of `rules/questions.tsv`.
fn asks(clause: &str) -> bool {
    rows(include_str!("../../../rules/questions.tsv")).any(|word| clause.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_traditional_script_stay() {
        let text = "你們來嗎?他問。\n這艘船什麼時候開?沒有人說話。\n為什麼停航?船長搖頭。\n誰見過這樣的雪?老人們都沒有。\n";
        let mut proposals = Proposals::new(text);
        Junk::new(&Rules::embedded().expect("valid rules")).propose(Page::new(text), &mut proposals);
        assert_eq!(proposals.into_pass("junk").made.apply(text), text);
    }

    fn cleaned(text: &str) -> String {
        let mut out = text.to_owned();
        for (range, after) in stray_marks(text).into_iter().rev() {
            out.replace_range(range, after);
        }
        out
    }

    #[test]
    fn marks_of_lost_spaces_go() {
        assert_eq!(cleaned("桥通了。? ? ??大家都来看。 ?\n? ?第二天下雨。"), "桥通了。大家都来看。\n第二天下雨。");
        assert_eq!(cleaned("周五? ? ??义卖开始"), "周五 义卖开始");
        assert_eq!(cleaned("你来吗? ? ?他点头。"), "你来吗?他点头。");
    }

    #[test]
    fn real_questions_stay() {
        for text in ["你来吗?他问。", "真的叫“小明”?", "Who? Me? 是的", "a?b=1", "什么??", "? ?", "你是谁? 我是我"]
        {
            assert_eq!(cleaned(text), text, "{text}");
        }
    }
}
