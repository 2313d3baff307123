//! The help and the errors of the command line in Chinese. English is what the flags themselves say; `help.zh.toml` has the
//! translation of each text.

use std::collections::HashMap;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command, Error};
use serde::Deserialize;

const CHINESE: &str = include_str!("help.zh.toml");

/// How help is laid out, as the program lays it out in English.
const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

#[derive(Deserialize)]
struct Catalog {
    text: Vec<Translation>,
}

#[derive(Deserialize)]
struct Translation {
    en: String,
    zh: String,
}

/// The commands with their help in Chinese.
pub(crate) fn in_chinese(mut command: Command) -> Command {
    command.build();
    let catalog: Catalog = toml::from_str(CHINESE).expect("a test reads it");
    let texts = catalog.text.into_iter().map(|translation| (translation.en, translation.zh)).collect();
    translate(command, &texts)
}

fn translate(command: Command, texts: &HashMap<String, String>) -> Command {
    let in_chinese = |text: Option<&StyledStr>| text.and_then(|text| texts.get(&text.to_string())).cloned();
    let (about, after) = (in_chinese(command.get_about()), in_chinese(command.get_after_help()));
    let arg = |arg: Arg| {
        let heading = if arg.is_positional() { "参数" } else { "选项" };
        let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if defaults.is_empty() || !arg.get_action().takes_values() {
            String::new()
        } else {
            format!("（默认：{}）", defaults.join(" "))
        };
        let help = in_chinese(arg.get_help()).map(|help| help + &default);
        let arg = arg.help_heading(heading).hide_default_value(true);
        if let Some(help) = help { arg.help(help) } else { arg }
    };
    let command = command.mut_args(arg).mut_subcommands(|command| translate(command, texts));
    let command = command.subcommand_help_heading("命令").help_template(TEMPLATE);
    let command = if let Some(about) = about { command.about(about) } else { command };
    if let Some(after) = after { command.after_help(after) } else { command }
}

/// What is wrong with a command line, in Chinese; `None` for what is said in English only.
pub(crate) fn error_in_chinese(error: &Error) -> Option<String> {
    let text = |kind| error.get(kind).map(ToString::to_string);
    let arg = || text(ContextKind::InvalidArg);
    let maybe = |kind| text(kind).map(|near| format!("；是不是 {near}？")).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::UnknownArgument => format!("没有这个选项：{}{}", arg()?, maybe(ContextKind::SuggestedArg)),
        ErrorKind::InvalidSubcommand => {
            format!("没有这个命令：{}{}", text(ContextKind::InvalidSubcommand)?, maybe(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::InvalidValue => {
            let valid = text(ContextKind::ValidValue).map(|valid| format!("；可用：{valid}")).unwrap_or_default();
            match text(ContextKind::InvalidValue).filter(|value| !value.is_empty()) {
                Some(value) => format!("{} 不能是“{value}”{valid}", arg()?),
                None => format!("{} 缺少值{valid}", arg()?),
            }
        }
        ErrorKind::ValueValidation => format!("{} 不能是“{}”", arg()?, text(ContextKind::InvalidValue)?),
        ErrorKind::MissingRequiredArgument => format!("缺少 {}", arg()?),
        ErrorKind::ArgumentConflict => format!("{} 不能与 {} 同用", arg()?, text(ContextKind::PriorArg)?),
        _ => return None,
    };
    Some(said)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Cli;

    /// Every text of the help of a command and the commands in it.
    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        let of_args = command.get_arguments().filter_map(Arg::get_help);
        let all = of_args.chain(command.get_about()).chain(command.get_after_help());
        found.extend(all.map(ToString::to_string));
        assert!(command.get_arguments().all(|arg| arg.get_long_help().is_none()), "{}: one paragraph a flag", command.get_name());
        command.get_subcommands().for_each(|command| texts(command, found));
    }

    #[test]
    fn every_text_is_translated_and_every_translation_is_of_a_text() {
        let mut command = Cli::command();
        command.build();
        let mut english = BTreeSet::new();
        texts(&command, &mut english);
        let catalog: Catalog = toml::from_str(CHINESE).expect("it is valid");
        let known: BTreeSet<String> = catalog.text.iter().map(|translation| translation.en.clone()).collect();
        assert_eq!(known.len(), catalog.text.len(), "a text is there twice");
        let missing: Vec<_> = english.difference(&known).collect();
        let stale: Vec<_> = known.difference(&english).collect();
        assert!(missing.is_empty() && stale.is_empty(), "not in help.zh.toml: {missing:#?}\nno longer in the help: {stale:#?}");
    }

    #[test]
    fn help_in_chinese_has_no_english_sentence() {
        let mut help = in_chinese(Cli::command());
        let clean = help.find_subcommand_mut("clean").expect("it is there").render_long_help().to_string();
        for english in ["Usage", "Options", "Arguments", "Print help", "JSON Lines:", "default", "false"] {
            assert!(!clean.contains(english), "{english} in {clean}");
        }
        assert!(clean.contains("（默认：chars）"));
    }
}
