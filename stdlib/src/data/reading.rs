//! The reading of a data set: who watches it, and what becomes of bad files.

use std::time::{Duration, Instant};

use netlet_dsl::messages::{Event, Failure, OnBad, Progress};

use crate::train::Watch;

/// Work that is done sooner than this shows no progress.
const QUIET: Duration = Duration::from_millis(500);
/// How often progress moves.
const EVERY: Duration = Duration::from_millis(100);
/// The files that a warning names; of more, it gives the number.
const NAMED: usize = 5;

/// Why reading ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// It cannot be done.
    Failed(Failure),
    /// It was interrupted.
    Interrupted,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// The reading of a data set under way.
pub(super) struct Reading<'a> {
    watch: &'a mut dyn Watch,
    on_bad: OnBad,
    /// What was wrong with each file that is left out.
    skipped: Vec<String>,
    progress: Progress,
    start: Instant,
    shown: Instant,
}

impl<'a> Reading<'a> {
    pub(super) fn new(watch: &'a mut dyn Watch, on_bad: OnBad) -> Self {
        let progress = Progress {
            what: String::new(),
            done: 0,
            total: 0,
            unit: String::new(),
            elapsed: 0.0,
            remaining: None,
            rate: None,
            loss: None,
        };
        let (start, shown) = (Instant::now(), Instant::now());
        Self { watch, on_bad, skipped: Vec::new(), progress, start, shown }
    }

    /// Begins a piece of work of `total` units, or of an unknown number if 0.
    pub(super) fn begin(&mut self, what: &str, unit: &str, total: u64) {
        self.progress.what = what.to_owned();
        self.progress.unit = unit.to_owned();
        self.progress.total = total;
        (self.start, self.shown) = (Instant::now(), Instant::now());
    }

    /// Shows how far the work is, if it takes a while.
    ///
    /// # Errors
    /// When it was interrupted.
    pub(super) fn progress(&mut self, done: u64) -> Result<(), Stop> {
        if self.watch.is_stopped() {
            return Err(Stop::Interrupted);
        }
        if self.start.elapsed() >= QUIET && self.shown.elapsed() >= EVERY {
            self.shown = Instant::now();
            let elapsed = self.start.elapsed().as_secs_f64();
            let share = done as f64 / self.progress.total.max(1) as f64;
            let known = done > 0 && self.progress.total > 0;
            let remaining = known.then(|| (elapsed * (1.0 - share) / share).max(0.0));
            let progress = Progress { done, elapsed, remaining, ..self.progress.clone() };
            self.watch.show(Event::Progress(progress));
        }
        Ok(())
    }

    /// Whether bad files are left out.
    pub(super) fn skips(&self) -> bool {
        self.on_bad == OnBad::Skip
    }

    /// What is good of `results`; what is bad is left out, or ends the reading.
    ///
    /// # Errors
    /// The first bad one, unless they are left out.
    pub(super) fn good<T>(
        &mut self,
        results: Vec<Result<T, Failure>>,
    ) -> Result<Vec<Option<T>>, Failure> {
        let judge = |result| match result {
            Ok(good) => Ok(Some(good)),
            Err(failure) => self.bad(failure).map(|()| None),
        };
        results.into_iter().map(judge).collect()
    }

    /// Notes a file that cannot be read.
    ///
    /// # Errors
    /// When bad files are not to be left out.
    pub(super) fn bad(&mut self, failure: Failure) -> Result<(), Failure> {
        match self.on_bad {
            OnBad::Skip => {
                self.skipped.push(failure.headline);
                Ok(())
            }
            OnBad::Stop if failure.help.is_none() => {
                Err(failure.help("mend or remove it, or leave such files out with `onbad=skip`"))
            }
            OnBad::Stop => Err(failure),
        }
    }

    /// Warns of something that is no failure.
    pub(super) fn warn(&mut self, message: String) {
        self.watch.show(Event::Warning { message });
    }

    /// Warns of the files that were left out, if there are any.
    pub(super) fn report_skipped(&mut self) {
        let count = self.skipped.len();
        if count == 0 {
            return;
        }
        let named = self.skipped[..count.min(NAMED)].join("; ");
        let more =
            if count > NAMED { format!("; and {} more", count - NAMED) } else { String::new() };
        let files = if count == 1 { "1 sample is" } else { &format!("{count} samples are") };
        self.warn(format!("{files} left out: {named}{more}"));
    }
}
