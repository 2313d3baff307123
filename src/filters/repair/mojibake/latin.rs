//! UTF-8 read in a code page of one byte a character, where the text is in no need of a Chinese model: `Ã©` for é,
//! `â€™` for ’, `РґРѕ` for до.
//!
//! The characters of a code page that look like the bytes of one UTF-8 character are a match. A match of three bytes and
//! more is no chance; one of two bytes counts where it stands in a word as no letters do, or where the whole line is made of
//! such matches. The idea, and what to beware of, are those of ftfy by Robyn Speer.

use std::ops::Range;
use std::sync::LazyLock;

use encoding_rs::{
    Encoding, ISO_8859_2, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
};

use super::Repaired;
use crate::edit::RuleId;
use crate::page::Line;
use crate::script::is_han;

/// The upper half of each code page, the likeliest first.
static PAGES: LazyLock<Vec<CodePage>> = LazyLock::new(|| {
    let encodings = [WINDOWS_1252, WINDOWS_1251, MACINTOSH, WINDOWS_1250, WINDOWS_1257, ISO_8859_2, WINDOWS_1253, WINDOWS_1254];
    let mut pages: Vec<CodePage> = encodings.into_iter().map(CodePage::of).collect();
    pages.push(CodePage::new(IBM437.chars().collect(), false));
    pages
});

/// The upper half of the code page of the IBM PC.
const IBM437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// What a code page shows for the bytes from 0x80 on.
struct CodePage {
    chars: Vec<char>,
    /// The characters with their bytes, in order of code point.
    bytes: Vec<(char, u8)>,
    /// Whether C1 controls stand for themselves, as in Latin-1.
    western: bool,
}

impl CodePage {
    fn of(encoding: &'static Encoding) -> Self {
        let bytes: Vec<u8> = (0x80..=0xFF).collect();
        Self::new(encoding.decode_without_bom_handling(&bytes).0.chars().collect(), encoding == WINDOWS_1252)
    }

    fn new(chars: Vec<char>, western: bool) -> Self {
        let mut bytes: Vec<(char, u8)> = chars.iter().copied().zip(0x80..=0xFF).filter(|&(c, _)| c != '\u{FFFD}').collect();
        bytes.sort_unstable();
        Self { chars, bytes, western }
    }

    /// The byte behind a character beyond ASCII; no code page of one byte has Han or Hangul.
    fn byte(&self, c: char) -> Option<u8> {
        if matches!(c, '\u{2E80}'..='\u{D7FF}') {
            return None;
        }
        let known = self.bytes.binary_search_by_key(&c, |&(known, _)| known).ok();
        let byte = known.map(|at| self.bytes[at].1);
        // Latin-1 and Windows-1252 are mixed everywhere; the other pages are not.
        let control = || u8::try_from(u32::from(c)).ok().filter(|byte| self.western && (0x80..=0x9F).contains(byte));
        byte.or_else(control)
    }
}

/// Characters of a code page that are the bytes of one UTF-8 character.
#[derive(Clone, Debug)]
struct Match {
    /// Bytes of the line.
    range: Range<usize>,
    /// What the bytes say; U+FFFD where one of them is lost.
    meant: char,
    /// Whether it is like no part of a word: a sign, a capital after a small letter.
    odd: bool,
    /// Whether it is beyond doubt by itself.
    sure: bool,
}

/// The runs of a line that the likeliest code page explains; it must hold characters that [stand together](stand_together).
pub(super) fn find(line: Line<'_>) -> Vec<Repaired> {
    // Of letters in a row the last would be lost with a lost character behind it, and then the one before it.
    let in_a_row = |start: usize| line.whole[..start].ends_with(|c: char| !c.is_ascii() && !is_han(c));
    let told = best(line.whole, false)
        .into_iter()
        .filter(|(range, text)| !in_a_row(range.start) || text.chars().any(|c| c != '\u{FFFD}'));
    let found = told.map(|(range, text)| Repaired {
        range: line.start + range.start..line.start + range.end,
        text,
        rule: RuleId::new("repair/utf-8-as-code-page"),
        gain: None,
    });
    found.collect()
}

/// Whether two characters beyond ASCII stand together that are neither Han nor the marks of Chinese text.
fn is_suspicious(line: &str) -> bool {
    let mut last = ' ';
    line.chars().any(|c| stand_together(std::mem::replace(&mut last, c), c))
}

/// Whether these are two characters beyond ASCII that are neither Han nor, both of them, marks of Chinese text.
pub(super) fn stand_together(one: char, other: char) -> bool {
    let single = |c: char| ('\u{80}'..'\u{2600}').contains(&c) || c == '\u{FFFD}';
    single(one) && single(other) && !(is_mark(one) && is_mark(other))
}

/// Whether a character that is not Han is a mark of Chinese text, or stands for any.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '—' | '…' | '“' | '”' | '‘' | '’' | '·' | '•' | '–' | '\u{A0}' | '\u{FFFD}')
}

/// The runs of matches in the code page that explains most, each with its text after all rounds. What came out of a round
/// may go through another one `again` more easily.
fn best(line: &str, again: bool) -> Vec<(Range<usize>, String)> {
    let mut most = (0, Vec::new());
    for page in PAGES.iter() {
        let found = matches(line, page, again);
        if found.len() > most.0 {
            most = (found.len(), found);
        }
    }
    let mut runs: Vec<(Range<usize>, String)> = Vec::new();
    for Match { range, meant, .. } in most.1 {
        match runs.last_mut() {
            Some((run, text)) if run.end == range.start => {
                run.end = range.end;
                text.push(meant);
            }
            _ => runs.push((range, meant.into())),
        }
    }
    for (_, text) in &mut runs {
        *text = further(text);
    }
    runs
}

/// A run after further rounds; each makes it shorter.
fn further(text: &str) -> String {
    if !is_suspicious(text) {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut copied = 0;
    for (range, inner) in best(text, true) {
        out.push_str(&text[copied..range.start]);
        out.push_str(&inner);
        copied = range.end;
    }
    out + &text[copied..]
}

/// The matches that count.
fn matches(line: &str, page: &CodePage, again: bool) -> Vec<Match> {
    let mut found = Vec::new();
    let (mut unexplained, mut at) = (0, 0);
    while let Some(c) = line[at..].chars().next() {
        let next = match_at(line, at, page).or_else(|| spaced(line, at, page));
        at = next.as_ref().map_or(at + c.len_utf8(), |found| found.range.end);
        unexplained += usize::from(next.is_none() && !c.is_ascii());
        found.extend(next);
    }
    // A line that is all matches is no chance; a damaged match is explained by the others only.
    let clear = found.iter().filter(|found| found.meant != '\u{FFFD}').count();
    let odd = found.iter().filter(|found| found.odd).count();
    let enough = if again { unexplained == 0 } else { clear >= 2 && odd * 2 >= clear && unexplained * 4 <= clear };
    let all = enough && found.iter().all(|found| is_used(found.meant));
    let any = all || found.iter().any(|found| found.sure);
    found.retain(|found| all || found.sure || any && (found.meant == '\u{FFFD}' || unexplained == 0 && is_letter(found.meant)));
    if any && page.western {
        found.extend(controls(line));
        found.sort_by_key(|found| found.range.start);
        found.dedup_by(|next, kept| next.range.start < kept.range.end);
    }
    found
}

/// The characters of Windows-1252 that stand as C1 controls.
fn controls(line: &str) -> impl Iterator<Item = Match> {
    let single = |(at, c): (usize, char)| {
        let byte = u8::try_from(u32::from(c)).ok().filter(|byte| (0x80..=0x9F).contains(byte))?;
        let meant = *PAGES[0].chars.get(usize::from(byte) - 0x80)?;
        (meant != c).then(|| Match { range: at..at + c.len_utf8(), meant, odd: true, sure: true })
    };
    line.char_indices().filter_map(single)
}

/// A match whose no-break space became a plain one: `Ã la carte`, `Å veice`, `Ð ÑƒÑ`.
fn spaced(line: &str, at: usize, page: &CodePage) -> Option<Match> {
    let lead = line[at..].chars().next().filter(|c| !c.is_ascii())?;
    let end = at + lead.len_utf8();
    let next = line[end..].strip_prefix(' ')?.chars().next()?;
    let starts_word = line[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    let (range, meant) = match page.byte(lead)? {
        0xC3 if starts_word && next.is_lowercase() => (at..end, 'à'),
        0xC5 if starts_word && next.is_lowercase() => (at..end + 1, 'Š'),
        0xD0 if starts_word && page.byte(next).is_some() => (at..end + 1, 'Р'),
        _ => return None,
    };
    Some(Match { range, meant, odd: false, sure: false })
}

/// The match that begins here.
fn match_at(line: &str, at: usize, page: &CodePage) -> Option<Match> {
    let mut bytes = Vec::with_capacity(6);
    let mut chars = line[at..].char_indices();
    let (_, first) = chars.next()?;
    let lead = if first.is_ascii() { return None } else { page.byte(first)? };
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    bytes.push(lead);
    let mut end = at + first.len_utf8();
    let (mut lost, mut sign) = (false, false);
    for (offset, c) in chars.take(length - 1) {
        let byte = page.byte(c).filter(|byte| (0x80..=0xBF).contains(byte));
        // A lost byte is a U+FFFD, or the `?` of a converter at the end of three.
        lost |= c == '\u{FFFD}' || c == '?' && bytes.len() == 2;
        if byte.is_none() && !lost {
            return None;
        }
        sign |= !c.is_alphabetic() && !is_punctuation(c);
        bytes.push(byte.unwrap_or(0x80));
        end = at + offset + c.len_utf8();
    }
    if bytes.len() < length {
        return None;
    }
    let range = at..end;
    if lost {
        let sure = length == 2 && is_foreign_inside(line, &range);
        return Some(Match { range, meant: '\u{FFFD}', odd: false, sure });
    }
    if lead == 0xED && bytes[1] >= 0xA0 {
        return surrogates(line, at, end, &bytes, page);
    }
    let meant = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    let plausible = !matches!(meant, '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}');
    let sure = if length > 2 { sign } else { is_letter(meant) && is_foreign_inside(line, &range) };
    let before = line[..at].chars().next_back().unwrap_or(' ');
    let second = line[at + first.len_utf8()..].chars().next().unwrap_or(' ');
    let turned = first.is_uppercase() && (before.is_lowercase() || !before.is_alphanumeric() && !before.is_whitespace());
    let odd = sign || turned || !first.is_alphabetic() || first.is_lowercase() && second.is_uppercase();
    plausible.then_some(Match { range, meant, odd, sure })
}

/// Two surrogates, each written as three bytes: one character.
fn surrogates(line: &str, at: usize, middle: usize, high: &[u8], page: &CodePage) -> Option<Match> {
    let unit = |bytes: &[u8]| 0xD000 | u16::from(bytes[1] & 0x3F) << 6 | u16::from(bytes[2] & 0x3F);
    let mut low = Vec::new();
    let mut end = middle;
    for c in line[middle..].chars().take(3) {
        low.push(page.byte(c)?);
        end += c.len_utf8();
    }
    if low.len() < 3 || low[0] != 0xED {
        return None;
    }
    let meant = char::decode_utf16([unit(high), unit(&low)]).next()?.ok()?;
    Some(Match { range: at..end, meant, odd: true, sure: true })
}

/// Whether a character is one that texts are made of, or that stands for a byte in a further round.
fn is_used(c: char) -> bool {
    match c {
        '\u{80}'..='\u{BF}' => true,
        '\u{C0}'..='\u{7FF}' => is_letter(c),
        _ => true,
    }
}

/// Whether a character of two bytes is a letter of a living alphabet.
fn is_letter(c: char) -> bool {
    match c {
        '\u{C0}'..='\u{17F}' | '\u{386}'..='\u{3CE}' | '\u{400}'..='\u{45F}' => c.is_alphabetic(),
        '\u{218}'..='\u{21B}' | '\u{490}'..='\u{491}' | '\u{5D0}'..='\u{5EA}' | '\u{60C}' | '\u{61F}'..='\u{64A}' => true,
        _ => false,
    }
}

/// Whether a character may follow a word in any text.
fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{A0}' | '—' | '–' | '…' | '“' | '”' | '‘' | '’' | '´' | '«' | '»' | '•' | '·')
}

/// Whether two characters stand where no word has them: a capital and a sign between letters, or after a small letter.
fn is_foreign_inside(line: &str, range: &Range<usize>) -> bool {
    let mut inside = line[range.clone()].chars();
    let (Some(lead), Some(second)) = (inside.next(), inside.next()) else { return false };
    let before = line[..range.start].chars().next_back().unwrap_or(' ');
    let after = line[range.end..].chars().next().unwrap_or(' ');
    let between = before.is_alphabetic() && after.is_alphabetic();
    let sign = !second.is_alphabetic() && (between && second != '\u{A0}' || !is_punctuation(second) && second != '™');
    let small = second.is_lowercase() && before.is_uppercase() && after.is_uppercase();
    let capital = lead.is_uppercase() && (before.is_lowercase() || between);
    let mark = !lead.is_alphanumeric() && before.is_ascii_alphabetic();
    let alone = lead == 'Ã' && second == '\u{A0}' && !before.is_alphanumeric();
    (sign || small) && capital || sign && mark || alone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        let found = find(Line { start: 0, whole: text });
        found.into_iter().rev().fold(text.to_owned(), |mut text, run| {
            text.replace_range(run.range, &run.text);
            text
        })
    }

    #[test]
    fn code_pages_are_undone() {
        for (text, meant) in [
            ("le phare Ã©teint et la mÃ©moire", "le phare éteint et la mémoire"),
            ("the keeperâ€™s lamp", "the keeper’s lamp"),
            ("РјР°СЏРє", "маяк"),
            ("KÃ¶ln", "Köln"),
            ("the lamp ðŸ’¡ is on", "the lamp 💡 is on"),
            ("le phare Ã\u{83}Â©teint, la mÃ\u{83}Â©moire", "le phare éteint, la mémoire"),
        ] {
            assert_eq!(repaired(text), meant);
        }
    }

    #[test]
    fn words_stay() {
        for text in ["ÅÆØ, Søør, BLÅØ", "“×”和“÷”", "naïve… “déjà”…", "Ёлка — їжак", "ELÄ\u{a0}OLE", "π≈3.14±√2", "├──┤│├┤"]
        {
            assert_eq!(repaired(text), text);
        }
    }
}
