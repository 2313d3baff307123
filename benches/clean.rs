//! Speed of the whole and of each filter alone, in bytes of UTF-8 a second, over the project's fixture pages.
//!
//! `innocent` pages show what a filter costs where it finds nothing; `polluted` ones where it works.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

/// The pages of a fixture folder as one text of about a megabyte a page set, so that a run is long enough to measure.
fn pages(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let mut texts: Vec<String> = fs::read_dir(root)
        .expect("a fixture folder")
        .map(|case| fs::read(case.expect("a readable folder").path().join("page.txt")).expect("a page"))
        .map(|bytes| jingwen::decode::decode(&bytes).text)
        .collect();
    texts.sort();
    texts
}

fn cleaners() -> Vec<(String, Cleaner)> {
    let rules = Rules::embedded().expect("the embedded rules are valid");
    let whole = Cleaner::new(&rules, &Options::default()).expect("no filter is named");
    let names: Vec<&str> = whole.pipeline().names().collect();
    let alone = names.iter().map(|name| {
        let options = Options { only: vec![(*name).to_owned()], ..Options::default() };
        ((*name).to_owned(), Cleaner::new(&rules, &options).expect("a known filter"))
    });
    let alone: Vec<_> = alone.collect();
    [("whole".to_owned(), whole)].into_iter().chain(alone).collect()
}

fn clean(c: &mut Criterion) {
    for folder in ["untouched", "cleaned"] {
        let pages = pages(folder);
        let mut group = c.benchmark_group(folder);
        group.throughput(Throughput::Bytes(pages.iter().map(|page| page.len() as u64).sum()));
        for (name, cleaner) in cleaners() {
            group.bench_with_input(BenchmarkId::from_parameter(&name), &pages, |bencher, pages| {
                bencher.iter(|| {
                    for page in pages {
                        black_box(cleaner.pipeline().clean(black_box(page)));
                    }
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, clean);
criterion_main!(benches);
