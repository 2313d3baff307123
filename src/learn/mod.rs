//! What can be learned from pages alone.

pub mod substitutions;
