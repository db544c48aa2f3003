//! The runtime library: built once, ahead of time, from the source inside this binary, into a
//! cache folder that every later session reads.
//!
//! A folder of the cache is named by everything its content depends on (the source, the compiler,
//! the processor), and appears whole or not at all, so sessions may start and build at once.

mod build;
mod contents;
mod key;
mod toolchain;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use netlet_dsl::messages::Failure;

pub use build::BuildProgress;
pub use toolchain::toolchain;

/// The source of the runtime: path within its workspace, content.
const SOURCE: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/runtime_source.rs"));

/// The source of the runtime, as a workspace of its own: path, content.
pub(crate) fn source() -> &'static [(&'static str, &'static [u8])] {
    SOURCE
}

/// A built runtime.
#[derive(Clone, Debug)]
pub struct Runtime {
    folder: PathBuf,
}

impl Runtime {
    /// The runtime for this machine, built first if the cache does not have it.
    ///
    /// `report` hears of the build's progress, several times a second, and stops it by
    /// returning `false`.
    ///
    /// # Errors
    /// When there is no Rust toolchain, the cache cannot be written, the build fails, or it
    /// was stopped. What was in the cache stays.
    pub fn find_or_build(report: &mut dyn FnMut(BuildProgress) -> bool) -> Result<Self, Failure> {
        let cache = cache_folder()?;
        let folder = cache.join(key::key()?);
        if let Some(runtime) = Self::open(&folder) {
            return Ok(runtime);
        }
        make_writable(&cache)?;
        let _lock = wait_for_lock(&cache, report)?;
        if let Some(runtime) = Self::open(&folder) {
            return Ok(runtime);
        }
        build::build(SOURCE, &cache.join("build"), &folder, report)?;
        Self::open(&folder).ok_or_else(|| {
            Failure::new(format!("the build left no runtime in `{}`", folder.display()))
        })
    }

    /// The folder of the library and of what it was compiled against.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The compiler flags under which a cell sees the runtime as the crate `netlet`.
    pub fn cell_flags(&self) -> String {
        let folder = self.folder.display();
        format!(
            "-Cprefer-dynamic --extern netlet={folder}/{LIBRARY} -Ldependency={folder} \
             -Clink-arg=-Wl,-rpath,{folder}"
        )
    }

    /// What the cache has for this machine.
    ///
    /// # Errors
    /// When it could not be built here: those of [`Self::find_or_build`].
    pub fn state() -> Result<RuntimeState, Failure> {
        let cache = cache_folder()?;
        let folder = cache.join(key::key()?);
        if folder.is_dir() {
            return Ok(match contents::flaw(&folder) {
                None => RuntimeState::Ready(folder),
                Some(flaw) => RuntimeState::Broken { folder, flaw },
            });
        }
        make_writable(&cache)?;
        Ok(RuntimeState::Missing(cache))
    }

    fn open(folder: &Path) -> Option<Self> {
        contents::flaw(folder).is_none().then(|| Self { folder: folder.to_owned() })
    }
}

/// What the cache has for a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeState {
    /// A runtime, in this folder.
    Ready(PathBuf),
    /// Nothing, in this cache, but one can be built there.
    Missing(PathBuf),
    /// A runtime that has lost something; it is built anew when it is next used.
    Broken {
        /// Its folder.
        folder: PathBuf,
        /// What is wrong.
        flaw: String,
    },
}

/// Makes the cache, and sees whether it can be written.
fn make_writable(cache: &Path) -> Result<(), Failure> {
    let tried = fs::create_dir_all(cache).and_then(|()| tempfile::tempfile_in(cache));
    tried.map(drop).map_err(|error| cannot_write(cache, &error))
}

#[cfg(target_os = "macos")]
const LIBRARY: &str = "libnetlet.dylib";
#[cfg(not(target_os = "macos"))]
const LIBRARY: &str = "libnetlet.so";

/// `NETLET_CACHE`, or `netlet` in the user's cache folder.
pub(crate) fn cache_folder() -> Result<PathBuf, Failure> {
    let chosen = std::env::var_os("NETLET_CACHE").map(PathBuf::from);
    let folder = chosen.or_else(|| Some(dirs::cache_dir()?.join("netlet"))).ok_or_else(|| {
        Failure::new("there is no folder to keep the runtime in")
            .help("set NETLET_CACHE to a folder that can be written")
    })?;
    std::path::absolute(&folder).map_err(|error| cannot_write(&folder, &error))
}

/// Waits until no other process builds.
fn wait_for_lock(
    cache: &Path,
    report: &mut dyn FnMut(BuildProgress) -> bool,
) -> Result<File, Failure> {
    let path = cache.join("build.lock");
    let lock = File::create(&path).map_err(|error| cannot_write(&path, &error))?;
    let start = std::time::Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(fs::TryLockError::WouldBlock) => {}
            Err(fs::TryLockError::Error(error)) => return Err(cannot_write(&path, &error)),
        }
        let waiting = BuildProgress {
            what: "waiting for another netlet that builds the runtime".into(),
            done: 0,
            total: 0,
            elapsed: start.elapsed(),
        };
        if !report(waiting) {
            return Err(stopped());
        }
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

fn stopped() -> Failure {
    Failure::new("the build of the runtime was stopped")
        .help("it goes on where it stopped when a network is next used, or with `netlet setup`")
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display()))
        .help("free space there, or set NETLET_CACHE to a folder that can be written")
}
