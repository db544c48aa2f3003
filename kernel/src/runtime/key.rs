//! What a built runtime depends on, as the name of its folder.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::process::Command;

use netlet_dsl::messages::Failure;

/// The name of the cache folder for this source, this compiler and this processor.
pub(super) fn key() -> Result<String, Failure> {
    let mut hasher = DefaultHasher::new();
    env!("NETLET_RUNTIME_SOURCE").hash(&mut hasher);
    rustc(&["-vV"])?.hash(&mut hasher);
    // The processor's features decide the machine code, and a cache may be shared by machines.
    rustc(&["--print=cfg", "-Ctarget-cpu=native"])?.hash(&mut hasher);
    Ok(format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish()))
}

fn rustc(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = Command::new("rustc").args(arguments).output().map_err(|error| {
        Failure::new(format!("cannot run `rustc`: {error}"))
            .note("netlet compiles networks with the Rust toolchain")
            .help("install Rust 1.95 or newer, with cargo on the PATH")
    })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`rustc {}` failed", arguments.join(" "))).note(said));
    }
    Ok(output.stdout)
}
