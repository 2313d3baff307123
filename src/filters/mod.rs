//! The filters: each reads a page and proposes edits, one kind of pollution a file.
//!
//! One of your own runs in a [`Pipeline`](crate::pipeline::Pipeline), alone or beside the [`standard`] ones:
//!
//! ```
//! use jingwen::edit::RuleId;
//! use jingwen::filters::{Filter, Proposals};
//! use jingwen::page::Page;
//! use jingwen::pipeline::Pipeline;
//!
//! /// Removes lines that are a number and nothing else.
//! struct PageNumbers(RuleId);
//!
//! impl Filter for PageNumbers {
//!     fn name(&self) -> &'static str {
//!         "page-numbers"
//!     }
//!
//!     fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>) {
//!         let lines = page.lines().filter(|line| line.text().parse::<u32>().is_ok());
//!         edits.delete_all(lines.map(|line| (line.whole_range(), &self.0)).collect());
//!     }
//! }
//!
//! let filter = PageNumbers(RuleId::new("page-numbers/alone"));
//! let cleaned = Pipeline::new(vec![Box::new(filter)]).clean("河面上的冰\n12\n一夜之间裂开了。\n");
//! assert_eq!(cleaned.text, "河面上的冰\n一夜之间裂开了。\n");
//! assert_eq!(cleaned.undo(), "河面上的冰\n12\n一夜之间裂开了。\n");
//! ```

use std::ops::Range;
use std::sync::LazyLock;

use crate::characters::CharacterSet;
use crate::cleaner::Options;
use crate::edit::{Because, Declined, Edit, Edits, RuleId};
use crate::keywords::Keywords;
use crate::page::Page;
use crate::pipeline::Pass;
use crate::rules::{Found, Rules};

mod blanks;
pub mod boilerplate;
pub mod joins;
pub mod junk;
pub mod normalise;
pub mod phrases;
pub mod profile;
pub mod repair;
pub mod repeats;
pub mod restore;
pub mod spam;
pub mod unconvert;

/// The standard filters in the order in which they run. Mojibake must be repaired before anything is normalised, and
/// characters restored after injected text is gone.
pub fn standard(rules: &Rules, options: &Options) -> Vec<Box<dyn Filter>> {
    vec![
        Box::new(repair::Repair::new(options.lost)),
        Box::new(normalise::Normalise::new(options.lost)),
        Box::new(unconvert::Unconvert::new(options.script)),
        Box::new(profile::Profile::new(options.profile.as_ref())),
        Box::new(junk::Junk::new(rules)),
        Box::new(phrases::Phrases::new()),
        Box::new(boilerplate::Boilerplate::new(rules)),
        Box::new(spam::Spam::new(rules)),
        Box::new(repeats::Repeats::new()),
        Box::new(joins::Joins::new()),
        Box::new(restore::Restore::new(options.restore, rules.given())),
    ]
}

/// The characters that filters look for one by one, to be found in one pass.
pub(crate) static CHARACTERS: LazyLock<CharacterSet> = LazyLock::new(|| {
    CharacterSet::union([
        repair::characters(),
        normalise::characters(),
        unconvert::characters(),
        junk::characters(),
        spam::characters(),
        joins::characters(),
    ])
});

/// Looks at a page and proposes edits. It cannot change the page and it cannot fail.
pub trait Filter: Send + Sync {
    /// The filter's name: its file's name, as flags and the audit spell it.
    fn name(&self) -> &'static str;

    /// The keywords that the filter asks pages for, so that all filters' can be found in one pass.
    fn keywords(&self) -> Vec<&Keywords> {
        Vec::new()
    }

    /// Proposes edits to the page.
    fn propose(&self, page: Page<'_>, edits: &mut Proposals<'_>);
}

/// The edits proposed to one text so far.
pub struct Proposals<'t> {
    text: &'t str,
    proposed: Vec<Edit>,
    reported: Vec<Edit>,
}

impl<'t> Proposals<'t> {
    /// No proposals yet to this text.
    pub fn new(text: &'t str) -> Self {
        Self { text, proposed: Vec::new(), reported: Vec::new() }
    }

    /// Proposes to delete a piece of the text, by byte range.
    pub fn delete(&mut self, range: Range<usize>, rule: &RuleId) {
        self.replace(range, "", rule);
    }

    /// Proposes to delete what rules found, or only reports it where the rule says so.
    pub fn delete_found(&mut self, found: Vec<Found<'_>>) {
        let (reported, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.rule.report_only);
        for Found { rule, range } in reported {
            self.report(range, "", &rule.id);
        }
        self.delete_all(found.into_iter().map(|found| (found.range, &found.rule.id)).collect());
    }

    /// Proposes to delete pieces of the text; whole lines among them go with the blank lines that would be left over.
    pub fn delete_all(&mut self, pieces: Vec<(Range<usize>, &RuleId)>) {
        let (mut ranges, rules): (Vec<_>, Vec<_>) = pieces.into_iter().unzip();
        blanks::widen(self.text, &mut ranges);
        for (range, rule) in ranges.into_iter().zip(rules) {
            self.delete(range, rule);
        }
    }

    /// Proposes to put `after` in the place of a piece of the text, by byte range.
    pub fn replace(&mut self, range: Range<usize>, after: &str, rule: &RuleId) {
        let edit = self.edit(range, after, rule, None);
        self.proposed.push(edit);
    }

    /// Proposes a replacement that a model decided on: `gain` nats likelier than leaving the text as it is.
    pub fn replace_with_gain(&mut self, range: Range<usize>, after: &str, rule: &RuleId, gain: f32) {
        let edit = self.edit(range, after, rule, Some(gain));
        self.proposed.push(edit);
    }

    /// Records a finding that must not be applied.
    pub fn report(&mut self, range: Range<usize>, after: &str, rule: &RuleId) {
        let edit = self.edit(range, after, rule, None);
        self.reported.push(edit);
    }

    /// The pass: which of the proposals are made and which are not.
    pub fn into_pass(self, filter: &'static str) -> Pass {
        let (made, mut declined) = Edits::resolve(self.proposed);
        declined.extend(self.reported.into_iter().map(|edit| Declined { edit, because: Because::ReportOnly }));
        Pass { filter, made, declined }
    }

    fn edit(&self, range: Range<usize>, after: &str, rule: &RuleId, gain: Option<f32>) -> Edit {
        Edit { at: range.start, before: self.text[range].into(), after: after.into(), rule: rule.clone(), gain }
    }
}
