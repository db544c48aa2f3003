//! The `netlet` program, built as the tests are.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The program, brought up to date first.
pub fn path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(build)
}

fn build() -> PathBuf {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--package", "netlet-kernel", "--bin", "netlet", "--locked"]);
    cargo.args(["--message-format", "json-render-diagnostics"]).current_dir(crate::root());
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = without_package(&mut cargo).stderr(Stdio::inherit()).output().expect("cargo runs");
    assert!(output.status.success(), "netlet does not build");
    let messages = String::from_utf8(output.stdout).expect("cargo's messages are UTF-8");
    let mut executables = messages.lines().filter_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        message["executable"].as_str().map(PathBuf::from)
    });
    executables.next_back().expect("cargo names the program")
}

/// A command without what cargo tells a test of its package, which would have some dependencies
/// built anew.
pub(crate) fn without_package(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The program with `arguments`, in `folder`.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command
}

/// What a run of the program gave.
#[derive(Debug)]
pub struct Run {
    /// Its exit code.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Run {
    /// The objects of a `--json` run.
    pub fn objects(&self) -> Vec<Value> {
        let parse =
            |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        self.stdout.lines().map(parse).collect()
    }

    /// The one object with this `command`.
    pub fn report(&self, command: &str) -> Value {
        let mut found = self.objects().into_iter().filter(|object| object["command"] == command);
        let first = found.next().unwrap_or_else(|| panic!("no {command} in {self:#?}"));
        assert!(found.next().is_none(), "two of {command} in {self:#?}");
        first
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("UTF-8 on standard output"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8 on standard error"),
        }
    }
}

/// Runs `netlet run` on a program given as text, in `folder`, with further arguments.
pub fn run_text(folder: &Path, text: &str, arguments: &[&str]) -> Run {
    let mut child = command(folder, &["run", "-"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("netlet starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("netlet reads its input");
    drop(input);
    child.wait_with_output().expect("netlet ends").into()
}
