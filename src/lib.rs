//! jingwen 净文: gives back the article from a scraped, spun, polluted Chinese news page, and accounts for every change.
//!
//! # Cleaning a page
//!
//! [`clean`] takes bytes in any encoding and cannot fail:
//!
//! ```
//! let page = jingwen::clean("展开剩余47%井壁上刻着一百三十个名字，都是打井东说念主的。".as_bytes());
//! assert_eq!(page.cleaned.text, "井壁上刻着一百三十个名字，都是打井人的。");
//! ```
//!
//! What comes out is a [`CleanedPage`]: the decoded page, the article extracted from it where it is HTML, and a
//! [`Cleaned`](pipeline::Cleaned) that holds the clean text and every change that led to it.
//!
//! ```
//! # let page = jingwen::clean("展开剩余47%井壁上刻着一百三十个名字，都是打井东说念主的。".as_bytes());
//! for change in page.cleaned.audit() {
//!     println!("{:?} {} {:?} -> {:?}", change.source, change.edit.rule, change.edit.before, change.edit.after);
//! }
//! assert_eq!(page.cleaned.undo(), page.source());
//! ```
//!
//! # Many pages
//!
//! A [`Cleaner`] with [`Options`] and [`Rules`](rules::Rules) of your own is built once and shared by any number of threads:
//!
//! ```
//! use jingwen::{Cleaner, Options, Tier, rules::Rules};
//!
//! let options = Options { restore: Tier::Words, skip: vec!["phrases".to_owned()], ..Options::default() };
//! let cleaner = Cleaner::new(&Rules::embedded()?, &options)?;
//! let texts: Vec<String> = std::thread::scope(|scope| {
//!     let pages = ["冬日河面\n点击展开全文河面上的冰裂开了。", "责任编辑：林晚"];
//!     let threads = pages.map(|page| scope.spawn(|| cleaner.clean(page.as_bytes()).cleaned.text));
//!     threads.map(|thread| thread.join().unwrap()).into()
//! });
//! assert_eq!(texts, ["冬日河面\n河面上的冰裂开了。", ""]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a page is, and what a site repeats
//!
//! A [`Verdict`](verdict::Verdict) says what kind of page one is, so that adverts and doorways can be left out:
//!
//! ```
//! use jingwen::verdict::Kind;
//!
//! let advert = "代开各类发票，税率优惠，可验证后付款，联系电话19800001234微信同号\n专业代开增值税发票，电话19800001234";
//! assert_eq!(jingwen::clean(advert.as_bytes()).verdict().kind, Kind::Advert);
//! ```
//!
//! A [`SiteProfile`](profile::SiteProfile) is what recurs over the pages of a site, and is removed with [`Options::profile`]:
//!
//! ```
//! use std::sync::Arc;
//! use jingwen::{Cleaner, Options, profile::SiteProfile, rules::Rules};
//!
//! let pages: Vec<String> = (0..40).map(|day| format!("河面在第{day}天解冻了。\n临江晚报客户端的常用入口\n")).collect();
//! let mut profile = SiteProfile::new();
//! pages.iter().for_each(|page| profile.add(page));
//! let options = Options { profile: Some(Arc::new(profile)), ..Options::default() };
//! let cleaner = Cleaner::new(&Rules::embedded()?, &options)?;
//! assert_eq!(cleaner.clean("船下水了。\n临江晚报客户端的常用入口\n".as_bytes()).cleaned.text, "船下水了。\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How it works
//!
//! ```text
//! bytes ─ decode ─▶ text ─ (HTML? extract) ─ filter ─ filter ─ … ─▶ Cleaned { text, passes } ─▶ text, audit, diff: views of one result
//! ```
//!
//! A [`filters::Filter`] reads a [`page::Page`] and proposes [`edit::Edit`]s; the [`pipeline::Pipeline`] resolves them,
//! applies them in the one place where text changes, and records the [`pipeline::Pass`]. What no filter proposes to change
//! comes out byte for byte, and every change can be undone. The filters, in order, are [`filters::standard`].
//!
//! What is not in this documentation is for the program and the project's tools, and may change with any version.
//!
//! To read the code: this file, [`edit`], [`pipeline`], one filter, such as [`filters::repeats`].

use std::sync::LazyLock;

mod characters;
pub mod cleaner;
pub mod decode;
pub mod edit;
pub mod extract;
pub mod filters;
pub mod keywords;
#[doc(hidden)]
pub mod language;
#[doc(hidden)]
pub mod learn;
mod needles;
pub mod page;
pub mod pipeline;
pub mod profile;
pub mod render;
pub mod rules;
mod script;
#[doc(hidden)]
pub mod spin;
mod subject;
pub mod verdict;

/// The README, whose example is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

pub use cleaner::{CleanedPage, Cleaner, Input, Lost, Options, Script, Tier};

/// Cleans a page with the rules that come with the program and the default [`Options`].
///
/// The bytes may be of any encoding, of text or HTML. Cannot fail. The first call builds the [`Cleaner`], the others share it.
pub fn clean(bytes: &[u8]) -> CleanedPage {
    static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| {
        let rules = rules::Rules::embedded().expect("the project's tests read the embedded rules");
        Cleaner::new(&rules, &Options::default()).expect("no filter is named")
    });
    CLEANER.clean(bytes)
}

/// A cleaner is for all threads, and so is what comes of it.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Cleaner>();
    is_shared::<CleanedPage>();
};
