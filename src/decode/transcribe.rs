//! Reading a whole page in a known encoding, and reading damaged lines anew.

use std::ops::Range;

use super::characters::{self, Cost, Table};
use super::encoding::{Encoding, Kind};
use super::lattice::{self, Path};
use super::sample::is_border;
use super::step::Pairs;
use super::transcript::Transcript;
use super::{foreign, hz};

/// Bytes that are read, and when damaged read anew, at a time at most: a line, or a part of a longer one.
const BLOCK: usize = 1024;

/// The same for UTF-16 and UTF-32, where a lost byte leaves no line ends to be seen.
const WIDE_BLOCK: usize = 512;

/// Half bits that characters outside ASCII cost on average in text that reads well, at most.
const WELL: Cost = 23;

/// Half bits that a character may cost on average in a stretch that is not suspected. Misread text costs about 30.
const LIKELY: Cost = 25;

/// Half bits above [`LIKELY`] that a stretch may cost in all before its block is suspected: names of rare characters do.
const SLACK: Cost = 40;

/// Half bits that another reading of unbroken bytes must save.
const WORTH: Cost = 20;

/// Reads `bytes` from `start` on.
pub(super) fn transcribe(bytes: &[u8], start: usize, encoding: Encoding) -> Transcript {
    let mut out = Transcript::with_capacity((bytes.len() - start) / 2 * 3);
    match encoding.0 {
        Kind::Foreign(encoding) => foreign::transcribe(bytes, start, encoding, &mut out),
        Kind::Hz => hz::transcribe(bytes, start, &mut out),
        _ => by_blocks(bytes, start, encoding, &mut out),
    }
    out
}

/// Reads block by block. An unbroken block that hardly reads as text is read anew, but its bytes are taken at their word: in another
/// encoding it may be, one byte off in GBK it may not, but where a page that was cut begins. Text that was *written* one byte off has
/// just these bytes, and giving it back is repair.
fn by_blocks(bytes: &[u8], start: usize, encoding: Encoding, out: &mut Transcript) {
    let mut at = start;
    while at < bytes.len() {
        let block = block(bytes, at, encoding);
        let mark = out.mark();
        at = match plain(bytes, block.clone(), encoding, out) {
            Plain::Well(end) => end,
            Plain::Suspect(end) => {
                let may_lose = encoding != Encoding::GB18030 || block.start == start;
                let path = lattice(bytes, block, encoding);
                let cost = characters::cost(out.since(mark));
                if path.cost + WORTH < cost && (may_lose || loses_nothing(&path)) && reads_well(&path) {
                    out.rewind(mark);
                    write(&path, bytes, out)
                } else {
                    end
                }
            }
            Plain::Broken => {
                out.rewind(mark);
                write(&lattice(bytes, block, encoding), bytes, out)
            }
        };
    }
}

/// The line at `at`; a part of it if it is long.
fn block(bytes: &[u8], at: usize, encoding: Encoding) -> Range<usize> {
    if encoding.unit() > 1 {
        return at..bytes.len().min(at + WIDE_BLOCK);
    }
    let most = bytes.len().min(at + BLOCK);
    if let Some(line) = memchr::memchr(b'\n', &bytes[at..most]) {
        return at..at + line + 1;
    }
    if most == bytes.len() {
        return at..most;
    }
    let border = bytes[at..most].iter().rposition(|&byte| is_border(byte));
    at..border.map_or(most, |border| at + border + 1)
}

/// Whether the character before `end` may go on after it.
fn goes_on(bytes: &[u8], end: usize, encoding: Encoding) -> bool {
    end < bytes.len() && (encoding.unit() > 1 || end.checked_sub(1).is_some_and(|last| !is_border(bytes[last])))
}

/// How a block reads, taken as it is.
enum Plain {
    /// As text, up to here.
    Well(usize),
    /// As characters up to here, but hardly as text.
    Suspect(usize),
    /// Not to its end.
    Broken,
}

/// Reads a block as it is; after [`Plain::Broken`] what was added to `out` is of no use.
fn plain(bytes: &[u8], block: Range<usize>, encoding: Encoding, out: &mut Transcript) -> Plain {
    let narrow = encoding.unit() == 1;
    let line = &bytes[..block.end];
    let mut at = block.start;
    let mut strain = Strain::new(at == 0);
    while at < block.end {
        if encoding == Encoding::UTF_8 {
            at += copy_utf8(&line[at..], at, out);
        } else if narrow {
            at += foreign::copy_ascii(&line[at..], at, out);
        }
        if let Some(pairs) = encoding.pairs() {
            at = common_pairs(line, at, pairs, out, &mut strain);
        }
        if at == block.end {
            break;
        }
        if narrow && (1..0x80).contains(&line[at]) {
            continue;
        }
        let Some(step) = encoding.step(line, at) else {
            let is_cut = goes_on(bytes, block.end, encoding) && block.end - at < 4 && at > block.start;
            if is_cut {
                break;
            }
            return Plain::Broken;
        };
        out.step(step, at);
        strain.add(step.char);
        at += step.len;
    }
    // valid UTF-8 does not come about by chance
    if encoding != Encoding::UTF_8 && strain.is_suspect() { Plain::Suspect(at) } else { Plain::Well(at) }
}

/// Copies the valid UTF-8 that `rest` begins with, up to NUL. Returns its length.
fn copy_utf8(rest: &[u8], source: usize, out: &mut Transcript) -> usize {
    let rest = &rest[..memchr::memchr(0, rest).unwrap_or(rest.len())];
    let valid = rest.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    out.copy(valid, source);
    valid.len()
}

/// Reads the pairs at `at` whose characters take three bytes in UTF-8, which nearly all do. Returns where they end.
fn common_pairs(line: &[u8], mut at: usize, pairs: &Pairs, out: &mut Transcript, strain: &mut Strain) -> usize {
    out.pairs(at, || {
        let [lead, trail] = *line.get(at..)?.first_chunk()?;
        let char = pairs.read(lead, trail).filter(|char| char.len_utf8() == 3)?;
        strain.add(char);
        at += 2;
        Some(char)
    });
    at
}

/// How much more than text should the characters of a block have cost in a row.
struct Strain {
    characters: &'static Table,
    now: Cost,
    worst: Cost,
}

impl Strain {
    /// At the start of a page a little is enough: pages are cut there.
    fn new(starts_page: bool) -> Self {
        Self { characters: Table::shared(), now: if starts_page { SLACK * 3 / 4 } else { 0 }, worst: 0 }
    }

    fn add(&mut self, char: char) {
        let (_, cost) = self.characters.of(char);
        self.now = (self.now + cost).saturating_sub(LIKELY);
        self.worst = self.worst.max(self.now);
    }

    fn is_suspect(&self) -> bool {
        self.worst > SLACK
    }
}

/// The best reading of a block, in `encoding` and in those that are glued into pages of it.
fn lattice(bytes: &[u8], block: Range<usize>, encoding: Encoding) -> Path {
    let encodings: &[Encoding] = match encoding.0 {
        Kind::Utf8 => &[Encoding::UTF_8, Encoding::GB18030, Encoding::BIG5],
        Kind::Gb18030 => &[Encoding::GB18030, Encoding::UTF_8],
        Kind::Big5 => &[Encoding::BIG5, Encoding::UTF_8],
        _ => &[encoding],
    };
    let goes_on = goes_on(bytes, block.end, encoding);
    lattice::read(bytes, block.start, block.end, encodings, goes_on)
}

/// Whether every byte is a part of a character.
fn loses_nothing(path: &Path) -> bool {
    path.arcs.iter().all(|arc| arc.step.is_some())
}

/// Whether a path reads as Chinese nearly without losses.
fn reads_well(path: &Path) -> bool {
    let (mut lost, mut count, mut sum) = (0, 0, 0);
    for arc in &path.arcs {
        match arc.step {
            None => lost += 1,
            Some(step) if !step.char.is_ascii() => {
                let (_, cost) = characters::script_and_cost(step.char);
                count += 1;
                sum += cost;
            }
            Some(_) => {}
        }
    }
    lost * 8 <= count && sum <= WELL * count
}

/// Adds the text of a path; lost bytes next to each other become one U+FFFD. Returns where the path ends.
fn write(path: &Path, bytes: &[u8], out: &mut Transcript) -> usize {
    let mut arcs = path.arcs.iter().peekable();
    while let Some(arc) = arcs.next() {
        match arc.step {
            Some(step) => out.step(step, arc.at),
            None => {
                let mut end = arc.at + 1;
                while arcs.next_if(|next| next.step.is_none()).is_some() {
                    end += 1;
                }
                out.lost(arc.at..end.min(bytes.len()));
            }
        }
    }
    path.end
}
