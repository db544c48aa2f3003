//! The prompt.

mod assistant;
mod editor;
mod pictures;

use std::io::{self, Write};
use std::process::ExitCode;

use crate::render::terminal::{TextShow, width};
use crate::session::{Cell, Session, SessionOptions};

pub use editor::history_file;
use editor::{Input, LineEditor};
use pictures::Inline;
pub use pictures::{Form, Pictures, Terminal};

/// Reads and runs cells until the user leaves. A cell's error ends the cell alone.
///
/// # Errors
/// When no session can be opened, or the terminal cannot be read or written.
pub fn run(options: SessionOptions, pictures: Pictures) -> anyhow::Result<ExitCode> {
    let mut session = Session::open(options)?;
    let stopper = session.stopper();
    ctrlc::set_handler(move || stopper.stop())?;
    let (terminal, typed) = Terminal::find(pictures);
    let mut inline = Inline::new(terminal);
    let mut editor = LineEditor::new(typed)?;
    let mut out = io::stdout();
    writeln!(
        out,
        "Netlet {}: `help` tells what there is, `exit` leaves.",
        env!("CARGO_PKG_VERSION")
    )?;
    loop {
        match editor.read()? {
            Input::Left => return Ok(ExitCode::SUCCESS),
            Input::Dropped => {}
            Input::Text(text) => match text.trim() {
                "" => {}
                "exit" | "quit" => return Ok(ExitCode::SUCCESS),
                _ => run_cell(&mut session, text, &mut inline)?,
            },
        }
        editor.offer(session.scope());
    }
}

fn run_cell(session: &mut Session, text: String, inline: &mut Inline) -> io::Result<()> {
    let cell = Cell::new("prompt", as_cell(text));
    let mut show = TextShow::new(io::stdout(), width, inline);
    let ended = session.run(&cell, &mut show);
    show.finish(ended.as_ref().err().map(|error| (error, &cell)))
}

/// `:rust CODE` is a cell of Rust.
fn as_cell(text: String) -> String {
    match text.trim_start().strip_prefix(":rust") {
        Some(code) if code.is_empty() || code.starts_with(char::is_whitespace) => {
            format!("%%rust\n{}", code.trim_start())
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust_is_told_by_its_first_word() {
        assert_eq!(as_cell(":rust 1 + 1".into()), "%%rust\n1 + 1");
        assert_eq!(as_cell(":rusty".into()), ":rusty");
        assert_eq!(as_cell("help".into()), "help");
    }
}
