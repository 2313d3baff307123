//! Speed of what comes before the filters: bytes to text, HTML to its article. In bytes of the page a second, on one core.
//!
//! `encoding_rs` beside it is the fastest that a decoder can be which trusts what it is told and keeps no account of places.

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jingwen::decode::decode;
use jingwen::extract::extract;

/// Bytes of a page.
const SIZE: usize = 1 << 20;

/// A page of this size made of the fixtures' plain pages.
fn text() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/untouched");
    let mut pages: Vec<_> = fs::read_dir(root).expect("a fixture folder").map(|case| case.expect("a case").path()).collect();
    pages.sort();
    let text: String = pages.iter().filter_map(|case| fs::read_to_string(case.join("page.txt")).ok()).collect();
    text.repeat(SIZE / text.len() + 1)
}

/// A page of this size whose paragraphs stand between lists of links.
fn html() -> String {
    let links = "<ul><li><a href=\"/1.html\">另一页的题目</a></li><li><a href=\"/2.html\">又一页的题目</a></li></ul>";
    let script = "<script>var list = [1, 2, 3]; if (list.length < 4) { document.write('<div>'); }</script>";
    let text = text();
    let paragraphs: String = text.lines().filter(|line| !line.is_empty()).map(|line| format!("<p>{line}</p>\n")).collect();
    let page = format!("<div>{links}{script}</div><div class=\"content\">{paragraphs}</div>");
    format!("<!DOCTYPE html><html><head><title>渡口 - 早报</title></head><body>{page}</body></html>")
}

fn read(c: &mut Criterion) {
    let text = text();
    let mut group = c.benchmark_group("decode");
    let utf_16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let encoded = |encoding: &'static encoding_rs::Encoding| encoding.encode(&text).0.into_owned();
    let pages = [
        ("utf-8", text.clone().into_bytes(), encoding_rs::UTF_8),
        ("gb18030", encoded(encoding_rs::GB18030), encoding_rs::GB18030),
        ("utf-16le", utf_16, encoding_rs::UTF_16LE),
    ];
    for (name, bytes, encoding) in &pages {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(*name, |bencher| bencher.iter(|| decode(black_box(bytes))));
        group.bench_function(format!("{name} by encoding_rs"), |bencher| {
            bencher.iter(|| encoding.decode_without_bom_handling(black_box(bytes)).0.into_owned());
        });
    }
    group.finish();
    let page = html();
    let mut group = c.benchmark_group("extract");
    group.sample_size(20).throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("html", |bencher| bencher.iter(|| extract(black_box(&page))));
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
