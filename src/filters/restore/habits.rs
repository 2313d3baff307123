//! What a decoding of a page teaches about its spinner.

use super::decoder::{Candidate, Taken};
use super::table::{Hit, Table};

/// How often each row was taken in a decoding, and how often its form stands there.
///
/// A spinner has mostly one form for each original and one original for each form, so what the page shows clearly decides
/// what it leaves open.
#[derive(Debug, PartialEq)]
pub struct Habits {
    /// By number of the row.
    rows: Vec<u32>,
    /// By the first row of a form, how often it stands on the page.
    forms: Vec<u32>,
}

impl Habits {
    /// Counts the rows that were taken among the forms that were found.
    #[must_use]
    pub fn of(table: &Table, hits: &[Hit], candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let mut habits = Self { rows: vec![0; table.rows().len()], forms: vec![0; table.rows().len()] };
        hits.iter().for_each(|hit| habits.forms[hit.row as usize] += 1);
        for &row in taken.iter().flat_map(|taken| candidates[taken.candidate].rows.as_slice()) {
            habits.rows[row as usize] += 1;
        }
        habits
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
        let all = self.forms[form as usize] as f32;
        let taken: f32 = table.same_form(form).map(|row| self.taken(row)).sum();
        ((all - taken).max(0.0) + 1.0) / (all + 1.0)
    }

    fn taken(&self, row: u32) -> f32 {
        self.rows[row as usize] as f32
    }
}
