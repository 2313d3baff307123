//! `jingwen.toml`: found, overridden, printed, and refused where it is wrong.

use std::fs;

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

mod program;

use program::{folder, jingwen};

const SPUN: &str = "村里东说念主都知说念，井水比自来水甜。\n";
const CLEAN: &str = "村里人都知道，井水比自来水甜。\n";

#[test]
fn the_file_above_the_input_counts_and_flags_win() {
    let at = folder(&[("jingwen.toml", "restore = \"off\"\n"), ("deep/er/page.txt", SPUN)]);
    let clean = |args: &[&str]| jingwen(at.path()).arg("clean").arg("deep/er/page.txt").args(args).assert().success();
    clean(&[]).stdout(SPUN);
    clean(&["--restore", "chars"]).stdout(CLEAN);
    clean(&["--no-config"]).stdout(CLEAN);
    fs::write(at.path().join("other.toml"), "restore = \"chars\"\n").expect("a file can be written");
    clean(&["--config", "other.toml"]).stdout(CLEAN);
    jingwen(&at.path().join("deep")).arg("clean").write_stdin(SPUN).assert().success().stdout(SPUN);
}

#[test]
fn inputs_with_different_files_are_refused() {
    let at = folder(&[("a/jingwen.toml", ""), ("a/page.txt", SPUN), ("b/page.txt", SPUN)]);
    let run = jingwen(at.path()).args(["clean", "a", "b", "-o", "out"]).assert().code(2);
    run.stderr(contains("a and b: have different jingwen.toml"));
}

#[test]
fn sites_are_known_by_folder_and_by_address() {
    let sites = "url-field = \"from\"\n[[site]]\nurl = \"example.com/news\"\nfolder = [\"raw/\"]\nrestore = \"off\"\n";
    let at = folder(&[("jingwen.toml", sites), ("in/page.txt", SPUN), ("in/raw/page.txt", SPUN)]);
    jingwen(at.path()).args(["clean", "in", "-o", "out"]).assert().success();
    assert_eq!(fs::read_to_string(at.path().join("out/page.txt")).expect("it was written"), CLEAN);
    assert_eq!(fs::read_to_string(at.path().join("out/raw/page.txt")).expect("it was written"), SPUN);

    let record = |url: &str, text: &str| format!("{}\n", serde_json::json!({ "from": url, "text": text }));
    let (here, there) = ("https://www.example.com/news/1", "https://www.example.com/1");
    let mut run = jingwen(at.path());
    run.args(["clean", "--input", "jsonl"]).write_stdin(record(here, SPUN) + &record(there, SPUN));
    run.assert().success().stdout(record(here, SPUN) + &record(there, CLEAN));
}

#[test]
fn config_prints_what_is_in_force_and_where_it_is_from() {
    let file = "skip = [\"spam\"]\nrules = \"own.tsv\"\n\n[[site]]\nurl = \"example.com\"\nscript = \"simplified\"\n";
    let at = folder(&[("jingwen.toml", file), ("pages/1.txt", SPUN)]);
    let config = |args: &[&str]| {
        let output = jingwen(at.path()).arg("config").args(args).assert().success().get_output().stdout.clone();
        let text = String::from_utf8(output).expect("it is text");
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let root = at.path().canonicalize().expect("it is there");
    let root = root.display();
    let has = |lines: &[String], line: String| assert!(lines.contains(&line), "{line} in {lines:#?}");
    let lines = config(&["pages", "--restore", "words"]);
    has(&lines, "restore = \"words\" # flag".to_owned());
    has(&lines, format!("skip = [\"spam\"] # {root}/jingwen.toml:1"));
    has(&lines, format!("rules = [\"{root}/own.tsv\"] # {root}/jingwen.toml:2"));
    has(&lines, "script = \"keep\" # default".to_owned());
    has(&config(&["--url", "http://example.com/"]), format!("script = \"simplified\" # {root}/jingwen.toml:6"));
    // What is printed is a file that says the same.
    fs::write(at.path().join("printed.toml"), lines.join("\n")).expect("a file can be written");
    has(&config(&["--config", "printed.toml"]), "restore = \"words\" # printed.toml:4".to_owned());
}

#[test]
fn mistakes_are_told_with_their_line() {
    for (file, told) in [
        ("skip = []\nrestor = \"off\"\n", "jingwen.toml:2: unknown key \"restor\"; did you mean \"restore\"?"),
        ("skip = []\ncolour = 1\n", "jingwen.toml:2: unknown key \"colour\"; the keys are drop, encoding, "),
        ("restore = \"some\"\n", "jingwen.toml:1: restore: unknown variant `some`, expected one of `off`, `chars`, `words`"),
        ("jobs = 0\n", "jingwen.toml:1: jobs: "),
        ("skip = 1\n", "jingwen.toml:1: skip: "),
        ("\n\nskip = \n", "jingwen.toml:3: "),
        ("[[site]]\nurl = \"a\"\njobs = 1\n", "jingwen.toml:3: \"jobs\" is not for a site"),
        ("[[site]]\nskip = []\n", "jingwen.toml:1: a site needs a `url` or a `folder`"),
        ("[site]\n", "write a site's section as [[site]]"),
        ("[[site]]\nurl = 1\n", "jingwen.toml:2: a string or a list of strings"),
        ("skip = [\"spamm\"]\n", "no filter is named \"spamm\""),
    ] {
        let at = folder(&[("jingwen.toml", file)]);
        jingwen(at.path()).arg("clean").write_stdin(SPUN).assert().code(2).stdout("").stderr(contains(told).and(contains("\n")));
    }
}
