//! Nanoseconds for one look-up in the built-in model: `lookup_speed [TEXT]`
//!
//! Random: `log_prob` of a random character of the text after the state of another random place of it. Likely: of the character that
//! really follows. Sequential: `step` through the text.
#![allow(clippy::print_stdout)]

use jingwen::language::{LanguageModel, State, Symbol};
use std::hint::black_box;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let text = match std::env::args().nth(1) {
        Some(path) => std::fs::read_to_string(path)?,
        None => "新华社北京３月１３日电，世界上的人都喜欢花，天上的人也喜欢花。".repeat(1000),
    };
    let model = LanguageModel::embedded();
    let symbols: Vec<Symbol> = text.chars().map(|c| model.symbol(c)).collect();
    let mut state = State::START;
    let mut states = Vec::with_capacity(symbols.len());
    for &symbol in &symbols {
        states.push(state);
        state = model.advance(state, symbol);
    }

    let mut seed = 7_u64;
    let mut place = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % symbols.len()
    };
    let places: Vec<(usize, usize)> = (0..2_000_000).map(|_| (place(), place())).collect();
    let queries: Vec<(State, Symbol)> = places.iter().map(|&(a, b)| (states[a], symbols[b])).collect();
    time("random", queries.len(), || queries.iter().map(|&(state, symbol)| model.log_prob(state, symbol)).sum());
    let queries: Vec<(State, Symbol)> = places.iter().map(|&(a, _)| (states[a], symbols[a])).collect();
    time("likely", queries.len(), || queries.iter().map(|&(state, symbol)| model.log_prob(state, symbol)).sum());
    time("sequential", symbols.len(), || {
        let walk = symbols.iter().fold((State::START, 0.0), |(state, sum), &symbol| {
            let (next, log_prob) = model.step(state, symbol);
            (next, sum + log_prob)
        });
        walk.1
    });
    time("whole text", symbols.len(), || model.score(&text));
    Ok(())
}

/// Prints the best of five runs, as machines are shared.
fn time(name: &str, lookups: usize, run: impl Fn() -> f32) {
    let once = || {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64() * 1e9 / lookups as f64
    };
    let best = (0..5).map(|_| once()).fold(f64::INFINITY, f64::min);
    println!("{name:12} {best:6.1} ns per look-up");
}
