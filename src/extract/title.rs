//! The title of an article.

use dom_query::Document;

use super::squeezed;

/// Marks between an article's title and the names of its channel and site.
const MARKS: [char; 9] = ['_', '|', '-', '—', '–', '丨', '｜', '>', '«'];
/// Marks that sentences have and names of sites have not.
const SENTENCE: [char; 16] = ['，', '。', '！', '？', '；', '：', '、', '“', '”', '《', '》', '…', '（', '）', '(', ')'];
/// The name of a channel or a site has so many characters at most, blanks left out.
const SITE: usize = 16;
/// A title has so many characters at least and at most.
const TITLE: std::ops::RangeInclusive<usize> = 4..=100;

/// The title of the article on a page, without the names of its channel and site.
///
/// A heading that the page's `<title>` holds is the title as the page shows it. Without one, it is what the page tells other sites
/// (`og:title`), or the `<title>` itself, or where that is too short to be one, the only `<h1>`.
pub(super) fn title(document: &Document) -> Option<String> {
    let named = one_line(&document.select_single("head title, title").text());
    let own = without_site(&named);
    let (all, least) = (squeezed(&named), chars(own) / 2);
    let is_title = |text: &String| TITLE.contains(&chars(text));
    let is_held = |shown: &String| {
        let shown = squeezed(shown);
        all.starts_with(&shown) || shown.chars().count() >= least && all.contains(&shown)
    };
    let headings = document.select("h1, h2, h3, h4, .title, #title");
    let shown = headings.iter().map(|heading| one_line(&heading.text())).filter(is_title).filter(is_held);
    shown.max_by_key(|shown| chars(shown)).or_else(|| told(document).filter(is_title)).or_else(|| {
        let is_named = chars(own) >= *TITLE.start();
        let lone = if is_named { None } else { lone_heading(document).filter(is_title) };
        lone.or_else(|| (!own.is_empty()).then(|| own.to_owned()))
    })
}

/// What a page calls itself when other sites link to it.
fn told(document: &Document) -> Option<String> {
    let meta = document.select_single("meta[property='og:title'], meta[name='og:title'], meta[name='twitter:title']");
    Some(without_site(&one_line(&meta.attr("content")?)).to_owned())
}

/// The only `<h1>` of a page.
fn lone_heading(document: &Document) -> Option<String> {
    let headings = document.select("h1");
    (headings.length() == 1).then(|| one_line(&headings.text()))
}

/// A `<title>` without the names of site and channel that end it.
fn without_site(named: &str) -> &str {
    let mut own = named.trim();
    let is_edge = |c: char| c.is_whitespace() || MARKS.contains(&c);
    while let Some(at) = own.char_indices().rev().map(|(at, _)| at).find(|&at| is_mark(own, at)) {
        let (rest, site) = (own[..at].trim_end_matches(is_edge), own[at..].trim_start_matches(is_edge));
        if chars(site) > SITE || site.contains(SENTENCE) || chars(rest) < *TITLE.start() {
            break;
        }
        own = rest;
    }
    own
}

/// Whether the character at an offset stands between a title and the name of a site. Between letters or digits a hyphen is a part of a
/// word or a score, and a dash without blanks is a part of the sentence.
fn is_mark(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    let Some(mark) = rest.next().filter(|mark| MARKS.contains(mark)) else { return false };
    let (before, after) = (text[..at].chars().next_back(), rest.next());
    let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
    match mark {
        '-' => !both(|c| c.is_ascii_alphanumeric()),
        '—' | '–' => both(char::is_whitespace),
        _ => true,
    }
}

/// How many characters a text has, blanks left out.
fn chars(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sites_go_and_dashes_of_titles_stay() {
        for (named, own) in [
            ("渡口的河水涨了 - 早报", "渡口的河水涨了"),
            ("渡口的河水涨了_社会_晚报网-Evening News", "渡口的河水涨了"),
            ("渡口的河水涨了--人民的早报网", "渡口的河水涨了"),
            ("乡间来信——渡口的老邮差", "乡间来信——渡口的老邮差"),
            ("客队3-2逆转取胜", "客队3-2逆转取胜"),
            ("河水|渡口的河水涨了，船都停了_早报", "河水|渡口的河水涨了，船都停了"),
            ("早报", "早报"),
        ] {
            assert_eq!(without_site(named), own);
        }
    }

    #[test]
    fn the_page_says_what_its_title_is() {
        let page = |head: &str, body: &str| title(&Document::from(format!("<head>{head}</head><body>{body}</body>")));
        let shown = "<h1>渡口的河水涨了</h1>";
        for (head, body) in [
            ("<title>(3 封私信) 渡口的河水涨了 - 问答</title>", shown),
            ("<title>早报</title><meta property=\"og:title\" content=\"渡口的河水涨了_早报\">", ""),
            ("<title>1</title>", shown),
            ("", shown),
            ("<title>渡口的河水涨了_早报</title>", "<h1>早报首页</h1><h3>今日头条</h3>"),
        ] {
            assert_eq!(page(head, body).as_deref(), Some("渡口的河水涨了"), "{head}{body}");
        }
    }
}
