//! Traditional and simplified characters.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use crate::keywords::Keywords;
use crate::page::Page;

/// Converters to the script of Taiwan write the particle 着 as 著; a text that has 着 means 著 by 著.
const PARTICLE: (&str, char) = ("著", '着');
/// What the script of Taiwan has for 爲, 裏, 衆 and 啓.
const TAIWAN: [char; 4] = ['為', '裡', '眾', '啟'];

/// A text of which this share of the Han characters is traditional is in traditional script; one in four is usual.
pub(crate) const TRADITIONAL: f32 = 0.03;
/// A text of so many bytes in traditional script holds one of the characters [`COMMON`].
const SHORT: usize = 600;
static COMMON: LazyLock<Keywords> = LazyLock::new(|| Keywords::new(["這", "個", "來", "時", "國", "會"]));

/// The simplified form of a traditional character by itself, where it has another.
pub(crate) fn simplified(c: char) -> Option<char> {
    match c {
        FIRST..=LAST => Some(CHARACTERS.common[c as usize - FIRST as usize]).filter(|&simple| simple != NONE),
        ..FIRST => None,
        _ => CHARACTERS.others.get(&c).copied(),
    }
}

/// The pieces of a text that simplified script writes otherwise, in order: words before characters, the longest first.
pub(crate) fn simplify(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut pieces = Vec::new();
    let is_particle = !text.contains(PARTICLE.1) && text.contains(TAIWAN);
    let mut free = 0;
    for (at, c) in text.char_indices().filter(|&(_, c)| is_han(c)) {
        if at < free {
            continue;
        }
        let words = WORDS.get(&c).map_or(&[][..], Vec::as_slice);
        if let Some((from, to)) = words.iter().find(|(from, _)| text[at..].starts_with(from)) {
            free = at + from.len();
            if from != to && (is_particle || *from != PARTICLE.0) {
                pieces.push((at..free, *to));
            }
        }
    }
    pieces
}

/// The share of a text's Han characters that only traditional script has.
pub(crate) fn traditional_share(text: &str) -> f32 {
    let (mut han, mut traditional) = (0u32, 0u32);
    for c in text.chars().filter(|&c| is_han(c)) {
        han += 1;
        traditional += u32::from(simplified(c).is_some());
    }
    traditional as f32 / han.max(1) as f32
}

/// A text in traditional script with its characters simplified, each in as many bytes as before: what is found in one
/// stands in the other at the same place. `None` for a text in simplified script, which costs next to nothing where the
/// [`keywords`] are found with others.
pub(crate) fn folded(page: Page<'_>) -> Option<String> {
    let text = page.text;
    let may_be = text.len() < SHORT || !page.find(&COMMON).is_empty();
    (may_be && traditional_share(text) >= TRADITIONAL).then(|| {
        let fold = |c: char| simplified(c).filter(|simple| simple.len_utf8() == c.len_utf8()).unwrap_or(c);
        text.chars().map(fold).collect()
    })
}

/// The characters of which a text in traditional script holds one.
pub(crate) fn keywords() -> &'static Keywords {
    &COMMON
}

/// Whether a character is a Han character of the blocks that news text uses.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}')
}

/// The characters with a simplified form.
struct Characters {
    /// The forms of those from [`FIRST`] to [`LAST`], or [`NONE`].
    common: Box<[char]>,
    others: HashMap<char, char>,
}

/// The first and the last character of the blocks that most text is made of.
const FIRST: char = '\u{3400}';
const LAST: char = '\u{9FFF}';
/// No character.
const NONE: char = '\0';

static CHARACTERS: LazyLock<Characters> = LazyLock::new(|| {
    let common = vec![NONE; LAST as usize - FIRST as usize + 1].into_boxed_slice();
    let mut table = Characters { common, others: HashMap::new() };
    for (from, to) in rows() {
        let (mut from, mut to) = (from.chars(), to.chars());
        let (Some(c), None, Some(simple)) = (from.next(), from.next(), to.next()) else { continue };
        match c {
            FIRST..=LAST => table.common[c as usize - FIRST as usize] = simple,
            _ => drop(table.others.insert(c, simple)),
        }
    }
    table
});

/// Words and characters by their first character, longest first, with what simplified script has for them.
static WORDS: LazyLock<HashMap<char, Vec<(&str, &str)>>> = LazyLock::new(|| {
    let mut words = HashMap::<char, Vec<(&str, &str)>>::new();
    for (from, to) in rows() {
        words.entry(from.chars().next().unwrap_or_default()).or_default().push((from, to));
    }
    for words in words.values_mut() {
        words.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    }
    words
});

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = include_str!("../rules/simplified.tsv").lines().filter(|row| !row.starts_with('#'));
    rows.filter_map(|row| row.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(text: &str) -> String {
        let mut out = String::new();
        let mut copied = 0;
        for (range, to) in simplify(text) {
            out.push_str(&text[copied..range.start]);
            out.push_str(to);
            copied = range.end;
        }
        out + &text[copied..]
    }

    #[test]
    fn words_go_before_characters() {
        assert_eq!(simple("乾隆年間的乾燥劑"), "乾隆年间的干燥剂");
        assert_eq!(simple("瞭望台上看得一目瞭然"), "瞭望台上看得一目了然");
        assert_eq!(simple("因為笑著說起他的名著，顯著進步，情有獨鍾"), "因为笑着说起他的名著，显著进步，情有独钟");
        assert_eq!(simple("他著，為此笑着說起"), "他著，为此笑着说起");
        assert_eq!(simple("他著，爲此說起"), "他著，为此说起");
        assert_eq!(simple("河边的人没有说话"), "河边的人没有说话");
    }

    #[test]
    fn folding_keeps_places() {
        let text = "轉載請註明出處 abc 𨑨";
        let folded = folded(Page::new(text)).expect("it is traditional");
        assert_eq!(folded, "转载请注明出处 abc 𨑨");
        assert_eq!(folded.len(), text.len());
        assert_eq!(super::folded(Page::new("转载请注明出处")), None);
    }

    #[test]
    fn script_shows_in_the_share() {
        assert!(traditional_share("鐵道旁的小路往上騎") > 0.2);
        assert!(traditional_share("铁道旁的小路往上骑") < 0.01);
        assert!(traditional_share("").abs() < f32::EPSILON);
    }

    #[test]
    fn the_table_is_sorted_and_unique() {
        let rows = include_str!("../rules/simplified.tsv").lines().filter(|row| !row.starts_with('#'));
        let keys: Vec<&str> = rows.map(|row| row.split_once('\t').expect("two columns").0).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
