//! Extraction on broken HTML: nothing breaks it. See also `mutations`.

use jingwen::extract::{extract, is_html};
use jingwen::rules::Rules;
use jingwen::{Cleaner, Input, Options};

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
