//! Many pages: found, cleaned in parallel, written in the order in which they were found.
//!
//! ```text
//! walk ─ files ─▶ tasks ─ pages, blocks of lines ─▶ ordered ─ by many threads: work ─▶ run ─▶ outputs, audit, manifest
//! ```

mod blocks;
mod gunzip;
mod kind;
mod manifest;
mod ordered;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet;
mod progress;
mod record;
mod run;
mod tasks;
mod verdicts;
mod walk;
mod warc;
mod work;

pub(crate) use kind::{Kind, Packing, open};
pub(crate) use manifest::{Part, Tally};
pub(crate) use parquet::undo as undo_rows;
pub(crate) use progress::Progress;
pub(crate) use record::{Fields, Record};
pub(crate) use run::{Batch, Target, total};
pub(crate) use verdicts::{Ruling, Verdicts};
pub(crate) use walk::{Choice, Found, check_output_folder, find_pages, lies_in};
pub(crate) use work::{Form, Work, name_of};
