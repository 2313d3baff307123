//! The pages of files and folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use ignore::WalkBuilder;

use crate::cli::input::unreadable;
use crate::cli::lang::say;

/// Extensions of pages. A file without an extension is one, too: crawlers often name pages by number.
const EXTENSIONS: &[&str] = &["txt", "text", "htm", "html", "shtml", "xhtml", "md"];

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// Its path below the folder that was asked for; its name when the file itself was.
    pub(crate) name: PathBuf,
    /// Whether it is a page: asked for by its name, or its own name is that of one and not of a picture, an archive or
    /// a style sheet.
    pub(crate) is_page: bool,
}

/// The files of a folder and its folders, in the order of their names; hidden ones are left out.
///
/// # Errors
/// When the folder itself cannot be read. A folder below it that cannot be is an error among the files.
pub(crate) fn find_pages(folder: &Path) -> Result<impl Iterator<Item = Result<Found>> + Send + use<>> {
    std::fs::read_dir(folder).with_context(|| unreadable(folder))?;
    let root = folder.to_owned();
    let walk = WalkBuilder::new(folder).standard_filters(false).hidden(true).sort_by_file_name(Ord::cmp).build();
    Ok(walk.filter_map(move |entry| match entry {
        Ok(entry) if !entry.file_type().is_some_and(|kind| kind.is_file()) => None,
        Ok(entry) => {
            let name = entry.path().strip_prefix(&root).unwrap_or(entry.path()).to_owned();
            Some(Ok(Found { is_page: is_page(entry.path()), path: entry.into_path(), name }))
        }
        Err(error) => Some(Err(anyhow!(say!("{error}: left out", "{error}：已略过")))),
    }))
}

impl Found {
    /// A file that was asked for by its name.
    pub(crate) fn asked(path: &Path) -> Self {
        Self { path: path.to_owned(), name: path.file_name().map(PathBuf::from).unwrap_or_default(), is_page: true }
    }
}

fn is_page(path: &Path) -> bool {
    match path.extension() {
        None => true,
        Some(extension) => EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)),
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
    let input = input.canonicalize().with_context(|| unreadable(input))?;
    let inside = resolve(output).is_some_and(|resolved| resolved.starts_with(&input));
    if inside {
        bail!(say!(
            "{}: lies in the input folder, where it would be read as input; give a folder outside of it",
            "{}：输出文件夹在输入文件夹里，会被当作输入；请换一个外面的文件夹",
            output.display()
        ));
    }
    Ok(())
}

/// The absolute path without links of what may not exist yet.
fn resolve(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let known = path.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    let (ancestor, resolved) = known?;
    Some(resolved.join(path.strip_prefix(ancestor).ok()?))
}
