//! `netlet run`: a program from a file or from standard input.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use netlet_dsl::messages::Picture;

use super::Run;
use super::interrupt::{INTERRUPTED, on_ctrl_c};
use super::render::json::JsonShow;
use super::render::pictures::save;
use super::render::terminal::{TextShow, width};
use crate::session::{Cell, CellError, Session, SessionOptions};

pub(super) fn run(arguments: &Run) -> anyhow::Result<ExitCode> {
    let cell = read(&arguments.file)?;
    let mut session = Session::open(SessionOptions { seed: arguments.seed })?;
    let stopper = session.stopper();
    on_ctrl_c(move || stopper.stop())?;
    let stdout = io::stdout();
    let ended = if arguments.json {
        let mut show = JsonShow::new(stdout, &arguments.out);
        let ended = session.run(&cell, &mut show);
        show.finish(ended.as_ref().err().map(|error| (error, &cell)))?;
        ended
    } else {
        let mut to_file = |picture: &Picture, out: &mut dyn Write| {
            let path = save(picture, &arguments.out)?;
            writeln!(out, "{}: {}", path.display(), picture.alt)
        };
        let mut show = TextShow::new(stdout, width, &mut to_file);
        let ended = session.run(&cell, &mut show);
        show.finish(ended.as_ref().err().map(|error| (error, &cell)))?;
        ended
    };
    Ok(exit_code(&ended))
}

fn exit_code(ended: &Result<(), CellError>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(CellError::Rejected { .. } | CellError::Failed { .. } | CellError::Rust { .. }) => {
            ExitCode::FAILURE
        }
        Err(CellError::Interrupted) => ExitCode::from(INTERRUPTED),
    }
}

/// A program from a file, or from standard input where that is `-`.
pub(super) fn read(file: &Path) -> anyhow::Result<Cell> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
        let text = String::from_utf8(bytes).context("standard input is not UTF-8 text")?;
        return Ok(Cell::new("<stdin>", text));
    }
    let name = file.display().to_string();
    let bytes = std::fs::read(file).with_context(|| format!("cannot read `{name}`"))?;
    let text = String::from_utf8(bytes).with_context(|| format!("`{name}` is not UTF-8 text"))?;
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    Ok(Cell { folder, ..Cell::new(name, text) })
}
