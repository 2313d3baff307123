//! The bytes of a model file: where each section lies, and the primitive reads.
//!
//! `docs/language-model.md` draws the layout. Everything is little-endian; nothing is parsed or copied when a model opens.
//! Every read is checked, so that a damaged file can give wrong numbers but never a panic.

use std::hint::black_box;

use super::ModelError;

pub(super) const MAGIC: [u8; 8] = *b"JWNGRAM\n";
pub(super) const VERSION: u32 = 1;
/// Magic, version, and the numbers of symbols, pairs and triples.
pub(super) const HEADER: usize = 24;
/// One symbol for each code point of the basic plane; the rest is unknown.
pub(super) const CODE_POINTS: usize = 0x1_0000;
/// Log-probability, back-off, log-frequency (f32 each) and the first pair of the row (u32).
pub(super) const SYMBOL_RECORD: usize = 16;
/// The second symbol of a pair (u16), its cost (u8) and back-off (u8), and the first triple of its row (u24).
pub(super) const PAIR_RECORD: usize = 7;
/// The third symbol of a triple (u16) and its cost (u8).
pub(super) const TRIPLE_RECORD: usize = 3;
/// The most triples the 24-bit row starts can address.
pub(super) const MAX_TRIPLES: usize = 0xFF_FFFF;
/// A cost byte counts sixteenths of a nat: 0 is certainty, 255 is e^-15.9.
pub(super) const STEPS_PER_NAT: f32 = 16.0;

/// Where the sections of a model file begin, and how many entries they have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) symbols: usize,
    pub(super) pairs: usize,
    pub(super) triples: usize,
    pub(super) symbol_records: usize,
    pub(super) pair_records: usize,
    pub(super) triple_records: usize,
    pub(super) end: usize,
    /// 2^32 / symbols, for [`find`].
    pub(super) reciprocal: i64,
}

impl Layout {
    /// The layout of a model with these many entries. The symbol and pair records carry one extra entry at the end, whose
    /// row start closes the last row. Widths are 64 bits so that no count in a header can overflow.
    pub(super) fn new(symbols: u32, pairs: u32, triples: u32) -> Option<Self> {
        let (v, p, t) = (u64::from(symbols), u64::from(pairs), u64::from(triples));
        let symbol_records = (HEADER + CODE_POINTS * 2) as u64;
        let pair_records = symbol_records + (v + 1) * SYMBOL_RECORD as u64;
        let triple_records = pair_records + (p + 1) * PAIR_RECORD as u64;
        let end = triple_records + t * TRIPLE_RECORD as u64;
        let place = |x: u64| usize::try_from(x).ok();
        Some(Self {
            symbols: place(v)?,
            pairs: place(p)?,
            triples: place(t)?,
            symbol_records: place(symbol_records)?,
            pair_records: place(pair_records)?,
            triple_records: place(triple_records)?,
            end: place(end)?,
            reciprocal: (1 << 32) / i64::from(symbols.max(1)),
        })
    }

    /// Reads the header and checks that the file is as long as it says.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(ModelError::NotAModel);
        }
        let field = |at| u32_at(bytes, at).ok_or(ModelError::NotAModel);
        let version = field(8)?;
        if version != VERSION {
            return Err(ModelError::Version { found: version });
        }
        let layout = Self::new(field(12)?, field(16)?, field(20)?).ok_or(ModelError::NotAModel)?;
        if layout.symbols > CODE_POINTS || layout.end != bytes.len() {
            return Err(ModelError::Length { expected: layout.end, found: bytes.len() });
        }
        Ok(layout)
    }
}

/// A cost byte as a log-probability, in nats.
pub(super) fn nats(cost: u8) -> f32 {
    -f32::from(cost) / STEPS_PER_NAT
}

/// The nearest cost byte to a log-probability; what is too small for a byte becomes 255.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn cost(log_prob: f32) -> u8 {
    (-log_prob * STEPS_PER_NAT).round().clamp(0.0, 255.0) as u8
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array_at(bytes, at).map(u16::from_le_bytes)
}

pub(super) fn u24_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(u32::from_le_bytes)
}

pub(super) fn f32_at(bytes: &[u8], at: usize) -> Option<f32> {
    array_at(bytes, at).map(f32::from_le_bytes)
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

/// A search in a row of records of `SIZE` bytes, sorted by the symbol (u16) with which each begins; the first place is read.
///
/// Symbol numbers are a random permutation (see `training`), so those of any row are spread evenly over `0..symbols`, and
/// the guess by proportion lands within about √n of the right place. A second guess, from there, leaves a few steps.
/// `reciprocal` is 2^32 / symbols: a division would take longer than the search. Whatever the bytes are, reading ends.
///
/// Probes of several rows wait for memory together, and not one after the other.
pub(super) struct Probe<'b, const SIZE: usize> {
    pub(super) row: &'b [u8],
    symbol: u16,
    reciprocal: i64,
    at: usize,
    /// The symbol there; `None` in an empty row.
    key: Option<u16>,
}

impl<'b, const SIZE: usize> Probe<'b, SIZE> {
    pub(super) fn new(row: &'b [u8], symbol: u16, reciprocal: i64) -> Self {
        let mut probe = Self { row, symbol, reciprocal, at: 0, key: None };
        if let Some(last) = (row.len() / SIZE).checked_sub(1) {
            probe.at = 0_usize.saturating_add_signed(probe.share(symbol.into())).min(last);
            // Not later: whoever made the probe has others to make.
            probe.key = black_box(u16_at(row, probe.at * SIZE));
        }
        probe
    }

    /// The number of the record.
    pub(super) fn find(&self) -> Option<usize> {
        let Self { row, symbol, .. } = *self;
        let key = |at: usize| u16_at(row, at * SIZE);
        let last = (row.len() / SIZE).checked_sub(1)?;
        let off = i64::from(symbol) - i64::from(self.key?);
        let mut at = self.at.saturating_add_signed(self.share(off)).min(last);
        while key(at)? < symbol {
            at += 1;
        }
        while key(at)? > symbol {
            at = at.checked_sub(1)?;
        }
        (key(at)? == symbol).then_some(at)
    }

    /// How many records of the row so many symbols are.
    fn share(&self, symbols: i64) -> isize {
        ((symbols * (self.row.len() / SIZE) as i64).wrapping_mul(self.reciprocal) >> 32) as isize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_row_is_found_and_no_other() {
        let keys: Vec<u16> = (0..1000).filter(|k| k % 7 == 3 || (400..440).contains(k)).collect();
        let row: Vec<u8> = keys.iter().flat_map(|k| k.to_le_bytes()).collect();
        for symbol in 0..1100u16 {
            let place = keys.iter().position(|&k| k == symbol);
            assert_eq!(Probe::<2>::new(&row, symbol, (1 << 32) / 1000).find(), place, "{symbol}");
            assert_eq!(Probe::<2>::new(&row, symbol, 0).find(), place, "{symbol}");
        }
        assert_eq!(Probe::<2>::new(&[], 3, (1 << 32) / 1000).find(), None);
    }

    #[test]
    fn costs_round_to_a_thirty_second_of_a_nat() {
        for x in 0..1500 {
            let log_prob = -(x as f32) / 100.0;
            assert!((nats(cost(log_prob)) - log_prob).abs() <= 0.5 / STEPS_PER_NAT + 1e-5);
        }
        assert_eq!(cost(f32::NEG_INFINITY), 255);
        assert_eq!(cost(0.5), 0);
    }
}
