//! `netlet doctor`: what Netlet needs, and whether it is there. What is missing is told in the words
//! in which a program that needs it fails.

use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;

use netlet_dsl::diagnostic::Colour;
use netlet_dsl::messages::Failure;

use super::render::error::failed;
use crate::repl::{self, Form, Pictures, Terminal};
use crate::runtime::{Runtime, RuntimeState, toolchain};

/// What was found of one thing that Netlet uses.
struct Finding {
    what: &'static str,
    found: Result<String, Failure>,
    /// Whether networks run without it.
    optional: bool,
}

/// Tells what there is; the exit code is 1 where networks cannot run.
pub(super) fn run() -> anyhow::Result<ExitCode> {
    let needed = |what, found| Finding { what, found, optional: false };
    let optional = |what, found| Finding { what, found, optional: true };
    let findings = [
        needed("Rust", toolchain().map(|told| told.lines().next().unwrap_or_default().to_owned())),
        needed("runtime", runtime()),
        optional("history", history()),
        optional("data", data()),
        optional("terminal", Ok(terminal())),
        optional("fonts", Ok("those of pictures are part of netlet".into())),
        optional("CUDA", Ok("not used: this netlet computes on the processor".into())),
    ];
    let colour = if console::colors_enabled() { Colour::Ansi } else { Colour::Plain };
    let mut sound = true;
    for Finding { what, found, optional } in findings {
        match found {
            Ok(text) => super::say(&format!("{:<9} {text}", format!("{what}:")))?,
            Err(failure) => {
                sound &= optional;
                super::say(&format!("{what}:\n{}", indented(&failed(&failure, None, colour))))?
            }
        };
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn runtime() -> Result<String, Failure> {
    Ok(match Runtime::state()? {
        RuntimeState::Ready(folder) => format!("built, in {}", folder.display()),
        RuntimeState::Missing(cache) => format!(
            "not built yet; the first network that runs builds it into {}, or `netlet setup` does",
            cache.display()
        ),
        RuntimeState::Broken { folder, flaw } => {
            let broken = format!("the runtime in `{}` is broken: {flaw}", folder.display());
            return Err(Failure::new(broken)
                .help("`netlet setup` builds it anew, and so does the next network that runs"));
        }
    })
}

fn history() -> Result<String, Failure> {
    let file = repl::history_file().map_err(|error| {
        Failure::new(format!("the prompt's history cannot be kept: {error}"))
            .help("make the home folder writable, or set XDG_DATA_HOME to a folder that is")
    })?;
    Ok(file.map_or("none is kept: there is no home folder".into(), |path| {
        format!("kept in {}", path.display())
    }))
}

fn data() -> Result<String, Failure> {
    let Some(folder) = std::env::var_os("NETLET_DATA").filter(|path| !path.is_empty()) else {
        return Ok("fashion_mnist is part of netlet; NETLET_DATA names a folder for others".into());
    };
    let folder = Path::new(&folder);
    if folder.is_dir() {
        return Ok(format!("looked for in {} (NETLET_DATA) too", folder.display()));
    }
    Err(Failure::new(format!("NETLET_DATA is `{}`, which is no folder", folder.display()))
        .help("make the folder, or have NETLET_DATA name another"))
}

fn terminal() -> String {
    if !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        return "none here; `netlet` without a command runs its standard input".into();
    }
    let (terminal, _) = Terminal::find(Pictures::Auto);
    let pictures = match terminal.form {
        Form::Kitty => "by the kitty protocol",
        Form::Iterm => "by the iTerm2 protocol",
        Form::Sixel => "as sixel",
        Form::Blocks => "as half blocks",
        Form::Text => "as text, since NO_COLOR is set",
        Form::None => "in words, since TERM says that it can show no more",
    };
    let (width, height) = terminal.cell;
    format!("pictures {pictures}; a letter is {width} x {height} pixels; see --pictures")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
