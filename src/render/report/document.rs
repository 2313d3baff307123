//! The document of a report: a frame, a style sheet and a script that are files of their own, and data that is only data.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};
use sha2::{Digest, Sha256};

use super::Lang;
use crate::render::terminal::is_hidden;

const FRAME: &str = include_str!("report.html");
const STYLE: &str = include_str!("report.css");
/// In the order in which they run.
const SCRIPTS: [&str; 6] = [
    include_str!("words.js"),
    include_str!("text.js"),
    include_str!("totals.js"),
    include_str!("pages.js"),
    include_str!("walk.js"),
    include_str!("report.js"),
];

/// Writes a document that shows the data.
///
/// The data stands in an element that no browser runs, without a character that could end it. The policy of the document names
/// its style sheet and scripts by their sums: nothing else runs, and nothing is loaded.
pub(super) fn write(out: &mut impl Write, lang: Lang, data: &impl Serialize) -> io::Result<()> {
    let mut rest = FRAME;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("a place of the frame ends");
        out.write_all(before.as_bytes())?;
        match name {
            "lang" => out.write_all(match lang {
                Lang::En => b"en",
                Lang::Zh => b"zh",
            })?,
            "style" => out.write_all(STYLE.as_bytes())?,
            "style-sum" => out.write_all(sum(STYLE).as_bytes())?,
            "scripts" => SCRIPTS.iter().try_for_each(|script| writeln!(out, "<script>{script}</script>"))?,
            "script-sums" => out.write_all(SCRIPTS.map(sum).join(" ").as_bytes())?,
            "data" => write_inert(out, data)?,
            name => unreachable!("the frame has no place {name}"),
        }
        rest = after;
    }
    out.write_all(rest.as_bytes())
}

/// A source expression of a content security policy that allows this text and no other.
fn sum(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

/// Writes JSON that may stand in HTML.
fn write_inert(out: &mut impl Write, data: &impl Serialize) -> io::Result<()> {
    data.serialize(&mut serde_json::Serializer::with_formatter(out, Inert(CompactFormatter)))?;
    Ok(())
}

/// JSON whose strings hold no character that means something to HTML, and none that cannot be seen: they are escaped.
struct Inert(CompactFormatter);

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut written = 0;
        for (at, c) in fragment.char_indices().filter(|&(_, c)| matches!(c, '<' | '>' | '&') || is_hidden(c)) {
            self.0.write_string_fragment(out, &fragment[written..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            written = at + c.len_utf8();
        }
        self.0.write_string_fragment(out, &fragment[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cleaner, Options, rules::Rules};

    #[test]
    fn data_cannot_leave_its_element() {
        let hostile = "</script><!--<script>alert(1)</script>]]>&lt;\u{2028}\u{2029}\u{202E}\u{FEFF}\u{E0041}\0\"\\";
        let mut out = Vec::new();
        write_inert(&mut out, &[hostile]).expect("a vector takes everything");
        let json = String::from_utf8(out).expect("JSON is UTF-8");
        assert!(!json.contains(['<', '>', '&']) && !json.chars().any(is_hidden), "{json}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).expect("it is JSON"), [hostile]);
    }

    #[test]
    fn every_filter_has_a_colour_and_a_word_in_both_languages() {
        let rules = Rules::embedded().expect("embedded rules are valid");
        let cleaner = Cleaner::new(&rules, &Options::default()).expect("no filter is named");
        for name in cleaner.pipeline().names() {
            assert!(STYLE.contains(&format!("[data-filter=\"{name}\"] {{ --hue:")), "{name}");
            assert!(SCRIPTS[0].contains(&format!("\n  {name}: [\"")), "{name}");
        }
    }

    #[test]
    fn the_script_has_no_way_to_make_markup_or_code_of_text() {
        let ways = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc", "fetch("];
        for (script, way) in SCRIPTS.iter().flat_map(|script| ways.map(|way| (script, way))) {
            assert!(!script.contains(way), "{way}");
        }
        assert!(!SCRIPTS.iter().any(|script| script.contains("</script")) && !STYLE.contains("</style"));
    }
}
