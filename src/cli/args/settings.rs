//! The settings: each is a flag and a key of `jingwen.toml`.

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jingwen::verdict::Kind;
use jingwen::{Options, Tier};
use serde::{Deserialize, Serialize};

use crate::batch::{Choice, Fields};

/// Every setting: each is a flag and a key of `jingwen.toml`.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub(crate) struct SettingArgs {
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) site: SiteArgs,

    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) verdicts: VerdictArgs,

    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) batch: BatchArgs,
}

/// What becomes of pages by their kind.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub(crate) struct VerdictArgs {
    /// Leave out pages that are: advert, doorway, listing or garbled (news and other, too). The audit has them.
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub(crate) drop: Vec<Kind>,

    /// Say what kind of page each is, how sure that is and why, in a field `verdict` of JSON Lines and Parquet and in the audit.
    #[arg(long)]
    pub(crate) verdict: bool,
}

/// The settings that a site's section may have for itself.
#[derive(Clone, Debug, PartialEq, Args, Serialize, Deserialize)]
pub(crate) struct SiteArgs {
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) read: ReadArgs,

    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) filters: FilterArgs,
}

/// Which files and fields are read, and by how many threads.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct BatchArgs {
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) text: TextArgs,

    /// JSON Lines and Parquet: the field of the page's HTML; its main text goes to the text field.
    #[arg(long, value_name = "NAME")]
    pub(crate) html_field: Option<String>,

    /// JSON Lines and Parquet: the field of the page's address, for the audit and the sites of jingwen.toml.
    #[arg(long, value_name = "NAME")]
    pub(crate) url_field: Option<String>,

    /// In folders, take files that match; with !, leave them out. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) glob: Vec<String>,

    /// In folders, heed .gitignore and .ignore files.
    #[arg(long)]
    pub(crate) ignore_files: bool,

    /// Threads; as many as there are processors when not given.
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroU16>,
}

impl BatchArgs {
    /// Which fields of a record are what.
    pub(crate) fn fields(&self) -> Fields {
        Fields { text: self.text.text_field.clone(), html: self.html_field.clone(), url: self.url_field.clone() }
    }

    /// Which files of folders are taken.
    pub(crate) fn choice(&self) -> Choice {
        Choice { globs: self.glob.clone(), ignore_files: self.ignore_files }
    }

    /// How many threads; 0 for as many as there are processors.
    pub(crate) fn threads(&self) -> usize {
        self.jobs.map_or(0, |jobs| jobs.get().into())
    }
}

/// Which field is cleaned.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TextArgs {
    /// JSON Lines and Parquet: the field of the text.
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(crate) text_field: String,
}

/// How bytes become text.
#[derive(Clone, Debug, PartialEq, Args, Serialize, Deserialize)]
pub(crate) struct ReadArgs {
    /// The encoding of the pages, such as gbk or big5; found out when not given.
    #[arg(long, value_name = "LABEL")]
    pub(crate) encoding: Option<String>,
}

/// Rules beside those that come with the program.
#[derive(Clone, Debug, Default, PartialEq, Args, Serialize, Deserialize)]
pub(crate) struct RulesArg {
    /// Rules of your own: FILTER.toml, where a rule replaces one of the same name; a table of swapped words, NAME.tsv, as
    /// `learn substitutions` writes it; or a folder of such files, the tables named spun-NAME.tsv. May be given several times.
    #[arg(long, value_name = "PATH", global = true)]
    pub(crate) rules: Vec<PathBuf>,
}

/// Which filters run, and with which rules.
#[derive(Clone, Debug, Default, PartialEq, Args, Serialize, Deserialize)]
pub(crate) struct FilterArgs {
    /// How much spun text is restored: off, chars or words.
    #[arg(long, value_name = "TIER", default_value_t, value_enum, hide_possible_values = true)]
    pub(crate) restore: Restore,

    /// Which script pages come out in: keep, or simplified for traditional pages too.
    #[arg(long, value_name = "SCRIPT", default_value_t, value_enum, hide_possible_values = true)]
    pub(crate) script: Script,

    /// What becomes of characters that cannot be had back: drop, or mark for U+FFFD in their place.
    #[arg(long, value_name = "HOW", default_value_t, value_enum, hide_possible_values = true)]
    pub(crate) lost: Lost,

    /// Run these filters only; decoding always happens.
    #[arg(long, value_name = "FILTER,…", value_delimiter = ',')]
    pub(crate) only: Vec<String>,

    /// Do not run these filters.
    #[arg(long, value_name = "FILTER,…", value_delimiter = ',')]
    pub(crate) skip: Vec<String>,

    /// Remove what recurs on the pages' site, as `learn site` found it.
    #[arg(long, value_name = "SITE.profile")]
    pub(crate) profile: Option<PathBuf>,

    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) dir: RulesArg,
}

impl FilterArgs {
    /// The library's options.
    pub(crate) fn options(&self) -> Options {
        let restore = match self.restore {
            Restore::Off => Tier::Off,
            Restore::Chars => Tier::Chars,
            Restore::Words => Tier::Words,
        };
        let script = match self.script {
            Script::Keep => jingwen::Script::Keep,
            Script::Simplified => jingwen::Script::Simplified,
        };
        let lost = match self.lost {
            Lost::Drop => jingwen::Lost::Drop,
            Lost::Mark => jingwen::Lost::Mark,
        };
        Options { restore, script, lost, only: self.only.clone(), skip: self.skip.clone(), ..Options::default() }
    }
}

/// How much spun text is restored.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Restore {
    Off,
    #[default]
    Chars,
    Words,
}

/// The script of a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Script {
    #[default]
    Keep,
    Simplified,
}

/// What becomes of lost characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Lost {
    #[default]
    Drop,
    Mark,
}
