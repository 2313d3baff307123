//! A batch from its inputs to its outputs: tasks by many threads, results written in order by one.

use std::fs;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail};
use jingwen::render::audit;
use jingwen::render::report::Report;

use crate::batch::kind::{Kind, Packing};
use crate::batch::manifest::{Entry, Finished, Manifest, Part, Tally};
use crate::batch::ordered::ordered;
use crate::batch::parquet::Sheet;
use crate::batch::progress::Progress;
use crate::batch::tasks::{Plan, Source, Task};
use crate::batch::walk::Found;
use crate::batch::work::{Form, Output, Work};
use crate::cli::input::read_file;
use crate::cli::lang::say;
use crate::cli::output::{is_device, make_folder, write_file};
use crate::cli::report as tell;

/// Where a batch goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Every file to the same path below a folder.
    Tree(PathBuf),
    /// All pages to one file.
    File(PathBuf),
    /// All pages to standard output.
    Stdout,
    /// Pages are read and not written.
    Nowhere,
}

/// A batch to run.
pub(crate) struct Batch {
    pub(crate) work: Work,
    pub(crate) target: Target,
    /// What the inputs hold, where it is not for their names to say.
    pub(crate) kind: Option<Kind>,
    /// The form in which pages come out, where it is not for the inputs to say.
    pub(crate) form: Option<Form>,
    pub(crate) audit: Option<PathBuf>,
    /// Whether to go on where an earlier run was stopped.
    pub(crate) resume: bool,
    /// Everything that the output hangs on, the input aside.
    pub(crate) settings: String,
    /// Threads; 0 for as many as there are processors.
    pub(crate) jobs: usize,
    /// How many bytes the inputs have, where a progress bar is wanted.
    pub(crate) total: Option<u64>,
}

/// What came of a task.
enum Done {
    Opened(Arc<Source>),
    Stretch(Arc<Source>, u64, Result<Output>),
    Gap(String, io::Error),
    Closed(Arc<Source>),
    Page(Arc<Source>, Result<Output>),
    LeftOut,
    Finished,
    Failed(anyhow::Error),
    Fatal(String),
}

impl Batch {
    /// Cleans every page of the inputs, tells of those that fail, and adds all to the report.
    ///
    /// # Errors
    /// When an output cannot be written, or there is nothing to resume.
    pub(crate) fn run(
        self,
        inputs: impl Iterator<Item = Result<Found>> + Send + 'static,
        report: Option<&mut Report>,
    ) -> Result<Tally> {
        if let (Target::File(path), true) = (&self.target, self.resume)
            && path.exists()
            && !self.manifest().is_some_and(|manifest| manifest.exists())
        {
            // The earlier run came to its end, and took its manifest away.
            return Ok(Tally::default());
        }
        let (mut sink, finished) = Sink::open(&self, report)?;
        let read = Arc::new(AtomicU64::new(0));
        let mut progress = Progress::new(self.total, Arc::clone(&read));
        let plan = Plan {
            tree: match &self.target {
                Target::Tree(folder) => Some(folder.clone()),
                _ => None,
            },
            packing: sink.packing,
            form: self.form,
            kind: self.kind,
            fields: self.work.fields.clone(),
            strict: self.audit.is_some() || !matches!(self.target, Target::Tree(_)),
            finished,
            read: Arc::clone(&read),
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.jobs).build()?;
        let tree = plan.tree.is_some();
        let work = self.work;
        let tasks = inputs.flat_map(move |found| plan.tasks(found));
        for done in ordered(tasks, pool, move |task| perform(&work, task, tree, &read)) {
            if let Some(failure) = sink.accept(done)? {
                progress.suspend(|| tell(&failure));
            }
            for failure in sink.failures.drain(..) {
                progress.suspend(|| tell(&anyhow::Error::msg(failure)));
            }
            progress.show(sink.tally.pages);
        }
        progress.finish();
        sink.close()
    }

    /// Where the manifest is. A single Parquet file has none: it is whole, or begun anew. Nor has a device.
    fn manifest(&self) -> Option<PathBuf> {
        match &self.target {
            Target::Tree(folder) => Some(folder.join(".jingwen-manifest")),
            Target::File(path) if self.form == Some(Form::Parquet) || is_device(path) => None,
            Target::File(path) => {
                let mut name = path.as_os_str().to_owned();
                name.push(".manifest");
                Some(PathBuf::from(name))
            }
            Target::Stdout | Target::Nowhere => None,
        }
    }
}

fn perform(work: &Work, task: Task, tree: bool, read: &AtomicU64) -> Done {
    match task {
        Task::Page(source) => {
            let output = clean_page(work, &source, tree, read);
            Done::Page(source, output)
        }
        Task::Lines(source, block) => {
            let output = match source.kind {
                Kind::FormFeed => work.clean_form_feeds(&source, &block),
                _ => work.clean_lines(&source, &block),
            };
            Done::Stretch(source, block.next, output)
        }
        Task::Pages(source, pages, next) => {
            let output = work.clean_warc(&source, &pages);
            Done::Stretch(source, next, output)
        }
        Task::Rows(source, rows) => {
            let output = rows.clean(work, &source);
            Done::Stretch(source, rows.next(), output)
        }
        Task::Open(source) => Done::Opened(source),
        Task::Gap(page, error) => Done::Gap(page, error),
        Task::Close(source) => Done::Closed(source),
        Task::LeftOut => Done::LeftOut,
        Task::Finished => Done::Finished,
        Task::Failed(error) => Done::Failed(error),
        Task::Fatal(problem) => Done::Fatal(problem),
    }
}

fn clean_page(work: &Work, source: &Source, tree: bool, read: &AtomicU64) -> Result<Output> {
    let bytes = read_file(&source.path)?;
    read.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    if !tree {
        return work.clean_page(source, &bytes);
    }
    let output = work.clean_page_file(source, &bytes)?;
    if output.tally.dropped > 0 {
        // What an earlier run with other settings wrote.
        return match fs::remove_file(&source.target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| source.target.display().to_string())
            }
            _ => Ok(output),
        };
    }
    if let Some(folder) = source.target.parent() {
        make_folder(folder)?;
    }
    write_file(&source.target, &output.bytes)?;
    Ok(output)
}

/// Writes what comes of the tasks.
struct Sink<'r> {
    target: Target,
    packing: Packing,
    /// The single output.
    single: Option<Place>,
    stdout: BufWriter<Stdout>,
    /// The output in a tree that a file of many pages goes to.
    open: Option<Place>,
    audit: Option<Part>,
    manifest: Option<Manifest>,
    /// What the earlier run was working on.
    begun: Option<Entry>,
    tally: Tally,
    /// Files that failed: a later run tries them again, so that no entry counts them.
    failed: u64,
    /// Messages about pages that failed.
    failures: Vec<String>,
    report: Option<&'r mut Report>,
}

impl<'r> Sink<'r> {
    fn open(batch: &Batch, report: Option<&'r mut Report>) -> Result<(Self, Finished)> {
        let mut sink = Self {
            target: batch.target.clone(),
            packing: match &batch.target {
                Target::File(path) => Packing::of(path),
                _ => Packing::Plain,
            },
            single: None,
            stdout: BufWriter::with_capacity(1 << 16, io::stdout()),
            open: None,
            audit: None,
            manifest: None,
            begun: None,
            tally: Tally::default(),
            failed: 0,
            failures: Vec::new(),
            report,
        };
        if let Target::Tree(folder) = &batch.target {
            make_folder(folder)?;
        }
        let manifest = batch.manifest();
        let earlier = match &manifest {
            Some(path) if batch.resume => Manifest::resume(path, &batch.settings)?,
            None if batch.resume && !matches!(batch.target, Target::File(_)) => {
                bail!(say!("--resume: needs an output to go on with: add -o", "--resume：请用 -o 指定要继续的输出"))
            }
            _ => None,
        };
        if let Some((manifest, finished)) = earlier
            && let Some(last) = finished.last.clone()
        {
            if let Target::File(path) = &batch.target {
                sink.single = Some(Place::Bytes(Part::reopen(path, last.output)?));
            }
            sink.audit = batch.audit.as_deref().map(|path| Part::reopen(path, last.audit)).transpose()?;
            sink.tally = last.tally;
            sink.begun = Some(last).filter(|last| last.next.is_some());
            sink.manifest = Some(manifest);
            return Ok((sink, finished));
        }
        // First the manifest: what an earlier one says of the outputs ends with them.
        sink.manifest = manifest.map(|path| Manifest::create(&path, &batch.settings)).transpose()?;
        if let Target::File(path) = &batch.target {
            sink.single = Some(Place::create(path, batch.form)?);
        }
        sink.audit = batch.audit.as_deref().map(Part::create).transpose()?;
        Ok((sink, Finished::default()))
    }

    /// Writes what came of a task; gives back why its file failed.
    fn accept(&mut self, done: Done) -> Result<Option<anyhow::Error>> {
        match done {
            Done::Opened(source) => self.begin(&source)?,
            Done::Stretch(source, next, output) => {
                self.write(output?)?;
                self.note(&source, Some(next), 0)?;
            }
            Done::Gap(page, error) => {
                self.tally.failed += 1;
                self.fail(say!("{page}: cannot be read from here: {error}", "{page}：从这里起无法读取：{error}"));
                if let Some(audit) = &mut self.audit {
                    let mut record = Vec::new();
                    audit::write_unread(&mut record, &page, "")?;
                    audit.append(&record)?;
                }
            }
            Done::Closed(source) => {
                if let Some(place) = self.open.take() {
                    let mut part = place.finish()?;
                    part.sync()?;
                    part.publish()?;
                }
                self.note(&source, None, 0)?;
            }
            Done::Page(source, Ok(output)) => {
                let length = output.bytes.len() as u64;
                self.write(output)?;
                self.note(&source, None, length)?;
            }
            Done::Page(_, Err(error)) | Done::Failed(error) => {
                self.failed += 1;
                self.tell_report(|report| report.fail(&format!("{error:#}")));
                return Ok(Some(error));
            }
            Done::LeftOut => {
                self.tally.left_out += 1;
                self.tell_report(Report::leave_out);
            }
            Done::Finished => self.tell_report(Report::finish_earlier),
            Done::Fatal(problem) => bail!(problem),
        }
        Ok(None)
    }

    fn begin(&mut self, source: &Source) -> Result<()> {
        if !matches!(self.target, Target::Tree(_)) {
            return Ok(());
        }
        if let Some(folder) = source.target.parent() {
            make_folder(folder)?;
        }
        let begun = self.begun.take().filter(|entry| entry.file == source.name && entry.stamp == source.stamp);
        self.open = Some(match begun {
            Some(entry) => Place::Bytes(Part::reopen(&source.target, entry.output)?),
            None => Place::create(&source.target, Some(source.form))?,
        });
        Ok(())
    }

    fn write(&mut self, output: Output) -> Result<()> {
        match (&mut self.single, &mut self.open, &self.target) {
            (Some(place), _, _) | (None, Some(place), _) => place.append(&output)?,
            (None, None, Target::Stdout) => {
                self.stdout.write_all(&output.bytes).and_then(|()| self.stdout.flush()).context("standard output")?;
            }
            // A page in a tree is a file that was written by the thread that cleaned it.
            _ => {}
        }
        if let Some(audit) = &mut self.audit {
            audit.append(&output.records)?;
        }
        self.tally.add(output.tally);
        self.tell_report(|report| output.digests.into_iter().for_each(|page| report.add(page)));
        output.failures.into_iter().for_each(|problem| self.fail(problem));
        Ok(())
    }

    fn fail(&mut self, problem: String) {
        self.tell_report(|report| report.fail(&problem));
        self.failures.push(problem);
    }

    fn tell_report(&mut self, tell: impl FnOnce(&mut Report)) {
        if let Some(report) = &mut self.report {
            tell(report);
        }
    }

    fn note(&mut self, source: &Source, next: Option<u64>, length: u64) -> Result<()> {
        let Some(manifest) = &mut self.manifest else { return Ok(()) };
        let place = self.single.as_ref().or(self.open.as_ref());
        if next.is_some() && matches!(place, Some(Place::Rows(_))) {
            return Ok(());
        }
        let entry = Entry {
            file: source.name.clone(),
            stamp: source.stamp,
            next,
            output: place.map_or(length, Place::length),
            audit: self.audit.as_ref().map_or(0, Part::length),
            tally: self.tally,
        };
        let places = [&mut self.single, &mut self.open];
        manifest.note(entry, || {
            places.into_iter().flatten().try_for_each(Place::sync)?;
            self.audit.as_mut().map_or(Ok(()), Part::sync)
        })
    }

    /// Puts the outputs in their places.
    fn close(mut self) -> Result<Tally> {
        let mut single = self.single.map(Place::finish).transpose()?;
        for part in [&mut single, &mut self.audit].into_iter().flatten() {
            part.sync()?;
        }
        if let Some(manifest) = &mut self.manifest {
            manifest.write()?;
        }
        if let Some(single) = single {
            single.publish()?;
        }
        if let Some(audit) = self.audit {
            audit.publish()?;
        }
        self.tally.failed += self.failed;
        match self.manifest {
            Some(manifest) if self.failed == 0 && matches!(self.target, Target::File(_)) => manifest.remove()?,
            _ => {}
        }
        Ok(self.tally)
    }
}

/// Where many pages go.
enum Place {
    Bytes(Part),
    /// A file that is of no use until its end is written: a run that was stopped begins it anew.
    Rows(Box<Sheet>),
}

impl Place {
    fn create(path: &Path, form: Option<Form>) -> Result<Self> {
        let part = Part::create(path)?;
        Ok(if form == Some(Form::Parquet) { Self::Rows(Box::new(Sheet::new(part)?)) } else { Self::Bytes(part) })
    }

    fn append(&mut self, output: &Output) -> Result<()> {
        match (self, &output.table) {
            (Self::Bytes(part), _) => part.append(&output.bytes),
            (Self::Rows(sheet), Some(rows)) => sheet.append(rows),
            (Self::Rows(_), None) => Ok(()),
        }
    }

    /// How long what was written is, where it can be gone on with.
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(part) => part.length(),
            Self::Rows(_) => 0,
        }
    }

    fn sync(&mut self) -> Result<()> {
        match self {
            Self::Bytes(part) => part.sync(),
            Self::Rows(_) => Ok(()),
        }
    }

    fn finish(self) -> Result<Part> {
        match self {
            Self::Bytes(part) => Ok(part),
            Self::Rows(sheet) => sheet.finish(),
        }
    }
}

/// How many bytes the files have.
pub(crate) fn total(inputs: impl Iterator<Item = Result<Found>>) -> u64 {
    let size = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    inputs.filter_map(Result::ok).map(|found| size(&found.path)).sum()
}
