//! Brackets that hold the reading of the character before them.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::memmem;

use crate::script::is_han;

/// A character with its reading, or a digit with itself, in brackets behind it.
pub(super) struct Annotation<'t> {
    /// The character that is annotated.
    pub(super) character: char,
    /// The content of the bracket.
    pub(super) reading: &'t str,
    /// The bracket and those after it that repeat it.
    pub(super) bracket: Range<usize>,
    /// Whether the character is part of running text: another one stands before it or behind the bracket.
    pub(super) running: bool,
}

/// The longest content of a bracket, in bytes: six letters, one with a tone mark, and blanks.
const LONGEST: usize = 12;

/// All annotations of a text, in order. A text without brackets costs one search.
pub(super) fn annotations(text: &str) -> Vec<Annotation<'_>> {
    let mut found: Vec<Annotation<'_>> = Vec::new();
    for at in openings(text) {
        if let Some(last) = found.last_mut().filter(|last| last.bracket.end == at) {
            // (guo)(guo)
            if let Some(end) = bracket(text, at).filter(|(_, content)| is_reading(last.character, content)).map(|(end, _)| end) {
                last.bracket.end = end;
                last.running |= begins_running(&text[end..]);
            }
            continue;
        }
        let Some(character) = text[..at].chars().next_back() else { continue };
        let Some((end, content)) = bracket(text, at) else { continue };
        if is_reading(character, content) {
            let before = text[..at - character.len_utf8()].chars().next_back();
            let joined = found.last().is_some_and(|last| last.bracket.end == at - character.len_utf8());
            let running = joined || before.is_some_and(|c| is_han(c) || c.is_ascii_digit()) || begins_running(&text[end..]);
            found.push(Annotation { character, reading: content, bracket: at..end, running });
        }
    }
    found
}

/// Where brackets open, in order.
fn openings(text: &str) -> Vec<usize> {
    let mut openings: Vec<usize> = memchr::memchr_iter(b'(', text.as_bytes()).collect();
    openings.extend(memmem::find_iter(text.as_bytes(), "（"));
    openings.sort_unstable();
    openings
}

/// The end and the content of a short bracket that opens here.
fn bracket(text: &str, at: usize) -> Option<(usize, &str)> {
    let open = text[at..].chars().next()?;
    let start = at + open.len_utf8();
    let limit = (start..=text.len().min(start + LONGEST + 3)).rev().find(|&end| text.is_char_boundary(end))?;
    let (length, close) = text[start..limit].char_indices().find(|&(_, c)| matches!(c, ')' | '）'))?;
    Some((start + length + close.len_utf8(), text[start..start + length].trim()))
}

/// Whether the text goes on with a Han character or a digit.
fn begins_running(rest: &str) -> bool {
    rest.chars().next().is_some_and(|c| is_han(c) || c.is_ascii_digit())
}

/// Whether a bracket's content is a reading of a character, or a digit itself.
fn is_reading(character: char, content: &str) -> bool {
    if character.is_ascii_digit() {
        return content.chars().eq([character]);
    }
    if !is_han(character) || content.is_empty() {
        return false;
    }
    let mut syllable = String::with_capacity(6);
    let toned = content.strip_suffix(|c: char| matches!(c, '0'..='5')).unwrap_or(content);
    for c in toned.chars() {
        let Some(plain) = plain(c) else { return false };
        syllable.push(plain);
    }
    SYLLABLES.get(&character).is_some_and(|syllables| syllables.contains(&syllable.as_str()))
}

/// A letter of a syllable without its tone mark; ü is v.
fn plain(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' | 'ê' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ü' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'v',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        'ɡ' => 'g',
        _ => return None,
    })
}

/// The syllables that each character is read as.
static SYLLABLES: LazyLock<HashMap<char, Vec<&'static str>>> = LazyLock::new(|| {
    let mut syllables: HashMap<char, Vec<&str>> = HashMap::with_capacity(30_000);
    let rows = include_str!("../../../rules/readings.tsv").lines().filter(|row| !row.starts_with('#'));
    for (syllable, characters) in rows.filter_map(|row| row.split_once('\t')) {
        for character in characters.chars() {
            syllables.entry(character).or_default().push(syllable);
        }
    }
    syllables
});
