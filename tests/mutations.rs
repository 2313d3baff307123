//! Broken pages: bytes of the fixtures with pieces lost, doubled, swapped, misread, or markup put between them. Nothing breaks decoding,
//! extraction or cleaning, and the laws hold.
//!
//! `JINGWEN_MUTATIONS` says how many pages are tried, `JINGWEN_SEED` with which random numbers; then the slowest page is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[path = "../fuzz/laws.rs"]
mod laws;

/// What mutations put in: ends and beginnings of markup, bytes that begin characters, and debris.
const PIECES: [&[u8]; 28] = [
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b"<script>",
    b"</script>",
    b"<div>",
    b"</div>",
    b"<table><tr><td>",
    b"<br><br>",
    b"\"",
    b"&",
    b"&#x",
    b"<svg>",
    b"<p",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x80",
    b"\xff\xfe",
    b"\xe6",
    b"\xef\xbf\xbd",
    b"~{",
    b"(zh\xc5\x8dng)",
    b"\xe9\x94\x9f\xe6\x96\xa4\xe6\x8b\xb7",
    b"\xe2\x80\x8b",
    b"%E6%B8",
];

/// Most bytes of the piece of a page that is mutated, as a power of two: most pages are short, for many to be tried.
const PIECE: std::ops::RangeInclusive<usize> = 5..=11;

/// One mutated page in so many is made of as many pieces, which is as long as pages of the web are.
const LONG: usize = 50;

/// The pages of the fixtures.
fn pages() -> Vec<Vec<u8>> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the fixtures") {
            let path = entry.expect("a fixture").path();
            if path.is_dir() { collect(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut found);
    found.sort();
    found.iter().map(|path| fs::read(path).expect("a page")).filter(|page| page.len() > 100).collect()
}

/// Random numbers that are the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).expect("less than end")
    }

    /// A piece of these bytes, short ones more often.
    fn range(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(bytes.len());
        let most = 1 << self.below(8);
        start..(start + self.below(most)).min(bytes.len())
    }
}

/// A piece of a page, now and then many, with a few changes.
fn mutate(pages: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let pieces = if random.below(LONG) == 0 { LONG } else { 1 };
    let mut page = Vec::new();
    for _ in 0..pieces {
        let whole = &pages[random.below(pages.len())];
        let start = if random.below(3) == 0 { random.below(whole.len()) } else { 0 };
        let most = 1 << (PIECE.start() + random.below(PIECE.count()));
        page.extend_from_slice(&whole[start..whole.len().min(start + most)]);
    }
    for _ in 0..=random.below(8) {
        let range = random.range(&page);
        match random.below(7) {
            0 => drop(page.drain(range)),
            1 => page.extend_from_within(range),
            2 => page.truncate(page.len() - random.below(page.len() / 8)),
            3 => page[range].reverse(),
            4 => page[range].iter_mut().for_each(|byte| *byte ^= 1 << random.below(8)),
            5 => {
                let other = &pages[random.below(pages.len())];
                let piece = other[random.range(other)].to_vec();
                drop(page.splice(range.start..range.start, piece));
            }
            _ => drop(page.splice(range.start..range.start, PIECES[random.below(PIECES.len())].iter().copied())),
        }
    }
    match random.below(12) {
        // What was decoded once more: mojibake.
        0 => encoding_rs::GBK.decode_without_bom_handling(&page).0.into_owned().into_bytes(),
        1 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&page).0.into_owned().into_bytes(),
        2 => String::from_utf8_lossy(&page).encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => page,
    }
}

/// Gives `number` mutated pages to `check`, or as many as the environment asks for.
fn for_mutations(number: usize, mut check: impl FnMut(&[u8])) {
    let variable = |name: &str| std::env::var(name).ok().and_then(|number| number.parse::<u64>().ok());
    let pages = pages();
    assert!(pages.len() >= 20, "only {} pages found", pages.len());
    let asked = variable("JINGWEN_MUTATIONS");
    let number = asked.and_then(|number| usize::try_from(number).ok()).unwrap_or(number);
    let mut random = Random(0x2545_F491_4F6C_DD1D ^ variable("JINGWEN_SEED").unwrap_or(0));
    let mut bytes = 0;
    // Of short and of long pages: what a page takes whatever its length would hide what a byte takes.
    let mut slowest = [(Duration::ZERO, 0); 2];
    for _ in 0..number {
        let page = mutate(&pages, &mut random);
        bytes += page.len();
        let begun = Instant::now();
        check(&page);
        let slowest = &mut slowest[usize::from(page.len() > 1 << PIECE.end())];
        *slowest = (*slowest).max((begun.elapsed(), page.len()));
    }
    if asked.is_some() {
        println!("{number} pages of {bytes} bytes; the slowest short and long ones took {slowest:?}");
    }
}

#[test]
fn any_bytes_are_decoded() {
    for_mutations(300, laws::decoding);
}

#[test]
fn any_page_is_extracted() {
    for_mutations(300, laws::extraction);
}

#[test]
fn any_page_is_cleaned_by_the_laws() {
    let cleaning = laws::Cleaning::new();
    for_mutations(150, |page| cleaning.check(page));
}
