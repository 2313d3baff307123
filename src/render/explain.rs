//! The account of a page's changes for people: each in its line, with its rule and the reason.

use std::io::{self, Write};

use memchr::memchr_iter;

use super::spot::{Spot, spots};
use super::terminal::{ADDED, BOLD, DIM, NAME, REMOVED, fit, visible, width};
use crate::edit::{Edit, RuleId};
use crate::pipeline::Cleaned;

/// How many columns of untouched text between two changes are shown, and of a text that was replaced.
const RUN: usize = 40;

/// What explains a rule: its `why`.
pub type Reason<'r> = dyn Fn(&RuleId) -> Option<String> + 'r;

/// Writes the account: `[-removed-]` and `{+added+}` in the line where they happened, and below it every edit with its
/// rule and reason. `columns` is the width of the terminal.
///
/// # Errors
/// When the writer fails.
pub fn write(out: &mut impl Write, source: &str, cleaned: &Cleaned, reason: &Reason<'_>, columns: usize) -> io::Result<()> {
    let line_ends: Vec<usize> = memchr_iter(b'\n', source.as_bytes()).collect();
    let line_of = |at: usize| line_ends.partition_point(|&end| end < at);
    let spots = spots(cleaned);
    for spots in spots.chunk_by(|a, b| line_of(last_byte(a)) == line_of(b.source.start)) {
        let (first, last) = (&spots[0], &spots[spots.len() - 1]);
        let line = line_of(first.source.start);
        let start = line.checked_sub(1).map_or(0, |before| line_ends[before] + 1);
        let end = line_ends.get(line_of(last_byte(last))).copied().unwrap_or(source.len()).max(last.source.end);
        write!(out, "{BOLD}{:>6}{BOLD:#} {DIM}│{DIM:#} ", line + 1)?;
        let mut at = start;
        for spot in spots {
            write!(out, "{}", fit(&visible(&source[at..spot.source.start]), RUN))?;
            write_marks(out, &source[spot.source.clone()], &cleaned.text[spot.cleaned.clone()])?;
            at = spot.source.end;
        }
        writeln!(out, "{}", fit(&visible(source[at..end].trim_end_matches(['\r', '\n'])), RUN))?;
        write_edits(out, spots, reason, columns)?;
    }
    Ok(())
}

/// How many edits were made, and in how many lines of the source.
pub fn tally(source: &str, cleaned: &Cleaned) -> (usize, usize) {
    let line_ends: Vec<usize> = memchr_iter(b'\n', source.as_bytes()).collect();
    let mut lines: Vec<usize> =
        cleaned.audit().map(|audited| line_ends.partition_point(|&end| end < audited.source.start)).collect();
    let edits = lines.len();
    lines.sort_unstable();
    lines.dedup();
    (edits, lines.len())
}

/// The last byte that a spot takes of the source, so that a line that goes with its end stays one line.
fn last_byte(spot: &Spot<'_>) -> usize {
    spot.source.end.saturating_sub(1).max(spot.source.start)
}

fn write_marks(out: &mut impl Write, before: &str, after: &str) -> io::Result<()> {
    // The text that both begin with is no change; edits of several passes often leave one.
    if !before.is_empty() {
        let shown = visible(before.trim_end_matches(['\r', '\n']));
        let shown = if shown.is_empty() { visible(before) } else { shown };
        write!(out, "{REMOVED}[-{}-]{REMOVED:#}", fit(&shown, 2 * RUN))?;
    }
    if !after.is_empty() {
        write!(out, "{ADDED}{{+{}+}}{ADDED:#}", fit(&visible(after), 2 * RUN))?;
    }
    Ok(())
}

/// The edits of a line in a table: the change, its rule, the reason; equal ones once with their number.
fn write_edits(out: &mut impl Write, spots: &[Spot<'_>], reason: &Reason<'_>, columns: usize) -> io::Result<()> {
    let mut rows: Vec<(String, &Edit, usize)> = Vec::new();
    for edit in spots.iter().flat_map(|spot| &spot.edits).map(|audited| audited.edit) {
        match rows.iter_mut().find(|(_, row, _)| row.rule == edit.rule && row.before == edit.before && row.after == edit.after) {
            Some((_, _, times)) => *times += 1,
            None => rows.push((change(edit), edit, 1)),
        }
    }
    let widest = rows.iter().map(|(change, ..)| width(change)).max().unwrap_or(0);
    for (change, edit, times) in &rows {
        let gap = widest - width(change);
        write!(out, "{:>6} {DIM}│{DIM:#}   {change}{:gap$}  {NAME}{}{NAME:#}", "", "", edit.rule)?;
        let mut used = 12 + widest + width(edit.rule.as_str());
        let mut notes = String::new();
        if *times > 1 {
            notes.push_str(&format!(" ×{times}"));
        }
        if let Some(gain) = edit.gain {
            notes.push_str(&format!(" {gain:+.1}"));
        }
        used += width(&notes);
        write!(out, "{notes}")?;
        let reason = reason(&edit.rule).unwrap_or_default();
        if reason.is_empty() {
            writeln!(out)?;
        } else if used + 2 + width(&reason) <= columns {
            writeln!(out, "  {DIM}{reason}{DIM:#}")?;
        } else {
            writeln!(out)?;
            for line in wrap(&reason, columns.saturating_sub(14).max(20)) {
                writeln!(out, "{:>6} {DIM}│{DIM:#}     {DIM}{line}{DIM:#}", "")?;
            }
        }
    }
    Ok(())
}

fn change(edit: &Edit) -> String {
    let short = |text: &str| fit(&visible(text.trim_end_matches(['\r', '\n'])), RUN / 2).into_owned();
    match (edit.before.is_empty(), edit.after.is_empty()) {
        (false, true) if edit.before.trim_end_matches(['\r', '\n']).is_empty() => format!("− {}", visible(&edit.before)),
        (false, true) => format!("− {}", short(&edit.before)),
        (true, _) => format!("+ {}", short(&edit.after)),
        (false, false) => format!("{} → {}", short(&edit.before), short(&edit.after)),
    }
}

/// A text broken at spaces, or where it has none at characters, into lines of at most so many columns.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if width(line) + width(word.trim_end()) > columns && !line.is_empty() {
            lines.push(String::new());
        }
        for c in word.chars() {
            let line = lines.last_mut().expect("there is always a line");
            let mut buffer = [0; 4];
            if width(line) + width(c.encode_utf8(&mut buffer)) > columns && c != ' ' {
                lines.push(String::new());
            }
            lines.last_mut().expect("there is always a line").push(c);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_broken_within_the_width() {
        for text in ["a few plain words that go on for a while", "没有空格的一句话也要能够折行才看得清楚"] {
            let lines = wrap(text, 16);
            assert!(lines.iter().all(|line| width(line) <= 16), "{lines:?}");
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
