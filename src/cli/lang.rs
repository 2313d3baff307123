//! The language of messages. English and Chinese stand side by side where they are said, so that neither is forgotten.

use std::ffi::OsString;
use std::sync::OnceLock;

use clap::ValueEnum;

/// A language that messages exist in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Lang {
    /// English.
    En,
    /// 中文.
    Zh,
}

static LANG: OnceLock<Lang> = OnceLock::new();

/// Sets the language for the rest of the run; the first call counts.
pub(crate) fn set(lang: Lang) {
    let _ = LANG.set(lang);
}

/// The language in force: what was set, or else what the environment asks for.
pub(crate) fn lang() -> Lang {
    *LANG.get_or_init(from_environment)
}

/// The language that a command line asks for, even one that cannot be read otherwise, or else the environment.
pub(crate) fn asked_for(args: &[OsString]) -> Lang {
    let args = || args.iter().filter_map(|arg| arg.to_str());
    let after = args().zip(args().skip(1)).filter(|(flag, _)| *flag == "--lang").map(|(_, lang)| lang);
    let asked = args().filter_map(|arg| arg.strip_prefix("--lang=")).chain(after).last();
    asked.and_then(|lang| Lang::from_str(lang, false).ok()).unwrap_or_else(from_environment)
}

/// What `LC_ALL`, `LC_MESSAGES` and `LANG` ask for, the first that is set deciding, as POSIX has it.
fn from_environment() -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(std::env::var_os).find(|value| !value.is_empty());
    match set {
        Some(value) if value.to_string_lossy().starts_with("zh") => Lang::Zh,
        _ => Lang::En,
    }
}

/// A number of things in English: `1 page`, `2 pages`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// One message in the language in force: `say!("no such file: {path}", "没有这个文件：{path}")`.
macro_rules! say {
    ($en:literal, $zh:literal $(, $($arg:tt)*)?) => {
        match $crate::cli::lang::lang() {
            $crate::cli::lang::Lang::En => format!($en $(, $($arg)*)?),
            $crate::cli::lang::Lang::Zh => format!($zh $(, $($arg)*)?),
        }
    };
}
pub(crate) use say;
