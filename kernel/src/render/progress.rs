//! How far a command has come, on standard error: a bar in a terminal, now and then a line elsewhere.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use netlet_dsl::messages::Progress;

use super::text;

/// The least time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

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
    let terminal = Box::new(Narrower(Term::buffered_stderr()));
    // Events come seldom enough; a bar and its text must not be drawn one without the other.
    ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like_with_hz(terminal, u8::MAX))
}

fn draw(bar: &ProgressBar, progress: &Progress) {
    let template = match progress.total {
        0 => "{spinner} {wide_msg}",
        _ => "{bar:20.cyan} {wide_msg}",
    };
    let style = ProgressStyle::with_template(template).expect("the templates are well-formed");
    bar.set_style(style.progress_chars("━╸─").tick_chars("|/-\\ "));
    bar.update(|state| {
        state.set_pos(progress.done);
        state.set_len(progress.total.max(1));
    });
    bar.set_message(text::progress(progress));
}

/// A terminal that leaves room at the end of a line for the `^C` that it writes there by itself:
/// on a line of its own that would push the bar up, where nothing takes it away.
#[derive(Debug)]
struct Narrower(Term);

impl TermLike for Narrower {
    fn width(&self) -> u16 {
        self.0.size().1.saturating_sub(3)
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.0.write_line(line)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(text)
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
