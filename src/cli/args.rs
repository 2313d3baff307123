//! The flags and commands.

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jingwen::verdict::Kind;
use jingwen::{Options, Tier};
use serde::{Deserialize, Serialize};

use crate::batch::{Choice, Fields};
use crate::cli::lang::Lang;

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

/// Which field is cleaned.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TextArgs {
    /// JSON Lines and Parquet: the field of the text.
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub(crate) text_field: String,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
