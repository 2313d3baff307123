//! An audit of which the records of one page are read at a time.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jingwen::render::audit::{Record, SCHEMA};

use crate::cli::input::unreadable;
use crate::cli::lang::say;

/// Where the records of each page stand in the file: memory grows with the pages that were changed, not with the changes.
pub(super) struct Audit {
    file: File,
    path: PathBuf,
    pages: HashMap<String, Place>,
}

/// The records of a page.
#[derive(Default)]
struct Place {
    /// Usually one. A page that failed at first and came out of a later run has more.
    ranges: Vec<Range<u64>>,
    /// Whether they have all of the page, which is not in the output.
    is_left_out: bool,
}

impl Audit {
    /// Finds the pages of an audit.
    ///
    /// # Errors
    /// When a line is no audit record, or one of another version.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| unreadable(path))?;
        let mut audit = Self { file, path: path.to_owned(), pages: HashMap::new() };
        let mut lines = BufReader::new(&audit.file);
        let (mut line, mut at) = (String::new(), 0);
        for number in 1.. {
            line.clear();
            let read = lines.read_line(&mut line).with_context(|| unreadable(path))? as u64;
            if read == 0 {
                break;
            }
            let place = || format!("{}:{number}", path.display());
            let record: Record =
                serde_json::from_str(&line).with_context(|| say!("{}: no audit record", "{}：不是审计记录", place()))?;
            if record.schema != SCHEMA {
                bail!(say!(
                    "{}: is of schema {}, and this version reads {SCHEMA}",
                    "{}：格式版本为 {}，本程序只读版本 {SCHEMA}",
                    place(),
                    record.schema
                ));
            }
            let is_left_out = record.is_left_out();
            let page = audit.pages.entry(record.page).or_default();
            page.is_left_out |= is_left_out;
            match page.ranges.last_mut() {
                Some(range) if range.end == at => range.end += read,
                _ => page.ranges.push(at..at + read),
            }
            at += read;
        }
        Ok(audit)
    }

    /// The names of the pages, in no order.
    pub(super) fn pages(&self) -> impl ExactSizeIterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    pub(super) fn has(&self, page: &str) -> bool {
        self.pages.contains_key(page)
    }

    /// The records of a page in their order; none for a page that was not changed.
    pub(super) fn records(&self, page: &str) -> Result<Vec<Record>> {
        let Some(place) = self.pages.get(page) else { return Ok(Vec::new()) };
        let mut records = Vec::new();
        for range in &place.ranges {
            let mut lines = Vec::new();
            let mut file = &self.file;
            file.seek(SeekFrom::Start(range.start))
                .and_then(|_| file.take(range.end - range.start).read_to_end(&mut lines))
                .with_context(|| unreadable(&self.path))?;
            for record in serde_json::Deserializer::from_slice(&lines).into_iter() {
                records.push(record.with_context(|| unreadable(&self.path))?);
            }
        }
        Ok(records)
    }

    /// All of a page that was left out of the output.
    pub(super) fn left_out(&self, page: &str) -> Result<Option<String>> {
        if !self.pages.get(page).is_some_and(|place| place.is_left_out) {
            return Ok(None);
        }
        Ok(self.records(page)?.into_iter().find(Record::is_left_out).map(|record| record.before))
    }
}
