//! `jingwen config`: the settings in force, as a `jingwen.toml` that would give the same.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::cli::Outcome;
use crate::cli::args::ConfigArgs;
use crate::cli::lang::say;
use crate::cli::settings::{CommandLine, PageOrigin, Settings, keys_in_order};

pub(super) fn run(args: &ConfigArgs, line: &CommandLine) -> Result<Outcome> {
    let path = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let settings = Settings::load(line, std::slice::from_ref(&path))?;
    let site = settings.site_of(PageOrigin { path: &path, url: args.url.as_deref() });
    let values = toml::Table::try_from(settings.in_force(&args.settings, site)?)?;
    let mut out = Vec::new();
    match &settings.file {
        Some(file) => writeln!(out, "# {}", file.path().display())?,
        None => writeln!(out, "# {}", say!("no jingwen.toml in {} or above", "{} 及上级文件夹没有 jingwen.toml", shown(&path)))?,
    }
    let others = settings.file.as_ref().map_or(0, |file| file.sites.len());
    if site.is_none() && others > 0 {
        let told = say!(
            "sites with settings of their own: {others}; name a page of one, or give --url, to see them",
            "另有自己设置的站点：{others} 个；给出其中一个网页或 --url 可以查看"
        );
        writeln!(out, "# {told}")?;
    }
    for key in keys_in_order() {
        let origin = settings.origin(&key, site);
        match values.get(&key) {
            Some(value) => writeln!(out, "{:<32} # {origin}", format!("{key} = {value}"))?,
            None => writeln!(out, "{:<32} # {}", format!("# {key}"), say!("not set", "未设置"))?,
        }
    }
    io::stdout().write_all(&out)?;
    Ok(Outcome::Done)
}

fn shown(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
