//! What a page says about its own encoding.

use memchr::memmem::Finder;

use super::encoding::Encoding;

/// How far into a page a declaration is looked for, in bytes. Browsers stop at 1 KB; pages with long scripts before it exist.
const REACH: usize = 64 << 10;

/// How far before `charset` its `<meta` may begin, in bytes.
const META: usize = 256;

/// The encoding that a `<meta>` or the XML declaration names, quoted or not; the first one that exists.
///
/// UTF-16 and UTF-32 are never declared in this way: bytes in which the declaration can be read as ASCII are something else.
pub(super) fn declared(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(REACH)];
    xml(head).or_else(|| meta(head)).filter(|encoding| encoding.unit() == 1)
}

/// From `<?xml version="1.0" encoding="gb2312"?>`.
fn xml(head: &[u8]) -> Option<Encoding> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let end = memchr::memchr(b'>', head.strip_prefix(b"<?xml")?)?;
    value_after(head.get(..end + 5)?, b"encoding")
}

/// From `<meta charset=gbk>` or `<meta http-equiv="Content-Type" content="text/html; charset=gb2312">`.
fn meta(head: &[u8]) -> Option<Encoding> {
    let head = head.to_ascii_lowercase();
    let before = |at: usize| &head[at.saturating_sub(META)..at];
    Finder::new("charset")
        .find_iter(&head)
        .filter(|&at| is_in_meta(before(at)))
        .find_map(|at| value_after(&head[at..head.len().min(at + META)], b"charset"))
}

/// Whether a `<meta` is still open at the end of `before`.
fn is_in_meta(before: &[u8]) -> bool {
    let Some(tag) = memchr::memrchr(b'<', before) else { return false };
    before[tag..].starts_with(b"<meta") && !before[tag..].contains(&b'>')
}

/// The encoding in `name = "label"`, with or without the blanks and the quotes.
fn value_after(text: &[u8], name: &[u8]) -> Option<Encoding> {
    let at = Finder::new(name).find(text)? + name.len();
    let value = text[at..].trim_ascii_start().strip_prefix(b"=")?;
    let is_quote_or_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let start = value.iter().position(|byte| !is_quote_or_blank(byte))?;
    let is_label = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.');
    let len = value[start..].iter().position(|byte| !is_label(byte)).unwrap_or(value.len() - start);
    Encoding::for_label(std::str::from_utf8(&value[start..start + len]).ok()?)
}

#[cfg(test)]
mod tests {
    use super::{Encoding, declared};

    #[test]
    fn declarations_in_all_their_spellings() {
        for page in [
            r#"<meta charset="gb2312">"#,
            "<META CHARSET=GBK>",
            r#"<meta http-equiv="Content-Type" content="text/html; charset=x-gbk" />"#,
            "<meta content='text/html;charset = gb18030' http-equiv=content-type>",
            r#"<?xml version="1.0" encoding="GB2312"?><feed/>"#,
            "\n<?xml version='1.0' encoding='gb2312' standalone='yes'?>",
            r#"<script charset="utf-8" src="a.js"></script><meta charset="gbk">"#,
            r#"<meta charset="nonsense"><meta charset="gbk">"#,
        ] {
            assert_eq!(declared(page.as_bytes()), Some(Encoding::GB18030), "{page}");
        }
    }

    #[test]
    fn what_declares_nothing() {
        for page in ["", "<p>charset=gbk</p>", r#"<link charset="gbk">"#, r#"<meta charset="utf-16">"#, "<meta charset", "<?xml"]
        {
            assert_eq!(declared(page.as_bytes()), None, "{page}");
        }
    }

    #[test]
    fn late_declarations_count() {
        let page = format!("<script>{}</script><meta charset=big5>", "x();".repeat(4_000));
        assert_eq!(declared(page.as_bytes()), Some(Encoding::BIG5));
    }
}
