//! The article in the data of a page that has no text before a browser runs it: JSON-LD, `__NEXT_DATA__`, and what other frameworks
//! call it. Whatever the script and its fields are called, the article is the longest prose among its strings.

use memchr::{memchr, memmem};

use super::markup::{Piece, attribute, pieces};
use super::paragraphs::{Paragraph, paragraphs};

/// Shorter strings, in bytes as they are written, are no articles.
const SHORT: usize = 200;
/// How deep strings that are data themselves are followed.
const DEEPEST: usize = 3;

/// The paragraphs of the longest prose among the strings in a page's scripts; none without prose.
pub(super) fn prose(html: &str) -> Vec<Paragraph> {
    let mut best = (0, Vec::new());
    let mut rest = html;
    while let Some(at) = memmem::find(rest.as_bytes(), b"<script") {
        rest = &rest[at..];
        let end = memmem::find(rest.as_bytes(), b"</script").unwrap_or(rest.len());
        longest(&rest[..end], DEEPEST, &mut best);
        rest = &rest[end..];
    }
    best.1
}

/// What the head of a page says the page is about, the longest if it says it twice.
pub(super) fn description(html: &str) -> Vec<Paragraph> {
    let said = pieces(html).filter_map(|piece| {
        let Piece::Tag { name, opens: true, whole } = piece else { return None };
        let key = attribute(whole, "property").or_else(|| attribute(whole, "name"))?;
        let is_said = name.eq_ignore_ascii_case("meta") && matches!(key, "og:description" | "description");
        is_said.then(|| attribute(whole, "content")).flatten()
    });
    said.max_by_key(|said| said.len()).map(paragraphs).unwrap_or_default()
}

/// Takes the longest prose among the strings of a script, if it is longer than the best so far: how much of it is in full paragraphs.
fn longest(script: &str, depth: usize, best: &mut (usize, Vec<Paragraph>)) {
    for literal in literals(script).filter(|literal| literal.len() >= SHORT) {
        let Some(text) = unescaped(literal) else { continue };
        if text.trim_start().starts_with(['{', '[']) && depth > 0 {
            longest(&text, depth - 1, best);
            continue;
        }
        let lines = if text.contains("</") || text.contains("<br") { text } else { text.replace('\n', "<br>") };
        let lines = paragraphs(&lines);
        let full = lines.iter().filter(|line| line.is_full()).map(|line| line.chars).sum();
        if full > best.0 {
            *best = (full, lines);
        }
    }
}

/// The strings of a script in double quotes, as they are written, with their quotes. None goes on after the end of its line.
fn literals(script: &str) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[memchr(b'"', rest.as_bytes())?..];
            match literal_end(rest.as_bytes()) {
                Ok(end) => {
                    let literal = &rest[..end];
                    rest = &rest[end..];
                    return Some(literal);
                }
                Err(end) => rest = &rest[end..],
            }
        }
    })
}

/// Where the string ends that begins here; as an error the end of the line or script that it does not end on.
fn literal_end(bytes: &[u8]) -> Result<usize, usize> {
    let mut at = 1;
    loop {
        match memchr::memchr3(b'"', b'\\', b'\n', &bytes[at..]).map(|found| at + found) {
            Some(end) if bytes[end] == b'"' => return Ok(end + 1),
            Some(end) if bytes[end] == b'\n' => return Err(end),
            Some(escape) if escape + 2 <= bytes.len() && bytes.get(escape + 1).is_some_and(u8::is_ascii) => at = escape + 2,
            _ => return Err(bytes.len()),
        }
    }
}

/// What a string stands for; scripts may write `\x3c` where JSON has `\u003c`.
fn unescaped(literal: &str) -> Option<String> {
    serde_json::from_str(literal).or_else(|_| serde_json::from_str(&literal.replace("\\x", "\\u00").replace("\\'", "'"))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<p>昨夜下了一场大雨，河水一直涨到了桥面，住在低处的三十多户人家都连夜搬到了山坡上的小学里。</p>\
        <p>今天早上雨停了，船老大们回到渡口，把冲散的船一条一条拖回来，又用新的缆绳系在了石桩上，等水退下去。</p>";

    fn texts(html: &str) -> Vec<String> {
        prose(html).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_article_is_found_whatever_the_data_is_called() {
        let quoted = serde_json::to_string(STORY).expect("a string");
        let nested = serde_json::to_string(&format!("{{\"body\":{quoted}}}")).expect("a string");
        let ascii: String =
            quoted.chars().map(|c| if c.is_ascii() { c.into() } else { format!("\\u{:04x}", c as u32) }).collect();
        for data in [
            format!("{{\"@type\":\"NewsArticle\",\"articleBody\":{quoted}}}"),
            format!("window.it's = 1;\nwindow.state={{\"title\":\"河\",\"list\":[\"a\"],\"html\":{ascii}}}"),
            format!("JSON.parse({nested})"),
            quoted.replace('<', "\\x3c"),
        ] {
            let lines = texts(&format!("<div id=app></div><script>{data}</script>"));
            assert_eq!(lines.len(), 2, "{data}");
            assert!(lines[1].starts_with("今天早上") && lines[1].ends_with("等水退下去。"));
        }
    }

    #[test]
    fn a_head_describes_its_page() {
        let head = "<meta name=viewport content='width=device-width'><meta name=description content=短><meta property=\"og:description\" \
            content=\"昨夜大雨，河水涨了两米。\">";
        let lines = description(head);
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["昨夜大雨，河水涨了两米。"]);
        assert!(description("<meta><p>无</p>").is_empty());
    }

    #[test]
    fn code_is_no_prose() {
        assert!(texts("<script>var a = \"x\\").is_empty());
        assert!(texts(&format!("<script>f(\"{}\")</script>", "确定要离开吗".repeat(100))).is_empty());
        assert!(texts("<script").is_empty());
    }
}
