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

/// What `help` says.
const HELP: &str = "\
net A(1x28x28) { flatten -> linear 10 }   define a network; a body may take several lines
summary A                                 its layers, shapes and parameters; `code A` its Rust
data fashion = fashion_mnist              a data set; `show fashion[0..16]` some of it
train A on fashion epochs=5               train it; Ctrl-C stops and keeps what was learned
evaluate A on fashion                     how well it does; `predict A on fashion[0..8]` what it sees
plot A                                    its training curves
save A \"a.safetensors\"                    its weights; `load` takes them back
exit                                      leave, as Ctrl-D does";

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
                "help" => writeln!(out, "{HELP}")?,
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
