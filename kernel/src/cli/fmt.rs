//! `netlet fmt`: programs in the one style.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use netlet_dsl::diagnostic::render;
use netlet_dsl::format::format;
use netlet_dsl::source::Sources;

use super::program::read;
use super::render::terminal::{error_colour, remark};
use crate::files::write_whole;

/// Writes the files anew; with `check`, only tells which would change. Standard input goes to
/// standard output. The exit code is 1 where a file does not parse, or would change.
pub(super) fn run(files: &[PathBuf], check: bool) -> anyhow::Result<ExitCode> {
    let mut as_wanted = true;
    for file in files {
        as_wanted &= format_file(file, check)?;
    }
    Ok(if as_wanted { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn format_file(file: &Path, check: bool) -> anyhow::Result<bool> {
    let cell = read(file)?;
    let mut sources = Sources::default();
    let source = sources.add(&cell.name, &cell.text);
    let formatted = match format(&source) {
        Ok(formatted) => formatted,
        Err(found) => {
            for diagnostic in found {
                remark(render(&diagnostic, &sources, error_colour()).trim_end());
            }
            return Ok(false);
        }
    };
    let is_stdin = file == Path::new("-");
    if check {
        if formatted != cell.text {
            remark(&format!("`{}` is not formatted: `netlet fmt` would change it", cell.name));
        }
        return Ok(formatted == cell.text);
    }
    if is_stdin {
        std::io::stdout().write_all(formatted.as_bytes())?;
    } else if formatted != cell.text {
        write_whole(file, formatted.as_bytes())?;
    }
    Ok(true)
}
