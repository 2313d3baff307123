//! Views of a cleaned page: audit records, the account of changes, differences. They read and compute nothing anew.

pub mod audit;
pub mod diff;
pub mod explain;
pub mod report;
#[doc(hidden)]
pub mod spot;
#[doc(hidden)]
pub mod terminal;
