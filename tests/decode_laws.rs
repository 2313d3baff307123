//! What holds for any bytes at all.

use jingwen::decode::{Decoded, Encoding, decode, decode_as};
use proptest::collection::vec;
use proptest::prelude::*;

const LABELS: [&str; 16] = [
    "utf-8",
    "gb18030",
    "big5",
    "utf-16le",
    "utf-16be",
    "utf-32le",
    "utf-32be",
    "hz-gb-2312",
    "euc-kr",
    "euc-jp",
    "shift_jis",
    "iso-2022-jp",
    "windows-1251",
    "windows-1252",
    "koi8-r",
    "windows-874",
];

/// U+FFFD as a page can hold it, in the encodings that have it.
const WRITTEN: [&[u8]; 6] = [b"\xef\xbf\xbd", b"\x84\x31\xa4\x37", b"\xff\xfd", b"\xfd\xff", b"\0\0\xff\xfd", b"\xfd\xff\0\0"];

fn encoding(label: &str) -> Encoding {
    Encoding::for_label(label).unwrap_or(Encoding::UTF_8)
}

/// The laws of a reading, whatever was read.
fn check(bytes: &[u8], decoded: &Decoded) {
    for (at, mark) in decoded.text.match_indices('\u{fffd}') {
        let source = decoded.source(at..at + mark.len());
        let is_listed = decoded.malformed.iter().any(|lost| lost.at == at);
        assert!(is_listed || WRITTEN.contains(&&bytes[source]), "U+FFFD at {at} was inserted and is not listed");
    }
    let mut end = 0;
    for lost in &decoded.malformed {
        assert!(lost.bytes.start >= end && lost.bytes.end <= bytes.len() && !lost.bytes.is_empty());
        assert!(decoded.text[lost.at..].starts_with('\u{fffd}'));
        assert_eq!(decoded.source(lost.at..lost.at + 3), lost.bytes);
        end = lost.bytes.end;
    }
    let mut end = 0;
    for (at, char) in decoded.text.char_indices() {
        let source = decoded.source(at..at + char.len_utf8());
        assert!(source.start >= end || source.end == end, "{char:?} at {at}: {source:?} after {end}");
        assert!(source.end <= bytes.len() && !source.is_empty());
        end = source.end;
    }
    let whole = decoded.source(0..decoded.text.len());
    assert!(whole.end <= bytes.len());
}

/// Chinese, Latin, blanks and signs.
fn text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        6 => prop::char::range('\u{4e00}', '\u{9fa5}'),
        2 => prop::char::range(' ', '~'),
        1 => prop::sample::select(vec!['，', '。', '\n', '《', '１', '…', 'é', 'ж', 'の']),
        1 => any::<char>().prop_filter("text", |char| !char.is_control() && !('\u{e000}'..='\u{f8ff}').contains(char)),
    ];
    vec(char, 0..80).prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in vec(any::<u8>(), 0..600)) {
        let decoded = decode(&bytes);
        check(&bytes, &decoded);
        prop_assert!(!decoded.text.contains('\0'));
    }

    #[test]
    fn any_bytes_are_read_in_any_encoding(bytes in vec(any::<u8>(), 0..200), nth in 0..LABELS.len()) {
        check(&bytes, &decode_as(&bytes, encoding(LABELS[nth])));
    }

    #[test]
    fn valid_utf_8_is_untouched(text in text()) {
        prop_assume!(!text.contains("~{") && !text.starts_with('\u{feff}'));
        let decoded = decode(text.as_bytes());
        prop_assert_eq!(&decoded.text, &text);
        prop_assert_eq!(decoded.encoding, "UTF-8");
        prop_assert_eq!(decoded.source(0..text.len()), 0..text.len());
        prop_assert!(decoded.malformed.is_empty());
    }

    #[test]
    fn what_was_written_is_read(text in text()) {
        let (bytes, _, lossy) = encoding_rs::GB18030.encode(&text);
        prop_assume!(!lossy && !text.contains(['\u{e5e5}', '\u{feff}']));
        let decoded = decode_as(&bytes, Encoding::GB18030);
        check(&bytes, &decoded);
        for (at, char) in decoded.text.char_indices() {
            let source = decoded.source(at..at + char.len_utf8());
            let again = encoding_rs::GB18030.decode_without_bom_handling(&bytes[source]).0;
            prop_assert_eq!(again.as_ref(), char.to_string());
        }
    }

    #[test]
    fn utf_16_is_traced(text in text()) {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        prop_assume!(!text.starts_with(['\u{feff}', '\u{fffe}']));
        let decoded = decode_as(&bytes, Encoding::UTF_16BE);
        prop_assert_eq!(&decoded.text, &text);
        prop_assert_eq!(decoded.source(0..text.len()), 0..bytes.len());
    }
}
