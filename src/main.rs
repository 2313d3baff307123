//! The command-line program.

use std::io::{Read, Write};

use jingwen::{Cleaner, Options, rules::Rules};

fn main() -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let cleaner = Cleaner::new(&Rules::embedded()?, &Options::default())?;
    std::io::stdout().write_all(cleaner.clean(&bytes).cleaned.text.as_bytes())?;
    Ok(())
}
