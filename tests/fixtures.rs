//! The fixture pages, by the command that users run in their CI.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

/// Runs `jingwen check` on a folder of the project; `JINGWEN_BLESS=1` accepts what comes out.
fn check(folder: &str, flags: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    Command::cargo_bin("jingwen").expect("the binary is built").arg("check").arg(folder).args(flags).assert().success();
}

#[test]
fn polluted_pages_come_out_as_their_articles() {
    let bless: &[&str] = if std::env::var_os("JINGWEN_BLESS").is_some() { &["--bless"] } else { &[] };
    check("fixtures/cleaned", bless);
}

/// A case of `fixtures/known-failures` that comes out right belongs into `fixtures/cleaned`.
#[test]
fn known_failures_still_fail() {
    let cleaner = Cleaner::new(&Rules::embedded().expect("valid rules"), &Options::default()).expect("no filter is named");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/known-failures");
    for case in fs::read_dir(folder).into_iter().flatten() {
        let case = case.expect("a readable folder").path();
        let page = fs::read(case.join("page.txt")).expect("a page");
        let wanted = fs::read_to_string(case.join("clean.txt")).expect("what is wanted");
        assert_ne!(cleaner.clean(&page).cleaned.text, wanted, "{} comes out right: move it to cleaned", case.display());
    }
}

#[test]
fn innocent_pages_come_out_byte_for_byte() {
    check("fixtures/untouched", &["--untouched"]);
}

#[test]
fn every_rule_keeps_its_word() {
    Command::cargo_bin("jingwen").expect("the binary is built").args(["rules", "test"]).assert().success();
}
