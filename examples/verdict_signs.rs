//! Measures the signs of pages for `tools/fit_verdict.py`: `verdict_signs < pages.jsonl > signs.tsv`
//!
//! Each line of the input has the page's `text` and its `label`, which comes out first; a `weight` of more than one page
//! comes second, and the signs follow in the order of the table.

use std::io::{BufRead, Write, stdin, stdout};

use jingwen::rules::Rules;
use jingwen::verdict::measure;
use jingwen::{Cleaner, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cleaner = Cleaner::new(&Rules::embedded()?, &Options::default())?;
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let page: serde_json::Value = serde_json::from_str(&line?)?;
        let cleaned = cleaner.clean(page["text"].as_str().unwrap_or_default().as_bytes());
        let signs = measure(cleaned.source(), &cleaned.cleaned).map(|value| format!("{value:.4}"));
        let weight = page["weight"].as_f64().unwrap_or(1.0);
        writeln!(out, "{}\t{weight}\t{}", page["label"].as_str().unwrap_or("?"), signs.join("\t"))?;
    }
    Ok(())
}
