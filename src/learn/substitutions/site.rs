//! The search for swapped words in one batch of pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::BATCH;
use crate::language::contexts::{self, Contexts, Mean, WINDOW};
use crate::language::{LanguageModel, State};
use crate::script::is_han;

/// The least and greatest length of a spun form, in characters.
const FORM: std::ops::RangeInclusive<usize> = 2..=4;
/// The bars of the rounds, in nats.
const BARS: [f32; 8] = [24.0, 17.0, 17.0, 12.0, 12.0, 12.0, 12.0, 12.0];
/// By how much a form's best word must lead over its next best, in nats.
const MARGIN: f32 = 2.0;
/// A form is left for a later round while a word that is not missing has so many times the evidence of its best.
const RIVAL: f32 = 1.1;
/// How much what stands further away than the language model sees says, in nats for each unit of its model.
const FURTHER: f32 = 0.4;
/// A spun form stands at least this many times as often as in other text.
const SURPLUS: f32 = 2.5;
/// A spun form stands at least this often in a batch of [`BATCH`] pages.
const LEAST_COUNT: f32 = 4.0;
/// A missing word is one of which less than this share of what is expected is there.
const LEFT: f32 = 0.02;
/// A word is no longer missing once this share of what is expected was brought back: spinners are nearly one to one.
const FOUND: f32 = 0.3;
/// A word is missed only where at least this many were to be expected.
const LEAST_EXPECTED: f32 = 2.0;
/// What each place where the missing word does stand costs.
const LEFT_COST: f32 = 4.0;
/// What a factor of e between the surplus of the one and the lack of the other costs, past [`COUNT_SLACK`].
const COUNT_COST: f32 = 6.0;
const COUNT_SLACK: f32 = 0.5;
/// A string is a fragment of a longer one that holds this share of its places.
const FRAGMENT: f32 = 0.7;
/// What a shared character is worth: most swaps are between near-synonyms.
const SHARED: f32 = 2.0;
/// The evidence of one page counts in full up to here, and by its logarithm beyond.
const PAGE_CAP: f32 = 6.0;
/// How many places of a form are asked.
const SAMPLE: usize = 30;
/// At each so manieth character of the pages it is asked what stands around anything.
const ANYWHERE: usize = 37;

/// The words that are looked for, most frequent first.
static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let rows = include_str!("../../../model/words.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t'))
        .filter_map(|(text, rate)| {
            Some(Word { text, rate: rate.parse::<f32>().ok()? / 1e6, context: Contexts::embedded().word(text) })
        })
        .collect()
});

struct Word {
    text: &'static str,
    /// Occurrences a character.
    rate: f32,
    /// Its number in the model of contexts.
    context: Option<contexts::Word>,
}

/// The pages of a batch, rewritten as pairs are found.
pub(super) struct Site<'m> {
    model: &'m LanguageModel,
    pages: Vec<String>,
    characters: f32,
    /// How often each word stood on the pages before anything was turned back.
    there: HashMap<&'static str, u32>,
    /// What stands around anything on the pages.
    anywhere: Mean,
    /// The forms that were found. A word among them stands there for another: it may be missing all the same.
    explained: HashSet<String>,
}

/// A pair found in a batch.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) spun: String,
    pub(super) original: String,
    pub(super) score: f32,
    pub(super) count: u32,
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

/// A word that may be missing.
struct Sought {
    text: &'static str,
    /// How often it stood on the pages before anything was turned back.
    there: u32,
    /// How often it stands there now.
    now: u32,
    expected: f32,
    context: Option<contexts::Word>,
    /// How well it fits what stands around anything.
    anywhere: f32,
}

impl Sought {
    /// Whether it is hardly there before anything was turned back, and not brought back since.
    fn is_missing(&self) -> bool {
        self.there as f32 <= LEFT * self.expected && self.now as f32 <= FOUND * self.expected
    }
}

impl<'m> Site<'m> {
    pub(super) fn new(model: &'m LanguageModel, pages: &[&str]) -> Self {
        let characters = pages.iter().flat_map(|page| page.chars()).filter(|&c| is_han(c)).count() as f32;
        let there = counts(pages, WORDS.iter().map(|word| word.text));
        let anywhere = anywhere(pages);
        let pages = pages.iter().map(|&page| page.to_owned()).collect();
        Self { model, pages, characters, there, anywhere, explained: HashSet::new() }
    }

    /// Searches round by round.
    pub(super) fn search(&mut self) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        for bar in BARS {
            let found = self.round(bar);
            if found.is_empty() {
                continue;
            }
            for mut pair in found {
                pair.count = self.rewrite(&pair);
                self.explained.insert(pair.spun.clone());
                all.push(pair);
            }
        }
        all
    }

    /// The pairs above the bar: each form with its best word, and each word with the best of the forms that chose it.
    ///
    /// A form chooses by its lead over its next best word and not by the evidence itself: nearly any word is likelier
    /// than a string that hardly anybody writes. Where a word fits better that is not missing, the form waits: that word may be
    /// the form of another, and then it is missing once these places are turned back.
    fn round(&self, bar: f32) -> Vec<Found> {
        let sought = self.sought();
        let mut chosen: HashMap<usize, (f32, Found)> = HashMap::new();
        for form in self.forms() {
            let places = self.places(&form);
            let Some((word, score, lead)) = best(self.votes(&form, &places, &sought)) else { continue };
            if score < bar || lead < MARGIN || self.has_rival(&form, &places, &sought, word) {
                continue;
            }
            let found = Found { spun: form.text, original: sought[word].text.to_owned(), score, count: 0 };
            let held = chosen.entry(word).or_insert((f32::MIN, Found { score: f32::MIN, ..found.clone() }));
            if lead > held.0 {
                *held = (lead, found);
            }
        }
        let mut found: Vec<Found> = chosen.into_values().map(|(_, found)| found).collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.spun.cmp(&b.spun)));
        found
    }

    /// Whether a word that is not missing fits the places of a form better than this one.
    fn has_rival(&self, form: &Form, places: &[Place<'_>], sought: &[Sought], word: usize) -> bool {
        let enough = RIVAL * evidence(self.model, places, &sought[word]);
        let rivals = sought.iter().filter(|rival| !rival.is_missing() && rival.text != form.text);
        rivals.map(|rival| evidence(self.model, places, rival)).any(|evidence| evidence > enough)
    }

    /// The words of which the pages should hold some.
    fn sought(&self) -> Vec<Sought> {
        let pages: Vec<&str> = self.pages.iter().map(String::as_str).collect();
        let now = counts(&pages, WORDS.iter().map(|word| word.text));
        let count = |counts: &HashMap<&'static str, u32>, word: &Word| {
            if self.explained.contains(word.text) { 0 } else { counts.get(word.text).copied().unwrap_or(0) }
        };
        let words = WORDS.iter().map(|word| Sought {
            text: word.text,
            there: count(&self.there, word),
            now: count(&now, word),
            expected: word.rate * self.characters,
            context: word.context,
            anywhere: Contexts::embedded().fit(&self.anywhere, word.context).unwrap_or(0.0),
        });
        words.filter(|word| word.expected >= LEAST_EXPECTED).collect()
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
                let expected = self.model.expected_rate(text) * self.characters;
                let surplus = spots.len() as f32 - expected;
                (spots.len() as f32 >= SURPLUS * expected).then(|| Form { text: text.to_owned(), spots, surplus })
            })
            .collect();
        let shadows = shadows(&forms);
        forms.retain(|form| !shadows.contains(&form.text));
        forms.sort_by(|a, b| (a.text.chars().count(), &a.text).cmp(&(b.text.chars().count(), &b.text)));
        forms
    }

    /// Places of a form, spread over all.
    fn places(&self, form: &Form) -> Vec<Place<'_>> {
        let step = form.spots.len().div_ceil(SAMPLE).max(1);
        form.spots.iter().step_by(step).map(|&spot| Place::new(self, spot, &form.text)).collect()
    }

    /// The evidence of a form's places for each missing word that their numbers allow.
    fn votes(&self, form: &Form, places: &[Place<'_>], sought: &[Sought]) -> Vec<(usize, f32)> {
        let scale = form.spots.len() as f32 / places.len() as f32;
        let mut votes = Vec::new();
        for (number, word) in sought.iter().enumerate().filter(|(_, word)| word.is_missing() && word.text != form.text) {
            let ratio = (form.surplus + 1.0) / (word.expected - word.now as f32 + 1.0);
            let fit = COUNT_COST * (ratio.ln().abs() - COUNT_SLACK).max(0.0) + LEFT_COST * word.there as f32;
            let shared = if form.text.chars().any(|c| word.text.contains(c)) { SHARED } else { 0.0 };
            // No word gains more than a few nats a place: what the numbers rule out is not asked.
            if fit > 30.0 || form.text.contains(word.text) && form.text.chars().count() > word.text.chars().count() + 1 {
                continue;
            }
            let score = evidence(self.model, places, word) * scale.sqrt() - fit + shared;
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
                if place.near(self.model, &pair.original) > 0.0 {
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

/// The best of a form's words with its score and its lead over the next.
fn best(mut votes: Vec<(usize, f32)>) -> Option<(usize, f32, f32)> {
    votes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let &(word, score) = votes.first()?;
    Some((word, score, score - votes.get(1).map_or(0.0, |next| next.1)))
}

/// A place of a form as the model sees it.
struct Place<'p> {
    page: usize,
    before: State,
    /// The text that follows, as far as the model looks back.
    after: &'p str,
    /// The log-probability of the form and what follows.
    as_is: f32,
    /// What stands around it.
    around: Mean,
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
        let around = around(page, at, at + form.len());
        Self { page: 0, before, after, as_is: score + model.score_from(state, after).1, around }
    }

    /// How much likelier the text is with this word in the place of the form, and how much better it fits here than anywhere.
    fn gain(&self, model: &LanguageModel, word: &Sought) -> f32 {
        let further = Contexts::embedded().fit(&self.around, word.context).map_or(0.0, |fit| fit - word.anywhere);
        self.near(model, word.text) + FURTHER * further
    }

    /// How much likelier the text is with this word, as far as the language model sees.
    fn near(&self, model: &LanguageModel, word: &str) -> f32 {
        let (state, score) = model.score_from(self.before, word);
        score + model.score_from(state, self.after).1 - self.as_is
    }
}

/// What the places say together: each that it is a swap or chance, each page dampened.
fn evidence(model: &LanguageModel, places: &[Place<'_>], word: &Sought) -> f32 {
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

/// What stands around these bytes of a page.
fn around(page: &str, start: usize, end: usize) -> Mean {
    let mut left: Vec<char> = page[..start].chars().rev().take_while(|&c| c != '\n').take(WINDOW).collect();
    left.reverse();
    let right: Vec<char> = page[end..].chars().take_while(|&c| c != '\n').take(WINDOW).collect();
    Contexts::embedded().mean(&left, &right)
}

/// What stands around anything on the pages.
fn anywhere(pages: &[&str]) -> Mean {
    let (mut sum, mut places) = ([0.0; contexts::DIM], 0.0f32);
    for page in pages {
        for (at, c) in page.char_indices().filter(|&(_, c)| is_han(c)).step_by(ANYWHERE) {
            let mean = around(page, at, at + c.len_utf8());
            sum.iter_mut().zip(mean).for_each(|(sum, component)| *sum += component);
            places += 1.0;
        }
    }
    sum.map(|component| component / places.max(1.0))
}

/// How often each of these words stands on the pages.
fn counts<'w>(pages: &[&str], words: impl Iterator<Item = &'w str>) -> HashMap<&'w str, u32> {
    let words: Vec<&str> = words.collect();
    let mut counts = HashMap::new();
    if let Ok(automaton) = daachorse::CharwiseDoubleArrayAhoCorasick::<u32>::new(&words) {
        for found in pages.iter().flat_map(|page| automaton.find_overlapping_iter(page)) {
            *counts.entry(words[found.value() as usize]).or_default() += 1;
        }
    }
    counts
}

/// Of strings one inside the other those that only stand there because of the other: a fragment that hardly ever stands
/// outside the longer one, or else the longer one, which is the shorter with a neighbour.
fn shadows(forms: &[Form]) -> HashSet<String> {
    let counts: HashMap<&str, usize> = forms.iter().map(|form| (form.text.as_str(), form.spots.len())).collect();
    let mut shadows = HashSet::new();
    for (&long, &count) in &counts {
        let inner = long.char_indices().map(|(at, _)| at).chain([long.len()]).collect::<Vec<_>>();
        for from in 0..inner.len() {
            for to in from + FORM.start()..inner.len() {
                let short = &long[inner[from]..inner[to]];
                let Some(&of_short) = counts.get(short).filter(|_| short.len() < long.len()) else { continue };
                let fragment = count as f32 >= FRAGMENT * of_short as f32;
                shadows.insert(if fragment { short } else { long }.to_owned());
            }
        }
    }
    shadows
}

/// The state of the model before a place: two characters are all it remembers.
fn state_before(model: &LanguageModel, page: &str, at: usize) -> State {
    let line = page[..at].rfind('\n').map_or(0, |end| end + 1);
    let start = page[line..at].char_indices().rev().nth(3).map_or(line, |(back, _)| line + back);
    let first = if start == line { State::START } else { State::BLANK };
    model.score_from(first, &page[start..at]).0
}

/// Every run of two to four Han characters of a text, with its place.
fn grams(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.char_indices().filter(|&(_, c)| is_han(c)).flat_map(move |(at, _)| {
        let ends = text[at..].char_indices().take_while(|&(_, c)| is_han(c)).map(move |(end, c)| at + end + c.len_utf8());
        ends.enumerate()
            .filter(|(number, _)| FORM.contains(&(number + 1)))
            .map(move |(_, end)| (at, &text[at..end]))
            .take(FORM.count())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_gives_way_to_its_string_and_a_string_with_a_neighbour_to_its_core() {
        let form = |text: &str, places: usize| Form {
            text: text.to_owned(),
            spots: vec![Spot { page: 0, at: 0 }; places],
            surplus: places as f32,
        };
        let shadows = shadows(&[form("关联", 41), form("关联词", 40), form("使命", 30), form("的使命", 9)]);
        assert_eq!(shadows, HashSet::from(["关联".to_owned(), "的使命".to_owned()]));
    }

    #[test]
    fn a_form_waits_for_a_word_that_is_written_for_another() {
        let page = "学校组织了植树步履，孩子们参加了丰富多彩的步履。运动员在活动中心训练，这项活动受人喜欢。\n".repeat(2000);
        let mut site = Site::new(LanguageModel::embedded(), &[&page]);
        let form = site.forms().into_iter().find(|form| form.text == "步履").expect("it stands too often");
        let number = |sought: &[Sought], word: &str| sought.iter().position(|sought| sought.text == word).expect("a word");
        let waits = |site: &Site<'_>, word: &str| {
            let sought = site.sought();
            site.has_rival(&form, &site.places(&form), &sought, number(&sought, word))
        };
        assert!(waits(&site, "行动"), "活动 fits better");
        site.explained.insert("活动".to_owned());
        let sought = site.sought();
        assert!(sought[number(&sought, "活动")].is_missing() && !waits(&site, "活动"));
    }
}
