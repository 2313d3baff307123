//! Restoration: the tables are in order, a spun text comes back, honest text stays.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jingwen::rules::Rules;
use jingwen::{Cleaner, Options, Tier};
use proptest::prelude::*;

/// Replaces strings one after the other over the whole text, blindly, as spinners do.
fn spin(text: &str, rows: &[(&str, &str)]) -> String {
    rows.iter().fold(text.to_owned(), |text, (original, spun)| text.replace(original, spun))
}

const FAMILY_A: &[(&str, &str)] = &[
    ("没有", "莫得"),
    ("人", "东道主"),
    ("思", "念念"),
    ("做", "作念"),
    ("朋", "一又"),
    ("美", "好意思"),
    ("观", "不雅"),
    ("持", "抓"),
    ("道", "说念"),
    ("亡", "一火"),
];
const FAMILY_B: &[(&str, &str)] = &[("不能", "不克不及"), ("十分", "极端"), ("大", "年夜"), ("民", "平易近")];
const FAMILY_C: &[(&str, &str)] = &[("机器", "呆板"), ("么", "幺"), ("国", "邦")];

/// Sentences of many subjects; what a spinner could make of them is in the tables.
const SENTENCES: &[&str] = &[
    "他和几位朋友在街道上等了一个下午，没有人知道车什么时候来。",
    "观众们都说这出戏好看，她却觉得不好意思，因为中间忘了一句台词。",
    "这家工厂坚持自己做零件，持续了三十年，国内外的客人都愿意来参观。",
    "美丽的湖面上飘着几只小船，船上的人在思考怎么把鱼运到城里。",
    "大家都认为这个办法不能再用了，市民的意见十分重要。",
    "机器人学会了开门，但是它为什么这么慢，工程师也没有想明白。",
    "报道说，中国的代表就渔业问题达成了一致，会谈进行了十分钟。",
    "老人每天早上做一碗面，脑子里的思路越来越清楚。",
    "伤亡的消息让整个村子安静下来，人们支持他们重建家园。",
    "这支队伍的道路并不平坦，主持人问他们为什么还要坚持。",
];

/// A page on which a name holds a character that the spinner swaps for a common word.
const NAMED: &str = "县志馆馆长鲍持远提醒，老照片要装在不透光的盒子里保持干燥，没有盒子的可以用牛皮纸。\n\
    志愿者坚持整理了三年，支持他们的是镇上的老人。鲍持远说，朋友们送来的照片已经有两千张。\n";

fn cleaner(restore: Tier) -> Cleaner {
    let rules = Rules::embedded().expect("the embedded rules are valid");
    let options = Options { restore, only: vec!["restore".to_owned()], ..Options::default() };
    Cleaner::new(&rules, &options).expect("the filter exists")
}

fn restored(text: &str) -> String {
    cleaner(Tier::Chars).clean(text.as_bytes()).cleaned.text
}

#[test]
fn tables_are_sorted_and_unique() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in fs::read_dir(folder).expect("the rules folder") {
        let path = entry.expect("the rules folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !(name.starts_with("spun-") || name.starts_with("protected")) {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a readable table");
        assert!(text.starts_with("# ") && text.contains("# Source:"), "{name} has no header");
        let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let key = |row: &&str| row.split('\t').take(3).map(str::to_owned).collect::<Vec<_>>();
        let keys: Vec<_> = rows.iter().map(key).collect();
        assert!(keys.is_sorted(), "{name} is not sorted");
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{name} repeats a row");
        if name.starts_with("spun-") {
            assert!(keys.iter().all(|row| row.len() == 3 && row[0] != row[1]), "{name} has a row that says nothing");
        }
    }
}

#[test]
fn a_host_is_no_man() {
    // 道 and 人 spun leave 作为东道主 and 作为人 the same.
    let spun = "一又友说莫得东说念主来。作为东说念主，小城的居民收拾好了客房。作为东说念主类的一又友，狗也来了。";
    let original = "朋友说没有人来。作为东道主，小城的居民收拾好了客房。作为人类的朋友，狗也来了。";
    assert_eq!(restored(spun), original);
}

#[test]
fn honest_strings_stay() {
    for text in [
        "她念念不忘的是那条一又二分之一尺长的围巾，说起来还有点不好意思。",
        "东道主球队抓住了机会，观众席上的人整齐地喊着他的名字。",
        "这位平易近人的老师说，极端天气里不要走极端，年夜饭可以晚一点吃。",
        "刘邦的故事里没有德邦快递，家里的老幺也不信联邦德国。",
        "作家莫得全在会上说，不雅的画面已经删去。",
    ] {
        assert_eq!(restored(text), text);
    }
}

#[test]
fn a_name_on_a_spun_page_stays() {
    let text = "莫得全昨天回到村里。没有人知道他为什么回来，人们问他，莫得全只是笑。后来莫得全开了一家店，店里没有招牌。";
    let rows: Vec<_> = FAMILY_A.iter().copied().filter(|(original, _)| *original != "没有").collect();
    let spun = spin(text, &rows).replace("没有人", "莫得人");
    assert_eq!(restored(&spun), text);
}

#[test]
fn a_chain_is_undone() {
    let text = "做朋友的人都不好意思开口。没有人知道他的名字，观众只记得那张海报。";
    assert_eq!(restored(&spin(text, FAMILY_A)), text);
}

#[test]
fn each_edit_names_its_row_and_its_gain() {
    let page = cleaner(Tier::Chars).clean("东说念主都知说念这件事。".as_bytes());
    let edits: Vec<_> = page.cleaned.audit().map(|audited| audited.edit.clone()).collect();
    let names: Vec<_> = edits.iter().map(|edit| edit.rule.as_str()).collect();
    assert_eq!(names, ["restore/东说念主→人", "restore/说念→道"]);
    assert!(edits.iter().all(|edit| edit.gain.is_some_and(|gain| gain > 1.0)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a spinner wrote comes back, whatever stands beside it.
    #[test]
    fn spun_text_comes_back(
        picked in prop::sample::subsequence(SENTENCES.to_vec(), 4..SENTENCES.len()).prop_shuffle(),
        family in 0..3usize,
    ) {
        let text = picked.join("\n");
        let spun = spin(&text, [FAMILY_A, FAMILY_B, FAMILY_C][family]);
        prop_assert_eq!(restored(&spun), text);
    }

    /// Nothing changes in text that no spinner touched.
    #[test]
    fn unspun_text_stays(picked in prop::sample::subsequence(SENTENCES.to_vec(), 1..SENTENCES.len()).prop_shuffle()) {
        let text = picked.join("\n");
        prop_assert_eq!(restored(&text), text);
    }
}

#[test]
fn a_page_that_holds_nothing_spun_when_all_of_it_is_read_is_not_open_for_words() {
    let text = "退休教师莫得全起先不肯开口，邻居探望他三次，莫得全才说了一句不好意思。\n\
        村干部说，莫得全非常反对这件事，子女离开之后，探望次数反而减少。";
    assert_eq!(cleaner(Tier::Words).clean(text.as_bytes()).cleaned.text, text);
}

#[test]
fn words_that_nobody_writes_open_a_page_for_words() {
    let page = "这个小组研讨较量争论机怎样处置惩罚图片。末了的结果在会上颁布发表。";
    let back = |restore| cleaner(restore).clean(page.as_bytes()).cleaned.text;
    assert!(back(Tier::Words).contains("计算机") && back(Tier::Words).contains("处理图片"), "{}", back(Tier::Words));
    assert_eq!(back(Tier::Chars), page);
    let honest = "这个小组研讨水稻怎样过冬。末了的结果在会上宣布。";
    assert_eq!(cleaner(Tier::Words).clean(honest.as_bytes()).cleaned.text, honest);
}

/// A spun page on which people also write what a spinner would.
const HONEST_FORMS: &str = "东说念主们在站台上等了二十分钟，一又友打来电话，他莫得接。\n\
    站长连声说：“真不好意思，让各位久等了。”旁边的小姑娘也说“不好意思”，把座位让了出来。\n\
    墙上有一句话被人涂掉了，站长觉得“不雅”，清洁工却觉得留着才热闹。\n";

#[test]
fn honest_forms_stay_on_a_spun_page() {
    let expected = HONEST_FORMS.replace("东说念主", "人").replace("一又友", "朋友").replace("莫得", "没有");
    assert_eq!(restored(HONEST_FORMS), expected);
}

#[test]
fn a_name_comes_back() {
    let spun = spin(NAMED, FAMILY_A);
    assert!(spun.contains("鲍抓远"));
    assert_eq!(restored(&spun), NAMED);
}

/// A village where the spinner wrote 东道主 for each person, as a word of its own sense would stand too.
const HOSTS: &str = "村里人起得早，上了年纪的人在井边打水，年轻的人把鱼筐抬上船。谁也没有催促，人们都知道风几点来。\n\
    在码头上干了一辈子的人说，会看云的人不怕雾。毁掉渔网的人后来赔了三张新网，愿意留下的人越来越多。\n\
    更多的人还在路上，有一半的人是从山那边过来的，朋友们给他们煮了姜茶。\n";

#[test]
fn a_form_that_a_page_uses_throughout_is_not_its_own_word() {
    let rows = [("没有", "莫得"), ("人", "东道主"), ("朋", "一又")];
    let spun = spin(HOSTS, &rows);
    assert!(spun.contains("毁掉渔网的东道主"));
    assert_eq!(restored(&spun), HOSTS);
    let sport = "开幕式上，东道主代表团最后入场。东说念主们为东道主鼓掌，一又友们挥着小旗，莫得一个座位是空的。";
    assert_eq!(restored(sport), "开幕式上，东道主代表团最后入场。人们为东道主鼓掌，朋友们挥着小旗，没有一个座位是空的。");
}

#[test]
fn a_name_that_was_spun_twice_comes_back() {
    let text = "馆长孟思美介绍，报名的人里有一半是骑手。朋友们觉得课排得太满，没有人缺课。\n";
    let rows = [("没有", "莫得"), ("人", "东说念主"), ("朋", "一又"), ("思", "念念"), ("美", "好意思")];
    let spun = spin(text, &rows);
    assert!(spun.contains("孟念念好意思介绍"));
    assert_eq!(restored(&spun), text);
}
