//! Speed of the whole and of each filter alone, in bytes of UTF-8 a second, over the project's own pages.
//!
//! `news` is an ordinary page on which nothing is found, as nearly all pages of a crawl are: the figure that counts for a
//! corpus. `rare-names` is as clean and as unlike ordinary text as honest pages get. `untouched` and `cleaned` are the
//! fixtures: short pages, each hard in its own way, and polluted ones.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jingwen::rules::Rules;
use jingwen::{Cleaner, Options};

/// The pages of a fixture folder.
fn fixtures(folder: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(folder);
    let cases = fs::read_dir(root).expect("a fixture folder");
    let mut texts: Vec<String> = cases.map(|case| page(&case.expect("a readable folder").path().join("page.txt"))).collect();
    texts.sort();
    texts
}

/// A page of the benchmark's own.
fn own(name: &str) -> Vec<String> {
    vec![page(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pages").join(name).with_extension("txt"))]
}

fn page(path: &Path) -> String {
    jingwen::decode::decode(&fs::read(path).expect("a page")).text
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
    let sets = [
        ("news", own("news")),
        ("rare-names", own("rare-names")),
        ("untouched", fixtures("untouched")),
        ("cleaned", fixtures("cleaned")),
    ];
    for (name, pages) in sets {
        let mut group = c.benchmark_group(name);
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
