//! The pieces of a page that are judged, and what the page says about all of them.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::contacts::{Contact, Kind, Triggers, contacts, may_hold_any};
use super::glue;
use super::segments::{Extent, Segment, segments};
use super::signs::{CALL, HONEST, Signs};
use crate::page::{Line, Page};
use crate::spin::{self, SpinFit};
use crate::subject::{FIT, RarePairs};

/// A segment with fewer bytes than this says too little without a contact: 12 Chinese characters.
pub(super) const SHORT: usize = 36;
/// From which weight on the signs of a segment say what it is about.
const ABOUT: f32 = 3.0;
/// A line with more than this share of innocent sentences is not judged as one.
const MIXED: f32 = 0.4;
/// A page with so many pitches is about nothing else.
const PITCHES: usize = 3;
/// A page with so many pieces about one kind, and no word of a report, sells.
const SELLING: usize = 3;
/// How many bytes before and behind a piece are read for words of honest reports: 60 Chinese characters.
const AROUND: usize = 180;

/// A piece of a page and what it holds.
#[derive(Clone)]
pub(super) struct Piece<'t> {
    pub segment: Segment<'t>,
    /// What it says by itself.
    pub hints: Hints,
    contacts: Vec<Contact>,
    /// How far its words are ones that the page's spinner replaces everywhere else.
    pub unspun: f32,
}

/// What a piece of a page says by itself.
#[derive(Clone)]
pub(super) struct Hints {
    /// The weight of its signs by kind; a word counts once.
    pub kinds: BTreeMap<u8, f32>,
    /// Whether it or a part of it may hold a contact.
    pub may_reach: bool,
}

impl Piece<'_> {
    /// How many contacts of a kind it holds.
    pub(super) fn count(&self, kind: Kind) -> usize {
        self.contacts.iter().filter(|contact| contact.kind == kind).count()
    }

    fn is_suspect(&self) -> bool {
        !self.hints.kinds.is_empty() || !self.contacts.is_empty() || self.unspun > 0.0
    }

    /// Whether it offers something and a way to get it.
    fn is_pitch(&self) -> bool {
        let reach = self.contacts.iter().any(|contact| contact.kind != Kind::Link);
        reach && (self.count(Kind::Hidden) > 0 || self.hints.kinds.iter().any(|(kind, weight)| *kind != CALL && *weight >= ABOUT))
    }

    /// Whether it may well be the article's own, beside injected text in one line.
    fn is_innocent(&self) -> bool {
        self.contacts.is_empty() && self.unspun <= 0.0 && self.hints.kinds.values().all(|&weight| weight < ABOUT)
    }

    /// Whether it asks to get in touch. Inside a paragraph only such a sentence is judged apart: an article may turn to
    /// another subject for a sentence.
    fn asks(&self) -> bool {
        !self.contacts.is_empty() || self.hints.kinds.contains_key(&CALL)
    }

    /// Whether it is long enough to be judged by its words.
    fn says_enough(&self) -> bool {
        self.segment.text.len() >= SHORT || !self.contacts.is_empty()
    }
}

/// The pieces of a page.
pub(super) struct Pieces<'t> {
    page: Page<'t>,
    signs: Signs,
    triggers: Triggers,
    spin: Option<SpinFit>,
    /// The lines, and the sentences of long lines, that are suspect.
    marked: Vec<Piece<'t>>,
    /// How many of them are about each kind; none where the page is nothing but pitches.
    about: BTreeMap<u8, usize>,
    /// How many of them hold a hidden contact.
    hiding: usize,
    /// Whether the page is an advert itself: what offers a contact there is one, too.
    pub selling: bool,
    /// The rare pairs of characters of the page.
    pairs: OnceCell<RarePairs>,
}

impl<'t> Pieces<'t> {
    /// The pieces of a page that hold a sign, a contact, or what its spinner never saw.
    pub(super) fn of(page: Page<'t>) -> Self {
        Self::unread(page).read()
    }

    /// A page whose pieces are yet to be [read](Self::read).
    pub(super) fn unread(page: Page<'t>) -> Self {
        let signs = Signs::of(page);
        let spin = if signs.spun { SpinFit::of(page) } else { None };
        let (triggers, marked, about) = (Triggers::of(page), Vec::new(), BTreeMap::new());
        Self { page, signs, triggers, spin, marked, about, hiding: 0, selling: false, pairs: OnceCell::new() }
    }

    /// The page with its pieces.
    pub(super) fn read(self) -> Self {
        let mut pieces = self;
        pieces.marked = pieces.find_marked();
        for (kind, _) in pieces.marked.iter().flat_map(|piece| &piece.hints.kinds).filter(|(_, weight)| **weight >= ABOUT) {
            *pieces.about.entry(*kind).or_default() += 1;
        }
        let reports = pieces.signs.found.iter().any(|sign| sign.kind == HONEST);
        pieces.selling = !reports && pieces.about.iter().any(|(kind, count)| *kind != CALL && *count >= SELLING);
        pieces.hiding = pieces.marked.iter().filter(|piece| piece.count(Kind::Hidden) > 0).count();
        if pieces.marked.iter().filter(|piece| piece.is_pitch()).count() >= PITCHES {
            pieces.about.clear();
        }
        pieces
    }

    /// The text of the page.
    pub(super) fn text(&self) -> &'t str {
        self.page.text
    }

    /// How many pieces of the page are about a kind.
    pub(super) fn about(&self, kind: u8) -> usize {
        self.about.get(&kind).copied().unwrap_or(0)
    }

    /// How many pieces beside this one hold a hidden contact.
    pub(super) fn company(&self, piece: &Piece<'_>) -> usize {
        self.hiding.saturating_sub(usize::from(piece.count(Kind::Hidden) > 0))
    }

    /// Whether the page shows a spinner.
    pub(super) fn is_spun(&self) -> bool {
        self.spin.is_some()
    }

    /// How many pieces hold a hidden contact.
    pub(super) fn hiding(&self) -> usize {
        self.hiding
    }

    /// Whether this may hold for a suspect line, or for a sentence of a long one. What holds for a sentence must hold for its line,
    /// which says as much by itself, or more.
    pub(super) fn may_hold(&self, holds: impl Fn(&Hints) -> bool) -> bool {
        let lines = self.page.lines().filter(|line| self.is_marked(*line));
        let mut lines = lines.filter(|line| holds(&self.hints(&line.whole_range(), line.start, line.whole)));
        lines.any(|line| segments(line).iter().any(|piece| holds(&self.hints(&piece.range, piece.start, piece.text))))
    }

    /// What is judged of the lines for which `may_go` holds, in any order: they, their sentences and parts that say enough.
    pub(super) fn judged(&self, may_go: impl Fn(&Piece<'t>) -> bool) -> Vec<Piece<'t>> {
        let mut judged = Vec::new();
        for piece in self.marked.iter().filter(|piece| may_go(piece)) {
            let sentences: Vec<Piece<'t>> = piece.segment.sentences().into_iter().map(|sentence| self.piece(sentence)).collect();
            let innocent = sentences.iter().filter(|sentence| sentence.is_innocent());
            let innocent = innocent.map(|sentence| sentence.segment.text.len()).sum::<usize>();
            if innocent as f32 <= MIXED * piece.segment.text.len() as f32 {
                judged.push(piece.clone());
            }
            judged.extend(sentences.into_iter().filter(Piece::asks));
            judged.extend(piece.segment.parts(&piece.contacts).into_iter().map(|part| self.piece(part)));
        }
        judged.retain(Piece::says_enough);
        judged
    }

    /// How little of what a piece of the page is about comes up elsewhere on it: 1 nothing, 0 as much as in an article's
    /// own segments.
    pub(super) fn unfit(&self, piece: &str) -> f32 {
        let page = self.pairs.get_or_init(|| RarePairs::of(self.page.text));
        let own = RarePairs::of(piece);
        if own.len() < 4 {
            return 0.0;
        }
        (1.0 - own.elsewhere(page) as f32 / own.len() as f32 / FIT).clamp(0.0, 1.0)
    }

    fn find_marked(&self) -> Vec<Piece<'t>> {
        let title = self.page.lines().find(|line| !line.is_blank()).map(|line| line.start);
        let mut marked = Vec::new();
        for line in self.page.lines().filter(|line| self.is_marked(*line)) {
            let is_title = title == Some(line.start) && line.whole.len() < self.page.text.len();
            let found = segments(line).into_iter().map(|segment| self.piece(segment));
            // A title says what the page is about: only what it offers can be injected.
            marked.extend(found.filter(|piece| piece.is_suspect() && (!is_title || !piece.contacts.is_empty())));
        }
        marked
    }

    /// Whether a line holds anything that makes a segment suspect.
    fn is_marked(&self, line: Line<'_>) -> bool {
        !line.is_blank()
            && (self.spin.is_some() || !self.signs.within(&line.whole_range()).is_empty() || self.triggers.has_number(line.whole))
    }

    fn piece(&self, segment: Segment<'t>) -> Piece<'t> {
        let mut hints = self.hints(&segment.range, segment.start, segment.text);
        let contacts = if hints.may_reach { contacts(segment.text) } else { Vec::new() };
        let whole = segment.range.end;
        let segment = self.before_glued(segment, &contacts);
        if segment.range.end < whole {
            hints.kinds = self.kinds(&segment.range);
        }
        let text = segment.start..segment.start + segment.text.len();
        let unspun = self.spin.as_ref().map_or(0.0, |spin| (spin.foreign(text) / spin::FOREIGN).clamp(0.0, 2.0));
        Piece { segment, hints, contacts, unspun }
    }

    /// What a range of the page says by itself, whose text begins at `start`.
    fn hints(&self, range: &Range<usize>, start: usize, text: &str) -> Hints {
        let calls = self.signs.within(range).iter().any(|sign| sign.kind == CALL);
        let may_reach = (calls || self.triggers.may_hold_contact(start, text)) && may_hold_any(text);
        Hints { kinds: self.kinds(range), may_reach }
    }

    /// The weight of the signs of a range of the page by kind.
    fn kinds(&self, range: &Range<usize>) -> BTreeMap<u8, f32> {
        let mut seen = BTreeSet::new();
        let mut kinds = BTreeMap::new();
        for sign in self.signs.within(range).iter().filter(|sign| sign.kind != HONEST && seen.insert(sign.row)) {
            *kinds.entry(sign.kind).or_default() += sign.weight;
        }
        kinds
    }

    /// How many words of honest reports stand in a piece, and around it.
    pub(super) fn honest(&self, piece: &Piece<'_>) -> (usize, usize) {
        let honest = |range: &Range<usize>| self.signs.within(range).iter().filter(|sign| sign.kind == HONEST).count();
        let own = piece.segment.start..piece.segment.start + piece.segment.text.len();
        let inside = honest(&own);
        (inside, honest(&(own.start.saturating_sub(AROUND)..own.end + AROUND)) - inside)
    }

    /// The share of a segment's signs that stand between quotation marks.
    pub(super) fn quoted(&self, segment: &Segment<'_>) -> f32 {
        let (mut all, mut quoted) = (0.0, 0.0);
        let (mut depth, mut read) = (0i32, 0);
        for sign in self.signs.within(&segment.range).iter().filter(|sign| sign.kind != HONEST) {
            let at = sign.range.start - segment.start;
            depth += segment.text[read..at].matches(['“', '「', '『']).count() as i32;
            depth -= segment.text[read..at].matches(['”', '」', '』']).count() as i32;
            read = at;
            all += sign.weight;
            quoted += if depth > 0 { sign.weight } else { 0.0 };
        }
        if all > 0.0 { quoted / all } else { 0.0 }
    }

    /// A segment up to where innocent text goes on right behind a pitch: 加微信abc12345江面上起了大雾.
    fn before_glued(&self, segment: Segment<'t>, contacts: &[Contact]) -> Segment<'t> {
        let Some(contact) = contacts.iter().map(|contact| contact.range.end).max() else { return segment };
        let text = segment.text;
        let contact = glue::behind_contact(text, contact);
        let rest = self.signs.within(&(segment.start + contact..segment.start + text.len()));
        let words = rest.iter().filter(|sign| sign.kind != HONEST && sign.weight >= ABOUT / 2.0);
        let end = match words.map(|sign| sign.range.end - segment.start).max() {
            None => Some(contact),
            Some(word) => glue::border(text, word),
        };
        let goes_on = |end: &usize| text.len() - end >= SHORT && text[*end..].starts_with(|c: char| c.is_alphanumeric());
        match end.filter(goes_on) {
            Some(end) => segment.inner(0..end, Extent::Sentence),
            None => segment,
        }
    }
}
