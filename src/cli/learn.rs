//! `jingwen learn`: models, tables and profiles made from texts or pages.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use jingwen::language::training;
use jingwen::learn::substitutions;
use jingwen::profile::{self, SiteProfile};
use jingwen::rules::Rules;
use jingwen::{Cleaner, Input, Options};

use crate::batch::{Batch, Choice, Fields, Found, Kind, Tally, Target, Verdicts, Work, find_pages};
use crate::cli::args::{
    FilterArgs, LearnCommand, LearnLanguageArgs, LearnMergeArgs, LearnSiteArgs, LearnSubstitutionsArgs, SiteArgs,
};
use crate::cli::input::{read_file, unreadable};
use crate::cli::lang::say;
use crate::cli::output::{Draft, write_file};
use crate::cli::settings::{CommandLine, Settings};
use crate::cli::sites::Sites;
use crate::cli::{Outcome, report};

pub(super) fn run(command: &LearnCommand, line: &CommandLine) -> Result<Outcome> {
    match command {
        LearnCommand::Language(args) => language(args),
        LearnCommand::Substitutions(args) => substitutions(args),
        LearnCommand::Site(args) => site(args, line),
        LearnCommand::Merge(args) => merge(args),
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

fn site(args: &LearnSiteArgs, line: &CommandLine) -> Result<Outcome> {
    let mut draft = Draft::create(&args.output)?;
    let settings = Settings::load(line, &args.pages)?;
    let batch = settings.in_force(&args.batch, None)?;
    let survey = Survey {
        kind: None,
        site: SiteArgs { read: settings.in_force(&args.read, None)?, filters: FilterArgs::default() },
        input: Input::Auto,
        fields: batch.fields(),
        jobs: batch.threads(),
    };
    let (profile, tally) = survey.run(inputs(&args.pages, &batch.choice())?)?;
    draft.write_all(profile.write().as_bytes())?;
    draft.publish()?;
    Ok(if tally.failed == 0 { Outcome::Done } else { Outcome::Incomplete })
}

fn merge(args: &LearnMergeArgs) -> Result<Outcome> {
    let mut whole = SiteProfile::new();
    for path in &args.profiles {
        whole.merge(read_profile(path)?);
    }
    write_file(&args.output, whole.write().as_bytes())?;
    Ok(Outcome::Done)
}

/// The site profile in a file.
pub(super) fn read_profile(path: &Path) -> Result<SiteProfile> {
    let text = String::from_utf8(read_file(path)?).with_context(|| unreadable(path))?;
    SiteProfile::read(&text).with_context(|| path.display().to_string())
}

/// How the pages of a site are read to count what recurs on them.
pub(super) struct Survey {
    pub(super) kind: Option<Kind>,
    /// How the pages will be cleaned.
    pub(super) site: SiteArgs,
    pub(super) input: Input,
    pub(super) fields: Fields,
    /// Threads; 0 for as many as there are processors.
    pub(super) jobs: usize,
}

impl Survey {
    /// Reads all pages, in parallel and in bounded memory, and reports those that fail.
    pub(super) fn run(self, inputs: impl Iterator<Item = Result<Found>> + Send + 'static) -> Result<(SiteProfile, Tally)> {
        let only = profile::AFTER.map(str::to_owned).to_vec();
        let filters = FilterArgs { only, skip: Vec::new(), profile: None, ..self.site.filters };
        let profile = Arc::new(Mutex::new(SiteProfile::new()));
        let work = Work {
            sites: Sites::one(SiteArgs { filters, ..self.site }, self.input)?,
            fields: self.fields,
            audited: false,
            reported: false,
            survey: Some(Arc::clone(&profile)),
            verdicts: Verdicts::default(),
        };
        let batch = Batch {
            work,
            target: Target::Nowhere,
            kind: self.kind,
            form: None,
            audit: None,
            resume: false,
            settings: String::new(),
            jobs: self.jobs,
            total: None,
        };
        let tally = batch.run(inputs, None)?;
        let profile = std::mem::take(&mut *profile.lock().expect("no thread panicked with it"));
        Ok((profile, tally))
    }
}

/// The pages among files and folders, in order.
fn pages(paths: &[PathBuf]) -> Result<impl Iterator<Item = Result<PathBuf>>> {
    let is_page = |found: &Found| found.is_asked || Kind::of(&found.path) == Some(Kind::Page);
    let is_wanted = move |found: &Result<Found>| found.as_ref().map_or(true, is_page);
    Ok(inputs(paths, &Choice::default())?.filter(is_wanted).map(|found| found.map(|found| found.path)))
}

/// The files among files and folders, in order.
pub(super) fn inputs(paths: &[PathBuf], choice: &Choice) -> Result<impl Iterator<Item = Result<Found>> + Send + use<>> {
    let mut all: Vec<Box<dyn Iterator<Item = Result<Found>> + Send>> = Vec::new();
    for path in paths {
        if path.is_dir() {
            all.push(Box::new(find_pages(path, choice)?));
        } else {
            all.push(Box::new(std::iter::once(Ok(Found::asked(path)))));
        }
    }
    Ok(all.into_iter().flatten())
}
