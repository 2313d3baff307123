//! The differences between what was expected and what came out, line by line.

use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::terminal::{ADDED, DIM, REMOVED, visible};

/// How many equal lines are shown around a difference.
const CONTEXT: usize = 2;

/// Writes the differences between two texts: `-` what was expected, `+` what came out. Nothing when they are equal.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut impl Write, expected: &str, actual: &str) -> io::Result<()> {
    let diff = TextDiff::from_lines(expected, actual);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        writeln!(out, "{DIM}{}{DIM:#}", hunk.header())?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', REMOVED),
                ChangeTag::Insert => ('+', ADDED),
                ChangeTag::Equal => (' ', anstyle::Style::new()),
            };
            let line = visible(change.value().trim_end_matches('\n'));
            writeln!(out, "{style}{sign}{line}{style:#}")?;
            if change.missing_newline() {
                writeln!(out, "{DIM}\\ no line end{DIM:#}")?;
            }
        }
    }
    Ok(())
}
