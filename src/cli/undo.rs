//! `jingwen undo`: clean pages and their audit in, source texts out.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use jingwen::render::audit::{Record, SCHEMA, undo};

use crate::batch::{Choice, Found, check_output_folder, find_pages, name_of};
use crate::cli::args::UndoArgs;
use crate::cli::input::{read_all, read_file, unreadable};
use crate::cli::lang::say;
use crate::cli::output::{make_folder, write_file};
use crate::cli::{Outcome, report};

/// The records of an audit by page.
type Audit = HashMap<String, Vec<Record>>;

pub(super) fn run(args: &UndoArgs) -> Result<Outcome> {
    let audit = read_audit(&args.audit)?;
    let path = args.path.as_deref().unwrap_or(Path::new("-"));
    if path.is_dir() {
        return undo_folder(path, args, &audit);
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
fn undo_folder(folder: &Path, args: &UndoArgs, audit: &Audit) -> Result<Outcome> {
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
        if let Err(error) = found.and_then(|found| undo_file(&found, output, audit)) {
            report(&error);
            outcome = Outcome::Incomplete;
        }
    }
    Ok(outcome)
}

fn undo_file(found: &Found, output: &Path, audit: &Audit) -> Result<()> {
    let text = read_text(&found.path, read_file(&found.path)?)?;
    let records = audit.get(&name_of(&found.name)).map_or(&[][..], Vec::as_slice);
    let source = undo(&text, records).with_context(|| found.path.display().to_string())?;
    let target = output.join(&found.name);
    if let Some(folder) = target.parent() {
        make_folder(folder)?;
    }
    write_file(&target, source.as_bytes())
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
