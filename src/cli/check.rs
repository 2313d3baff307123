//! `jingwen check`: pages against what must come out of them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use jingwen::render::diff;
use jingwen::render::terminal::{ADDED, BOLD, REMOVED};

use crate::batch::{Choice, find_pages};
use crate::cli::args::{CheckArgs, Color, Format};
use crate::cli::input::{read_file, unreadable};
use crate::cli::lang::{count, say};
use crate::cli::output::write_file;
use crate::cli::settings::{CommandLine, PageOrigin, Settings};
use crate::cli::sites::{Setup, Sites};
use crate::cli::{Outcome, output, report};

/// What a page must become.
struct Case {
    page: PathBuf,
    /// The file that says it; the page itself when it must not change.
    expected: Option<PathBuf>,
}

/// How many cases came out how.
#[derive(Default)]
struct Tally {
    cases: usize,
    different: usize,
    blessed: usize,
    failed: usize,
}

pub(super) fn run(args: &CheckArgs, line: &CommandLine, color: Color) -> Result<Outcome> {
    let sites = Sites::new(Settings::load(line, &args.dirs)?, &args.site, args.input.of_pages(), None)?;
    let mut out = output::colored(color);
    let mut tally = Tally::default();
    for dir in &args.dirs {
        let cases = if args.untouched { untouched(dir)? } else { cases(dir)? };
        if cases.is_empty() {
            let dir = dir.display();
            bail!(say!(
                "{dir}: holds no case; a case is a folder with a page.txt (or page.html, …) and a clean.txt",
                "{dir}：里面没有用例；用例是含有 page.txt（或 page.html 等）和 clean.txt 的文件夹"
            ));
        }
        for case in cases {
            tally.cases += 1;
            if let Err(error) = check(&case, args, &sites, &mut tally, &mut out) {
                if error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                    return Err(error);
                }
                report(&error);
                tally.failed += 1;
            }
        }
    }
    let Tally { cases, different, blessed, failed } = tally;
    let all = count(cases as u64, "case");
    let mut summary = say!("{all}, {different} different", "{cases} 个用例，{different} 个不同");
    if args.bless {
        summary += &say!(", {blessed} rewritten", "，{blessed} 个已改写");
    }
    if failed > 0 {
        summary += &say!(", {failed} failed", "，{failed} 个失败");
    }
    writeln!(out, "{BOLD}{summary}{BOLD:#}")?;
    out.flush()?;
    Ok(match (failed, different) {
        (0, 0) => Outcome::Done,
        (0, _) => Outcome::Different,
        _ => Outcome::Incomplete,
    })
}

fn check(case: &Case, args: &CheckArgs, sites: &Sites, tally: &mut Tally, out: &mut impl Write) -> Result<()> {
    let Setup { cleaner, decoding, .. } = sites.of(PageOrigin { path: &case.page, url: None });
    let cleaned = cleaner.clean_decoded(decoding.decode(&read_file(&case.page)?));
    let actual = &cleaned.cleaned.text;
    let expected = match &case.expected {
        None => cleaned.source().to_owned(),
        Some(file) => match fs::read_to_string(file) {
            Ok(expected) => expected,
            Err(error) if error.kind() == io::ErrorKind::NotFound && args.bless => String::new(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(say!(
                "{}: is missing; write what must come out, or take what comes out now with --bless",
                "{}：缺少这个文件；请写下应有的结果，或用 --bless 采用现在的结果",
                file.display()
            )),
            Err(error) => return Err(error).with_context(|| unreadable(file)),
        },
    };
    if expected == *actual {
        return Ok(());
    }
    match &case.expected {
        Some(file) if args.bless => {
            write_file(file, actual.as_bytes())?;
            tally.blessed += 1;
            writeln!(out, "{ADDED}{}{ADDED:#}", say!("{}: rewritten", "{}：已改写", file.display()))?;
        }
        _ => {
            tally.different += 1;
            writeln!(out, "{REMOVED}{}{REMOVED:#}", say!("{}: different", "{}：不同", case.page.display()))?;
            diff::write(out, &expected, actual)?;
            if args.format == Format::Github {
                annotate(out, case.expected.as_deref().unwrap_or(&case.page), &expected, actual)?;
            }
        }
    }
    Ok(())
}

/// An annotation of a GitHub workflow at the first line that differs.
fn annotate(out: &mut impl Write, file: &Path, expected: &str, actual: &str) -> Result<()> {
    let same = expected.lines().zip(actual.lines()).take_while(|(expected, actual)| expected == actual).count();
    let (expected, actual) = (expected.lines().nth(same).unwrap_or(""), actual.lines().nth(same).unwrap_or(""));
    // The workflow's commands end at a line end, and have these characters for themselves.
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let message = escape(&say!("expected: {expected}\ncame out: {actual}", "应为：{expected}\n实得：{actual}"));
    let file = property(&file.to_string_lossy());
    writeln!(out, "::error file={file},line={},title=jingwen check::{message}", same + 1)?;
    Ok(())
}

/// Every folder at or below this one that holds a `page.*`.
fn cases(dir: &Path) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for found in find_pages(dir, &Choice::default())? {
        let page = found?.path;
        if page.file_stem().is_some_and(|stem| stem == "page") {
            let expected = Some(page.with_file_name("clean.txt"));
            cases.push(Case { page, expected });
        }
    }
    Ok(cases)
}

/// Every file at or below this folder.
fn untouched(dir: &Path) -> Result<Vec<Case>> {
    find_pages(dir, &Choice::default())?.map(|found| Ok(Case { page: found?.path, expected: None })).collect()
}
