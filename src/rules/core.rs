//! The core of a pattern: what is left of it from its first literals on. Where the core does not match, nor does the
//! pattern.
//!
//! A pattern that begins with any characters at all is tried at every place. Its core is tried only where one of its first
//! literals stands.

use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// A class with more characters than this does not begin a core.
const CLASS: usize = 8;

/// The core of a pattern where anything may stand before it, and how many bytes of a match may, if that is bounded; not of one that
/// begins with the text, which fails soon.
pub(super) fn core(pattern: &Hir) -> Option<(Hir, Option<usize>)> {
    let (core, before) = core_of(pattern).filter(|(_, before)| *before != Some(0))?;
    (!pattern.properties().look_set_prefix().contains(Look::Start)).then_some((core, before))
}

fn core_of(pattern: &Hir) -> Option<(Hir, Option<usize>)> {
    match pattern.kind() {
        HirKind::Literal(_) => Some((pattern.clone(), Some(0))),
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.ranges().iter().map(|range| range.len()).sum();
            (size <= CLASS).then(|| (pattern.clone(), Some(0)))
        }
        HirKind::Capture(capture) => core_of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            let (first, before) = core_of(&repetition.sub)?;
            let (min, max) = (repetition.min - 1, repetition.max.map(|max| max - 1));
            Some((Hir::concat(vec![first, Hir::repetition(Repetition { min, max, ..repetition.clone() })]), before))
        }
        HirKind::Concat(parts) => {
            let mut skipped = Some(0);
            for (number, part) in parts.iter().enumerate() {
                if let Some((core, before)) = core_of(part) {
                    let core = Hir::concat(std::iter::once(core).chain(parts[number + 1..].iter().cloned()).collect());
                    return Some((core, skipped.zip(before).map(|(skipped, before)| skipped + before)));
                }
                skipped = skipped.zip(part.properties().maximum_len()).map(|(skipped, most)| skipped + most);
            }
            None
        }
        HirKind::Alternation(ways) => {
            let (ways, before): (Vec<_>, Vec<_>) = ways.iter().map(core_of).collect::<Option<Vec<_>>>()?.into_iter().unzip();
            let most = before.into_iter().try_fold(0, |most, before| before.map(|before| most.max(before)));
            Some((Hir::alternation(ways), most))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn core_of(pattern: &str) -> Option<String> {
        core(&regex_syntax::parse(pattern).expect("it is valid")).map(|(core, _)| core.to_string())
    }

    #[test]
    fn a_core_begins_with_literals() {
        for (pattern, expected) in [
            ("(?:^|[。！？\\s])(?P<cut>[^。]{0,9}(?:长按|扫[描码])[^。]{0,4})$", "(?:长按|扫[描码])[^。]{0,4}$"),
            (r"[（(]?(?:编辑|\s?来源){2}", r"(?:编辑|来源)(?:编辑|\s?来源)"),
        ] {
            let expected = regex_syntax::parse(expected).expect("it is valid");
            assert_eq!(core_of(pattern), Some(expected.to_string()), "{pattern}");
        }
        for pattern in ["渡口.{2}", "^.{2}渡口", ".{2}渡口|.{2}"] {
            assert_eq!(core_of(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn what_stands_before_a_core_is_bounded() {
        for (pattern, before) in
            [(r"(?:^|。)(?P<cut>[^。]{0,9}编辑)", Some(3 + 9 * 4)), (r"\s?来源|[（(]编辑", Some(3)), (r"[^。]*编辑", None)]
        {
            let core = core(&regex_syntax::parse(pattern).expect("it is valid"));
            assert_eq!(core.map(|(_, before)| before), Some(before), "{pattern}");
        }
    }

    #[test]
    fn what_matches_a_pattern_matches_its_core() {
        let pattern = r"(?:^|。)(?P<cut>\p{Han}{0,4}(?:编辑|来源)\s*[:：]\p{Han}+)$";
        let (whole, core) = (Regex::new(pattern), core_of(pattern).map(|core| Regex::new(&core)));
        let (whole, core) = (whole.expect("it is valid"), core.expect("it has one").expect("it is valid"));
        for text in ["雨停了。责任编辑：何小舟", "来源 :江湾"] {
            assert!(whole.is_match(text) && core.is_match(text), "{text}");
        }
        assert!(!core.is_match("雨停了。责任编辑何小舟"));
    }
}
