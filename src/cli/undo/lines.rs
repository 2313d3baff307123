//! `jingwen undo` for JSON Lines: the text of each record is turned back, everything else stays as it is.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use jingwen::render::audit::undo;

use super::audit::Audit;
use crate::batch::{Fields, Packing, Record, open};
use crate::cli::input::unreadable;
use crate::cli::lang::say;

/// How many bytes are packed together.
const BLOCK: usize = 1 << 20;

/// Undoes the records of a file, which are packed as the input is.
///
/// A record that came from a page of another kind has the page's name in its field `page`. Any other is a line of the
/// file that was cleaned, `name`, whose lines are counted; those that were left out are put back.
pub(super) fn undo_lines(path: &Path, name: Option<&str>, text_field: &str, audit: &Audit, out: &mut impl Write) -> Result<()> {
    // The place of the address is taken by the name.
    let fields = Fields { text: text_field.to_owned(), html: None, url: Some("page".to_owned()) };
    let mut out = Packed { out, packing: Packing::of(path), buffer: Vec::new() };
    let by_page = are_named(lines(path)?, &fields, audit);
    let file = if by_page { None } else { name.map(str::to_owned).map_or_else(|| the_file(audit), |name| Ok(Some(name)))? };
    let left_out = |number: u64| match &file {
        Some(file) => audit.left_out(&format!("{file}:{number}")),
        None => Ok(None),
    };
    let mut number = 1;
    for (at, whole) in (1u64..).zip(lines(path)?) {
        let whole = whole.with_context(|| unreadable(path))?;
        let line = whole.trim_end_matches(['\r', '\n']);
        number = put_back(number, left_out, &mut out)?;
        let place = || format!("{}:{at}", path.display());
        let record = || Record::read(line, &fields).map_err(|problem| anyhow!("{}: {problem}", place()));
        let page = match &file {
            _ if line.trim().is_empty() => None,
            Some(file) => Some(format!("{file}:{number}")),
            None => record()?.url,
        };
        number += 1;
        match page.filter(|page| audit.has(page)) {
            None => out.write(whole.as_bytes())?,
            Some(page) => {
                let record = record()?;
                let text = record.text.as_deref().unwrap_or_default();
                let source = undo(text, &audit.records(&page)?).with_context(place)?;
                out.write(record.with_text(line, text_field, &source).as_bytes())?;
                out.write(&whole.as_bytes()[line.len()..])?;
            }
        }
    }
    put_back(number, left_out, &mut out)?;
    out.flush()
}

/// The lines of a file with their ends.
fn lines(path: &Path) -> Result<impl Iterator<Item = std::io::Result<String>>> {
    let mut input = open(path, Arc::default()).with_context(|| unreadable(path))?;
    Ok(std::iter::from_fn(move || {
        let mut line = String::new();
        input.read_line(&mut line).map(|read| (read > 0).then_some(line)).transpose()
    }))
}

/// Writes the lines that were left out from this number on, and gives the number of the line after them.
fn put_back(mut number: u64, left_out: impl Fn(u64) -> Result<Option<String>>, out: &mut Packed<'_, impl Write>) -> Result<u64> {
    while let Some(line) = left_out(number)? {
        out.write(line.as_bytes())?;
        number += 1;
    }
    Ok(number)
}

/// Whether the records have the names of pages.
fn are_named(lines: impl Iterator<Item = std::io::Result<String>>, fields: &Fields, audit: &Audit) -> bool {
    let name = |line: String| Record::read(&line, fields).ok()?.url;
    lines.map_while(Result::ok).filter_map(name).any(|name| audit.has(&name))
}

/// The file whose lines the audit has.
pub(super) fn the_file(audit: &Audit) -> Result<Option<String>> {
    let files: BTreeSet<&str> = audit.pages().filter_map(|page| Some(page.rsplit_once(':')?.0)).collect();
    if files.len() > 1 {
        bail!(say!(
            "the audit has lines of several files, which one output does not tell apart: {}; clean files to a folder with -o to undo them",
            "审计里有几个文件的行，合成一个输出后无法区分：{}；要能撤销，请用 -o 把它们清洗到文件夹里",
            Vec::from_iter(files).join(", ")
        ));
    }
    Ok(files.first().map(|&file| file.to_owned()))
}

/// An output that is packed block by block.
struct Packed<'o, W> {
    out: &'o mut W,
    packing: Packing,
    buffer: Vec<u8>,
}

impl<W: Write> Packed<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let block = std::mem::take(&mut self.buffer);
        Ok(self.out.write_all(&self.packing.pack(block)?)?)
    }
}
