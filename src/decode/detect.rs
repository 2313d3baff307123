//! Which encoding a page is in, when neither a byte order mark nor valid UTF-8 tells.
//!
//! Each encoding that is possible reads a sample, and the least surprising reading wins ([`characters`]).
//! What the page declares is one of them, ahead by a few characters' worth: a right declaration settles what the bytes leave
//! open, a wrong one loses.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs as rs;

use super::characters::{self, Cost, LOST, Script};
use super::encoding::{Encoding, Kind};
use super::lattice::{self, Path};
use super::sample::{SAMPLE, sample};

/// Half bits that the declared encoding is ahead.
const DECLARED: Cost = 32;

/// Half bits that encodings other than the declared one and those of most Chinese pages are behind.
const UNUSUAL: Cost = 24;

/// Half bits that a reading is behind which loses about as much as it reads: there, nothing speaks for the encoding.
const BROKEN: Cost = 48;

/// Characters that are enough to tell a plainly Chinese text by.
const ENOUGH: Cost = 48;

/// Half bits that a character of plainly Chinese text costs on average, at most.
const PLAIN: Cost = 22;

/// Inputs up to so many bytes can be UTF-16 although they have no control bytes.
const SHORT: usize = 512;

/// The encoding of `bytes`, which are not plain UTF-8, and have no byte order mark.
pub(super) fn detect(bytes: &[u8], declared: Option<Encoding>) -> Encoding {
    if let Some(wide) = wide(bytes) {
        return wide;
    }
    let sample = sample(bytes);
    let likely = declared.into_iter().chain([Encoding::GB18030, Encoding::BIG5]);
    if let Some(plain) = likely.filter(|encoding| encoding.is_chinese()).find(|&encoding| is_plainly_chinese(encoding, &sample)) {
        return plain;
    }
    narrow(&sample, declared)
}

/// UTF-16 or UTF-32 without a byte order mark, if `bytes` are that.
pub(super) fn wide(bytes: &[u8]) -> Option<Encoding> {
    const WIDE: [Encoding; 4] = [Encoding::UTF_16LE, Encoding::UTF_16BE, Encoding::UTF_32LE, Encoding::UTF_32BE];
    let head = &bytes[..bytes.len().min(SAMPLE)];
    if bytes.len() < 2 || bytes.len() > SHORT && !head.iter().any(|&byte| is_control(byte)) {
        return None;
    }
    let narrow = cost(narrow(head, None), head);
    let costs = WIDE.map(|encoding| (cost(encoding, head).saturating_add(UNUSUAL), encoding));
    let (best, encoding) = costs.into_iter().min_by_key(|(cost, _)| *cost)?;
    (best < narrow).then_some(encoding)
}

/// Whether a byte is a control character that text in bytes does not hold, but UTF-16 is full of.
pub(super) fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31)
}

/// The cheapest of the encodings that are made of bytes.
fn narrow(sample: &[u8], declared: Option<Encoding>) -> Encoding {
    let foreign = [rs::EUC_KR, rs::EUC_JP, rs::SHIFT_JIS].map(|encoding| Encoding(Kind::Foreign(encoding)));
    let candidates = [Encoding::UTF_8, Encoding::GB18030, Encoding::BIG5].into_iter().chain(foreign);
    let candidates = candidates.chain(western(sample)).chain(guess(sample)).chain(declared);
    let behind = |encoding: Encoding| match encoding.0 {
        _ if Some(encoding) == declared => 0,
        Kind::Foreign(_) => DECLARED + UNUSUAL,
        _ => DECLARED,
    };
    candidates.min_by_key(|&encoding| cost(encoding, sample).saturating_add(behind(encoding))).unwrap_or(Encoding::UTF_8)
}

/// windows-1252, if it reads all of the sample's bytes outside ASCII as signs: `£5 – 10`. chardetng likes to see letters in them.
fn western(sample: &[u8]) -> Option<Encoding> {
    let text = rs::WINDOWS_1252.decode_without_bom_handling(sample).0;
    let has_letters = text.chars().any(|char| !char.is_ascii() && (char.is_alphabetic() || char.is_control()));
    (!has_letters).then_some(Encoding(Kind::Foreign(rs::WINDOWS_1252)))
}

/// What chardetng takes the sample for.
///
/// It is never told a top-level domain: told `cn`, it takes no text for Big5.
fn guess(sample: &[u8]) -> Option<Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    Kind::of(detector.guess(None, Utf8Detection::Deny)).map(Encoding)
}

/// The cost of the best reading of `sample` in one encoding.
fn cost(encoding: Encoding, sample: &[u8]) -> Cost {
    match encoding.0 {
        Kind::Foreign(encoding) => characters::cost(&encoding.decode_without_bom_handling(sample).0),
        _ if encoding.reads_by_step() => {
            let path = lattice::read(sample, 0, sample.len(), &[encoding], false);
            path.cost.saturating_add(if is_broken(&path) { BROKEN } else { 0 })
        }
        _ => LOST.saturating_mul(Cost::try_from(sample.len()).unwrap_or(Cost::MAX)),
    }
}

/// Whether what can be read besides ASCII is not clearly more than what is lost.
fn is_broken(path: &Path) -> bool {
    let lost = path.arcs.iter().filter(|arc| arc.step.is_none()).count();
    let read = path.arcs.iter().filter(|arc| arc.step.is_some_and(|step| !step.char.is_ascii())).count();
    read < 2 * lost
}

/// Whether a sample reads as Chinese so well that no other encoding can read it better.
fn is_plainly_chinese(encoding: Encoding, sample: &[u8]) -> bool {
    let (mut at, mut han, mut other, mut sum) = (0, 0, 0, 0);
    while at < sample.len() {
        let Some(step) = encoding.step(sample, at) else { return false };
        at += step.len;
        match characters::script_and_cost(step.char) {
            (Script::Han, cost) => {
                han += 1;
                sum += cost;
            }
            (Script::Common | Script::Wide | Script::Latin | Script::LatinCapital, _) => {}
            _ => other += 1,
        }
    }
    han >= ENOUGH && sum <= PLAIN * han && other * 16 <= han
}
