//! Many pages: found, cleaned in parallel, written in the order in which they were found.

mod ordered;
pub(crate) mod walk;

pub(crate) use ordered::ordered;
pub(crate) use walk::{Found, check_output_folder, find_pages};
