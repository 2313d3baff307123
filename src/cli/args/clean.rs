//! The flags of `jingwen clean`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::SettingArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
A page on standard input is one page whatever its lines. Beyond 4 MB it is cleaned in pieces cut at line ends, so that an
endless input flows through in bounded memory.

Examples:
  jingwen clean page.txt -o article.txt
  jingwen clean pages -o clean --restore words --audit changes.jsonl
  jingwen clean pages -o clean --report report.html
  jingwen clean pages -o clean --rules site.tsv  with swapped words that `learn substitutions` found
  jingwen clean crawl.warc.gz -o pages.jsonl.zst
  jingwen clean pages --to jsonl | jq -r .text
  tail -f new.jsonl | jingwen clean --input jsonl --text-field content
  jingwen clean crawl -o clean --resume          go on where a run was stopped")]
pub(crate) struct CleanArgs {
    /// Pages or folders of pages; standard input when none is given or for `-`.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Where to write: a file for one page, a folder for several. One page goes to standard output otherwise.
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) settings: SettingArgs,

    /// Write one JSON record per change to this file.
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) audit: Option<PathBuf>,

    /// Write a page for people to this file: what was changed, in numbers, pictures and the pages themselves.
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,

    /// What the input holds: text, html, jsonl, warc or parquet; otherwise its name says, standard input is a page, and the content of
    /// a page whether it is HTML.
    #[arg(long, value_name = "KIND", hide_possible_values = true)]
    pub(crate) input: Option<Input>,

    /// Write all pages to one output, in order: jsonl, parquet, or text with a form feed after each page.
    #[arg(long, value_name = "FORM", hide_possible_values = true)]
    pub(crate) to: Option<To>,

    /// Text files hold several pages, a form feed between them: ff.
    #[arg(long, value_name = "SEPARATOR", hide_possible_values = true)]
    pub(crate) pages: Option<Separator>,

    /// Read all pages twice, which must be of one site: learn its profile first, then clean with it.
    #[arg(long, conflicts_with = "profile")]
    pub(crate) learn: bool,

    /// Go on where an earlier run to the same output was stopped.
    #[arg(long)]
    pub(crate) resume: bool,
}

/// What an input holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    Auto,
    Text,
    Html,
    Jsonl,
    Warc,
    Parquet,
}

impl Input {
    /// What the pages are made of.
    pub(crate) fn of_pages(self) -> jingwen::Input {
        match self {
            Self::Auto | Self::Jsonl | Self::Warc | Self::Parquet => jingwen::Input::Auto,
            Self::Text => jingwen::Input::Text,
            Self::Html => jingwen::Input::Html,
        }
    }
}

/// The form of a single output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    Text,
    Jsonl,
    Parquet,
}

/// What stands between the pages of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Separator {
    /// A form feed.
    Ff,
}
