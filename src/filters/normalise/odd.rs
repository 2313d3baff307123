//! Which characters may have to change, told by their code points alone, and how to find them fast.

/// What can be wrong with a character, from its code point alone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    Control,
    SoftHyphen,
    Mark,
    Bidi,
    Invisible,
    Joiner,
    MathOperator,
    Selector,
    Tag,
    PrivateUse,
    FullWidth,
    Replacement,
    LookAlike,
    Enclosed,
}

impl Odd {
    /// What is odd about a character, if anything can be.
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}' => Odd::Control,
            '\u{AD}' => Odd::SoftHyphen,
            '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' => Odd::Mark,
            '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}' => Odd::Mark,
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Odd::Bidi,
            '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => Odd::Invisible,
            '\u{180E}' | '\u{200B}' | '\u{2060}' | '\u{206A}'..='\u{206F}' => Odd::Invisible,
            '\u{FEFF}' | '\u{FFF9}'..='\u{FFFC}' | '\u{FFFE}' | '\u{FFFF}' => Odd::Invisible,
            '\u{200C}' | '\u{200D}' => Odd::Joiner,
            '\u{2061}'..='\u{2064}' => Odd::MathOperator,
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => Odd::Selector,
            '\u{E0000}'..='\u{E007F}' => Odd::Tag,
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => Odd::PrivateUse,
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Odd::FullWidth,
            '\u{FFFD}' => Odd::Replacement,
            '\u{2E80}'..='\u{2FDF}' | '\u{31C0}'..='\u{31EF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => {
                Odd::LookAlike
            }
            '\u{249C}'..='\u{24E9}' | '\u{1F130}'..='\u{1F149}' | '\u{1F150}'..='\u{1F169}' | '\u{1F170}'..='\u{1F189}' => {
                Odd::Enclosed
            }
            _ => return None,
        })
    }
}

/// The byte offset of the next character for which [`Odd::of`] may be `Some`, from `from` on. Never skips one.
///
/// Chinese prose is lead bytes E4–E9, which cost one table look-up a byte; punctuation costs one more comparison.
pub(super) fn next_suspect(bytes: &[u8], mut from: usize) -> Option<usize> {
    while from < bytes.len() {
        from += bytes[from..].iter().position(|&byte| LEADS[byte as usize])?;
        let after = |n: usize| bytes.get(from + n).copied().unwrap_or_default();
        let suspect = match bytes[from] {
            0xC2 => after(1) == 0xAD,
            0xD2 => after(1) <= 0x89,
            0xD8 => after(1) == 0x9C,
            0xE1 => matches!(after(1), 0x85 | 0xA0 | 0xAA | 0xAB | 0xB7),
            0xE2 => match after(1) {
                0x80 => matches!(after(2), 0x8B..=0x8F | 0xAA..=0xAE),
                0x81 => after(2) >= 0xA0,
                0x92 => after(2) >= 0x9C,
                0x93 => after(2) <= 0xA9,
                0x83 | 0xBA..=0xBF => true,
                _ => false,
            },
            0xE3 => after(1) == 0x85 && after(2) == 0xA4 || after(1) == 0x87,
            0xEF => match after(1) {
                0xBC => matches!(after(2), 0x90..=0x99 | 0xA1..=0xBA),
                0xBD => matches!(after(2), 0x81..=0x9A),
                0xBE => after(2) == 0xA0,
                0xBF => after(2) >= 0xB9,
                0xAC..=0xB7 | 0xB9 | 0xBA => false,
                _ => true,
            },
            0xF0 => after(1) == 0xAF || after(1) == 0x9F && matches!(after(2), 0x84..=0x86),
            _ => true,
        };
        if suspect {
            return Some(from);
        }
        from += 1;
    }
    None
}

/// The bytes with which an odd character can start.
const LEADS: [bool; 256] = {
    let mut leads = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        leads[byte] = matches!(
            byte,
            0x00..=0x08 | 0x0E..=0x1F | 0x7F | 0xC2 | 0xCC | 0xCD | 0xD2 | 0xD8 | 0xE1..=0xE3 | 0xEE..=0xF0 | 0xF3 | 0xF4
        );
        byte += 1;
    }
    leads
};
