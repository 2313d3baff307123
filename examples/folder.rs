//! Cleans every file of a folder by as many threads as there are processors, one cleaner for all: `folder DIR`
#![allow(clippy::print_stdout)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "rules".to_owned());
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    let cleaner = Cleaner::new(&Rules::embedded()?, &Options::default())?;
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
            match fs::read(path) {
                Ok(bytes) => {
                    let edits = cleaner.clean(&bytes).cleaned.audit().count();
                    println!("{}\t{edits} changes", path.display());
                }
                Err(error) => eprintln!("{}: {error}", path.display()),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    Ok(())
}
