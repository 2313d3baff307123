//! What holds for every page: undo, origin, replay, idempotence, calm.
//!
//! Random pages mix ordinary prose with pieces that filters look for, so that edits happen and meet. `PROPTEST_CASES`
//! sets how many are tried.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jingwen::edit::{Edit, Edits, RuleId};
use jingwen::pipeline::Cleaned;
use jingwen::render::spot::spots;
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options, Tier};
use proptest::prelude::*;

static CLEANERS: LazyLock<[Cleaner; 2]> = LazyLock::new(|| {
    [Tier::Chars, Tier::Words].map(|restore| {
        let rules = Rules::embedded().expect("the embedded rules are valid");
        Cleaner::new(&rules, &Options { restore, ..Options::default() }).expect("no filter is named")
    })
});

/// Every page among the project's fixtures.
fn fixtures() -> Vec<(PathBuf, Vec<u8>)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable fixture folder") {
            let path = entry.expect("a readable fixture folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_stem().is_some_and(|stem| stem == "page") {
                let bytes = fs::read(&path).expect("a readable page");
                pages.push((path, bytes));
            }
        }
    }
    pages
}

/// The clean text as the source and the audit alone give it.
fn replay(source: &str, cleaned: &Cleaned) -> String {
    cleaned.passes.iter().fold(source.to_owned(), |text, pass| pass.made.apply(&text).into_owned())
}

fn assert_accounted(source: &str, cleaned: &Cleaned) {
    assert_eq!(cleaned.undo(), source, "undo");
    assert_eq!(replay(source, cleaned), cleaned.text, "replay");
    for (at, c) in cleaned.text.char_indices() {
        let origin = cleaned.origin(at..at + c.len_utf8());
        assert!(source.get(origin.clone()).is_some(), "the origin {origin:?} of {c:?} at {at} is no range of the source");
    }
    for audited in cleaned.audit() {
        assert!(source.get(audited.source.clone()).is_some(), "{:?} is no range of the source", audited.source);
        assert!(cleaned.text.get(audited.cleaned.clone()).is_some(), "{:?} is no range of the result", audited.cleaned);
    }
    assert_spotted(source, cleaned);
}

/// Between the spots, source and result are the same; and each spot has edits.
fn assert_spotted(source: &str, cleaned: &Cleaned) {
    let (mut from, mut to) = (0, 0);
    for spot in spots(cleaned) {
        assert_eq!(source[from..spot.source.start], cleaned.text[to..spot.cleaned.start], "before {spot:?}");
        assert!(cleaned.text.get(spot.cleaned.clone()).is_some() && !spot.edits.is_empty(), "{spot:?}");
        (from, to) = (spot.source.end, spot.cleaned.end);
    }
    assert_eq!(source[from..], cleaned.text[to..], "after the last spot");
}

fn assert_idempotent(cleaner: &Cleaner, cleaned: &Cleaned) {
    let again = cleaner.clean(cleaned.text.as_bytes());
    assert_eq!(again.cleaned.text, cleaned.text, "cleaning twice changes what was clean");
}

#[test]
fn fixture_pages_are_accounted_for() {
    let pages = fixtures();
    assert!(pages.len() >= 22, "only {} fixture pages found", pages.len());
    for (path, bytes) in pages {
        eprintln!("{}", path.display());
        for cleaner in &*CLEANERS {
            let page = cleaner.clean(&bytes);
            assert_accounted(page.source(), &page.cleaned);
            assert_idempotent(cleaner, &page.cleaned);
        }
    }
}

#[test]
fn innocent_pages_come_out_byte_for_byte() {
    let innocent = |path: &Path| path.components().any(|part| part.as_os_str() == "untouched");
    let pages: Vec<_> = fixtures().into_iter().filter(|(path, _)| innocent(path)).collect();
    assert!(pages.len() >= 8, "only {} innocent pages found", pages.len());
    for (path, bytes) in pages {
        for cleaner in &*CLEANERS {
            let page = cleaner.clean(&bytes);
            let changes: Vec<_> = page.cleaned.audit().map(|audited| audited.edit.clone()).collect();
            assert_eq!(page.cleaned.text.as_bytes(), bytes, "{}: {changes:?}", path.display());
        }
    }
}

/// Ordinary text and its marks.
const PROSE: &[&str] = &[
    "河水在夜里涨了起来",
    "，",
    "。",
    "\n",
    "\n\n",
    " ",
    "\u{3000}",
    "“",
    "”",
    "他说",
    "2024",
    "Ａ１",
    "ok",
    "é",
    "🙂",
    "\r\n",
    "？",
    "?",
];

/// Things that filters look for.
const DIRT: &[&str] = &[
    "东说念主",
    "好意思",
    "一又友",
    "不好意念念",
    "莫得",
    "抓续",
    "咱们",
    "使命",
    "\u{200b}",
    "\u{ad}",
    "⼈",
    "&nbsp;",
    "&#25105;",
    "\\u6211",
    "鍥藉",
    "ÖÐ¹ú",
    "國(guó)內(nèi)",
    "双(shuang)方(fang)",
    "盈 利",
    "股&票",
    "薇❤信",
    "\u{fffd}",
    "\u{e000}",
    "彩票注册",
    "锟斤拷",
    "返回搜狐，查看更多",
    "责任编辑：",
    "来源：",
    "展开剩余12%",
    "很长的一段话足够让重复的段落被看见因为它有三十多个字而且说的是同一件事情\n",
];

/// A piece of a random page.
fn piece() -> impl Strategy<Value = String> {
    let rules = Rules::embedded().expect("the embedded rules are valid");
    let examples: Vec<String> = rules.iter().flat_map(|rule| rule.hit.iter().chain(&rule.miss)).cloned().collect();
    prop_oneof![
        4 => prop::sample::select(PROSE).prop_map(str::to_owned),
        4 => prop::sample::select(DIRT).prop_map(str::to_owned),
        2 => prop::sample::select(examples),
        1 => "\\PC{0,6}",
    ]
}

fn random_page() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_pages_are_accounted_for(source in random_page()) {
        for cleaner in &*CLEANERS {
            let page = cleaner.clean(source.as_bytes());
            assert_accounted(page.source(), &page.cleaned);
        }
    }

    #[test]
    fn random_pages_are_clean_after_one_cleaning(source in random_page()) {
        for cleaner in &*CLEANERS {
            assert_idempotent(cleaner, &cleaner.clean(source.as_bytes()).cleaned);
        }
    }

    #[test]
    fn edits_are_undone_and_traced(
        text in "[a-c人好é🙂]{0,30}",
        wanted in prop::collection::vec((0usize..40, 0usize..6, "[xy人]{0,3}"), 0..12),
    ) {
        let borders: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let rule = RuleId::new("test/any");
        let proposed: Vec<Edit> = wanted.iter().map(|(from, len, after)| {
            let from = from % borders.len();
            let range = borders[from]..borders[(from + len).min(borders.len() - 1)];
            Edit { at: range.start, before: text[range].into(), after: after.as_str().into(), rule: rule.clone(), gain: None }
        }).collect();
        let changing = proposed.iter().filter(|edit| edit.before != edit.after).count();
        let (made, declined) = Edits::resolve(proposed);
        prop_assert_eq!(made.len() + declined.len(), changing, "an edit got lost");
        let result = made.apply(&text).into_owned();
        prop_assert_eq!(made.inverse().apply(&result), text.as_str());

        // Every character that no edit wrote is found again, itself, where it came from.
        let written: Vec<_> = made.placed().map(|(_, range)| range).collect();
        for (at, c) in result.char_indices() {
            let range = at..at + c.len_utf8();
            let origin = made.origin(range.clone());
            prop_assert!(text.get(origin.clone()).is_some());
            if !written.iter().any(|edit| edit.start < range.end && range.start < edit.end) {
                prop_assert_eq!(&text[origin.clone()], &result[range.clone()]);
                prop_assert_eq!(made.destination(origin), range);
            }
        }
    }
}
