//! What changes and what stays, over examples and over all of Unicode.

use super::*;
use crate::pipeline::Pipeline;

fn normalised(text: &str) -> String {
    Pipeline::new(vec![Box::new(Normalise::new(Lost::Drop))]).clean(text).text
}

#[track_caller]
fn stays(text: &str) {
    assert_eq!(normalised(text), text);
}

#[test]
fn look_alikes_are_sorted_unique_and_end_in_ordinary_characters() {
    for pair in LOOK_ALIKES.windows(2) {
        assert!(pair[0].0 < pair[1].0, "{:X}", pair[1].0 as u32);
    }
    for &(c, meant, _) in LOOK_ALIKES.iter() {
        let mut meant = meant.chars();
        let to = meant.next().expect("a character is meant");
        assert!(meant.next().is_none() && Odd::of(to).is_none(), "{:X}", c as u32);
    }
    for radical in '\u{2F00}'..='\u{2FD5}' {
        assert!(LOOK_ALIKES.iter().any(|&(c, ..)| c == radical), "{:X}", radical as u32);
    }
}

#[test]
fn radicals_and_compatibility_ideographs_become_the_characters_they_pass_for() {
    assert_eq!(normalised("⼈⼯智能让⻓城更⻅其⼤"), "人工智能让长城更见其大");
    assert_eq!(normalised("金色的\u{F9E1}子"), "金色的李子");
    assert_eq!(normalised("\u{2F800}字"), "丽字");
    stays("\u{FA0E}\u{FA29}二字不动");
}

#[test]
fn full_width_letters_and_digits_are_narrowed_and_punctuation_is_not() {
    assert_eq!(normalised("２０２６年，ＧＤＰ增长５．２％（初步）"), "2026年，GDP增长5.2％（初步）");
    assert_eq!(normalised("比分２：１。"), "比分2：1。");
    stays("①㎡℃№Ⅳ㈠￥");
    stays("\u{3000}\u{3000}段首的空格");
}

#[test]
fn a_run_is_one_edit() {
    let pipeline = Pipeline::new(vec![Box::new(Normalise::new(Lost::Drop))]);
    let cleaned = pipeline.clean("电话０１０－６２３４，\u{200B}\u{200C}\u{FEFF}接通");
    let rules: Vec<_> = cleaned.audit().map(|audited| audited.edit.rule.to_string()).collect();
    assert_eq!(rules, ["normalise/full-width", "normalise/invisible"]);
    assert_eq!(cleaned.text, "电话010-6234，接通");
}

#[test]
fn what_no_reader_sees_goes() {
    assert_eq!(normalised("城\u{200B}市\u{AD}更\u{2060}新\u{200E}工\u{FEFF}程\u{8}完\u{FFFC}工"), "城市更新工程完工");
    assert_eq!(normalised("雨\u{488}水\u{301}\u{336}多，\u{20E3}风"), "雨水多，风");
    assert_eq!(normalised("葛\u{E0100}城\u{FE00}的"), "葛城的");
    assert_eq!(normalised("新\u{E63A}闻\u{F0B7}"), "新闻");
}

#[test]
fn a_lost_character_goes_or_is_marked() {
    let text = "大\u{FFFD}桥通车\u{FFFD}\u{FFFD}。一家\u{FFFD}\u{FFFD}\u{FFFD}动人";
    assert_eq!(normalised(text), "大桥通车。一家\u{FFFD}\u{FFFD}\u{FFFD}动人");
    assert_eq!(Pipeline::new(vec![Box::new(Normalise::new(Lost::Mark))]).clean(text).text, text);
    stays("caf\u{FFFD} 与 na\u{FFFD}ve");
}

#[test]
fn what_does_its_work_stays() {
    stays("👩\u{200D}🎨画画，🏋️\u{200D}♀️举重，3\u{FE0F}\u{20E3}号 ❤️");
    stays("می\u{200C}خواهم 与 \u{200F}שלום");
    stays("Zoe\u{308} 与 José");
    stays("f\u{2061}(x) 与 x\u{302}");
    stays("２０２６年４月からＮＨＫで放送される。");
    stays("２０２６년 \u{F9E1}씨가 말했다.");
    stays("康熙部首⼈与汉字人不同；全角的Ａ不是A。");
    stays("Donau\u{AD}dampf\u{AD}schiff");
}

/// All of Unicode, each character with what a line of Chinese makes of it between two others.
fn all() -> impl Iterator<Item = (char, String)> {
    let filter = Pipeline::new(vec![Box::new(Normalise::new(Lost::Drop))]);
    ('\0'..=char::MAX).map(move |c| {
        let line = filter.clean(&format!("河上{c}船只")).text;
        let between = line.strip_prefix("河上").and_then(|rest| rest.strip_suffix("船只"));
        (c, between.expect("what stands around it stays").to_owned())
    })
}

/// An ideograph of the blocks that text is written in.
fn is_ordinary(text: &str) -> bool {
    let mut chars = text.chars();
    let is = |c| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{2EBE0}' | '\u{30000}'..='\u{323AF}');
    chars.next().is_some_and(is) && chars.next().is_none()
}

#[test]
fn each_code_point_changes_as_its_block_says() {
    const TRUE_IDEOGRAPHS: [char; 12] = ['﨎', '﨏', '﨑', '﨓', '﨔', '﨟', '﨡', '﨣', '﨤', '﨧', '﨨', '﨩'];
    for (c, result) in all() {
        let same = result.chars().eq([c]);
        let holds = match c {
            '\u{2F00}'..='\u{2FD5}' => is_ordinary(&result),
            // An empty place, and a stroke that stands for no ideograph.
            '\u{2E80}' | '\u{2E9A}' => same,
            '\u{2E81}'..='\u{2EF3}' => is_ordinary(&result),
            '\u{F900}'..='\u{FAFF}' if TRUE_IDEOGRAPHS.contains(&c) => same,
            // Empty places.
            '\u{FA6E}' | '\u{FA6F}' | '\u{FADA}'..='\u{FAFF}' | '\u{2FA1E}' | '\u{2FA1F}' => same,
            '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1D}' => is_ordinary(&result),
            '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => result.chars().eq([narrow(c)]) && result.is_ascii(),
            '\u{E000}'..='\u{F8FF}' | '\u{F0000}'.. => !same && !result.chars().any(|c| Odd::of(c).is_some()),
            '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => result.is_empty(),
            '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' => result.is_empty(),
            '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}' => result.is_empty(),
            '\0'..='\u{8}' | '\u{E}'..='\u{1F}' | '\u{7F}' | '\u{AD}' | '\u{FFFD}' => result.is_empty(),
            // Enclosed numbers and letters, units, letters of the alphabet of mathematics, punctuation of any width.
            '\u{2460}'..='\u{24FF}' | '\u{3200}'..='\u{33FF}' | '\u{1D400}'..='\u{1D7FF}' | '\u{1F100}'..='\u{1F1FF}' => same,
            '\u{3000}'..='\u{303F}' | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE6F}' | '！'..='～' | '￠'..='￦' => same,
            '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2F7FF}' | '\u{30000}'..='\u{3FFFF}' => same,
            _ => same || Odd::of(c).is_some(),
        };
        assert!(holds, "U+{:04X} becomes {result:?}", c as u32);
    }
}

#[test]
fn enclosed_letters_are_written_out_in_contact_words() {
    for (text, plain) in [
        ("加ⓥ信ab12345", "加v信ab12345"),
        ("扣扣🅠🅠：12345", "扣扣QQ：12345"),
        ("Ⓦⓔⓘⓧⓘⓝ同号", "Weixin同号"),
        ("加vⓧ12345", "加vx12345"),
    ] {
        assert_eq!(normalised(text), plain);
    }
    stays("地铁Ⓜ出口，ⓘ说明，血型🅱，Ⓐ、Ⓑ两队，ⓥ");
    assert!(rows(include_str!("../../../rules/contact-words.tsv")).is_sorted());
}
