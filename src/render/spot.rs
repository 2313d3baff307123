//! The places of a page that were changed, across all passes.

use std::ops::Range;

use crate::pipeline::{Audited, Cleaned};

/// A place where source and clean text differ, with every edit that had a part in it. Between two spots the texts agree.
#[derive(Clone, Debug)]
pub struct Spot<'c> {
    /// Bytes of the source text.
    pub source: Range<usize>,
    /// Bytes of the clean text.
    pub cleaned: Range<usize>,
    /// The edits in the order in which they were made.
    pub edits: Vec<Audited<'c>>,
}

/// The spots of a page in the order of the text. Edits whose places in the source overlap or touch share one.
pub fn spots(cleaned: &Cleaned) -> Vec<Spot<'_>> {
    let mut places: Vec<Range<usize>> = cleaned.audit().map(|audited| audited.source).collect();
    places.sort_by_key(|place| place.start);
    let mut spots: Vec<Spot<'_>> = Vec::new();
    for place in places {
        match spots.last_mut() {
            Some(last) if place.start <= last.source.end => last.source.end = last.source.end.max(place.end),
            _ => spots.push(Spot { source: place, cleaned: 0..0, edits: Vec::new() }),
        }
    }
    for audited in cleaned.audit() {
        let home = spots.partition_point(|spot| spot.source.end < audited.source.start);
        spots[home].edits.push(audited);
    }
    let mut shift = 0isize;
    let moved = |offset: usize, shift: isize| offset.checked_add_signed(shift).expect("spots are disjoint and in order");
    for spot in &mut spots {
        let start = moved(spot.source.start, shift);
        let grown = |audited: &Audited<'_>| audited.edit.after.len() as isize - audited.edit.before.len() as isize;
        shift += spot.edits.iter().map(grown).sum::<isize>();
        spot.cleaned = start..moved(spot.source.end, shift);
    }
    spots
}
