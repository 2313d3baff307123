//! How surprising a text is: the measure by which one reading of the bytes is preferred to another.
//!
//! A reading costs the sum over its characters of −log₂ of a probability, which has two parts: how likely the character's
//! script is after the script before it, and how likely the character is within its script. Costs are in **half bits**.
//! The right reading of Chinese costs about 20 a character, a wrong one about 30: since each reading explains the same
//! bytes, the sums compare, whatever the number of characters.

use std::sync::LazyLock;

/// Half bits.
pub(super) type Cost = u32;

/// What a byte costs that no character can be made of.
pub(super) const LOST: Cost = 48;

/// What a lost byte costs after another.
pub(super) const LOST_TOO: Cost = 24;

/// What a byte costs that is lost where the page begins or ends: pages are cut there.
pub(super) const CUT: Cost = 24;

/// What kinds of character follow each other in text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Script {
    /// Blanks, digits and punctuation of ASCII.
    Common,
    /// Full-width punctuation, letters and digits.
    Wide,
    Han,
    Kana,
    HalfKana,
    Hangul,
    Latin,
    LatinCapital,
    /// Latin letters outside ASCII.
    Accented,
    AccentedCapital,
    Cyrillic,
    CyrillicCapital,
    Greek,
    Thai,
    Arabic,
    Hebrew,
    /// Signs, boxes, arrows, emoji, and letters of scripts not named here.
    Symbol,
    /// What text does not hold: controls, private use, U+FFFD, noncharacters.
    Bad,
}

/// The character a cost is counted from: its script is all that matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context(Script);

impl Context {
    /// The start of a text or of a line.
    pub(super) const START: Self = Self(Script::Common);

    /// The cost of `char` here, and the context after it.
    pub(super) fn read(self, char: char) -> (Cost, Self) {
        let (script, cost) = TABLE.of(char);
        (cost + transition(self.0, script), Self(script))
    }
}

/// The cost of a whole text.
pub(super) fn cost(text: &str) -> Cost {
    let mut context = Context::START;
    let mut sum: Cost = 0;
    for char in text.chars() {
        let (cost, next) = context.read(char);
        sum = sum.saturating_add(cost);
        context = next;
    }
    sum
}

/// The script of a character and the character's cost within it.
pub(super) fn script_and_cost(char: char) -> (Script, Cost) {
    TABLE.of(char)
}

/// The cost of going from one script to another; nearly nothing for staying.
fn transition(from: Script, to: Script) -> Cost {
    use Script::{
        Accented, AccentedCapital, Arabic, Bad, Common, Cyrillic, CyrillicCapital, Greek, HalfKana, Han, Hangul, Hebrew, Kana,
        Latin, LatinCapital, Symbol, Thai, Wide,
    };
    match (from, to) {
        (_, Bad) => 0,
        (Han, Han) | (Common, Common) => 1,
        (Common, Han | Latin | LatinCapital | Cyrillic | CyrillicCapital | Hangul | Kana | Thai | Arabic | Hebrew | Greek) => 5,
        (Common | Wide, Wide) | (Bad, _) => 6,
        (Common, Accented | AccentedCapital) => 12,
        (Common, Symbol) => 14,
        (Common, HalfKana) => 20,
        (Han, Common) => 8,
        (Han, Wide) => 6,
        (Han, Kana) | (Kana, Han) => 5,
        (Han, Latin | LatinCapital) => 10,
        (Wide, Han | Kana | Hangul) => 2,
        (Wide, Common | Latin | LatinCapital) => 6,
        (Hangul | Latin | LatinCapital | Cyrillic | CyrillicCapital | Greek | Arabic | Hebrew | Accented, Common) => 4,
        (AccentedCapital, Common) => 10,
        (Kana, Wide) => 6,
        (Kana | HalfKana | Thai, Common) => 7,
        (Latin, LatinCapital) | (Cyrillic, CyrillicCapital) | (Accented | Latin, AccentedCapital) | (Accented, LatinCapital) => {
            16
        }
        (LatinCapital | AccentedCapital, Latin | Accented) | (CyrillicCapital, Cyrillic) | (Accented, Latin) => 2,
        (Latin, Accented) => 8,
        (Accented, Accented) => 9,
        (LatinCapital | AccentedCapital, LatinCapital | AccentedCapital) | (CyrillicCapital, CyrillicCapital) => 4,
        (a, b) if a == b => 1,
        (Symbol, Common | Wide | Han) => 6,
        (_, Symbol) => 16,
        (Latin | LatinCapital, Han) | (Hangul, Wide | Latin | LatinCapital) => 10,
        (_, Wide) | (Symbol, _) | (Han | Hangul, Hangul | Han) => 14,
        _ => 22,
    }
}

/// Half bits of the most frequent characters, made by `tools/count_characters.py`.
const COUNTED: &str = include_str!("../../model/characters.txt");

static TABLE: LazyLock<Table> = LazyLock::new(Table::new);

/// Script and cost of every character of the basic plane.
pub(super) struct Table(Box<[(Script, u8)]>);

impl Table {
    /// The one table, for loops that ask it often.
    pub(super) fn shared() -> &'static Self {
        &TABLE
    }

    fn new() -> Self {
        let mut rows: Vec<_> = (0..=u16::MAX).map(by_block).collect();
        for char in korean_standard().chars() {
            if let Some(row) = rows.get_mut(char as usize) {
                row.1 = 27;
            }
        }
        for (cost, chars) in counted() {
            for char in chars.chars() {
                if let Some(row) = rows.get_mut(char as usize) {
                    row.1 = cost;
                }
            }
        }
        Self(rows.into())
    }

    /// The script of a character and its cost within the script.
    pub(super) fn of(&self, char: char) -> (Script, Cost) {
        match self.0.get(char as usize) {
            Some((script, cost)) => (*script, Cost::from(*cost)),
            None => by_plane(char),
        }
    }
}

/// The 2350 syllables of KS X 1001, which are all that Korean text needs; Unicode has 11172.
fn korean_standard() -> String {
    let pairs: Vec<u8> = (0xb0..=0xc8).flat_map(|lead| (0xa1..=0xfe).flat_map(move |trail| [lead, trail])).collect();
    encoding_rs::EUC_KR.decode_without_bom_handling(&pairs).0.into_owned()
}

/// The lines of the counted table: half bits, and the characters that cost that much.
fn counted() -> impl Iterator<Item = (u8, &'static str)> {
    COUNTED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (cost, chars) = line.split_once('\t')?;
        Some((cost.parse().ok()?, chars))
    })
}

/// Script and cost of a character that was not counted, from where it stands in Unicode.
fn by_block(code: u16) -> (Script, u8) {
    use Script::{
        Accented, AccentedCapital, Arabic, Bad, Cyrillic, CyrillicCapital, Greek, HalfKana, Han, Hangul, Hebrew, Kana, Symbol,
        Thai, Wide,
    };
    match code {
        0..=0x7f => ascii(code as u8),
        0x80..=0x9f => (Bad, 44),
        0xa0..=0xbf | 0xd7 | 0xf7 => (Symbol, 14),
        0xc0..=0xde => (AccentedCapital, 14),
        0xdf..=0xff => (Accented, 9),
        // capitals and small letters take turns, and change places twice
        0x139..=0x148 | 0x179..=0x17e if !code.is_multiple_of(2) => (AccentedCapital, 16),
        0x100..=0x138 | 0x14a..=0x178 if code.is_multiple_of(2) => (AccentedCapital, 16),
        0x100..=0x17f => (Accented, 12),
        0x180..=0x24f | 0x1e00..=0x1eff => (Accented, 14),
        0x386..=0x3ab => (Greek, 12),
        0x370..=0x3ff => (Greek, 9),
        0x410..=0x42f => (CyrillicCapital, 12),
        0x430..=0x44f => (Cyrillic, 9),
        0x400..=0x40f => (CyrillicCapital, 18),
        0x450..=0x45f | 0x490..=0x491 => (Cyrillic, 14),
        0x590..=0x5ff => (Hebrew, 9),
        0x600..=0x6ff => (Arabic, 10),
        0xe00..=0xe5b => (Thai, 10),
        0x2010..=0x2026 => (Wide, 16),
        0x2030..=0x206f | 0x20a0..=0x20bf | 0x2100..=0x27bf => (Symbol, 18),
        0x3000..=0x303f => (Wide, 22),
        0x3041..=0x309f => (Kana, 18),
        0x30a0..=0x30ff => (Kana, 17),
        0x3105..=0x312f => (Symbol, 22),
        0x3130..=0x318f => (Symbol, 22),
        0x3200..=0x33ff => (Symbol, 24),
        0x4e00..=0x9fff => (Han, 35),
        0x3400..=0x4dbf | 0xf900..=0xfaff => (Han, 42),
        0xac00..=0xd7a3 => (Hangul, 38),
        0xff01..=0xff5e | 0xffe0..=0xffe6 => (Wide, 22),
        0xff61..=0xff9f => (HalfKana, 13),
        0xfeff => (Symbol, 24),
        0xd800..=0xf8ff | 0xfff0..=0xffff => (Bad, 48),
        _ => (Symbol, 32),
    }
}

/// Script and cost of a character of ASCII.
fn ascii(code: u8) -> (Script, u8) {
    const FREQUENT: &[u8] = b"etaoinsrhl";
    match code {
        b' ' => (Script::Common, 4),
        b'\n' | b'\r' | b'\t' => (Script::Common, 6),
        b'a'..=b'z' if FREQUENT.contains(&code) => (Script::Latin, 8),
        b'a'..=b'z' => (Script::Latin, 11),
        b'A'..=b'Z' => (Script::LatinCapital, 10),
        b'0'..=b'9' => (Script::Common, 8),
        b'.' | b',' | b'-' | b'/' | b'"' | b'<' | b'>' | b'=' | b':' => (Script::Common, 9),
        b'!'..=b'~' => (Script::Common, 12),
        _ => (Script::Bad, 40),
    }
}

/// Script and cost of a character beyond the basic plane.
fn by_plane(char: char) -> (Script, Cost) {
    match char {
        '\u{1f000}'..='\u{1faff}' => (Script::Symbol, 18),
        '\u{20000}'..='\u{3ffff}' => (Script::Han, 44),
        _ => (Script::Bad, 48),
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTED, cost, counted};

    #[test]
    fn the_table_is_whole_and_ordered() {
        assert_eq!(counted().count(), COUNTED.lines().filter(|line| !line.starts_with('#')).count());
        let costs: Vec<_> = counted().map(|(cost, _)| cost).collect();
        assert!(costs.is_sorted());
        let mut chars: Vec<_> = counted().flat_map(|(_, chars)| chars.chars()).collect();
        let all = chars.len();
        chars.sort_unstable();
        chars.dedup();
        assert_eq!(chars.len(), all, "a character is listed twice");
    }

    #[test]
    fn right_readings_are_cheaper() {
        for (right, wrong) in [("雨后的山路", "鏉ヨ繎灞辫矾鍚"), ("雨後的山路", "玧璸ㄠ狾臼"), ("привет мир", "镳桠弪 扈")]
        {
            assert!(cost(right) < cost(wrong), "{right} {} {wrong} {}", cost(right), cost(wrong));
        }
    }
}
