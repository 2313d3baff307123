//! One character at a time, from the bytes of the encodings that Chinese pages use.

use std::sync::LazyLock;

use super::encoding::{Encoding, Kind};

/// The character that some bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Bytes it takes.
    pub(super) len: usize,
    /// The character.
    pub(super) char: char,
    /// A combining mark that belongs to it; four codes of Big5 have one.
    pub(super) mark: Option<char>,
}

impl Step {
    fn new(len: usize, char: char) -> Self {
        Self { len, char, mark: None }
    }
}

impl Encoding {
    /// Reads the character at `at`; `None` if the bytes there are malformed or are NUL, which no text holds.
    ///
    /// Also `None` for an encoding whose characters cannot be read one by one ([`reads_by_step`](Self::reads_by_step)).
    pub(super) fn step(self, bytes: &[u8], at: usize) -> Option<Step> {
        let rest = bytes.get(at..)?;
        let first = *rest.first()?;
        match self.0 {
            Kind::Utf16Le => utf16(rest, u16::from_le_bytes),
            Kind::Utf16Be => utf16(rest, u16::from_be_bytes),
            Kind::Utf32Le => utf32(rest, u32::from_le_bytes),
            Kind::Utf32Be => utf32(rest, u32::from_be_bytes),
            Kind::Hz | Kind::Foreign(_) => None,
            _ if first == 0 => None,
            _ if first < 0x80 => Some(Step::new(1, char::from(first))),
            Kind::Utf8 => utf8(rest),
            Kind::Gb18030 => gb18030(bytes, at),
            Kind::Big5 => big5(rest),
        }
    }

    /// The characters of this encoding's byte pairs, if it has them.
    pub(super) fn pairs(self) -> Option<&'static Pairs> {
        match self.0 {
            Kind::Gb18030 => Some(&GB),
            Kind::Big5 => Some(&BIG5),
            _ => None,
        }
    }

    /// Whether [`step`](Self::step) reads this encoding.
    pub(super) fn reads_by_step(self) -> bool {
        !matches!(self.0, Kind::Hz | Kind::Foreign(_))
    }
}

/// The character of a byte pair of GB 18030 or, in ASCII range, of GB 2312 as HZ uses it.
pub(super) fn gb_pair(lead: u8, trail: u8) -> Option<char> {
    GB.read(lead, trail)
}

fn utf8(rest: &[u8]) -> Option<Step> {
    let len = match rest[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let text = std::str::from_utf8(rest.get(..len)?).ok()?;
    Some(Step::new(len, text.chars().next()?))
}

fn utf16(rest: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Step> {
    let (pair, rest) = rest.split_first_chunk()?;
    let high = unit(*pair);
    if let Some(char) = char::from_u32(u32::from(high)) {
        return (char != '\0').then(|| Step::new(2, char));
    }
    let low = unit(*rest.first_chunk()?);
    let char = char::decode_utf16([high, low]).next()?.ok()?;
    Some(Step::new(4, char))
}

fn utf32(rest: &[u8], unit: fn([u8; 4]) -> u32) -> Option<Step> {
    let char = char::from_u32(unit(*rest.first_chunk()?))?;
    (char != '\0').then(|| Step::new(4, char))
}

fn gb18030(bytes: &[u8], at: usize) -> Option<Step> {
    let rest = &bytes[at..];
    if rest[0] == 0x80 {
        return is_price(bytes, at).then(|| Step::new(1, '€'));
    }
    let trail = *rest.get(1)?;
    if trail.is_ascii_digit() {
        let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(rest.get(..4)?)?;
        let mut chars = text.chars();
        return chars.next().filter(|_| chars.next().is_none()).map(|char| Step::new(4, char));
    }
    GB.read(rest[0], trail).map(|char| Step::new(2, char))
}

/// Whether the byte at `at` stands beside a digit: Windows writes `€` as 80, and a stray 80 is damage.
fn is_price(bytes: &[u8], at: usize) -> bool {
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    digit(at.checked_add(1)) || digit(at.checked_sub(1))
}

fn big5(rest: &[u8]) -> Option<Step> {
    let trail = *rest.get(1)?;
    let (char, mark) = match (rest[0], trail) {
        (0x88, 0x62) => ('Ê', Some('\u{304}')),
        (0x88, 0x64) => ('Ê', Some('\u{30c}')),
        (0x88, 0xa3) => ('ê', Some('\u{304}')),
        (0x88, 0xa5) => ('ê', Some('\u{30c}')),
        (lead, trail) => (BIG5.read(lead, trail)?, None),
    };
    Some(Step { len: 2, char, mark })
}

static GB: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(encoding_rs::GB18030));
static BIG5: LazyLock<Pairs> = LazyLock::new(|| Pairs::of(encoding_rs::BIG5));

/// The characters of all byte pairs of a double-byte encoding, asked of `encoding_rs` once.
pub(super) struct Pairs(Box<[Option<char>]>);

const LEADS: std::ops::RangeInclusive<u8> = 0x81..=0xfe;
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xfe;
const ROW: usize = 0xfe - 0x40 + 1;

impl Pairs {
    fn of(encoding: &'static encoding_rs::Encoding) -> Self {
        let mut pairs = Vec::with_capacity(ROW * LEADS.len());
        let mut decoder = encoding.new_decoder_without_bom_handling();
        for lead in LEADS {
            for trail in TRAILS {
                pairs.push(one_character(&mut decoder, encoding, [lead, trail]));
            }
        }
        Self(pairs.into())
    }

    /// The character of a pair; `None` for bytes that are no pair.
    pub(super) fn read(&self, lead: u8, trail: u8) -> Option<char> {
        let (row, cell) = (lead.checked_sub(*LEADS.start())?, trail.checked_sub(*TRAILS.start())?);
        if usize::from(cell) >= ROW {
            return None;
        }
        self.0.get(usize::from(row) * ROW + usize::from(cell)).copied().flatten()
    }
}

/// The one character that `pair` stands for; afterwards `decoder` is at the start of a character again.
fn one_character(decoder: &mut encoding_rs::Decoder, encoding: &'static encoding_rs::Encoding, pair: [u8; 2]) -> Option<char> {
    let mut out = [0; 16];
    let (result, read, written) = decoder.decode_to_utf8_without_replacement(&pair, &mut out, false);
    if result != encoding_rs::DecoderResult::InputEmpty || read != 2 || written == 0 {
        *decoder = encoding.new_decoder_without_bom_handling();
        return None;
    }
    let mut chars = std::str::from_utf8(&out[..written]).ok()?.chars();
    chars.next().filter(|_| chars.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Encoding, Step};

    /// All of `bytes` character by character, or nothing if a byte is malformed.
    fn read(encoding: Encoding, bytes: &[u8]) -> Option<String> {
        let (mut text, mut at) = (String::new(), 0);
        while at < bytes.len() {
            let Step { len, char, mark } = encoding.step(bytes, at)?;
            text.push(char);
            text.extend(mark);
            at += len;
        }
        Some(text)
    }

    #[test]
    fn reads_all_that_encoding_rs_writes() {
        let text = "雨后的山路，泥泞 100 元 «é» ñ 𠮷 😀 ㄅㄆ ﹏ ￥";
        let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
        assert!(!lost);
        assert_eq!(read(Encoding::GB18030, &bytes).as_deref(), Some(text));
        let text = "雨後的山路，泥濘 100 元 ㄅㄆ";
        let (bytes, _, lost) = encoding_rs::BIG5.encode(text);
        assert!(!lost);
        assert_eq!(read(Encoding::BIG5, &bytes).as_deref(), Some(text));
    }

    #[test]
    fn agrees_with_encoding_rs_on_every_pair() {
        for (ours, theirs) in [(Encoding::GB18030, encoding_rs::GB18030), (Encoding::BIG5, encoding_rs::BIG5)] {
            for lead in 0x81..=0xfe {
                for trail in 0x40..=0xfe {
                    let pair = [lead, trail];
                    let expected = theirs.decode_without_bom_handling_and_without_replacement(&pair);
                    assert_eq!(read(ours, &pair).as_deref(), expected.as_deref(), "{pair:x?} in {}", ours.name());
                }
            }
        }
    }

    #[test]
    fn wide_units_and_surrogates() {
        let text = "山 𠮷";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let quads: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(read(Encoding::UTF_16LE, &le).as_deref(), Some(text));
        assert_eq!(read(Encoding::UTF_16BE, &be).as_deref(), Some(text));
        assert_eq!(read(Encoding::UTF_32BE, &quads).as_deref(), Some(text));
        assert_eq!(Encoding::UTF_16BE.step(b"\xd8\x40\x00\x41", 0), None, "a lone surrogate");
        assert_eq!(Encoding::UTF_16LE.step(b"\0\0", 0), None, "NUL");
    }

    #[test]
    fn a_stray_80_is_no_price() {
        assert_eq!(read(Encoding::GB18030, b"\x8030").as_deref(), Some("€30"));
        assert_eq!(Encoding::GB18030.step(b"\x80\xd6\xd0", 0), None);
    }
}
