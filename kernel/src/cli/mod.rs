//! The command line: what `netlet` is asked to do, and its exit code.

mod doctor;
mod fmt;
mod interrupt;
mod manual;
mod program;
mod setup;
mod texts;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::jupyter::kernelspec::{self, Place};
use crate::render::terminal::remark;
use crate::repl::{self, Pictures};
use crate::session::SessionOptions;
use crate::{jupyter, render};

const EXAMPLES: &str = "Examples:
  netlet                                     type at a prompt
  netlet --pictures blocks                   ... with pictures as half blocks
  netlet run lenet.net --out pictures        run a program, and keep its pictures
  echo 'help' | netlet run - --json          run standard input, results as JSON
  netlet check *.net && netlet fmt *.net     look over programs without running them
  netlet diagram lenet.net LeNet5 -o x.svg   draw a network
  netlet doctor                              find out what is missing, and what to do";

const EXIT_CODES: &str = "

Exit codes:
  0    all went well
  1    the program had an error, or something could not be done
  2    the command line was wrong
  130  it was interrupted";

/// Build, train and look at convolutional networks.
///
/// Without a command, `netlet` is a prompt; when standard input is no terminal, the program on it
/// is run.
#[derive(Debug, Parser)]
#[command(
    name = "netlet",
    version,
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES,
    after_long_help = EXAMPLES.to_owned() + EXIT_CODES
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    prompt: Prompt,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a program.
    Run(Run),
    /// Tell what is wrong with programs, without running them.
    ///
    /// The exit code is 0 when there are warnings at most, 1 when any program has an error.
    Check(Check),
    /// Write programs anew in the one style; comments stay.
    ///
    /// With --check nothing is written, and the exit code is 1 where a program would change.
    Fmt(Fmt),
    /// Show the tables of a program's networks: layers, shapes, parameters, multiply-adds.
    Summary(Summary),
    /// Draw a network of a program: as text, or as SVG into a file.
    Diagram(Diagram),
    /// Make the Netlet kernel known to Jupyter.
    Install(Install),
    /// Take the Netlet kernel away from Jupyter.
    Uninstall(Install),
    /// Build the runtime ahead of time.
    Setup,
    /// Tell what Netlet needs here: what is there, what is missing, and what to do.
    ///
    /// The exit code is 1 when something is missing that networks cannot run without.
    Doctor,
    /// Write the completions of a shell to standard output.
    #[command(
        after_help = "Example:\n  netlet completions bash > ~/.local/share/bash-completion/completions/netlet"
    )]
    Completions {
        /// Whose.
        shell: clap_complete::Shell,
    },
    /// Write the manual page to standard output, or those of all commands into a folder.
    #[command(after_help = "Example:\n  netlet man --out ~/.local/share/man/man1")]
    Man {
        /// The folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Serve a notebook; Jupyter starts this.
    #[command(hide = true)]
    Kernel {
        /// The file in which Jupyter says where to listen.
        connection_file: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Prompt {
    /// The seed of commands that name none.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How the prompt shows pictures.
    #[arg(long, env = "NETLET_PICTURES", value_enum, default_value_t = Pictures::Auto)]
    pictures: Pictures,
}

#[derive(Debug, Args)]
struct Run {
    /// The program, or `-` for standard input.
    file: PathBuf,
    /// Write one JSON object a line to standard output, as docs/json.md describes.
    #[arg(long)]
    json: bool,
    /// The folder that pictures are written to.
    #[arg(long, value_name = "DIR", default_value = "netlet-out")]
    out: PathBuf,
    /// The seed of commands that name none.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

#[derive(Debug, Args)]
struct Check {
    /// The programs, or `-` for standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write each finding as a JSON object on a line of standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Fmt {
    /// The programs, or `-` for standard input, which goes to standard output.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write nothing, and tell which programs would change.
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Args)]
struct Summary {
    /// The program, or `-` for standard input.
    file: PathBuf,
    /// A network that it defines or imports; all that it defines when left out.
    net: Option<String>,
    /// Write a JSON object a network.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Diagram {
    /// The program, or `-` for standard input.
    file: PathBuf,
    /// A network that it defines or imports.
    net: String,
    /// The SVG file to write.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Install {
    #[command(flatten)]
    place: PlaceArguments,
    /// The kernel's name in Jupyter's list.
    #[arg(long, default_value = kernelspec::NAME)]
    name: String,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct PlaceArguments {
    /// For this user (the default).
    #[arg(long)]
    user: bool,
    /// Under DIR/share/jupyter, as for a virtual environment.
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// For the Python environment that is active.
    #[arg(long)]
    sys_prefix: bool,
}

/// Does what the command line asks.
///
/// The exit code is 0 when all went well, 1 when the program had an error or something could not
/// be done, 2 for a wrong command line, 130 when the user interrupted it.
pub fn run() -> ExitCode {
    match execute(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            remark(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        None if console::user_attended() && is_terminal_input() => {
            let Prompt { seed, pictures } = arguments.prompt;
            repl::run(SessionOptions { seed }, pictures)
        }
        None => {
            let Prompt { seed, .. } = arguments.prompt;
            program::run(&Run { file: "-".into(), json: false, out: "netlet-out".into(), seed })
        }
        Some(Command::Run(arguments)) => program::run(&arguments),
        Some(Command::Check(Check { files, json })) => texts::check_files(&files, json),
        Some(Command::Fmt(Fmt { files, check })) => fmt::run(&files, check),
        Some(Command::Summary(Summary { file, net, json })) => {
            texts::summarize(&file, net.as_deref(), json)
        }
        Some(Command::Diagram(Diagram { file, net, output })) => {
            texts::draw(&file, &net, output.as_deref())
        }
        Some(Command::Install(Install { place, name })) => {
            let folder = kernelspec::install(&place.into(), &name)?;
            say(&format!("the Netlet kernel is in {}", folder.display()))
        }
        Some(Command::Uninstall(Install { place, name })) => {
            let folder = kernelspec::uninstall(&place.into(), &name)?;
            say(&format!("the Netlet kernel is no longer in {}", folder.display()))
        }
        Some(Command::Setup) => setup::run(),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Completions { shell }) => manual::completions(shell, Arguments::command()),
        Some(Command::Man { out }) => manual::pages(out.as_deref(), Arguments::command()),
        Some(Command::Kernel { connection_file }) => {
            jupyter::serve(&connection_file, SessionOptions::default())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl From<PlaceArguments> for Place {
    fn from(place: PlaceArguments) -> Self {
        match place.prefix {
            Some(prefix) => Place::Prefix(prefix),
            None if place.sys_prefix => Place::Environment,
            None => Place::User,
        }
    }
}

fn is_terminal_input() -> bool {
    std::io::IsTerminal::is_terminal(&std::io::stdin())
}

/// Writes a line to standard output.
fn say(text: &str) -> anyhow::Result<ExitCode> {
    use std::io::Write as _;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn places_exclude_each_other() {
        let parse = |arguments: &[&str]| {
            let all = ["netlet", "install"].iter().chain(arguments);
            Arguments::try_parse_from(all).map(|found| found.command)
        };
        assert!(parse(&["--user", "--prefix", "x"]).is_err());
        let Ok(Some(Command::Install(install))) = parse(&["--prefix", "x"]) else {
            panic!("an install");
        };
        assert_eq!(Place::from(install.place), Place::Prefix("x".into()));
        assert_eq!(install.name, "netlet");
    }
}
