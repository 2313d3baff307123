//! What is done to one piece of a batch, by any thread: pages in, output bytes and audit records out.

use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result};
use jingwen::profile::SiteProfile;
use jingwen::render::audit;
use jingwen::render::report::Digest;
use jingwen::verdict::Verdict;
use jingwen::{CleanedPage, Input};
use serde::Serialize;

use crate::batch::blocks::Block;
use crate::batch::manifest::Tally;
use crate::batch::parquet::{self, Rows};
use crate::batch::record::{Fields, Record, with_field};
use crate::batch::tasks::Source;
use crate::batch::verdicts::{Ruling, Verdicts};
use crate::batch::warc::WarcPage;
use crate::cli::lang::say;
use crate::cli::settings::PageOrigin;
use crate::cli::sites::{Setup, Sites};

/// The form in which pages come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text; a form feed between pages.
    Text,
    /// A JSON object a line.
    JsonLines,
    /// Rows.
    Parquet,
}

/// How pages are cleaned and written.
pub(crate) struct Work {
    pub(crate) sites: Sites,
    pub(crate) fields: Fields,
    pub(crate) audited: bool,
    /// Whether pages go to a report.
    pub(crate) reported: bool,
    /// Where pages are counted that are read to learn their site.
    pub(crate) survey: Option<Arc<Mutex<SiteProfile>>>,
    pub(crate) verdicts: Verdicts,
}

/// What came of a piece.
#[derive(Debug, Default)]
pub(crate) struct Output {
    /// The pages, in the form and packing asked for.
    pub(crate) bytes: Vec<u8>,
    /// The pages that came from elsewhere and go to Parquet.
    pub(crate) rows: Vec<Row>,
    /// The rows that go to Parquet.
    pub(crate) table: Option<Rows>,
    /// The audit records.
    pub(crate) records: Vec<u8>,
    /// The pages as a report has them.
    pub(crate) digests: Vec<Digest>,
    pub(crate) tally: Tally,
    /// What failed, one message each.
    pub(crate) failures: Vec<String>,
}

/// A page as JSON Lines have it when it came from elsewhere.
#[derive(Serialize)]
struct Written<'p> {
    page: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'p str>,
    text: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'p Verdict>,
}

/// A page as Parquet has it when it came from elsewhere.
#[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "nothing else reads it"))]
#[derive(Debug, Default)]
pub(crate) struct Row {
    pub(crate) page: String,
    pub(crate) url: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) text: Option<String>,
    /// The verdict as JSON.
    pub(crate) verdict: Option<String>,
    /// The JSON object that it was, with null for its text.
    pub(crate) record: Option<String>,
}

impl Form {
    /// How the names of files in this form end.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

impl Work {
    /// Cleans a page that is a file of its own.
    pub(crate) fn clean_page(&self, source: &Source, bytes: &[u8]) -> Result<Output> {
        let (mut output, page, ruling) = self.page(source, bytes)?;
        let page = Written { page: &source.name, url: None, date: None, text: &page.cleaned.text, verdict: None };
        write(&mut output, source.form, page, &ruling)?;
        output.finish(source)
    }

    /// Cleans a page that goes to a file of its own, as text. A page that is dropped has no bytes.
    pub(crate) fn clean_page_file(&self, source: &Source, bytes: &[u8]) -> Result<Output> {
        let (mut output, page, ruling) = self.page(source, bytes)?;
        if !ruling.is_dropped {
            output.bytes = page.cleaned.text.into_bytes();
        }
        output.finish(source)
    }

    fn page(&self, source: &Source, bytes: &[u8]) -> Result<(Output, CleanedPage, Ruling)> {
        let mut output = Output::default();
        let Setup { cleaner, decoding, .. } = self.setup(source, None);
        let page = cleaner.clean_decoded(decoding.decode(bytes));
        let ruling = self.account(&mut output, &source.name, None, bytes.len(), &page, page.source())?;
        Ok((output, page, ruling))
    }

    pub(crate) fn setup(&self, source: &Source, url: Option<&str>) -> &Setup {
        self.sites.of(PageOrigin { path: &source.path, url })
    }

    /// Cleans the text fields of JSON Lines; a line whose text does not change stays as it is, byte for byte. A line that
    /// cannot be read is left out.
    pub(crate) fn clean_lines(&self, source: &Source, block: &Block) -> Result<Output> {
        let mut output = Output::default();
        for (number, whole) in (block.first..).zip(split_after(&block.bytes, b'\n')) {
            let name = format!("{}:{number}", source.name);
            let result = simdutf8::basic::from_utf8(whole)
                .or_else(|_| std::str::from_utf8(whole))
                .map_err(|error| say!("not UTF-8: {error}", "不是 UTF-8：{error}"))
                .and_then(|line| self.clean_line(&mut output, source, &name, line));
            if let Err(problem) = result {
                output.tally.failed += 1;
                output.failures.push(format!("{name}: {problem}"));
                if self.audited {
                    audit::write_unread(&mut output.records, &name, &String::from_utf8_lossy(whole))?;
                }
            }
        }
        output.finish(source)
    }

    fn clean_line(&self, output: &mut Output, source: &Source, name: &str, whole: &str) -> Result<(), String> {
        let line = whole.trim_end_matches(['\r', '\n']);
        if line.trim().is_empty() {
            if source.form == Form::JsonLines {
                output.bytes.extend_from_slice(whole.as_bytes());
            }
            return Ok(());
        }
        let record = Record::read(line, &self.fields)?;
        let url = record.url.as_deref();
        let row = |text: Option<&str>, verdict: Option<&Verdict>| -> Result<Row, String> {
            Ok(Row {
                page: name.to_owned(),
                url: record.url.clone(),
                date: None,
                text: text.map(str::to_owned),
                verdict: verdict.map(json).transpose()?,
                record: Some(record.without_text(line)),
            })
        };
        let Setup { cleaner, decoding, .. } = self.setup(source, url);
        let page = match (&record.html, &record.text) {
            (Some(html), _) => cleaner.clean_as(decoding.decode_text(html), Input::Html),
            (None, Some(text)) => cleaner.clean_decoded(decoding.decode_text(text)),
            (None, None) => {
                match source.form {
                    Form::Text => {}
                    Form::JsonLines => output.bytes.extend_from_slice(whole.as_bytes()),
                    Form::Parquet => output.rows.push(row(None, None)?),
                }
                return Ok(());
            }
        };
        let ruling = self.account(output, name, url, line.len(), &page, whole).map_err(|error| error.to_string())?;
        let text = &page.cleaned.text;
        match source.form {
            _ if ruling.is_dropped => {}
            Form::Text => output.text_page(text),
            Form::Parquet => output.rows.push(row(Some(text), ruling.verdict.as_ref())?),
            Form::JsonLines if record.text.as_ref() == Some(text) && ruling.verdict.is_none() => {
                output.bytes.extend_from_slice(whole.as_bytes());
            }
            Form::JsonLines => {
                let mut clean = record.with_text(line, &self.fields.text, text);
                if let Some(verdict) = &ruling.verdict {
                    clean = with_field(&clean, "verdict", &json(verdict)?);
                }
                output.bytes.extend_from_slice(clean.as_bytes());
                output.bytes.extend_from_slice(&whole.as_bytes()[line.len()..]);
            }
        }
        Ok(())
    }

    /// Cleans plain text pages between form feeds.
    pub(crate) fn clean_form_feeds(&self, source: &Source, block: &Block) -> Result<Output> {
        let mut output = Output::default();
        let Setup { cleaner, decoding, .. } = self.setup(source, None);
        for (number, whole) in (block.first..).zip(split_after(&block.bytes, b'\x0C')) {
            let (bytes, feed) = match whole.split_last() {
                Some((b'\x0C', bytes)) => (bytes, true),
                _ => (whole, false),
            };
            let name = format!("{}:{number}", source.name);
            let page = cleaner.clean_decoded(decoding.decode(bytes));
            let ruling = self.account(&mut output, &name, None, whole.len(), &page, page.source())?;
            match source.form {
                Form::Text if ruling.is_dropped => {}
                Form::Text => {
                    output.bytes.extend_from_slice(page.cleaned.text.as_bytes());
                    output.bytes.extend(feed.then_some(b'\x0C'));
                }
                Form::JsonLines | Form::Parquet => {
                    let page = Written { page: &name, url: None, date: None, text: &page.cleaned.text, verdict: None };
                    write(&mut output, source.form, page, &ruling)?;
                }
            }
        }
        output.finish(source)
    }

    /// Cleans pages of a web archive.
    pub(crate) fn clean_warc(&self, source: &Source, pages: &[WarcPage]) -> Result<Output> {
        let mut output = Output::default();
        for page in pages {
            let name = format!("{}:{}", source.name, page.number);
            let input = if page.html { Input::Html } else { Input::Text };
            let (url, date) = (page.url.as_deref(), page.date.as_deref());
            let Setup { cleaner, decoding, .. } = self.setup(source, url);
            let cleaned = cleaner.clean_as(decoding.decode(&page.bytes), input);
            let ruling = self.account(&mut output, &name, url, page.bytes.len(), &cleaned, cleaned.source())?;
            let page = Written { page: &name, url, date, text: &cleaned.cleaned.text, verdict: None };
            write(&mut output, source.form, page, &ruling)?;
        }
        output.finish(source)
    }

    /// Counts and audits a page of so many bytes; `whole` is what is left out where it is dropped.
    pub(crate) fn account(
        &self,
        output: &mut Output,
        name: &str,
        url: Option<&str>,
        bytes: usize,
        page: &CleanedPage,
        whole: &str,
    ) -> Result<Ruling> {
        let ruling = self.verdicts.on(page);
        let edits: usize = page.cleaned.passes.iter().map(|pass| pass.made.len()).sum();
        output.tally.add(Tally {
            pages: 1,
            bytes: bytes as u64,
            changed: u64::from(edits > 0),
            edits: edits as u64,
            dropped: u64::from(ruling.is_dropped),
            ..Tally::default()
        });
        if let Some(survey) = &self.survey {
            survey.lock().expect("no thread panicked with it").add(&page.cleaned.text);
        }
        if self.audited {
            ruling.audit(&mut output.records, name, url, page, whole)?;
        }
        if self.reported {
            output.digests.push(Digest::new(name, url, bytes as u64, page));
        }
        Ok(ruling)
    }
}

/// Writes a page that was a file or a record of an archive, unless it is dropped.
fn write(output: &mut Output, form: Form, page: Written<'_>, ruling: &Ruling) -> Result<()> {
    let page = Written { verdict: ruling.verdict.as_ref(), ..page };
    match form {
        _ if ruling.is_dropped => {}
        Form::Text => output.text_page(page.text),
        Form::JsonLines => {
            serde_json::to_writer(&mut output.bytes, &page)?;
            output.bytes.push(b'\n');
        }
        Form::Parquet => output.rows.push(Row {
            page: page.page.to_owned(),
            url: page.url.map(str::to_owned),
            date: page.date.map(str::to_owned),
            text: Some(page.text.to_owned()),
            verdict: page.verdict.map(json).transpose().map_err(anyhow::Error::msg)?,
            record: None,
        }),
    }
    Ok(())
}

fn json(verdict: &Verdict) -> Result<String, String> {
    serde_json::to_string(verdict).map_err(|error| error.to_string())
}

impl Output {
    pub(crate) fn text_page(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.bytes.push(b'\x0C');
    }

    /// The output as its place wants it.
    pub(crate) fn finish(mut self, source: &Source) -> Result<Self> {
        self.bytes = source.packing.pack(self.bytes).context("packing")?;
        if !self.rows.is_empty() {
            self.table = Some(parquet::rows(&std::mem::take(&mut self.rows))?);
        }
        Ok(self)
    }
}

/// The pieces of bytes that each end behind a separator; the last one also where none ends it.
fn split_after(bytes: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let ends = memchr::memchr_iter(separator, bytes).map(|at| at + 1);
    let last = (!bytes.is_empty() && !bytes.ends_with(&[separator])).then_some(bytes.len());
    let mut start = 0;
    ends.chain(last).map(move |end| &bytes[std::mem::replace(&mut start, end)..end])
}

/// The name of a file in a run, with `/` between folders on every system.
pub(crate) fn name_of(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}
