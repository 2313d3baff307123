//! An input in blocks of whole lines, with their numbers.

use std::io::{self, BufRead};

use memchr::{memchr, memchr_iter, memrchr};

use crate::batch::gunzip::is_torn;

/// About how many bytes a block has: enough that packing and passing it on cost nothing.
const BLOCK: usize = 256 << 10;

/// The longest line there may be. What is longer is no page, and would not fit in memory some day.
const LONGEST: usize = 64 << 20;

/// Whole lines, each with its end, but for the last one of an input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) bytes: Vec<u8>,
    /// The number of the first line, counted from 1.
    pub(crate) first: u64,
    /// The number of the line after the last one.
    pub(crate) next: u64,
}

impl Block {
    /// The block without the lines before the one of this number; `end` is the byte that ends a line.
    pub(crate) fn after(mut self, from: u64, end: u8) -> Self {
        if from > self.first {
            let skipped = (from - self.first) as usize;
            let at = memchr_iter(end, &self.bytes).nth(skipped - 1).map_or(self.bytes.len(), |at| at + 1);
            self.bytes.drain(..at);
            self.first = from;
        }
        self
    }
}

/// Why there is no block: the number of the line at which the input could not be read.
#[derive(Debug)]
pub(crate) struct Gap {
    pub(crate) line: u64,
    pub(crate) error: io::Error,
}

/// The blocks of an input. An error is followed by what can still be read.
pub(crate) struct Blocks<R> {
    input: R,
    /// The byte that ends a line.
    end: u8,
    /// Whether lines are wanted as soon as they are there, as from a pipe.
    live: bool,
    rest: Vec<u8>,
    line: u64,
    ended: bool,
    /// Why the input cannot be read after the lines that were given out last.
    failed: Option<io::Error>,
}

impl<R: BufRead> Blocks<R> {
    pub(crate) fn new(input: R, end: u8, live: bool) -> Self {
        Self { input, end, live, rest: Vec::new(), line: 1, ended: false, failed: None }
    }

    /// The next block: what was read before this place, which is after the end of a line or of the input.
    fn block(&mut self, at: usize) -> Block {
        let rest = self.rest.split_off(at);
        let bytes = std::mem::replace(&mut self.rest, rest);
        let first = self.line;
        let open = usize::from(bytes.last() != Some(&self.end));
        self.line += (memchr_iter(self.end, &bytes).count() + open) as u64;
        Block { bytes, first, next: self.line }
    }

    /// How many bytes of what was read are whole lines.
    fn whole_lines(&self) -> usize {
        memrchr(self.end, &self.rest).map_or(0, |at| at + 1)
    }

    /// Leaves out the line that was begun.
    fn gap(&mut self, error: io::Error) -> Gap {
        self.rest.clear();
        let line = self.line;
        self.line += 1;
        Gap { line, error }
    }

    /// Passes over what is left of a line that is too long.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            let (passed, found) = match memchr(self.end, buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.input.consume(passed);
            if found {
                return Ok(());
            }
        }
    }
}

impl<R: BufRead> Iterator for Blocks<R> {
    type Item = Result<Block, Gap>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.failed.take() {
            return Some(Err(self.gap(error)));
        }
        while !self.ended {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = !is_torn(&error);
                    let whole = self.whole_lines();
                    if whole > 0 {
                        self.failed = Some(error);
                        return Some(Ok(self.block(whole)));
                    }
                    return Some(Err(self.gap(error)));
                }
            };
            if buffer.is_empty() {
                self.ended = true;
                break;
            }
            let read = buffer.len();
            self.rest.extend_from_slice(buffer);
            let fresh = self.rest.len() - read;
            self.input.consume(read);
            let last_end = memrchr(self.end, &self.rest[fresh..]).map(|at| fresh + at + 1);
            match last_end {
                Some(at) if self.live || self.rest.len() >= BLOCK => {
                    return Some(Ok(self.block(at)));
                }
                None if self.rest.len() > LONGEST => {
                    let whole = self.whole_lines();
                    if whole > 0 {
                        return Some(Ok(self.block(whole)));
                    }
                    let error = self.skip_line().err().unwrap_or_else(|| io::Error::other("longer than 64 MB: left out"));
                    return Some(Err(self.gap(error)));
                }
                _ => {}
            }
        }
        if self.rest.is_empty() {
            return None;
        }
        Some(Ok(self.block(self.rest.len())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::gunzip::Torn;

    #[test]
    fn blocks_cover_the_input_and_number_its_lines() {
        let text: String = (1..=60_000).map(|number| format!("{number}\n")).collect::<String>() + "last";
        let mut whole = Vec::new();
        let mut next = 1;
        for block in Blocks::new(io::BufReader::with_capacity(1000, text.as_bytes()), b'\n', false) {
            let block = block.expect("memory can be read");
            assert_eq!(block.first, next);
            next = block.next;
            whole.extend(block.bytes);
        }
        assert_eq!(whole, text.as_bytes());
        assert_eq!(next, 60_002);
    }

    /// Gives some bytes, then an error, then the rest.
    struct Broken(Vec<io::Result<&'static [u8]>>);

    impl io::Read for Broken {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let Some(next) = self.0.pop() else { return Ok(0) };
            let bytes = next?;
            out[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    #[test]
    fn a_broken_piece_costs_the_line_that_it_breaks() {
        let torn = || io::Error::new(io::ErrorKind::InvalidData, Torn);
        let input = Broken(vec![Ok(b"e\n"), Err(torn()), Ok(b"c\nd"), Ok(b"a\nb\n")]);
        let blocks = Blocks::new(io::BufReader::new(input), b'\n', false);
        let found: Vec<_> = blocks.map(|block| block.map(|block| block.bytes).map_err(|gap| gap.line)).collect();
        assert_eq!(found, [Ok(b"a\nb\nc\n".to_vec()), Err(4), Ok(b"e\n".to_vec())]);
    }

    #[test]
    fn lines_come_at_once_where_they_are_waited_for() {
        let mut blocks = Blocks::new(io::BufReader::with_capacity(4, &b"a\nb\nc"[..]), b'\n', true);
        assert_eq!(blocks.next().expect("a block").expect("readable").bytes, b"a\nb\n");
        assert_eq!(blocks.next().expect("a block").expect("readable").bytes, b"c");
        assert!(blocks.next().is_none());
    }
}
