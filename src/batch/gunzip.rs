//! Gzip whose broken members cost themselves only.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use memchr::memchr;

/// How every gzip member begins.
const MAGIC: &[u8] = b"\x1f\x8b\x08";

/// What gzip members unpack to. A broken member is an error [`Torn`] once; reading goes on with the next member.
pub(crate) struct Gunzip<R> {
    state: State<R>,
}

enum State<R> {
    Between(R),
    Inside(Box<GzDecoder<R>>),
    Torn(R),
    Ended,
}

/// A piece of a packed file is broken; what follows it can be read.
#[derive(Debug)]
pub(crate) struct Torn;

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken gzip member")
    }
}

impl Error for Torn {}

/// Whether more can be read after this error.
pub(crate) fn is_torn(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Torn>())
}

impl<R: BufRead> Gunzip<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { state: State::Between(input) }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            // The state is taken out; where it is not put back, the input has ended.
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Ok(0),
                State::Between(mut input) => {
                    if skip_padding(&mut input)? {
                        self.state = State::Inside(Box::new(GzDecoder::new(input)));
                    }
                }
                State::Inside(mut decoder) => match decoder.read(out) {
                    Ok(0) => self.state = State::Between(decoder.into_inner()),
                    Ok(read) => {
                        self.state = State::Inside(decoder);
                        return Ok(read);
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => self.state = State::Inside(decoder),
                    Err(error)
                        if matches!(
                            error.kind(),
                            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
                        ) =>
                    {
                        self.state = State::Torn(decoder.into_inner());
                        return Err(io::Error::new(io::ErrorKind::InvalidData, Torn));
                    }
                    Err(error) => return Err(error),
                },
                State::Torn(mut input) => {
                    if find_member(&mut input)? {
                        self.state = State::Between(input);
                    }
                }
            }
        }
    }
}

/// Passes over the zeros that tapes and block devices leave between members; whether anything follows.
fn skip_padding(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        let zeros = buffer.iter().take_while(|&&byte| byte == 0).count();
        let (ended, found) = (buffer.is_empty(), zeros < buffer.len());
        input.consume(zeros);
        if ended || found {
            return Ok(found);
        }
    }
}

/// Goes to what looks like the beginning of a member; whether there is one.
fn find_member(input: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(false);
        }
        let at = memchr(MAGIC[0], buffer).unwrap_or(buffer.len());
        let found = buffer[at..].starts_with(MAGIC);
        // A mark torn by the end of the buffer is passed over: its member counts as broken, too.
        let passed = if found { at } else { (at + 1).min(buffer.len()) };
        input.consume(passed);
        if found {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::kind::Packing;

    #[test]
    fn a_broken_member_costs_itself_only() {
        let text = |number: usize| (0..200).map(|line| format!("{number} {line}\n")).collect::<String>();
        let mut packed: Vec<Vec<u8>> =
            (0..3).map(|number| Packing::Gzip.pack(text(number).into_bytes()).expect("memory can be written")).collect();
        let middle = packed[1].len() / 2;
        for byte in &mut packed[1][middle..middle + 8] {
            *byte ^= 0xFF;
        }
        let packed = packed.concat();
        let mut input = Gunzip::new(packed.as_slice());
        let (mut whole, mut errors, mut buffer) = (Vec::new(), 0, [0; 100]);
        loop {
            match input.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => whole.extend(&buffer[..read]),
                Err(error) => {
                    assert!(is_torn(&error));
                    errors += 1;
                }
            }
        }
        assert!(errors >= 1);
        let whole = String::from_utf8_lossy(&whole);
        assert!(whole.starts_with(&text(0)) && whole.ends_with(&text(2)));
    }
}
