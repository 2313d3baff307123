//! Finds the word pairs that a site's spinner swaps, from spun pages alone.
//!
//! A spinner replaces every occurrence of a word by another one, nearly one to one. So on a spun site a frequent word is
//! missing (工作), and another string stands far too often (使命), in places where the language model would rather see
//! the missing word. Each occurrence of the string votes with how much likelier the text becomes with the missing word;
//! the votes of a page are dampened, since a page repeats itself. A pair is taken when each is the other's best partner
//! by a margin; then the site is rewritten with it and searched again with a lower bar, which finds what chains and
//! borders had hidden.
//!
//! Evidence does not add up over a large site: absolute bars would let in ever more coincidences. So pages are taken in
//! batches, and a pair must convince on its own in enough of those batches that hold its spun form.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::language::{LanguageModel, State};

/// A pair that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// What the pages hold.
    pub spun: String,
    /// What it stands for.
    pub original: String,
    /// How often it was turned back on the pages.
    pub count: u32,
    /// In how many batches the pair was found.
    pub batches: u32,
    /// Mean evidence in those batches, in nats. Of pairs above 30 about nine in ten were right when measured.
    pub score: f32,
}

/// Pages that are searched together. Larger batches measured no better: evidence grows, and so do coincidences.
pub const BATCH: usize = 100;

/// The pairs found on pages of one site, best first. Fewer than 20 pages say little.
#[must_use]
pub fn learn(pages: &[&str]) -> Vec<Learned> {
    let model = LanguageModel::embedded();
    let mut votes: BTreeMap<(String, String), Votes> = BTreeMap::new();
    let batches: Vec<&[&str]> = batches(pages);
    let mut searched = Vec::new();
    for batch in &batches {
        let mut site = Site::new(model, batch);
        for found in site.search() {
            let vote = votes.entry((found.spun, found.original)).or_default();
            vote.batches += 1;
            vote.score += found.score;
            vote.count += found.count;
        }
        searched.push(site);
    }
    elect(votes, batches.len())
}

/// Writes pairs as a substitution table for review, most certain first.
#[must_use]
pub fn table(learned: &[Learned], family: &str) -> String {
    let mut out = String::from(
        "# Substitutions learned from pages. Read before use: about one pair in ten is wrong, most of them among the low scores.\n#\n\
         # Format: spun form, original, family, note; tabs between. The note: evidence in nats, places turned back, batches.\n",
    );
    for pair in learned {
        let Learned { spun, original, count, batches, score } = pair;
        out.push_str(&format!("{spun}\t{original}\t{family}\tscore {score:.0}, {count} places, {batches} batches\n"));
    }
    out
}

/// Batches of nearly equal size, of at most 1.5 [`BATCH`] pages.
fn batches<'p>(pages: &'p [&'p str]) -> Vec<&'p [&'p str]> {
    let number = ((pages.len() + BATCH / 2) / BATCH).max(1);
    pages.chunks(pages.len().div_ceil(number).max(1)).collect()
}

#[derive(Default)]
struct Votes {
    batches: u32,
    score: f32,
    count: u32,
}

/// The share of all batches in which a pair must be found.
const QUORUM: f32 = 0.3;

/// The pairs with enough votes; of those with one spun form only the best and others that come close to it.
fn elect(votes: BTreeMap<(String, String), Votes>, batches: usize) -> Vec<Learned> {
    let needed = (batches as f32 * QUORUM).ceil() as u32;
    let mut elected: Vec<Learned> = votes
        .into_iter()
        .filter(|(_, vote)| vote.batches >= needed)
        .map(|((spun, original), Votes { batches, score, count })| Learned { spun, original, count, batches, score: score / batches as f32 })
        .collect();
    elected.sort_by(|a, b| (b.batches, b.score).partial_cmp(&(a.batches, a.score)).unwrap_or(Ordering::Equal));
    let mut best: HashMap<String, u32> = HashMap::new();
    elected.retain(|pair| {
        let most = *best.entry(pair.spun.clone()).or_insert(pair.batches);
        2 * pair.batches > most
    });
    elected
}

/// The least and greatest length of a spun form, in characters.
const FORM: std::ops::RangeInclusive<usize> = 2..=4;
/// The bars of the rounds, in nats.
const BARS: [f32; 5] = [24.0, 17.0, 17.0, 12.0, 12.0];
/// By how much a pair must lead over the next best partner of either, in nats.
const MARGIN: f32 = 2.0;
/// A spun form stands at least this many times as often as in other text.
const SURPLUS: f32 = 2.5;
/// A spun form stands at least this often in a batch of [`BATCH`] pages.
const LEAST_COUNT: f32 = 5.0;
/// A missing word is one of which less than this share of what is expected is there.
const LEFT: f32 = 0.02;
/// A word is missed only where at least this many were to be expected.
const LEAST_EXPECTED: f32 = 3.0;
/// What each place where the missing word does stand costs.
const LEFT_COST: f32 = 4.0;
/// What a factor of e between the surplus of the one and the lack of the other costs, past [`COUNT_SLACK`].
const COUNT_COST: f32 = 6.0;
const COUNT_SLACK: f32 = 0.5;
/// What a shared character is worth: most swaps are between near-synonyms.
const SHARED: f32 = 2.0;
/// The evidence of one page counts in full up to here, and by its logarithm beyond.
const PAGE_CAP: f32 = 6.0;
/// How many places of a form are asked.
const SAMPLE: usize = 30;

/// The words that are looked for, most frequent first.
static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let rows = include_str!("../../model/words.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t')).filter_map(|(text, rate)| Some(Word { text, rate: rate.parse::<f32>().ok()? / 1e6 })).collect()
});

struct Word {
    text: &'static str,
    /// Occurrences a character.
    rate: f32,
}

/// The pages of a batch, rewritten as pairs are found.
struct Site<'m> {
    model: &'m LanguageModel,
    pages: Vec<String>,
    characters: f32,
}

/// A pair found in a batch.
struct Found {
    spun: String,
    original: String,
    score: f32,
    count: u32,
}

/// A place of a form: the page, and the bytes in it.
#[derive(Clone, Copy)]
struct Spot {
    page: usize,
    at: usize,
}

/// A string that stands too often.
struct Form {
    text: String,
    /// All its places, in order.
    spots: Vec<Spot>,
    /// How many there are over what is expected.
    surplus: f32,
}

/// A word that is missing.
struct Missing {
    text: &'static str,
    there: u32,
    expected: f32,
}

impl<'m> Site<'m> {
    fn new(model: &'m LanguageModel, pages: &[&str]) -> Self {
        let characters = pages.iter().flat_map(|page| page.chars()).filter(|&c| is_han(c)).count() as f32;
        Self { model, pages: pages.iter().map(|&page| page.to_owned()).collect(), characters }
    }

    /// Searches round by round.
    fn search(&mut self) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        for bar in BARS {
            let found = self.round(bar);
            if found.is_empty() {
                continue;
            }
            for mut pair in found {
                pair.count = self.rewrite(&pair);
                all.push(pair);
            }
        }
        all
    }

    /// The pairs above the bar of which each is the other's best partner by the margin.
    fn round(&self, bar: f32) -> Vec<Found> {
        let missing = self.missing();
        let forms = self.forms();
        let mut pairs: Vec<(usize, usize, f32)> = Vec::new();
        for (number, form) in forms.iter().enumerate() {
            let votes = self.votes(form, &missing);
            pairs.extend(votes.into_iter().map(|(word, score)| (number, word, score)));
        }
        let best_of = |key: fn(&(usize, usize, f32)) -> usize, len: usize| {
            let mut best = vec![[f32::MIN; 2]; len];
            for pair in &pairs {
                let two = &mut best[key(pair)];
                if pair.2 > two[0] {
                    *two = [pair.2, two[0]];
                } else if pair.2 > two[1] {
                    two[1] = pair.2;
                }
            }
            best
        };
        let (of_form, of_word) = (best_of(|pair| pair.0, forms.len()), best_of(|pair| pair.1, missing.len()));
        let leads = |score: f32, best: [f32; 2]| score >= best[0] && score - best[1] >= MARGIN;
        let mutual = pairs.iter().filter(|&&(form, word, score)| score >= bar && leads(score, of_form[form]) && leads(score, of_word[word]));
        mutual
            .map(|&(form, word, score)| Found { spun: forms[form].text.clone(), original: missing[word].text.to_owned(), score, count: 0 })
            .collect()
    }

    /// The words that are missing.
    fn missing(&self) -> Vec<Missing> {
        let wanted: Vec<&Word> = WORDS.iter().filter(|word| word.rate * self.characters >= LEAST_EXPECTED).collect();
        let counts = self.counts(wanted.iter().map(|word| word.text));
        wanted
            .into_iter()
            .map(|word| Missing { text: word.text, there: counts.get(word.text).copied().unwrap_or(0), expected: word.rate * self.characters })
            .filter(|word| word.there as f32 <= LEFT * word.expected)
            .collect()
    }

    /// How often each of these strings stands on the pages.
    fn counts<'w>(&self, words: impl Iterator<Item = &'w str>) -> HashMap<&'w str, u32> {
        let words: Vec<&str> = words.collect();
        let mut counts = HashMap::new();
        if let Ok(automaton) = daachorse::CharwiseDoubleArrayAhoCorasick::<u32>::new(&words) {
            for found in self.pages.iter().flat_map(|page| automaton.find_overlapping_iter(page.as_str())) {
                *counts.entry(words[found.value() as usize]).or_default() += 1;
            }
        }
        counts
    }

    /// The strings that stand too often. Of strings inside one another with nearly the same places the shortest stays.
    fn forms(&self) -> Vec<Form> {
        let mut spots: HashMap<&str, Vec<Spot>> = HashMap::new();
        for (page, text) in self.pages.iter().enumerate() {
            for (at, gram) in grams(text) {
                spots.entry(gram).or_default().push(Spot { page, at });
            }
        }
        let least = (LEAST_COUNT * self.pages.len() as f32 / BATCH as f32).max(3.0);
        let mut forms: Vec<Form> = spots
            .into_iter()
            .filter(|(_, spots)| spots.len() as f32 >= least)
            .filter_map(|(text, spots)| {
                let expected = expected_rate(self.model, text) * self.characters;
                let surplus = spots.len() as f32 - expected;
                (spots.len() as f32 >= SURPLUS * expected).then(|| Form { text: text.to_owned(), spots, surplus })
            })
            .collect();
        forms.sort_by(|a, b| (a.text.chars().count(), &a.text).cmp(&(b.text.chars().count(), &b.text)));
        forms
    }

    /// The evidence of a form's places for each missing word that their numbers allow.
    fn votes(&self, form: &Form, missing: &[Missing]) -> Vec<(usize, f32)> {
        let step = form.spots.len().div_ceil(SAMPLE).max(1);
        let places: Vec<Place<'_>> = form.spots.iter().step_by(step).map(|&spot| Place::new(self, spot, &form.text)).collect();
        let scale = form.spots.len() as f32 / places.len() as f32;
        let mut votes = Vec::new();
        for (number, word) in missing.iter().enumerate() {
            let ratio = (form.surplus + 1.0) / (word.expected - word.there as f32 + 1.0);
            let fit = COUNT_COST * (ratio.ln().abs() - COUNT_SLACK).max(0.0) + LEFT_COST * word.there as f32;
            let shared = if form.text.chars().any(|c| word.text.contains(c)) { SHARED } else { 0.0 };
            // No word gains more than a few nats a place: what the numbers rule out is not asked.
            if fit > 30.0 || form.text.contains(word.text) && form.text.chars().count() > word.text.chars().count() + 1 {
                continue;
            }
            let score = evidence(self.model, &places, word.text) * scale.sqrt() - fit + shared;
            if score > 0.0 {
                votes.push((number, score));
            }
        }
        votes
    }

    /// Turns a pair back where that makes the text likelier, and tells how often it did.
    fn rewrite(&mut self, pair: &Found) -> u32 {
        let mut count = 0;
        for number in 0..self.pages.len() {
            if !self.pages[number].contains(&pair.spun) {
                continue;
            }
            let page = std::mem::take(&mut self.pages[number]);
            let mut out = String::with_capacity(page.len());
            let mut copied = 0;
            for (at, _) in page.match_indices(&pair.spun) {
                let place = Place::of(self.model, &page, at, &pair.spun);
                if place.gain(self.model, &pair.original) > 0.0 {
                    out.push_str(&page[copied..at]);
                    out.push_str(&pair.original);
                    copied = at + pair.spun.len();
                    count += 1;
                }
            }
            out.push_str(&page[copied..]);
            self.pages[number] = out;
        }
        count
    }
}

/// A place of a form as the model sees it.
struct Place<'p> {
    page: usize,
    before: State,
    /// The text that follows, as far as the model looks back.
    after: &'p str,
    /// The log-probability of the form and what follows.
    as_is: f32,
}

impl<'p> Place<'p> {
    fn new(site: &'p Site<'_>, spot: Spot, form: &str) -> Self {
        Self { page: spot.page, ..Self::of(site.model, &site.pages[spot.page], spot.at, form) }
    }

    fn of(model: &LanguageModel, page: &'p str, at: usize, form: &str) -> Self {
        let before = state_before(model, page, at);
        let rest = &page[at + form.len()..];
        let end = rest.char_indices().map(|(at, c)| at + c.len_utf8()).nth(1).unwrap_or(rest.len());
        let after = &rest[..end];
        let (state, score) = model.score_from(before, form);
        Self { page: 0, before, after, as_is: score + model.score_from(state, after).1 }
    }

    /// How much likelier the text is with this word in the place of the form.
    fn gain(&self, model: &LanguageModel, word: &str) -> f32 {
        let (state, score) = model.score_from(self.before, word);
        score + model.score_from(state, self.after).1 - self.as_is
    }
}

/// What the places say together: each that it is a swap or chance, each page dampened.
fn evidence(model: &LanguageModel, places: &[Place<'_>], word: &str) -> f32 {
    let mut total = 0.0;
    let mut of_page = 0.0f32;
    let mut page = None;
    let soft = |x: f32| if x <= PAGE_CAP { x } else { PAGE_CAP * (1.0 + (x / PAGE_CAP).ln()) };
    for place in places {
        if page != Some(place.page) {
            total += soft(of_page);
            (of_page, page) = (0.0, Some(place.page));
        }
        // ln((1 + e^gain) / 2): the form may stand there by itself.
        let gain = place.gain(model, word);
        of_page += if gain > 20.0 { gain } else { gain.exp().ln_1p() } - std::f32::consts::LN_2;
    }
    total + soft(of_page)
}

/// The state of the model before a place: two characters are all it remembers.
fn state_before(model: &LanguageModel, page: &str, at: usize) -> State {
    let line = page[..at].rfind('\n').map_or(0, |end| end + 1);
    let start = page[line..at].char_indices().rev().nth(3).map_or(line, |(back, _)| line + back);
    let first = if start == line { State::START } else { State::BLANK };
    model.score_from(first, &page[start..at]).0
}

/// How often a string is expected at a character of ordinary text.
fn expected_rate(model: &LanguageModel, text: &str) -> f32 {
    let mut symbols = text.chars().map(|c| model.symbol(c));
    let Some(first) = symbols.next() else { return 0.0 };
    let begun = (State::after(first), model.log_frequency(first));
    let (_, log) = symbols.fold(begun, |(state, sum), symbol| {
        let (state, log_prob) = model.step(state, symbol);
        (state, sum + log_prob)
    });
    log.exp()
}

/// Every run of two to four Han characters of a text, with its place.
fn grams(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.char_indices().filter(|&(_, c)| is_han(c)).flat_map(move |(at, _)| {
        let ends = text[at..].char_indices().take_while(|&(_, c)| is_han(c)).map(move |(end, c)| at + end + c.len_utf8());
        ends.enumerate().filter(|(number, _)| FORM.contains(&(number + 1))).map(move |(_, end)| (at, &text[at..end])).take(FORM.count())
    })
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}
