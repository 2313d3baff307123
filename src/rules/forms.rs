//! What spinners make of the words of page templates, so that a rule about 展开剩余 also finds 伸开剩余.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A word and what spinners make of it.
type Word = (&'static str, Vec<&'static str>);

/// The words of `rules/forms.tsv` by their first character.
static WORDS: LazyLock<BTreeMap<char, Vec<Word>>> = LazyLock::new(|| {
    let mut words = BTreeMap::<char, Vec<Word>>::new();
    for (word, forms) in rows() {
        words.entry(word.chars().next().unwrap_or_default()).or_default().push((word, forms));
    }
    words
});

fn rows() -> impl Iterator<Item = Word> {
    let rows = include_str!("../../rules/forms.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).map(|(word, forms)| (word, forms.split('|').collect()))
}

/// The word that a text begins with, if it is a known one; `c` is the text's first character.
fn word_at(text: &str, c: char) -> Option<&'static Word> {
    WORDS.get(&c)?.iter().find(|(word, _)| text.starts_with(word))
}

/// The pattern with each known word standing also for its forms.
pub(super) fn in_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some((word, forms)) = word_at(rest, c) {
            out.extend(["(?:", word, "|", &forms.join("|"), ")"]);
            rest = &rest[word.len()..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The keyword, and what it becomes when known words in it take one of their forms.
pub(super) fn of_keyword(keyword: &str) -> Vec<String> {
    let mut keywords = vec![String::new()];
    let mut rest = keyword;
    while let Some(c) = rest.chars().next() {
        let (word, forms) = match word_at(rest, c) {
            Some((word, forms)) => (*word, forms.as_slice()),
            None => (&rest[..c.len_utf8()], [].as_slice()),
        };
        if forms.is_empty() {
            keywords.iter_mut().for_each(|keyword| keyword.push_str(word));
        } else {
            let pieces = || std::iter::once(word).chain(forms.iter().copied());
            keywords = keywords.iter().flat_map(|start| pieces().map(move |piece| format!("{start}{piece}"))).collect();
        }
        rest = &rest[word.len()..];
    }
    keywords
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_their_forms() {
        assert!(in_pattern("^展开剩余").starts_with("^(?:展开|"));
        assert!(of_keyword("展开剩余").contains(&"伸开剩余".to_owned()));
        assert_eq!(of_keyword("口"), ["口"]);
        assert_eq!(in_pattern(r"\d{1,2}页"), r"\d{1,2}页");
    }

    #[test]
    fn the_table_is_sorted_and_unique() {
        assert!(rows().zip(rows().skip(1)).all(|(one, next)| one.0 < next.0));
        for (word, forms) in rows() {
            assert!(!forms.contains(&word), "{word} is a form of itself");
        }
    }
}
