//! Spin fit: whether a line of a spun page went through the spinner.
//!
//! A spinner works on the scraped page; what is injected comes after it. So on a spun page a line that holds words which the
//! spinner replaces everywhere else, and none of its forms, is foreign.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::filters::restore::characters::Characters;
use crate::filters::restore::table::{Table, Tier};
use crate::language::LanguageModel;

/// A line of a spun page is foreign when its score passes this: in 21,000 lines of spun pages none of the page's own did.
pub const FOREIGN: f32 = 3.0;

/// What a spun page shows of its spinner, to tell its own lines from foreign ones.
pub struct SpinFit {
    table: &'static Table,
    /// For each original by its first row: how often its forms and itself stand on the page.
    counts: HashMap<u32, Counts>,
    families: Vec<&'static str>,
}

/// How often the forms of an original and the original stand in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    forms: u32,
    original: u32,
}

/// The most that one form or original counts in a line.
const IN_LINE: u32 = 2;
/// What a form in a line says against its being foreign, in nats.
const FORM_SPEAKS: f32 = 2.0;

impl SpinFit {
    /// The spin fit of a page; `None` where its characters show no spinner.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let families = Characters::shared().families(text);
        if families.is_empty() {
            return None;
        }
        static TABLE: LazyLock<Table> = LazyLock::new(|| Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft]));
        let mut fit = Self { table: &TABLE, counts: HashMap::new(), families };
        fit.counts = fit.count(text);
        Some(fit)
    }

    /// How much a line of the page speaks for being foreign, in nats: see [`FOREIGN`]. Short lines, under twenty
    /// characters, hold too little to be told.
    #[must_use]
    pub fn foreign(&self, line: &str) -> f32 {
        let here = self.count(line);
        here.iter()
            .map(|(original, here)| {
                let page = self.counts.get(original).copied().unwrap_or_default();
                let forms = page.forms.saturating_sub(here.forms) as f32;
                let left = page.original.saturating_sub(here.original) as f32;
                let missed = if forms > 0.0 { ((forms + left + 1.0) / (left + 0.2)).ln() } else { 0.0 };
                here.original.min(IN_LINE) as f32 * missed.max(0.0) - FORM_SPEAKS * here.forms.min(IN_LINE) as f32
            })
            .sum()
    }

    fn count(&self, text: &str) -> HashMap<u32, Counts> {
        let mut counts = HashMap::<u32, Counts>::new();
        let of_families = |row: &u32| self.families.contains(&self.table.family(self.table.row(*row).family));
        for hit in self.table.forms(text) {
            // A form of several originals counts for each: which one it stands for here does not matter.
            for row in self.table.same_form(hit.row).filter(of_families) {
                counts.entry(self.table.first_of_original(row)).or_default().forms += 1;
            }
        }
        for (row, count) in self.table.found_originals(text) {
            if of_families(&row) {
                counts.entry(row).or_default().original += count;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_the_spinner_never_saw_is_foreign() {
        let own = "东说念主工智能的模子不错帮咱们使命，但它不知说念我方为什么要作念这件事。";
        let page =
            [own, "一又友说，咱们面前的使命莫得那么难，不雅众都心爱看。", "若是莫得东说念主问，我方也不会说念破。"].join("\n");
        let fit = SpinFit::of(&page).expect("a spun page");
        assert!(fit.foreign("想考证的人可以联系我们，没有基础的朋友也能做，自己在家就可以学习。") > FOREIGN);
        assert!(page.lines().all(|line| fit.foreign(line) < 0.0));
        assert!(SpinFit::of("没有人知道这件事，朋友们也不知道。").is_none());
    }
}
