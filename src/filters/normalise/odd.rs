//! Which characters may have to change, told by their code points alone.

use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::script::is_han;

/// The characters for which [`Odd::of`] is `Some`.
pub(super) static ODD: LazyLock<CharacterSet> = LazyLock::new(|| CharacterSet::of(|c| !is_han(c) && Odd::of(c).is_some()));

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
