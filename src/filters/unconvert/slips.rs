//! Slips of converters that go character by character: 關系, 終于, 這么, which nobody writes who writes traditional
//! characters (關係, 終於, 這麼).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::filters::normalise::rows;
use crate::keywords::Keywords;
use crate::page::Page;

/// So many slips on a page, and so many different ones, are no typing errors.
const LEAST: usize = 3;
const LEAST_KINDS: usize = 2;
/// For each character that only a proper word has, so many slips.
const FOR_EACH_PROPER: usize = 8;

static SLIPS: LazyLock<Slips> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../rules/conversion-slips.tsv")).filter_map(|row| row.split_once('\t'));
    let (slips, proper): (Vec<_>, Vec<_>) = rows.unzip();
    let only_proper = proper.iter().zip(&slips).flat_map(|(proper, slip)| proper.chars().filter(|c| !slip.contains(*c)));
    Slips { proper: only_proper.collect(), keywords: Keywords::new(slips) }
});

struct Slips {
    keywords: Keywords,
    /// What the proper words have and the slips do not.
    proper: HashSet<char>,
}

/// The slips, to be found with all other keywords.
pub(super) fn keywords() -> &'static Keywords {
    &SLIPS.keywords
}

/// Whether a page in traditional script was simplified before a converter went over it.
pub(super) fn betray_conversion(page: Page<'_>) -> bool {
    let found = page.find(&SLIPS.keywords);
    let kinds: HashSet<u32> = found.iter().map(|slip| slip.number).collect();
    let proper = || page.text.chars().filter(|c| SLIPS.proper.contains(c)).count();
    found.len() >= LEAST && kinds.len() >= LEAST_KINDS && proper() * FOR_EACH_PROPER <= found.len()
}
