//! The inputs of a batch as pieces of work, in order.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};

use crate::batch::blocks::{Block, Blocks, Gap};
use crate::batch::kind::{Kind, Packing, open};
use crate::batch::manifest::{Finished, Stamp};
use crate::batch::parquet::{self, Rows};
use crate::batch::record::Fields;
use crate::batch::walk::Found;
use crate::batch::warc::{WarcPage, WarcPages};
use crate::batch::work::{Form, name_of};
use crate::cli::input::{is_stdin, unreadable};
use crate::cli::lang::say;

/// About how many bytes of archived pages make a piece of work.
const PAGES: usize = 256 << 10;

/// A piece of work.
pub(crate) enum Task {
    /// A file that is one page.
    Page(Arc<Source>),
    /// A file of many pages begins.
    Open(Arc<Source>),
    /// Some of its lines.
    Lines(Arc<Source>, Block),
    /// Some of its pages; then the number of the record to go on with.
    Pages(Arc<Source>, Vec<WarcPage>, u64),
    /// Some of its rows.
    Rows(Arc<Source>, Rows),
    /// Something of it that cannot be read: the name of the page, and why.
    Gap(String, io::Error),
    /// It has ended.
    Close(Arc<Source>),
    /// A file that is no page.
    LeftOut,
    /// A file or folder that cannot be read.
    Failed(anyhow::Error),
    /// An earlier run has finished the file.
    Finished,
    /// Nothing can go on.
    Fatal(String),
}

/// A file of a batch.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// Its name in the run: its path below the folder that was asked for.
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The form in which its pages come out.
    pub(crate) form: Form,
    /// Where its pages go in a tree of outputs.
    pub(crate) target: PathBuf,
    /// How they are packed there.
    pub(crate) packing: Packing,
    pub(crate) stamp: Stamp,
}

/// How inputs become tasks.
pub(crate) struct Plan {
    /// The folder of a tree of outputs.
    pub(crate) tree: Option<PathBuf>,
    /// How a single output is packed.
    pub(crate) packing: Packing,
    /// The form that is asked for; otherwise pages come out as JSON Lines, and from Parquet to a tree as Parquet.
    pub(crate) form: Option<Form>,
    /// What the inputs hold, where it is not for their names to say.
    pub(crate) kind: Option<Kind>,
    pub(crate) fields: Fields,
    /// Whether the order of outputs, or the audit, hangs on every input being as it was.
    pub(crate) strict: bool,
    pub(crate) finished: Finished,
    /// Counts the bytes read.
    pub(crate) read: Arc<AtomicU64>,
}

impl Plan {
    /// The tasks of a file.
    pub(crate) fn tasks(&self, found: Result<Found>) -> Box<dyn Iterator<Item = Task> + Send> {
        let found = match found {
            Ok(found) => found,
            Err(error) => return one(Task::Failed(error)),
        };
        let kind =
            if found.is_asked { self.kind.or(Kind::of(&found.path)).or(Some(Kind::Page)) } else { self.kind_in_folder(&found) };
        let Some(kind) = kind else { return one(Task::LeftOut) };
        let source = Arc::new(self.source(&found, kind));
        if let Some(entry) = self.finished.file(&source.name) {
            let whole = match &self.tree {
                Some(_) => {
                    // A page that was dropped has no file.
                    let length = fs::metadata(&source.target).map(|target| target.len());
                    if kind == Kind::Page { length.unwrap_or(0) == entry.output } else { length.is_ok() }
                }
                None => true,
            };
            if entry.stamp == source.stamp && whole {
                self.read.fetch_add(fs::metadata(&source.path).map_or(0, |file| file.len()), Ordering::Relaxed);
                return one(Task::Finished);
            }
            if self.strict {
                return one(Task::Fatal(changed(&source.path)));
            }
        }
        if kind == Kind::Page { one(Task::Page(source)) } else { self.pieces(source) }
    }

    fn kind_in_folder(&self, found: &Found) -> Option<Kind> {
        let kind = if found.is_chosen { Kind::of(&found.path).or(Some(Kind::Page)) } else { Kind::of(&found.path) };
        match (self.kind, kind) {
            (Some(Kind::FormFeed), Some(Kind::Page)) => Some(Kind::FormFeed),
            (_, kind) => kind,
        }
    }

    fn source(&self, found: &Found, kind: Kind) -> Source {
        let form = self.form.unwrap_or(match (kind, &self.tree) {
            (Kind::Parquet, Some(_)) => Form::Parquet,
            (Kind::FormFeed, _) => Form::Text,
            _ => Form::JsonLines,
        });
        let packing = match (form, &self.tree) {
            (Form::Parquet, _) => Packing::Plain,
            (_, Some(_)) => Packing::of(&found.path),
            (_, None) => self.packing,
        };
        let target = match (kind, form) {
            (Kind::Page, _)
            | (Kind::FormFeed, Form::Text)
            | (Kind::JsonLines, Form::JsonLines)
            | (Kind::Parquet, Form::Parquet) => found.name.clone(),
            (_, form) => {
                let name = Packing::strip(&found.name).with_extension(form.extension());
                PathBuf::from(format!("{}{}", name.display(), packing.extension()))
            }
        };
        Source {
            name: name_of(&found.name),
            kind,
            target: self.tree.clone().unwrap_or_default().join(target),
            form,
            packing,
            stamp: Stamp::of(&found.path),
            path: found.path.clone(),
        }
    }

    /// The tasks of a file of many pages, from where an earlier run left off.
    fn pieces(&self, source: Arc<Source>) -> Box<dyn Iterator<Item = Task> + Send> {
        let from = match self.finished.begun(&source.name) {
            Some(entry) if entry.stamp == source.stamp => entry.next.unwrap_or(0),
            Some(_) if self.strict => return one(Task::Fatal(changed(&source.path))),
            _ => 0,
        };
        let middle = match self.middle(&source, from) {
            Ok(middle) => middle,
            Err(error) => return one(Task::Failed(error)),
        };
        let (first, last) = (Task::Open(Arc::clone(&source)), Task::Close(source));
        Box::new(std::iter::once(first).chain(middle).chain(std::iter::once(last)))
    }

    fn middle(&self, source: &Arc<Source>, from: u64) -> Result<Box<dyn Iterator<Item = Task> + Send>> {
        let read = Arc::clone(&self.read);
        if source.kind == Kind::Parquet {
            let rows = parquet::read(&source.path, &self.fields, from, read)?;
            return Ok(Box::new(table(rows, Arc::clone(source))));
        }
        let input: Box<dyn BufRead + Send> = if is_stdin(&source.path) {
            Box::new(BufReader::with_capacity(1 << 20, io::stdin()))
        } else {
            open(&source.path, read).with_context(|| unreadable(&source.path))?
        };
        Ok(match source.kind {
            Kind::Warc => Box::new(archive(input, Arc::clone(source), from)),
            kind => {
                let end = if kind == Kind::FormFeed { b'\x0C' } else { b'\n' };
                Box::new(lines(Blocks::new(input, end, is_stdin(&source.path)), Arc::clone(source), from))
            }
        })
    }
}

fn table(rows: impl Iterator<Item = Result<Rows, Gap>> + Send, source: Arc<Source>) -> impl Iterator<Item = Task> + Send {
    rows.map(move |rows| match rows {
        Ok(rows) => Task::Rows(Arc::clone(&source), rows),
        Err(gap) => Task::Gap(format!("{}:{}", source.name, gap.line), gap.error),
    })
}

fn lines(
    blocks: impl Iterator<Item = Result<Block, Gap>> + Send,
    source: Arc<Source>,
    from: u64,
) -> impl Iterator<Item = Task> + Send {
    blocks.filter_map(move |block| match block {
        Ok(block) if block.next <= from => None,
        Ok(block) => {
            Some(Task::Lines(Arc::clone(&source), block.after(from, if source.kind == Kind::FormFeed { b'\x0C' } else { b'\n' })))
        }
        Err(gap) if gap.line < from => None,
        Err(gap) => Some(Task::Gap(format!("{}:{}", source.name, gap.line), gap.error)),
    })
}

fn archive(input: Box<dyn BufRead + Send>, source: Arc<Source>, from: u64) -> impl Iterator<Item = Task> + Send {
    let mut pages = WarcPages::new(input).peekable();
    std::iter::from_fn(move || {
        let (mut group, mut size) = (Vec::new(), 0);
        while size < PAGES && pages.peek().is_some_and(Result::is_ok) {
            if let Some(Ok(page)) = pages.next().filter(|page| page.as_ref().is_ok_and(|page| page.number >= from)) {
                size += page.bytes.len();
                group.push(page);
            }
        }
        if let Some(last) = group.last() {
            let next = last.number + 1;
            return Some(Task::Pages(Arc::clone(&source), group, next));
        }
        match pages.next()? {
            Err(gap) => Some(Task::Gap(format!("{}:{}", source.name, gap.number), gap.error)),
            Ok(_) => None,
        }
    })
}

fn one(task: Task) -> Box<dyn Iterator<Item = Task> + Send> {
    Box::new(std::iter::once(task))
}

fn changed(path: &Path) -> String {
    let path = path.display();
    say!(
        "{path}: has changed since the earlier run, or its output has; run without --resume to start anew",
        "{path}：与上次运行时不同，或者它的输出不同；请不带 --resume 重新开始"
    )
}
