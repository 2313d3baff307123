//! The site profile on a generated site: what recurs goes, the article stays, parts merge into the whole.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use jingwen::profile::SiteProfile;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

const PAGES: usize = 240;

/// A page as the site shows it, and the article in it. Of its twelve templates half are like nothing that a rule knows.
fn page(number: usize) -> (String, String) {
    let places = ["渡口", "茶馆", "码头", "石桥", "祠堂", "水井", "戏台"];
    let deeds = ["修好了", "打扫了", "画下了", "丈量了", "守住了", "搬走了", "拆掉了", "看中了", "忘记了", "说起了", "点亮了"];
    let people = ["何小舟", "孟远", "江一帆", "老周", "船工", "木匠", "卖豆腐的人", "摆渡的老人", "教书先生", "邻家的孩子"];
    let sentence = |n: usize| {
        let (who, what, place) = (people[n % 10], deeds[n % 11], places[n % 7]);
        format!("{who}在第{n}个早晨{what}{place}，后来每逢有人提起这件事，{who}都要笑上半天。")
    };
    let on = |times: usize, of: usize| number % of < times;
    let (mut shown, mut article) = (String::new(), String::new());
    let site = |shown: &mut String, is_there: bool, line: String| {
        if is_there {
            writeln!(shown, "{line}").expect("a string can be written");
        }
    };
    let mut own = |shown: &mut String, is_there: bool, before: &str, line: String, after: &str| {
        if is_there {
            writeln!(shown, "{before}{line}{after}").expect("a string can be written");
            writeln!(article, "{line}").expect("a string can be written");
        }
    };
    site(&mut shown, true, "首页 > 江湾 > 正文".into());
    site(&mut shown, on(4, 5), "江湾拾遗，给走远路的人看".into());
    own(&mut shown, on(1, 6), "", "灯下闲话".into(), "");
    own(&mut shown, true, "", format!("{}和{}的第{number}个故事", people[number % 10], places[number % 7]), "");
    own(&mut shown, on(2, 3), "", format!("作者：{}", people[number % 3]), "");
    site(&mut shown, true, format!("发布时间：2025-01-{:02} 08:{:02}", number % 28 + 1, number % 60));
    site(&mut shown, on(3, 4), format!("{}只鸬鹚读过本页 | 夜航模式", number * 7));
    let lead = if on(1, 2) { format!("本报江湾{}月{}日电 ", number % 12 + 1, number % 28 + 1) } else { String::new() };
    let listen = if on(1, 3) { "江湾拾遗会员可以听这一页。" } else { "" };
    own(&mut shown, true, listen, format!("{lead}{}", sentence(number)), "");
    own(&mut shown, on(1, 3), "", "写在后面".into(), "");
    own(&mut shown, true, "", sentence(number + 1000), "");
    site(&mut shown, on(2, 3), "船票每周五中午在茶馆门口发放，来晚了就只能等下一周。".into());
    let more = if on(4, 5) { "返回江湾首页，查看更多" } else { "" };
    own(&mut shown, true, "", sentence(number + 2000), more);
    own(&mut shown, on(1, 4), "", "（完）".into(), "");
    site(&mut shown, true, "责任编辑：江一帆".into());
    site(&mut shown, on(5, 6), "本页由江湾的木船装订，共用去麻绳三尺".into());
    site(&mut shown, on(2, 3), format!("打赏墙：今日共收到{number}枚羽毛"));
    site(&mut shown, true, "关于江湾 | 联系船工 | 水路图".into());
    (shown, article)
}

fn learn(numbers: impl Iterator<Item = usize>) -> SiteProfile {
    let mut profile = SiteProfile::new();
    numbers.for_each(|number| profile.add(&page(number).0));
    profile
}

#[test]
fn templates_go_and_articles_stay() {
    let profile = learn(0..PAGES);
    assert_eq!((profile.pages(), profile.shortfall()), (PAGES as u64, 0));
    let options = Options { profile: Some(Arc::new(profile)), only: vec!["profile".into()], ..Options::default() };
    let cleaner = Cleaner::new(&Rules::embedded().expect("valid"), &options).expect("the filter exists");
    for number in 0..PAGES {
        let (shown, article) = page(number);
        let cleaned = cleaner.clean(shown.as_bytes()).cleaned;
        assert_eq!(cleaned.text, article, "page {number}:\n{shown}");
        assert_eq!(cleaned.undo(), shown);
        assert_eq!(cleaner.clean(article.as_bytes()).cleaned.text, article, "cleaning twice");
        let rules: Vec<String> = cleaned.audit().map(|audited| audited.edit.rule.to_string()).collect();
        assert!(rules.contains(&format!("profile/on-{PAGES}-of-{PAGES}-pages")), "{rules:?}");
    }
}

#[test]
fn copies_of_a_page_stay_whole() {
    let mut profile = learn(0..40);
    (0..40).for_each(|_| profile.add(&page(7).1));
    let options = Options { profile: Some(Arc::new(profile)), only: vec!["profile".into()], ..Options::default() };
    let cleaner = Cleaner::new(&Rules::embedded().expect("valid"), &options).expect("the filter exists");
    let article = page(7).1;
    assert_eq!(cleaner.clean(article.as_bytes()).cleaned.text, article);
}

fn jingwen(folder: &Path, args: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingwen"));
    command.current_dir(folder).env("LANG", "C.UTF-8").env_remove("LC_ALL").args(args).output().expect("it runs")
}

#[test]
fn parts_of_a_site_merge_into_the_profile_of_the_whole() {
    let at = tempfile::tempdir().expect("a folder can be made");
    for number in 0..PAGES {
        let folder = at.path().join(if number % 3 == 0 { "site/a" } else { "site/b" });
        fs::create_dir_all(&folder).expect("a folder can be made");
        fs::write(folder.join(format!("{number:03}.txt")), page(number).0).expect("a file can be written");
    }
    for (from, to) in [("site/a", "a"), ("site/b", "b"), ("site", "whole")] {
        assert!(jingwen(at.path(), &["learn", "site", from, "-o", to]).status.success());
    }
    assert!(jingwen(at.path(), &["learn", "merge", "a", "b", "-o", "merged"]).status.success());
    let read = |name: &str| fs::read(at.path().join(name)).expect("a file can be read");
    assert_eq!(read("merged"), read("whole"));
    assert_eq!(String::from_utf8(read("whole")).expect("text"), learn(0..PAGES).write());

    // Both passes in one command come to the same as one after the other.
    let apart = ["clean", "site", "-o", "apart", "--profile", "whole", "--only", "profile"];
    assert!(jingwen(at.path(), &apart).status.success());
    assert!(jingwen(at.path(), &["clean", "site", "-o", "both", "--learn", "--only", "profile"]).status.success());
    for number in 0..PAGES {
        let name = format!("{}/{number:03}.txt", if number % 3 == 0 { "a" } else { "b" });
        let article = page(number).1.into_bytes();
        assert_eq!(read(&format!("apart/{name}")), article);
        assert_eq!(read(&format!("both/{name}")), article);
    }
    // What is resumed is learned again: another site is another setting.
    let resumed = ["clean", "site", "-o", "both", "--learn", "--only", "profile", "--resume"];
    assert!(jingwen(at.path(), &resumed).status.success());
    fs::write(at.path().join("site/a/new.txt"), page(999).0).expect("a file can be written");
    let output = jingwen(at.path(), &resumed);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("other settings"));
}

#[test]
fn a_profile_that_cannot_be_read_is_an_error_with_its_line() {
    let at = tempfile::tempdir().expect("a folder can be made");
    fs::write(at.path().join("site.profile"), "# jingwen site profile 1\npages\tmany\n").expect("a file can be written");
    fs::write(at.path().join("page.txt"), "江湾\n").expect("a file can be written");
    let output = jingwen(at.path(), &["clean", "page.txt", "--profile", "site.profile"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("site.profile: line 2: not a number of pages"));
}
