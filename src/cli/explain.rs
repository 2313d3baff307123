//! `jingwen explain`: each change to a page, its rule and the reason.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use jingwen::render::explain;
use jingwen::render::terminal::{BOLD, DIM};

use crate::cli::args::{Color, ExplainArgs};
use crate::cli::input::read_all;
use crate::cli::lang::say;
use crate::cli::reading::Reading;
use crate::cli::settings::{CommandLine, PageOrigin, Settings};
use crate::cli::sites::{Setup, Sites};
use crate::cli::{Outcome, output};

pub(super) fn run(args: &ExplainArgs, line: &CommandLine, color: Color) -> Result<Outcome> {
    let path = args.page.as_deref().unwrap_or(Path::new("-"));
    let settings = Settings::load(line, &[path.to_owned()])?;
    let sites = Sites::new(settings, &args.site, args.input.of_pages(), None)?;
    let Setup { rules, cleaner, decoding, .. } = sites.of(PageOrigin { path, url: None });
    let page = cleaner.clean_decoded(decoding.decode(&read_all(path)?));
    let (edits, lines) = explain::tally(page.source(), &page.cleaned);
    let mut out = output::colored(color);
    let name = path.display();
    let head = match (edits, lines) {
        (0, _) => say!("{name}: nothing to change", "{name}：没有要改的"),
        (1, _) => say!("{name}: 1 change", "{name}：1 处改动"),
        (_, 1) => say!("{name}: {edits} changes in 1 line", "{name}：1 行里有 {edits} 处改动"),
        _ => say!("{name}: {edits} changes in {lines} lines", "{name}：{lines} 行里有 {edits} 处改动"),
    };
    let mut reading = Reading::default();
    reading.add(&page.decoded, 0);
    writeln!(out, "{BOLD}{head}{BOLD:#} {DIM}{}{DIM:#}", reading.tell())?;
    writeln!(out, "{}", say!("verdict: {}", "判断：{}", page.verdict()))?;
    let reason = |id: &_| rules.iter().find(|rule| rule.id == *id).map(|rule| rule.why.clone());
    explain::write(&mut out, page.source(), &page.cleaned, &reason, output::columns())?;
    out.flush()?;
    Ok(Outcome::Done)
}
