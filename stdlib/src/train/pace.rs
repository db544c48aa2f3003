//! How often something is shown, and how long it will still take.

use std::time::{Duration, Instant};

use netlet_dsl::messages::Progress;

/// How often progress is shown where nothing is learned.
const PROGRESS: Duration = Duration::from_millis(200);

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

    /// For the progress of a command that does not learn.
    pub(super) fn of_progress() -> Self {
        Self::new(PROGRESS)
    }

    /// Whether it is time again.
    pub(super) fn is_due(&mut self) -> bool {
        let due = self.last.elapsed() >= self.every;
        if due {
            self.restart();
        }
        due
    }

    /// Begins an interval now.
    pub(super) fn restart(&mut self) {
        self.last = Instant::now();
    }
}

/// Progress over batches of samples, or samples one by one.
#[derive(Debug)]
pub(super) struct Batches {
    what: String,
    unit: &'static str,
    total: u64,
    done: u64,
    /// What was done before the start.
    before: u64,
    samples: u64,
    start: Instant,
}

impl Batches {
    /// Starts counting towards `total` of a unit.
    pub(super) fn new(what: String, total: usize, unit: &'static str) -> Self {
        let (total, start) = (total as u64, Instant::now());
        Self { what, unit, total, done: 0, before: 0, samples: 0, start }
    }

    /// Starts behind so many that are done.
    pub(super) fn after(mut self, done: usize) -> Self {
        self.before = done as u64;
        self.done = self.before;
        self
    }

    /// Counts a batch of `samples`.
    pub(super) fn add(&mut self, samples: usize) {
        self.done += 1;
        self.samples += samples as u64;
    }

    /// Where it stands.
    pub(super) fn progress(&self, loss: Option<f64>) -> Progress {
        let elapsed = self.start.elapsed().as_secs_f64();
        let (done, left) = (self.done - self.before, self.total.saturating_sub(self.done));
        Progress {
            what: self.what.clone(),
            done: self.done,
            total: self.total,
            unit: self.unit.into(),
            elapsed,
            remaining: (done > 0).then(|| elapsed * left as f64 / done as f64),
            rate: (elapsed > 0.0).then(|| self.samples as f64 / elapsed),
            loss,
        }
    }
}
