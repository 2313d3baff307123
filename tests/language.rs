//! The built-in model and damaged copies of it.

use jingwen::language::training::{Options, train};
use jingwen::language::{LanguageModel, ModelError, State, Symbol, carries_on};

fn model() -> &'static LanguageModel {
    LanguageModel::embedded()
}

/// The sum over all that can follow, an unknown character counted as often as there are such characters. What only
/// carries on a run is no event of its own.
fn total(model: &LanguageModel, state: State) -> f64 {
    let each = |symbol| f64::from(model.log_prob(state, symbol)).exp();
    let events = model.symbols().filter(|&symbol| !carries_on(state.last(), symbol));
    events.map(|s| if s == Symbol::UNKNOWN { 20_000.0 * each(s) } else { each(s) }).sum()
}

#[test]
fn the_built_in_model_is_whole_and_small() {
    let bytes: &'static [u8] = include_bytes!("../model/zh.ngram");
    assert!(LanguageModel::from_bytes(bytes).is_ok());
    assert!(bytes.len() < 10_000_000);
}

#[test]
fn probabilities_sum_to_one_after_any_context() {
    let contexts = ["", "中", "中国", "我们的", "，", "二〇", "记者", "新华", "不", "一个", "。”", "了，", "龘", "啊龘", "的的"];
    for context in contexts {
        let (state, _) = model().score_from(State::START, context);
        let sum = total(model(), state);
        assert!((sum - 1.0).abs() < 0.03, "{context}: {sum}");
    }
    assert!((total(model(), State::BLANK) - 1.0).abs() < 0.001);
}

#[test]
fn originals_are_likelier_than_their_spun_forms() {
    let pairs = [
        ("世界上的人", "宇宙上的东说念主"),
        ("我们的工作", "咱们的使命"),
        ("他的朋友都知道", "他的一又友都知说念"),
        ("美好的生活", "好意思好的糊口"),
        ("持续推进", "抓续推动"),
        ("没有人知道", "莫得东说念主知说念"),
        ("人民群众", "人平易近群众"),
        ("大家什么都不能做", "年夜家什幺都不克不及作念"),
        ("中国", "鍥藉"),
        ("中国", "ÖÐ¹ú"),
    ];
    for (original, spun) in pairs {
        assert!(model().score(original) > model().score(spun) + 1.0, "{original} {spun}");
    }
}

#[test]
fn genuine_words_are_likelier_than_a_wrong_restoration() {
    let pairs =
        [("不好意思", "不美"), ("念念不忘", "思不忘"), ("平易近人的态度", "平民人的态度"), ("大年夜的晚上", "大大的晚上")];
    for (genuine, wrong) in pairs {
        let each = |text: &str| model().score(text) / text.chars().count() as f32;
        assert!(each(genuine) > each(wrong), "{genuine} {wrong}");
    }
}

#[test]
fn runs_and_widths_make_no_difference() {
    for (one, other) in [
        ("在2026年3月", "在７年12月"),
        ("用iPhone写", "用ＧＰＴ写"),
        ("好,真的?", "好，真的？"),
        ("　　中国", "中国"),
        ("3 月 13 日", "3月13日"),
        ("一行\n\n  二行", "一行\r\n二行"),
    ] {
        let folded = one == "3 月 13 日";
        let (a, b) = (model().score(one), model().score(other));
        assert!(folded || (a - b).abs() < 1e-4, "{one} {a} {other} {b}");
    }
    let (state, _) = model().score_from(State::START, "在2");
    assert_eq!(model().step(state, Symbol::DIGITS), (state, 0.0));
    assert_eq!(model().step(state, Symbol::SPACE), (state, 0.0));
    assert_ne!(model().step(state, Symbol::LATIN).0, state);
    assert_eq!(model().symbol('𠮷'), Symbol::UNKNOWN);
}

#[test]
fn equal_states_come_from_different_texts() {
    let state = |text| model().score_from(State::START, text).0;
    assert_eq!(state("这是中国"), state("这里说的是中国"));
    assert_eq!(state("第一行\n"), State::START);
}

#[test]
fn log_prob_and_advance_are_the_halves_of_step() {
    let mut state = State::START;
    for c in "新华社北京3月13日电（记者 王明）今天，iPhone 17 在京发布。\n".chars() {
        let symbol = model().symbol(c);
        let (next, log_prob) = model().step(state, symbol);
        assert_eq!(log_prob, model().log_prob(state, symbol));
        assert_eq!(next, model().advance(state, symbol));
        assert!(log_prob <= 0.0 && log_prob > -30.0);
        state = next;
    }
}

#[test]
fn training_is_repeatable_and_its_result_opens() {
    let text = "世界上的人都喜欢花。\n天上的人也喜欢2026年的花。\n".repeat(9);
    let bytes = train(&[&text], &Options::default());
    assert_eq!(bytes, train(&[&text], &Options::default()));
    let model = LanguageModel::from_bytes(bytes).expect("opens");
    for context in ["", "世", "世界", "上的", "人也", "2"] {
        let sum = total(&model, model.score_from(State::START, context).0);
        assert!((sum - 1.0).abs() < 0.1, "{context}: {sum}");
    }
}

#[test]
fn what_is_no_model_is_refused() {
    let text = "世界上的人都喜欢花。".repeat(9);
    let bytes = train(&[&text], &Options::default());
    let open = |bytes: Vec<u8>| LanguageModel::from_bytes(bytes).err();
    assert_eq!(open(Vec::new()), Some(ModelError::NotAModel));
    assert_eq!(open(b"hello, this is no language model".to_vec()), Some(ModelError::NotAModel));
    let mut other = bytes.clone();
    other[8] = 99;
    assert_eq!(open(other), Some(ModelError::Version { found: 99 }));
    for end in [8, 12, 23, 24, 1000, bytes.len() - 1] {
        assert!(open(bytes[..end].to_vec()).is_some(), "cut at {end}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(open(longer), Some(ModelError::Length { .. })));
    for field in [12, 16, 20] {
        let mut huge = bytes.clone();
        huge[field..field + 4].fill(0xFF);
        assert!(open(huge).is_some());
    }
}

#[test]
fn damage_inside_never_panics() {
    let text = "世界上的人都喜欢花。\n天上的人也喜欢2026年的花。\n".repeat(9);
    let bytes = train(&[&text], &Options::default());
    let mut random = 1_u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize
    };
    for _ in 0..300 {
        let mut damaged = bytes.clone();
        for _ in 0..200 {
            // Past the code point table, which is most of so small a file.
            let at = 24 + 131_072 + next() % (bytes.len() - 24 - 131_072);
            damaged[at] = next() as u8;
        }
        let model = LanguageModel::from_bytes(damaged).expect("the header is whole");
        let _ = model.score(&text[..300]);
        let _ = model.symbols().map(|s| model.log_frequency(s)).sum::<f32>();
    }
}
