//! `netlet completions` and `netlet man`: what is generated of the command line itself.

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Command;
use clap_complete::Shell;

/// Writes a shell's completions to standard output.
pub(super) fn completions(shell: Shell, mut command: Command) -> anyhow::Result<ExitCode> {
    clap_complete::generate(shell, &mut command, "netlet", &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}

/// Writes the manual page to standard output, or those of all commands into a folder.
pub(super) fn pages(folder: Option<&Path>, command: Command) -> anyhow::Result<ExitCode> {
    let Some(folder) = folder else {
        clap_mangen::Man::new(command).render(&mut io::stdout())?;
        return Ok(ExitCode::SUCCESS);
    };
    let wrote =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    wrote.with_context(|| format!("cannot write manual pages into `{}`", folder.display()))?;
    super::say(&format!("the manual pages are in {}", folder.display()))
}
