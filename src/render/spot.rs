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

/// The spots of a page in the order of the text. Edits whose places in the source overlap share one, and so do those that
/// touch where one of them takes nothing of the source.
pub fn spots(cleaned: &Cleaned) -> Vec<Spot<'_>> {
    let mut places: Vec<Range<usize>> = cleaned.audit().map(|audited| audited.source).collect();
    places.sort_by_key(|place| (place.start, place.end));
    let mut spots: Vec<Spot<'_>> = Vec::new();
    // Where the last place is that takes nothing.
    let mut gap = None;
    for place in places {
        gap = if place.is_empty() { Some(place.start) } else { gap };
        let is_of =
            |last: &&mut Spot<'_>| place.start < last.source.end || place.start == last.source.end && gap == Some(place.start);
        match spots.last_mut().filter(is_of) {
            Some(last) => last.source.end = last.source.end.max(place.end),
            None => spots.push(Spot { source: place, cleaned: 0..0, edits: Vec::new() }),
        }
    }
    for audited in cleaned.audit() {
        let Range { start, end } = audited.source;
        let home = spots.partition_point(|spot| spot.source.end < start || spot.source.end == start && start < end);
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
