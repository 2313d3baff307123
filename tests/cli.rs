//! The program as a user runs it: commands, exit statuses, messages.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};

use assert_cmd::Command;
use predicates::prelude::{PredicateBooleanExt, predicate};
use predicates::str::contains;
use tempfile::TempDir;

/// A page that two rules change, and what comes of it.
const PAGE: &str = "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n岸边站满了人。\n";
const CLEAN: &str = "冬日河面\n河面上的冰一夜之间裂开了。\n岸边站满了人。\n";

fn jingwen() -> Command {
    let mut command = Command::cargo_bin("jingwen").expect("the binary is built");
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8");
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
    fs::write(path, content).expect("a file can be written");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("a file can be read")
}

#[test]
fn a_page_on_standard_input_comes_out_clean() {
    jingwen().arg("clean").write_stdin(PAGE).assert().success().stdout(CLEAN).stderr("");
    jingwen().args(["clean", "-"]).write_stdin(PAGE).assert().success().stdout(CLEAN);
    jingwen().arg("clean").write_stdin("").assert().success().stdout("");
}

#[test]
fn a_file_comes_out_on_standard_output_or_in_a_file() {
    let at = folder();
    write(at.path(), "page.txt", PAGE);
    jingwen().current_dir(&at).args(["clean", "page.txt"]).assert().success().stdout(CLEAN);
    jingwen().current_dir(&at).args(["clean", "page.txt", "-o", "out.txt"]).assert().success().stdout("");
    assert_eq!(read(at.path(), "out.txt"), CLEAN);
}

#[test]
fn a_folder_comes_out_as_the_same_tree() {
    let at = folder();
    for number in 0..40 {
        write(at.path(), &format!("in/{}/{number}.txt", number % 3), PAGE.repeat(number % 5 + 1));
    }
    write(at.path(), "in/picture.png", [0u8, 1, 2]);
    let run = jingwen().current_dir(&at).args(["clean", "in", "-o", "out/of/it"]).assert().success();
    run.stderr(contains("40 pages").and(contains("1 file of other kinds left out")));
    assert_eq!(read(at.path(), "out/of/it/1/1.txt"), CLEAN.repeat(2));
    assert!(!at.path().join("out/of/it/picture.png").exists());
}

#[test]
fn a_bad_file_is_reported_and_the_rest_goes_on() {
    let at = folder();
    write(at.path(), "in/good.txt", PAGE);
    jingwen()
        .current_dir(&at)
        .args(["clean", "in/gone.txt", "in/good.txt", "-o", "out"])
        .assert()
        .code(2)
        .stderr(contains("in/gone.txt: cannot be read").and(contains("1 failed")));
    assert_eq!(read(at.path(), "out/good.txt"), CLEAN);
}

#[test]
fn the_audit_has_a_record_for_every_edit_in_the_order_of_the_pages() {
    let at = folder();
    write(at.path(), "in/a.txt", PAGE);
    write(at.path(), "in/b.txt", "没有什么要改。\n");
    write(at.path(), "in/c.txt", PAGE);
    jingwen().current_dir(&at).args(["clean", "in", "-o", "out", "--audit", "log.jsonl"]).assert().success();
    let log = read(at.path(), "log.jsonl");
    let records: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("every line is a record")).collect();
    let pages: Vec<_> = records.iter().map(|record| record["page"].as_str().expect("a name")).collect();
    assert_eq!(pages, ["a.txt", "a.txt", "c.txt", "c.txt"]);
    assert_eq!(records[0]["rule"], "boilerplate/fold-out");
    assert_eq!(records[0]["before"], "点击展开全文");
    let source = records[0]["source"].as_array().expect("a range");
    let range = source[0].as_u64().expect("a number") as usize..source[1].as_u64().expect("a number") as usize;
    assert_eq!(&PAGE[range], "点击展开全文");
}

#[test]
fn filters_are_chosen_by_name() {
    let spam_only = "冬日河面\n点击展开全文河面上的冰一夜之间裂开了。\n岸边站满了人。\n";
    jingwen().args(["clean", "--only", "spam"]).write_stdin(PAGE).assert().success().stdout(spam_only);
    jingwen().args(["clean", "--skip", "boilerplate"]).write_stdin(PAGE).assert().success().stdout(spam_only);
    jingwen()
        .args(["clean", "--only", "spamm"])
        .write_stdin(PAGE)
        .assert()
        .code(2)
        .stderr(contains("no filter is named \"spamm\"").and(contains("boilerplate, spam")));
}

#[test]
fn decode_changes_nothing_else() {
    let (gbk, _, _) = encoding_rs::GBK.encode(PAGE);
    jingwen().args(["decode", "--encoding", "gbk"]).write_stdin(gbk.into_owned()).assert().success().stdout(PAGE);
    jingwen().arg("decode").write_stdin(PAGE).assert().success().stdout(PAGE);
}

#[test]
fn an_endless_page_flows_and_a_closed_pipe_is_no_failure() {
    for command in ["clean", "decode"] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_jingwen"))
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut input = child.stdin.take().expect("piped");
        let writer = std::thread::spawn(move || {
            let lines = "好\n".repeat(4096);
            while input.write_all(lines.as_bytes()).is_ok() {}
        });
        let mut first = [0; 4];
        child.stdout.take().expect("piped").read_exact(&mut first).expect("something comes out");
        assert_eq!(&first, "好\n".as_bytes());
        assert_done(child);
        writer.join().expect("the writer ends when the pipe closes");
    }
}

/// The child ended with status 0 and had nothing to say.
fn assert_done(child: Child) {
    let output = child.wait_with_output().expect("the child ends");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_page_longer_than_a_piece_comes_out_whole() {
    let long = "河面上的冰一夜之间裂开了。\n".repeat(200_000);
    let at = folder();
    write(at.path(), "long.txt", format!("{long}最后一行没有换行"));
    let run = jingwen().current_dir(&at).args(["clean", "--only", "boilerplate", "long.txt"]).assert().success();
    assert_eq!(run.get_output().stdout, format!("{long}最后一行没有换行").as_bytes());
}

#[test]
fn errors_are_one_line_that_says_what_to_do() {
    let at = folder();
    write(at.path(), "in/a.txt", PAGE);
    write(at.path(), "file.txt", PAGE);
    write(at.path(), "broken/spam.toml", "[[rule]]\nid = 3\n");
    write(at.path(), "strange/spom.toml", "");
    for (args, wanted) in [
        (&["clean", "gone.txt"][..], "gone.txt: cannot be read; check the name"),
        (&["clean", "in"], "in: several pages need a folder to be written to: add -o DIR"),
        (&["clean", "in", "-o", "in"], "in: lies in the input folder"),
        (&["clean", "in", "-o", "in/out"], "in/out: lies in the input folder"),
        (&["clean", "in", "-o", "file.txt"], "file.txt: is a file"),
        (&["clean", "file.txt", "-o", "no/such/out.txt"], "out.txt: cannot be written; does its folder exist"),
        (&["clean", "file.txt", "--encoding", "klingon"], "--encoding klingon: no encoding has this label; try"),
        (&["clean", "file.txt", "--rules", "broken"], "broken/spam.toml:2: "),
        (&["clean", "file.txt", "--rules", "strange"], "spom.toml: no filter of that name has rules"),
        (&["clean", "file.txt", "--rules", "nowhere"], "nowhere: cannot be read"),
        (&["clean", "file.txt", "--audit", "in"], "in: is a folder; name a file to write"),
        (&["clean", "file.txt", "--audit", "-"], "--audit: goes to a file; name one, such as audit.jsonl"),
        (
            &["clean", "file.txt", "--audit", "file.txt"],
            "--audit file.txt: is in file.txt, where it would be taken for a page or overwrite one",
        ),
        (&["clean", "in", "-o", "out", "--audit", "in/log.jsonl"], "--audit in/log.jsonl: is in in, "),
        (&["clean", "in", "-o", "out", "--audit", "out/log.jsonl"], "--audit out/log.jsonl: is in out, "),
        (&["clean", "in", "--to", "jsonl", "-o", "log", "--audit", "log"], "--audit log: is in log, "),
        (&["clean", "in", "--to", "jsonl", "-o", "in/all.jsonl"], "--output in/all.jsonl: is in in, "),
        (&["clean", "in", "-o", "out", "--audit", "log", "--report", "log"], "--report log: is in log, "),
        (&["clean", "in", "-o", "out", "--report", "in/r.html"], "--report in/r.html: is in in, "),
        (&["check", "nowhere"], "nowhere: cannot be read"),
        (&["check", "in"], "in: holds no case"),
        (&["explain", "gone.txt"], "gone.txt: cannot be read"),
        (&["rules", "show", "no-such"], "no rule is named \"no-such\"; `jingwen rules list`"),
    ] {
        let run = jingwen().current_dir(&at).args(args).assert().code(2).stderr(contains(wanted));
        let message = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert!(message.starts_with("jingwen: "), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn check_compares_and_blesses() {
    let at = folder();
    write(at.path(), "cases/ice/page.txt", PAGE);
    write(at.path(), "cases/deep/er/page.txt", CLEAN);
    write(at.path(), "cases/deep/er/clean.txt", CLEAN);
    let check = || {
        let mut command = jingwen();
        command.current_dir(&at).args(["check", "cases"]);
        command
    };
    check().assert().code(2).stderr(contains("cases/ice/clean.txt: is missing").and(contains("--bless")));
    write(at.path(), "cases/ice/clean.txt", CLEAN.replace("冰", "水"));
    check()
        .assert()
        .code(1)
        .stdout(contains("-河面上的水一夜").and(contains("+河面上的冰一夜")).and(contains("2 cases, 1 different")));
    check()
        .args(["--format", "github"])
        .assert()
        .code(1)
        .stdout(contains("::error file=cases/ice/clean.txt,line=2,title=jingwen check::expected: 河面上的水一夜"));
    check().arg("--bless").assert().success();
    assert_eq!(read(at.path(), "cases/ice/clean.txt"), CLEAN);
    check().assert().success().stdout(contains("2 cases, 0 different"));
    jingwen().current_dir(&at).args(["check", "--untouched", "cases"]).assert().code(1);
}

#[test]
fn explain_shows_each_change_with_its_rule_and_reason() {
    let run = jingwen().arg("explain").write_stdin(PAGE).assert().success();
    run.stdout(
        contains("[-点击展开全文-]河面上的冰一夜之间裂开了。")
            .and(contains("boilerplate/fold-out"))
            .and(contains("unfolds the rest"))
            .and(contains("2 changes in 2 lines"))
            .and(contains("\u{1b}").not()),
    );
    let colored = jingwen().args(["explain", "--color", "always"]).write_stdin(PAGE).assert().success();
    colored.stdout(contains("\u{1b}["));
    jingwen()
        .args(["explain", "--color=always"])
        .write_stdin("点击展开全文\u{1b}]0;x\u{7}河面。\n")
        .assert()
        .success()
        .stdout(contains("\u{1b}]").not());
}

#[test]
fn how_the_bytes_were_read_is_told() {
    let bytes = b"\xba\xd3\xc3\xe6\xc9\xcf\xff\xb5\xc4\xb1\xf9\xd2\xbb\xd2\xb9\xd6\xae\xbc\xe4\xc1\xd1\xbf\xaa\xc1\xcb\xa1\xa3";
    let told = contains("GB18030, the bytes read best so; 1 place is no character: bytes 6..7");
    let run = jingwen().args(["decode", "--explain"]).write_stdin(bytes.as_slice()).assert().success();
    run.stdout("河面上\u{FFFD}的冰一夜之间裂开了。").stderr(told.clone());
    jingwen().arg("explain").write_stdin(bytes.as_slice()).assert().success().stdout(told);
    jingwen().args(["explain", "--encoding", "gbk"]).write_stdin(bytes.as_slice()).assert().stdout(contains("GB18030, as asked"));
}

#[test]
fn explain_takes_a_page_for_what_it_is_told_to_be() {
    let page = "<html><body><p>河面上的冰一夜之间裂开了，岸边站满了２０２６个人。</p></body></html>";
    for (input, line) in [("auto", "│ 河面上"), ("text", "│ <html>")] {
        jingwen().args(["explain", "--input", input]).write_stdin(page).assert().success().stdout(contains(line));
    }
}

#[test]
fn rules_are_listed_shown_and_tested() {
    jingwen().args(["rules", "list"]).assert().success().stdout(contains("boilerplate/fold-out"));
    jingwen().args(["rules", "show", "fold-out"]).assert().success().stdout(contains("hit").and(contains("miss")));
    let at = folder();
    let rule = "[[rule]]\nid = \"own\"\nwhy = \"A test.\"\ntext = \"甲乙\"\nhit = [\"丙丁\"]\nmiss = [\"一\"]\n";
    write(at.path(), "spam.toml", rule);
    jingwen()
        .args(["rules", "test", "--rules"])
        .arg(at.path())
        .assert()
        .code(1)
        .stdout(contains("spam/own").and(contains("1 broken")));
    jingwen().args(["clean", "--rules"]).arg(at.path()).write_stdin("子甲乙丑\n").assert().success().stdout("子丑\n");
}

#[test]
fn messages_come_in_chinese_on_request() {
    jingwen().args(["clean", "没有.txt", "--lang", "zh"]).assert().code(2).stderr(contains("无法读取"));
    jingwen().env("LANG", "zh_CN.UTF-8").args(["clean", "没有.txt"]).assert().code(2).stderr(contains("无法读取"));
    jingwen().args(["clean", "没有.txt"]).assert().code(2).stderr(predicate::str::contains("无法").not());
}

#[test]
fn the_readme_names_the_filters_in_order() {
    let readme = include_str!("../README.md");
    let table =
        readme.lines().skip_while(|line| *line != "| filter | what it does |").skip(2).take_while(|line| line.starts_with('|'));
    let named: Vec<&str> = table.filter_map(|row| row.split('|').nth(1)).map(str::trim).collect();
    let rules = jingwen::rules::Rules::embedded().expect("valid rules");
    let cleaner = jingwen::Cleaner::new(&rules, &jingwen::Options::default()).expect("no filter is named");
    assert_eq!(named, cleaner.pipeline().names().collect::<Vec<_>>());
}

/// A page as a record with other fields around its text.
fn line(number: usize, text: &str) -> String {
    let text = serde_json::to_string(text).expect("a text can be JSON");
    format!("{{\"id\": {number}.0, \"text\": {text}, \"tags\":[\"\\u4e00\", 1e3]}}\n")
}

#[test]
fn json_lines_keep_all_but_the_text() {
    let input: String = (0..3000).map(|number| line(number, PAGE)).collect();
    let wanted: String = (0..3000).map(|number| line(number, CLEAN)).collect();
    let mut command = jingwen();
    command.args(["clean", "--input", "jsonl"]).write_stdin(input.clone());
    command.assert().success().stdout(wanted.clone()).stderr("");
    let at = folder();
    write(at.path(), "pages.jsonl", &input);
    for name in ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst"] {
        jingwen().current_dir(&at).args(["clean", "pages.jsonl", "-o", name]).assert().success();
        jingwen().current_dir(&at).args(["clean", "--skip", "repair", name]).assert().success().stdout(wanted.clone());
    }
    assert!(!at.path().join("out.jsonl.manifest").exists());
}

#[test]
fn bad_lines_are_reported_with_their_number_and_the_rest_goes_on() {
    let input = format!("{}not json\n{}{{\"body\":1}}\n", line(1, PAGE), line(2, PAGE));
    jingwen()
        .args(["clean", "--input", "jsonl"])
        .write_stdin(input)
        .assert()
        .code(2)
        .stdout(line(1, CLEAN) + &line(2, CLEAN))
        .stderr(contains("-:2: no JSON at column 2; each line").and(contains("-:4: no field \"text\"; name the field")));
}

#[test]
fn json_lines_flow_line_by_line() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_jingwen"))
        .args(["clean", "--input", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let (mut input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let mut output = std::io::BufReader::new(output);
    for number in 0..3 {
        input.write_all(line(number, PAGE).as_bytes()).expect("the child reads");
        let mut cleaned = String::new();
        std::io::BufRead::read_line(&mut output, &mut cleaned).expect("the line comes before the next is asked for");
        assert_eq!(cleaned, line(number, CLEAN));
    }
    drop(input);
    assert!(child.wait().expect("the child ends").success());
}

#[test]
fn form_feeds_stay_between_pages() {
    let input = format!("{PAGE}\u{c}{PAGE}\u{c}{CLEAN}");
    let wanted = format!("{CLEAN}\u{c}{CLEAN}\u{c}{CLEAN}");
    jingwen().args(["clean", "--pages", "ff"]).write_stdin(input).assert().success().stdout(wanted);
}

#[test]
fn an_archive_comes_out_as_json_lines() {
    let body = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{PAGE}");
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
        body.len()
    );
    let at = folder();
    write(at.path(), "in/crawl.warc", record.repeat(2));
    jingwen().current_dir(&at).args(["clean", "in", "-o", "out"]).assert().success();
    let lines = read(at.path(), "out/crawl.jsonl");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("a record");
    assert_eq!((first["url"].as_str(), first["text"].as_str()), (Some("http://a.example/"), Some(CLEAN)));
    assert_eq!(first["page"], "crawl.warc:1");
    assert_eq!(lines.lines().count(), 2);
}

#[test]
fn a_folder_becomes_one_file_in_order() {
    let at = folder();
    for number in 0..50 {
        write(at.path(), &format!("in/{number:02}.txt"), format!("第{number}页\n{PAGE}"));
    }
    jingwen().current_dir(&at).args(["clean", "in", "--to", "jsonl", "-o", "all.jsonl"]).assert().success();
    let pages: Vec<String> = read(at.path(), "all.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a record")["page"].to_string())
        .collect();
    assert_eq!(pages, (0..50).map(|number| format!("\"{number:02}.txt\"")).collect::<Vec<_>>());
}

#[test]
fn files_are_chosen_by_pattern() {
    let at = folder();
    write(at.path(), "in/a.asp", PAGE);
    write(at.path(), "in/b.txt", PAGE);
    jingwen().current_dir(&at).args(["clean", "in", "-o", "out", "--glob", "*.asp"]).assert().success();
    assert!(at.path().join("out/a.asp").exists() && !at.path().join("out/b.txt").exists());
    jingwen().current_dir(&at).args(["clean", "in", "in/a.asp", "-o", "two"]).assert().success();
    assert!(at.path().join("two/in/b.txt").exists() && at.path().join("two/a.asp").exists());
    jingwen().current_dir(&at).args(["clean", "in", "./in", "-o", "x"]).assert().code(2).stderr(contains("same name"));
}

#[test]
fn completions_and_the_manual_are_made_from_the_flags() {
    for shell in ["bash", "zsh", "fish"] {
        jingwen().args(["completions", shell]).assert().success().stdout(contains("jingwen").and(contains("untouched")));
    }
    jingwen().arg("man").assert().success().stdout(contains(".TH").and(contains("explain")).and(contains("bless")));
}

#[test]
fn an_html_field_gives_the_article_to_the_text_field() {
    let html = format!("<html><body><div><p>{}</p></div></body></html>", "河面上的冰一夜之间裂开了，岸边站满了人。".repeat(12));
    let input = serde_json::json!({ "html": html, "n": 1 }).to_string() + "\n";
    let run = jingwen().args(["clean", "--input", "jsonl", "--html-field", "html"]).write_stdin(input).assert().success();
    let record: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).expect("a record");
    assert!(record["text"].as_str().is_some_and(|text| text.starts_with("河面上的冰") && !text.contains('<')));
    assert_eq!((record["html"].as_str(), record["n"].as_u64()), (Some(html.as_str()), Some(1)));
}

/// What comes of packing a text.
fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).expect("memory can be written");
    packer.finish().expect("memory can be written")
}

fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(path).expect("it was written");
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut text).expect("it is packed");
    text
}

#[test]
fn packed_pages_are_unpacked_and_come_out_packed() {
    let at = folder();
    write(at.path(), "in/a.txt.gz", packed(PAGE));
    write(at.path(), "in/b.txt", PAGE);
    let run = |args: &[&str]| jingwen().current_dir(&at).args(args).assert().success();
    run(&["clean", "in", "-o", "out", "--audit", "log.jsonl"]);
    assert_eq!(unpacked(&at.path().join("out/a.txt.gz")), CLEAN);
    run(&["undo", "out", "--audit", "log.jsonl", "-o", "back"]);
    assert_eq!(unpacked(&at.path().join("back/a.txt.gz")), PAGE);
    run(&["clean", "in/a.txt.gz"]).stdout(CLEAN);
    run(&["clean", "in/b.txt", "-o", "b.txt.gz"]);
    assert_eq!(unpacked(&at.path().join("b.txt.gz")), CLEAN);
    run(&["clean", "in", "--to", "text", "-o", "all.txt.gz"]);
    assert_eq!(unpacked(&at.path().join("all.txt.gz")), format!("{CLEAN}\u{c}{CLEAN}\u{c}"));
}

/// A file in the place of a device would be a disaster for all programs.
#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_not_replaced() {
    let folder = folder();
    write(folder.path(), "page.txt", PAGE);
    write(folder.path(), "pages.jsonl", "{\"text\":\"雨停了。\"}\n");
    let device = folder.path().join("device");
    std::os::unix::fs::symlink("/dev/null", &device).expect("a link can be made");
    let run = |flags: &[&str]| {
        jingwen().current_dir(folder.path()).args(flags).assert().success();
        let kind = fs::symlink_metadata(&device).expect("the link is there").file_type();
        assert!(kind.is_symlink() && !folder.path().join("device.manifest").exists(), "{flags:?}");
    };
    run(&["clean", "page.txt", "-o", "device"]);
    run(&["clean", "pages.jsonl", "-o", "device"]);
    run(&["decode", "page.txt", "-o", "device"]);
    run(&["clean", "pages.jsonl", "-o", "out.jsonl", "--audit", "device"]);
    run(&["clean", "pages.jsonl", "-o", "out.jsonl", "--report", "device"]);
}
