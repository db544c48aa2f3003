//! How often something is shown, and how long it will still take.

use std::time::{Duration, Instant};

use netlet_dsl::messages::Progress;

/// Lets something happen at most once in an interval.
#[derive(Debug)]
pub(super) struct Throttle {
    every: Duration,
    last: Instant,
}

impl Throttle {
    /// The first time is one interval from now.
    pub(super) fn new(every: Duration) -> Self {
        Self { every, last: Instant::now() }
    }

    /// Whether it is time again.
    pub(super) fn is_due(&mut self) -> bool {
        let due = self.last.elapsed() >= self.every;
        if due {
            self.last = Instant::now();
        }
        due
    }
}

/// Progress over batches of samples.
#[derive(Debug)]
pub(super) struct Batches {
    what: String,
    total: u64,
    done: u64,
    samples: u64,
    start: Instant,
}

impl Batches {
    /// Starts counting towards `total` batches.
    pub(super) fn new(what: String, total: usize) -> Self {
        Self { what, total: total as u64, done: 0, samples: 0, start: Instant::now() }
    }

    /// Counts a batch of `samples`.
    pub(super) fn add(&mut self, samples: usize) {
        self.done += 1;
        self.samples += samples as u64;
    }

    /// Since the start.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Where it stands.
    pub(super) fn progress(&self, loss: Option<f64>) -> Progress {
        let elapsed = self.elapsed().as_secs_f64();
        let share = self.done as f64 / self.total.max(1) as f64;
        Progress {
            what: self.what.clone(),
            done: self.done,
            total: self.total,
            unit: "batches".into(),
            elapsed,
            remaining: (share > 0.0).then(|| elapsed * (1.0 - share) / share),
            rate: (elapsed > 0.0).then(|| self.samples as f64 / elapsed),
            loss,
        }
    }
}
