//! `--report`: the facts of a run for its report, and the file that it goes to.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::ValueEnum;
use jingwen::render::report::{self, Facts, Report};
use jingwen::{Options, filters};

use crate::cli::args::CleanArgs;
use crate::cli::lang::{Lang, lang, say};
use crate::cli::output::Draft;
use crate::cli::settings::{Settings, keys_in_order};
use crate::cli::sites::Sites;

/// A report and its file, which appears whole at the end of the run, or not at all.
pub(super) struct ReportFile {
    pub(super) report: Report,
    draft: Draft,
    path: PathBuf,
    /// Whether an earlier run may have done everything.
    resumed: bool,
}

impl ReportFile {
    /// The report that the flags ask for, if they do.
    pub(super) fn create(args: &CleanArgs, options: Vec<(String, String)>, sites: &Sites) -> Result<Option<Self>> {
        let Some(path) = &args.report else { return Ok(None) };
        let report = Report::new(facts(args, options, sites));
        Ok(Some(Self { report, draft: Draft::create(path)?, path: path.clone(), resumed: args.resume }))
    }

    /// Writes the report. One that has nothing to say, since an earlier run had done everything, leaves an earlier report alone.
    pub(super) fn publish(mut self) -> Result<()> {
        let path = self.path.display();
        if self.resumed && self.report.is_empty() {
            let line = say!("{path}: not written, for nothing was left to clean", "{path}：没有剩下要处理的网页，因此没有写报告");
            let _ = writeln!(std::io::stderr(), "jingwen: {line}");
            return Ok(());
        }
        self.report.write(&mut self.draft).with_context(|| say!("{path}: cannot be written", "{path}：无法写入"))?;
        self.draft.publish()
    }
}

/// The options in force, as flags: every setting that has a value, and the other flags that were given. None where no report is
/// wanted.
pub(super) fn options(args: &CleanArgs, settings: &Settings) -> Result<Vec<(String, String)>> {
    if args.report.is_none() {
        return Ok(Vec::new());
    }
    let mut values = toml::Table::try_from(settings.in_force(&args.settings, None)?)?;
    let said = |value: toml::Value| match value {
        toml::Value::String(text) => text,
        toml::Value::Boolean(true) => String::new(),
        value => value.to_string(),
    };
    let is_said = |value: &toml::Value| *value != toml::Value::Boolean(false) && *value != toml::Value::Array(Vec::new());
    let set = keys_in_order().into_iter().filter(|key| key != "jobs").filter_map(|key| {
        let value = values.remove(&key).filter(is_said)?;
        Some((format!("--{key}"), said(value)))
    });
    let path = |path: &PathBuf| path.display().to_string();
    let given = [
        ("--config", settings.file.as_ref().map(|file| file.path().display().to_string())),
        ("--input", args.input.map(name)),
        ("--pages", args.pages.map(name)),
        ("--to", args.to.map(name)),
        ("--learn", args.learn.then(String::new)),
        ("--output", args.output.as_ref().map(path)),
        ("--audit", args.audit.as_ref().map(path)),
        ("--resume", args.resume.then(String::new)),
    ];
    let given = given.into_iter().filter_map(|(flag, value)| Some((flag.to_owned(), value?)));
    Ok(set.chain(given).collect())
}

fn facts(args: &CleanArgs, options: Vec<(String, String)>, sites: &Sites) -> Facts {
    let setup = sites.setups().next().expect("there is one for all pages");
    let all = filters::standard(&setup.rules, &Options::default());
    let runs = |filter: &&str| sites.setups().any(|setup| setup.cleaner.pipeline().names().any(|name| name == *filter));
    let rules = sites.setups().flat_map(|setup| setup.rules.iter());
    Facts {
        lang: match lang() {
            Lang::En => report::Lang::En,
            Lang::Zh => report::Lang::Zh,
        },
        inputs: args.paths.iter().map(|path| path.display().to_string()).collect(),
        options,
        filters: all.iter().map(|filter| filter.name()).filter(runs).collect(),
        reasons: rules.map(|rule| (rule.id.clone(), rule.why.clone())).collect(),
        resumed: args.resume,
    }
}

/// A value as it is given on the command line.
fn name(value: impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
