//! Extraction on broken HTML: nothing breaks it.

use std::fs;
use std::path::Path;

use jingwen::extract::{extract, is_html};
use jingwen::rules::Rules;
use jingwen::{Cleaner, Input, Options, decode};

/// The HTML pages of the fixtures, decoded.
fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cleaned");
    let cases = fs::read_dir(folder).expect("the fixtures").map(|case| case.expect("a case").path().join("page.html"));
    cases.filter(|page| page.exists()).map(|page| decode::decode(&fs::read(page).expect("a page")).text).collect()
}

/// What mutations put in: ends and beginnings of markup.
const PIECES: [&str; 16] = [
    "<",
    ">",
    "</",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<div>",
    "</div>",
    "<table><tr><td>",
    "\"",
    "&",
    "&#x",
    "<svg>",
    "<p",
    "汉",
];

/// Random numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).expect("less than end")
    }
}

/// The page with a few characters lost, doubled, or markup put between them.
fn mutate(page: &str, random: &mut Random) -> String {
    let mut page: Vec<char> = page.chars().collect();
    for _ in 0..=random.below(8) {
        let at = random.below(page.len());
        let end = (at + random.below(60)).min(page.len());
        match random.below(4) {
            0 => drop(page.drain(at..end)),
            1 => page.extend_from_within(at..end),
            2 => page.truncate(page.len() - random.below(page.len() / 8)),
            _ => drop(page.splice(at..at, PIECES[random.below(PIECES.len())].chars()).collect::<Vec<_>>()),
        }
    }
    page.into_iter().collect()
}

/// `JINGWEN_MUTATIONS` says how many pages are tried.
#[test]
fn mutated_pages_break_nothing() {
    let pages = pages();
    assert!(pages.len() >= 4, "only {} pages of HTML found", pages.len());
    let mutations = std::env::var("JINGWEN_MUTATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(400);
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for number in 0..mutations {
        let page = mutate(&pages[number % pages.len()], &mut random);
        let text = extract(&page);
        assert!(text.is_empty() || text.ends_with('\n'), "{page}");
        assert!(text.lines().all(|line| !line.trim().is_empty()), "an empty line from {page}");
    }
}

#[test]
fn deep_and_multiplying_pages_come_out_as_text() {
    let open = "<font color=a><b><div>".repeat(10_000);
    let fonts: String = (0..5_000).map(|size| format!("<font size={size}><p>")).collect();
    for bomb in ["<div>".repeat(10_000), "<table><tr><td>".repeat(10_000), "<a>".repeat(10_000), "<div>".repeat(950), open, fonts]
    {
        let text = extract(&format!("<html><body>{bomb}<p>河水昨夜涨了两米。"));
        assert_eq!(text, "河水昨夜涨了两米。\n");
    }
}

#[test]
fn input_says_what_a_page_is() {
    let page = "<html><body><p>河水昨夜涨了两米，渡船停开。</p></body></html>";
    let clean = |input| {
        let cleaner = Cleaner::new(&Rules::embedded().expect("valid rules"), &Options { input, ..Options::default() });
        cleaner.expect("no filter is named").clean(page.as_bytes())
    };
    assert!(is_html(page));
    for input in [Input::Auto, Input::Html] {
        let page = clean(input);
        assert_eq!(page.source(), "河水昨夜涨了两米，渡船停开。\n");
        assert_eq!(page.cleaned.undo(), page.source());
    }
    assert_eq!(clean(Input::Text).source(), page);
}
