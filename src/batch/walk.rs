//! The pages of files and folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ignore::WalkBuilder;
use ignore::overrides::OverrideBuilder;

use crate::cli::input::unreadable;
use crate::cli::lang::say;

/// Which files of a folder are taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Choice {
    /// Patterns of names to take, as in `.gitignore`; with `!`, not to take. Every kind of page when there is none.
    pub(crate) globs: Vec<String>,
    /// Whether ignore files are heeded.
    pub(crate) ignore_files: bool,
}

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its path below the folder that was asked for; its name when the file itself was.
    pub(crate) name: PathBuf,
    /// Whether it was asked for by its name rather than found in a folder.
    pub(crate) is_asked: bool,
    /// Whether a pattern that was given chose it.
    pub(crate) is_chosen: bool,
}

/// The files of a folder and its folders, in the order of their names; hidden ones are left out.
///
/// # Errors
/// When the folder itself cannot be read. A folder below it that cannot be is an error among the files.
pub(crate) fn find_pages(folder: &Path, choice: &Choice) -> Result<impl Iterator<Item = Result<Found>> + Send + use<>> {
    std::fs::read_dir(folder).with_context(|| unreadable(folder))?;
    let root = folder.to_owned();
    let mut globs = OverrideBuilder::new(folder);
    for glob in &choice.globs {
        globs.add(glob).with_context(|| say!("--glob {glob}: is no pattern", "--glob {glob}：不是有效的模式"))?;
    }
    let is_chosen = choice.globs.iter().any(|glob| !glob.starts_with('!'));
    let mut walk = WalkBuilder::new(folder);
    walk.standard_filters(choice.ignore_files).hidden(true).overrides(globs.build()?).sort_by_file_name(Ord::cmp);
    Ok(walk.build().filter_map(move |entry| match entry {
        Ok(entry) if !entry.file_type().is_some_and(|kind| kind.is_file()) => None,
        Ok(entry) => {
            let name = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_owned();
            Some(Ok(Found { path: entry.into_path(), name, is_asked: false, is_chosen }))
        }
        Err(error) => Some(Err(anyhow!(say!("{error}: left out", "{error}：已略过")))),
    }))
}

impl Found {
    /// A file that was asked for by its name.
    pub(crate) fn asked(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            name: path.file_name().map(PathBuf::from).unwrap_or_default(),
            is_asked: true,
            is_chosen: true,
        }
    }
}

/// Refuses an output folder that lies in the input folder, is it, or is a file.
pub(crate) fn check_output_folder(input: &Path, output: &Path) -> Result<()> {
    if output.is_file() {
        bail!(say!(
            "{}: is a file; several pages need a folder to be written to",
            "{}：这是文件；多个网页要写到文件夹里",
            output.display()
        ));
    }
    if lies_in(output, input) {
        bail!(say!(
            "{}: lies in the input folder, where it would be read as input; give a folder outside of it",
            "{}：输出文件夹在输入文件夹里，会被当作输入；请换一个外面的文件夹",
            output.display()
        ));
    }
    Ok(())
}

/// Whether a path is another or lies below it. Neither needs to exist.
pub(crate) fn lies_in(path: &Path, folder: &Path) -> bool {
    resolve(path).zip(resolve(folder)).is_some_and(|(path, folder)| path.starts_with(folder))
}

/// The absolute path without links of what may not exist yet.
fn resolve(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let known = path.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    let (ancestor, resolved) = known?;
    Some(resolved.join(path.strip_prefix(ancestor).ok()?))
}
