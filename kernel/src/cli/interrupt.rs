//! Ctrl-C while a program runs.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::render::terminal::remark;

/// The exit code of an interrupted program, as shells have it: 128 + SIGINT.
pub(super) const INTERRUPTED: u8 = 130;

/// Calls `stop` at the first Ctrl-C; the second ends the process at once.
///
/// # Errors
/// When the system does not let the signal be handled.
pub(super) fn on_ctrl_c(stop: impl Fn() + Send + 'static) -> anyhow::Result<()> {
    let times = AtomicUsize::new(0);
    ctrlc::set_handler(move || {
        if times.fetch_add(1, Ordering::Relaxed) > 0 {
            std::process::exit(INTERRUPTED.into());
        }
        remark("stopping; Ctrl-C again ends at once");
        stop();
    })?;
    Ok(())
}
