//! jingwen 净文: gives back the article from a scraped, spun, polluted Chinese news page, and accounts for every change.
//!
//! ```text
//! bytes ─ decode ─▶ text ─ (HTML? extract) ─ filter ─ filter ─ … ─▶ Cleaned { text, passes } ─▶ text, audit, diff: views of one result
//! ```
//!
//! A [`filters::Filter`] reads a [`page::Page`] and proposes [`edit::Edit`]s; the [`pipeline::Pipeline`] resolves them,
//! applies them in the one place where text changes, and records the [`pipeline::Pass`]. What no filter proposes to change
//! comes out byte for byte, and every change can be undone.

pub mod cleaner;
pub mod decode;
pub mod edit;
pub mod extract;
pub mod filters;
pub mod language;
pub mod learn;
pub mod page;
pub mod pipeline;
pub mod profile;
pub mod render;
pub mod rules;
mod script;
pub mod spin;
pub mod verdict;

/// The README, whose example is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

pub use cleaner::{CleanedPage, Cleaner, Input, Options, Script, Tier};
