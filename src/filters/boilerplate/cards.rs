//! Cards of other pages behind an article: the beginning of a text, cut off with dots, and its day; above it perhaps a title.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// How many characters the beginning of a text has that a card shows.
const BEGINNING: Range<usize> = 20..200;
/// The most characters of a title.
const TITLE: usize = 60;
/// So many cards make a list.
const CARDS: usize = 3;
/// A page has at least so many bytes and so many full stops before its cards.
const ARTICLE: usize = 200;
const SENTENCES: usize = 2;

/// What ends a sentence.
const ENDS: [char; 4] = ['。', '！', '？', '”'];

/// The day of a card.
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*")
        .expect("a pattern that is tested")
});

/// The cards at the end of a page, in one range. `gone` are ranges that go already: a single beginning goes behind a line
/// of these, which was its heading.
pub(super) fn find(text: &str, gone: &[Range<usize>]) -> Option<Range<usize>> {
    let mut lines = lines_from_the_end(text).peekable();
    if !lines.peek().is_some_and(|last| is_cut(&text[last.clone()]) || day(&text[last.clone()]).is_some()) {
        return None;
    }
    let start = list(text, &lines.clone().collect::<Vec<_>>()).or_else(|| {
        let (last, before) = (lines.next()?, lines.next()?);
        let is_gone = gone.iter().any(|gone| gone.start <= before.start && before.end <= gone.end);
        (is_gone && is_cut(&text[last.clone()])).then_some(last.start)
    })?;
    let article = &text[..start];
    let is_article = article.len() >= ARTICLE && article.matches('。').count() >= SENTENCES;
    is_article.then_some(start..text.len())
}

/// Where the list of cards begins with which lines from the end of a text end, if they do.
fn list(text: &str, lines: &[Range<usize>]) -> Option<usize> {
    let (mut cards, mut titles, mut start) = (0, 0, None);
    let mut rest = lines;
    // Whether the day of the card above was seen, on its own line or run together with the beginning below.
    let mut has_day = false;
    while let Some((line, above)) = rest.split_first() {
        let found = &text[line.clone()];
        match (has_day, day(found)) {
            (false, Some(length)) if length == found.len() => has_day = true,
            (true, glued) if is_cut(found) => {
                has_day = glued.is_some();
                cards += 1;
                // The card above ends in its day: what stands between is the title of this one.
                start = Some(line.start + glued.unwrap_or(0));
                if let [title, day_above, ..] = above
                    && !has_day
                    && is_title(&text[title.clone()])
                    && day(&text[day_above.clone()]) == Some(day_above.len())
                {
                    (titles, start, rest) = (titles + 1, Some(title.start), above);
                }
            }
            _ => break,
        }
        rest = rest.split_first().map_or(&[], |(_, above)| above);
    }
    // The first card has a title where the others have.
    let first = rest.first().filter(|line| titles > 0 && titles + 1 == cards && is_title(&text[(*line).clone()]));
    (cards >= CARDS).then_some(first.map(|title| title.start).or(start)?)
}

/// The lines of a text from its end, blank ones left out, without what is blank at their ends.
fn lines_from_the_end(text: &str) -> impl Iterator<Item = Range<usize>> + Clone + '_ {
    let line = |line: &str| {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        let trimmed = line.trim();
        (!trimmed.is_empty()).then(|| {
            let start = start + (line.len() - line.trim_start().len());
            start..start + trimmed.len()
        })
    };
    text.lines().rev().filter_map(line)
}

/// Whether a line was cut off, and no writer let it fade away.
fn is_cut(line: &str) -> bool {
    // No writer lets a whole sentence fade away in three full stops.
    let body = line.strip_suffix("...").or_else(|| line.strip_suffix('…').filter(|body| !body.ends_with(ENDS)));
    body.is_some_and(|body| !body.ends_with(['.', '…']) && BEGINNING.contains(&body.chars().count()))
}

fn is_title(line: &str) -> bool {
    line.chars().count() <= TITLE && !line.ends_with(['。', '：', '；', '”'])
}

/// How many bytes of a line the day takes with which it begins.
fn day(line: &str) -> Option<usize> {
    line.starts_with(|c: char| c.is_ascii_digit()).then(|| DAY.find(line).map(|found| found.end()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "昨天夜里，江湾下了今年的第一场雪。船工何小舟五点钟就起了床，他把甲板上的雪扫进河里，又给发动机盖上了一层油布。天亮以后，第一班渡船照常开了。\n";
    const BEGINNINGS: [&str; 3] = [
        "城东小学的新体育馆昨天封顶，这座体育馆有三层，能坐下两千名学...",
        "本地公交票价下月起调整，市交通局说，调整以后每人每次多付一...",
        "一名女子在网上订机票时被骗八千元，警方已经立案，提醒市民不...",
    ];

    fn kept(cards: &str) -> String {
        let text = format!("{ARTICLE}{cards}");
        let found = find(&text, &[]);
        found.map_or(text.clone(), |range| text[..range.start].to_owned())
    }

    #[test]
    fn cards_with_and_without_titles_go() {
        let [one, two, three] = BEGINNINGS;
        for cards in [
            format!("{one}\n2025-08-01{two}\n2025-08-01{three}\n2025-08-01\n"),
            format!("{one}\n2025-08-01\n{two}\n2025-08-01\n\n{three}\n2025-08-01"),
            format!("体育馆封顶\n{one}\n2025-08-01\n票价调整\n{two}\n2025-08-01\n订票被骗\n{three}\n2025-08-01"),
        ] {
            assert_eq!(kept(&cards), ARTICLE, "{cards}");
        }
    }

    #[test]
    fn a_beginning_goes_behind_a_heading_that_goes() {
        let text = format!("{ARTICLE}新闻推荐\n{}\n", BEGINNINGS[0]);
        let heading = ARTICLE.len()..ARTICLE.len() + "新闻推荐\n".len();
        assert_eq!(find(&text, std::slice::from_ref(&heading)), Some(heading.end..text.len()));
        assert_eq!(find(&text, &[]), None);
    }

    #[test]
    fn entries_of_a_diary_stay() {
        for entries in [
            "雪下了一夜，河面上的冰一直结到了渡口，船工们都没有出门……\n2025-08-01\n雪停了，对岸的山顶上露出一小块蓝天，渡口又热闹起来……\n2025-08-02\n船又开了，他站在船头，想起去年冬天的那场大雪……\n2025-08-03\n",
            "雪停了。\n2025-08-01\n船开了。\n2025-08-02\n",
            "他说到这里，看了看对岸的山，又看了看河里的船，就停下来不说了...\n",
        ] {
            assert_eq!(find(&format!("{ARTICLE}{entries}"), &[]), None, "{entries}");
        }
    }
}
