//! The flags and commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::lang::Lang;

mod clean;
mod learn;
mod settings;

pub(crate) use clean::{CleanArgs, Input, To};
pub(crate) use learn::{LearnCommand, LearnLanguageArgs, LearnMergeArgs, LearnSiteArgs, LearnSubstitutionsArgs};
pub(crate) use settings::{BatchArgs, FilterArgs, ReadArgs, RulesArg, SettingArgs, SiteArgs, TextArgs};

/// 净文: gives back the article from a scraped, spun, polluted Chinese page, and accounts for every change.
#[derive(Debug, Parser)]
#[command(name = "jingwen", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colours in what is printed for people.
    #[arg(long, global = true, display_order = LAST, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(crate) color: Color,

    /// Language of messages: en or zh; otherwise as the environment (LC_ALL, LC_MESSAGES, LANG) says.
    #[arg(long, global = true, display_order = LAST, value_name = "LANG", hide_possible_values = true)]
    pub(crate) lang: Option<Lang>,

    /// Read settings from this file; otherwise from the first jingwen.toml in the input's folder or a folder above it.
    #[arg(long, global = true, display_order = LAST, value_name = "FILE.toml")]
    pub(crate) config: Option<PathBuf>,

    /// Read no jingwen.toml.
    #[arg(long, global = true, display_order = LAST, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

/// The flags of every command stand after its own.
const LAST: usize = 1000;

const EXAMPLES: &str = "\
Examples:
  jingwen clean page.txt                         the article on standard output
  curl -s URL | jingwen clean                    the same from a pipe
  jingwen clean pages -o clean --audit log.jsonl a folder, every change recorded
  jingwen explain page.txt                       each change, its rule and the reason
  jingwen check fixtures                         in CI: exit status 1 when a page comes out different

Exit status: 0 done, 1 `check` or `rules test` found a difference, 2 something failed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Clean pages: the article comes out as UTF-8 text.
    Clean(CleanArgs),
    /// Decode pages to UTF-8 and change nothing else.
    Decode(DecodeArgs),
    /// Show each change to a page in its line, with its rule and the reason.
    Explain(ExplainArgs),
    /// Clean the pages of test cases and compare with what is expected.
    Check(CheckArgs),
    /// Give the source text of clean pages back, from the pages and their audit.
    Undo(UndoArgs),
    /// List, show and test rules.
    Rules(RulesArgs),
    /// Print the settings in force, and where each is from.
    Config(ConfigArgs),
    /// Print the completions of a shell: bash, zsh, fish, elvish or powershell.
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL", hide_possible_values = true)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
    /// Learn from texts or pages what cleaning can use.
    #[command(subcommand)]
    Learn(LearnCommand),
}

#[derive(Debug, Args)]
#[command(after_help = "\
jingwen.toml has the long flags as keys, and sections for pages of one site or folder, of which the first that fits counts:

  restore = \"words\"
  skip = [\"phrases\"]
  rules = [\"rules\", \"site.tsv\"]    # from the folder of jingwen.toml

  [[site]]
  url = [\"example.com\"]           # and its subdomains; a path may follow
  folder = [\"example/\"]           # patterns as in .gitignore
  restore = \"chars\"

Examples:
  jingwen config                                 for pages of this folder
  jingwen config pages --skip spam
  jingwen config crawl.jsonl --url https://news.example.com/1.html")]
pub(crate) struct ConfigArgs {
    /// The page or folder that is to be cleaned; the current folder when not given.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// The address of the page that is to be cleaned.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  jingwen clean page.txt -o article.txt --audit log.jsonl
  jingwen undo article.txt --audit log.jsonl     page.txt again, decoded
  jingwen undo clean --audit log.jsonl -o pages  every page of a folder
  jingwen undo out.jsonl --audit log.jsonl       every record of JSON Lines, its other fields as they are")]
pub(crate) struct UndoArgs {
    /// A clean page, JSON Lines or Parquet of them, or a folder; standard input, a page, when not given or `-`.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// The audit that was written when the pages were cleaned.
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) audit: PathBuf,

    /// The name in the audit of the page, or of the file that became JSON Lines, where the audit has several.
    #[arg(long, value_name = "NAME")]
    pub(crate) page: Option<String>,

    #[command(flatten)]
    pub(crate) text: TextArgs,

    /// Where to write: a file for one page, a folder for several. One page goes to standard output otherwise.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
}

/// How differences are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Github,
}

/// What a page is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageInput {
    Auto,
    Text,
    Html,
}

impl PageInput {
    /// As the library has it.
    pub(crate) fn of_pages(self) -> jingwen::Input {
        match self {
            Self::Auto => jingwen::Input::Auto,
            Self::Text => jingwen::Input::Text,
            Self::Html => jingwen::Input::Html,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct DecodeArgs {
    /// The page; standard input when not given or `-`.
    #[arg(value_name = "PATH")]
    pub(crate) path: Option<PathBuf>,

    /// Where to write; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Say on standard error which encoding was read and why, and which bytes are no characters.
    #[arg(long)]
    pub(crate) explain: bool,

    #[command(flatten)]
    pub(crate) read: ReadArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  jingwen explain page.txt
  jingwen explain page.txt --restore words --color always | less -R
  curl -s URL | jingwen explain --only boilerplate,spam")]
pub(crate) struct ExplainArgs {
    /// The page; standard input when not given or `-`.
    #[arg(value_name = "PAGE")]
    pub(crate) page: Option<PathBuf>,

    /// What a page is: text or html; otherwise its content says.
    #[arg(long, value_name = "KIND", default_value = "auto", hide_possible_values = true)]
    pub(crate) input: PageInput,

    #[command(flatten)]
    pub(crate) site: SiteArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A case is a folder that holds `page.txt` (or any other `page.*`) and `clean.txt`, what must come out of it. Cases may lie
in folders of folders.

Examples:
  jingwen check fixtures/cleaned
  jingwen check fixtures/cleaned --bless         accept what comes out now
  jingwen check fixtures/untouched --untouched   every page must come out as it is")]
pub(crate) struct CheckArgs {
    /// Folders of cases.
    #[arg(value_name = "DIR", required = true)]
    pub(crate) dirs: Vec<PathBuf>,

    /// Write what comes out as what is expected.
    #[arg(long)]
    pub(crate) bless: bool,

    /// How differences are printed: text, or github for annotations of a workflow.
    #[arg(long, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    pub(crate) format: Format,

    /// Every file of the folders is a page that must come out unchanged.
    #[arg(long, conflicts_with = "bless")]
    pub(crate) untouched: bool,

    /// What a page is: text or html; otherwise its content says.
    #[arg(long, value_name = "KIND", default_value = "auto", hide_possible_values = true)]
    pub(crate) input: PageInput,

    #[command(flatten)]
    pub(crate) site: SiteArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  jingwen rules show boilerplate/fold-out        as `explain` and the audit name it; also restore/说念→道
  jingwen rules test --rules own                 the examples of your own rules too")]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: RulesCommand,

    #[command(flatten)]
    pub(crate) dir: RulesArg,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// All rules, one a line.
    List,
    /// One rule in full.
    Show {
        /// The rule's name, as `explain` and the audit spell it.
        id: String,
    },
    /// Run every example that the rules carry.
    Test,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
