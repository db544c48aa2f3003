//! The threads that read and prepare samples.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use netlet_dsl::messages::Failure;
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::reading::{Reading, Stop};

/// How often an interrupt is looked for.
const LOOK: Duration = Duration::from_millis(50);

/// A pool of its own: in the one that operations divide their work between, a picture that takes long
/// would hold up a network's layers. It has a thread for each processor, or as many as
/// `NETLET_DATA_THREADS` says.
pub(super) fn pool() -> &'static ThreadPool {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    POOL.get_or_init(|| {
        let asked = std::env::var("NETLET_DATA_THREADS").ok().and_then(|text| text.parse().ok());
        let available = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = asked.filter(|threads| (1..=1024).contains(threads));
        let threads = threads.unwrap_or_else(available);
        ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|number| format!("data-{number}"))
            .build()
            .expect("the system starts threads")
    })
}

/// What `work` makes of each of `count` items, in their order, while progress is shown.
///
/// # Errors
/// When it was interrupted. What is wrong with an item is for the caller to judge.
pub(super) fn each<T: Send>(
    count: usize,
    reading: &mut Reading<'_>,
    [what, unit]: [&str; 2],
    work: impl Fn(usize) -> Result<T, Failure> + Sync,
) -> Result<Vec<Result<T, Failure>>, Stop> {
    let stopped = AtomicBool::new(false);
    let (done, news) = channel();
    let mut results = Vec::with_capacity(count);
    pool().in_place_scope(|scope| {
        scope.spawn(|_| {
            let one = |index| {
                if stopped.load(Ordering::Relaxed) {
                    return None;
                }
                let result = catch_unwind(AssertUnwindSafe(|| work(index)));
                // Nobody listens any more after an interrupt.
                let _ = done.send(());
                Some(result.unwrap_or_else(|_| Err(bug(index))))
            };
            results = (0..count).into_par_iter().map(one).collect();
            drop(done);
        });
        reading.begin(what, unit, count as u64);
        let mut finished = 0;
        loop {
            match news.recv_timeout(LOOK) {
                Ok(()) => finished += 1,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if reading.progress(finished).is_err() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    });
    let results: Option<Vec<_>> = results.into_iter().collect();
    results.filter(|_| !stopped.load(Ordering::Relaxed)).ok_or(Stop::Interrupted)
}

fn bug(index: usize) -> Failure {
    Failure::new(format!("reading sample {index} panicked"))
        .note("this is a bug of Netlet, not of your data")
}
