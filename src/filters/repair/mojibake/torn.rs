//! Characters torn between two bytes by a converter that looks for its marks and characters byte by byte.
//!
//! Where it cuts a text at its marks, `就是幸?！边@種` for 就是幸福”這種: it finds ！ in the second byte of 福 and the first of ”;
//! the first byte of 福 stands alone and becomes a `?`. Where it writes a reading, `變?yōu)槭澜缂夡w` for 變為世界級體: it finds 優
//! in the second byte of 變 and the first of 為, and writes (yōu) behind it; the bracket's `(` and the first byte of 為 become
//! one `?`. What follows is read one byte late. The next mark or reading, a tag, or an ASCII character that is the last byte of
//! another sets it right, and so does 0x80, which stands alone as €. Pairs of bytes that are no character are gone. A reading tells which byte was lost; else the
//! language model must.

use std::sync::LazyLock;

use memchr::memchr_iter;
use regex::Regex;

use super::Repaired;
use super::charset::{Meant, Misread, Unit};
use super::scale::Scale;
use crate::edit::RuleId;
use crate::filters::unconvert::readings::Pinyin;
use crate::language::State;
use crate::page::Page;
use crate::script;

/// A `?` behind a character, before a mark or a reading without the opening of its bracket.
static TEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:[^\x00-\x7F]|[a-zà-ǜ]\))(?P<torn>\?)(?:[！，：；？]|[!,:;][^\x00-\x7F]|[\p{Latin}\x{300}-\x{30C}]{1,8}\))")
        .expect("a pattern that is tested")
});

/// Such a reading.
static READING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\?(?P<reading>[\p{Latin}\x{300}-\x{30C}]{1,8})\)").expect("a pattern that is tested"));

/// By how many nats a character must be likelier on average than what stands there.
const GAIN: f32 = 1.5;

/// By how many nats a character of which a byte was lost must be likelier than any other.
const MARGIN: f32 = 2.0;

/// After so many characters that nothing set right there is no tear.
const FURTHEST: usize = 80;

/// How many characters on each side of what was torn the model is asked about.
const CONTEXT: usize = 2;

/// So many ways to read what was torn are followed.
const WIDTH: usize = 32;

/// What it costs to take a pair of bytes for lost, besides what the model asks for its two characters.
const GONE: f32 = 3.0;

/// What it costs to take the simplified form of a character for what was read.
const CONVERTED: f32 = 4.0;

/// So many characters are tried for the one before a lost pair of bytes, and for so many of the ways.
const TRIED: usize = 4;

/// After so many characters the best way must be likelier than what stands there.
const SOON: usize = 4;

/// What Windows shows a lone 0x80 as.
const EURO: char = '€';

/// What closes a paragraph.
const CLOSING: [char; 9] = ['。', '”', '！', '？', '…', '）', '》', '：', '；'];

/// The marks that texts are cut at, wide or narrow, and those before which a byte was cut off.
const MARKS: &str = "！，：；？。、“”《》（）…!,:;?";

/// Of these, those that some crawlers make narrow.
const NARROW: [(char, char); 4] = [('!', '！'), (',', '，'), (':', '：'), (';', '；')];

/// So many places in vain are tried on a page, for each one that was torn so many more: honest question marks are many.
const PATIENCE: usize = 200;

/// The torn places of a page, in order.
pub(super) fn find(page: Page<'_>, scale: &Scale) -> Vec<Repaired> {
    let bytes = page.text.as_bytes();
    // A small letter, a mark, or a byte of what is not ASCII.
    let may_tear = |byte: &u8| matches!(byte, b'a'..=b'z' | b'!' | b',' | b':' | b';' | 0x80..);
    if !memchr_iter(b'?', bytes).any(|at| bytes.get(at + 1).is_some_and(may_tear)) {
        return Vec::new();
    }
    let mut found: Vec<Repaired> = Vec::new();
    let mut patience = PATIENCE;
    for line in page.lines().filter(|line| line.whole.contains('?')) {
        let mut from = 0;
        while let Some(torn) = TEAR.captures_at(line.whole, from).and_then(|tear| tear.name("torn")) {
            from = torn.start() + 1;
            patience -= 1;
            if patience == 0 {
                return found;
            }
            let tear = Tear { page: page.text, before: &line.whole[..torn.start()], rest: &line.whole[torn.start()..], scale };
            if let Some(Mended { text, length, gain }) = tear.mended() {
                let start = line.start + torn.start();
                from = torn.start() + length;
                patience += PATIENCE;
                let range = start..start + length;
                found.push(Repaired { range, text, rule: RuleId::new("repair/torn-character"), gain: Some(gain) });
            }
        }
    }
    found
}

/// A torn place of a line.
struct Tear<'t> {
    page: &'t str,
    before: &'t str,
    /// The line from the `?` on.
    rest: &'t str,
    scale: &'t Scale,
}

/// What a torn place and the bytes behind it say.
struct Mended {
    text: String,
    /// How many bytes of the page that is.
    length: usize,
    gain: f32,
}

/// One way to read what was torn, up to some character of the page.
struct Way {
    state: State,
    score: f32,
    text: String,
    /// The first byte of the character that the next byte ends.
    lead: u8,
}

/// A way with a character or two more.
struct Step {
    state: State,
    score: f32,
    /// The number of the way, and the characters that it has more.
    way: usize,
    more: (Option<char>, char),
}

impl Tear<'_> {
    /// What the likeliest way to read it says, if that is so much likelier than what stands there.
    fn mended(&self) -> Option<Mended> {
        let (mut ways, length) = self.read()?;
        let after: String = match &self.rest[length..] {
            "" => "\n".to_owned(),
            rest => rest.chars().take(CONTEXT).collect(),
        };
        for way in &mut ways {
            way.score += after.chars().fold((way.state, 0.0), |(state, sum), c| plus(sum, self.scale.decoded(state, c))).1;
        }
        ways.sort_by(|one, other| other.score.total_cmp(&one.score));
        let best = ways.first()?;
        let mut text: Vec<char> = best.text.chars().collect();
        let gain = best.score
            - self.scale.sum_as_it_stands(self.scale.state_of(&self.last()), self.rest[..length].chars().chain(after.chars()));
        let shown = self.rest[reading(self.rest).map_or(0, |(_, length)| length)..length].chars().count();
        if gain < GAIN * shown.min(text.len()) as f32 {
            return None;
        }
        // Where ways that are nearly as likely have others, the characters are lost; but which quotes the page has tells that.
        for other in ways.iter().skip(1).take_while(|other| other.score > best.score - MARGIN) {
            if other.text.chars().count() != text.len() {
                return None;
            }
            for (c, other) in text.iter_mut().zip(other.text.chars()).filter(|(c, other)| *c != other) {
                *c = if self.scale.is_alike(*c, other) { self.usual(*c, other) } else { '\u{FFFD}' };
            }
        }
        Some(Mended { text: text.into_iter().collect(), length, gain })
    }

    /// Which of two characters the page has more often, or of which Chinese text has more.
    fn usual(&self, one: char, other: char) -> char {
        let [ones, others] = [one, other].map(|c| self.page.matches(c).count());
        if (others, one) > (ones, other) { other } else { one }
    }

    /// The last characters before the torn place, readings left out.
    fn last(&self) -> String {
        let (mut text, mut rest) = (Vec::new(), self.before);
        while let Some(last) = rest.chars().next_back().filter(|_| text.len() <= CONTEXT) {
            if last == ')'
                && let Some(at) = rest.rfind('(')
                && Pinyin::parse(&rest[at + 1..rest.len() - 1]).is_some()
            {
                rest = &rest[..at];
            } else {
                text.push(last);
                rest = &rest[..rest.len() - last.len_utf8()];
            }
        }
        text.into_iter().rev().collect()
    }

    /// The ways to read what was torn, up to where the page is right again, and how many bytes of the page that is.
    fn read(&self) -> Option<(Vec<Way>, usize)> {
        let scale = self.scale;
        let last = self.last();
        let state = scale.state_of(&last);
        let (mut at, mut leads): (usize, Vec<u8>) = (1, (0x81..=0xFE).collect());
        let read = reading(self.rest);
        if let Some((pinyin, length)) = &read {
            let [_, half] = last.chars().next_back().and_then(pair)?;
            leads.retain(|&lost| character(half, lost).is_some_and(|found| pinyin.fits(found).is_some()));
            at = *length;
        }
        let mut ways: Vec<Way> = leads.into_iter().map(|lead| Way { state, score: 0.0, text: String::new(), lead }).collect();
        let mut stands = scale.as_it_stands(state, '?');
        for count in 0..FURTHEST {
            let c = self.rest[at..].chars().next()?;
            let best = ways.iter().map(|way| way.score).fold(f32::NEG_INFINITY, f32::max);
            if count >= SOON && best < stands.1 {
                return None;
            }
            // Where full-width marks were made narrow, one is meant: no character ends with its byte.
            let meant = NARROW.iter().find(|(narrow, _)| *narrow == c).map_or(c, |&(_, wide)| wide);
            let gone = count > 0;
            if meant.is_ascii() || meant == EURO {
                // Without a reading something must have been read late.
                return (gone || c == '?' || read.is_some()).then(|| self.right_again(&ways, at, c, gone));
            }
            let mut next = Vec::new();
            // The text may have been converted to traditional characters once more.
            for (form, cost) in [(Some(meant), 0.0), (script::simplified(meant), CONVERTED)] {
                let Some([second, lead]) = form.and_then(pair).filter(|[_, lead]| !lead.is_ascii()) else { continue };
                let steps = self.steps(&ways, gone, |lead| character(lead, second));
                next.extend(steps.into_iter().map(|step| (Step { score: step.score - cost, ..step }, lead)));
            }
            ways = taken(&ways, next);
            stands = plus(stands.1, scale.as_it_stands(stands.0, c));
            at += c.len_utf8();
        }
        None
    }

    /// The steps with each character that may end what a byte began, and where pairs may be `gone` those with such a pair in between:
    /// its first byte ends a character, its second begins one.
    fn steps<I: IntoIterator<Item = char>>(&self, ways: &[Way], gone: bool, ends: impl Fn(u8) -> I) -> Vec<Step> {
        let scale = self.scale;
        let mut steps = Vec::new();
        for (number, way) in ways.iter().enumerate() {
            steps.extend(ends(way.lead).into_iter().map(|c| {
                let (state, score) = plus(way.score, scale.decoded(way.state, c));
                Step { state, score, way: number, more: (None, c) }
            }));
        }
        let mut firsts = Vec::new();
        for (number, way) in ways.iter().enumerate().take(if gone { TRIED } else { 0 }) {
            firsts.extend(GONE_PAIRS.iter().filter_map(|(first, seconds)| {
                let c = character(way.lead, *first)?;
                let (state, score) = plus(way.score - GONE, scale.decoded(way.state, c));
                Some((Step { state, score, way: number, more: (None, c) }, seconds))
            }));
        }
        firsts.sort_by(|one, other| other.0.score.total_cmp(&one.0.score));
        for (first, seconds) in firsts.into_iter().take(TRIED) {
            steps.extend(seconds.iter().flat_map(|&second| ends(second)).map(|c| {
                let (state, score) = plus(first.score, scale.decoded(first.state, c));
                Step { state, score, way: first.way, more: (Some(first.more.1), c) }
            }));
        }
        steps
    }

    /// The ways with what an ASCII character or the euro sign ends, and how many bytes of the page that is.
    fn right_again(&self, ways: &[Way], at: usize, c: char, gone: bool) -> (Vec<Way>, usize) {
        let rest = &self.rest[at..];
        let ended = |steps: Vec<Step>| taken(ways, steps.into_iter().map(|step| (step, 0)).collect());
        let lost = |lead: u8| (0x40..=0xFE).filter_map(move |lost| character(lead, lost));
        if c != '?' {
            let byte = if c == EURO { 0x80 } else { c as u8 };
            return (ended(self.steps(ways, gone, |lead| character(lead, byte))), at + c.len_utf8());
        }
        if let Some((pinyin, length)) = reading(rest) {
            let fits = |found: &char| pinyin.fits(*found).is_some();
            return (ended(self.steps(ways, false, |lead| lost(lead).filter(fits))), at + length);
        }
        if rest.strip_prefix("?/").is_some_and(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic())) {
            let mut next = ended(self.steps(ways, false, marks));
            next.iter_mut().for_each(|way| way.text.push('<'));
            return (next, at + 1);
        }
        // What stands alone was cut off by a mark or by the end of the line.
        let is_cut = rest[1..].chars().next().is_none_or(|c| c == '\n' || MARKS.contains(c));
        (if is_cut { ended(self.steps(ways, false, lost)) } else { Vec::new() }, at + 1)
    }
}

/// The ways that the likeliest steps make, each with the byte that begins the next character.
fn taken(ways: &[Way], mut steps: Vec<(Step, u8)>) -> Vec<Way> {
    steps.sort_by(|one, other| other.0.score.total_cmp(&one.0.score));
    steps.truncate(WIDTH);
    let way = |(step, lead): (Step, u8)| {
        let mut text = ways[step.way].text.clone();
        text.extend(step.more.0);
        text.push(step.more.1);
        Way { state: step.state, score: step.score, text, lead }
    };
    steps.into_iter().map(way).collect()
}

/// A sum with one step more of the model, and the state after it.
fn plus(sum: f32, (state, cost): (State, f32)) -> (State, f32) {
    (state, sum + cost)
}

/// The reading behind a `?`, and the bytes of both.
fn reading(rest: &str) -> Option<(Pinyin, usize)> {
    let found = READING.captures(rest)?;
    Some((Pinyin::parse(&found["reading"])?, found[0].len()))
}

/// The first bytes of pairs that get lost, with the second ones: pairs that are no characters, or are for private use.
static GONE_PAIRS: LazyLock<Vec<(u8, Vec<u8>)>> = LazyLock::new(|| {
    let seconds = |first| (0x81..=0xFE).filter(|&second| character(first, second).is_none()).collect();
    (0x81..=0xFE).map(|first| (first, seconds(first))).filter(|(_, seconds): &(u8, Vec<u8>)| !seconds.is_empty()).collect()
});

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// The two bytes of a character.
fn pair(c: char) -> Option<[u8; 2]> {
    let mut units = Vec::new();
    Misread::Gbk.units(c, &mut units);
    match &*units {
        &[Unit::Byte(first), Unit::Byte(second)] => Some([first, second]),
        _ => None,
    }
}

/// The character of two bytes.
fn character(first: u8, second: u8) -> Option<char> {
    Meant::Gbk.character(&[Unit::Byte(first), Unit::Byte(second)]).map(|(found, _)| found).filter(|&c| !is_private(c))
}

/// The marks that close a paragraph and begin with this byte.
fn marks(first: u8) -> impl Iterator<Item = char> {
    CLOSING.into_iter().filter(move |&mark| pair(mark).is_some_and(|[lead, _]| lead == first))
}
