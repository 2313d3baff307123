//! What a first decoding of a page teaches about its spinner.

use std::collections::HashMap;

use super::decoder::{Candidate, Taken};
use super::table::Table;

/// How often each row was taken in a first decoding.
///
/// A spinner has mostly one form for each original and one original for each form, so what the page shows clearly decides
/// what it leaves open.
pub struct Habits {
    rows: HashMap<u32, u32>,
}

impl Habits {
    /// Counts the rows that were taken.
    #[must_use]
    pub fn of(candidates: &[Candidate<'_>], taken: &[Taken]) -> Self {
        let mut rows = HashMap::new();
        for &row in taken.iter().flat_map(|taken| candidates[taken.candidate].rows.as_slice()) {
            *rows.entry(row).or_default() += 1;
        }
        Self { rows }
    }

    /// What a row costs because the page takes other originals of its form, in nats.
    #[must_use]
    pub fn of_form(&self, table: &Table, row: u32) -> f32 {
        let all: f32 = table.same_form(table.first_of_form(row)).map(|other| self.taken(other) + 0.5).sum();
        (all / (self.taken(row) + 0.5)).ln()
    }

    fn taken(&self, row: u32) -> f32 {
        self.rows.get(&row).copied().unwrap_or(0) as f32
    }
}
