//! The flags of `jingwen learn`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::args::{BatchArgs, ReadArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum LearnCommand {
    /// Make a language model from plain text files in UTF-8.
    Language(LearnLanguageArgs),
    /// Find the word pairs that a site's spinner swaps, from its spun pages alone: a table to read and then use.
    Substitutions(LearnSubstitutionsArgs),
    /// Count what recurs over the pages of a site: a profile to read and then clean with.
    Site(LearnSiteArgs),
    /// Add up the profiles of parts of a site.
    Merge(LearnMergeArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  jingwen learn site pages -o site.profile       lines that recur, most frequent first: read it, delete what should stay
  jingwen clean pages -o clean --profile site.profile
  jingwen clean pages -o clean --learn           both at once")]
pub(crate) struct LearnSiteArgs {
    /// Pages of one site, folders of them, or files of many pages; fewer than twenty pages say little.
    #[arg(value_name = "PAGES", required = true)]
    pub(crate) pages: Vec<PathBuf>,

    /// Where to write the profile.
    #[arg(short, long, value_name = "SITE.profile")]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    pub(crate) read: ReadArgs,

    #[command(flatten)]
    pub(crate) batch: BatchArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LearnMergeArgs {
    /// Profiles of parts of a site that share no page.
    #[arg(value_name = "PROFILE", required = true)]
    pub(crate) profiles: Vec<PathBuf>,

    /// Where to write the profile of the whole.
    #[arg(short, long, value_name = "SITE.profile")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  jingwen learn substitutions pages -o site.tsv  read it, delete what is wrong
  jingwen clean pages -o clean --rules site.tsv")]
pub(crate) struct LearnSubstitutionsArgs {
    /// Pages of one site, or folders of them; a hundred is a good number, fewer than twenty say little.
    #[arg(value_name = "PAGES", required = true)]
    pub(crate) pages: Vec<PathBuf>,

    /// Where to write the table.
    #[arg(short, long, value_name = "TABLE.tsv")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LearnLanguageArgs {
    /// Text files; nothing of them but counts goes into the model.
    #[arg(value_name = "TEXT", required = true)]
    pub(crate) texts: Vec<PathBuf>,

    /// Where to write the model.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}
