//! The whole path for one page: bytes in, clean text with its account out.

use std::fmt;
use std::sync::Arc;

use crate::decode::{self, Decoded};
use crate::extract;
use crate::filters;
use crate::pipeline::{Cleaned, Pipeline};
use crate::profile::SiteProfile;
use crate::rules::Rules;
use crate::verdict::Verdict;

/// What to do to pages. The default is what `jingwen clean` does without flags.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What pages are made of.
    pub input: Input,
    /// How much spun text is restored.
    pub restore: Tier,
    /// Which script pages come out in.
    pub script: Script,
    /// What becomes of characters that cannot be had back.
    pub lost: Lost,
    /// The only filters to run, by name; all of them when empty.
    pub only: Vec<String>,
    /// Filters not to run, by name.
    pub skip: Vec<String>,
    /// What recurs on the pages' site.
    pub profile: Option<Arc<SiteProfile>>,
}

/// What a page is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Input {
    /// HTML where the content says so ([`extract::is_html`]), text otherwise.
    #[default]
    Auto,
    /// Text: tags are characters.
    Text,
    /// HTML: its article is extracted.
    Html,
}

/// How much spun text is restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Nothing.
    Off,
    /// Characters: strings that nobody writes, such as 东说念主 for 人.
    #[default]
    Chars,
    /// Characters, and words swapped for other words, such as 使命 for 工作.
    Words,
}

/// The script of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// As the author wrote: converted pages go back to simplified script, genuine traditional ones stay.
    #[default]
    Keep,
    /// Simplified, whatever the author wrote.
    Simplified,
}

/// What becomes of characters that cannot be had back: bytes that are no text, what mojibake has lost, 锟斤拷.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lost {
    /// Nothing stands where they were.
    #[default]
    Drop,
    /// U+FFFD marks where they were.
    Mark,
}

/// Cleans pages. Built once, shared by any number of threads.
pub struct Cleaner {
    input: Input,
    pipeline: Pipeline,
}

/// A page that was cleaned: what its bytes were read as, and the text with every change.
#[derive(Clone, Debug)]
pub struct CleanedPage {
    /// The text of the bytes, and how it came from them.
    pub decoded: Decoded,
    /// The article that was extracted from it, where it is HTML.
    pub extracted: Option<String>,
    /// The clean text and its passes.
    pub cleaned: Cleaned,
}

impl CleanedPage {
    /// What kind of page it is: news, an advert, a doorway … It is worked out when asked for, in under a millisecond.
    pub fn verdict(&self) -> Verdict {
        Verdict::of(self.source(), &self.cleaned)
    }

    /// The text that the filters were given: the extracted article of an HTML page, the whole text of any other. Places in
    /// the audit count in it, and undoing every edit gives it back.
    pub fn source(&self) -> &str {
        self.extracted.as_deref().unwrap_or(&self.decoded.text)
    }
}

impl Cleaner {
    /// A cleaner with these rules and options.
    ///
    /// # Errors
    /// When `only` or `skip` names a filter that does not exist.
    pub fn new(rules: &Rules, options: &Options) -> Result<Self, UnknownFilter> {
        let mut filters = filters::standard(rules, options);
        for name in options.only.iter().chain(&options.skip) {
            if !filters.iter().any(|filter| filter.name() == name) {
                let known = filters.iter().map(|filter| filter.name()).collect();
                return Err(UnknownFilter { name: name.clone(), known });
            }
        }
        let named = |names: &[String], name: &str| names.iter().any(|known| known == name);
        filters.retain(|filter| {
            (options.only.is_empty() || named(&options.only, filter.name())) && !named(&options.skip, filter.name())
        });
        Ok(Self { input: options.input, pipeline: Pipeline::new(filters) })
    }

    /// Decodes and cleans a page. Cannot fail.
    pub fn clean(&self, bytes: &[u8]) -> CleanedPage {
        self.clean_decoded(decode::decode(bytes))
    }

    /// Cleans a page that was decoded. Cannot fail.
    pub fn clean_decoded(&self, decoded: Decoded) -> CleanedPage {
        self.clean_as(decoded, self.input)
    }

    /// Cleans a page that was decoded and is known to be made of this. Cannot fail.
    pub fn clean_as(&self, decoded: Decoded, input: Input) -> CleanedPage {
        let extracted = extracted(&decoded.text, input);
        let cleaned = self.pipeline.clean(extracted.as_deref().unwrap_or(&decoded.text));
        CleanedPage { decoded, extracted, cleaned }
    }

    /// The filters that run, in order.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }
}

/// The article, if this is HTML. An article that is HTML itself, such as a page that was escaped whole, is extracted again.
fn extracted(text: &str, input: Input) -> Option<String> {
    let is_html = |text: &str| input == Input::Auto && extract::is_html(text);
    let mut article = (input == Input::Html || is_html(text)).then(|| extract::extract(text))?;
    while is_html(&article) {
        article = extract::extract(&article);
    }
    Some(article)
}

/// A filter was asked for that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFilter {
    /// The name that was asked for.
    pub name: String,
    /// The names that exist, in the order in which the filters run.
    pub known: Vec<&'static str>,
}

impl fmt::Display for UnknownFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no filter is named \"{}\"; the filters are {}", self.name, self.known.join(", "))
    }
}

impl std::error::Error for UnknownFilter {}
