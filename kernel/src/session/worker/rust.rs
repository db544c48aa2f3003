//! Rust cells: what they write is shown as they write it, and one that does not end is ended.

use std::time::{Duration, Instant};

use netlet_dsl::messages::{ERRORS, Event, Failure, OutputStream, UNFINISHED};

use super::{Incoming, State, TICK, Trouble, Worker};
use crate::session::cell::{CellError, Show};
use crate::session::rust::{RustCell, RustEnd};

/// How long a Rust cell may go on after an interrupt.
const PATIENCE: Duration = Duration::from_secs(2);
/// Standard error comes by a way of its own: how long nothing must come for all of it to be there.
const LAST_LINES_COME: Duration = Duration::from_millis(20);
/// How a Rust cell may end its process.
const ENDS: &str = "look for a call of `exit` or `abort`, endless recursion, or much memory";
/// Bytes of output that are shown at once.
const CHUNK: usize = 1 << 14;

impl Worker {
    /// Runs a Rust cell and shows what it writes, and its value.
    pub(in crate::session) fn run_rust(
        &mut self,
        cell: RustCell,
        show: &mut dyn Show,
    ) -> Result<(), CellError> {
        let whole = 0..cell.text.len();
        let failed = |failure| CellError::Failed { failure, span: 0..0 };
        match self.get_ready(show) {
            Err(Trouble::Interrupted) => return Err(CellError::Interrupted),
            Err(Trouble::Failed(failure)) => {
                return Err(CellError::Failed { failure, span: whole });
            }
            Ok(()) => {}
        }
        self.host.evaluate(cell);
        let mut written = Written::default();
        let ended = self.wait_for_rust(&mut written, show);
        written.show(show);
        match ended? {
            RustEnd::Done { variables, .. } if written.panicked => {
                self.variables = variables;
                let help = "what it was to keep is gone; what other cells have kept is there";
                Err(failed(Failure::new("the Rust cell panicked").help(help)))
            }
            RustEnd::Done { forms, variables } => {
                self.variables = variables;
                let is_unit =
                    forms.len() == 1 && forms.get("text/plain").is_some_and(|it| it == "()");
                if !forms.is_empty() && !is_unit {
                    show.show(Event::Value { forms });
                }
                if self.stopper.requested() { Err(CellError::Interrupted) } else { Ok(()) }
            }
            RustEnd::Wrong(errors) => Err(CellError::Rust { errors }),
            RustEnd::Failed(failure) => Err(failed(failure)),
        }
    }

    fn wait_for_rust(
        &mut self,
        written: &mut Written,
        show: &mut dyn Show,
    ) -> Result<RustEnd, CellError> {
        let mut end = None;
        let mut stopped: Option<Instant> = None;
        loop {
            let tick = if end.is_some() { LAST_LINES_COME } else { TICK };
            match self.incoming.recv_timeout(tick) {
                Ok((generation, _)) if generation != self.generation => {}
                Ok((_, Incoming::Said { stream, line })) => written.line(stream, &line, show),
                Ok((_, Incoming::Evaluated(found))) => end = Some(found),
                Ok(other) => self.note(other, show),
                Err(_) => {
                    written.show(show);
                    if let Some(end) = end {
                        return Ok(end);
                    }
                }
            }
            if let State::Broken(failure) = &self.state {
                let mut failure = failure.clone();
                failure.notes.extend(self.lost_variables());
                failure.help = Some(ENDS.into());
                return Err(CellError::Failed { failure, span: 0..0 });
            }
            if self.stopper.requested() && end.is_none() {
                if self.stopper.is_leaving() {
                    self.host.kill();
                    return Err(CellError::Interrupted);
                }
                if stopped.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                    written.show(show);
                    return Err(self.replace(show));
                }
            }
        }
    }

    /// Ends a process that does not stop, and says what is lost.
    fn replace(&mut self, show: &mut dyn Show) -> CellError {
        self.host.kill();
        let lost = self.lost_variables();
        self.restore = true;
        if let Err(failure) = self.restart() {
            return CellError::Failed { failure, span: 0..0 };
        }
        let seconds = PATIENCE.as_secs();
        let message = format!(
            "the Rust cell did not stop within {seconds} s, so the worker was replaced: networks and \
             data sets come back, trained ones with the weights of their last whole epoch; {}",
            lost.unwrap_or_else(|| "there were no Rust variables to lose".to_owned())
        );
        show.show(Event::Warning { message });
        CellError::Interrupted
    }

    /// Says what of the Rust cells ends with the process.
    pub(super) fn lost_variables(&mut self) -> Option<String> {
        let variables = std::mem::take(&mut self.variables);
        if variables.is_empty() {
            return None;
        }
        Some(format!("the Rust variables are gone: {}", variables.join(", ")))
    }
}

/// What a cell has written and is not shown yet.
#[derive(Default)]
struct Written {
    stream: Option<OutputStream>,
    text: String,
    panicked: bool,
    /// Whether the lines of a backtrace are passed over: they are of the interpreter.
    in_backtrace: bool,
}

impl Written {
    fn line(&mut self, stream: OutputStream, line: &str, show: &mut dyn Show) {
        if stream == OutputStream::Stderr && self.is_of_backtrace(line) {
            return;
        }
        let (stream, line) = match line.strip_prefix(ERRORS) {
            Some(line) if stream == OutputStream::Stdout => (OutputStream::Stderr, line),
            _ => (stream, line),
        };
        if self.stream != Some(stream) || self.text.len() > CHUNK {
            self.show(show);
        }
        self.stream = Some(stream);
        match line.strip_prefix(UNFINISHED) {
            Some(part) => self.text.push_str(part),
            None => {
                self.text.push_str(line);
                self.text.push('\n');
            }
        }
    }

    fn is_of_backtrace(&mut self, line: &str) -> bool {
        let start = line.trim_start();
        // Other threads may panic, and the cell goes on: this is the cell's own function.
        let frame = start.split_once(": ").map_or("", |(_, function)| function);
        self.panicked |= self.in_backtrace && frame.starts_with("run_user_code_");
        self.in_backtrace = match self.in_backtrace {
            false => line == "stack backtrace:",
            true => {
                line.starts_with(' ') && start.starts_with(|c: char| c.is_ascii_digit())
                    || start.starts_with("at ")
                    || start.starts_with("note: ")
            }
        };
        self.in_backtrace
    }

    fn show(&mut self, show: &mut dyn Show) {
        let text = std::mem::take(&mut self.text);
        if let (Some(stream), false) = (self.stream, text.is_empty()) {
            show.show(Event::Output { stream, text });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_shown_together_in_their_order_and_a_backtrace_is_left_out() {
        let mut shown = Vec::new();
        let mut show = |event: Event| shown.push(event);
        let mut written = Written::default();
        let (out, err) = (OutputStream::Stdout, OutputStream::Stderr);
        let lines = [
            (out, "a"),
            (out, "NETLET_UNFINISHED b"),
            (out, ""),
            (out, "NETLET_ERRORS NETLET_UNFINISHED r"),
            (out, "NETLET_ERRORS ed"),
            (err, "thread '<unnamed>' (7) panicked at src/lib.rs:1:1:"),
            (err, "oh"),
            (err, "stack backtrace:"),
            (err, "   0: rust_begin_unwind"),
            (err, "             at /rustc/x"),
            (err, "   1: run_user_code_7"),
            (err, "note: Some details are omitted"),
            (err, "c"),
        ];
        for (stream, line) in lines {
            written.line(stream, line, &mut show);
        }
        written.show(&mut show);
        assert!(written.panicked);
        let output = |stream, text: &str| Event::Output { stream, text: text.to_owned() };
        let panic = "red\nthread '<unnamed>' (7) panicked at src/lib.rs:1:1:\noh\nc\n";
        assert_eq!(shown, [output(out, "a\nb\n"), output(err, panic)]);
    }
}
