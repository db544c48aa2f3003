//! The lines of a Rust cell that are commands to the interpreter.

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// `:dep NAME`, `:dep NAME = SPEC` or `:dep ./FOLDER`: use a crate.
    Depend {
        /// The crate's name, or its folder.
        name: String,
        /// What a manifest says behind the name.
        config: String,
    },
    /// `:vars`: what the cells have kept.
    Variables,
    /// `:opt LEVEL`: how much rustc optimises.
    Optimise(String),
    /// `:clear`: forget what the cells have defined.
    Clear,
    /// `:help`.
    Help,
}

/// The commands, for help and for those who misspell one.
pub(super) const HELP: &str = "\
:dep NAME = \"1\"    use a crate; `:dep ./FOLDER` one of your own
:vars              the variables that Rust cells have kept
:opt LEVEL         how much rustc optimises: 0, 1, 2, 3 or s
:clear             forget variables, functions, types and crates of Rust cells
:help              this list";

/// The commands before the Rust of a cell, each with its line, and the cell with blank lines in
/// their place: lines keep their numbers.
///
/// # Errors
/// A command that is unknown, as it stands there.
pub(super) fn split(text: &str) -> Result<(Vec<Command>, String), String> {
    let mut commands = Vec::new();
    let mut lines = text.lines();
    let mut rust = String::from("\n");
    lines.next();
    for line in lines {
        let is_blank = line.trim().is_empty() || line.starts_with("//");
        let Some(command) = line.trim().strip_prefix(':').filter(|_| rust.trim().is_empty()) else {
            rust.push_str(if is_blank && rust.trim().is_empty() { "" } else { line });
            rust.push('\n');
            continue;
        };
        commands.push(command_of(command).ok_or_else(|| format!(":{command}"))?);
        rust.push('\n');
    }
    Ok((commands, rust))
}

fn command_of(text: &str) -> Option<Command> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    Some(match word {
        "dep" if !rest.is_empty() => {
            let (name, config) = rest.split_once('=').unwrap_or((rest, "\"*\""));
            Command::Depend { name: name.trim().to_owned(), config: config.trim().to_owned() }
        }
        "vars" => Command::Variables,
        "opt" if !rest.is_empty() => Command::Optimise(rest.to_owned()),
        "clear" => Command::Clear,
        "help" => Command::Help,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stand_before_the_rust_and_leave_their_lines() {
        let text = "%%rust\n:dep rand = { version = \"0.8\" }\n// a remark\n:vars\nlet x = 1;\n:no";
        let (commands, rust) = split(text).expect("known commands");
        let config = "{ version = \"0.8\" }".to_owned();
        let expected = [Command::Depend { name: "rand".into(), config }, Command::Variables];
        assert_eq!(commands, expected);
        assert_eq!(rust, "\n\n\n\nlet x = 1;\n:no\n");
    }

    #[test]
    fn an_unknown_command_is_told() {
        assert_eq!(split("%%rust\n:depp x"), Err(":depp x".into()));
        assert_eq!(split("%%rust\n:dep"), Err(":dep".into()));
    }
}
