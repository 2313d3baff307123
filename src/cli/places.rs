//! Where a run writes: nothing of it may be taken for a page, or overwrite one.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::batch::{Target, lies_in};
use crate::cli::args::CleanArgs;
use crate::cli::lang::say;

/// Refuses an output in a folder of the input, and an audit or a report that is among the input, the output or the other.
pub(super) fn check(args: &CleanArgs, target: &Target) -> Result<()> {
    let (output, single) = match target {
        Target::Tree(folder) => (Some(folder), None),
        Target::File(file) => (Some(file), Some(file)),
        Target::Stdout | Target::Nowhere => (None, None),
    };
    if let Some(file) = single {
        apart("--output", file, args.paths.iter().filter(|path| path.is_dir()))?;
    }
    if let Some(audit) = &args.audit {
        is_file("--audit", audit, "audit.jsonl")?;
        apart("--audit", audit, args.paths.iter().chain(output))?;
    }
    if let Some(report) = &args.report {
        is_file("--report", report, "report.html")?;
        apart("--report", report, args.paths.iter().chain(output).chain(&args.audit))?;
    }
    Ok(())
}

fn is_file(flag: &str, path: &Path, example: &str) -> Result<()> {
    if path == Path::new("-") {
        bail!(say!("{flag}: goes to a file; name one, such as {example}", "{flag}：要写到文件里；请给出文件名，例如 {example}"));
    }
    Ok(())
}

fn apart<'p>(flag: &str, path: &Path, others: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
    if let Some(other) = others.into_iter().find(|other| lies_in(path, other)) {
        bail!(say!(
            "{flag} {}: is in {}, where it would be taken for a page or overwrite one; name a file outside of it",
            "{flag} {}：在 {} 里，会被当作网页或覆盖别的文件；请换一个外面的文件名",
            path.display(),
            other.display()
        ));
    }
    Ok(())
}
