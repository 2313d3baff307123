//! Spin fit: whether a line of a spun page went through the spinner.
//!
//! A spinner works on the scraped page; what is injected comes after it. So on a spun page a line that holds words which the
//! spinner replaces everywhere else, and none of its forms, is foreign.

use std::ops::Range;
use std::sync::LazyLock;

use crate::filters::restore::characters::Characters;
use crate::filters::restore::table::{Hit, Table, Tier};
use crate::language::LanguageModel;
use crate::page::Page;

/// A line of a spun page is foreign when its score passes this: of 2,300 own lines of pages spun with words of which a third are
/// in no table, two did.
pub const FOREIGN: f32 = 3.0;

/// What a spun page shows of its spinner, to tell its own lines from foreign ones.
pub struct SpinFit {
    /// Where forms stand, by end.
    forms: Vec<Place>,
    /// Where the originals of these forms stand, by end.
    originals: Vec<Place>,
    /// For each original that has a form on the page: how often its forms and itself stand there.
    counts: Vec<Counts>,
    /// How many characters the page has.
    length: f32,
}

/// Where a form or an original stands.
struct Place {
    range: Range<usize>,
    /// The number of the original among those that have a form on the page.
    original: usize,
    counts: Counts,
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
    fn add(&mut self, other: &Self) {
        self.forms += other.forms;
        self.original += other.original;
        self.ordinary = self.ordinary.max(other.ordinary);
        self.telling |= other.telling;
    }

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
        let shown: Vec<bool> = TABLE.family_names().map(|family| families.contains(&family)).collect();
        Some(Self::shown_by(&TABLE, page.text, &shown))
    }

    /// What a page shows of the spinners of these families.
    fn shown_by(table: &Table, text: &str, shown: &[bool]) -> Self {
        let of_families = |row: &u32| shown[usize::from(table.row(*row).family.0)];
        let mut forms = Vec::new();
        for Hit { range, row } in table.forms(text) {
            let rows = table.same_form(row).filter(of_families);
            let share = 1.0 / rows.clone().count() as f32;
            forms.extend(rows.map(|number| {
                let (original, row) = (table.first_of_original(number), table.row(number));
                let counts = Counts { forms: share, ordinary: row.spun_rate, telling: row.tier == Tier::Hard, original: 0.0 };
                (range.clone(), original, counts)
            }));
        }
        // An original without a form on the page says nothing.
        let mut known: Vec<u32> = forms.iter().map(|&(_, original, _)| original).collect();
        known.sort_unstable();
        known.dedup();
        let place = |(range, original, counts)| Some(Place { range, original: known.binary_search(&original).ok()?, counts });
        let forms: Vec<Place> = forms.into_iter().filter_map(place).collect();
        let originals = table.originals(text).filter(|hit| of_families(&hit.row));
        let originals = originals.map(|Hit { range, row }| (range, row, Counts { original: 1.0, ..Counts::default() }));
        let originals: Vec<Place> = originals.filter_map(place).collect();
        let mut counts = vec![Counts::default(); known.len()];
        forms.iter().chain(&originals).for_each(|place| counts[place.original].add(&place.counts));
        Self { forms, originals, counts, length: text.chars().count() as f32 }
    }

    /// How much a line of the page, or a piece of one, speaks for being foreign, in nats: see [`FOREIGN`]. Short lines, under
    /// twenty characters, hold too little to be told.
    #[must_use]
    pub fn foreign(&self, line: Range<usize>) -> f32 {
        let mut here: Vec<&Place> = within(&self.forms, &line).chain(within(&self.originals, &line)).collect();
        here.sort_by_key(|place| place.original);
        let foreign = |places: &[&Place]| {
            let mut here = Counts::default();
            places.iter().for_each(|place| here.add(&place.counts));
            self.speaks(here, self.counts[places[0].original])
        };
        here.chunk_by(|a, b| a.original == b.original).map(foreign).sum()
    }

    /// What the counts of an original in a line say for the line's being foreign, beside those of the page.
    fn speaks(&self, here: Counts, page: Counts) -> f32 {
        let missed = || {
            let elsewhere = Counts { forms: page.forms - here.forms, ..page };
            let forms = elsewhere.spun(self.length);
            let left = (page.original - here.original).max(0.0);
            if forms >= 0.5 { ((forms + left + 1.0) / (left + 0.2)).ln().max(0.0) } else { 0.0 }
        };
        let own = || if here.telling { FORM_SPEAKS } else { (1.0 + page.spun(self.length)).ln().min(FORM_SPEAKS) };
        let foreign = if here.original > 0.0 { here.original.min(IN_LINE) * missed() } else { 0.0 };
        if here.forms > 0.0 { foreign - own() * here.forms.min(IN_LINE) } else { foreign }
    }
}

/// The places, which are sorted by end, that lie within a range.
fn within<'p>(places: &'p [Place], range: &Range<usize>) -> impl Iterator<Item = &'p Place> {
    let first = places.partition_point(|place| place.range.end <= range.start);
    let last = places.partition_point(|place| place.range.end <= range.end);
    let start = range.start;
    places[first..last].iter().filter(move |place| place.range.start >= start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_the_spinner_never_saw_is_foreign() {
        let own = "东说念主工智能的模子不错帮咱们使命，但它不知说念我方为什么要作念这件事。";
        let foreign = "想考证的人可以联系我们，没有基础的朋友也能做，自己在家就可以学习。";
        let others = ["一又友说，咱们面前的使命莫得那么难，不雅众都心爱看。", "若是莫得东说念主问，我方也不会说念破。"];
        let page = [own, others[0], foreign, others[1]].join("\n");
        let fit = SpinFit::of(Page::new(&page)).expect("a spun page");
        for line in Page::new(&page).lines() {
            let score = fit.foreign(line.text_range());
            assert!(if line.text() == foreign { score > FOREIGN } else { score < 0.0 }, "{score} {}", line.text());
        }
        assert!(SpinFit::of(Page::new("没有人知道这件事，朋友们也不知道。")).is_none());
    }
}
