//! The part of a page from which its encoding is told.

/// Bytes of a sample, about.
pub(super) const SAMPLE: usize = 4096;

/// Most bytes that are taken at a time, so that one long line does not fill the sample.
const PIECE: usize = 1024;

/// Most ASCII bytes that are taken along before a byte that is not ASCII.
const BEFORE: usize = 16;

/// Pieces of a page that hold bytes outside ASCII, half from its start, half from its middle.
///
/// A piece begins and ends beside a byte that is part of no character of any multi-byte encoding, so none is cut, unless
/// there is no such byte for a kilobyte.
pub(super) fn sample(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(SAMPLE + PIECE);
    let stopped = collect(bytes, 0, SAMPLE / 2, &mut out);
    collect(bytes, stopped.max(bytes.len() / 2), SAMPLE, &mut out);
    out
}

/// Adds pieces from `start` on until `out` has `most` bytes. Returns where it stopped.
fn collect(bytes: &[u8], start: usize, most: usize, out: &mut Vec<u8>) -> usize {
    let mut at = if start == 0 { 0 } else { after_border(bytes, start) };
    while out.len() < most {
        let Some(next) = bytes[at..].iter().position(|byte| !byte.is_ascii()) else { return bytes.len() };
        let high = at + next;
        let begin = bytes[at..high].iter().rposition(|&byte| is_border(byte)).map_or(at, |border| at + border + 1);
        let begin = begin.max(high.saturating_sub(BEFORE));
        at = after_border(&bytes[..bytes.len().min(high + PIECE)], high);
        out.extend_from_slice(&bytes[begin..at]);
    }
    at
}

/// Where the first border at or after `at` ends, or the end of `bytes`.
fn after_border(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|&byte| is_border(byte)).map_or(bytes.len(), |border| at + border + 1)
}

/// Whether a byte is a character by itself wherever it stands: below the trail bytes of all double-byte encodings, and no digit,
/// which GB 18030 has as second and fourth bytes.
pub(super) fn is_border(byte: u8) -> bool {
    byte < 0x40 && !byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::{SAMPLE, sample};

    #[test]
    fn ascii_is_left_out_but_for_a_little() {
        let page = "<p class=a>海风</p>".to_owned() + &"<br>".repeat(2_000) + "<i>浪花</i>";
        assert_eq!(sample(page.as_bytes()), "海风<浪花<".as_bytes());
        assert_eq!(sample(b"plain"), b"");
    }

    #[test]
    fn the_middle_is_seen() {
        let page = format!("{}{}", "海风 ".repeat(4_000), "浪花 ".repeat(4_000));
        let seen = sample(page.as_bytes());
        assert!(seen.len() < SAMPLE + 8);
        assert!(String::from_utf8_lossy(&seen).contains("浪花"));
    }
}
