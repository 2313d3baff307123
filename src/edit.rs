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
pub struct Edits(Vec<Edit>);

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
        (Edits(made), declined)
    }

    /// The text with the edits made; borrows it when there is none.
    ///
    /// # Panics
    /// When the edits were not made for this text: `before` must stand at `at`.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let grown: usize = self.0.iter().map(|edit| edit.after.len()).sum();
        let mut out = String::with_capacity(text.len() + grown);
        let mut copied = 0;
        for edit in &self.0 {
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
        let turned = self.placed().map(|(edit, result)| Edit {
            at: result.start,
            before: edit.after.clone(),
            after: edit.before.clone(),
            rule: edit.rule.clone(),
            gain: edit.gain.map(|gain| -gain),
        });
        Edits(turned.collect())
    }

    /// The edits in order, each with the bytes of the text after the edits that came of it.
    pub fn placed(&self) -> impl Iterator<Item = (&Edit, Range<usize>)> {
        self.0.iter().scan(0isize, |shift, edit| {
            let start = moved(edit.at, *shift);
            *shift += growth(edit);
            Some((edit, start..start + edit.after.len()))
        })
    }

    /// The range of the text before the edits that became `range` of the text after them. A range that touches what
    /// an edit wrote covers the whole of what that edit replaced.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        trace(range, self.placed().map(|(edit, result)| (result, edit.range())))
    }

    /// The range of the text after the edits that came of `range` of the text before them. A range that touches what
    /// an edit replaced covers the whole of what that edit wrote.
    pub fn destination(&self, range: Range<usize>) -> Range<usize> {
        trace(range, self.placed().map(|(edit, result)| (edit.range(), result)))
    }

    /// The edits in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Edit> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'e> IntoIterator for &'e Edits {
    type Item = &'e Edit;
    type IntoIter = std::slice::Iter<'e, Edit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Carries a range over from one text to another that differ in the given pieces (here, there), in order and disjoint.
fn trace(range: Range<usize>, pieces: impl Iterator<Item = (Range<usize>, Range<usize>)>) -> Range<usize> {
    let mut shift = 0;
    let (mut start, mut end) = (None, None);
    for (here, there) in pieces {
        if range.start < here.end {
            start.get_or_insert_with(|| moved(range.start, shift).min(there.start));
        }
        if range.end <= here.start {
            end.get_or_insert_with(|| moved(range.end, shift));
        } else if range.end <= here.end {
            end.get_or_insert(there.end);
        }
        if start.is_some() && end.is_some() {
            break;
        }
        shift = there.end as isize - here.end as isize;
    }
    let start = start.unwrap_or_else(|| moved(range.start, shift));
    let end = end.unwrap_or_else(|| moved(range.end, shift));
    // Only an empty range, where the other text has more, comes out reversed: it stands for the gap.
    start.min(end)..start.max(end)
}

/// An offset moved by what edits before it added. It stays in the text since edits are disjoint and in order.
fn moved(offset: usize, shift: isize) -> usize {
    offset.checked_add_signed(shift).expect("edits are disjoint and in order")
}

/// By how many bytes an edit makes the text longer.
fn growth(edit: &Edit) -> isize {
    edit.after.len() as isize - edit.before.len() as isize
}
