//! The verdict: what kind of page one is, and pages that are dropped for it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use jingwen::rules::Rules;
use jingwen::verdict::{Kind, Verdict};
use jingwen::{Cleaner, Options};

const NEWS: &str = "江湾渡口今天停航\n本报讯（记者 何小舟）江面上起了大雾，能见度不到五十米，渡口从清晨六点开始停航，两百多名乘客在候船室里等候。\n渡口负责人表示，雾在中午以前不会散，已经请公交公司加开两班绕行大桥的车。据了解，今年以来渡口已经三次因雾停航。\n";

const ADVERT: &str = "怀安玻璃钢水箱厂家\n我公司专业生产玻璃钢水箱，规格型号齐全，质量可靠，价格优惠，厂家直销，全国发货。\n欢迎新老客户来电咨询，量大从优，售后无忧，诚招代理商。\n联系人：陈经理 联系电话：13900001234 微信：boligang8888\n";

const DOORWAY: &str = "金凤凰娱乐平台官网注册\n渡口的雾散得很慢，金凤凰娱乐平台官网注册船工把缆绳又系了一遍。金凤凰娱乐平台官网注册去年修好的石桥今年又要拓宽。\n金凤凰娱乐平台官网注册孩子们在祠堂里背书。卖豆腐的老人说金凤凰娱乐平台官网注册水价涨了两分。\n金凤凰娱乐平台官网注册茶馆换了新的招牌，金凤凰娱乐平台官网注册戏台下的人比往年少。\n";

fn verdict(page: &str) -> Verdict {
    let cleaner = Cleaner::new(&Rules::embedded().expect("valid"), &Options::default()).expect("no filter is named");
    cleaner.clean(page.as_bytes()).verdict()
}

#[test]
fn kinds_are_told_with_their_evidence() {
    let listing: String =
        (1..30).map(|number| format!("{number}. 江湾渡口第{number}次停航公告 01-{number:02}\n")).collect::<String>()
            + "上一页 1 2 3 下一页 尾页\n";
    let garbled: String = (0..300).map(|number| char::from_u32(0x4e00 + number * 7919 % 20_000).unwrap_or('一')).collect();
    let pages = [
        (NEWS, Kind::News),
        (ADVERT, Kind::Advert),
        (DOORWAY, Kind::Doorway),
        (&listing, Kind::Listing),
        (&garbled, Kind::Garbled),
    ];
    for (page, kind) in pages {
        let verdict = verdict(page);
        assert_eq!(verdict.kind, kind, "{verdict}: {page}");
        assert!(!verdict.evidence.is_empty() && (0.0..=1.0).contains(&verdict.score), "{verdict}");
    }
}

#[test]
fn honest_pages_that_speak_of_such_things_are_articles() {
    for page in [
        "江湾彩民喜中双色球大奖\n近日，江湾一位彩民来到福彩中心兑奖，他在渡口边的投注站买的一注双色球中得奖金六百万元。工作人员提醒，购买彩票应当量力而行。\n",
        "警方破获网络赌博案\n江湾警方通报，一个以娱乐平台为名的赌博网站被打掉，抓获嫌疑人十二名。民警提醒，凡是要求充值、注册、下载软件的投注平台都是骗局，切勿联系。\n",
        "空气净化器用了三个月的感受\n先说结论：值得买，但不适合所有人。价格方面，官方售价899元，活动时便宜一百。续航和厂家宣传的差不多，缺点是噪音偏大，客服回复慢，售后只保一年。\n",
        "春江花月夜\n春江潮水连海平，海上明月共潮生。\n滟滟随波千万里，何处春江无月明。\n江流宛转绕芳甸，月照花林皆似霰。\n空里流霜不觉飞，汀上白沙看不见。\n",
        "江面上起了霧，渡口從清晨六點開始停航，兩百多名乘客在候船室裏等候。渡口站長說，霧在中午以前不會散。\n",
        "护照现在办理要多久\n请问各位，我在江湾办护照大概多久能拿到？\n",
    ] {
        let verdict = verdict(page);
        assert!(matches!(verdict.kind, Kind::News | Kind::Other), "{verdict}: {page}");
    }
}

fn jingwen(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jingwen"));
    let output = command.current_dir(folder).env("LANG", "C.UTF-8").env_remove("LC_ALL").args(args).output().expect("it runs");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn dropped_pages_are_counted_recorded_and_given_back() {
    let at = tempfile::tempdir().expect("a folder can be made");
    fs::create_dir(at.path().join("in")).expect("a folder can be made");
    for (name, page) in [("news.txt", NEWS), ("advert.txt", ADVERT), ("doorway.txt", DOORWAY)] {
        fs::write(at.path().join("in").join(name), page).expect("a file can be written");
    }
    let read = |name: &str| fs::read_to_string(at.path().join(name)).expect("a file can be read");
    // A run that drops nothing leaves files that the next one must take away.
    jingwen(at.path(), &["clean", "in", "-o", "out"]);
    let args = ["clean", "in", "-o", "out", "--drop", "advert,doorway,garbled", "--audit", "audit.jsonl"];
    let output = jingwen(at.path(), &args);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("3 pages")
            && String::from_utf8_lossy(&output.stderr).contains("2 dropped")
    );
    assert!(at.path().join("out/news.txt").exists() && !at.path().join("out/advert.txt").exists());
    let records = read("audit.jsonl");
    let dropped: Vec<serde_json::Value> = records
        .lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
        .filter(|record: &serde_json::Value| record["filter"] == "verdict")
        .collect();
    assert_eq!(dropped.len(), 2);
    assert_eq!((&dropped[0]["rule"], &dropped[0]["before"]), (&"verdict/advert".into(), &ADVERT.into()));
    assert!(dropped[0]["verdict"]["evidence"][0]["sign"].is_string());
    assert!(jingwen(at.path(), &[&args[..], &["--resume"]].concat()).stdout.is_empty());
    jingwen(at.path(), &["undo", "out", "--audit", "audit.jsonl", "-o", "back"]);
    for (name, page) in [("news.txt", NEWS), ("advert.txt", ADVERT), ("doorway.txt", DOORWAY)] {
        assert_eq!(read(&format!("back/{name}")), page);
    }
}

#[test]
fn verdicts_are_written_beside_pages_and_lines_are_dropped_whole() {
    let at = tempfile::tempdir().expect("a folder can be made");
    let line = |number: usize, page: &str| format!("{{\"id\":{number},\"text\":{}}}\n", serde_json::json!(page));
    let lines: String = [ADVERT, NEWS, DOORWAY, NEWS].iter().enumerate().map(|(number, page)| line(number, page)).collect();
    fs::write(at.path().join("in.jsonl"), &lines).expect("a file can be written");
    let read = |name: &str| fs::read_to_string(at.path().join(name)).expect("a file can be read");
    jingwen(
        at.path(),
        &["clean", "in.jsonl", "-o", "out.jsonl", "--verdict", "--drop", "doorway,advert", "--audit", "audit.jsonl"],
    );
    let out: Vec<serde_json::Value> = read("out.jsonl").lines().map(|line| serde_json::from_str(line).expect("a page")).collect();
    assert_eq!(out.iter().map(|page| page["id"].as_u64()).collect::<Vec<_>>(), [Some(1), Some(3)]);
    assert!(out.iter().all(|page| page["verdict"]["kind"] == "news"));
    assert_eq!(read("audit.jsonl").matches("\"filter\":\"verdict\"").count(), 4);
    jingwen(at.path(), &["clean", "in.jsonl", "-o", "out.jsonl", "--drop", "doorway,advert", "--audit", "audit.jsonl"]);
    jingwen(at.path(), &["undo", "out.jsonl", "--audit", "audit.jsonl", "-o", "back.jsonl"]);
    assert_eq!(read("back.jsonl"), lines);
}

#[test]
fn one_page_that_is_dropped_says_so() {
    let at = tempfile::tempdir().expect("a folder can be made");
    fs::write(at.path().join("page.txt"), ADVERT).expect("a file can be written");
    let output = jingwen(at.path(), &["clean", "page.txt", "--drop", "advert"]);
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("page.txt: dropped: advert"));
    assert!(String::from_utf8_lossy(&jingwen(at.path(), &["explain", "page.txt"]).stdout).contains("verdict: advert"));
}
