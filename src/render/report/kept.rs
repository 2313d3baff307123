//! Which pages of a run a report shows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::digest::Digest;

/// How many pages are kept because they changed most.
pub(super) const MOST: usize = 900;
/// How many of the other pages are kept as a sample.
pub(super) const SAMPLE: usize = 100;
/// How much the pages that changed most may weigh together, in bytes.
const WEIGHT: usize = 24 << 20;

/// The pages that changed most, and an even sample of the others.
///
/// Memory is bounded whatever the run. Which pages are kept hangs on the pages and their order alone, so that a report can
/// be made again.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By how much changed, the first page of the run last among equals.
    most: BTreeMap<(u64, Reverse<u64>), Digest>,
    /// By a number without pattern; the smallest are kept.
    sample: BTreeMap<(u64, u64), Digest>,
    weight: usize,
}

impl Kept {
    /// Considers a page by its number in the run.
    pub(super) fn add(&mut self, number: u64, page: Digest) {
        self.weight += page.weight;
        self.most.insert((page.changed(), Reverse(number)), page);
        while self.most.len() > MOST || self.weight > WEIGHT && self.most.len() > 1 {
            let Some(((_, Reverse(number)), page)) = self.most.pop_first() else { break };
            self.weight -= page.weight;
            self.sample.insert((scatter(number), number), page);
            if self.sample.len() > SAMPLE {
                self.sample.pop_last();
            }
        }
    }

    /// How many pages there are of those that changed most, and of the sample.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.most.len(), self.sample.len())
    }

    /// The pages with their numbers in the run, those that changed most first.
    pub(super) fn pages(&self) -> Vec<(u64, &Digest)> {
        let most = self.most.iter().map(|(&(_, Reverse(number)), page)| (number, page));
        let sample = self.sample.iter().map(|(&(_, number), page)| (number, page));
        let mut pages: Vec<_> = most.chain(sample).collect();
        pages.sort_by_key(|(number, page)| (Reverse(page.changed()), *number));
        pages
    }
}

/// Sends near numbers far apart: the finaliser of SplitMix64.
fn scatter(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
