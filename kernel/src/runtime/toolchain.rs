//! The Rust toolchain that networks are compiled with.

use std::path::PathBuf;
use std::process::Command;

use netlet_dsl::messages::Failure;

/// The compiler's version, as `rustc -vV` tells it, if it is new enough and cargo is there too.
///
/// # Errors
/// When one of them is missing, does not run, or is too old.
pub fn toolchain() -> Result<String, Failure> {
    let told = rustc(&["-vV"])?;
    let told = String::from_utf8_lossy(&told).into_owned();
    let release = told.lines().find_map(|line| line.strip_prefix("release: ")).unwrap_or_default();
    if version(release) < version(NEEDED) {
        return Err(Failure::new(format!("`rustc` is of version {release}, which is too old"))
            .help(INSTALL));
    }
    if cargo().is_none() {
        return Err(Failure::new("cannot run `cargo`: it is not on the PATH").help(INSTALL));
    }
    Ok(told)
}

const NEEDED: &str = env!("CARGO_PKG_RUST_VERSION");
const INSTALL: &str =
    concat!("install Rust ", env!("CARGO_PKG_RUST_VERSION"), " or newer, with cargo on the PATH");

/// Where cargo is on the PATH. It is only looked for: to run it would take longer.
fn cargo() -> Option<PathBuf> {
    let name = format!("cargo{}", std::env::consts::EXE_SUFFIX);
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// The numbers of a version such as `1.95.0-nightly`.
fn version(text: &str) -> Vec<u64> {
    let numbers = text.split(['.', '-']).map_while(|number| number.parse().ok());
    numbers.collect()
}

/// What the compiler says.
pub(super) fn rustc(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = Command::new("rustc").args(arguments).output().map_err(|error| {
        Failure::new(format!("cannot run `rustc`: {error}"))
            .note("netlet compiles networks with the Rust toolchain")
            .help(INSTALL)
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`rustc {}` failed", arguments.join(" "))).note(said));
    }
    Ok(output.stdout)
}

/// What a cargo that cannot be started means.
pub(super) fn no_cargo(error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot run `cargo`: {error}")).help(INSTALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert!(version("1.100.0") > version("1.95"));
        assert!(version("1.95.0-nightly") >= version("1.95"));
        assert!(version("1.94.9") < version("1.95"));
        assert!(version("") < version("1.95"));
    }
}
