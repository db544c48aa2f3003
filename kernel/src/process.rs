//! What a process must do first to be a session's, or a session's worker.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Turns this process into the interpreter's runtime if it was started as one, and never returns
/// then; otherwise sets the interpreter up. The first thing that `main` calls.
pub fn prepare() {
    evcxr::runtime_hook();
    // Without the settings a session works all the same, and is ready some seconds later.
    if let Ok(folder) = settings_folder() {
        set_variables(&folder);
    }
}

/// Writes the interpreter's settings, and an empty standard library for its code analysis.
///
/// The analysis is there to find the types of a cell's variables. Generated cells have none, and
/// reading the real library's source would take two to three seconds of every start.
fn settings_folder() -> io::Result<PathBuf> {
    let folder = crate::runtime::cache_folder()
        .map_err(|failure| io::Error::other(failure.headline))?
        .join("interpreter");
    let core = folder.join("library/core/src");
    fs::create_dir_all(&core)?;
    write_once(&core.join("lib.rs"), "")?;
    write_once(&folder.join("evcxr.toml"), "[evcxr]\nopt_level = \"0\"\noffline_mode = true\n")?;
    Ok(folder)
}

fn write_once(path: &Path, content: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|found| found == content) {
        return Ok(());
    }
    fs::write(path, content)
}

#[expect(unsafe_code, reason = "the interpreter takes these settings from the environment alone")]
fn set_variables(folder: &Path) {
    // SAFETY: `prepare` is the first thing in `main`, so no other thread reads the environment.
    unsafe {
        std::env::set_var("EVCXR_CONFIG_DIR", folder);
        std::env::set_var("RUST_SRC_PATH", folder.join("library"));
    }
}
