//! Work spread over threads whose results come in the order of the input.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use rayon::ThreadPool;

/// How many inputs a thread may be ahead: enough that a slow one holds nobody up, few enough to bound memory.
const AHEAD: usize = 8;

/// The results of `work` over the inputs, in their order.
///
/// The inputs are taken from their iterator by a thread of its own, at most `8 × threads` of them ahead of the result
/// that is waited for, so memory does not grow with their number. Dropping the results stops the taking; an iterator
/// that blocks, as on a terminal, holds nobody up.
pub(crate) fn ordered<T, R, W>(inputs: impl Iterator<Item = T> + Send + 'static, pool: ThreadPool, work: W) -> Ordered<R>
where
    T: Send + 'static,
    R: Send + 'static,
    W: Fn(T) -> R + Send + Sync + 'static,
{
    let (results, received) = channel();
    let (permits, returned) = sync_channel(AHEAD * pool.current_num_threads());
    let work = Arc::new(work);
    let taking = thread::spawn(move || {
        for (number, input) in inputs.enumerate() {
            // Full while as many as allowed are in flight; closed when nobody waits for results.
            if permits.send(()).is_err() {
                break;
            }
            let (results, work): (Sender<(usize, R)>, Arc<W>) = (results.clone(), Arc::clone(&work));
            pool.spawn_fifo(move || {
                // A failure to send means that nobody waits.
                let _ = results.send((number, work(input)));
            });
        }
    });
    Ordered { received, returned, early: BTreeMap::new(), next: 0, taking: Some(taking) }
}

/// The results of [`ordered`].
pub(crate) struct Ordered<R> {
    received: Receiver<(usize, R)>,
    /// One permit is in this channel for each input in flight.
    returned: Receiver<()>,
    early: BTreeMap<usize, R>,
    next: usize,
    taking: Option<JoinHandle<()>>,
}

impl<R> Iterator for Ordered<R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        let result = loop {
            if let Some(result) = self.early.remove(&self.next) {
                break result;
            }
            let Ok((number, result)) = self.received.recv() else {
                // The inputs have ended, or taking them panicked: a batch must not pass for whole then.
                if let Some(Err(panic)) = self.taking.take().map(JoinHandle::join) {
                    resume_unwind(panic);
                }
                return None;
            };
            self.early.insert(number, result);
        };
        self.next += 1;
        let _ = self.returned.recv();
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(threads: usize) -> ThreadPool {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be made")
    }

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        let results: Vec<u64> = ordered(0..1000u64, pool(4), |n| {
            if n % 7 == 0 {
                thread::yield_now();
            }
            n * 2
        })
        .collect();
        assert!(results.iter().copied().eq((0..1000).map(|n| n * 2)));
    }

    #[test]
    #[should_panic(expected = "no more inputs")]
    fn a_panic_of_the_inputs_is_no_end_of_them() {
        let inputs = (0..3).map(|n| if n < 2 { n } else { panic!("no more inputs") });
        ordered(inputs, pool(2), |n| n).for_each(drop);
    }

    #[test]
    fn an_endless_input_is_taken_only_as_far_as_results_are_wanted() {
        let mut results = ordered(0u64.., pool(2), |n| n);
        assert_eq!(results.by_ref().take(3).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
