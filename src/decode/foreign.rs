//! Reading by `encoding_rs`, with every character traced to its bytes.

use encoding_rs::{DecoderResult, Encoding};

use super::transcript::Transcript;

/// Reads `bytes` from `start` on and adds the text to `out`.
pub(super) fn transcribe(bytes: &[u8], start: usize, encoding: &'static Encoding, out: &mut Transcript) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    // `begun` is where the character begins whose bytes the decoder is being fed
    let (mut at, mut begun) = (start, start);
    while at < bytes.len() {
        if begun == at && encoding.is_ascii_compatible() {
            at += copy_ascii(&bytes[at..], at, out);
            begun = at;
        }
        let Some(next) = bytes.get(at..=at) else { break };
        if begun == at && next == [0] {
            out.lost(at..at + 1);
            at += 1;
            begun = at;
            continue;
        }
        (at, begun) = feed(&mut decoder, next, at, begun, out);
    }
    finish(&mut decoder, at, begun, out);
}

/// Copies the ASCII text that `rest` begins with, up to NUL. Returns its length.
pub(super) fn copy_ascii(rest: &[u8], source: usize, out: &mut Transcript) -> usize {
    let len = rest.iter().position(|&byte| byte == 0 || byte >= 0x80).unwrap_or(rest.len());
    if let Ok(text) = std::str::from_utf8(&rest[..len]) {
        out.copy(text, source);
    }
    len
}

/// Gives the decoder the one byte `next` at `at`. Returns where the input stands and where the next character begins.
fn feed(decoder: &mut encoding_rs::Decoder, next: &[u8], at: usize, begun: usize, out: &mut Transcript) -> (usize, usize) {
    let mut buffer = [0; 16];
    let (result, read, written) = decoder.decode_to_utf8_without_replacement(next, &mut buffer, false);
    let at = at + read;
    match result {
        DecoderResult::Malformed(bad, after) => {
            let end = at - usize::from(after);
            out.lost(begun.min(end - usize::from(bad))..end);
            (at, end)
        }
        _ if written > 0 => {
            out.unit(&buffer[..written], begun..at);
            (at, at)
        }
        _ => (at, begun),
    }
}

/// Tells the decoder that the input ends; a character cut there is lost.
fn finish(decoder: &mut encoding_rs::Decoder, at: usize, mut begun: usize, out: &mut Transcript) {
    let mut buffer = [0; 16];
    loop {
        let (result, _, written) = decoder.decode_to_utf8_without_replacement(b"", &mut buffer, true);
        if written > 0 {
            out.unit(&buffer[..written], begun..at);
        }
        match result {
            DecoderResult::Malformed(_, after) => {
                let end = at - usize::from(after);
                out.lost(begun..end);
                begun = end;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Transcript, transcribe};

    fn read(encoding: &'static encoding_rs::Encoding, bytes: &[u8]) -> Transcript {
        let mut out = Transcript::default();
        transcribe(bytes, 0, encoding, &mut out);
        out
    }

    #[test]
    fn characters_are_traced() {
        let (bytes, encoding, _) = encoding_rs::EUC_KR.encode("비 a 온다");
        let out = read(encoding, &bytes);
        assert_eq!(out.text, "비 a 온다");
        assert_eq!(out.map.source(6..9), 5..7);
    }

    #[test]
    fn malformed_bytes_are_recorded() {
        let out = read(encoding_rs::EUC_JP, b"\xa4\xa2 \xff\xa4\xa4\xa4");
        assert_eq!(out.text, "あ \u{fffd}い\u{fffd}");
        let bytes: Vec<_> = out.malformed.iter().map(|lost| lost.bytes.clone()).collect();
        assert_eq!(bytes, [3..4, 6..7]);
    }

    #[test]
    fn escapes_leave_no_text() {
        let (bytes, encoding) = (b"\x1b$B$\"\x1b(B ok", encoding_rs::ISO_2022_JP);
        assert_eq!(read(encoding, bytes).text, "あ ok");
    }
}
