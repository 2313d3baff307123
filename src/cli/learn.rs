//! `jingwen learn`: models, tables and profiles made from texts or pages.

use std::io::Write;

use anyhow::{Context, Result};
use jingwen::language::training;

use crate::cli::Outcome;
use crate::cli::args::{LearnCommand, LearnLanguageArgs};
use crate::cli::input::read_file;
use crate::cli::lang::say;
use crate::cli::output::Draft;

pub(super) fn run(command: &LearnCommand) -> Result<Outcome> {
    match command {
        LearnCommand::Language(args) => language(args),
    }
}

fn language(args: &LearnLanguageArgs) -> Result<Outcome> {
    let mut draft = Draft::create(&args.output)?;
    let read = |path| {
        let not_text = || {
            say!(
                "{}: not UTF-8; put it through `jingwen decode` first",
                "{}：不是 UTF-8；请先用 `jingwen decode` 转换",
                std::path::Path::display(path)
            )
        };
        String::from_utf8(read_file(path)?).with_context(not_text)
    };
    let texts = args.texts.iter().map(|path| read(path)).collect::<Result<Vec<_>>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    draft.write_all(&training::train(&texts, &training::Options::default()))?;
    draft.publish()?;
    Ok(Outcome::Done)
}
