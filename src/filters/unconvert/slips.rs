//! Slips of converters that go character by character: 關系, 終于, 這么, which nobody writes who writes traditional
//! characters (關係, 終於, 這麼).

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::filters::normalise::rows;
use crate::keywords::Keywords;
use crate::page::Page;
use crate::script;

/// So many slips on a page, and so many different ones, are no typing errors.
const LEAST: usize = 3;
const LEAST_KINDS: usize = 2;
/// For each character that only a proper word has, so many slips.
const FOR_EACH_PROPER: usize = 8;

/// So much of such a page is traditional at least; in text of both scripts a slip is a name, or is quoted.
const LEAST_SHARE: f32 = 0.12;

static SLIPS: LazyLock<Slips> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../rules/conversion-slips.tsv")).filter_map(|row| row.split_once('\t'));
    let (slips, proper): (Vec<_>, Vec<_>) = rows.unzip();
    let only_proper = proper.iter().zip(&slips).flat_map(|(proper, slip)| proper.chars().filter(|c| !slip.contains(*c)));
    let proper = only_proper.collect();
    let (traditional, either): (Vec<_>, Vec<_>) =
        slips.into_iter().partition(|slip| slip.chars().any(|c| script::simplified(c).is_some()));
    Slips { traditional: Keywords::new(traditional), either, proper }
});

struct Slips {
    /// Those that stand on no simplified page.
    traditional: Keywords,
    /// The others.
    either: Vec<&'static str>,
    /// What the proper words have and the slips do not.
    proper: HashSet<char>,
}

/// The slips, to be found with all other keywords.
pub(super) fn keywords() -> &'static Keywords {
    &SLIPS.traditional
}

/// Whether a page in traditional script was simplified before a converter went over it.
pub(super) fn betray_conversion(page: Page<'_>) -> bool {
    let found = page.find(&SLIPS.traditional);
    if found.is_empty() {
        return false;
    }
    let either = SLIPS.either.iter().map(|slip| page.text.matches(slip).count()).filter(|&places| places > 0);
    let kinds: HashSet<u32> = found.iter().map(|slip| slip.number).collect();
    let (kinds, places) = either.fold((kinds.len(), found.len()), |(kinds, places), more| (kinds + 1, places + more));
    let proper = || page.text.chars().filter(|c| SLIPS.proper.contains(c)).count();
    let traditional = || script::traditional_share(page.text) >= LEAST_SHARE;
    places >= LEAST && kinds >= LEAST_KINDS && proper() * FOR_EACH_PROPER <= places && traditional()
}
