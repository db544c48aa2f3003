//! `netlet setup`: the runtime, built before anybody waits for it.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::interrupt::{INTERRUPTED, on_ctrl_c};
use super::render::error::failed;
use super::render::progress::ProgressLine;
use super::render::terminal::{error_colour, remark};
use crate::runtime::Runtime;

pub(super) fn run() -> anyhow::Result<ExitCode> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    on_ctrl_c(move || flag.store(true, Ordering::Relaxed))?;
    let mut line = ProgressLine::new();
    let built = Runtime::find_or_build(&mut |progress| {
        line.update(&progress.into());
        !stopped.load(Ordering::Relaxed)
    });
    line.clear();
    match built {
        Ok(runtime) => super::say(&format!("the runtime is in {}", runtime.folder().display())),
        Err(failure) => {
            remark(&failed(&failure, None, error_colour()));
            let interrupted = stopped.load(Ordering::Relaxed);
            Ok(if interrupted { ExitCode::from(INTERRUPTED) } else { ExitCode::FAILURE })
        }
    }
}
