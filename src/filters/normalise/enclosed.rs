//! Enclosed letters in the words by which advertisements name a way to reach them: ⓥ信, 🅠🅠, Ⓦⓔⓘⓧⓘⓝ. Elsewhere they are signs
//! that mean themselves, as Ⓜ, ⓘ and 🅱 do.

use super::rows;

/// The enclosed letters of the contact word that the enclosed letter at `at` begins or stands first in, each with its place and the letter
/// in it; none where it stands in no such word.
pub(super) fn letters(text: &str, at: usize) -> Vec<(usize, char)> {
    let start = text[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    let end = text[at..].find(|c| opened(c).is_none()).map_or(text.len(), |len| at + len);
    let spelt: String = text[start..end].chars().filter_map(opened).map(|c| c.to_ascii_lowercase()).collect();
    let rest = &text[end..];
    let is_contact = rows(include_str!("../../../rules/contact-words.tsv")).any(|word| {
        let tail = word.strip_prefix(spelt.as_str());
        tail.is_some_and(|tail| rest.starts_with(tail) && (spelt.len() > 1 || !tail.is_empty()))
    });
    if !is_contact {
        return Vec::new();
    }
    let enclosed = text[at..end].char_indices().filter(|(_, c)| !c.is_ascii());
    enclosed.filter_map(|(offset, c)| Some((at + offset, opened(c)?))).collect()
}

/// The letter that a character is or encloses.
fn opened(c: char) -> Option<char> {
    let nth = |first: char, a: u8| u8::try_from(c as u32 - first as u32).ok().map(|nth| char::from(a + nth));
    match c {
        c if c.is_ascii_alphabetic() => Some(c),
        '\u{249C}'..='\u{24B5}' => nth('\u{249C}', b'a'),
        '\u{24B6}'..='\u{24CF}' => nth('\u{24B6}', b'A'),
        '\u{24D0}'..='\u{24E9}' => nth('\u{24D0}', b'a'),
        '\u{1F130}'..='\u{1F149}' => nth('\u{1F130}', b'A'),
        '\u{1F150}'..='\u{1F169}' => nth('\u{1F150}', b'A'),
        '\u{1F170}'..='\u{1F189}' => nth('\u{1F170}', b'A'),
        _ => None,
    }
}
