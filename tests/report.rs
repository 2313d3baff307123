//! The report as a user makes it, opens it in a browser, and looks through it.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

mod browser;

use browser::{Browser, ENTER, ESCAPE};

/// A page with site furniture, an injected line, and spun characters.
const SPUN: &str = "井底的月光\n点击展开全文井壁上刻着一百三十个名字，都是打井东说念主的，一又友们莫得忘。\n缺钱联系我，无视黑白户，当天放款\n村里东说念主却坚抓每天来打一桶水，不雅月的东说念主比打水的多。\n";
/// A page with an injected line.
const SPAM: &str = "冬日河面\n河面上的冰一夜之间裂开了。\n缺钱联系我，无视黑白户，当天放款\n岸边站满了人。\n";
/// A page that nothing is found on.
const CALM: &str = "渡口\n老船工把缆绳一圈一圈绕好，说今天风大，不过江了。\n";

fn jingwen(at: &Path) -> Command {
    let mut command = Command::cargo_bin("jingwen").expect("the binary is built");
    command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "C.UTF-8").current_dir(at);
    command
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

fn write(at: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = at.join(name);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
    fs::write(path, content).expect("a file can be written");
}

/// A folder with a few pages in it.
fn pages() -> TempDir {
    let at = folder();
    write(at.path(), "in/a/spun.txt", SPUN);
    write(at.path(), "in/b/spam.txt", SPAM);
    write(at.path(), "in/c/calm.txt", CALM);
    at
}

/// The report that these arguments of `clean` make.
fn report(at: &Path, args: &[&str]) -> PathBuf {
    jingwen(at).arg("clean").args(args).args(["--report", "report.html"]).assert().success();
    at.join("report.html")
}

/// The data in a report.
fn data(report: &Path) -> Value {
    let html = fs::read_to_string(report).expect("a report can be read");
    let data = html.split_once(r#"id="data">"#).and_then(|(_, rest)| rest.split_once("</script>")).expect("a report has data").0;
    serde_json::from_str(data).expect("the data is JSON")
}

#[test]
fn a_report_counts_what_the_audit_records() {
    let at = pages();
    write(at.path(), "in/more.jsonl", format!("{}\n{}\nno JSON\n", json!({ "text": SPAM }), json!({ "text": CALM })));
    let run = jingwen(at.path()).args(["clean", "in", "-o", "out", "--audit", "audit.jsonl", "--report", "report.html"]).assert();
    run.code(2).stderr(contains("more.jsonl:3"));
    let data = data(&at.path().join("report.html"));
    let audit = fs::read_to_string(at.path().join("audit.jsonl")).expect("the audit can be read");
    let records = audit.lines().map(|line| serde_json::from_str::<Value>(line).expect("a record is JSON"));
    let records: Vec<Value> = records.filter(|record| record["rule"] != "input/unread").collect();
    assert!(records.len() > 8);
    assert_eq!(data["totals"]["edits"], records.len());
    assert_eq!((&data["totals"]["pages"], &data["totals"]["changed"]), (&json!(5), &json!(3)));
    assert_eq!((&data["totals"]["failed"], data["failures"].as_array().map(Vec::len)), (&json!(1), Some(1)));
    for rule in data["rules"].as_array().expect("rules are a list") {
        let of_rule = records.iter().filter(|record| record["rule"] == rule["name"]);
        assert_eq!(rule["edits"], of_rule.count(), "{rule}");
    }
    let removed = records.iter().filter(|record| record["after"] == "");
    let removed: usize = removed.map(|record| record["before"].as_str().expect("it is text").chars().count()).sum();
    assert_eq!(data["totals"]["removed"], removed);
    // Pieces of a page put together are its source.
    let spun = data["pages"].as_array().expect("pages are a list").iter().find(|page| page["name"] == "a/spun.txt");
    let pieces = spun.expect("it is there")["pieces"].as_array().expect("pieces are a list");
    let source: String = pieces.iter().filter_map(|piece| piece.as_str().or(piece[0].as_str())).collect();
    assert_eq!(source, SPUN);
}

#[test]
fn a_report_is_the_same_for_the_same_pages() {
    let at = pages();
    let first = fs::read(report(at.path(), &["in", "-o", "out", "--jobs", "1"])).expect("a report can be read");
    let second = fs::read(report(at.path(), &["in", "-o", "out", "--jobs", "4"])).expect("a report can be read");
    assert!(first == second);
}

#[test]
fn a_report_goes_to_a_file_of_its_own() {
    let at = pages();
    let refused = [
        ("-", "goes to a file"),
        ("in/report.html", "is in in"),
        ("out/report.html", "is in out"),
        ("audit.jsonl", "is in audit.jsonl"),
        ("gone/report.html", "does its folder exist"),
    ];
    for (name, message) in refused {
        let run = jingwen(at.path()).args(["clean", "in", "-o", "out", "--audit", "audit.jsonl", "--report", name]).assert();
        run.code(2).stderr(contains(message));
    }
    assert!(!at.path().join("out").exists());
    jingwen(at.path()).args(["clean", "--report", "one.html"]).write_stdin(SPAM).assert().success();
    let data = data(&at.path().join("one.html"));
    assert_eq!((&data["pages"][0]["name"], &data["inputs"]), (&json!("-"), &json!([])));
}

#[test]
fn a_resumed_run_reports_itself_alone() {
    let at = pages();
    let args = ["in", "-o", "out", "--resume"];
    let html = report(at.path(), &args);
    assert_eq!(data(&html)["totals"]["pages"], 3);
    let first = fs::read(&html).expect("a report can be read");
    let run = jingwen(at.path()).arg("clean").args(args).args(["--report", "report.html"]).assert();
    run.success().stderr(contains("report.html: not written, for nothing was left to clean"));
    assert!(fs::read(&html).expect("a report can be read") == first);
    write(at.path(), "in/d/new.txt", SPAM);
    let data = data(&report(at.path(), &args));
    assert_eq!((&data["resumed"], &data["totals"]["pages"], &data["totals"]["finished"]), (&json!(true), &json!(1), &json!(3)));
}

#[test]
fn long_runs_and_long_pages_are_cut_and_say_so() {
    let at = folder();
    let lines = |number: usize| if number.is_multiple_of(10) { SPAM.to_owned() } else { format!("{number}{CALM}") };
    let records: String = (0..1500).map(|number| format!("{}\n", json!({ "text": lines(number) }))).collect();
    write(at.path(), "many.jsonl", records + &json!({ "text": format!("{SPAM}{}", CALM.repeat(5000)) }).to_string() + "\n");
    let html = report(at.path(), &["many.jsonl", "-o", "out.jsonl"]);
    let data = data(&html);
    let shown: Vec<u64> = data["shown"].as_array().expect("it is a list").iter().filter_map(Value::as_u64).collect();
    assert_eq!(shown, [900, 100, 501]);
    assert_eq!(data["pages"].as_array().map(Vec::len), Some(1000));
    assert_eq!(data["pages"].as_array().expect("a list").iter().filter(|page| page["edits"] != 0).count(), 151);
    let long = data["pages"].as_array().expect("a list").iter().find(|page| page["number"] == 1501).expect("it changed");
    assert!(long["pieces"].as_array().expect("a list").iter().any(Value::is_u64));
    let length = fs::metadata(&html).expect("it is there").len();
    assert!(length < 1 << 20, "{length}");
}

#[test]
fn pages_are_filtered_searched_and_walked_through() {
    let at = pages();
    let html = report(at.path(), &["in", "-o", "out"]);
    let Some(browser) = Browser::start(1200, 900) else { return };
    browser.open(&html);
    let seen = |selector: &str| {
        let seen = format!(
            "return [...document.querySelectorAll({selector:?})].filter(node => node.checkVisibility()).map(node => node.textContent)"
        );
        let Value::Array(seen) = browser.run(&seen) else { panic!("a list is a list") };
        seen.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let names = || seen(".page bdi");
    let focus = || browser.run("return document.activeElement.textContent").as_str().unwrap_or_default().to_owned();

    assert_eq!(seen("#counts"), [format!("3 pages · 2 changed · {} edits", data(&html)["totals"]["edits"])]);
    assert_eq!(names(), ["a/spun.txt", "b/spam.txt", "c/calm.txt"]);
    // The page that changed most is open, and no other is drawn.
    assert_eq!(seen(".text del").first().map(String::as_str), Some("点击展开全文"));
    assert_eq!(browser.run("return document.querySelectorAll('.text:empty').length"), 2);

    // A filter is chosen with a click, and let go of with another.
    browser.click("#filters [data-filter=restore]");
    assert_eq!(names(), ["a/spun.txt"]);
    assert!(
        seen(".change:not(.other)").contains(&"东说念主人".to_owned())
            && seen(".change.other").contains(&"点击展开全文".to_owned())
    );
    browser.click("#chips button");
    assert_eq!(names().len(), 3);

    // A rule is opened, its pages are linked, and it alone is shown.
    browser.click("#rules details[data-filter=spam] summary");
    browser.wait_for("#rules .links a");
    assert_eq!(seen("#rules .links a"), ["a/spun.txt", "b/spam.txt"]);
    browser.click("#rules details[open] .more button");
    assert_eq!(names(), ["a/spun.txt", "b/spam.txt"]);
    assert_eq!(seen(".change:not(.other)").len(), 1);

    // Escape clears, slash searches, the text before and after a change is found, Enter goes to the page.
    browser.press(ESCAPE);
    browser.press("/");
    browser.press("朋友们没有忘");
    assert_eq!(names(), ["a/spun.txt"]);
    assert_eq!(browser.run("return [...CSS.highlights.get('search')].map(String).join('')"), "朋友们没有忘");
    browser.press(ESCAPE);
    browser.press("/");
    browser.press("岸边站");
    assert_eq!(names(), ["b/spam.txt"]);
    browser.press(ENTER);
    browser.press("j");
    assert!(focus().starts_with("缺钱联系我"));
    browser.press(ESCAPE);
    browser.press(ESCAPE);
    assert_eq!(names().len(), 3);

    // Changes are walked through forth and back, from page to page; each says its rule.
    browser.press("p");
    browser.press("jj");
    assert_eq!(focus(), "东说念主人");
    assert!(seen("#tip")[0].starts_with("restore/东说念主→人东说念主 → 人 · +"), "{:?}", seen("#tip"));
    browser.press("jjjjjjjj");
    assert!(focus().starts_with("缺钱联系我"));
    browser.press("k");
    assert_eq!(focus(), "东说念主人");
    browser.press("f");
    assert_eq!(seen(".change:not(.other)"), ["东说念主人"; 3]);
    browser.press(ESCAPE);
    browser.press("nn");
    assert!(focus().starts_with("c/calm.txt"));

    // The clean text is what comes out.
    browser.press("v");
    assert!(seen(".text del").is_empty() && seen(".text ins").contains(&"朋友".to_owned()));
    browser.press("?");
    assert_eq!(seen("#help h2")[0], "Keys and colours");
    browser.press(ESCAPE);
    assert!(seen("#help").is_empty());
    let paper = || browser.run("return getComputedStyle(document.body).backgroundColor");
    let before = paper();
    browser.click("#theme");
    assert_ne!(paper(), before);

    check_calm(&browser, &html);
}

#[test]
fn a_report_speaks_chinese_and_fits_a_phone() {
    let at = pages();
    let html = report(at.path(), &["--lang", "zh", "in", "-o", "out"]);
    let Some(browser) = Browser::start(360, 740) else { return };
    browser.open(&html);
    let counts = format!("3 页 · 2 页有改动 · {} 处修改", data(&html)["totals"]["edits"]);
    assert_eq!(browser.run("return document.querySelector('#counts').textContent"), counts);
    assert_eq!(browser.run("return document.documentElement.lang"), "zh");
    browser.run("document.querySelectorAll('details').forEach(node => node.open = true)");
    assert_eq!(browser.run("return [document.documentElement.scrollWidth, innerWidth]"), json!([360, 360]));
    check_calm(&browser, &html);
}

/// What a page must not bring into a report: elements, code, addresses, and the end of the data.
const HOSTILE: &str = "<script>window.caught=1</script><img src=http://127.0.0.1:9/x onerror=alert(1)><svg onload=alert(2)>\
    </script><script>window.caught=2</script><!--<script>]]>--><a href=\"javascript:alert(3)\">甲</a>\
    <style>*{display:none}</style><iframe srcdoc=\"<script>alert(4)</script>\"></iframe>{{data}}{{script}}${alert(5)}\
    &lt;b&gt;&#60;<base href=http://127.0.0.1:9/><meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>\u{2028}\u{2029}\
    乙\u{202E}丙\u{2066}丁\u{200B}戊\u{FEFF}己\u{E0041}庚\u{FFFF}辛\u{FDD0}壬\u{E000}癸\u{301}\u{301}子\u{7F}\u{9B}丑\u{1FFFE}寅\u{3164}卯\u{FFFD}";

#[test]
fn nothing_of_a_page_runs_or_loads() {
    let at = folder();
    write(at.path(), "in/<img src=x onerror=alert(6)>\u{202E}.txt", HOSTILE);
    write(at.path(), "in/removed.txt", format!("冬日河面\n点击就送{HOSTILE}完\n岸边站满了人。\n"));
    write(
        at.path(),
        "in/lines.jsonl",
        format!("{}\n", json!({ "text": format!("__proto__ constructor {HOSTILE}"), "url": "javascript:alert(8)\u{202E}" })),
    );
    write(at.path(), "in/bad.jsonl", format!("{{\"{HOSTILE}"));
    // UTF-16 with halves of characters.
    let halves = [0xFEFF, 0x51B0, 0xD800, 0x6CB3, 0xDC00, 0x3002].map(u16::to_le_bytes).concat();
    write(at.path(), "in/halves.txt", halves);
    let rule = json!({ "id": "hostile", "why": HOSTILE, "span": "点击就送.*完", "keywords": ["点击就送"], "hit": ["点击就送甲完"], "miss": ["乙"] });
    write(at.path(), "rules/spam.toml", format!("rule = [{}]\n", inline_toml(&rule)));
    let args = "clean in -o out --input text --skip normalise --rules rules --url-field url --report report.html";
    jingwen(at.path()).args(args.split(' ')).assert().code(2);
    let html = at.path().join("report.html");
    let text = fs::read_to_string(&html).expect("a report can be read");
    assert!(!text.contains("<script>window.caught") && !text.contains("<img") && !text.contains(is_hidden));

    let Some(browser) = Browser::start(1200, 900) else { return };
    browser.open(&html);
    browser.run("document.querySelectorAll('.page button[aria-expanded=false], #failures summary, #rules summary').forEach(button => button.click())");
    browser.press("jkjnp");
    let elements = "return ['script', 'style', 'img', 'svg', 'iframe', 'base', 'object', 'link'].map(name => document.querySelectorAll(name).length)";
    assert_eq!(browser.run(elements), json!([7, 1, 0, 1, 0, 0, 0, 0]));
    let addresses = "return [...document.querySelectorAll('[href], [src]')].map(node => node.getAttribute('href') ?? node.getAttribute('src')).filter(address => !address.startsWith('#'))";
    assert_eq!(browser.run(addresses), json!([]));
    assert_eq!(
        browser.run("return [window.caught ?? null, document.querySelectorAll('meta[http-equiv]').length]"),
        json!([null, 1])
    );
    // All of it is there to be read, and nothing of it is hidden.
    let shown = browser.run("return document.querySelector('#pages').textContent + document.querySelector('#rules').textContent + document.querySelector('#failures').textContent + document.querySelector('#tip').textContent");
    let shown = shown.as_str().expect("it is text");
    for part in [
        "<script>window.caught=1</script>",
        "javascript:alert(3)",
        "javascript:alert(8)U+202E",
        "]]>--><a href",
        "{{data}}{{script}}${alert(5)}",
        "乙U+202E丙U+2066丁U+200B戊U+FEFF己U+E0041庚U+FFFF辛U+FDD0壬U+E000癸",
        "U+007FU+009B丑U+1FFFE寅U+3164卯",
        "onerror=alert(6)>U+202E.txt",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(!shown.contains(is_hidden));
    // What is typed is hostile too.
    browser.press("/");
    browser.press("<img src=x onerror=alert(7)>\\.*+?^${}()|[]");
    browser.press(ESCAPE);
    check_calm(&browser, &html);
}

/// Whether a character is one that readers would not see, or that turns the direction of what they see.
fn is_hidden(c: char) -> bool {
    let is_format = matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}');
    is_format || matches!(c, '\u{E0000}'..='\u{E0FFF}') || c.is_control() && !matches!(c, '\n' | '\t')
}

/// An object as TOML writes it in a line.
fn inline_toml(object: &Value) -> String {
    // A string of JSON is one of TOML, but for halves of characters and the delete character.
    let value = |value: &Value| value.to_string().replace('\u{7F}', "\\u007F");
    let entries = object.as_object().expect("it is an object").iter().map(|(name, of)| format!("{name} = {}", value(of)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

/// Nothing was said on the console, no dialog was opened, and nothing but the report was asked for.
fn check_calm(browser: &Browser, html: &Path) {
    assert!(!browser.has_alert());
    assert_eq!(browser.console(), [""; 0]);
    let address = format!("file://{}", html.display());
    assert_eq!(browser.requests().iter().filter(|request| **request != address).collect::<Vec<_>>(), [""; 0]);
}
