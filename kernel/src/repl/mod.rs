//! The prompt.

mod editor;
mod pictures;

use std::io::{self, Write};
use std::process::ExitCode;

use netlet_dsl::messages::Picture;

use crate::render::terminal::{TextShow, width};
use crate::session::{Cell, Session, SessionOptions};

use editor::{Input, LineEditor};
pub use pictures::Pictures;

/// Reads and runs cells until the user leaves. A cell's error ends the cell alone.
///
/// # Errors
/// When no session can be opened, or the terminal cannot be read or written.
pub fn run(options: SessionOptions, pictures: Pictures) -> anyhow::Result<ExitCode> {
    let mut session = Session::open(options)?;
    let stopper = session.stopper();
    ctrlc::set_handler(move || stopper.stop())?;
    let mut editor = LineEditor::new()?;
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
                _ => run_cell(&mut session, text, pictures)?,
            },
        }
        editor.offer(session.scope());
    }
}

fn run_cell(session: &mut Session, text: String, pictures: Pictures) -> io::Result<()> {
    let cell = Cell::new("prompt", text);
    let inline = |picture: &Picture, out: &mut dyn Write| pictures.show(picture, out);
    let mut show = TextShow::new(io::stdout(), width(), inline);
    let ended = session.run(&cell, &mut show);
    show.finish(ended.as_ref().err().map(|error| (error, &cell)))
}
