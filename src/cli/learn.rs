//! `jingwen learn`: models, tables and profiles made from texts or pages.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use jingwen::language::training;
use jingwen::learn::substitutions;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

use crate::batch::{Choice, Found, Kind, find_pages};
use crate::cli::args::{LearnCommand, LearnLanguageArgs, LearnSubstitutionsArgs};
use crate::cli::input::read_file;
use crate::cli::lang::say;
use crate::cli::output::Draft;
use crate::cli::{Outcome, report};

pub(super) fn run(command: &LearnCommand) -> Result<Outcome> {
    match command {
        LearnCommand::Language(args) => language(args),
        LearnCommand::Substitutions(args) => substitutions(args),
    }
}

fn language(args: &LearnLanguageArgs) -> Result<Outcome> {
    let mut draft = Draft::create(&args.output)?;
    let read = |path| {
        let not_text = || {
            say!(
                "{}: not UTF-8; put it through `jingwen decode` first",
                "{}：不是 UTF-8；请先用 `jingwen decode` 转换",
                std::path::Path::display(path)
            )
        };
        String::from_utf8(read_file(path)?).with_context(not_text)
    };
    let texts = args.texts.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    draft.write_all(&training::train(&texts, &training::Options::default()))?;
    draft.publish()?;
    Ok(Outcome::Done)
}

/// The pairs are sought in clean pages: what a site puts around its articles is the same on every page and no evidence.
fn substitutions(args: &LearnSubstitutionsArgs) -> Result<Outcome> {
    let mut draft = Draft::create(&args.output)?;
    let cleaner = Cleaner::new(&Rules::embedded()?, &Options::default())?;
    let mut texts = Vec::new();
    let mut outcome = Outcome::Done;
    for page in pages(&args.pages)? {
        match page.and_then(|path| read_file(&path)) {
            Ok(bytes) => texts.push(cleaner.clean(&bytes).cleaned.text),
            Err(error) => {
                report(&error);
                outcome = Outcome::Incomplete;
            }
        }
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let family = args.output.file_stem().unwrap_or_default().to_string_lossy();
    draft.write_all(substitutions::table(&substitutions::learn(&texts), &family).as_bytes())?;
    draft.publish()?;
    Ok(outcome)
}

/// The pages among files and folders, in order.
fn pages(paths: &[PathBuf]) -> Result<impl Iterator<Item = Result<PathBuf>>> {
    let mut all: Vec<Box<dyn Iterator<Item = Result<Found>>>> = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.push(Box::new(find_pages(path, &Choice::default())?));
        } else {
            all.push(Box::new(std::iter::once(Ok(Found::asked(path)))));
        }
    }
    let is_page = |found: &Found| found.is_asked || Kind::of(&found.path) == Some(Kind::Page);
    let is_wanted = move |found: &Result<Found>| found.as_ref().map_or(true, is_page);
    Ok(all.into_iter().flatten().filter(is_wanted).map(|found| found.map(|found| found.path)))
}
