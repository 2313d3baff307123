//! Two sets of restorations, the second made to the result of the first, as one set.

use std::ops::Range;

use super::Restoration;

/// The text with the restorations made. They must be in order and disjoint.
pub(super) fn apply(text: &str, edits: &[Restoration]) -> String {
    apply_within(text, 0..text.len(), edits)
}

/// The restorations of the text that give what `second` makes of `middle`, which is what `first` makes of the text.
///
/// Restorations that touch the same characters of the middle text become one: 运说念 → 运道 → 命运.
pub(super) fn compose(text: &str, first: Vec<Restoration>, middle: &str, second: Vec<Restoration>) -> Vec<Restoration> {
    if second.is_empty() {
        return first;
    }
    let placed = placed(&first);
    let mut out = Vec::with_capacity(first.len() + second.len());
    let (mut i, mut j, mut shift) = (0, 0, 0isize);
    while i < first.len() || j < second.len() {
        // The next cluster: grows from its leftmost member as long as one that is left overlaps it.
        let (from_i, from_j) = (i, j);
        let start = match (placed.get(i), second.get(j)) {
            (Some(a), Some(b)) => a.start.min(b.range.start),
            (Some(a), None) => a.start,
            (None, Some(b)) => b.range.start,
            (None, None) => break,
        };
        let mut end = start;
        loop {
            let joins = |range: &Range<usize>| range.start < end || range.start == start;
            if let Some(range) = placed.get(i).filter(|range| joins(range)) {
                end = end.max(range.end);
                i += 1;
            } else if let Some(edit) = second.get(j).filter(|edit| joins(&edit.range)) {
                end = end.max(edit.range.end);
                j += 1;
            } else {
                break;
            }
        }
        let source_start = start.saturating_add_signed(-shift);
        shift += first[from_i..i].iter().map(|edit| edit.after.len() as isize - edit.range.len() as isize).sum::<isize>();
        let range = source_start..end.saturating_add_signed(-shift);
        let after = apply_within(middle, start..end, &second[from_j..j]);
        let members = || first[from_i..i].iter().chain(&second[from_j..j]);
        if text[range.clone()] != after {
            let rows: Vec<&str> = members().map(|edit| &*edit.rows).collect();
            out.push(Restoration { range, after, rows: rows.join("+"), gain: members().map(|edit| edit.gain).sum() });
        }
    }
    out
}

/// Where each restoration's result stands in the text after all of them.
fn placed(edits: &[Restoration]) -> Vec<Range<usize>> {
    let mut shift = 0isize;
    let place = |edit: &Restoration| {
        let start = edit.range.start.saturating_add_signed(shift);
        shift += edit.after.len() as isize - edit.range.len() as isize;
        start..start + edit.after.len()
    };
    edits.iter().map(place).collect()
}

/// A piece of a text with the restorations in it made.
fn apply_within(text: &str, range: Range<usize>, edits: &[Restoration]) -> String {
    let mut out = String::with_capacity(range.len());
    let mut copied = range.start;
    for edit in edits {
        out.push_str(&text[copied..edit.range.start]);
        out.push_str(&edit.after);
        copied = edit.range.end;
    }
    out.push_str(&text[copied..range.end]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Range<usize>, after: &str) -> Restoration {
        Restoration { range, after: after.to_owned(), rows: after.to_owned(), gain: 1.0 }
    }

    #[test]
    fn the_composition_does_what_both_do() {
        let text = "abcdefgh";
        let first = vec![edit(1..3, "X"), edit(5..6, "YZ")];
        let middle = apply(text, &first);
        assert_eq!(middle, "aXdeYZgh");
        let second = vec![edit(0..1, "A"), edit(1..3, "xd"), edit(5..7, "zg"), edit(7..8, "")];
        let both = compose(text, first, &middle, second.clone());
        assert_eq!(apply(text, &both), apply(&middle, &second));
        let ranges: Vec<_> = both.iter().map(|edit| edit.range.clone()).collect();
        assert_eq!(ranges, [0..1, 1..4, 5..7, 7..8]);
        assert_eq!(both[1].rows, "X+xd");
    }
}
