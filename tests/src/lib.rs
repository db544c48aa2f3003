//! What the end-to-end tests share: the program under test, a Python with real Jupyter clients,
//! and a terminal.
//!
//! Everything here panics with a message when the machine lacks what a test needs.

pub mod program;
pub mod python;
pub mod terminal;
pub mod wheel;

use std::path::{Path, PathBuf};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository")
}
