//! An estimate as the bytes of a model file.

use super::counts::Vocabulary;
use super::estimate::Estimate;
use crate::language::format::{CODE_POINTS, Layout, MAGIC, VERSION, cost};

pub(super) fn write(vocabulary: &Vocabulary, estimate: &Estimate) -> Vec<u8> {
    let pairs: Vec<(u64, f64)> = estimate.pairs.kept().collect();
    let triples: Vec<(u64, f64)> = estimate.triples.kept().collect();
    let counts = [vocabulary.len(), pairs.len(), triples.len()].map(|n| n as u32);
    let [symbols, ..] = counts;

    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    bytes.extend([VERSION].iter().chain(&counts).flat_map(|n| n.to_le_bytes()));
    debug_assert_eq!(vocabulary.symbols.len(), CODE_POINTS);
    bytes.extend(vocabulary.symbols.iter().flat_map(|symbol| symbol.0.to_le_bytes()));

    let back_offs = &mut estimate.pairs.back_offs().peekable();
    let mut first = 0;
    for symbol in 0..=symbols {
        let log = |values: &[f64]| values.get(symbol as usize).map_or(0.0, |p| p.ln() as f32);
        let fields = [log(&estimate.unigrams), back_off(back_offs, symbol.into()), log(&estimate.frequencies)];
        bytes.extend(fields.iter().flat_map(|x| x.to_le_bytes()));
        bytes.extend((first as u32).to_le_bytes());
        first += pairs[first..].iter().take_while(|pair| pair.0 >> 16 == u64::from(symbol)).count();
    }

    let back_offs = &mut estimate.triples.back_offs().peekable();
    let mut first = 0;
    for &(pair, p) in &pairs {
        bytes.extend((pair as u16).to_le_bytes());
        bytes.extend([cost(p.ln() as f32), cost(back_off(back_offs, pair))]);
        bytes.extend(u24(first));
        first += triples[first..].iter().take_while(|triple| triple.0 >> 16 == pair).count();
    }
    bytes.extend([0; 4]);
    bytes.extend(u24(first));
    debug_assert_eq!(first, triples.len(), "every kept triple begins with a kept pair");

    for &(triple, p) in &triples {
        bytes.extend((triple as u16).to_le_bytes());
        bytes.push(cost(p.ln() as f32));
    }
    debug_assert_eq!(Layout::read(&bytes).map(|layout| layout.end), Ok(bytes.len()));
    bytes
}

/// The logarithm of the back-off weight of `context`, from a list in order of contexts; 0 if it was never one.
fn back_off(list: &mut std::iter::Peekable<impl Iterator<Item = (u64, f64)>>, context: u64) -> f32 {
    while list.next_if(|&(c, _)| c < context).is_some() {}
    list.next_if(|&(c, _)| c == context).map_or(0.0, |(_, weight)| weight.ln() as f32)
}

fn u24(n: usize) -> [u8; 3] {
    let [a, b, c, _] = (n as u32).to_le_bytes();
    [a, b, c]
}
