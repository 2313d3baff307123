//! A batch that is killed and resumed comes out as one that was not.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

const PAGE: &str = "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n岸边站满了人。\n";

/// Lengths of run, in milliseconds, after which it is killed: before, within and after its first entries.
const KILLS: [u64; 6] = [5, 60, 300, 1100, 1300, 700];

fn jingwen(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingwen"));
    command.current_dir(folder).args(["clean", "in", "--audit"]).args(args).stderr(Stdio::null());
    command
}

/// Every file of a folder but manifests, which name no times and counts that would be equal.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".jingwen-manifest") {
                let name = path.strip_prefix(&folder).expect("it is inside").to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).expect("a file can be read"));
            }
        }
    }
    all
}

fn make_pages(folder: &Path) {
    fs::create_dir_all(folder.join("in/deep")).expect("a folder can be made");
    for number in 0..1500 {
        let page = format!("第{number}页\n{}", PAGE.repeat(number % 4 + 1));
        fs::write(folder.join(format!("in/deep/{number:04}.txt")), page).expect("a file can be written");
    }
    let lines: String =
        (0..8000).map(|number| format!("{{\"text\":{}}}\n", serde_json::json!(format!("第{number}页\n{PAGE}")))).collect();
    for name in ["in/a.jsonl", "in/z.jsonl"] {
        fs::write(folder.join(name), &lines).expect("a file can be written");
    }
}

fn kill_and_resume(unbroken: &[&str], broken: &[&str], same: impl Fn(&Path)) {
    let at = tempfile::tempdir().expect("a folder can be made");
    make_pages(at.path());
    assert!(jingwen(at.path(), unbroken).status().expect("it runs").success());
    for millis in KILLS {
        let mut child = jingwen(at.path(), broken).arg("--resume").spawn().expect("it runs");
        sleep(Duration::from_millis(millis));
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
    }
    assert!(jingwen(at.path(), broken).arg("--resume").status().expect("it runs").success());
    same(at.path());
    // Once more: there is nothing to do, and nothing changes.
    assert!(jingwen(at.path(), broken).arg("--resume").status().expect("it runs").success());
    same(at.path());
}

#[test]
fn a_tree_is_resumed() {
    kill_and_resume(&["whole.log", "-o", "whole"], &["broken.log", "-o", "broken"], |at| {
        assert!(contents(&at.join("whole")) == contents(&at.join("broken")));
        assert!(fs::read(at.join("whole.log")).expect("readable") == fs::read(at.join("broken.log")).expect("readable"));
    });
}

#[test]
fn a_single_output_is_resumed() {
    let args = |log, output| [log, "--to", "jsonl", "-o", output];
    kill_and_resume(&args("whole.log", "whole.jsonl"), &args("broken.log", "broken.jsonl"), |at| {
        assert!(fs::read(at.join("whole.jsonl")).expect("readable") == fs::read(at.join("broken.jsonl")).expect("readable"));
        assert!(fs::read(at.join("whole.log")).expect("readable") == fs::read(at.join("broken.log")).expect("readable"));
    });
}

#[test]
fn a_run_that_was_killed_before_it_began_is_begun() {
    let at = tempfile::tempdir().expect("a folder can be made");
    make_pages(at.path());
    let run = |args: &[&str]| assert!(jingwen(at.path(), args).status().expect("it runs").success());
    run(&["log", "-o", "out"]);
    let whole = contents(&at.path().join("out"));
    // The power failed before anything was on disk.
    fs::write(at.path().join("out/.jingwen-manifest"), "").expect("a file can be written");
    run(&["log", "-o", "out", "--resume"]);
    assert!(contents(&at.path().join("out")) == whole);
}

#[test]
fn other_settings_are_not_mixed() {
    let at = tempfile::tempdir().expect("a folder can be made");
    make_pages(at.path());
    assert!(jingwen(at.path(), &["log", "-o", "out"]).status().expect("it runs").success());
    let other = jingwen(at.path(), &["log", "-o", "out", "--resume", "--skip", "spam"]).stderr(Stdio::piped()).output();
    let other = other.expect("it runs");
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&other.stderr).contains("other settings"));
}
