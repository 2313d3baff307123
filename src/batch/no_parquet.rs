//! What stands for [`parquet`](super) where the program was built without it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Error, Result, anyhow};

use crate::batch::blocks::Gap;
use crate::batch::manifest::Part;
use crate::batch::record::Fields;
use crate::batch::tasks::Source;
use crate::batch::work::{Output, Row, Work};
use crate::cli::lang::say;

/// No rows.
#[derive(Debug)]
pub(crate) enum Rows {}

impl Rows {
    pub(crate) fn next(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn clean(&self, _: &Work, _: &Source) -> Result<Output> {
        match *self {}
    }
}

/// No file of rows.
pub(crate) enum Sheet {}

impl Sheet {
    pub(crate) fn new(_: Part) -> Result<Self> {
        Err(absent())
    }

    pub(crate) fn append(&mut self, _: &Rows) -> Result<()> {
        match *self {}
    }

    pub(crate) fn finish(self) -> Result<Part> {
        match self {}
    }
}

pub(crate) fn read(path: &Path, _: &Fields, _: u64, _: Arc<AtomicU64>) -> Result<std::iter::Empty<Result<Rows, Gap>>> {
    Err(absent().context(path.display().to_string()))
}

pub(crate) fn undo(
    path: &Path,
    _: &str,
    _: impl Fn(u64, &str) -> Result<Option<String>>,
    _: impl Fn(u64) -> Result<Option<String>>,
    _: Part,
) -> Result<Part> {
    Err(absent().context(path.display().to_string()))
}

pub(crate) fn rows(_: &[Row]) -> Result<Rows> {
    Err(absent())
}

fn absent() -> Error {
    anyhow!(say!(
        "this jingwen was built without Parquet; build it with `cargo install --locked --path . --features parquet`",
        "这个 jingwen 不含 Parquet；请用 cargo install --locked --path . --features parquet 构建"
    ))
}
