//! Every rule keeps its word: its hits change and are blamed on it, its misses come out byte for byte.

use std::collections::BTreeSet;

use jingwen::filters::Proposals;
use jingwen::page::Page;
use jingwen::rules::{Rule, RuleSet, Rules};
use jingwen::{Cleaner, Options};

#[test]
fn every_rule_keeps_its_word() {
    let rules = Rules::embedded().expect("the embedded rules are valid");
    let cleaner = Cleaner::new(&rules, &Options::default()).expect("default options name no filter");
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for rule in rules.iter() {
        if !ids.insert(rule.id.as_str()) {
            faults.push(format!("{} is used twice", rule.id));
        }
        for hit in &rule.hit {
            if cleaned_by(rule, hit) == *hit {
                faults.push(format!("{} leaves its hit {hit:?}", rule.id));
            }
            if !rule.keywords.iter().any(|keyword| hit.contains(keyword.as_str())) {
                faults.push(format!("{}: no keyword in {hit:?}", rule.id));
            }
            let page = cleaner.clean(hit.as_bytes());
            let blamed = page.cleaned.passes.iter().flat_map(|pass| pass.made.iter()).any(|edit| edit.rule == rule.id);
            if !blamed && !rule.report_only {
                faults.push(format!("{} is not blamed for {hit:?}", rule.id));
            }
        }
        for miss in &rule.miss {
            if cleaned_by(rule, miss) != *miss {
                faults.push(format!("{} changes its miss {miss:?}", rule.id));
            }
            let cleaned = cleaner.clean(miss.as_bytes()).cleaned;
            if cleaned.text != *miss {
                let blamed: Vec<_> = cleaned.audit().map(|audited| audited.edit.rule.as_str()).collect();
                faults.push(format!("{}: its miss {miss:?} is changed by {blamed:?}", rule.id));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The text after this rule alone.
fn cleaned_by(rule: &Rule, text: &str) -> String {
    let set = RuleSet::new(std::slice::from_ref(rule));
    let mut proposals = Proposals::new(text);
    proposals.delete_found(set.find(Page::new(text)));
    let pass = proposals.into_pass("rules");
    let reported = pass.declined.iter().any(|declined| declined.edit.rule == rule.id);
    if reported { String::new() } else { pass.made.apply(text).into_owned() }
}
