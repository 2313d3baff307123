//! What is in force: flags over `jingwen.toml` over defaults.
//!
//! A key of the file is the long name of a flag, so that flags and file fill the same structs: a flag that is added to
//! [`SettingArgs`] is a key at once. A section `[[site]]` has settings for the pages of some addresses or folders.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, FromArgMatches, ValueHint};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::cli::args::{Cli, SettingArgs, SiteArgs};
use crate::cli::input::{is_stdin, unreadable};
use crate::cli::lang::say;

/// The name of the file.
const NAME: &str = "jingwen.toml";

/// What the command line says of settings: which flags it has, and where the file is.
#[derive(Debug, Default)]
pub(crate) struct CommandLine {
    /// The long names of the flags that were given.
    given: BTreeSet<String>,
    config: Option<PathBuf>,
    no_config: bool,
}

impl CommandLine {
    /// What was given.
    pub(crate) fn of(cli: &Cli, matches: &ArgMatches) -> Self {
        let mut leaf = matches;
        while let Some((_, matches)) = leaf.subcommand() {
            leaf = matches;
        }
        let given = leaf.ids().filter(|id| leaf.value_source(id.as_str()) == Some(ValueSource::CommandLine));
        let given = given.map(|id| id.as_str().replace('_', "-")).collect();
        Self { given, config: cli.config.clone(), no_config: cli.no_config }
    }
}

/// The settings of a run.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    given: BTreeSet<String>,
    pub(crate) file: Option<File>,
}

/// A `jingwen.toml`.
#[derive(Debug)]
pub(crate) struct File {
    path: PathBuf,
    pub(crate) text: String,
    /// What holds for every page.
    everywhere: Layer,
    pub(crate) sites: Vec<Site>,
}

/// Settings for the pages of a site.
#[derive(Debug)]
pub(crate) struct Site {
    scope: Scope,
    layer: Layer,
}

/// The addresses and folders of a site.
#[derive(Debug)]
struct Scope {
    /// Hosts with or without the beginning of a path.
    urls: Vec<String>,
    folders: Gitignore,
}

/// Some settings of a file, each with its line.
#[derive(Debug, Default)]
struct Layer {
    values: toml::Table,
    lines: BTreeMap<String, usize>,
}

/// Where a page is from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageOrigin<'p> {
    pub(crate) path: &'p Path,
    pub(crate) url: Option<&'p str>,
}

/// Where a setting is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SettingOrigin {
    Flag,
    /// The line of a file.
    File(PathBuf, usize),
    Default,
}

impl Settings {
    /// The settings for these inputs: `jingwen.toml` is sought in their folders and the folders above.
    ///
    /// # Errors
    /// When the file cannot be read or is not valid, or inputs have different files.
    pub(crate) fn load(line: &CommandLine, inputs: &[PathBuf]) -> Result<Self> {
        let path = match &line.config {
            _ if line.no_config => None,
            Some(path) => Some(path.clone()),
            None => find(inputs)?,
        };
        let file = path.map(|path| File::read(&path)).transpose()?;
        Ok(Self { given: line.given.clone(), file })
    }

    /// The settings in force everywhere, or for a site: those given as flags, or else in the file, or else as they are.
    pub(crate) fn in_force<S: Serialize + DeserializeOwned>(&self, flags: &S, site: Option<&Site>) -> Result<S> {
        let mut values = toml::Table::try_from(flags)?;
        for layer in self.layers(site).rev() {
            let said = layer.values.iter().filter(|(key, _)| !self.given.contains(*key));
            values.extend(said.map(|(key, value)| (key.clone(), value.clone())));
        }
        Ok(values.try_into()?)
    }

    /// Where a setting is from.
    pub(crate) fn origin(&self, key: &str, site: Option<&Site>) -> SettingOrigin {
        if self.given.contains(key) {
            return SettingOrigin::Flag;
        }
        let line = self.layers(site).find_map(|layer| layer.lines.get(key));
        match (line, &self.file) {
            (Some(&line), Some(file)) => SettingOrigin::File(file.path.clone(), line),
            _ => SettingOrigin::Default,
        }
    }

    /// The first site that a page is of.
    pub(crate) fn site_of(&self, page: PageOrigin<'_>) -> Option<&Site> {
        self.file.as_ref()?.sites.iter().find(|site| site.has(page))
    }

    /// What the file says, the more special first.
    fn layers<'s>(&'s self, site: Option<&'s Site>) -> impl DoubleEndedIterator<Item = &'s Layer> {
        site.map(|site| &site.layer).into_iter().chain(self.file.as_ref().map(|file| &file.everywhere))
    }
}

impl Site {
    /// Whether a page is of this site.
    pub(crate) fn has(&self, page: PageOrigin<'_>) -> bool {
        let Scope { urls, folders } = &self.scope;
        let in_folder = |path: PathBuf| {
            let below = path.strip_prefix(folders.path()).is_ok_and(|below| !below.as_os_str().is_empty());
            below && folders.matched_path_or_any_parents(&path, path.is_dir()).is_ignore()
        };
        page.url.is_some_and(|url| urls.iter().any(|prefix| is_at(url, prefix)))
            || !folders.is_empty() && !is_stdin(page.path) && std::path::absolute(page.path).is_ok_and(in_folder)
    }
}

/// Whether an address begins with a host, or is of a subdomain of it, and with a path that may follow.
fn is_at(url: &str, prefix: &str) -> bool {
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    let (host, path) = address.split_at(address.find(['/', '?', '#']).unwrap_or(address.len()));
    let host = host.rsplit('@').next().unwrap_or(host).split(':').next().unwrap_or(host).to_ascii_lowercase();
    let (wanted, wanted_path) = prefix.split_at(prefix.find('/').unwrap_or(prefix.len()));
    let rest = host.strip_suffix(wanted).filter(|rest| rest.is_empty() || rest.ends_with('.'));
    rest.is_some() && path.starts_with(wanted_path)
}

/// The `jingwen.toml` of inputs.
fn find(inputs: &[PathBuf]) -> Result<Option<PathBuf>> {
    let mut found: Option<(Option<PathBuf>, &Path)> = None;
    for input in inputs {
        let folder = if is_stdin(input) { Path::new(".") } else { input };
        // A path that does not exist is reported when it is read.
        let Ok(folder) = std::path::absolute(folder) else { continue };
        let file = folder.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file());
        match &found {
            Some((other, first)) if *other != file => bail!(say!(
                "{} and {}: have different {NAME} files; clean them one after another, or name one with --config",
                "{} 和 {}：各有不同的 {NAME}；请分开处理，或用 --config 指定一个",
                first.display(),
                input.display()
            )),
            Some(_) => {}
            None => found = Some((file, input)),
        }
    }
    Ok(found.and_then(|(file, _)| file))
}

impl File {
    fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| unreadable(path))?;
        let reader = Reader::new(path, &text)?;
        let mut table = DeTable::parse(&text).map_err(|error| reader.fault(&error))?.into_inner();
        let sites = match table.remove("site").map(Spanned::into_inner) {
            None => Vec::new(),
            Some(DeValue::Array(sites)) => sites.into_iter().map(|site| reader.site(site)).collect::<Result<_>>()?,
            Some(_) => bail!(say!(
                "{}: write a site's section as [[site]], with two brackets",
                "{}：站点小节请写成 [[site]]，用双方括号",
                path.display()
            )),
        };
        let everywhere = reader.layer(table, &reader.all)?;
        Ok(Self { path: path.to_owned(), everywhere, sites, text })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Reads one file; knows what may stand in it.
struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
    /// The folder of the file: paths count from it.
    folder: PathBuf,
    all: Keys,
    of_site: Keys,
    defaults: toml::Table,
}

/// The keys that there are, each with whether it is a path.
type Keys = BTreeMap<String, bool>;

impl<'t> Reader<'t> {
    fn new(path: &'t Path, text: &'t str) -> Result<Self> {
        let folder = std::path::absolute(path)?.parent().map(Path::to_owned).unwrap_or_default();
        let command = SettingArgs::augment_args(clap::Command::new(NAME));
        let defaults = SettingArgs::from_arg_matches(&command.get_matches_from([NAME]))?;
        let defaults = toml::Table::try_from(defaults)?;
        Ok(Self { path, text, folder, all: keys::<SettingArgs>(), of_site: keys::<SiteArgs>(), defaults })
    }

    /// A section `[[site]]`.
    fn site(&self, section: Spanned<DeValue<'_>>) -> Result<Site> {
        let line = self.line(section.span().start);
        let DeValue::Table(mut table) = section.into_inner() else {
            bail!(self.say(line, &say!("write a site's section as [[site]]", "站点小节请写成 [[site]]")))
        };
        let urls = self.strings(table.remove("url"))?;
        let patterns = self.strings(table.remove("folder"))?;
        if urls.is_empty() && patterns.is_empty() {
            bail!(self.say(
                line,
                &say!("a site needs a `url` or a `folder`, to know its pages by", "站点小节要有 url 或 folder，才知道指哪些网页")
            ));
        }
        let urls = urls.iter().map(|url| url.split_once("://").map_or(&**url, |(_, address)| address).to_ascii_lowercase());
        let urls = urls.collect();
        let mut folders = GitignoreBuilder::new(&self.folder);
        for pattern in &patterns {
            folders.add_line(None, pattern).map_err(|error| anyhow!(self.say(line, &error.to_string())))?;
        }
        Ok(Site { scope: Scope { urls, folders: folders.build()? }, layer: self.layer(table, &self.of_site)? })
    }

    /// The settings of a table, each of which must be one of these and have a value that its flag could have.
    fn layer(&self, table: DeTable<'_>, keys: &Keys) -> Result<Layer> {
        let mut layer = Layer::default();
        for (key, value) in table {
            let line = self.line(key.span().start);
            let name = key.into_inner().into_owned();
            let Some(&is_path) = keys.get(&name) else { bail!(self.say(line, &self.unknown(&name, keys))) };
            let mut value = toml::Value::deserialize(value.into_deserializer()).map_err(|error| self.fault(&error))?;
            // What may be given several times may be given once.
            if matches!(self.defaults.get(&name), Some(toml::Value::Array(_))) && !value.is_array() {
                value = toml::Value::Array(vec![value]);
            }
            if is_path {
                self.resolve(&mut value);
            }
            let mut with = self.defaults.clone();
            with.insert(name.clone(), value.clone());
            let checked = with.try_into::<SettingArgs>();
            checked.map_err(|error| anyhow!(self.say(line, &format!("{name}: {}", error.message()))))?;
            layer.values.insert(name.clone(), value);
            layer.lines.insert(name, line);
        }
        Ok(layer)
    }

    /// A string or several.
    fn strings(&self, value: Option<Spanned<DeValue<'_>>>) -> Result<Vec<String>> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a string or a list of strings")]
        enum Strings {
            One(String),
            Several(Vec<String>),
        }
        let Some(value) = value else { return Ok(Vec::new()) };
        let line = self.line(value.span().start);
        match Strings::deserialize(value.into_deserializer()) {
            Ok(Strings::One(string)) => Ok(vec![string]),
            Ok(Strings::Several(strings)) => Ok(strings),
            Err(error) => bail!(self.say(line, error.message())),
        }
    }

    /// Makes paths count from the file's folder.
    fn resolve(&self, value: &mut toml::Value) {
        match value {
            toml::Value::String(path) => *path = self.folder.join(&*path).to_string_lossy().into_owned(),
            toml::Value::Array(paths) => paths.iter_mut().for_each(|path| self.resolve(path)),
            _ => {}
        }
    }

    fn unknown(&self, name: &str, keys: &Keys) -> String {
        let near = |key: &&String| strsim::jaro_winkler(key, name);
        let best = keys.keys().max_by(|a, b| near(a).total_cmp(&near(b)));
        if let Some(best) = best.filter(|best| near(best) > 0.8) {
            return say!("unknown key \"{name}\"; did you mean \"{best}\"?", "没有“{name}”这个键；是不是“{best}”？");
        }
        if self.all.contains_key(name) {
            return say!(
                "\"{name}\" is not for a site; write it above the first [[site]]",
                "“{name}”不能用于站点；请写在第一个 [[site]] 之前"
            );
        }
        let known = keys.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        say!("unknown key \"{name}\"; the keys are {known}", "没有“{name}”这个键；可用的键：{known}")
    }

    fn fault(&self, error: &toml::de::Error) -> anyhow::Error {
        let line = error.span().map_or(1, |span| self.line(span.start));
        anyhow!(self.say(line, error.message()))
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    fn say(&self, line: usize, problem: &str) -> String {
        format!("{}:{line}: {problem}", self.path.display())
    }
}

/// Every key, in the order of the help.
pub(crate) fn keys_in_order() -> Vec<String> {
    let command = SettingArgs::augment_args(clap::Command::new(NAME));
    command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// The keys that a struct of flags has.
fn keys<S: Args>() -> Keys {
    let command = S::augment_args(clap::Command::new(NAME));
    let is_path = |arg: &Arg| arg.get_value_hint() == ValueHint::AnyPath;
    command.get_arguments().filter_map(|arg| Some((arg.get_long()?.to_owned(), is_path(arg)))).collect()
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str(&say!("flag", "命令行")),
            Self::File(path, line) => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str(&say!("default", "默认")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_a_site_by_host_and_path() {
        for (url, prefix, is) in [
            ("https://news.example.com/a/1.html", "example.com", true),
            ("https://example.com", "example.com", true),
            ("http://user@EXAMPLE.com:8080/?q", "example.com", true),
            ("https://example.com/a/1.html", "example.com/a/", true),
            ("https://example.com/b/a/", "example.com/a/", false),
            ("https://badexample.com/", "example.com", false),
            ("https://example.com.cn/", "example.com", false),
            ("https://other.org/example.com", "example.com", false),
        ] {
            assert_eq!(is_at(url, prefix), is, "{url} {prefix}");
        }
    }
}
