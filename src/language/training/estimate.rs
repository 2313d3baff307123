//! From counts to probabilities: Kneser–Ney with absolute discounts, made for pruned models.
//!
//! A gram that is kept gives away a discount; one that is not kept gives away all of its count. What a gram gives away is
//! the count of its shorter form (without the first symbol) one order below. In an unpruned model this is Kneser–Ney
//! smoothing; in a pruned one it keeps its founding property, that the model expects each shorter gram exactly as often as
//! the text has it, where ordinary pruning of a Kneser–Ney model breaks it (Siivola, Hirsimäki, Virpioja 2007).

use super::Options;
use super::counts::{Counts, Gram};
use crate::language::Symbol;
use crate::language::format::MAX_TRIPLES;

/// Among so many characters the probability of an unknown one is shared.
const UNKNOWN_CHARACTERS: f64 = 20_000.0;
/// Added to each count of a single symbol, so that no symbol is impossible.
const FLOOR: f64 = 0.5;

/// The probabilities of a model, before rounding.
pub(super) struct Estimate {
    /// Probability of each symbol, by number.
    pub(super) unigrams: Vec<f64>,
    /// Share of each symbol in the text, by number.
    pub(super) frequencies: Vec<f64>,
    pub(super) pairs: Level,
    pub(super) triples: Level,
}

impl Estimate {
    pub(super) fn new(counts: Counts, options: &Options, symbols: usize) -> Self {
        let mut triples = Level::new(3, counts.triples);
        // First with every triple, to see what each is worth; then again with the best of them.
        let (pairs, _) = shorter(&triples, &counts.line_starts, symbols, |_| {});
        triples.estimate(|key| pairs.probability(key));
        triples.keep_best(options.triples.min(MAX_TRIPLES), |key| pairs.probability(key));

        let contexts = triples.kept_contexts();
        let (pairs, unigrams) = shorter(&triples, &counts.line_starts, symbols, |(pairs, unigrams)| {
            pairs.keep_best(options.pairs, |key| unigrams[key as usize]);
            pairs.keep_also(&contexts);
        });
        triples.estimate(|key| pairs.probability(key));
        let total: f64 = counts.symbols.iter().sum::<f64>() + FLOOR * symbols as f64;
        let frequencies = counts.symbols.iter().map(|count| (count + FLOOR) / total).collect();
        Self { unigrams, frequencies, pairs, triples }
    }
}

/// The pairs and single symbols below `triples`, estimated; `choose` may drop pairs in between.
fn shorter(
    triples: &Level,
    line_starts: &[Gram],
    symbols: usize,
    choose: impl FnOnce((&mut Level, &[f64])),
) -> (Level, Vec<f64>) {
    let mut pairs = Level::new(2, add(triples.given_away(), line_starts));
    let unigrams = unigrams(&pairs, symbols);
    pairs.estimate(|key| unigrams[key as usize]);
    choose((&mut pairs, &unigrams));
    let unigrams = self::unigrams(&pairs, symbols);
    pairs.estimate(|key| unigrams[key as usize]);
    (pairs, unigrams)
}

fn unigrams(pairs: &Level, symbols: usize) -> Vec<f64> {
    let mut counts = vec![FLOOR; symbols];
    for (key, count) in pairs.given_away() {
        counts[key as usize] += count;
    }
    let total: f64 = counts.iter().sum();
    counts.iter_mut().for_each(|count| *count /= total);
    counts[usize::from(Symbol::UNKNOWN.0)] /= UNKNOWN_CHARACTERS;
    counts
}

/// All grams of one length.
pub(super) struct Level {
    /// Of the grams, in symbols.
    length: u32,
    /// In order of keys, so that grams with the same context (all symbols but the last) stand together.
    grams: Vec<Gram>,
    kept: Vec<bool>,
    probabilities: Vec<f64>,
    /// For each context in order: its first gram, its count, and the count its grams give away.
    contexts: Vec<Context>,
    /// Of grams seen once, twice, more often.
    discounts: [f64; 3],
}

#[derive(Clone, Copy)]
struct Context {
    start: usize,
    total: f64,
    given_away: f64,
}

impl Level {
    /// With everything kept, except what holds an unknown character: that says nothing about any one of them.
    fn new(length: u32, grams: Vec<Gram>) -> Self {
        let has_unknown = |key: u64| (0..length).any(|at| Symbol((key >> (16 * at)) as u16) == Symbol::UNKNOWN);
        let kept = grams.iter().map(|&(key, _)| !has_unknown(key)).collect();
        let discounts = discounts(&grams);
        Self { length, grams, kept, probabilities: Vec::new(), contexts: Vec::new(), discounts }
    }

    /// The kept grams in order, with their probabilities.
    pub(super) fn kept(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        let all = self.grams.iter().zip(&self.probabilities).zip(&self.kept);
        all.filter(|&(_, &kept)| kept).map(|((gram, &p), _)| (gram.0, p))
    }

    /// The context and back-off weight of each context, in order.
    pub(super) fn back_offs(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        self.contexts.iter().map(|c| (self.grams[c.start].0 >> 16, c.given_away / c.total))
    }

    /// The probability of a gram that was seen, kept or not.
    fn probability(&self, key: u64) -> f64 {
        match self.grams.binary_search_by_key(&key, |gram| gram.0) {
            Ok(at) => self.probabilities[at],
            Err(_) => unreachable!("every gram counts in its shorter form"),
        }
    }

    /// What the grams give away, summed up by their shorter form.
    fn given_away(&self) -> Vec<Gram> {
        let shorter = self.grams.iter().enumerate().map(|(at, gram)| (self.suffix(gram.0), self.gift(at)));
        sum(shorter.collect())
    }

    /// A key without its first symbol.
    fn suffix(&self, key: u64) -> u64 {
        key & ((1 << (16 * (self.length - 1))) - 1)
    }

    /// What a gram gives away.
    fn gift(&self, at: usize) -> f64 {
        let count = self.grams[at].1;
        if self.kept[at] { self.discount(count) } else { count }
    }

    fn discount(&self, count: f64) -> f64 {
        let [one, two, more] = self.discounts;
        let discount = if count < 1.5 {
            one
        } else if count < 2.5 {
            two
        } else {
            more
        };
        discount.min(count)
    }

    /// Computes all probabilities from what is kept; `shorter` gives those of the order below.
    fn estimate(&mut self, shorter: impl Fn(u64) -> f64) {
        self.contexts.clear();
        self.probabilities.clear();
        let mut start = 0;
        for run in self.grams.chunk_by(|a, b| a.0 >> 16 == b.0 >> 16) {
            let grams = start..start + run.len();
            let total = run.iter().map(|gram| gram.1).sum();
            let given_away = grams.clone().map(|at| self.gift(at)).sum();
            self.contexts.push(Context { start, total, given_away });
            for at in grams {
                let (key, count) = self.grams[at];
                let own = count - self.gift(at);
                self.probabilities.push((own + given_away * shorter(self.suffix(key))) / total);
            }
            start += run.len();
        }
    }

    /// Keeps the `most` grams whose loss would cost most, in nats over the whole text; forgets the others.
    fn keep_best(&mut self, most: usize, shorter: impl Fn(u64) -> f64) {
        let ends = self.contexts.iter().skip(1).map(|context| context.start).chain([self.grams.len()]);
        let each = self.contexts.iter().zip(ends).flat_map(|(context, end)| (context.start..end).map(move |at| (context, at)));
        let losses: Vec<f64> = each
            .map(|(context, at)| match self.kept[at] {
                true => self.loss(at, context, shorter(self.suffix(self.grams[at].0))),
                false => 0.0,
            })
            .collect();
        if most < losses.len() {
            let mut sorted = losses.clone();
            let (_, &mut bar, _) = sorted.select_nth_unstable_by(most, |a, b| b.total_cmp(a));
            let bar = bar.max(0.0);
            self.kept.iter_mut().zip(&losses).for_each(|(kept, &loss)| *kept &= loss > bar);
        }
    }

    /// How much less likely the text becomes without this one gram (relative entropy, as in Stolcke 1998).
    fn loss(&self, at: usize, context: &Context, shorter: f64) -> f64 {
        let count = self.grams[at].1;
        let given_away = context.given_away + count - self.gift(at);
        let without = given_away * shorter / context.total;
        let own = count * (self.probabilities[at] / without).ln();
        own - context.given_away * (given_away / context.given_away.max(1e-9)).ln()
    }

    /// Keeps the grams with these keys (in order) too.
    fn keep_also(&mut self, keys: &[u64]) {
        for key in keys {
            if let Ok(at) = self.grams.binary_search_by_key(key, |gram| gram.0) {
                self.kept[at] = true;
            }
        }
    }

    /// The contexts of what is kept, in order.
    fn kept_contexts(&self) -> Vec<u64> {
        let mut contexts: Vec<u64> =
            self.grams.iter().zip(&self.kept).filter(|&(_, &kept)| kept).map(|(gram, _)| gram.0 >> 16).collect();
        contexts.dedup();
        contexts
    }
}

/// Chen and Goodman's discounts, from how many grams were seen once, twice, three and four times.
fn discounts(grams: &[Gram]) -> [f64; 3] {
    let mut seen = [0.0_f64; 5];
    for &(_, count) in grams {
        if let Some(n) = seen.get_mut(count.round() as usize) {
            *n += 1.0;
        }
    }
    let [_, one, two, three, four] = seen;
    if one == 0.0 || two == 0.0 || three == 0.0 || four == 0.0 {
        return [0.5, 0.75, 1.0];
    }
    let y = one / (one + 2.0 * two);
    let d = |n: f64, this: f64, next: f64| (n - (n + 1.0) * y * next / this).clamp(0.1, n);
    [d(1.0, one, two), d(2.0, two, three), d(3.0, three, four)]
}

fn add(mut grams: Vec<Gram>, more: &[Gram]) -> Vec<Gram> {
    grams.extend_from_slice(more);
    sum(grams)
}

/// Sorts by key and adds up what has the same key.
fn sum(mut grams: Vec<Gram>) -> Vec<Gram> {
    // A stable sort: sums of fractions depend on their order, and the model must come out the same each time.
    grams.sort_by_key(|gram| gram.0);
    grams.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|gram| gram.1).sum())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::training::counts::Vocabulary;
    use std::collections::HashMap;

    /// Probabilities of the kept grams of a level, and back-off weights of its contexts.
    type Tables = (HashMap<u64, f64>, HashMap<u64, f64>);

    /// The look-up before rounding: probability by the longest kept gram, times the back-off weights passed.
    fn probability(estimate: &Estimate, levels: &[Tables], gram: &[u64]) -> f64 {
        let [symbol] = gram else {
            let key = gram.iter().fold(0, |key, symbol| key << 16 | symbol);
            let (kept, back_offs) = &levels[gram.len() - 2];
            return kept
                .get(&key)
                .copied()
                .unwrap_or_else(|| back_offs.get(&(key >> 16)).unwrap_or(&1.0) * probability(estimate, levels, &gram[1..]));
        };
        estimate.unigrams[*symbol as usize]
    }

    #[test]
    fn probabilities_sum_to_one_however_much_is_pruned() {
        let text = "世界上的人都喜欢花。\n天上的人也喜欢2026年的花，人都说好。龘\n上的花也是天上的。\n".repeat(3);
        let vocabulary = Vocabulary::of(&[&text], 4);
        for (pairs, triples) in [(1000, 1000), (20, 10), (5, 0), (0, 0)] {
            let options = Options { least_count: 4, pairs, triples };
            let estimate = Estimate::new(Counts::of(&[&text], &vocabulary), &options, vocabulary.len());
            let levels = [&estimate.pairs, &estimate.triples]
                .map(|level| -> Tables { (level.kept().collect(), level.back_offs().collect()) });
            let symbols = vocabulary.len() as u64;
            for context in (0..symbols).flat_map(|a| (0..symbols).map(move |b| [a, b])) {
                let each = |symbol| probability(&estimate, &levels, &[context[0], context[1], symbol]);
                let sum = UNKNOWN_CHARACTERS * each(0) + (1..symbols).map(each).sum::<f64>();
                assert!((sum - 1.0).abs() < 1e-9, "{context:?}: {sum}");
            }
        }
    }
}
