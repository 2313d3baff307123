//! What was cleaned is given back by its audit: pages, folders, JSON Lines.

use std::fs;
use std::io::Read;
use std::path::Path;

use assert_cmd::assert::Assert;
use predicates::str::contains;
use tempfile::TempDir;

mod program;

use program::folder;

/// A page that two rules change.
const PAGE: &str = "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n岸边站满了人。\n";

fn jingwen(at: &Path, args: &[&str]) -> Assert {
    program::jingwen(at).args(args).assert()
}

fn read(at: &TempDir, name: &str) -> String {
    fs::read_to_string(at.path().join(name)).expect("a file can be read")
}

/// Lines of which the second, the fourth and the last cannot be read, and the third is blank.
fn lines() -> String {
    let record = |number: u32, text: &str| format!("{{\"n\": {number}, \"body\":{}}}\n", serde_json::json!(text));
    [&record(1, PAGE), "{\"n\": \n", "\n", "[]\n", &record(2, "没有什么要改。"), &record(3, PAGE), "tail"].concat()
}

#[test]
fn pages_of_a_folder_come_back() {
    let second = format!("第二页\n{PAGE}");
    let at = folder(&[("in/a.txt", PAGE), ("in/b/c.txt", &second), ("in/d.txt", "没有什么要改。\n")]);
    jingwen(at.path(), &["clean", "in", "-o", "out", "--audit", "log.jsonl"]).success();
    jingwen(at.path(), &["undo", "out", "--audit", "log.jsonl", "-o", "back"]).success();
    for name in ["a.txt", "b/c.txt", "d.txt"] {
        assert_eq!(read(&at, &format!("back/{name}")), read(&at, &format!("in/{name}")));
    }
    let one = ["undo", "out/a.txt", "--audit", "log.jsonl", "--page"];
    jingwen(at.path(), &one[..4]).code(2).stderr(contains("has 2 pages; name one with --page"));
    jingwen(at.path(), &[&one[..], &["a.txt"]].concat()).success().stdout(PAGE);
    let wrong = jingwen(at.path(), &[&one[..], &["b/c.txt"]].concat()).code(2);
    wrong.stderr(contains("the text is not what came out with this audit"));
}

#[test]
fn json_lines_come_back_with_the_lines_that_could_not_be_read() {
    let at = folder(&[("in.jsonl", &lines())]);
    let clean = ["clean", "in.jsonl", "-o", "out.jsonl", "--audit", "log.jsonl", "--text-field", "body"];
    jingwen(at.path(), &clean).code(2);
    assert_ne!(read(&at, "out.jsonl"), lines());
    jingwen(at.path(), &["undo", "out.jsonl", "--audit", "log.jsonl", "--text-field", "body"]).success().stdout(lines());
}

#[test]
fn packed_json_lines_in_folders_come_back_packed() {
    let lines = lines();
    let at = folder(&[("in/a.jsonl", &lines), ("in/b/a.jsonl", &lines), ("jingwen.toml", "text-field = \"body\"\n")]);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, lines.as_bytes()).expect("memory can be written");
    fs::write(at.path().join("in/c.jsonl.gz"), packer.finish().expect("memory can be written")).expect("a file can be written");
    jingwen(at.path(), &["clean", "in", "-o", "out", "--audit", "log.jsonl"]).code(2);
    jingwen(at.path(), &["undo", "out", "--audit", "log.jsonl", "-o", "back"]).success();
    assert_eq!(read(&at, "back/a.jsonl"), lines);
    assert_eq!(read(&at, "back/b/a.jsonl"), lines);
    let packed = fs::File::open(at.path().join("back/c.jsonl.gz")).expect("it was written");
    let mut whole = String::new();
    flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut whole).expect("it is packed");
    assert_eq!(whole, lines);
    // One output of all of them does not say where a line is from.
    jingwen(at.path(), &["clean", "in", "--to", "jsonl", "-o", "one.jsonl", "--audit", "log.jsonl"]).code(2);
    jingwen(at.path(), &["undo", "one.jsonl", "--audit", "log.jsonl"]).code(2).stderr(contains("several files"));
}

#[test]
fn pages_that_became_json_lines_come_back_by_name() {
    let at = folder(&[("in/a.txt", "没有什么要改。\n"), ("in/b.txt", PAGE)]);
    jingwen(at.path(), &["clean", "in", "--to", "jsonl", "-o", "out.jsonl", "--audit", "log.jsonl"]).success();
    let back = jingwen(at.path(), &["undo", "out.jsonl", "--audit", "log.jsonl"]).success().get_output().stdout.clone();
    let texts: Vec<serde_json::Value> =
        back.split_inclusive(|&byte| byte == b'\n').map(|line| serde_json::from_slice(line).expect("a record")).collect();
    assert_eq!((&texts[0]["text"], &texts[1]["text"]), (&"没有什么要改。\n".into(), &PAGE.into()));
}

#[test]
fn a_text_that_was_changed_since_is_refused_with_its_line() {
    let at = folder(&[("in.jsonl", &format!("{}\n", serde_json::json!({ "text": PAGE })))]);
    jingwen(at.path(), &["clean", "in.jsonl", "-o", "out.jsonl", "--audit", "log.jsonl"]).success();
    fs::write(at.path().join("out.jsonl"), "{\"text\":\"冬\"}\n").expect("a file can be written");
    jingwen(at.path(), &["undo", "out.jsonl", "--audit", "log.jsonl"]).code(2).stderr(contains("out.jsonl:1: "));
}
