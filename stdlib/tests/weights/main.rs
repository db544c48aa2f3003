//! Weights files: what is written comes back, what PyTorch wrote is read, and what does not fit
//! changes nothing.

mod checkpoints;
mod parts;
mod safetensors;
mod small;

use std::path::{Path, PathBuf};

use netlet::weights::{Snapshot, load};
use netlet_dsl::messages::{Failure, Matching};
use small::Small;
use tempfile::TempDir;

/// Loads a file that does not fit, asserts that nothing was changed, and says what was wrong.
fn refused(path: &Path, matching: Matching) -> Failure {
    let mut network = Small::new(5);
    let before = Snapshot::of(&mut network);
    let failure = load(&mut network, path, matching).expect_err("a file that does not fit");
    assert_eq!(Snapshot::of(&mut network), before, "a refused file changes nothing");
    failure
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// A file that `files/make.py` made.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/weights/files").join(name)
}
