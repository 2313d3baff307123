//! Whether a text is HTML.

use super::markup::{Piece, pieces};

/// How many pieces from the start are looked at, at most.
const PIECES: usize = 400;
/// How many tags a fragment without `<html>` must have.
const TAGS: usize = 6;
/// Tags that lay out a page; who writes about HTML or leaves a stray tag in a text does not begin with them and go on so.
const LAYOUT: [&str; 22] = [
    "html", "head", "body", "meta", "link", "title", "div", "table", "tbody", "tr", "td", "p", "span", "a", "ul", "li", "h1",
    "h2", "br", "section", "article", "center",
];

/// Whether a text is an HTML page or a fragment of one, by its content.
///
/// True for a text that begins with a doctype, `<html>`, `<head>` or `<body>` (after blanks, comments and an XML declaration), and for
/// one that begins with a tag and whose start is mostly tags that lay out a page. A text in which HTML is quoted, and one with
/// a tag left over here and there, is none. Looks at the start of the text only.
pub fn is_html(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    if !text.starts_with('<') {
        return false;
    }
    if starts_with_doctype(text) {
        return true;
    }
    let mut pieces = pieces(text).filter(|piece| !matches!(piece, Piece::Text(text) if text.trim().is_empty())).take(PIECES);
    let Some(Piece::Tag { name, opens: true, .. }) = pieces.next() else {
        return false;
    };
    if ["html", "head", "body"].iter().any(|root| name.eq_ignore_ascii_case(root)) {
        return true;
    }
    let (mut tags, mut closed, mut markup, mut prose) = (1, 0, 0, 0);
    for piece in pieces {
        match piece {
            Piece::Text(text) => prose += text.trim().len(),
            Piece::Tag { name, opens, whole } if LAYOUT.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
                tags += 1;
                closed += usize::from(!opens);
                markup += whole.len();
            }
            Piece::Tag { whole, .. } => markup += whole.len(),
        }
    }
    tags >= TAGS && closed > 0 && markup * 4 > prose
}

/// Whether comments, declarations and then an HTML doctype begin the text.
fn starts_with_doctype(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<?xml") {
            rest.find('>').map(|end| end + 1)
        } else {
            let head: String = rest.chars().take(14).map(|c| c.to_ascii_lowercase()).collect();
            return head == "<!doctype html";
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_fragments_are_html() {
        for page in [
            "<!DOCTYPE html><p>一",
            "\n<?xml version=\"1.0\"?>\n<!-- 缓存 -->\n<!doctype HTML PUBLIC \"-//W3C//DTD XHTML 1.0//EN\">",
            "\u{FEFF}<HTML><HEAD><TITLE>旧站</TITLE>",
            "<!-- a --><head><meta charset=gbk></head>",
            "<div class=\"content\"><p>河水涨了。</p><p>船走了。</p><p>雨停了。</p></div>",
            "<script>var a</script><table width=100%><tr><td>甲</td><td>乙</td></tr></table>",
        ] {
            assert!(is_html(page), "{page}");
        }
    }

    #[test]
    fn texts_with_tags_in_them_are_none() {
        for text in [
            "",
            "<",
            "河水涨了。<br>船走了。<br>",
            "<p>一个落下的标签，后面全是普通的文字，写了很长很长，没有别的标签。",
            "<br>\n河水涨了。\n<br>\n船走了。",
            "怎样写网页\n<!DOCTYPE html>\n<html><head><title>我的</title></head><body></body></html>",
            "<作者按>本文写于秋天。",
            "<html5新特性>讲座通知",
            "<b>注意</b>：明天停水。",
            "```html\n<html>\n```",
        ] {
            assert!(!is_html(text), "{text}");
        }
    }
}
