//! `jingwen undo`: clean pages and their audit in, source texts out.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use jingwen::render::audit::undo;

use crate::batch::{Choice, Found, Kind, Packing, Part, check_output_folder, find_pages, name_of, undo_rows};
use crate::cli::args::UndoArgs;
use crate::cli::input::{read_all, read_file};
use crate::cli::lang::say;
use crate::cli::output::{Draft, make_folder, write_file};
use crate::cli::settings::{CommandLine, Settings};
use crate::cli::{Outcome, report};

mod audit;
mod lines;

use audit::Audit;

pub(super) fn run(args: &UndoArgs, line: &CommandLine) -> Result<Outcome> {
    let audit = Audit::open(&args.audit)?;
    let path = args.path.as_deref().unwrap_or(Path::new("-"));
    let settings = Settings::load(line, &[path.to_owned()])?;
    let text_field = settings.in_force(&args.text, None)?.text_field;
    if path.is_dir() {
        return undo_folder(path, args, &text_field, &audit);
    }
    if Kind::of(path) == Some(Kind::JsonLines) {
        undo_lines(path, args.page.as_deref(), &text_field, args.output.as_deref(), &audit)?;
        return Ok(Outcome::Done);
    }
    if Kind::of(path) == Some(Kind::Parquet) {
        undo_table(path, args.page.as_deref(), &text_field, args.output.as_deref(), &audit)?;
        return Ok(Outcome::Done);
    }
    let file = args.audit.display();
    let page = match (&args.page, audit.pages().len()) {
        (Some(page), _) if audit.has(page) => page,
        (Some(page), _) => bail!(say!("{file}: has no page \"{page}\"", "{file}：里面没有网页“{page}”")),
        (None, 0 | 1) => audit.pages().next().unwrap_or_default(),
        (None, pages) => {
            bail!(say!("{file}: has {pages} pages; name one with --page", "{file}：里面有 {pages} 个网页；请用 --page 指定一个"))
        }
    };
    let source = undo(&read_text(path, read_all(path)?)?, &audit.records(page)?).with_context(|| path.display().to_string())?;
    match &args.output {
        Some(output) => write_file(output, source.as_bytes())?,
        None => io::stdout().write_all(source.as_bytes())?,
    }
    Ok(Outcome::Done)
}

/// Every page of a folder; one that the audit does not name was not changed.
fn undo_folder(folder: &Path, args: &UndoArgs, text_field: &str, audit: &Audit) -> Result<Outcome> {
    let Some(output) = &args.output else {
        bail!(say!(
            "{}: several pages need a folder to be written to: add -o DIR",
            "{}：多个网页要写到文件夹里：请加上 -o DIR",
            folder.display()
        ));
    };
    check_output_folder(folder, output)?;
    let mut outcome = Outcome::Done;
    for found in find_pages(folder, &Choice::default())? {
        if let Err(error) = found.and_then(|found| undo_file(&found, output, text_field, audit)) {
            report(&error);
            outcome = Outcome::Incomplete;
        }
    }
    undo_dropped(output, audit)?;
    Ok(outcome)
}

/// Pages that are files of their own and were dropped: the audit has all of them.
fn undo_dropped(output: &Path, audit: &Audit) -> Result<()> {
    let is_of_many = |page: &str| page.rsplit_once(':').is_some_and(|(_, number)| number.parse::<u64>().is_ok());
    for page in audit.pages().filter(|page| !is_of_many(page)) {
        if let Some(source) = audit.left_out(page)? {
            let target = output.join(page);
            make_folder(target.parent().unwrap_or(output))?;
            write_file(&target, source.as_bytes())?;
        }
    }
    Ok(())
}

fn undo_file(found: &Found, output: &Path, text_field: &str, audit: &Audit) -> Result<()> {
    let name = name_of(&found.name);
    let target = output.join(&found.name);
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    if Kind::of(&found.path) == Some(Kind::JsonLines) {
        return undo_lines(&found.path, Some(&name), text_field, Some(&target), audit);
    }
    if Kind::of(&found.path) == Some(Kind::Parquet) {
        return undo_table(&found.path, Some(&name), text_field, Some(&target), audit);
    }
    let text = read_text(&found.path, read_file(&found.path)?)?;
    let source = undo(&text, &audit.records(&name)?).with_context(|| found.path.display().to_string())?;
    write_file(&target, &Packing::of(&target).pack(source.into_bytes())?)
}

fn undo_lines(path: &Path, name: Option<&str>, text_field: &str, output: Option<&Path>, audit: &Audit) -> Result<()> {
    let Some(output) = output else {
        return lines::undo_lines(path, name, text_field, audit, &mut io::stdout().lock());
    };
    let mut draft = Draft::create(output)?;
    lines::undo_lines(path, name, text_field, audit, &mut draft)?;
    draft.publish()
}

fn undo_table(path: &Path, name: Option<&str>, text_field: &str, output: Option<&Path>, audit: &Audit) -> Result<()> {
    let Some(output) = output else {
        let path = path.display();
        bail!(say!(
            "{path}: Parquet goes to a file: add -o FILE.parquet",
            "{path}：Parquet 要写到文件里：请加上 -o FILE.parquet"
        ));
    };
    let file = name.map_or_else(|| lines::the_file(audit), |name| Ok(Some(name.to_owned())))?.unwrap_or_default();
    let page = |number| format!("{file}:{number}");
    let source = |number, text: &str| {
        let page = page(number);
        if !audit.has(&page) {
            return Ok(None);
        }
        undo(text, &audit.records(&page)?).map(Some).with_context(|| format!("{}:{number}", path.display()))
    };
    let mut part = undo_rows(path, text_field, source, |number| audit.left_out(&page(number)), Part::create(output)?)?;
    part.sync()?;
    part.publish()
}

fn read_text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    let path = path.display();
    String::from_utf8(bytes).map_err(|_| {
        anyhow!(say!("{path}: not UTF-8; undo takes what `clean` wrote", "{path}：不是 UTF-8；undo 只接受 clean 写出的结果"))
    })
}
