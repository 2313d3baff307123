//! Which characters the model tells apart.

use super::Symbol;

/// The character that stands for `c` in the model.
///
/// Pages write the same sentence in many widths (`１２３`, `123`; `,`, `，`), and the model should not pay for that.
/// So full-width ASCII becomes ASCII, every digit becomes `0`, every ASCII letter `a`, every space a plain one, both line
/// breaks `\n`; `, : ; ! ? ( )` become their full-width twins and corner brackets become curly quotes. All else stays
/// itself. Accented letters are left alone on purpose: `ÖÐ¹ú` must not pass for one cheap foreign word.
#[must_use]
pub fn fold(c: char) -> char {
    match narrow(c) {
        '0'..='9' => '0',
        'a'..='z' | 'A'..='Z' => 'a',
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => '\n',
        ' ' | '\t' | '\u{A0}' | '\u{3000}' => ' ',
        ',' => '，',
        ':' => '：',
        ';' => '；',
        '!' => '！',
        '?' => '？',
        '(' => '（',
        ')' => '）',
        '「' => '“',
        '」' => '”',
        '『' => '‘',
        '』' => '’',
        other => other,
    }
}

/// Whether `next` only carries on the run that `last` began, and therefore costs nothing and changes nothing.
///
/// A further digit of a number, a further letter of a foreign word, a further space, a blank line; and a space after any
/// of these, because half of the press writes `3 月` and the other half `3月`, and indentation is not language.
#[must_use]
pub fn carries_on(last: Symbol, next: Symbol) -> bool {
    let runs = matches!(last, Symbol::LINE | Symbol::SPACE | Symbol::DIGITS | Symbol::LATIN);
    runs && (next == last || next == Symbol::SPACE)
}

/// Full-width ASCII `！..～` as ASCII; anything else as it is.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_fold_together() {
        for (raw, folded) in [('３', '0'), ('7', '0'), ('Ｑ', 'a'), ('z', 'a'), (',', '，'), ('，', '，'), ('（', '（')] {
            assert_eq!(fold(raw), folded, "{raw}");
        }
        for kept in ['人', '。', 'é', '¹', '.', '%', '—', '〇'] {
            assert_eq!(fold(kept), kept);
        }
    }

    #[test]
    fn only_runs_carry_on() {
        assert!(carries_on(Symbol::DIGITS, Symbol::DIGITS));
        assert!(carries_on(Symbol::LATIN, Symbol::SPACE));
        assert!(carries_on(Symbol::LINE, Symbol::SPACE));
        assert!(!carries_on(Symbol::DIGITS, Symbol::LATIN));
        assert!(!carries_on(Symbol::UNKNOWN, Symbol::UNKNOWN));
        assert!(!carries_on(Symbol::SPACE, Symbol::DIGITS));
    }
}
