//! What spinners make of the words of page templates, so that a rule about 展开剩余 also finds 伸开剩余.

use std::sync::LazyLock;

/// Words and their forms, from `rules/forms.tsv`.
static FORMS: LazyLock<Vec<(&'static str, Vec<&'static str>)>> = LazyLock::new(|| {
    let rows = include_str!("../../rules/forms.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).map(|(word, forms)| (word, forms.split('|').collect())).collect()
});

/// The pattern with each known word standing also for its forms.
pub(super) fn in_pattern(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some((word, forms)) = FORMS.iter().find(|(word, _)| rest.starts_with(word)) {
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
        let (word, forms) = match FORMS.iter().find(|(word, _)| rest.starts_with(word)) {
            Some((word, forms)) => (*word, forms.as_slice()),
            None => (&rest[..c.len_utf8()], [].as_slice()),
        };
        let pieces = || std::iter::once(word).chain(forms.iter().copied());
        keywords = keywords.iter().flat_map(|start| pieces().map(move |piece| format!("{start}{piece}"))).collect();
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
        assert!(FORMS.windows(2).all(|two| two[0].0 < two[1].0));
        for (word, forms) in FORMS.iter() {
            assert!(!forms.contains(word), "{word} is a form of itself");
        }
    }
}
