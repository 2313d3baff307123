//! The README and its translation say the same, and what they say works.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("a readable file")
}

/// The lines of code of a text, without the comments behind commands.
fn code(text: &str) -> Vec<&str> {
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.flat_map(str::lines).map(|line| line.split(" # ").next().unwrap_or(line).trim_end()).collect()
}

/// The first cells of the tables of a text.
fn rows(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.split('|').nth(1)).skip(1).collect()
}

#[test]
fn the_chinese_readme_is_in_step() {
    let (english, chinese) = (read("README.md"), read("README.zh.md"));
    assert_eq!(code(&english), code(&chinese));
    assert_eq!(rows(&english), rows(&chinese));
    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(headings(&english), headings(&chinese));
}

#[test]
fn the_first_command_does_what_the_readme_says() {
    let at = tempfile::tempdir().expect("a folder can be made");
    let readme = read("README.md");
    let first = code(&readme).into_iter().find(|line| line.starts_with("jingwen clean")).expect("it has one");
    let args = first.replace('\'', "").replace(" articles ", &format!(" {} ", at.path().join("articles").display()));
    let args = args.replace("report.html", &at.path().join("report.html").display().to_string());
    let mut command = Command::cargo_bin("jingwen").expect("the binary is built");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(args.split_whitespace().skip(1)).assert().success();
    let sample = readme.split("```text\n").nth(2).and_then(|text| text.split("```").next()).expect("it shows the result");
    let clean = fs::read_to_string(at.path().join("articles/everything-at-once/page.txt")).expect("it was written");
    assert_eq!(clean.trim_end(), sample.trim_end());
    assert!(at.path().join("report.html").exists());
}
