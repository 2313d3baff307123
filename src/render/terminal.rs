//! Text for a terminal: colours, widths, and characters that cannot be seen made visible.

use std::borrow::Cow;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What was taken away.
pub const REMOVED: Style = AnsiColor::Red.on_default();
/// What was put there.
pub const ADDED: Style = AnsiColor::Green.on_default();
/// Names of rules.
pub const NAME: Style = AnsiColor::Cyan.on_default();
/// Headings.
pub const BOLD: Style = Style::new().bold();
/// What is beside the point.
pub const DIM: Style = Style::new().dimmed();

/// The text with every character that a terminal would obey or not show written as `<U+200B>`; a line end as `⏎`.
/// What comes from a page can neither move the cursor nor turn the direction of the text.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            c if is_hidden(c) => write!(out, "<U+{:04X}>", u32::from(c)).expect("writing to a string cannot fail"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text within so many columns: the middle of a longer one becomes `…`.
pub fn fit(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let room = columns.saturating_sub(1);
    let head = take(text.graphemes(true), room.div_ceil(2));
    let tail: usize = take(text.graphemes(true).rev(), room / 2);
    Cow::Owned(format!("{}…{}", &text[..head], &text[text.len() - tail..]))
}

/// The bytes of the graphemes that fit in so many columns.
fn take<'t>(graphemes: impl Iterator<Item = &'t str>, columns: usize) -> usize {
    let mut taken = 0;
    graphemes
        .take_while(|grapheme| {
            taken += width(grapheme);
            taken <= columns
        })
        .map(str::len)
        .sum()
}

/// Controls, and format characters that are not seen: zero width, direction, tags, soft hyphen, byte order mark.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_cannot_command_the_terminal() {
        assert_eq!(visible("甲\u{1b}[2J乙\u{202E}丙\n"), "甲<U+001B>[2J乙<U+202E>丙⏎");
        assert!(matches!(visible("平常的字"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_long_text_keeps_its_ends() {
        assert_eq!(fit("一二三四五", 10), "一二三四五");
        assert_eq!(fit("一二三四五六", 9), "一二…五六");
        assert!(width(&fit("ab一二三四五六七", 8)) <= 8);
    }
}
