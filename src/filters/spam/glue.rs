//! Where a pitch ends and the article goes on, without a mark between them.

use std::sync::LazyLock;

use regex::Regex;

use crate::language::{LanguageModel, State};

/// What belongs to a contact: the bracket around it, whose it is, and that it is two messengers'.
static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[】》）)\]★]*(?:[（(\[【]?(?:\p{Han}{1,2}(?:经理|小姐|老师|先生|女士|主任|顾问)|(?:微信|电话|QQ)?同号|同微)[)）\]】]?)?")
        .expect("the pattern is valid")
});

/// How many characters behind the last word of a pitch may be its own.
const REACH: usize = 10;
/// How many characters tell whether a line can begin with them.
const BEGINNING: usize = 4;
/// By how many nats they must be likelier at the start of a line than behind what stands there.
const CLEAR: f32 = 4.0;
/// Behind a pitch, an article goes on for so many bytes at least where that is not clear: 30 Chinese characters.
const LONG: usize = 90;

/// Where a contact that ends at a place of a text is over, with what belongs to it.
pub(super) fn behind_contact(text: &str, end: usize) -> usize {
    end + BEHIND.find(&text[end..]).map_or(0, |found| found.end())
}

/// Where an article begins behind the last word of a pitch, before the next mark; `None` where nothing reads like a
/// beginning and the pitch may well go on to the end.
pub(super) fn border(text: &str, word: usize) -> Option<usize> {
    let places = text[word..].char_indices().take(REACH).take_while(|(_, c)| c.is_alphanumeric());
    let gains = places.map(|(at, _)| (word + at, gain(text, word + at)));
    let (at, gain) = gains.max_by(|a, b| a.1.total_cmp(&b.1))?;
    (gain >= if text.len() - at >= LONG { 0.0 } else { CLEAR }).then_some(at)
}

/// By how many nats what follows a place is likelier at the start of a line.
fn gain(text: &str, at: usize) -> f32 {
    let model = LanguageModel::embedded();
    let before = text[..at].char_indices().rev().nth(BEGINNING).map_or(&text[..at], |(start, _)| &text[start..at]);
    let after = text[at..].char_indices().nth(BEGINNING).map_or(&text[at..], |(end, _)| &text[at..at + end]);
    let behind = model.state_after(State::BLANK, before.chars());
    model.score_from(State::START, after).1 - model.score_from(behind, after).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_takes_what_belongs_to_it() {
        for (text, rest) in [
            ("138】(张经理)雾散了", "雾散了"),
            ("138同号雾散了", "雾散了"),
            ("138王小姐 雾散了", " 雾散了"),
            ("138雾散了", "雾散了"),
        ] {
            assert_eq!(&text[behind_contact(text, 3)..], rest);
        }
    }

    #[test]
    fn an_article_begins_where_a_line_can() {
        let begins = |text: &str, word: &str| {
            let at = border(text, text.find(word).expect("it is there") + word.len())?;
            text[at..].chars().next()
        };
        assert_eq!(begins("诚信可靠，值得信赖记者昨天从市公安局获悉，渡口停航了。", "值得"), Some('记'));
        assert_eq!(begins("诚信可靠，值得信赖您的选择", "值得"), None);
    }
}
