//! The noisy-channel decoder: of all ways to undo candidates, the likeliest text.
//!
//! Candidates span the text as a lattice in which leaving a character as it is is always allowed. The language model
//! scores paths; hypotheses that end in the same state are merged, which is exact. Nothing happens between candidates
//! once a single hypothesis is left, so a text costs in proportion to the places that hold a candidate.

use std::ops::Range;

use crate::language::{LanguageModel, State, Symbol};

/// One way to undo a substitution, or a chain of them, in one place.
#[derive(Clone, Debug)]
pub struct Candidate<'t> {
    /// Where, in bytes.
    pub range: Range<usize>,
    /// What would stand there.
    pub after: std::borrow::Cow<'t, str>,
    /// What the model must gain at least, in nats.
    pub cost: f32,
    /// The rows that are undone, last applied first.
    pub rows: Rows,
}

/// The rows of a candidate: one, or a chain of up to three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    rows: [u32; 3],
    len: u8,
}

impl Rows {
    /// A single row.
    #[must_use]
    pub fn one(row: u32) -> Self {
        Self { rows: [row; 3], len: 1 }
    }

    /// The chain with one more row, undone after the others; `None` when it is full.
    #[must_use]
    pub fn then(mut self, row: u32) -> Option<Self> {
        *self.rows.get_mut(usize::from(self.len))? = row;
        self.len += 1;
        Some(self)
    }

    /// The rows in the order in which they are undone.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.rows[..usize::from(self.len)]
    }
}

/// A candidate that the decoder took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// Its number among the candidates.
    pub candidate: usize,
    /// How much likelier the text is with it than without, all others made; its cost not counted.
    pub gain: f32,
}

/// The likeliest text.
pub struct Decoding {
    /// The candidates that it takes, in order and disjoint.
    pub taken: Vec<Taken>,
    /// In which stretches it was found.
    stretches: Vec<Stretch>,
}

/// A run of candidates between places that a single hypothesis reaches.
struct Stretch {
    /// The number of the candidate behind its last.
    candidates: usize,
    /// How many are taken up to its end.
    taken: usize,
}

impl Decoding {
    /// The likeliest text of these candidates, which must be sorted by where they start.
    #[must_use]
    pub fn of(model: &LanguageModel, text: &str, candidates: &[Candidate<'_>]) -> Self {
        let mut decoding = Self { taken: Vec::new(), stretches: Vec::new() };
        let mut search = Search::new(model, text, candidates);
        while let Some(first) = candidates.get(decoding.next()) {
            let next = search.stretch(first.range.start, decoding.next(), &mut decoding.taken);
            decoding.stretches.push(Stretch { candidates: next, taken: decoding.taken.len() });
        }
        decoding
    }

    /// The likeliest text of the same candidates at other costs: what was found in stretches that cost what they did `before`
    /// stays. Where a stretch ends does not depend on costs.
    #[must_use]
    pub fn again(&self, model: &LanguageModel, text: &str, before: &[Candidate<'_>], candidates: &[Candidate<'_>]) -> Self {
        let mut again = Self { taken: Vec::with_capacity(self.taken.len()), stretches: Vec::with_capacity(self.stretches.len()) };
        let mut search = Search::new(model, text, candidates);
        let mut first_taken = 0;
        for stretch in &self.stretches {
            let range = again.next()..stretch.candidates;
            let cost = |candidate: &Candidate<'_>| candidate.cost;
            if before[range.clone()].iter().map(cost).eq(candidates[range.clone()].iter().map(cost)) {
                again.taken.extend_from_slice(&self.taken[first_taken..stretch.taken]);
            } else {
                search.stretch(candidates[range.start].range.start, range.start, &mut again.taken);
            }
            again.stretches.push(Stretch { candidates: range.end, taken: again.taken.len() });
            first_taken = stretch.taken;
        }
        again
    }

    /// The number of the first candidate that is not decoded yet.
    fn next(&self) -> usize {
        self.stretches.last().map_or(0, |stretch| stretch.candidates)
    }
}

/// A path through the lattice up to some place.
#[derive(Clone, Copy, Debug)]
struct Hypothesis {
    state: State,
    score: f32,
    /// The last step of the path that took a candidate, by number, or [`NONE`].
    last: u32,
}

/// A candidate taken, and the step before it.
#[derive(Clone, Copy, Debug)]
struct Step {
    candidate: usize,
    before: u32,
}

const NONE: u32 = u32::MAX;

struct Search<'s> {
    model: &'s LanguageModel,
    text: &'s str,
    candidates: &'s [Candidate<'s>],
    steps: Vec<Step>,
    /// Hypotheses that end where the search stands, no two in the same state.
    alive: Vec<Hypothesis>,
    /// Hypotheses that end further on, with their places.
    pending: Vec<(usize, Hypothesis)>,
}

impl<'s> Search<'s> {
    fn new(model: &'s LanguageModel, text: &'s str, candidates: &'s [Candidate<'s>]) -> Self {
        Self { model, text, candidates, steps: Vec::new(), alive: Vec::new(), pending: Vec::new() }
    }

    /// Decodes from the first candidate until one hypothesis is left; gives the number of the next candidate.
    fn stretch(&mut self, start: usize, mut next: usize, taken: &mut Vec<Taken>) -> usize {
        self.steps.clear();
        self.pending.clear();
        self.alive.clear();
        let start_state = state_before(self.model, self.text, start);
        self.alive.push(Hypothesis { state: start_state, score: 0.0, last: NONE });
        let mut at = start;
        let mut characters = self.text[start..].chars();
        loop {
            self.arrive(at);
            while let Some(candidate) = self.candidates.get(next).filter(|candidate| candidate.range.start == at) {
                self.branch(next, candidate);
                next += 1;
            }
            let Some(c) = characters.next() else { break };
            let symbol = self.model.symbol(c);
            for hypothesis in &mut self.alive {
                let (state, log_prob) = self.model.step(hypothesis.state, symbol);
                hypothesis.state = state;
                hypothesis.score += log_prob;
            }
            self.merge_alive();
            at += c.len_utf8();
            let open = self.candidates.get(next).is_some_and(|candidate| candidate.range.start == at);
            if self.alive.len() == 1 && self.pending.is_empty() && !open {
                break;
            }
        }
        self.take_best(start, start_state, taken);
        next
    }

    /// Lets a candidate start from every hypothesis.
    fn branch(&mut self, number: usize, candidate: &Candidate<'_>) {
        for index in 0..self.alive.len() {
            let from = self.alive[index];
            let (state, log_prob) = self.model.score_from(from.state, &candidate.after);
            let before = from.last;
            self.steps.push(Step { candidate: number, before });
            let last = u32::try_from(self.steps.len() - 1).unwrap_or(NONE);
            let hypothesis = Hypothesis { state, score: from.score + log_prob - candidate.cost, last };
            self.pending.push((candidate.range.end, hypothesis));
        }
    }

    /// Brings the hypotheses that end here among the others.
    fn arrive(&mut self, at: usize) {
        let mut index = 0;
        while index < self.pending.len() {
            if self.pending[index].0 == at {
                let (_, hypothesis) = self.pending.swap_remove(index);
                insert(&mut self.alive, hypothesis);
            } else {
                index += 1;
            }
        }
    }

    fn merge_alive(&mut self) {
        if self.alive.len() > 1 {
            let mut merged = Vec::with_capacity(self.alive.len());
            for &hypothesis in &self.alive {
                insert(&mut merged, hypothesis);
            }
            self.alive = merged;
        }
    }

    /// Adds the candidates of the best hypothesis, with their gains.
    fn take_best(&mut self, start: usize, start_state: State, taken: &mut Vec<Taken>) {
        let Some(best) = self.alive.iter().copied().reduce(|best, other| if other.score > best.score { other } else { best })
        else {
            return;
        };
        let first = taken.len();
        let mut last = best.last;
        while let Some(step) = self.steps.get(last as usize) {
            taken.push(Taken { candidate: step.candidate, gain: 0.0 });
            last = step.before;
        }
        taken[first..].reverse();
        // The state over what was made of the text so far.
        let (mut state, mut at) = (start_state, start);
        for number in first..taken.len() {
            let this = &self.candidates[taken[number].candidate];
            state = self.model.state_after(state, self.text[at..this.range.start].chars());
            taken[number].gain = self.gain(state, this, &taken[number + 1..]);
            state = self.model.state_after(state, this.after.chars());
            at = this.range.end;
        }
    }

    /// How much likelier the text is after `state` with a candidate than without it, where the `later` ones are taken.
    fn gain(&self, state: State, this: &Candidate<'_>, later: &[Taken]) -> f32 {
        let (mut with, mut gain) = self.model.score_from(state, &this.after);
        let (mut without, lost) = self.model.score_from(state, &self.text[this.range.clone()]);
        gain -= lost;
        let mut at = this.range.end;
        let mut later = later.iter().map(|taken| &self.candidates[taken.candidate]);
        loop {
            let next = later.next();
            let plain = &self.text[at..next.map_or(self.text.len(), |next| next.range.start)];
            for c in plain.chars().chain(next.iter().flat_map(|next| next.after.chars())) {
                if with == without {
                    return gain;
                }
                let symbol = self.model.symbol(c);
                let (next_with, gained) = self.model.step(with, symbol);
                let (next_without, lost) = self.model.step(without, symbol);
                (with, without) = (next_with, next_without);
                gain += gained - lost;
            }
            let Some(next) = next else { return gain };
            at = next.range.end;
        }
    }
}

/// Keeps the better of two hypotheses in the same state; on a tie the one that was there.
fn insert(alive: &mut Vec<Hypothesis>, hypothesis: Hypothesis) {
    match alive.iter_mut().find(|other| other.state == hypothesis.state) {
        Some(other) if other.score < hypothesis.score => *other = hypothesis,
        Some(_) => {}
        None => alive.push(hypothesis),
    }
}

/// The model's state before a place of a text: from the start of the line, or far enough back that it does not matter.
fn state_before(model: &LanguageModel, text: &str, at: usize) -> State {
    const ENOUGH: usize = 12;
    let before = &text[..at];
    let Some(from) = before.char_indices().rev().take(ENOUGH).take_while(|&(_, c)| c != '\n').last() else {
        return State::START;
    };
    let known = from.0 == 0 || before[..from.0].ends_with('\n');
    let start = if known { State::START } else { State::after(Symbol::UNKNOWN) };
    model.state_after(start, before[from.0..].chars())
}
