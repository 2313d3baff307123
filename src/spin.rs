//! Spin fit: whether a line of a spun page went through the spinner.
//!
//! A spinner works on the scraped page; what is injected comes after it. So on a spun page a line that holds words which the
//! spinner replaces everywhere else, and none of its forms, is foreign.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::filters::restore::characters::Characters;
use crate::filters::restore::table::{Table, Tier};
use crate::language::LanguageModel;
use crate::page::Page;

/// A line of a spun page is foreign when its score passes this: of 2,300 own lines of pages spun with words of which a third are
/// in no table, two did.
pub const FOREIGN: f32 = 3.0;

/// What a spun page shows of its spinner, to tell its own lines from foreign ones.
pub struct SpinFit {
    table: &'static Table,
    /// For each original by its first row: how often its forms and itself stand on the page.
    counts: BTreeMap<u32, Counts>,
    /// Whether the page shows each family of the table.
    shown: Vec<bool>,
    /// How many characters the page has.
    length: f32,
}

/// How often the forms of an original and the original stand in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Counts {
    /// A form that stands for several originals counts for each in part.
    forms: f32,
    original: f32,
    /// How often its forms stand in as much text that is not spun: many of them are ordinary words.
    ordinary: f32,
    /// Whether one of the forms is nobody's word.
    telling: bool,
}

impl Counts {
    /// How many of the forms came from the spinner.
    fn spun(&self, length: f32) -> f32 {
        (self.forms - 2.0 * self.ordinary * length).max(0.0)
    }
}

/// The most that one form or original counts in a line.
const IN_LINE: f32 = 2.0;
/// What a form in a line says at most against its being foreign, in nats.
const FORM_SPEAKS: f32 = 2.0;

impl SpinFit {
    /// The spin fit of a page; `None` where its characters show no spinner.
    #[must_use]
    pub fn of(page: Page<'_>) -> Option<Self> {
        let families = Characters::shared().families(page);
        if families.is_empty() {
            return None;
        }
        static TABLE: LazyLock<Table> =
            LazyLock::new(|| Table::embedded(LanguageModel::embedded(), &[Tier::Hard, Tier::Soft, Tier::Word]));
        let length = page.text.chars().count() as f32;
        let shown = TABLE.family_names().map(|family| families.contains(&family)).collect();
        let mut fit = Self { table: &TABLE, counts: BTreeMap::new(), shown, length };
        fit.counts = fit.count(page.text);
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
                let elsewhere = Counts { forms: page.forms - here.forms, ..page };
                let forms = elsewhere.spun(self.length);
                let left = (page.original - here.original).max(0.0);
                let missed = if forms >= 0.5 { ((forms + left + 1.0) / (left + 0.2)).ln() } else { 0.0 };
                let speaks = if here.telling { FORM_SPEAKS } else { (1.0 + page.spun(self.length)).ln().min(FORM_SPEAKS) };
                here.original.min(IN_LINE) * missed.max(0.0) - speaks * here.forms.min(IN_LINE)
            })
            .sum()
    }

    fn count(&self, text: &str) -> BTreeMap<u32, Counts> {
        let mut counts = BTreeMap::<u32, Counts>::new();
        let of_families = |row: &u32| self.shown[usize::from(self.table.row(*row).family.0)];
        for hit in self.table.forms(text) {
            let rows = self.table.same_form(hit.row).filter(of_families);
            let share = 1.0 / rows.clone().count() as f32;
            for number in rows {
                let row = self.table.row(number);
                let counts = counts.entry(self.table.first_of_original(number)).or_default();
                counts.forms += share;
                counts.ordinary = counts.ordinary.max(row.spun_rate);
                counts.telling |= row.tier == Tier::Hard;
            }
        }
        for (row, count) in self.table.found_originals(text) {
            if of_families(&row) {
                counts.entry(row).or_default().original += count as f32;
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
        let fit = SpinFit::of(Page::new(&page)).expect("a spun page");
        assert!(fit.foreign("想考证的人可以联系我们，没有基础的朋友也能做，自己在家就可以学习。") > FOREIGN);
        assert!(page.lines().all(|line| fit.foreign(line) < 0.0));
        assert!(SpinFit::of(Page::new("没有人知道这件事，朋友们也不知道。")).is_none());
    }
}
