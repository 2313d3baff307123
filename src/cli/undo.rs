//! `jingwen undo`: clean pages and their audit in, source texts out.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use jingwen::render::audit::{Record, SCHEMA, undo};

use crate::batch::{Choice, Found, Kind, check_output_folder, find_pages, name_of};
use crate::cli::args::UndoArgs;
use crate::cli::input::{read_all, read_file, unreadable};
use crate::cli::lang::say;
use crate::cli::output::{Draft, make_folder, write_file};
use crate::cli::settings::{CommandLine, Settings};
use crate::cli::{Outcome, report};

mod lines;

/// The records of an audit by page.
type Audit = HashMap<String, Vec<Record>>;

pub(super) fn run(args: &UndoArgs, line: &CommandLine) -> Result<Outcome> {
    let audit = read_audit(&args.audit)?;
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
    let records = match (&args.page, audit.len()) {
        (Some(page), _) => audit.get(page).ok_or_else(|| {
            let file = args.audit.display();
            anyhow!(say!("{file}: has no page \"{page}\"", "{file}：里面没有网页“{page}”"))
        })?,
        (None, 0) => &Vec::new(),
        (None, 1) => audit.values().next().expect("there is one page"),
        (None, pages) => bail!(say!(
            "{}: has {pages} pages; name one with --page",
            "{}：里面有 {pages} 个网页；请用 --page 指定一个",
            args.audit.display()
        )),
    };
    let source = undo(&read_text(path, read_all(path)?)?, records).with_context(|| path.display().to_string())?;
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
    for (page, records) in audit.iter().filter(|(page, _)| !is_of_many(page)) {
        if let Some(record) = records.first().filter(|record| record.is_left_out()) {
            let target = output.join(page);
            make_folder(target.parent().unwrap_or(output))?;
            write_file(&target, record.before.as_bytes())?;
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
    let text = read_text(&found.path, read_file(&found.path)?)?;
    let records = audit.get(&name).map_or(&[][..], Vec::as_slice);
    let source = undo(&text, records).with_context(|| found.path.display().to_string())?;
    write_file(&target, source.as_bytes())
}

fn undo_lines(path: &Path, name: Option<&str>, text_field: &str, output: Option<&Path>, audit: &Audit) -> Result<()> {
    let Some(output) = output else {
        return lines::undo_lines(path, name, text_field, audit, &mut io::stdout().lock());
    };
    let mut draft = Draft::create(output)?;
    lines::undo_lines(path, name, text_field, audit, &mut draft)?;
    draft.publish()
}

fn read_text(path: &Path, bytes: Vec<u8>) -> Result<String> {
    let path = path.display();
    String::from_utf8(bytes).map_err(|_| {
        anyhow!(say!("{path}: not UTF-8; undo takes what `clean` wrote", "{path}：不是 UTF-8；undo 只接受 clean 写出的结果"))
    })
}

fn read_audit(path: &Path) -> Result<Audit> {
    let file = File::open(path).with_context(|| unreadable(path))?;
    let mut audit = Audit::new();
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.with_context(|| unreadable(path))?;
        let record = serde_json::from_str::<Record>(&line);
        let record = record.with_context(|| say!("{}:{number}: no audit record", "{}:{number}：不是审计记录", path.display()))?;
        if record.schema != SCHEMA {
            let schema = record.schema;
            bail!(say!(
                "{}:{number}: is of schema {schema}, and this version reads {SCHEMA}",
                "{}:{number}：格式版本为 {schema}，本程序只读版本 {SCHEMA}",
                path.display()
            ));
        }
        audit.entry(record.page.clone()).or_default().push(record);
    }
    Ok(audit)
}
