//! A change as a value: where, what stood there, what stands there now, and which rule asked for it.
//!
//! Filters only ever *propose* [`Edit`]s. [`Edits::resolve`] picks a disjoint set of them and [`Edits::apply`] is the
//! one place in the program where text changes. Since an edit carries the text it replaces, a set of edits checks
//! itself against the text it is applied to, can be turned around ([`Edits::inverse`]), and reads in a log without the page.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name of a rule, as `filter/rule-name`: what the audit blames each edit on.
///
/// A row of a table is named by its content, as in `restore/说念→道`. Names are never reused for another meaning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// A rule's name; `name` holds the filter too: `boilerplate/share-bar`.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The replacement of one piece of a text by another, and the rule that asked for it.
#[derive(Clone, PartialEq, Debug)]
pub struct Edit {
    /// Byte offset in the text that the edit is made to.
    pub at: usize,
    /// What stands there; empty for an insertion.
    pub before: Box<str>,
    /// What will stand there; empty for a deletion.
    pub after: Box<str>,
    /// Who asked for it.
    pub rule: RuleId,
    /// How much likelier the text becomes, in nats, where a model decided; `None` where a rule did.
    pub gain: Option<f32>,
}

impl Edit {
    /// The bytes that the edit replaces.
    pub fn range(&self) -> Range<usize> {
        self.at..self.at + self.before.len()
    }
}

/// An edit that was proposed and not made.
#[derive(Clone, PartialEq, Debug)]
pub struct Declined {
    /// The edit.
    pub edit: Edit,
    /// Why it was not made.
    pub because: Because,
}

/// Why an edit was not made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Because {
    /// Another edit that starts earlier, is longer, or comes from an earlier rule covers a part of its place.
    Overlap,
    /// Its rule is report-only: found and audited, never applied.
    ReportOnly,
}

/// Edits to one text, in order and disjoint.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Edits(Vec<Placed>);

/// An edit, and where its result begins in the text after all of them.
#[derive(Clone, PartialEq, Debug)]
struct Placed {
    edit: Edit,
    result: usize,
}

impl Edits {
    /// The edits that will be made out of those proposed, and those that will not: leftmost first, then longest, then
    /// first proposed. Two insertions at one place count as overlapping. An edit that changes nothing is dropped silently.
    pub fn resolve(mut proposed: Vec<Edit>) -> (Edits, Vec<Declined>) {
        // Stable: among equals the order of proposing decides.
        proposed.sort_by(|a, b| a.at.cmp(&b.at).then(b.before.len().cmp(&a.before.len())));
        let mut made: Vec<Edit> = Vec::with_capacity(proposed.len());
        let mut declined = Vec::new();
        for edit in proposed {
            if edit.before == edit.after {
                continue;
            }
            let free = made
                .last()
                .is_none_or(|last| last.range().end < edit.at || last.range().end == edit.at && !last.before.is_empty());
            if free {
                made.push(edit);
            } else {
                declined.push(Declined { edit, because: Because::Overlap });
            }
        }
        (Edits::of(made), declined)
    }

    /// The text with the edits made; borrows it when there is none.
    ///
    /// # Panics
    /// When the edits were not made for this text: `before` must stand at `at`.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let grown: usize = self.iter().map(|edit| edit.after.len()).sum();
        let mut out = String::with_capacity(text.len() + grown);
        let mut copied = 0;
        for edit in self.iter() {
            assert_eq!(&text[edit.range()], &*edit.before, "an edit of another text");
            out.push_str(&text[copied..edit.at]);
            out.push_str(&edit.after);
            copied = edit.range().end;
        }
        out.push_str(&text[copied..]);
        Cow::Owned(out)
    }

    /// The edits that turn the result back: `inverse().apply(&apply(text)) == text`.
    pub fn inverse(&self) -> Edits {
        let turned = self.0.iter().map(|Placed { edit, result }| Edit {
            at: *result,
            before: edit.after.clone(),
            after: edit.before.clone(),
            rule: edit.rule.clone(),
            gain: edit.gain.map(|gain| -gain),
        });
        Edits::of(turned)
    }

    /// The edits in order, each with the bytes of the text after the edits that came of it.
    pub fn placed(&self) -> impl Iterator<Item = (&Edit, Range<usize>)> {
        self.0.iter().map(|placed| (&placed.edit, placed.after()))
    }

    /// The range of the text before the edits that became `range` of the text after them. A range that touches what
    /// an edit wrote covers the whole of what that edit replaced. Takes time with the logarithm of the number of edits.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        trace(range, &self.0, Placed::after, Placed::before)
    }

    /// The range of the text after the edits that came of `range` of the text before them. A range that touches what
    /// an edit replaced covers the whole of what that edit wrote. Takes time with the logarithm of the number of edits.
    pub fn destination(&self, range: Range<usize>) -> Range<usize> {
        trace(range, &self.0, Placed::before, Placed::after)
    }

    /// The edits in order.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.iter().map(|placed| &placed.edit)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These edits, which are in order and disjoint.
    fn of(edits: impl IntoIterator<Item = Edit>) -> Edits {
        let place = |shift: &mut isize, edit: Edit| {
            let result = moved(edit.at, *shift);
            *shift += edit.after.len() as isize - edit.before.len() as isize;
            Some(Placed { edit, result })
        };
        Edits(edits.into_iter().scan(0, place).collect())
    }
}

impl Placed {
    /// What it replaces in the text before the edits.
    fn before(&self) -> Range<usize> {
        self.edit.range()
    }

    /// What came of that in the text after them.
    fn after(&self) -> Range<usize> {
        self.result..self.result + self.edit.after.len()
    }
}

/// Carries a range over from one text to another that differ in pieces, in order and disjoint: what is `here` in the one
/// is `there` in the other.
fn trace(
    range: Range<usize>,
    pieces: &[Placed],
    here: impl Fn(&Placed) -> Range<usize>,
    there: impl Fn(&Placed) -> Range<usize>,
) -> Range<usize> {
    // The offset, which lies before the piece of this number and after the one before it.
    let between = |offset: usize, next: usize| {
        let shift = next.checked_sub(1).map_or(0, |last| there(&pieces[last]).end as isize - here(&pieces[last]).end as isize);
        moved(offset, shift)
    };
    let first = pieces.partition_point(|piece| here(piece).end <= range.start);
    let start = match pieces.get(first) {
        Some(piece) if here(piece).start < range.start => there(piece).start,
        _ => between(range.start, first),
    };
    let last = pieces.partition_point(|piece| here(piece).end < range.end);
    let end = match pieces.get(last) {
        Some(piece) if here(piece).start < range.end => there(piece).end,
        _ => between(range.end, last),
    };
    // Only an empty range, where the other text has more, comes out reversed: it stands for the gap.
    start.min(end)..start.max(end)
}

/// An offset moved by what edits before it added. It stays in the text since edits are disjoint and in order.
fn moved(offset: usize, shift: isize) -> usize {
    offset.checked_add_signed(shift).expect("edits are disjoint and in order")
}
