//! Evaluating Rust cells on the interpreter.

use std::collections::BTreeMap;

use evcxr::Error;
use netlet_dsl::messages::Failure;

use super::commands::{Command, HELP, split};
use super::types::{answers, are_unknown, question, typed, untyped, with_paths};
use super::{RustCell, RustError};

/// What is in force in every cell.
const PRELUDE: &str = "use netlet::prelude::*; use netlet::display::{eprint, eprintln, print};";

/// Something for the interpreter to do with what the Rust cells have defined so far.
pub(in crate::session) enum Step<'a> {
    /// Run Rust; what it defines stays.
    Run(&'a str),
    /// Use a crate, named or in a folder.
    Depend(&'a str, &'a str),
    /// Set the level of optimisation.
    Optimise(&'a str),
    /// Forget all definitions.
    Clear,
}

/// What a step gave.
#[derive(Default)]
pub(in crate::session) struct Evaluated {
    /// The value at the end, by MIME type.
    pub(in crate::session) forms: BTreeMap<String, String>,
    /// The variables that are kept, with their types.
    pub(in crate::session) variables: Vec<(String, String)>,
}

/// The interpreter as Rust cells see it.
pub(in crate::session) type Steps<'a> = dyn FnMut(Step<'_>) -> Result<Evaluated, Error> + 'a;

/// How a Rust cell ended.
#[derive(Debug)]
pub(in crate::session) enum RustEnd {
    /// It ran.
    Done {
        /// The value at its end, by MIME type.
        forms: BTreeMap<String, String>,
        /// The variables that are kept now.
        variables: Vec<String>,
    },
    /// It did not compile.
    Wrong(Vec<RustError>),
    /// It could not be run.
    Failed(Failure),
}

/// What the Rust cells of a session have defined.
#[derive(Default)]
pub(in crate::session) struct Rust {
    has_prelude: bool,
    /// The networks whose types they know, with the source of each.
    nets: BTreeMap<String, String>,
    variables: Vec<(String, String)>,
}

impl Rust {
    /// Runs a cell.
    pub(in crate::session) fn run(&mut self, cell: &RustCell, steps: &mut Steps<'_>) -> RustEnd {
        self.evaluate(cell, steps).unwrap_or_else(|end| end)
    }

    fn evaluate(&mut self, cell: &RustCell, steps: &mut Steps<'_>) -> Result<RustEnd, RustEnd> {
        let (commands, rust) = split(&cell.text).map_err(|command| {
            let help = format!("there are these:\n{HELP}");
            RustEnd::Failed(Failure::new(format!("`{command}` is no command")).help(help))
        })?;
        let mut texts = Vec::new();
        for command in commands {
            texts.extend(self.obey(command, steps).map_err(|error| failed(&error, &cell.text))?);
        }
        for (name, source) in &cell.nets {
            if self.nets.get(name) != Some(source) {
                steps(Step::Run(source)).map_err(|error| failed(&error, ""))?;
                self.nets.insert(name.clone(), source.clone());
            }
        }
        let mut forms = BTreeMap::new();
        if !rust.trim().is_empty() {
            // On the line of the cell's mark, so that lines keep their numbers.
            let prelude = if self.has_prelude { "" } else { PRELUDE };
            let rust = format!("{prelude}{rust}");
            let done = run(&rust, steps).map_err(|error| failed(&error, &cell.text))?;
            self.has_prelude = true;
            self.variables = done.variables;
            forms = done.forms;
        }
        if !texts.is_empty() {
            let value = forms.remove("text/plain");
            texts.extend(value);
            forms.insert("text/plain".to_owned(), texts.join("\n"));
        }
        let variables = self.variables.iter().map(|(name, _)| name.clone()).collect();
        Ok(RustEnd::Done { forms, variables })
    }

    /// Does what a command says; gives what it has to tell.
    fn obey(&mut self, command: Command, steps: &mut Steps<'_>) -> Result<Option<String>, Error> {
        match command {
            Command::Depend { name, config } => {
                steps(Step::Depend(&name, &config))?;
            }
            Command::Optimise(level) => {
                steps(Step::Optimise(&level))?;
            }
            Command::Clear => {
                steps(Step::Clear)?;
                *self = Self::default();
            }
            Command::Variables => {
                let lines = self.variables.iter().map(|(name, kind)| format!("{name}: {kind}"));
                let lines = lines.collect::<Vec<_>>();
                let none = "there are no variables yet".to_owned();
                return Ok(Some(if lines.is_empty() { none } else { lines.join("\n") }));
            }
            Command::Help => return Ok(Some(HELP.to_owned())),
        }
        Ok(None)
    }
}

/// Runs Rust, with the types written in that the interpreter does not find by itself.
fn run(rust: &str, steps: &mut Steps<'_>) -> Result<Evaluated, Error> {
    let error = match steps(Step::Run(rust)) {
        Err(error) if are_unknown(&error) => error,
        ended => return ended,
    };
    let variables = untyped(rust);
    let Err(Error::CompilationErrors(errors)) = steps(Step::Run(&question(rust, &variables)))
    else {
        return Err(error);
    };
    let types = answers(&errors);
    let ended = match steps(Step::Run(&typed(rust, &variables, &types))) {
        Err(Error::CompilationErrors(errors)) => {
            let types = with_paths(&types, &errors);
            steps(Step::Run(&typed(rust, &variables, &types)))
        }
        ended => ended,
    };
    match ended {
        // The types have no name here, and the cell's own words say it better.
        Err(Error::CompilationErrors(_)) => Err(error),
        ended => ended,
    }
}

fn failed(error: &Error, text: &str) -> RustEnd {
    match error {
        Error::CompilationErrors(errors) => {
            RustEnd::Wrong(errors.iter().map(|error| RustError::new(error, text)).collect())
        }
        Error::SubprocessTerminated(_) => {
            RustEnd::Failed(Failure::new("the process that runs Rust cells ended"))
        }
        other => {
            let message = other.to_string();
            // Cargo says what it does before it says what is wrong.
            let said = message.lines().map(str::trim).filter(|line| !line.is_empty());
            let said = said.skip_while(|line| line.starts_with("Updating "));
            let mut lines =
                said.map(|line| line.strip_prefix("error: ").unwrap_or(line).to_owned());
            let headline = lines.next().unwrap_or_else(|| "the Rust cell was not run".to_owned());
            let mut failure = Failure::new(headline.trim_end_matches('.'));
            failure.notes.extend(lines);
            if are_unknown(error) {
                failure = failure.help("or put the code in braces, so that nothing of it is kept");
            }
            RustEnd::Failed(failure)
        }
    }
}
