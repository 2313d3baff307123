//! How a page's bytes were read, for people.

use std::ops::Range;

use jingwen::decode::{Decoded, Evidence};

use crate::cli::lang::say;

/// Most places that are told one by one.
const PLACES: usize = 8;

/// How the bytes of a page were read, piece after piece.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Of the first piece, by which the others are read.
    read_as: Option<(&'static str, Evidence)>,
    /// The bytes that are no characters.
    malformed: Vec<Range<usize>>,
}

impl Reading {
    /// Adds the piece that begins at byte `start`.
    pub(crate) fn add(&mut self, decoded: &Decoded, start: usize) {
        self.read_as.get_or_insert((decoded.encoding, decoded.evidence));
        self.malformed.extend(decoded.malformed.iter().map(|lost| lost.bytes.start + start..lost.bytes.end + start));
    }

    /// One line: the encoding, why it is that one, and where bytes are no characters.
    pub(crate) fn tell(&self) -> String {
        let Some((encoding, evidence)) = self.read_as else { return say!("nothing to read", "没有内容") };
        let why = match evidence {
            Evidence::Given => say!("as asked", "按指定"),
            Evidence::Bom => say!("by its byte order mark", "据字节序标记"),
            Evidence::Valid => say!("valid throughout", "全部合法"),
            Evidence::Declared => say!("as the page declares", "据网页声明"),
            Evidence::Guessed => say!("the bytes read best so", "这样读最通顺"),
        };
        let mut line = say!("{encoding}, {why}", "{encoding}（{why}）");
        let count = self.malformed.len();
        if count > 0 {
            let places = self.malformed.iter().take(PLACES).map(|bytes| format!("{}..{}", bytes.start, bytes.end));
            let places = places.collect::<Vec<_>>().join(", ");
            let more = if count > PLACES { ", …" } else { "" };
            line += &match count {
                1 => say!("; 1 place is no character: bytes {places}", "；1 处不成字符：字节 {places}"),
                _ => {
                    say!("; {count} places are no characters: bytes {places}{more}", "；{count} 处不成字符：字节 {places}{more}")
                }
            };
        }
        line
    }
}
