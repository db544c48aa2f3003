//! Building the runtime with cargo, and putting what cells need of it into a folder.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use netlet_dsl::messages::{Failure, Progress};
use serde_json::Value;

use super::toolchain::no_cargo;
use super::{cannot_write, contents, stopped};

/// How much of what cargo says a failure shows.
const LINES_SHOWN: usize = 20;
const LETTERS_SHOWN: usize = 200;

/// Cargo's own folder in the workspace.
const TARGET: &str = "target";

/// How far a build has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildProgress {
    /// What is being done.
    pub what: String,
    /// Crates built.
    pub done: u64,
    /// Crates in all, 0 when unknown.
    pub total: u64,
    /// Since the build began.
    pub elapsed: Duration,
}

impl From<BuildProgress> for Progress {
    fn from(build: BuildProgress) -> Self {
        Self {
            what: build.what,
            done: build.done,
            total: build.total,
            unit: "crates".into(),
            elapsed: build.elapsed.as_secs_f64(),
            remaining: None,
            rate: None,
            loss: None,
        }
    }
}

/// Builds `source` in the workspace `workspace` and leaves the library and its dependencies in
/// `folder`, which appears only when it is whole.
pub(super) fn build(
    source: &[(&str, &[u8])],
    workspace: &Path,
    folder: &Path,
    report: &mut dyn FnMut(BuildProgress) -> bool,
) -> Result<(), Failure> {
    lay_out(source, workspace).map_err(|error| cannot_write(workspace, &error))?;
    let total = crate_count(workspace);
    let start = Instant::now();
    let mut cargo = start_cargo(workspace)?;
    let lines = lines_of(cargo.stdout.take());
    let said = lines_of(cargo.stderr.take());
    let mut artifacts = Vec::new();
    let mut done = 0;
    loop {
        match lines.recv_timeout(Duration::from_millis(200)) {
            Ok(line) => done += u64::from(note_artifact(&line, &mut artifacts)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        let what = "building the runtime (once)".into();
        if !report(BuildProgress { what, done, total: total.max(done), elapsed: start.elapsed() }) {
            stop(&mut cargo);
            return Err(stopped());
        }
    }
    let succeeded = cargo.wait().is_ok_and(|status| status.success());
    if !succeeded {
        return Err(build_failure(said, workspace));
    }
    collect(&artifacts, folder).map_err(|error| cannot_write(folder, &error))
}

/// Makes `workspace` hold exactly `source` beside cargo's own folder: a file that an older runtime
/// had would be a part of this one too.
fn lay_out(source: &[(&str, &[u8])], workspace: &Path) -> io::Result<()> {
    for (path, content) in source {
        write_if_changed(&workspace.join(path), content)?;
    }
    let wanted = source.iter().map(|(path, _)| workspace.join(path)).collect::<BTreeSet<_>>();
    for entry in fs::read_dir(workspace)? {
        let path = entry?.path();
        if path != workspace.join(TARGET) {
            remove_others(&path, &wanted)?;
        }
    }
    Ok(())
}

/// Removes a file, or the files within a folder, but those that are wanted.
fn remove_others(path: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        for entry in fs::read_dir(path)? {
            remove_others(&entry?.path(), wanted)?;
        }
    } else if !wanted.contains(path) {
        fs::remove_file(path)?;
    }
    Ok(())
}

fn start_cargo(workspace: &Path) -> Result<Child, Failure> {
    let mut command = cargo_in(workspace);
    command.args(["rustc", "-p", "netlet", "--release", "--lib", "--crate-type", "dylib"]);
    command.args(["--message-format", "json-render-diagnostics", "--color", "never"]);
    command.env("RUSTFLAGS", "-Cprefer-dynamic -Ctarget-cpu=native");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(|error| no_cargo(&error))
}

/// Cargo in `workspace`, free of what a surrounding cargo or its configuration says of builds.
fn cargo_in(workspace: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(workspace);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let keep = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR"];
        let of_cargo =
            text.starts_with("CARGO") && !keep.iter().any(|start| text.starts_with(start));
        if of_cargo || text.starts_with("RUSTC") || text == "RUSTFLAGS" {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_TARGET_DIR", workspace.join(TARGET));
    command
}

/// The lines of a stream, read on a thread of their own so that it never fills up.
fn lines_of(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(stream) = stream {
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// Takes the files that a message of cargo names; whether it told of a finished crate.
fn note_artifact(line: &str, artifacts: &mut Vec<PathBuf>) -> bool {
    let Ok(message) = serde_json::from_str::<Value>(line) else { return false };
    if message["reason"] != "compiler-artifact" {
        return false;
    }
    let files = message["filenames"].as_array().into_iter().flatten();
    artifacts.extend(files.filter_map(Value::as_str).map(PathBuf::from));
    message["target"]["kind"][0] != "custom-build"
}

/// Crates that the build compiles, as cargo's tree lists them; 0 when it cannot say.
fn crate_count(workspace: &Path) -> u64 {
    let mut command = cargo_in(workspace);
    command.args(["tree", "-p", "netlet", "-e", "normal,build", "--prefix", "none"]);
    let Ok(output) = command.output() else { return 0 };
    let text = String::from_utf8_lossy(&output.stdout);
    let names: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    names.len() as u64
}

/// Copies the library and what it was compiled against into `folder`, by way of a folder beside it.
fn collect(artifacts: &[PathBuf], folder: &Path) -> io::Result<()> {
    let mut partial = folder.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    match fs::remove_dir_all(&partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(&partial)?,
    }
    for artifact in artifacts {
        let wanted = artifact.extension().is_some_and(|kind| {
            ["rlib", "rmeta", "so", "dylib"].iter().any(|wanted| kind == *wanted)
        });
        if let Some(name) = artifact.file_name().filter(|_| wanted) {
            fs::copy(artifact, partial.join(name))?;
        }
    }
    contents::write(&partial)?;
    // A broken one makes room.
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::rename(&partial, folder),
    }
}

/// Writes only what differs, so that cargo builds only what changed.
fn write_if_changed(path: &Path, content: &[u8]) -> io::Result<()> {
    if fs::read(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)
}

fn stop(cargo: &mut Child) {
    #[cfg(unix)]
    {
        // Cargo's compilers are in its process group; without them gone the next build would wait.
        let group = format!("-{}", cargo.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
    }
    let _ = cargo.kill();
    let _ = cargo.wait();
}

fn build_failure(said: Receiver<String>, workspace: &Path) -> Failure {
    let lines: Vec<String> = said.iter().collect();
    let first = lines.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    let shown: Vec<String> = lines[first..].iter().take(LINES_SHOWN).map(|it| shown(it)).collect();
    let shown = shown.join("\n");
    let mut failure = Failure::new("the runtime could not be built");
    if !shown.is_empty() {
        failure = failure.note(shown);
    }
    failure.help(format!(
        "the build is in `{}`; `netlet setup` tries again; a missing crate means that cargo could \
         not reach its registry",
        workspace.display()
    ))
}

/// A line, or its beginning: a linker's command has some ten thousand letters.
fn shown(line: &str) -> String {
    match line.char_indices().nth(LETTERS_SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_counted_without_build_scripts() {
        let mut files = Vec::new();
        let library = r#"{"reason":"compiler-artifact","target":{"kind":["lib"]},"filenames":["/t/liba.rlib","/t/liba.rmeta"]}"#;
        let script = r#"{"reason":"compiler-artifact","target":{"kind":["custom-build"]},"filenames":["/t/build"]}"#;
        assert!(note_artifact(library, &mut files));
        assert!(!note_artifact(script, &mut files));
        assert!(!note_artifact(r#"{"reason":"build-finished","success":true}"#, &mut files));
        assert!(!note_artifact("no json", &mut files));
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn a_folder_appears_whole_and_only_with_libraries() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let files = ["liba.rlib", "liba.rmeta", "build-script"].map(|name| {
            let path = temporary.path().join(name);
            fs::write(&path, name).expect("a file of the test");
            path
        });
        let folder = temporary.path().join("0.1.0-key");
        collect(&files, &folder).expect("files to copy");
        let mut found: Vec<_> = fs::read_dir(&folder)
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
            .collect();
        found.sort();
        assert_eq!(found, ["files.txt", "liba.rlib", "liba.rmeta"]);

        let missing = [temporary.path().join("libgone.rlib")];
        let other = temporary.path().join("other");
        assert!(collect(&missing, &other).is_err());
        assert!(!other.exists());
    }

    #[test]
    fn a_failure_shows_the_beginning_of_the_error() {
        let (say, said) = channel();
        let lines = ["   Compiling a", "error: linking failed", &"x".repeat(50_000)];
        lines.iter().for_each(|line| say.send((*line).to_owned()).expect("somebody listens"));
        drop(say);
        let failure = build_failure(said, Path::new("w"));
        let note = &failure.notes[0];
        assert!(note.starts_with("error: linking failed\nxxx") && note.ends_with('…'), "{note}");
        assert!(note.len() < 300, "{note}");
    }

    #[test]
    fn unchanged_files_keep_their_time() {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let path = temporary.path().join("a/b.rs");
        write_if_changed(&path, b"one").expect("a new file");
        let time = fs::metadata(&path).and_then(|data| data.modified()).expect("a time");
        write_if_changed(&path, b"one").expect("the same file");
        assert_eq!(fs::metadata(&path).and_then(|data| data.modified()).expect("a time"), time);
        write_if_changed(&path, b"two").expect("a changed file");
        assert_eq!(fs::read(&path).expect("the file"), b"two");
    }

    #[test]
    fn files_of_an_older_runtime_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path();
        let lay = |source: &[(&str, &[u8])]| lay_out(source, workspace).expect("a workspace");
        lay(&[("Cargo.toml", b"one"), ("src/weights.rs", b"old")]);
        fs::create_dir(workspace.join(TARGET)).expect("cargo's folder");
        fs::write(workspace.join(TARGET).join("kept"), "kept").expect("a file of cargo's");
        lay(&[("Cargo.toml", b"one"), ("src/weights/mod.rs", b"new")]);
        assert!(!workspace.join("src/weights.rs").exists());
        for kept in ["Cargo.toml", "src/weights/mod.rs", "target/kept"] {
            assert!(workspace.join(kept).exists(), "{kept}");
        }
    }
}
