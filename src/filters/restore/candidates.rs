//! Which places of a text may be restored, and to what: the edges of the decoder's lattice.

use std::borrow::Cow;

use super::decoder::{Candidate, Rows};
use super::table::{Hit, Table};

/// How far rows are chained.
#[derive(Clone, Copy, Debug)]
pub struct Chains {
    /// The most rows that are undone in one place; three at most.
    pub rows: usize,
    /// What a chain may cost before one more row, in nats.
    pub cost: f32,
}

/// Every way to undo one row, or a chain of rows, at the places where spun forms were found.
///
/// A spinner replaces strings one after the other and so matches its own output, across the borders of words too:
/// 生活中认识 → 生活中意志 → 生活满意志. A chain is undone in one candidate: a row is undone, and then the rows whose form
/// holds a part of what came of it.
pub struct Ways<'t> {
    /// Sorted by where they start, where they end and what they write; each with the hit that it begins with.
    ways: Vec<(usize, Candidate<'t>)>,
}

impl<'t> Ways<'t> {
    /// The ways at these hits. `cost` gives what a row costs, `None` where it must not be used; `extra` what it costs above
    /// that in a place.
    #[must_use]
    pub fn of(
        table: &'t Table,
        text: &str,
        hits: &[Hit],
        chains: Chains,
        extra: impl Fn(&Hit, u32) -> f32,
        cost: impl Fn(u32) -> Option<f32>,
    ) -> Self {
        let mut ways = Vec::new();
        let mut chained = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            for row in table.same_form(hit.row) {
                let Some(cost_of_row) = cost(row) else { continue };
                let original = &*table.row(row).original;
                let candidate = Candidate {
                    range: hit.range.clone(),
                    after: Cow::Borrowed(original),
                    cost: cost_of_row + extra(hit, row),
                    rows: Rows::one(row),
                };
                chain(table, text, &candidate, chains, &cost, &mut chained);
                ways.extend(chained.drain(..).chain([candidate]).map(|candidate| (number, candidate)));
            }
        }
        ways.sort_by(|(_, a), (_, b)| {
            let place = |candidate: &Candidate<'_>| (candidate.range.start, candidate.range.end);
            place(a).cmp(&place(b)).then_with(|| a.after.cmp(&b.after))
        });
        Self { ways }
    }

    /// The lattice: of ways that write the same in the same place the cheapest. Sorted by where they start.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate<'t>> {
        self.cheapest(|(_, way)| way.cost)
    }

    /// The same lattice where rows cost something else. The rows that must not be used are the same, and no chain is too dear.
    #[must_use]
    pub fn at_costs(
        &self,
        hits: &[Hit],
        extra: impl Fn(&Hit, u32) -> f32,
        cost: impl Fn(u32) -> Option<f32>,
    ) -> Vec<Candidate<'t>> {
        let cost = |row| cost(row).unwrap_or(f32::INFINITY);
        self.cheapest(|(hit, way)| match way.rows.as_slice() {
            [] => way.cost,
            [first, further @ ..] => further.iter().fold(cost(*first) + extra(&hits[*hit], *first), |sum, &row| sum + cost(row)),
        })
    }

    fn cheapest(&self, cost: impl Fn(&(usize, Candidate<'t>)) -> f32) -> Vec<Candidate<'t>> {
        let mut cheapest: Vec<Candidate<'t>> = Vec::with_capacity(self.ways.len());
        for way in &self.ways {
            let cost = cost(way);
            let next = Candidate { cost, ..way.1.clone() };
            match cheapest.last_mut().filter(|last| last.range == next.range && last.after == next.after) {
                Some(last) if cost.total_cmp(&last.cost).is_lt() => *last = next,
                Some(_) => {}
                None => cheapest.push(next),
            }
        }
        cheapest
    }
}

/// Adds the candidates that undo further rows on the result of one.
fn chain<'t>(
    table: &'t Table,
    text: &str,
    candidate: &Candidate<'t>,
    chains: Chains,
    cost: &impl Fn(u32) -> Option<f32>,
    found: &mut Vec<Candidate<'t>>,
) {
    if candidate.rows.as_slice().len() >= chains.rows || candidate.cost > chains.cost {
        return;
    }
    let reach = table.longest();
    let before = tail(&text[..candidate.range.start], reach);
    let after = head(&text[candidate.range.end..], reach);
    let local = format!("{before}{}{after}", candidate.after);
    let inner = before.len()..before.len() + candidate.after.len();
    for hit in table.forms(&local) {
        let overlaps = hit.range.start < inner.end && hit.range.end > inner.start;
        if !overlaps {
            continue;
        }
        for row in table.same_form(hit.row) {
            let (Some(more), Some(rows)) = (cost(row), candidate.rows.then(row)) else { continue };
            if more > chains.cost {
                continue;
            }
            let left = inner.start.saturating_sub(hit.range.start);
            let right = hit.range.end.saturating_sub(inner.end);
            let range = candidate.range.start - left..candidate.range.end + right;
            let kept_left = &local[inner.start..hit.range.start.max(inner.start)];
            let kept_right = &local[hit.range.end.min(inner.end)..inner.end];
            let original = &*table.row(row).original;
            let result = format!("{kept_left}{original}{kept_right}");
            if text[range.clone()] == result {
                continue;
            }
            let longer = Candidate { range, after: Cow::Owned(result), cost: candidate.cost + more, rows };
            chain(table, text, &longer, chains, cost, found);
            found.push(longer);
        }
    }
}

/// The last characters of a text's last line, at most this many bytes.
pub(super) fn tail(text: &str, bytes: usize) -> &str {
    let start = (text.len().saturating_sub(bytes)..=text.len()).find(|&at| text.is_char_boundary(at));
    let tail = &text[start.unwrap_or(text.len())..];
    tail.rsplit('\n').next().unwrap_or(tail)
}

/// The first characters of a text's first line, at most this many bytes.
pub(super) fn head(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|&at| text.is_char_boundary(at));
    let head = &text[..end.unwrap_or(0)];
    head.split('\n').next().unwrap_or(head)
}
