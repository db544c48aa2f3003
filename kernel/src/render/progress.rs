//! How far a command has come, on standard error: a bar in a terminal, now and then a line elsewhere.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use netlet_dsl::messages::Progress;

use super::text;

/// The least time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// The progress of the command that runs.
pub struct ProgressLine {
    form: Form,
}

enum Form {
    Bar(Option<ProgressBar>),
    Lines { last: Instant },
}

impl ProgressLine {
    /// Nothing is shown yet.
    pub fn new() -> Self {
        let form = if console::user_attended_stderr() {
            Form::Bar(None)
        } else {
            Form::Lines { last: Instant::now() }
        };
        Self { form }
    }

    /// Shows how far the command has come.
    pub fn update(&mut self, progress: &Progress) {
        match &mut self.form {
            Form::Bar(bar) => draw(bar.get_or_insert_with(new_bar), progress),
            Form::Lines { last } if last.elapsed() >= BETWEEN_LINES => {
                *last = Instant::now();
                // Progress that cannot be told is no reason to stop.
                let _ = writeln!(io::stderr(), "{}", text::progress(progress));
            }
            Form::Lines { .. } => {}
        }
    }

    /// Writes elsewhere while no bar is on the screen.
    pub fn aside<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.form {
            Form::Bar(Some(bar)) => bar.suspend(write),
            _ => write(),
        }
    }

    /// The command has ended: takes the bar away.
    pub fn clear(&mut self) {
        match &mut self.form {
            Form::Bar(bar) => {
                if let Some(bar) = bar.take() {
                    bar.finish_and_clear();
                }
            }
            Form::Lines { last } => *last = Instant::now(),
        }
    }
}

impl Default for ProgressLine {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}

fn new_bar() -> ProgressBar {
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr())
}

fn draw(bar: &ProgressBar, progress: &Progress) {
    let template = match progress.total {
        0 => "{spinner} {msg}",
        _ => "{bar:20.cyan} {msg}",
    };
    let style = ProgressStyle::with_template(template).expect("the templates are well-formed");
    bar.set_style(style.progress_chars("━╸─").tick_chars("|/-\\ "));
    if progress.total > 0 {
        bar.set_length(progress.total);
    }
    bar.set_position(progress.done);
    bar.set_message(fitting(&text::progress(progress)));
    bar.tick();
}

/// The text cut so that a bar, it, and the `^C` that a terminal writes behind it fit on a line:
/// what spills over to the next line could not be taken away again.
fn fitting(text: &str) -> String {
    let (_, columns) = console::Term::stderr().size();
    console::truncate_str(text, usize::from(columns).saturating_sub(24), "…").into_owned()
}
