//! `jingwen rules`: what the rules are, and whether they keep their word.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use jingwen::filters::restore::table::Tier;
use jingwen::render::terminal::{BOLD, DIM, NAME, REMOVED, visible, width};
use jingwen::rules::{Pattern, Place, Rule, Rules};
use jingwen::{Cleaner, Options};

use crate::cli::args::{Color, RulesArgs, RulesCommand};
use crate::cli::lang::say;
use crate::cli::settings::{CommandLine, Settings};
use crate::cli::{Outcome, load_rules, output};

pub(super) fn run(args: &RulesArgs, line: &CommandLine, color: Color) -> Result<Outcome> {
    let settings = Settings::load(line, &[PathBuf::from(".")])?;
    let rules = load_rules(&settings.in_force(&args.dir, None)?)?;
    let mut out = output::colored(color);
    let outcome = match &args.command {
        RulesCommand::List => list(&rules, &mut out)?,
        RulesCommand::Show { id } => show(&rules, id, &mut out)?,
        RulesCommand::Test => test(&rules, &mut out)?,
    };
    out.flush()?;
    Ok(outcome)
}

/// Every rule, and every row of the tables that were given.
fn list(rules: &Rules, out: &mut impl Write) -> Result<Outcome> {
    let widest = rules.iter().map(|rule| width(rule.id.as_str())).max().unwrap_or(0);
    let mut line = |name: &str, why: &str| {
        let gap = widest.saturating_sub(width(name));
        writeln!(out, "{NAME}{name}{NAME:#}{:gap$}  {why}", "")
    };
    for rule in rules.iter() {
        let report_only = if rule.report_only { say!(" (reported only)", "（只报告）") } else { String::new() };
        line(rule.id.as_str(), &format!("{}{report_only}", rule.why))?;
    }
    for row in rules.given().rows() {
        let family = rules.given().family_name(row.family);
        let why = say!("swapped words, from the table of family {family}", "互换的词，出自词表“{family}”");
        line(&format!("restore/{}", row.name()), &why)?;
    }
    Ok(Outcome::Done)
}

/// The rows of this name, of all tables; whether there is one.
fn show_rows(rules: &Rules, name: &str, out: &mut impl Write) -> Result<bool> {
    let tables = rules.given().clone().with_embedded(&[Tier::Hard, Tier::Soft, Tier::Word]);
    let mut is_found = false;
    for row in tables.rows().iter().filter(|row| row.name() == name) {
        if !is_found {
            writeln!(out, "{BOLD}restore/{name}{BOLD:#}")?;
        }
        is_found = true;
        field(out, "spun", &row.spun)?;
        field(out, "original", &row.original)?;
        field(out, "family", tables.family_name(row.family))?;
    }
    Ok(is_found)
}

fn show(rules: &Rules, id: &str, out: &mut impl Write) -> Result<Outcome> {
    let short = |rule: &&Rule| rule.id.as_str().split_once('/').is_some_and(|(_, name)| name == id);
    let Some(rule) = rules.iter().find(|rule| rule.id.as_str() == id).or_else(|| rules.iter().find(short)) else {
        if show_rows(rules, id.strip_prefix("restore/").unwrap_or(id), out)? {
            return Ok(Outcome::Done);
        }
        bail!(say!(
            "no rule is named \"{id}\"; `jingwen rules list` names them all",
            "没有名为“{id}”的规则；jingwen rules list 列出全部规则"
        ));
    };
    writeln!(out, "{BOLD}{}{BOLD:#}\n{}", rule.id, rule.why)?;
    let (kind, pattern) = match &rule.pattern {
        Pattern::Line(pattern) => ("line", pattern),
        Pattern::Span(pattern) => ("span", pattern),
        Pattern::Text(literal) => ("text", literal),
    };
    field(out, kind, pattern)?;
    field(out, "keywords", &rule.keywords.join(" "))?;
    field(out, "place", place(rule.place))?;
    if rule.report_only {
        field(out, "report-only", "true")?;
    }
    for (name, examples) in [("hit", &rule.hit), ("miss", &rule.miss)] {
        for example in examples {
            field(out, name, example)?;
        }
    }
    Ok(Outcome::Done)
}

fn field(out: &mut impl Write, name: &str, value: &str) -> std::io::Result<()> {
    writeln!(out, "{DIM}{name:<11}{DIM:#} {}", visible(value))
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Anywhere => "anywhere",
        Place::Head => "head",
        Place::Tail => "tail",
        Place::Edge => "edge",
    }
}

/// Runs every example of every rule with the rule's filter alone.
fn test(rules: &Rules, out: &mut impl Write) -> Result<Outcome> {
    let (mut examples, mut broken) = (0, 0);
    let mut filter: Option<(String, Cleaner)> = None;
    for rule in rules.iter() {
        let name = rule.id.as_str().split('/').next().unwrap_or_default();
        if filter.as_ref().is_none_or(|(known, _)| known != name) {
            let options = Options { only: vec![name.to_owned()], ..Options::default() };
            filter = Some((name.to_owned(), Cleaner::new(rules, &options)?));
        }
        let Some((_, cleaner)) = &filter else { continue };
        let hits = rule.hit.iter().map(|example| (example, true));
        for (example, wanted) in hits.chain(rule.miss.iter().map(|example| (example, false))) {
            examples += 1;
            let found = finds(cleaner, rule, example);
            if found != wanted {
                broken += 1;
                let what = if wanted {
                    say!("a `hit` that the rule does not find", "规则没有找到的 hit")
                } else {
                    say!("a `miss` that the rule finds", "规则不该找到的 miss")
                };
                writeln!(out, "{REMOVED}{}: {what}: {}{REMOVED:#}", rule.id, visible(example))?;
            }
        }
    }
    let count = rules.iter().count();
    let mut told =
        say!("{count} rules, {examples} examples, {broken} broken", "{count} 条规则，{examples} 个例子，{broken} 个不符");
    let rows = rules.given().rows().len();
    if rows > 0 {
        told += &say!("; {rows} rows of swapped words read", "；读入 {rows} 行互换的词");
    }
    writeln!(out, "{told}")?;
    Ok(if broken == 0 { Outcome::Done } else { Outcome::Different })
}

/// Whether the rule finds something in the text, and, unless it only reports, is blamed for a change.
fn finds(cleaner: &Cleaner, rule: &Rule, text: &str) -> bool {
    let cleaned = cleaner.clean(text.as_bytes()).cleaned;
    let made = cleaned.audit().any(|audited| audited.edit.rule == rule.id);
    let reported = || cleaned.passes.iter().flat_map(|pass| &pass.declined).any(|declined| declined.edit.rule == rule.id);
    made || rule.report_only && reported()
}
