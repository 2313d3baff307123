//! What a report keeps of one page.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use serde::Serialize;

use crate::cleaner::CleanedPage;
use crate::edit::{Edit, RuleId};
use crate::render::spot::{Spot, spots};

/// How much text of a page is kept whole, in bytes; each change counts [`CHANGE`] more. Articles are shorter.
const WHOLE: usize = 48 << 10;
/// What a change costs beside its text.
const CHANGE: usize = 64;
/// How much is kept around the changes of a page that is longer, in bytes to each side.
const CONTEXT: usize = 240;
/// The longest removed or written text that is kept whole, in bytes.
const LONGEST: usize = 2400;
/// The longest text of one of several edits in one place that is kept whole, in bytes.
const STEP: usize = 240;
/// How many edits of one place are kept.
const STEPS: usize = 24;

/// One page as the report shows it: counts of everything, and its text as far as it is shown.
///
/// Its text takes at most about 50 kB, whatever the page.
#[derive(Clone, Debug)]
pub struct Digest {
    pub(super) name: String,
    pub(super) url: Option<String>,
    pub(super) encoding: &'static str,
    pub(super) bytes: u64,
    /// Characters of the source text.
    pub(super) chars: u64,
    /// Bytes that are no characters.
    pub(super) malformed: u64,
    pub(super) filters: BTreeMap<&'static str, Amount>,
    pub(super) rules: BTreeMap<RuleId, RuleShare>,
    /// All of `filters` together.
    pub(super) amount: Amount,
    pub(super) pieces: Vec<Piece>,
    /// Changed places that `pieces` leaves out.
    pub(super) places_left_out: u64,
    /// What it costs to keep the page, in bytes.
    pub(super) weight: usize,
}

/// How much was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Amount {
    pub(super) edits: u64,
    /// Characters that were taken away with nothing in their place.
    pub(super) removed: u64,
    /// Characters that were written in the place of others.
    pub(super) written: u64,
}

/// What a rule did to a page.
#[derive(Clone, Debug)]
pub(super) struct RuleShare {
    pub(super) filter: &'static str,
    pub(super) amount: Amount,
    /// Its first edit.
    pub(super) sample: (Clip, Clip),
}

/// A piece of the source text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Text that was not changed.
    Same(String),
    /// Text that is not shown: so many characters.
    Gap(u64),
    /// A changed place, with the first of its edits and how many more there are.
    Place { before: Clip, after: Clip, steps: Vec<Step>, more: u64 },
}

/// An edit of a changed place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) rule: RuleId,
    pub(super) gain: Option<f32>,
    /// What it replaced by what; `None` where it is the whole of its place.
    pub(super) texts: Option<(Clip, Clip)>,
}

/// The beginning of a text, and how many characters follow.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Clip {
    pub(super) text: String,
    pub(super) more: u64,
}

impl Digest {
    /// The digest of a page that was cleaned: its name in the run, its address where it has one, and its length in bytes.
    pub fn new(name: &str, url: Option<&str>, bytes: u64, page: &CleanedPage) -> Self {
        let source = page.source();
        let mut digest = Self {
            name: Clip::new(name, LONGEST).text,
            url: url.map(|url| Clip::new(url, LONGEST).text),
            encoding: page.decoded.encoding,
            bytes,
            chars: count(source),
            malformed: page.decoded.malformed.len() as u64,
            filters: BTreeMap::new(),
            rules: BTreeMap::new(),
            amount: Amount::default(),
            pieces: Vec::new(),
            places_left_out: 0,
            weight: 0,
        };
        for (filter, edit) in page.cleaned.passes.iter().flat_map(|pass| pass.made.iter().map(|edit| (pass.filter, edit))) {
            digest.count(filter, edit);
        }
        let mut writer = Writer { source, clean: &page.cleaned.text, digest: &mut digest };
        writer.write(&spots(&page.cleaned));
        digest.weight += digest.rules.len() * 4 * CHANGE;
        digest
    }

    /// How many characters were removed or written.
    pub(super) fn changed(&self) -> u64 {
        self.amount.changed()
    }

    fn count(&mut self, filter: &'static str, edit: &Edit) {
        let amount = Amount::of(edit);
        self.amount += amount;
        *self.filters.entry(filter).or_default() += amount;
        let share = self.rules.entry(edit.rule.clone()).or_insert_with(|| RuleShare {
            filter,
            amount: Amount::default(),
            sample: (Clip::new(&edit.before, STEP), Clip::new(&edit.after, STEP)),
        });
        share.amount += amount;
    }
}

impl Amount {
    /// What one edit changes.
    fn of(edit: &Edit) -> Self {
        match count(&edit.after) {
            0 => Self { edits: 1, removed: count(&edit.before), written: 0 },
            written => Self { edits: 1, removed: 0, written },
        }
    }

    /// Characters removed or written.
    pub(super) fn changed(self) -> u64 {
        self.removed + self.written
    }
}

impl AddAssign for Amount {
    fn add_assign(&mut self, more: Self) {
        self.edits += more.edits;
        self.removed += more.removed;
        self.written += more.written;
    }
}

impl Clip {
    /// At most so many bytes of a text.
    pub(super) fn new(text: &str, longest: usize) -> Self {
        let end = boundary(text, longest);
        Self { text: text[..end].to_owned(), more: count(&text[end..]) }
    }
}

/// Writes the pieces of a page.
struct Writer<'p> {
    source: &'p str,
    clean: &'p str,
    digest: &'p mut Digest,
}

impl Writer<'_> {
    /// Writes the text with its changed places, whole if it is short enough, else the places with what stands around them.
    fn write(&mut self, places: &[Spot<'_>]) {
        let changes: usize = places.iter().map(|place| CHANGE * (1 + place.edits.len()) + place.cleaned.len()).sum();
        let is_whole = !places.is_empty() && self.source.len() + changes <= WHOLE;
        let mut at = 0;
        for (number, place) in places.iter().enumerate() {
            if self.digest.weight > WHOLE {
                self.digest.places_left_out = (places.len() - number) as u64;
                return self.push(Piece::Gap(count(&self.source[at..])), 0);
            }
            self.write_same(&self.source[at..place.source.start], is_whole);
            self.write_place(place);
            at = place.source.end;
        }
        self.write_same(&self.source[at..], is_whole);
    }

    fn write_same(&mut self, text: &str, is_whole: bool) {
        if is_whole || text.len() <= 2 * CONTEXT {
            return self.push(Piece::Same(text.to_owned()), text.len());
        }
        let (head, tail) = (boundary(text, CONTEXT), boundary(text, text.len() - CONTEXT));
        self.push(Piece::Same(text[..head].to_owned()), head);
        self.push(Piece::Gap(count(&text[head..tail])), 0);
        self.push(Piece::Same(text[tail..].to_owned()), text.len() - tail);
    }

    fn write_place(&mut self, place: &Spot<'_>) {
        let (before, after) = (&self.source[place.source.clone()], &self.clean[place.cleaned.clone()]);
        let is_alone = |edit: &Edit| place.edits.len() == 1 && *edit.before == *before && *edit.after == *after;
        let texts = |edit: &Edit| (Clip::new(&edit.before, STEP), Clip::new(&edit.after, STEP));
        let steps = place.edits.iter().take(STEPS).map(|audited| Step {
            rule: audited.edit.rule.clone(),
            gain: audited.edit.gain,
            texts: (!is_alone(audited.edit)).then(|| texts(audited.edit)),
        });
        let steps: Vec<Step> = steps.collect();
        let weight = before.len().min(LONGEST) + after.len().min(LONGEST) + CHANGE * (1 + steps.len());
        let more = (place.edits.len() - steps.len()) as u64;
        let (before, after) = (Clip::new(before, LONGEST), Clip::new(after, LONGEST));
        self.push(Piece::Place { before, after, steps, more }, weight);
    }

    fn push(&mut self, piece: Piece, weight: usize) {
        if piece != Piece::Same(String::new()) {
            self.digest.weight += weight;
            self.digest.pieces.push(piece);
        }
    }
}

/// The last place between two characters that is no further than `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn count(text: &str) -> u64 {
    text.chars().count() as u64
}
