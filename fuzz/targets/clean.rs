#![no_main]

use std::sync::LazyLock;

#[path = "../laws.rs"]
#[allow(dead_code)]
mod laws;

static CLEANING: LazyLock<laws::Cleaning> = LazyLock::new(laws::Cleaning::new);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| CLEANING.check(bytes));
