//! The fixture pages, by the command that users run in their CI.

use std::path::Path;

use assert_cmd::Command;

/// Runs `jingwen check` on a folder of the project; `JINGWEN_BLESS=1` accepts what comes out.
fn check(folder: &str, flags: &[&str]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    if !folder.is_dir() {
        return;
    }
    Command::cargo_bin("jingwen").expect("the binary is built").arg("check").arg(folder).args(flags).assert().success();
}

#[test]
fn polluted_pages_come_out_as_their_articles() {
    let bless: &[&str] = if std::env::var_os("JINGWEN_BLESS").is_some() { &["--bless"] } else { &[] };
    check("fixtures/cleaned", bless);
}

#[test]
fn innocent_pages_come_out_byte_for_byte() {
    check("fixtures/untouched", &["--untouched"]);
}

#[test]
fn every_rule_keeps_its_word() {
    Command::cargo_bin("jingwen").expect("the binary is built").args(["rules", "test"]).assert().success();
}
