//! What a batch does with the verdicts on its pages: pages are dropped for them, and they are written.

use std::io::{self, Write};

use jingwen::CleanedPage;
use jingwen::render::audit::{self, Offset};
use jingwen::verdict::{Kind, Verdict};

/// What is done with verdicts; without anything to do none is worked out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdicts {
    /// Pages of these kinds are left out.
    pub(crate) drop: Vec<Kind>,
    /// Whether each is written beside its page and in the audit.
    pub(crate) are_written: bool,
}

/// What becomes of a page.
#[derive(Debug, Default)]
pub(crate) struct Ruling {
    /// The verdict, where it is wanted.
    pub(crate) verdict: Option<Verdict>,
    /// Whether the page is left out for it.
    pub(crate) is_dropped: bool,
}

impl Verdicts {
    /// What becomes of a page.
    pub(crate) fn on(&self, page: &CleanedPage) -> Ruling {
        if self.drop.is_empty() && !self.are_written {
            return Ruling::default();
        }
        let verdict = page.verdict();
        let is_dropped = self.drop.contains(&verdict.kind);
        Ruling { verdict: Some(verdict).filter(|_| is_dropped || self.are_written), is_dropped }
    }
}

impl Ruling {
    /// Writes the audit records of a page: its verdict, and its edits unless it was dropped. `whole` is what was dropped.
    pub(crate) fn audit(
        &self,
        out: &mut impl Write,
        name: &str,
        url: Option<&str>,
        page: &CleanedPage,
        whole: &str,
    ) -> io::Result<()> {
        if let Some(verdict) = &self.verdict {
            audit::write_verdict(out, name, url, verdict, self.is_dropped.then_some(whole))?;
        }
        if self.is_dropped { Ok(()) } else { audit::write(out, name, url, page, Offset::default()) }
    }
}
