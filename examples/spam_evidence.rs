//! Prints what the spam filter weighs, for `tools/fit_spam.py`: one line a suspect piece of a page.
//!
//! `cargo run --release --example spam_evidence -- FOLDER… > evidence.tsv`
//!
//! What strangers injected into a page of a folder stands between U+E000 and U+E001. A line gives the folder, the file,
//! the place in bytes, the share of the piece that was injected, what is weighed, and the text.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::ops::Range;

use jingwen::filters::spam::evidence::{FEATURES, suspects};
use jingwen::page::Page;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "folder\tfile\tstart\tend\tinjected\t{}\ttext", FEATURES.join("\t"))?;
    for folder in std::env::args().skip(1) {
        let mut files: Vec<_> = fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
        files.sort_by_key(|file| file.file_name());
        for file in files {
            let (text, injected) = unmark(&fs::read_to_string(file.path())?);
            for suspect in suspects(Page::new(&text)) {
                let range = suspect.range;
                let inside = |mark: &Range<usize>| mark.end.min(range.end).saturating_sub(mark.start.max(range.start));
                let share = injected.iter().map(inside).sum::<usize>() as f32 / range.len() as f32;
                let values: Vec<String> = suspect.evidence.iter().map(|value| format!("{value:.3}")).collect();
                let name = file.file_name();
                let shown = text[range.clone()].replace(['\n', '\t', '\r'], " ");
                let (start, end, values) = (range.start, range.end, values.join("\t"));
                writeln!(out, "{folder}\t{}\t{start}\t{end}\t{share:.2}\t{values}\t{shown}", name.to_string_lossy())?;
            }
        }
    }
    Ok(())
}

/// A page without its marks, and the ranges of what was injected.
fn unmark(marked: &str) -> (String, Vec<Range<usize>>) {
    let (mut text, mut injected, mut open) = (String::with_capacity(marked.len()), Vec::new(), None);
    for c in marked.chars() {
        match c {
            '\u{e000}' => open = Some(text.len()),
            '\u{e001}' => injected.extend(open.take().map(|start| start..text.len())),
            c => text.push(c),
        }
    }
    (text, injected)
}
