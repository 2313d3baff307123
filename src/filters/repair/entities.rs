//! HTML entities that a scraper left in the text: `&ldquo;`, `&#25105;`, `&amp;nbsp;`, `&nbsp` without its semicolon,
//! `#xff0c;` without its ampersand.
//!
//! A run of entities with nothing between them is one finding. Entities inside web addresses stay, and so do those that
//! are shown rather than used.

use std::ops::Range;

use memchr::memchr2;

use super::talk::{ESCAPE_RULES, Escaped, in_address, is_shown, talks};
use crate::page::Page;

/// The longest name of the HTML standard, in bytes.
const LONGEST_NAME: usize = 31;

/// The runs of entities on a page, in order.
pub(super) fn find(page: Page<'_>) -> Vec<Escaped> {
    let mut found = Vec::new();
    if memchr2(b'&', b'#', page.text.as_bytes()).is_none() {
        return found;
    }
    for line in page.lines() {
        let mut talked_about = None;
        let mut at = 0;
        while let Some(next) = memchr2(b'&', b'#', &line.whole.as_bytes()[at..]) {
            let Some((range, text)) = run(line.whole, at + next) else {
                at += next + 1;
                continue;
            };
            at = range.end;
            if !is_prose(&text) && is_shown(line.whole, &range) || in_address(line.whole, range.start) {
                continue;
            }
            if text == "&" && !joins_names(line.whole, &range) {
                continue;
            }
            let talked_about = *talked_about.get_or_insert_with(|| talks(line) && !is_prose(&text));
            found.push(Escaped { range: line.start + range.start..line.start + range.end, text, talked_about });
        }
    }
    found
}

/// The run of entities that starts here, and what it stands for.
fn run(line: &str, start: usize) -> Option<(Range<usize>, String)> {
    let mut text = String::new();
    let mut at = start;
    while let Some((length, decoded)) = entity(&line[at..]) {
        at += length;
        text.push_str(&decoded);
    }
    (at > start).then_some((start..at, text))
}

/// The entity that a text starts with: its length in bytes and what it stands for. `&amp;nbsp;`, escaped twice, is one.
fn entity(text: &str) -> Option<(usize, String)> {
    let (mut length, mut decoded) = reference(text)?;
    while decoded == "&" {
        let again = format!("&{}", &text[length..]);
        match reference(&again) {
            Some((inner, value)) => {
                length += inner - 1;
                decoded = value;
            }
            None => break,
        }
    }
    Some((length, decoded))
}

/// One level of escaping.
fn reference(text: &str) -> Option<(usize, String)> {
    if let Some(number) = text.strip_prefix("&#") {
        return numeric(number).map(|(length, value)| (length + 2, value));
    }
    text.strip_prefix('#').map_or_else(|| named(text), bare)
}

/// The number of an entity that lost its ampersand, where that is beyond doubt: it is closed, and stands for what Chinese
/// text is made of.
fn bare(number: &str) -> Option<(usize, String)> {
    let (length, value) = numeric(number).filter(|&(length, _)| number[..length].ends_with(';'))?;
    let chinese =
        |c| matches!(c, '\u{2014}'..='\u{2026}' | '\u{3000}'..='\u{303F}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}');
    value.chars().all(chinese).then_some((1 + length, value))
}

/// `&name;`, or the name alone where the standard or the rules allow it.
fn named(text: &str) -> Option<(usize, String)> {
    let name = text.strip_prefix('&')?;
    let length = name.bytes().take(LONGEST_NAME + 1).take_while(u8::is_ascii_alphanumeric).count();
    let (name, rest) = name.split_at(length);
    if length == 0 {
        return None;
    }
    let closed = rest.starts_with(';');
    if !closed && (rest.starts_with('=') || !ESCAPE_RULES.bare.iter().any(|known| known == name)) {
        return None;
    }
    let whole = format!("&{name};");
    let decoded = html_escape::decode_html_entities(&whole);
    (decoded != whole).then(|| (1 + length + usize::from(closed), decoded.into_owned()))
}

/// `25105;` or `x6211;`, the semicolon at will where the next character cannot be meant as a digit. Numbers of the C1
/// range stand for what Windows-1252 has there, as browsers read them; two surrogates stand for one character.
fn numeric(text: &str) -> Option<(usize, String)> {
    let (length, code) = number(text)?;
    if (0xD800..0xDC00).contains(&code) {
        let rest = text[length..].strip_prefix("&#")?;
        let (more, low) = number(rest)?;
        let pair = char::decode_utf16([u16::try_from(code).ok()?, u16::try_from(low).ok()?]).next()?.ok()?;
        return Some((length + 2 + more, pair.to_string()));
    }
    let value = match code {
        0x80..=0x9F => {
            let byte = [u8::try_from(code).ok()?];
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.into_owned()
        }
        9 | 10 => char::from_u32(code)?.to_string(),
        // A carriage return: the line feed after it ends the line already.
        13 => if text[length..].starts_with(['\r', '\n']) || text[length..].starts_with("&#10;") { "" } else { "\n" }.to_owned(),
        0..=0x1F | 0x7F => return None,
        _ => char::from_u32(code)?.to_string(),
    };
    Some((length, value))
}

/// The digits of a numeric entity with their `x` and semicolon: how long they are and their value.
fn number(text: &str) -> Option<(usize, u32)> {
    let (digits, radix, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 1),
        None => (text, 10, 0),
    };
    let length = digits.chars().take_while(|c| c.is_digit(radix)).count();
    let code = u32::from_str_radix(digits.get(..length.min(8))?, radix).ok()?;
    let closed = digits[length..].starts_with(';');
    // Without a semicolon only what is plainly a character of a text: four digits and more.
    (closed || length >= 4).then_some((prefix + length + usize::from(closed), code))
}

/// Whether an ampersand stands between two words, as in the name of a firm.
fn joins_names(line: &str, range: &Range<usize>) -> bool {
    let (before, after) = (&line[..range.start], &line[range.end..]);
    let before = before.strip_suffix(' ').unwrap_or(before);
    let after = after.strip_prefix(' ').unwrap_or(after);
    before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)
}

/// Whether a run stands for words: nobody shows an escape by spelling a sentence with it.
fn is_prose(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic() && !c.is_ascii()).count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        entity(text).map_or_else(String::new, |(length, value)| format!("{value}|{}", &text[length..]))
    }

    #[test]
    fn names_numbers_and_double_escapes() {
        assert_eq!(decoded("&ldquo;河"), "“|河");
        assert_eq!(decoded("&#27827;边"), "河|边");
        assert_eq!(decoded("&#x6CB3;边"), "河|边");
        assert_eq!(decoded("&#27827边"), "河|边");
        assert_eq!(decoded("&amp;amp;hellip;。"), "…|。");
        assert_eq!(decoded("&amp;#27827;"), "河|");
        assert_eq!(decoded("&#55357;&#56832;"), "😀|");
        assert_eq!(decoded("&#150;"), "–|");
        assert_eq!(decoded("&nbsp河"), "\u{a0}|河");
        assert_eq!(decoded("#xff0c;河"), "，|河");
        assert_eq!(decoded("#27827;边"), "河|边");
    }

    #[test]
    fn what_is_no_entity() {
        for text in ["&", "&;", "&str,", "&#;", "&#12", "&#x110000;", "&#55357;", "&copy=2", "&nbspace", "&fooo;", "&#0;"] {
            assert_eq!(decoded(text), "", "{text}");
        }
        for text in ["#xff0c", "#12;", "#x41;", "#"] {
            assert_eq!(decoded(text), "", "{text}");
        }
    }
}
