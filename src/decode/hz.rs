//! HZ: GB 2312 in seven bits. `~{` shifts to byte pairs, `~}` or the end of the line back to ASCII, `~~` is a tilde.

use memchr::memmem;

use super::characters;
use super::step::{Step, gb_pair};
use super::transcript::Transcript;

/// Most half bits a character of a shifted stretch may cost on average, for it to be Chinese.
const CHINESE: u32 = 29;

/// Whether ASCII text is HZ: it has shifts, all that is shifted are characters, and they read as Chinese.
pub(super) fn is_hz(bytes: &[u8]) -> bool {
    if memmem::find(bytes, b"~{").is_none() {
        return false;
    }
    let mut out = Transcript::default();
    transcribe(bytes, 0, &mut out);
    let (count, cost) = out.text.chars().filter(|char| !char.is_ascii()).fold((0, 0), |(count, sum), char| {
        let (_, cost) = characters::script_and_cost(char);
        (count + 1, sum + cost)
    });
    out.malformed.is_empty() && count > 0 && cost <= CHINESE * count
}

/// Reads `bytes` from `start` on and adds the text to `out`.
pub(super) fn transcribe(bytes: &[u8], start: usize, out: &mut Transcript) {
    let (mut at, mut shifted) = (start, false);
    while let Some(&first) = bytes.get(at) {
        let second = bytes.get(at + 1).copied();
        at += match (first, second) {
            (b'~', Some(b'{')) if !shifted => {
                shifted = true;
                2
            }
            (b'~', Some(b'}')) => {
                shifted = false;
                2
            }
            (b'~', Some(b'~')) if !shifted => {
                out.unit(b"~", at..at + 2);
                2
            }
            (b'~', Some(b'\n')) => 2,
            (0x21.., Some(second)) if shifted => pair(first, second, at, out),
            (1..0x80, _) => {
                shifted &= first != b'\n';
                out.unit(&[first], at..at + 1);
                1
            }
            _ => {
                out.lost(at..at + 1);
                1
            }
        };
    }
}

/// Adds the character of a shifted pair. Returns the bytes taken.
fn pair(first: u8, second: u8, at: usize, out: &mut Transcript) -> usize {
    let char = if first < 0x7f && (0x21..0x7f).contains(&second) { gb_pair(first | 0x80, second | 0x80) } else { None };
    match char {
        Some(char) => {
            out.step(Step { len: 2, char, mark: None }, at);
            2
        }
        None => {
            out.lost(at..at + 1);
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Transcript, is_hz, transcribe};

    fn read(bytes: &[u8]) -> Transcript {
        let mut out = Transcript::default();
        transcribe(bytes, 0, &mut out);
        out
    }

    #[test]
    fn shifts_are_not_text() {
        let out = read(b"a~~ ~{VPND~} b");
        assert_eq!(out.text, "a~ 中文 b");
        assert_eq!(out.map.source(3..6), 6..8);
        assert_eq!(out.map.source(9..11), 12..14);
    }

    #[test]
    fn a_line_ends_the_shift() {
        assert_eq!(read(b"~{VPND\nVPND").text, "中文\nVPND");
    }

    #[test]
    fn only_chinese_counts_as_hz() {
        assert!(is_hz(b"~{VPND~}"));
        assert!(!is_hz(b"let f = ~{ mask | !bits ~}"));
        assert!(!is_hz(b"~{}~{}"));
        assert!(!is_hz(b"no shift"));
    }
}
