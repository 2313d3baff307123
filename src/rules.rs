//! Rules as data: what `rules/*.toml` holds, read, checked and matched against pages.
//!
//! A file is named after the filter it serves. A rule finds a whole line, a span inside a line, or a literal text; it
//! carries its reason and its own examples of what it must and must not change. Matching costs one pass of an
//! search for the rules' keywords: a regex is compiled when the first page that holds one of its keywords comes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::edit::RuleId;
use crate::filters::restore::table::{Builder, TableError};
use crate::page::Line;
use crate::profile::fingerprint;

mod core;
mod forms;
pub(crate) mod matcher;
mod matching;

use matcher::Matcher;
pub use matching::{Found, RuleSet};

/// The rule files that come with the program: filter name and content.
const EMBEDDED: &[(&str, &str)] = &[
    ("boilerplate", include_str!("../rules/boilerplate.toml")),
    ("junk", include_str!("../rules/junk.toml")),
    ("spam", include_str!("../rules/spam.toml")),
];

/// All rules, by filter.
pub struct Rules {
    files: Vec<(String, Vec<Rule>)>,
    given: Builder,
    /// Of the text of each file, in the order of reading.
    fingerprints: Vec<u64>,
}

impl Rules {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// When an embedded file is broken, which the project's tests rule out.
    pub fn embedded() -> Result<Self, RuleError> {
        let files = EMBEDDED.iter().map(|&(filter, text)| {
            let file = PathBuf::from(format!("rules/{filter}.toml"));
            Ok((filter.to_owned(), read(&file, filter, text)?))
        });
        let fingerprints = EMBEDDED.iter().map(|(_, text)| fingerprint(text)).collect();
        Ok(Self { files: files.collect::<Result<_, _>>()?, given: Builder::default(), fingerprints })
    }

    /// Adds a file, or the files of a folder: `FILTER.toml` has rules, of which one whose id is already there replaces it;
    /// a `.tsv` file, in a folder `spun-NAME.tsv`, is a table of swapped words as `learn substitutions` writes it.
    ///
    /// # Errors
    /// When a file cannot be read, is not valid, is named after no filter that has rules, or holds a pattern that does
    /// not compile.
    pub fn add(&mut self, path: &Path) -> Result<(), RuleError> {
        if !path.is_dir() {
            return self.add_file(path);
        }
        let unreadable = |error: io::Error| RuleError::new(path, None, None, Problem::Unreadable(error));
        let entries = fs::read_dir(path).map_err(unreadable)?;
        let files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
        let mut files = files.map_err(unreadable)?;
        files.retain(|file| is_table(file) || file.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if is_table(&file) && !name.starts_with("spun-") {
                return Err(RuleError::new(&file, None, None, Problem::UnknownTable));
            }
            self.add_file(&file)?;
        }
        Ok(())
    }

    fn add_file(&mut self, path: &Path) -> Result<(), RuleError> {
        let unreadable = |error: io::Error| RuleError::new(path, None, None, Problem::Unreadable(error));
        let text = fs::read_to_string(path).map_err(unreadable)?;
        self.fingerprints.push(fingerprint(&text));
        if is_table(path) {
            let invalid = |error: TableError| Problem::Invalid(error.problem.to_owned());
            let added = self.given.read_given(path, &text);
            return added.map_err(|error| RuleError::new(path, Some(error.line), None, invalid(error)));
        }
        let filter = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Some((_, rules)) = self.files.iter_mut().find(|(name, _)| *name == filter) else {
            return Err(RuleError::new(path, None, None, Problem::UnknownFilter));
        };
        for rule in read(path, &filter, &text)? {
            rule.check(path)?;
            match rules.iter_mut().find(|old| old.id == rule.id) {
                Some(old) => *old = rule,
                None => rules.push(rule),
            }
        }
        Ok(())
    }

    /// The rows of the tables that were added.
    pub fn given(&self) -> &Builder {
        &self.given
    }

    /// The rules of one filter in file order; none for a filter without a rule file.
    pub fn of(&self, filter: &str) -> &[Rule] {
        self.files.iter().find(|(name, _)| name == filter).map_or(&[], |(_, rules)| rules)
    }

    /// Every rule, file by file.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.files.iter().flat_map(|(_, rules)| rules)
    }
}

/// Tells these rules from others in a few characters.
impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rules({} rules, {:016x?})", self.iter().count(), self.fingerprints)
    }
}

/// Whether a file is a table of swapped words, by its name.
fn is_table(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tsv")
}

/// One rule: what it finds, why that is pollution, and the examples that hold it to its word.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `filter/name`.
    pub id: RuleId,
    /// Why what it finds is no part of an article, in one sentence.
    pub why: String,
    /// What it finds.
    pub pattern: Pattern,
    /// Where on a page it looks.
    pub place: Place,
    /// Literals of which a line holds at least one whenever the rule matches it.
    pub keywords: Vec<String>,
    /// The rule is silent where the line before, blank ones aside, matches this regex.
    pub unless_after: Option<String>,
    /// Found and audited, never applied.
    pub report_only: bool,
    /// Texts that the rule must change.
    pub hit: Vec<String>,
    /// Texts that the rule must leave alone; at least one.
    pub miss: Vec<String>,
    compiled: OnceLock<Matcher>,
    compiled_unless_after: OnceLock<Matcher>,
}

/// What a rule finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// A regex that matches a whole line, white space at its ends aside; the line goes with its terminator.
    Line(String),
    /// A regex that matches inside a line; its group named `cut`, or else the whole match, goes. `^` and `$` also hold
    /// where another rule's find at the edge of the line begins.
    Span(String),
    /// A literal text, wherever it stands.
    Text(String),
}

/// Where on a page a rule looks, counted in non-blank lines that stay on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// Everywhere.
    #[default]
    Anywhere,
    /// Among the first lines.
    Head,
    /// Among the last lines.
    Tail,
    /// Among the first or the last lines.
    Edge,
}

impl Rule {
    /// Whether the line before, blank ones aside, silences the rule.
    fn is_silent_after(&self, before: Option<Line<'_>>) -> bool {
        let (Some(pattern), Some(before)) = (&self.unless_after, before) else { return false };
        self.compiled_unless_after.get_or_init(|| Matcher::new(pattern)).is_match(before.text())
    }

    /// The ranges that the rule would delete, in page offsets: of the line, when only `window` of it is left to read.
    fn find(&self, line: Line<'_>, window: Range<usize>, found: &mut Vec<Range<usize>>) {
        let text = &line.whole[window.start - line.start..window.end - line.start];
        match &self.pattern {
            Pattern::Line(_) => {
                if self.matcher().is_match(text) {
                    found.push(line.whole_range());
                }
            }
            Pattern::Span(_) => {
                let cuts = self.matcher().cuts(text).into_iter();
                found.extend(cuts.map(|cut| window.start + cut.start..window.start + cut.end));
            }
            Pattern::Text(literal) => {
                let places = text.match_indices(literal.as_str()).map(|(at, _)| window.start + at);
                found.extend(places.map(|at| at..at + literal.len()));
            }
        }
    }

    /// The most bytes of a line that the rule matches.
    fn most(&self) -> usize {
        self.matcher().most().unwrap_or(usize::MAX)
    }

    /// The rule's matcher. Patterns were checked when the rule was read or, for embedded ones, by the tests.
    fn matcher(&self) -> &Matcher {
        self.compiled.get_or_init(|| Matcher::new(&self.regex()))
    }

    fn regex(&self) -> Cow<'_, str> {
        match &self.pattern {
            Pattern::Line(pattern) => Cow::Owned(format!("^(?:{pattern})$")),
            Pattern::Span(pattern) => Cow::Borrowed(pattern),
            Pattern::Text(literal) => Cow::Owned(regex::escape(literal)),
        }
    }

    fn check(&self, file: &Path) -> Result<(), RuleError> {
        let fault = |error: regex::Error| {
            let last = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            RuleError::new(file, None, Some(&self.id), Problem::Invalid(last))
        };
        let unless_after = self.unless_after.as_deref().map(Matcher::automaton).transpose();
        unless_after.and_then(|_| Matcher::automaton(&self.regex())).map(|_| ()).map_err(fault)
    }
}

/// What is wrong with rule data, and where. Its display is one line that says what to mend.
#[derive(Debug)]
#[non_exhaustive]
pub struct RuleError {
    /// The file.
    pub file: PathBuf,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// The rule, where it is known.
    pub id: Option<String>,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with rule data.
#[derive(Debug)]
#[non_exhaustive]
pub enum Problem {
    /// The file or folder cannot be read.
    Unreadable(io::Error),
    /// The file is named after no filter that has rules.
    UnknownFilter,
    /// The table in a folder of rules is not named as one of swapped words is.
    UnknownTable,
    /// The file's content breaks the format.
    Invalid(String),
}

impl RuleError {
    fn new(file: &Path, line: Option<usize>, id: Option<&RuleId>, problem: Problem) -> Self {
        Self { file: file.to_owned(), line, id: id.map(|id| id.as_str().to_owned()), problem }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(id) = &self.id {
            write!(f, ": rule \"{id}\"")?;
        }
        match &self.problem {
            Problem::Unreadable(error) => write!(f, ": cannot be read: {error}"),
            Problem::UnknownFilter => {
                let known: Vec<_> = EMBEDDED.iter().map(|(filter, _)| format!("{filter}.toml")).collect();
                let known = known.join(", ");
                write!(f, ": no filter of that name has rules; name the file one of {known}, or NAME.tsv for swapped words")
            }
            Problem::UnknownTable => f.write_str(": no table of a folder has this name; name one of swapped words spun-NAME.tsv"),
            Problem::Invalid(what) => write!(f, ": {what}"),
        }
    }
}

impl std::error::Error for RuleError {}

/// A rule as its file spells it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Entry {
    id: toml::Spanned<String>,
    why: String,
    line: Option<String>,
    span: Option<String>,
    text: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    place: Place,
    unless_after: Option<String>,
    #[serde(default)]
    report_only: bool,
    hit: Vec<String>,
    miss: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    parts: BTreeMap<String, String>,
    #[serde(default, rename = "rule")]
    rules: Vec<Entry>,
}

/// The rules of a file's text.
fn read(path: &Path, filter: &str, text: &str) -> Result<Vec<Rule>, RuleError> {
    let line_at = |at: usize| text[..at].matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_at(span.start));
        RuleError::new(path, line, None, Problem::Invalid(error.message().to_owned()))
    })?;
    let parts = file.parts.iter().map(|(name, part)| (format!("{{{name}}}"), format!("(?:{part})")));
    let parts: Vec<(String, String)> = parts.collect();
    let mut ids = BTreeSet::new();
    file.rules
        .into_iter()
        .map(|entry| {
            let start = entry.id.span().start;
            let id = RuleId::new(format!("{filter}/{}", entry.id.get_ref()));
            let first = ids.insert(id.clone());
            let checked = if first { entry.check(&id, &parts) } else { Err("this id is used twice in the file".to_owned()) };
            checked.map_err(|what| RuleError::new(path, Some(line_at(start)), Some(&id), Problem::Invalid(what)))
        })
        .collect()
}

impl Entry {
    /// The rule, or what is missing from it. `parts` stand in its pattern by their names, in braces.
    fn check(self, id: &RuleId, parts: &[(String, String)]) -> Result<Rule, String> {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.get_ref().is_empty() || !self.id.get_ref().chars().all(kebab) {
            return Err("the id must be kebab-case: small letters, digits and hyphens".to_owned());
        }
        let whole = |pattern: String| {
            let named = |pattern: String, (name, part): &(String, String)| match pattern.contains(name.as_str()) {
                true => pattern.replace(name.as_str(), part),
                false => pattern,
            };
            forms::in_pattern(&parts.iter().fold(pattern, named))
        };
        let mut keywords = self.keywords.iter().flat_map(|keyword| forms::of_keyword(keyword)).collect::<Vec<_>>();
        let pattern = match (self.line, self.span, self.text) {
            (Some(line), None, None) => Pattern::Line(whole(line)),
            (None, Some(span), None) => Pattern::Span(whole(span)),
            (None, None, Some(text)) if keywords.is_empty() => {
                keywords.push(text.clone());
                Pattern::Text(text)
            }
            (None, None, Some(_)) => return Err("a text rule is its own keyword; drop `keywords`".to_owned()),
            _ => return Err("give exactly one of `line`, `span` and `text`".to_owned()),
        };
        if keywords.is_empty() || keywords.iter().any(String::is_empty) {
            return Err("give `keywords`: literals of which every matching line holds one".to_owned());
        }
        if self.hit.is_empty() || self.miss.is_empty() {
            return Err("give at least one `hit` and one `miss` example".to_owned());
        }
        Ok(Rule {
            id: id.clone(),
            why: self.why,
            pattern,
            place: self.place,
            keywords,
            unless_after: self.unless_after,
            report_only: self.report_only,
            hit: self.hit,
            miss: self.miss,
            compiled: OnceLock::new(),
            compiled_unless_after: OnceLock::new(),
        })
    }
}
