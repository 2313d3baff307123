//! Phrases that come again wherever they fall: in the middle of sentences and words, where no mark sets them off.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::grammar::GRAMMAR;
use super::places::{gain, with_separator};
use crate::keywords::leftmost_longest;
use crate::page::Page;

/// The longest brand, in characters.
const BRAND: usize = 7;

/// At how many places words must stand before an offer, to be looked at.
const PLACES: usize = 4;

/// By how many nats on average what follows must become likelier without the phrase: `docs/removal.md` has what it was
/// measured on.
const GAIN: f32 = 2.5;

/// At how many of ten places it must.
const TENTHS: usize = 7;

/// How many words that come again are looked at: a bound on the work for one page.
const TRIED: usize = 24;

/// The phrases of the brands that come again on a page and that the sentences do not need. A firm that the page tells of
/// is named without an offer as well, and takes part in its sentences; such a brand does neither.
pub(super) fn recurring(page: Page<'_>) -> Vec<Range<usize>> {
    let text = page.text;
    if page.find(&GRAMMAR.heads).len() < PLACES {
        return Vec::new();
    }
    let offers = offers(page);
    if offers.len() < PLACES {
        return Vec::new();
    }
    let mut settled = vec![false; offers.len()];
    let mut phrases = Vec::new();
    for (brand, places) in repeated(text, &offers).into_iter().take(TRIED) {
        let places: Vec<usize> = places.into_iter().filter(|&place| !settled[place]).collect();
        if places.len() < PLACES || text.matches(brand).count() > places.len() {
            continue;
        }
        let pieces: Vec<Range<usize>> =
            places.iter().map(|&place| offers[place].start - brand.len()..offers[place].end).collect();
        if differ_behind(text, &pieces) && is_needless(text, &pieces) {
            places.iter().for_each(|&place| settled[place] = true);
            phrases.extend(pieces.into_iter().map(|piece| with_separator(text, piece)));
        }
    }
    phrases
}

/// Whether different words follow at enough places: a phrase is put anywhere, but a name comes again in the same words.
fn differ_behind(text: &str, pieces: &[Range<usize>]) -> bool {
    let behind = |piece: &Range<usize>| text[piece.end..].chars().take(2).collect::<String>();
    pieces.iter().map(behind).collect::<BTreeSet<_>>().len() >= PLACES
}

/// Whether the text reads better without the pieces, nearly everywhere.
fn is_needless(text: &str, pieces: &[Range<usize>]) -> bool {
    let gains: Vec<f32> = pieces.iter().map(|piece| gain(text, piece.clone())).collect();
    let better = gains.iter().filter(|gain| **gain > 0.0).count();
    gains.iter().sum::<f32>() >= GAIN * gains.len() as f32 && 10 * better >= TENTHS * gains.len()
}

/// Where the page holds what phrases offer, with the tails behind.
fn offers(page: Page<'_>) -> Vec<Range<usize>> {
    let mut offers: Vec<Range<usize>> = Vec::new();
    for head in leftmost_longest(page.find(&GRAMMAR.heads).into_owned()) {
        if offers.last().is_none_or(|last| head.start >= last.end) {
            offers.push(head.start..head.end + GRAMMAR.tail(&page.text[head.end..]));
        }
    }
    offers
}

/// The words before offers, with the offers that they stand before: first what comes oftenest, and of equals the longest.
fn repeated<'t>(text: &'t str, offers: &[Range<usize>]) -> Vec<(&'t str, Vec<usize>)> {
    let mut places = BTreeMap::<&str, Vec<usize>>::new();
    for (number, offer) in offers.iter().enumerate() {
        let before = &text[..offer.start];
        let starts = before.char_indices().rev().take(BRAND).take_while(|(_, c)| c.is_alphanumeric());
        starts.skip(1).for_each(|(start, _)| places.entry(&before[start..]).or_default().push(number));
    }
    let mut repeated: Vec<_> = places.into_iter().filter(|(_, places)| places.len() >= PLACES).collect();
    repeated.sort_by_key(|(brand, places)| (std::cmp::Reverse(places.len()), std::cmp::Reverse(brand.len())));
    repeated
}
