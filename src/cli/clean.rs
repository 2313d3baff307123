//! `jingwen clean`: pages in, articles out.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use jingwen::Cleaner;
use jingwen::profile::SiteProfile;
use jingwen::render::{audit, report::Digest};
use jingwen::verdict::Verdict;

use crate::batch::{
    Batch, Choice, Form, Found, Kind, Packing, Progress, Ruling, Tally, Target, Verdicts, Work, check_output_folder, find_pages,
    open, total,
};
use crate::cli::Outcome;
use crate::cli::args::{CleanArgs, Input, SettingArgs, To};
use crate::cli::input::{Decoding, PIECE, Pieces, is_stdin, unreadable};
use crate::cli::lang::{count, say};
use crate::cli::learn::{self, Survey};
use crate::cli::output::Draft;
use crate::cli::places;
use crate::cli::report::{self, ReportFile};
use crate::cli::settings::{CommandLine, PageOrigin, Settings};
use crate::cli::sites::{Setup, Sites};

pub(super) fn run(args: &CleanArgs, line: &CommandLine) -> Result<Outcome> {
    let stdin = [PathBuf::from("-")];
    let paths = if args.paths.is_empty() { &stdin[..] } else { &args.paths };
    let input = args.input.map_or(jingwen::Input::Auto, Input::of_pages);
    let settings = Settings::load(line, paths)?;
    let in_force = settings.in_force(&args.settings, None)?;
    let learned = if args.learn { Some(survey(paths, args, &in_force, input)?) } else { None };
    let options = report::options(args, &settings)?;
    let sites = Sites::new(settings, &args.settings.site, input, learned)?;
    match paths {
        [path] if args.to.is_none() && !path.is_dir() && kind(args, path) == Kind::Page => {
            let target = args.output.clone().map_or(Target::Stdout, Target::File);
            places::check(args, &target)?;
            let mut account = Account {
                audit: args.audit.as_deref().map(Draft::create).transpose()?,
                report: ReportFile::create(args, options, &sites)?,
            };
            clean_one(path, args, &sites, verdicts(&in_force), &mut account)?;
            account.audit.map_or(Ok(()), Draft::publish)?;
            account.report.map_or(Ok(()), ReportFile::publish)?;
            Ok(Outcome::Done)
        }
        paths => clean_many(paths, args, &in_force, sites, options),
    }
}

/// The profile of the site that the pages are of.
fn survey(paths: &[PathBuf], args: &CleanArgs, settings: &SettingArgs, input: jingwen::Input) -> Result<SiteProfile> {
    if paths.iter().any(|path| is_stdin(path)) {
        bail!(say!(
            "--learn: reads the pages twice, and standard input can be read once; name files or folders",
            "--learn：需要读两遍网页，标准输入只能读一遍；请给出文件或文件夹"
        ));
    }
    let survey = Survey {
        kind: asked_kind(args),
        site: settings.site.clone(),
        input,
        fields: settings.batch.fields(),
        jobs: settings.batch.threads(),
    };
    let (profile, _) = survey.run(learn::inputs(paths, &settings.batch.choice())?)?;
    Ok(profile)
}

/// What a path that is asked for by name holds.
fn kind(args: &CleanArgs, path: &Path) -> Kind {
    let named = || Kind::of(path).unwrap_or(Kind::Page);
    asked_kind(args).unwrap_or_else(|| if is_stdin(path) { Kind::Page } else { named() })
}

/// What the flags say that inputs hold.
fn asked_kind(args: &CleanArgs) -> Option<Kind> {
    match (args.input, args.pages) {
        (Some(Input::Jsonl), _) => Some(Kind::JsonLines),
        (Some(Input::Warc), _) => Some(Kind::Warc),
        (Some(Input::Parquet), _) => Some(Kind::Parquet),
        (_, Some(_)) => Some(Kind::FormFeed),
        (Some(Input::Text | Input::Html), None) => Some(Kind::Page),
        (Some(Input::Auto) | None, None) => None,
    }
}

/// Cleans one page to standard output, to a file, or into a folder under its own name.
fn clean_one(path: &Path, args: &CleanArgs, sites: &Sites, verdicts: Verdicts, account: &mut Account) -> Result<()> {
    let Setup { cleaner, decoding, .. } = sites.of(PageOrigin { path, url: None });
    let input: Box<dyn Read> = if is_stdin(path) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(open(path, Arc::default()).with_context(|| unreadable(path))?)
    };
    let name = path.to_string_lossy().into_owned();
    let page = Stream { name, input, cleaner, decoding: *decoding, verdicts };
    let Some(output) = args.output.as_deref() else {
        return page.clean(&mut BufWriter::new(io::stdout().lock()), Packing::Plain, account);
    };
    let output = match path.file_name() {
        Some(name) if output.is_dir() && !is_stdin(path) => output.join(name),
        _ => output.to_owned(),
    };
    let mut draft = Draft::create(&output)?;
    page.clean(&mut draft, Packing::of(&output), account)?;
    draft.publish()
}

/// Where the changes to one page are accounted for.
struct Account {
    audit: Option<Draft>,
    report: Option<ReportFile>,
}

/// One page as it comes in.
struct Stream<'c> {
    name: String,
    input: Box<dyn Read>,
    cleaner: &'c Cleaner,
    decoding: Decoding,
    verdicts: Verdicts,
}

impl Stream<'_> {
    /// Cleans the page; one that is longer than any page is goes piece by piece.
    fn clean(mut self, out: &mut impl Write, packing: Packing, account: &mut Account) -> Result<()> {
        let mut pieces = Pieces::new(self.input, PIECE);
        let mut offset = audit::Offset::default();
        let mut number = 0;
        while let Some(piece) = pieces.next().with_context(|| unreadable(Path::new(&self.name)))? {
            let page = self.cleaner.clean_decoded(self.decoding.decode_piece(&piece));
            // What kind of page a piece of one is, nobody can tell.
            let ruling = if number == 0 && piece.len() < PIECE { self.verdicts.on(&page) } else { Ruling::default() };
            if ruling.is_dropped {
                tell_dropped(&self.name, ruling.verdict.as_ref());
            } else {
                let text = packing.pack(page.cleaned.text.clone().into_bytes())?;
                out.write_all(&text).and_then(|()| out.flush()).context("standard output")?;
            }
            if let Some(audit) = &mut account.audit {
                match &ruling.verdict {
                    Some(_) => ruling.audit(audit, &self.name, None, &page, page.source())?,
                    None => audit::write(audit, &self.name, None, &page, offset)?,
                }
            }
            number += 1;
            if let Some(file) = &mut account.report {
                let name = if number == 1 { self.name.clone() } else { format!("{}:{number}", self.name) };
                file.report.add(Digest::new(&name, None, piece.len() as u64, &page));
            }
            offset.bytes += piece.len();
            offset.source += page.source().len();
            offset.cleaned += page.cleaned.text.len();
        }
        Ok(())
    }
}

/// Cleans files, folders and streams of pages in parallel, in order, each to the same path below the output folder or all
/// to one output.
fn clean_many(
    paths: &[PathBuf],
    args: &CleanArgs,
    settings: &SettingArgs,
    sites: Sites,
    options: Vec<(String, String)>,
) -> Result<Outcome> {
    let begun = Instant::now();
    let target = target(paths, args)?;
    places::check(args, &target)?;
    let choice = settings.batch.choice();
    let pages = || inputs(paths, &choice, &target);
    let found = pages()?;
    let mut report = ReportFile::create(args, options, &sites)?;
    let fields = settings.batch.fields();
    let batch = Batch {
        kind: asked_kind(args),
        form: form(args, &target)?,
        audit: args.audit.clone(),
        resume: args.resume,
        settings: fingerprint(args, settings, &sites),
        jobs: settings.batch.threads(),
        total: if Progress::is_wanted() { Some(total(pages()?)) } else { None },
        target: target.clone(),
        work: Work {
            sites,
            fields,
            audited: args.audit.is_some(),
            reported: report.is_some(),
            survey: None,
            verdicts: verdicts(settings),
        },
    };
    let tally = batch.run(found, report.as_mut().map(|file| &mut file.report))?;
    report.map_or(Ok(()), ReportFile::publish)?;
    // A stream goes on silently: what reads it has its own account.
    if target != Target::Stdout || tally.failed > 0 {
        tell(&tally, begun);
    }
    Ok(if tally.failed == 0 { Outcome::Done } else { Outcome::Incomplete })
}

/// Where the pages go.
fn target(paths: &[PathBuf], args: &CleanArgs) -> Result<Target> {
    let is_tree = args.to.is_none() && (paths.len() > 1 || paths[0].is_dir());
    match &args.output {
        None if is_tree => bail!(say!(
            "{}: several pages need a folder to be written to: add -o DIR, or --to jsonl for one output",
            "{}：多个网页要写到文件夹里：请加上 -o DIR，或用 --to jsonl 合成一个输出",
            paths[0].display()
        )),
        None => Ok(Target::Stdout),
        Some(output) if is_tree || output.is_dir() => Ok(Target::Tree(output.clone())),
        Some(output) => Ok(Target::File(output.clone())),
    }
}

/// The form that pages come out in, where the flags or the output's name say.
fn form(args: &CleanArgs, target: &Target) -> Result<Option<Form>> {
    let form = match (args.to, target) {
        (Some(To::Text), _) => Some(Form::Text),
        (Some(To::Jsonl), _) => Some(Form::JsonLines),
        (Some(To::Parquet), Target::Stdout) => {
            bail!(say!("--to parquet: goes to a file: add -o FILE.parquet", "--to parquet：要写到文件里：请加上 -o FILE.parquet"))
        }
        (Some(To::Parquet), _) => Some(Form::Parquet),
        (None, Target::File(path)) if Kind::of(path) == Some(Kind::Parquet) => Some(Form::Parquet),
        (None, _) => None,
    };
    Ok(form)
}

/// The pages of all paths, one folder after another.
fn inputs(paths: &[PathBuf], choice: &Choice, target: &Target) -> Result<impl Iterator<Item = Result<Found>> + Send + use<>> {
    let mut all: Vec<Box<dyn Iterator<Item = Result<Found>> + Send>> = Vec::new();
    let mut names = BTreeSet::new();
    for path in paths {
        let root = if paths.len() > 1 { path.file_name().map(PathBuf::from).unwrap_or_default() } else { PathBuf::new() };
        if paths.len() > 1 && !names.insert(root.clone()) {
            bail!(say!(
                "{}: another input has the same name, and one would overwrite the other; clean them one after another",
                "{}：另一个输入同名，会互相覆盖；请分开处理",
                path.display()
            ));
        }
        if path.is_dir() {
            if let Target::Tree(output) = target {
                check_output_folder(path, output)?;
            }
            all.push(Box::new(
                find_pages(path, choice)?.map(move |found| found.map(|found| Found { name: root.join(&found.name), ..found })),
            ));
        } else {
            all.push(Box::new(std::iter::once(Ok(Found::asked(path)))));
        }
    }
    Ok(all.into_iter().flatten())
}

/// What the settings say to do with verdicts.
fn verdicts(settings: &SettingArgs) -> Verdicts {
    Verdicts { drop: settings.verdicts.drop.clone(), are_written: settings.verdicts.verdict }
}

/// One line on standard error about the page that was asked for and did not come out.
fn tell_dropped(name: &str, verdict: Option<&Verdict>) {
    let verdict = verdict.map(Verdict::to_string).unwrap_or_default();
    let _ = writeln!(io::stderr(), "jingwen: {}", say!("{name}: dropped: {verdict}", "{name}：已丢弃：{verdict}"));
}

/// Everything that the output hangs on, the input aside.
fn fingerprint(args: &CleanArgs, settings: &SettingArgs, sites: &Sites) -> String {
    let form = (args.to, args.input, args.pages, args.audit.is_some(), &settings.verdicts);
    format!("{} {form:?} {:?} {}", env!("CARGO_PKG_VERSION"), settings.batch.fields(), sites.fingerprint())
}

/// One line on standard error of how the batch went.
fn tell(tally: &Tally, begun: Instant) {
    let Tally { pages, bytes, changed, edits, failed, left_out, dropped } = tally;
    let megabytes = *bytes as f64 / 1e6;
    let seconds = begun.elapsed().as_secs_f64();
    let (all, made, others) = (count(*pages, "page"), count(*edits, "edit"), count(*left_out, "file"));
    let mut line = say!(
        "{all} ({megabytes:.1} MB) in {seconds:.1} s: {changed} changed by {made}",
        "{seconds:.1} 秒处理 {pages} 页（{megabytes:.1} MB）：{changed} 页有改动，共 {edits} 处"
    );
    if *dropped > 0 {
        line += &say!(", {dropped} dropped", "，丢弃 {dropped} 页");
    }
    if *failed > 0 {
        line += &say!(", {failed} failed", "，{failed} 处失败");
    }
    if *left_out > 0 {
        line += &say!(", {others} of other kinds left out", "，略过 {left_out} 个不是网页的文件");
    }
    let _ = writeln!(io::stderr(), "jingwen: {line}");
}
