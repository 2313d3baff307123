//! `jingwen decode`: bytes to UTF-8, nothing else.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::cli::Outcome;
use crate::cli::args::DecodeArgs;
use crate::cli::input::{Decoding, PIECE, Pieces, is_stdin, unreadable};
use crate::cli::output::Draft;
use crate::cli::reading::Reading;
use crate::cli::settings::{CommandLine, PageOrigin, Settings};

pub(super) fn run(args: &DecodeArgs, line: &CommandLine) -> Result<Outcome> {
    let path = args.path.as_deref().unwrap_or(Path::new("-"));
    let settings = Settings::load(line, &[path.to_owned()])?;
    let site = settings.site_of(PageOrigin { path, url: None });
    let decoding = Decoding::new(&settings.in_force(&args.read, site)?)?;
    let input: Box<dyn Read> =
        if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path).with_context(|| unreadable(path))?) };
    let reading = match &args.output {
        None => decode(input, path, &decoding, &mut io::stdout().lock())?,
        Some(output) => {
            let mut draft = Draft::create(output)?;
            let reading = decode(input, path, &decoding, &mut draft)?;
            draft.publish()?;
            reading
        }
    };
    if args.explain {
        let _ = writeln!(io::stderr(), "{}: {}", path.display(), reading.tell());
    }
    Ok(Outcome::Done)
}

fn decode(input: Box<dyn Read>, path: &Path, decoding: &Decoding, out: &mut impl Write) -> Result<Reading> {
    let mut decoding = *decoding;
    let mut pieces = Pieces::new(input, PIECE);
    let (mut reading, mut start) = (Reading::default(), 0);
    while let Some(piece) = pieces.next().with_context(|| unreadable(path))? {
        let decoded = decoding.decode_piece(&piece);
        reading.add(&decoded, start);
        start += piece.len();
        out.write_all(decoded.text.as_bytes())?;
    }
    out.flush()?;
    Ok(reading)
}
