//! Spun words that no honest text has: 较量争论, 小我私家. Two of a family show that a page is spun, though no character of it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::keywords::{Keywords, leftmost_longest};
use crate::page::Page;

/// So many different ones show a family.
const ENOUGH: usize = 2;

/// The forms of `rules/proofs.tsv`.
pub struct Proofs {
    forms: Keywords,
    /// For each form the families that write it.
    families: Vec<Vec<&'static str>>,
}

impl Proofs {
    /// The forms that come with the program, read when they are first asked for.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Proofs> = LazyLock::new(|| {
            let mut families = BTreeMap::<&str, Vec<&str>>::new();
            let rows = include_str!("../../../rules/proofs.tsv").lines().filter(|row| !row.starts_with('#'));
            for (form, family) in rows.filter_map(|row| row.split_once('\t')) {
                families.entry(form).or_default().push(family);
            }
            Proofs { forms: Keywords::new(families.keys().copied()), families: families.into_values().collect() }
        });
        &SHARED
    }

    /// The forms, to be found with all other keywords.
    #[must_use]
    pub fn keywords(&self) -> &Keywords {
        &self.forms
    }

    /// The families of spinners that a page shows by them.
    #[must_use]
    pub fn families(&self, page: Page<'_>) -> Vec<&'static str> {
        let mut found: Vec<u32> = leftmost_longest(page.find(&self.forms).to_vec()).iter().map(|form| form.number).collect();
        found.sort_unstable();
        found.dedup();
        let mut count = BTreeMap::<&str, usize>::new();
        for family in found.iter().flat_map(|&form| &self.families[form as usize]) {
            *count.entry(family).or_default() += 1;
        }
        count.into_iter().filter(|&(_, forms)| forms >= ENOUGH).map(|(family, _)| family).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::{Table, Tier};
    use super::*;
    use crate::language::LanguageModel;

    #[test]
    fn proofs_are_sorted_and_each_is_a_form_of_its_family() {
        let table = Table::embedded(LanguageModel::embedded(), &[Tier::Word]);
        let rows: Vec<&str> = include_str!("../../../rules/proofs.tsv").lines().filter(|row| !row.starts_with('#')).collect();
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]));
        for row in rows {
            let (form, family) = row.split_once('\t').expect("two columns");
            let is_row = |row: &super::super::table::Row| &*row.spun == form && table.family(row.family) == family;
            assert!(table.rows().iter().any(is_row), "{form} {family}");
        }
    }

    #[test]
    fn one_proof_is_none() {
        let families = |text| Proofs::shared().families(Page::new(text));
        assert!(families("他开了一家公司，做较量争论机。").is_empty());
        // One inside another, and one twice, are one.
        assert!(families("较量争论机就是较量争论机，没有别的较量争论机。").is_empty());
        assert_eq!(families("较量争论机是怎样处置惩罚图片的。"), ["b"]);
        assert_eq!(families("小我私家电脑里的呆板视觉。"), ["c"]);
    }
}
