//! What holds for any bytes; for the fuzz targets and for the test that mutates pages.

use jingwen::decode::{Encoding, decode, decode_as};
use jingwen::extract::extract;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Input, Options, Tier};

/// Decoding maps its text back into the bytes, and marks with U+FFFD what is lost.
pub(crate) fn decoding(bytes: &[u8]) {
    let decoded = decode(bytes);
    let source = decoded.source(0..decoded.text.len());
    assert!(source.end <= bytes.len() && source.start <= source.end);
    for lost in &decoded.malformed {
        assert!(decoded.text[lost.at..].starts_with('\u{FFFD}'), "{bytes:?}");
    }
}

/// Extraction gives whole lines, none of them empty.
pub(crate) fn extraction(bytes: &[u8]) {
    let page = decode(bytes).text;
    let text = extract(&page);
    assert!(text.is_empty() || text.ends_with('\n'), "{page}");
    assert!(text.lines().all(|line| !line.trim().is_empty()), "an empty line from {page}");
}

/// Cleans a page, and the result once more.
pub(crate) struct Cleaning {
    first: Cleaner,
    again: Cleaner,
}

impl Cleaning {
    /// With all that the program can restore.
    pub(crate) fn new() -> Self {
        let rules = Rules::embedded().expect("valid rules");
        let cleaner = |input| {
            let options = Options { input, restore: Tier::Words, ..Options::default() };
            Cleaner::new(&rules, &options).expect("no filter is named")
        };
        Self { first: cleaner(Input::Auto), again: cleaner(Input::Text) }
    }

    /// Every change is undone and has its place in both texts, and a clean page stays as it is.
    pub(crate) fn check(&self, bytes: &[u8]) {
        let page = self.first.clean(bytes);
        let text = &page.cleaned.text;
        assert_eq!(page.cleaned.undo(), page.source(), "undo");
        for audited in page.cleaned.audit() {
            let (source, cleaned) = (page.source().get(audited.source.clone()), text.get(audited.cleaned.clone()));
            assert!(source.is_some() && cleaned.is_some(), "origin in {:?}", page.source());
        }
        let twice = self.again.clean_decoded(decode_as(text.as_bytes(), Encoding::UTF_8)).cleaned;
        assert_eq!(twice.text, *text, "idempotence of {:?}", page.source());
    }
}
