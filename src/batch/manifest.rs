//! What a run has finished, on disk, so that a run that was killed can be resumed.
//!
//! The manifest is JSON Lines: a head with the settings of the run, then an entry for each file that is finished, or, for
//! a file of many pages, for each stretch of it. Entries are written after what they speak of is on disk, about every
//! second; what was done after the last entry is done again.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::cli::input::unreadable;
use crate::cli::lang::say;
use crate::cli::output::{is_device, write_file};

/// How much work may be lost.
const INTERVAL: Duration = Duration::from_secs(1);

/// How a run goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// Pages that were cleaned.
    pub(crate) pages: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Pages that were changed.
    pub(crate) changed: u64,
    /// Edits that were made.
    pub(crate) edits: u64,
    /// Pages and files that failed.
    pub(crate) failed: u64,
    /// Files that are no pages.
    pub(crate) left_out: u64,
    /// Pages that were dropped for what they are.
    #[serde(default)]
    pub(crate) dropped: u64,
}

impl Tally {
    /// Adds another tally to this one.
    pub(crate) fn add(&mut self, other: Tally) {
        self.pages += other.pages;
        self.bytes += other.bytes;
        self.changed += other.changed;
        self.edits += other.edits;
        self.failed += other.failed;
        self.left_out += other.left_out;
        self.dropped += other.dropped;
    }
}

/// Tells one state of a file from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    modified: u64,
}

impl Stamp {
    /// The state of a file now; nothing in particular when it cannot be read.
    pub(crate) fn of(path: &Path) -> Self {
        let Ok(metadata) = fs::metadata(path) else { return Self::default() };
        let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self { size: metadata.len(), modified: modified.map_or(0, |time| time.as_nanos() as u64) }
    }
}

/// What was finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The input file by its name in the run.
    pub(crate) file: String,
    /// Its state.
    pub(crate) stamp: Stamp,
    /// The number of the line or record to go on with; none when the whole file is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<u64>,
    /// The length of the output that it went to.
    pub(crate) output: u64,
    /// The length of the audit.
    pub(crate) audit: u64,
    /// The tally of the run so far.
    pub(crate) tally: Tally,
}

#[derive(Serialize, Deserialize)]
struct Head {
    manifest: u32,
    settings: String,
}

/// What an earlier run has finished.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    /// The entries of whole files.
    files: HashMap<String, Entry>,
    /// The last entry.
    pub(crate) last: Option<Entry>,
}

impl Finished {
    /// The entry of a file that is finished whole.
    pub(crate) fn file(&self, name: &str) -> Option<&Entry> {
        self.files.get(name)
    }

    /// The entry of a file that was being worked on.
    pub(crate) fn begun(&self, name: &str) -> Option<&Entry> {
        self.last.as_ref().filter(|entry| entry.file == name && entry.next.is_some())
    }
}

/// The manifest of the run that goes on.
pub(crate) struct Manifest {
    file: File,
    path: PathBuf,
    /// Entries of what may not yet be on disk.
    pending: Vec<Entry>,
    written: Instant,
}

impl Manifest {
    /// A manifest for a new run in place of an earlier one. It is there with its head, or not at all.
    pub(crate) fn create(path: &Path, settings: &str) -> Result<Self> {
        let head = Head { manifest: 1, settings: settings.to_owned() };
        write_file(path, format!("{}\n", serde_json::to_string(&head)?).as_bytes())?;
        let file = OpenOptions::new().append(true).open(path);
        let file = file.with_context(|| say!("{}: cannot be written", "{}：无法写入", path.display()))?;
        Ok(Self { file, path: path.to_owned(), pending: Vec::new(), written: Instant::now() })
    }

    /// The manifest of an earlier run with the same settings, and what that run finished. A last line that was being
    /// written when the run was killed is dropped. `None` when there is no manifest.
    pub(crate) fn resume(path: &Path, settings: &str) -> Result<Option<(Self, Finished)>> {
        let file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| unreadable(path)),
        };
        let mut lines = BufReader::new(&file);
        let mut line = String::new();
        let mut good = lines.read_line(&mut line).with_context(|| unreadable(path))? as u64;
        if line.is_empty() {
            // The power failed before its head was on disk.
            return Ok(None);
        }
        let head: Head = serde_json::from_str(&line).with_context(|| {
            say!("{}: is no manifest; run without --resume", "{}：不是清单文件；请不带 --resume 运行", path.display())
        })?;
        if head.settings != settings {
            bail!(say!(
                "{}: the earlier run had other settings; use the same, or run without --resume to start anew",
                "{}：上次运行的设置不同；请用同样的设置，或不带 --resume 重新开始",
                path.display()
            ));
        }
        let mut finished = Finished::default();
        loop {
            line.clear();
            let read = lines.read_line(&mut line).unwrap_or(0) as u64;
            let Ok(entry) = serde_json::from_str::<Entry>(&line) else { break };
            if !line.ends_with('\n') {
                break;
            }
            good += read;
            if entry.next.is_none() {
                finished.files.insert(entry.file.clone(), entry.clone());
            }
            finished.last = Some(entry);
        }
        let mut file = file;
        file.set_len(good).and_then(|()| file.seek(io::SeekFrom::End(0))).with_context(|| unreadable(path))?;
        let manifest = Self { file, path: path.to_owned(), pending: Vec::new(), written: Instant::now() };
        Ok(Some((manifest, finished)))
    }

    /// Takes note of what was finished. From time to time `sync` puts the outputs on disk and the entries follow.
    pub(crate) fn note(&mut self, entry: Entry, sync: impl FnOnce() -> Result<()>) -> Result<()> {
        // Stretches of one file: the later says all that the earlier says.
        match self.pending.last_mut() {
            Some(last) if last.next.is_some() && last.file == entry.file => *last = entry,
            _ => self.pending.push(entry),
        }
        if self.written.elapsed() >= INTERVAL {
            sync()?;
            self.write()?;
        }
        Ok(())
    }

    /// Writes the entries that wait; what they speak of must be on disk.
    pub(crate) fn write(&mut self) -> Result<()> {
        let unwritable = || say!("{}: cannot be written", "{}：无法写入", self.path.display());
        let mut lines = Vec::new();
        for entry in self.pending.drain(..) {
            serde_json::to_writer(&mut lines, &entry)?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).and_then(|()| self.file.sync_data()).with_context(unwritable)?;
        self.written = Instant::now();
        Ok(())
    }

    /// Takes the manifest away: nothing is left to resume.
    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| say!("{}: cannot be removed", "{}：无法删除", self.path.display()))
    }
}

/// A long output as it grows. Until it is whole it is `NAME.part`, which a later run can go on with; a device is written to as
/// it is.
pub(crate) struct Part {
    file: BufWriter<File>,
    path: PathBuf,
    device: bool,
    length: u64,
}

impl Part {
    /// A new output in place of an earlier one that was not finished.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        if path.is_dir() {
            bail!(say!("{}: is a folder; name a file to write", "{}：这是文件夹；请给出要写的文件名", path.display()));
        }
        let device = is_device(path);
        let file = if device { OpenOptions::new().write(true).open(path) } else { File::create(part_of(path)) };
        let file = file.with_context(|| {
            say!(
                "{}: cannot be written; does its folder exist, and may you write there?",
                "{}：无法写入；请确认它的文件夹存在并且可写",
                path.display()
            )
        })?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), path: path.to_owned(), device, length: 0 })
    }

    /// The output of an earlier run, cut to what is known to be good of it.
    pub(crate) fn reopen(path: &Path, length: u64) -> Result<Self> {
        let part = part_of(path);
        // The run may have been killed after the output was whole and before that was noted.
        if !part.exists() && path.exists() {
            fs::rename(path, &part).with_context(|| unreadable(path))?;
        }
        let mut file = OpenOptions::new().write(true).open(&part).with_context(|| unreadable(&part))?;
        let there = file.metadata().with_context(|| unreadable(&part))?.len();
        if there < length {
            bail!(say!(
                "{}: is shorter than the earlier run left it; run without --resume to start anew",
                "{}：比上次运行留下的短；请不带 --resume 重新开始",
                part.display()
            ));
        }
        file.set_len(length).and_then(|()| file.seek(io::SeekFrom::End(0))).with_context(|| unreadable(&part))?;
        Ok(Self { file: BufWriter::with_capacity(1 << 18, file), path: path.to_owned(), device: false, length })
    }

    /// Appends.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        self.file.write_all(bytes).with_context(|| self.unwritable())
    }

    /// How long the output is.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Puts what was appended on disk.
    pub(crate) fn sync(&mut self) -> Result<()> {
        let sync = |file: &File| if self.device { Ok(()) } else { file.sync_data() };
        self.file.flush().and_then(|()| sync(self.file.get_ref())).with_context(|| self.unwritable())
    }

    /// Puts the output in its place.
    pub(crate) fn publish(mut self) -> Result<()> {
        self.file.flush().with_context(|| self.unwritable())?;
        if self.device {
            return Ok(());
        }
        fs::rename(part_of(&self.path), &self.path).with_context(|| self.unwritable())
    }

    fn unwritable(&self) -> String {
        say!("{}: cannot be written", "{}：无法写入", self.path.display())
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}
