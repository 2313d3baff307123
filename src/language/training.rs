//! Making a model from plain text: count, choose what to keep, estimate, write.
//!
//! The texts are read line by line; nothing of them but counts reaches the file. Memory: about 25 bytes for each
//! character of the text. The result depends on the texts alone: the same bytes each time.

mod counts;
mod estimate;
mod write;

use counts::{Counts, Vocabulary};
use estimate::Estimate;

/// How large the model becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Characters seen less often are unknown.
    pub least_count: u64,
    /// The most pairs to keep, at 7 bytes each. Pairs that kept triples begin with are kept above this number.
    pub pairs: usize,
    /// The most triples to keep, at 3 bytes each; 2^24 − 1 at most.
    pub triples: usize,
}

impl Default for Options {
    /// The settings of the built-in model; `docs/language-model.md` has the measurements that chose them.
    fn default() -> Self {
        Self { least_count: 3, pairs: 350_000, triples: 1_500_000 }
    }
}

/// The bytes of a model of these texts.
///
/// Never fails: of no text at all it makes a model that finds everything equally unlikely.
#[must_use]
pub fn train(texts: &[&str], options: &Options) -> Vec<u8> {
    let vocabulary = Vocabulary::of(texts, options.least_count);
    let counts = Counts::of(texts, &vocabulary);
    let estimate = Estimate::new(counts, options, vocabulary.len());
    write::write(&vocabulary, &estimate)
}

/// Lines that stand or fall together in [`held_out`]: neighbouring lines are often of one article.
pub const BLOCK: usize = 50;

/// Whether a line (counted from 0, blank ones too) of a source is kept out of training, to measure the model on.
///
/// A tenth of all blocks of [`BLOCK`] lines, by a hash (FNV-1a, 64 bits) of the name of the source and the number of the
/// block, so the choice is the same everywhere and does not move when other sources are added.
#[must_use]
pub fn held_out(source: &str, line: usize) -> bool {
    let block = (line / BLOCK) as u64;
    let bytes = source.bytes().chain(block.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (hash >> 16) % 10 == 9
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{LanguageModel, State};

    #[test]
    fn about_a_tenth_is_held_out_in_whole_blocks() {
        let out = (0..100_000).filter(|&line| held_out("xwlb", line)).count();
        assert!((8_000..12_000).contains(&out), "{out}");
        assert!((0..10_000).all(|line| held_out("kr36", line) == held_out("kr36", line / BLOCK * BLOCK)));
    }

    #[test]
    fn a_model_of_nothing_opens_and_answers() {
        let model = LanguageModel::from_bytes(train(&[], &Options::default())).expect("opens");
        assert!(model.score("世界上的人，2026").is_finite());
    }

    #[test]
    fn a_small_model_knows_what_it_saw() {
        let text = "世界上的人都喜欢花。\n世界上的水都流向海。\n".repeat(20);
        let model = LanguageModel::from_bytes(train(&[&text], &Options::default())).expect("opens");
        let after = |text| model.score_from(State::START, text).0;
        assert!(model.log_prob(after("世界"), model.symbol('上')) > -0.2);
        assert!(model.log_prob(after("世界"), model.symbol('海')) < -2.0);
        assert!(model.score("世界上的人") > model.score("世界上的鱼"));
    }
}
