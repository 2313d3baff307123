//! How far a batch has come, on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::lang::{count, say};

/// A bar with the bytes of the input read, pages and megabytes a second, and the time left. Nothing where standard error is
/// no terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    begun: Instant,
    shown: Instant,
}

impl Progress {
    /// Whether anybody would see it.
    pub(crate) fn is_wanted() -> bool {
        stderr().is_terminal()
    }

    /// A bar for so many bytes; `None` draws nothing.
    pub(crate) fn new(total: Option<u64>, read: Arc<AtomicU64>) -> Self {
        let bar = match total {
            Some(total) => {
                let style = ProgressStyle::with_template("{bar:30} {percent}%  {msg}  {bytes_per_sec}  {eta}");
                ProgressBar::new(total).with_style(style.expect("the template is well formed"))
            }
            None => ProgressBar::hidden(),
        };
        Self { bar, read, begun: Instant::now(), shown: Instant::now() }
    }

    /// Shows how far it has come.
    pub(crate) fn show(&mut self, pages: u64) {
        if self.bar.is_hidden() || self.shown.elapsed() < Duration::from_millis(100) {
            return;
        }
        self.shown = Instant::now();
        self.bar.set_position(self.read.load(Ordering::Relaxed));
        let speed = pages as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
        let all = count(pages, "page");
        self.bar.set_message(say!("{all}, {speed:.0}/s", "{pages} 页，每秒 {speed:.0} 页"));
    }

    /// Lets something else be written.
    pub(crate) fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
