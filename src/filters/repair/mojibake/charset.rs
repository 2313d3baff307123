//! Bytes behind characters: which bytes a wrong reading showed as these characters, and what the bytes really say.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, WINDOWS_1252};
use serde::Deserialize;

/// How bytes were read when the text went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Misread {
    /// As GBK or GB18030.
    Gbk,
    /// As Big5 with the rows of the standard of the web.
    Big5,
    /// As Big5 with kana where Unicode's old table has them.
    Big5Unicode,
    /// As Latin-1 or Windows-1252: one character a byte.
    Western,
    /// As Shift-JIS.
    ShiftJis,
    /// As EUC-KR.
    EucKr,
    /// As UTF-8, with U+FFFD for what is not.
    Utf8,
    /// As UTF-8 where the bytes happen to be that, and else one by one as Windows-1252, the way lenient crawlers do.
    Utf8OrWestern,
}

/// How the bytes should have been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Meant {
    /// As UTF-8.
    Utf8,
    /// As GBK.
    Gbk,
    /// As Big5.
    Big5,
}

/// One byte behind a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// This byte.
    Byte(u8),
    /// A byte that nobody knows any more: a U+FFFD stands for it.
    Lost,
    /// The character cannot come from such a reading.
    Foreign,
}

impl Misread {
    /// The units behind a character, one to three.
    pub(super) fn units(self, c: char, out: &mut Vec<Unit>) {
        if c.is_ascii() {
            out.push(Unit::Byte(c as u8));
            return;
        }
        if c == '\u{FFFD}' {
            out.push(Unit::Lost);
            return;
        }
        match self {
            Self::Western => out.push(western(c).map_or(Unit::Foreign, Unit::Byte)),
            Self::Utf8OrWestern if c > TWO_BYTES && western(c).is_some() => out.extend(western(c).map(Unit::Byte)),
            Self::Utf8 | Self::Utf8OrWestern => {
                let mut buffer = [0; 4];
                out.extend(c.encode_utf8(&mut buffer).bytes().map(Unit::Byte));
            }
            Self::Gbk => reverse(c, &GBK_BYTES, out),
            Self::Big5 => reverse(c, &BIG5_BYTES, out),
            Self::Big5Unicode => reverse(c, &BIG5_UNICODE_BYTES, out),
            Self::ShiftJis => reverse(c, &SHIFT_JIS_BYTES, out),
            Self::EucKr => reverse(c, &EUC_KR_BYTES, out),
        }
    }
}

/// The last character that UTF-8 writes in two bytes. In GBK three bytes in a row are hardly ever UTF-8.
const TWO_BYTES: char = '\u{7FF}';

impl Misread {
    /// The single byte and the two bytes of which either may stand behind a character.
    pub(super) fn choice(self, c: char) -> Option<(u8, [u8; 2])> {
        match self {
            Self::Utf8OrWestern if !c.is_ascii() && c <= TWO_BYTES => {
                let mut buffer = [0; 2];
                c.encode_utf8(&mut buffer);
                western(c).map(|byte| (byte, buffer))
            }
            // The euro sign of Windows, and that of GB18030.
            Self::Gbk if c == '€' => Some((0x80, [0xA2, 0xE3])),
            _ => None,
        }
    }

    /// The reading that shows at first glance what this one does: most characters of it are of one byte.
    pub(super) fn at_a_glance(self) -> Self {
        if self == Self::Utf8OrWestern { Self::Western } else { self }
    }
}

/// The byte that Latin-1 or Windows-1252 shows as this character.
pub(super) fn western(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    WESTERN.iter().find(|&&(known, _)| known == c).map(|&(_, byte)| byte)
}

/// The characters that Windows-1252 has in the place of the C1 controls.
static WESTERN: LazyLock<Vec<(char, u8)>> = LazyLock::new(|| {
    let bytes: Vec<u8> = (0x80..=0x9F).collect();
    let text = WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned();
    text.chars().zip(bytes).filter(|(c, _)| u32::from(*c) > 0xFF).collect()
});

type Bytes = LazyLock<Box<[u16]>>;

static GBK_BYTES: Bytes = LazyLock::new(|| {
    let mut table = bytes_of(&GBK_PAIRS);
    for (private, first, count) in GBK_PRIVATE {
        (private..private + count).zip(first..).for_each(|(private, pair)| table[private] = pair);
    }
    // A lone 0x80, the euro sign of Windows.
    table['€' as usize] = 0x80;
    table
});
static BIG5_BYTES: Bytes = LazyLock::new(|| {
    let mut table = bytes_of(&BIG5_PAIRS);
    add_private(&mut table);
    table
});
static BIG5_UNICODE_BYTES: Bytes = LazyLock::new(|| {
    let mut table = BIG5_BYTES.clone();
    let pairs = (0xC6..=0xC7).flat_map(|lead: u8| (0x40..=0x7E).chain(0xA1..=0xFE).map(move |trail| [lead, trail]));
    let pairs = pairs.skip_while(|pair| *pair != [0xC6, 0xA1]);
    for (c, pair) in BIG5_UNICODE.iter().cloned().flatten().zip(pairs) {
        table[c] = u16::from_be_bytes(pair);
    }
    table
});

/// The characters from 0xC6A1 on in Unicode's table BIG5.TXT, which many converters follow.
const BIG5_UNICODE: [RangeInclusive<usize>; 13] = [
    0x30FE..=0x30FE,
    0x309D..=0x309E,
    0x3005..=0x3005,
    0x3041..=0x3093,
    0x30A1..=0x30F6,
    0x0414..=0x0415,
    0x0401..=0x0401,
    0x0416..=0x041C,
    0x0423..=0x0435,
    0x0451..=0x0451,
    0x0436..=0x044F,
    0x2460..=0x2469,
    0x2474..=0x247D,
];
static SHIFT_JIS_BYTES: Bytes = LazyLock::new(|| {
    let mut table = bytes_of(&pairs_of(SHIFT_JIS));
    for byte in 0xA1..=0xDFu16 {
        table[0xFF61 + usize::from(byte) - 0xA1] = byte;
    }
    table
});
static EUC_KR_BYTES: Bytes = LazyLock::new(|| bytes_of(&pairs_of(EUC_KR)));

/// [`pairs_of`] the encodings that readings may have meant, too.
static GBK_PAIRS: LazyLock<Box<[char]>> = LazyLock::new(|| pairs_of(GBK));
static BIG5_PAIRS: LazyLock<Box<[char]>> = LazyLock::new(|| pairs_of(BIG5));

/// For every character of the planes that Chinese uses its two bytes in the encoding with these [pairs](pairs_of); 0
/// where it has none.
fn bytes_of(pairs: &[char]) -> Box<[u16]> {
    let mut table = vec![0; 0x3_0000].into_boxed_slice();
    let (extension, standard) = pairs.split_at(0x2000);
    // The rows before 0xA1 repeat characters of the standard; who has these means the standard.
    for (at, &c) in (0x2000..).zip(standard).chain((0..).zip(extension)) {
        let entry = table.get_mut(c as usize);
        if let Some(entry) = entry.filter(|entry| c != NONE && **entry == 0) {
            *entry = 0x8100 + at;
        }
    }
    table
}

/// No character.
const NONE: char = '\0';

/// The characters of all pairs of bytes from 0x8100 on; [`NONE`] where a pair is none.
fn pairs_of(encoding: &'static Encoding) -> Box<[char]> {
    // One decoder for all: a line feed after each pair keeps them apart.
    let bytes: Vec<u8> = (0x8100..=0xFEFFu16)
        .flat_map(|pair| {
            let [lead, trail] = pair.to_be_bytes();
            [lead, if trail < 0x40 { b'?' } else { trail }, b'\n']
        })
        .collect();
    let (text, _) = encoding.decode_without_bom_handling(&bytes);
    let mut pairs = Vec::with_capacity(bytes.len() / 3);
    let (mut first, mut count) = (NONE, 0);
    for c in text.chars() {
        if c == '\n' {
            let one = count == 1 && !first.is_ascii() && first != '\u{FFFD}';
            pairs.push(if one { first } else { NONE });
            count = 0;
        } else {
            first = if count == 0 { c } else { first };
            count += 1;
        }
    }
    pairs.into_boxed_slice()
}

/// Pairs that old converters show as private-use characters and newer ones as what GB18030 has had there since 2005 and 2022: the
/// first character, the first pair, and how many.
const GBK_PRIVATE: [(usize, u16, usize); 11] = [
    (0xE78D, 0xA6D9, 7),
    (0xE794, 0xA6EC, 2),
    (0xE796, 0xA6F3, 1),
    (0xE7C7, 0xA8BC, 1),
    (0xE81E, 0xFE59, 1),
    (0xE826, 0xFE61, 1),
    (0xE82B, 0xFE66, 2),
    (0xE832, 0xFE6D, 1),
    (0xE843, 0xFE7E, 1),
    (0xE854, 0xFE90, 1),
    (0xE864, 0xFEA0, 1),
];

/// Windows shows the unassigned pairs of Big5 as private-use characters, row by row.
fn add_private(table: &mut [u16]) {
    let rows = [(0xFA..=0xFE, 0xE000), (0x8E..=0xA0, 0xE311), (0x81..=0x8D, 0xEEB8)];
    for (leads, first) in rows {
        let pairs = leads.flat_map(|lead: u8| (0x40..=0x7E).chain(0xA1..=0xFE).map(move |trail| [lead, trail]));
        for (private, pair) in (first..).zip(pairs) {
            table[private] = u16::from_be_bytes(pair);
        }
    }
}

fn reverse(c: char, table: &Bytes, out: &mut Vec<Unit>) {
    match table.get(c as usize).map_or([0, 0], |bytes| bytes.to_be_bytes()) {
        [0, 0] => out.push(Unit::Foreign),
        [0, byte] => out.push(Unit::Byte(byte)),
        [lead, trail] => out.extend([Unit::Byte(lead), Unit::Byte(trail)]),
    }
}

impl Misread {
    /// The bytes of which nothing but a U+FFFD may be left; none where any byte could be behind it.
    fn lost_bytes(self) -> &'static [RangeInclusive<u8>] {
        match self {
            Self::Gbk => &[0x80..=0xFF],
            Self::Big5 | Self::Big5Unicode => &[0x80..=0xFF],
            // The five bytes that Windows-1252 leaves out.
            Self::Western => &[0x81..=0x81, 0x8D..=0x8D, 0x8F..=0x90, 0x9D..=0x9D],
            Self::ShiftJis | Self::EucKr | Self::Utf8 | Self::Utf8OrWestern => &[],
        }
    }

    /// The characters that the damaged bytes at the start of `units` can have been, with the number of units: up to `most` bytes of the
    /// character are lost and at least one is known. A single byte is the second of a character whose first one is gone without
    /// a trace.
    pub(super) fn guesses(self, meant: Meant, units: &[Unit], most: usize, found: &mut Vec<(char, usize)>) {
        let length = units.len().min(meant.longest());
        let mut window: Vec<Unit> = units[..length].to_vec();
        let lost = meant.is_lost(&window);
        let gaps: Vec<usize> = (0..length).filter(|&at| lost[at]).collect();
        if gaps.is_empty() {
            return if let (Self::Gbk, Meant::Gbk, &[trail]) = (self, meant, units) {
                self.fill_lead(trail, found)
            };
        }
        if gaps.len() < length {
            self.fill(meant, &mut window, &gaps[..gaps.len().min(most)], found);
        }
    }

    /// The characters of GBK whose second byte is all that is left: text read one byte late begins with one.
    fn fill_lead(self, trail: Unit, found: &mut Vec<(char, usize)>) {
        let leads = self.lost_bytes().iter().cloned().flatten();
        found.extend(leads.filter_map(|lead| Meant::Gbk.character(&[Unit::Byte(lead), trail])).map(|(c, _)| (c, 1)));
    }

    /// The characters that a window can be when its gaps are filled with bytes that get lost.
    fn fill(self, meant: Meant, window: &mut [Unit], gaps: &[usize], found: &mut Vec<(char, usize)>) {
        let [gap, rest @ ..] = gaps else { return };
        // Behind its first byte a character of UTF-8 has no others than these.
        let later = if meant == Meant::Utf8 && *gap > 0 { 0x80..=0xBF } else { 0..=0xFF };
        for byte in self.lost_bytes().iter().cloned().flatten().filter(|byte| later.contains(byte)) {
            window[*gap] = Unit::Byte(byte);
            match meant.character(window).filter(|&(c, length)| length > *gap && !c.is_ascii()) {
                Some(whole) if rest.first().is_none_or(|&next| whole.1 <= next) => found.push(whole),
                _ => self.fill(meant, window, rest, found),
            }
        }
        window[*gap] = Unit::Lost;
    }
}

impl Meant {
    /// Most bytes of a character that is worth a guess.
    pub(super) fn longest(self) -> usize {
        if self == Self::Utf8 { 3 } else { 2 }
    }

    /// Most bytes of a character.
    pub(super) fn most(self) -> usize {
        if self == Self::Utf8 { 4 } else { 2 }
    }

    /// Which of the first bytes of a damaged character are not known. No character of UTF-8 holds a question mark: after its first byte one
    /// stands for what a converter could not read.
    pub(super) fn is_lost(self, units: &[Unit]) -> [bool; 3] {
        let mut lost = [false; 3];
        for (at, (lost, unit)) in lost.iter_mut().zip(units).enumerate() {
            *lost = *unit == Unit::Lost || self == Self::Utf8 && at > 0 && *unit == Unit::Byte(b'?');
        }
        lost
    }

    /// The character that the bytes at the start of `bytes` are, and how many they are; `None` for broken bytes.
    pub(super) fn character(self, bytes: &[Unit]) -> Option<(char, usize)> {
        let byte = |at: usize| match bytes.get(at) {
            Some(&Unit::Byte(byte)) => Some(byte),
            _ => None,
        };
        let lead = byte(0)?;
        if lead < 0x80 {
            return Some((char::from(lead), 1));
        }
        match self {
            Self::Utf8 => {
                let length = match lead {
                    0xC2..=0xDF => 2,
                    0xE0..=0xEF => 3,
                    0xF0..=0xF4 => 4,
                    _ => return None,
                };
                let mut buffer = [0; 4];
                for (at, slot) in buffer[..length].iter_mut().enumerate() {
                    *slot = byte(at)?;
                }
                let c = std::str::from_utf8(&buffer[..length]).ok()?.chars().next()?;
                (!c.is_control()).then_some((c, length))
            }
            Self::Gbk => legacy(&GBK_PAIRS, lead, byte(1)?),
            Self::Big5 => legacy(&BIG5_PAIRS, lead, byte(1)?),
        }
    }
}

fn legacy(pairs: &[char], lead: u8, trail: u8) -> Option<(char, usize)> {
    let row = usize::from(lead.checked_sub(0x81)?);
    let c = *pairs.get(row * 0x100 + usize::from(trail))?;
    (c != NONE).then_some((c, 2))
}
