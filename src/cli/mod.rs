//! The commands: flags in, the library's views out. Exit status 0 done, 1 a difference, 2 something failed.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use jingwen::rules::Rules;

use crate::cli::args::{Cli, Command, RulesArg};
use crate::cli::lang::Lang;
use crate::cli::settings::CommandLine;

pub(crate) mod args;
mod check;
mod clean;
mod config;
mod decode;
mod explain;
mod help;
pub(crate) mod input;
pub(crate) mod lang;
mod learn;
pub(crate) mod output;
mod places;
mod reading;
mod report;
mod rules;
pub(crate) mod settings;
pub(crate) mod sites;
mod undo;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was done.
    Done,
    /// What was checked is not as expected.
    Different,
    /// Some pages failed, each of which was reported; the others are done.
    Incomplete,
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let matches = parse();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let line = CommandLine::of(&cli, &matches);
    if let Some(lang) = cli.lang {
        lang::set(lang);
    }
    let color = cli.color;
    let outcome = match cli.command {
        Command::Clean(args) => clean::run(&args, &line),
        Command::Decode(args) => decode::run(&args, &line),
        Command::Explain(args) => explain::run(&args, &line, color),
        Command::Check(args) => check::run(&args, &line, color),
        Command::Undo(args) => undo::run(&args, &line),
        Command::Rules(args) => rules::run(&args, &line, color),
        Command::Config(args) => config::run(&args, &line),
        Command::Completions { shell } => write_completions(shell),
        Command::Man => write_man(),
        Command::Learn(command) => learn::run(&command, &line),
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Different) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        // Whoever reads has read enough: `jingwen clean … | head` is no failure.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(2)
        }
    }
}

/// Tells of a failure in one line on standard error.
pub(crate) fn report(error: &anyhow::Error) {
    let line = format!("{error:#}").replace('\n', " ");
    // Nothing is left to tell when standard error is closed.
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("jingwen: {line}\n"));
}

/// What the command line says; help and errors in the language that it or the environment asks for.
fn parse() -> ArgMatches {
    let args: Vec<OsString> = std::env::args_os().collect();
    let error = match Cli::command().try_get_matches_from(&args) {
        Ok(matches) => return matches,
        Err(error) => error,
    };
    if lang::asked_for(&args) != Lang::Zh {
        error.exit()
    }
    if let Some(said) = help::error_in_chinese(&error) {
        let _ = writeln!(io::stderr(), "jingwen: {said}。详见 jingwen --help");
        std::process::exit(error.exit_code())
    }
    help::in_chinese(Cli::command()).get_matches_from(args)
}

/// The commands with their help in the language in force.
fn commands() -> clap::Command {
    if lang::lang() == Lang::Zh { help::in_chinese(Cli::command()) } else { Cli::command() }
}

/// Prints what a shell needs to complete commands and flags.
fn write_completions(shell: clap_complete::Shell) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut commands(), "jingwen", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Outcome::Done)
}

/// Prints the manual page, the commands after the program.
fn write_man() -> Result<Outcome> {
    let mut command = commands();
    command.build();
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let man = clap_mangen::Man::new(sub.clone().display_name(format!("jingwen {}", sub.get_name())));
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    io::stdout().write_all(&page)?;
    Ok(Outcome::Done)
}

/// The rules that come with the program and those of `--rules`.
fn load_rules(args: &RulesArg) -> Result<Rules> {
    let mut rules = Rules::embedded()?;
    args.rules.iter().try_for_each(|path| rules.add(path))?;
    Ok(rules)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
