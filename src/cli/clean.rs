//! `jingwen clean`: pages in, articles out.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use jingwen::{Cleaner, render::audit};

use crate::batch::{Found, check_output_folder, find_pages, ordered};
use crate::cli::args::CleanArgs;
use crate::cli::input::{Decoding, PIECE, Pieces, is_stdin, read_file, unreadable};
use crate::cli::lang::say;
use crate::cli::output::{Draft, make_folder, write_file};
use crate::cli::{Outcome, load_cleaner, report};

pub(super) fn run(args: &CleanArgs) -> Result<Outcome> {
    let (cleaner, _) = load_cleaner(&args.filters)?;
    let decoding = Decoding::new(&args.read)?;
    let mut audit = args.audit.as_deref().map(Draft::create).transpose()?;
    let outcome = match args.paths.as_slice() {
        [] => clean_one(Path::new("-"), args.output.as_deref(), &cleaner, decoding, audit.as_mut())?,
        [path] if !path.is_dir() => clean_one(path, args.output.as_deref(), &cleaner, decoding, audit.as_mut())?,
        paths => clean_many(paths, args, cleaner, decoding, audit.as_mut())?,
    };
    if let Some(audit) = audit {
        audit.publish()?;
    }
    Ok(outcome)
}

/// Cleans one page to standard output, to a file, or into a folder under its own name.
fn clean_one(
    path: &Path,
    output: Option<&Path>,
    cleaner: &Cleaner,
    decoding: Decoding,
    audit: Option<&mut Draft>,
) -> Result<Outcome> {
    let input: Box<dyn Read> =
        if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).with_context(|| unreadable(path))?) };
    let page = Stream { name: path.to_string_lossy().into_owned(), input, cleaner, decoding };
    let Some(output) = output else {
        page.clean(&mut BufWriter::new(io::stdout().lock()), audit)?;
        return Ok(Outcome::Done);
    };
    let output = match path.file_name() {
        Some(name) if output.is_dir() && !is_stdin(path) => output.join(name),
        _ => output.to_owned(),
    };
    let mut draft = Draft::create(&output)?;
    page.clean(&mut draft, audit)?;
    draft.publish()?;
    Ok(Outcome::Done)
}

/// One page as it comes in.
struct Stream<'c> {
    name: String,
    input: Box<dyn Read>,
    cleaner: &'c Cleaner,
    decoding: Decoding,
}

impl Stream<'_> {
    /// Cleans the page; one that is longer than any page is goes piece by piece.
    fn clean(mut self, out: &mut impl Write, mut audit: Option<&mut Draft>) -> Result<()> {
        let mut pieces = Pieces::new(self.input, PIECE);
        let mut offset = audit::Offset::default();
        while let Some(piece) = pieces.next().with_context(|| unreadable(Path::new(&self.name)))? {
            let page = self.cleaner.clean_decoded(self.decoding.decode_piece(&piece));
            out.write_all(page.cleaned.text.as_bytes()).context("standard output")?;
            out.flush()?;
            if let Some(audit) = &mut audit {
                audit::write(audit, &self.name, &page.cleaned, offset)?;
            }
            offset.source += page.decoded.text.len();
            offset.cleaned += page.cleaned.text.len();
        }
        Ok(())
    }
}

/// What came of a page of a batch.
struct Done {
    bytes: u64,
    edits: usize,
    /// The audit records, where they are wanted.
    records: Vec<u8>,
}

/// How a batch went.
#[derive(Default)]
struct Tally {
    pages: usize,
    bytes: u64,
    changed: usize,
    edits: usize,
    failed: usize,
    left_out: usize,
}

/// Cleans files and folders of pages in parallel, each to the same path below the output folder.
fn clean_many(
    paths: &[PathBuf],
    args: &CleanArgs,
    cleaner: Cleaner,
    decoding: Decoding,
    mut audit: Option<&mut Draft>,
) -> Result<Outcome> {
    let Some(output) = args.output.clone() else {
        bail!(say!(
            "{}: several pages need a folder to be written to: add -o DIR",
            "{}：多个网页要写到文件夹里：请加上 -o DIR",
            paths[0].display()
        ));
    };
    let begun = Instant::now();
    let pages = inputs(paths, &output)?;
    make_folder(&output)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs.map_or(0, usize::from)).build()?;
    let cleaner = Arc::new(cleaner);
    let audited = audit.is_some();
    let done = ordered(pages, pool, move |found: Result<Found>| {
        let found = found?;
        if !found.is_page {
            return Ok(None);
        }
        clean_file(&found, &output, &cleaner, &decoding, audited).map(Some)
    });
    let mut tally = Tally::default();
    for done in done {
        match done {
            Ok(None) => tally.left_out += 1,
            Ok(Some(done)) => {
                tally.pages += 1;
                tally.bytes += done.bytes;
                tally.changed += usize::from(done.edits > 0);
                tally.edits += done.edits;
                if let Some(audit) = &mut audit {
                    audit.write_all(&done.records).context("--audit")?;
                }
            }
            Err(error) => {
                tally.failed += 1;
                report(&error);
            }
        }
    }
    tell(&tally, begun);
    Ok(if tally.failed == 0 { Outcome::Done } else { Outcome::Incomplete })
}

/// The pages of all paths, one folder after another.
fn inputs(paths: &[PathBuf], output: &Path) -> Result<impl Iterator<Item = Result<Found>> + Send + use<>> {
    let mut all: Vec<Box<dyn Iterator<Item = Result<Found>> + Send>> = Vec::new();
    for path in paths {
        if path.is_dir() {
            check_output_folder(path, output)?;
            all.push(Box::new(find_pages(path)?));
        } else {
            all.push(Box::new(std::iter::once(Ok(Found::asked(path)))));
        }
    }
    Ok(all.into_iter().flatten())
}

fn clean_file(found: &Found, output: &Path, cleaner: &Cleaner, decoding: &Decoding, audited: bool) -> Result<Done> {
    let bytes = read_file(&found.path)?;
    let page = cleaner.clean_decoded(decoding.decode(&bytes));
    let target = output.join(&found.name);
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    write_file(&target, page.cleaned.text.as_bytes())?;
    let mut records = Vec::new();
    if audited {
        let name = found.name.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        audit::write(&mut records, &name, &page.cleaned, audit::Offset::default())?;
    }
    let edits = page.cleaned.passes.iter().map(|pass| pass.made.len()).sum();
    Ok(Done { bytes: bytes.len() as u64, edits, records })
}

/// One line on standard error of how the batch went.
fn tell(tally: &Tally, begun: Instant) {
    let Tally { pages, bytes, changed, edits, failed, left_out } = tally;
    let megabytes = *bytes as f64 / 1e6;
    let seconds = begun.elapsed().as_secs_f64();
    let mut line = say!(
        "{pages} pages ({megabytes:.1} MB) in {seconds:.1} s: {changed} changed by {edits} edits",
        "{seconds:.1} 秒处理 {pages} 页（{megabytes:.1} MB）：{changed} 页有改动，共 {edits} 处"
    );
    if *failed > 0 {
        line += &say!(", {failed} failed", "，{failed} 页失败");
    }
    if *left_out > 0 {
        line += &say!(", {left_out} files that are no pages left out", "，略过 {left_out} 个不是网页的文件");
    }
    let _ = writeln!(io::stderr(), "jingwen: {line}");
}
