//! The whole path for one page: bytes in, clean text with its account out.

use std::fmt;

use crate::decode::{self, Decoded};
use crate::filters;
use crate::pipeline::{Cleaned, Pipeline};
use crate::rules::Rules;

/// What to do to pages. The default is what `jingwen clean` does without flags.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much spun text is restored.
    pub restore: Tier,
    /// Which script pages come out in.
    pub script: Script,
    /// The only filters to run, by name; all of them when empty.
    pub only: Vec<String>,
    /// Filters not to run, by name.
    pub skip: Vec<String>,
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

/// Cleans pages. Built once, shared by any number of threads.
pub struct Cleaner {
    pipeline: Pipeline,
}

/// A page that was cleaned: what its bytes were read as, and the text with every change.
#[derive(Clone, Debug)]
pub struct CleanedPage {
    /// The text that the filters were given, and how it came from the bytes.
    pub decoded: Decoded,
    /// The clean text and its passes.
    pub cleaned: Cleaned,
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
        Ok(Self { pipeline: Pipeline::new(filters) })
    }

    /// Decodes and cleans a page. Cannot fail.
    pub fn clean(&self, bytes: &[u8]) -> CleanedPage {
        self.clean_decoded(decode::decode(bytes))
    }

    /// Cleans a page that was decoded. Cannot fail.
    pub fn clean_decoded(&self, decoded: Decoded) -> CleanedPage {
        let cleaned = self.pipeline.clean(&decoded.text);
        CleanedPage { decoded, cleaned }
    }

    /// The filters that run, in order.
    pub fn pipeline(&self) -> &Pipeline {
        &self.pipeline
    }
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
