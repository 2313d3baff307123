//! What a decoding of a page teaches about its spinner.

use std::collections::HashMap;

use super::decoder::{Candidate, Taken};
use super::table::{Hit, Table};

/// How often each row was taken in a decoding, and how often its form stands there.
///
/// A spinner has mostly one form for each original and one original for each form, so what the page shows clearly decides
/// what it leaves open.
#[derive(Debug, Default, PartialEq)]
pub struct Habits {
    rows: HashMap<u32, u32>,
    /// By the first row of a form, how often it stands on the page.
    forms: HashMap<u32, u32>,
}

impl Habits {
    /// Counts the rows that were taken among the forms that were found.
    #[must_use]
    pub fn of(hits: &[Hit], candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let (mut rows, mut forms) = (HashMap::new(), HashMap::new());
        for hit in hits {
            *forms.entry(hit.row).or_default() += 1;
        }
        for &row in taken.iter().flat_map(|taken| candidates[taken.candidate].rows.as_slice()) {
            *rows.entry(row).or_default() += 1;
        }
        Self { rows, forms }
    }

    /// What a row costs because the page takes other originals of its form, in nats.
    #[must_use]
    pub fn of_form(&self, table: &Table, row: u32) -> f32 {
        let all: f32 = table.same_form(table.first_of_form(row)).map(|other| self.taken(other) + 0.5).sum();
        (all / (self.taken(row) + 0.5)).ln()
    }

    /// The share of a form's places that were left as they are, with one more that was.
    #[must_use]
    pub fn left(&self, table: &Table, form: u32) -> f32 {
        let all = self.forms.get(&form).copied().unwrap_or(0) as f32;
        let taken: f32 = table.same_form(form).map(|row| self.taken(row)).sum();
        ((all - taken).max(0.0) + 1.0) / (all + 1.0)
    }

    fn taken(&self, row: u32) -> f32 {
        self.rows.get(&row).copied().unwrap_or(0) as f32
    }
}
