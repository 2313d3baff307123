//! Where results go: standard output, or a file that is whole or absent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context, Result, bail};
use tempfile::TempPath;

use crate::cli::args::Color;
use crate::cli::lang::say;

/// Standard output with colours, or without where they are not wanted.
pub(crate) fn colored(color: Color) -> BufWriter<AutoStream<StdoutLock<'static>>> {
    BufWriter::new(AutoStream::new(io::stdout().lock(), choice(color)))
}

/// Whether colours are wanted on standard output.
fn choice(color: Color) -> ColorChoice {
    match color {
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
        Color::Auto if io::stdout().is_terminal() => ColorChoice::Auto,
        Color::Auto => AutoStream::choice(&io::stdout()),
    }
}

/// How many columns there are on the terminal; 80 when it is none.
pub(crate) fn columns() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&columns| columns >= 20).unwrap_or(80)
}

/// Whether a device or a named pipe stands at a path. It is written to as it is, for nothing may take its place.
pub(crate) fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// A file being written. It appears under its name, whole, with [`Draft::publish`], and not at all otherwise.
pub(crate) struct Draft {
    file: BufWriter<File>,
    /// Where it is until then; a device is written to at once.
    temporary: Option<TempPath>,
    path: PathBuf,
}

impl Draft {
    /// A draft of this file, in its folder, which must exist.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        if path.is_dir() {
            bail!(say!("{}: is a folder; name a file to write", "{}：这是文件夹；请给出要写的文件名", path.display()));
        }
        let unwritable = || {
            say!(
                "{}: cannot be written; does its folder exist, and may you write there?",
                "{}：无法写入；请确认它的文件夹存在并且可写",
                path.display()
            )
        };
        if is_device(path) {
            let file = OpenOptions::new().write(true).open(path).with_context(unwritable)?;
            return Ok(Self { file: BufWriter::new(file), temporary: None, path: path.to_owned() });
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default();
        // One name a file, so that what a killed run left is overwritten by the next.
        let mut builder = tempfile::Builder::new();
        builder.prefix(name).suffix(".part").rand_bytes(0);
        let file = match builder.tempfile_in(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut left = name.to_owned();
                left.push(".part");
                fs::remove_file(folder.join(left)).and_then(|()| builder.tempfile_in(folder))
            }
            file => file,
        };
        let (file, temporary) = file.with_context(unwritable)?.into_parts();
        Ok(Self { file: BufWriter::new(file), temporary: Some(temporary), path: path.to_owned() })
    }

    /// Puts the file in its place.
    pub(crate) fn publish(self) -> Result<()> {
        let unwritable = || say!("{}: cannot be written", "{}：无法写入", self.path.display());
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error).with_context(unwritable)?;
        let Some(temporary) = self.temporary else { return Ok(()) };
        allow_reading(&file).with_context(unwritable)?;
        temporary.persist(&self.path).map_err(|error| error.error).with_context(unwritable)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a whole file, or nothing.
pub(crate) fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    let mut draft = Draft::create(path)?;
    draft.write_all(content).with_context(|| say!("{}: cannot be written", "{}：无法写入", path.display()))?;
    draft.publish()
}

/// The folder, made when it is not there.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| say!("{}: this folder cannot be made", "{}：无法建立这个文件夹", folder.display()))
}

/// Temporary files are private; what is published is as readable as files usually are.
#[cfg(unix)]
fn allow_reading(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn allow_reading(_: &File) -> io::Result<()> {
    Ok(())
}
