//! How well a model predicts texts: `perplexity MODEL TEXT…`
//!
//! For each text and for all: symbols (runs of digits, letters and spaces count once, line ends count), the share of
//! unknown characters, and the perplexity per symbol without the unknown ones.
#![allow(clippy::print_stdout)]

use jingwen::language::{LanguageModel, State, Symbol, carries_on};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let model = LanguageModel::from_bytes(std::fs::read(arguments.next().expect("MODEL TEXT…"))?)?;
    println!("{model:?}");
    let mut all = Tally::default();
    for path in arguments {
        let tally = Tally::of(&model, &std::fs::read_to_string(&path)?);
        println!("{:12} {tally}", Path::new(&path).file_stem().unwrap_or_default().to_string_lossy());
        all.add(&tally);
    }
    println!("{:12} {all}", "all");
    Ok(())
}

#[derive(Default)]
struct Tally {
    symbols: f64,
    unknown: f64,
    nats: f64,
}

impl Tally {
    fn of(model: &LanguageModel, text: &str) -> Self {
        let mut tally = Self::default();
        let mut state = State::START;
        for symbol in text.chars().map(|c| model.symbol(c)) {
            let free = carries_on(state.last(), symbol);
            let (next, log_prob) = model.step(state, symbol);
            state = next;
            if free {
                continue;
            }
            if symbol == Symbol::UNKNOWN {
                tally.unknown += 1.0;
            } else {
                tally.symbols += 1.0;
                tally.nats -= f64::from(log_prob);
            }
        }
        tally
    }

    fn add(&mut self, other: &Self) {
        self.symbols += other.symbols;
        self.unknown += other.unknown;
        self.nats += other.nats;
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unknown = 1e6 * self.unknown / (self.symbols + self.unknown);
        write!(f, "{:9} symbols  {unknown:5.0} unknown/M  perplexity {:6.2}", self.symbols, (self.nats / self.symbols).exp())
    }
}
