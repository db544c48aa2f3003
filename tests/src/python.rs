//! A Python of the tests' own, with Jupyter's clients and the Netlet kernel installed in it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::program;

/// The clients that the tests use, with the versions they were written for.
const PACKAGES: [&str; 4] = [
    "jupyter_client==8.10.0",
    "jupyter_kernel_test==0.7.0",
    "nbconvert==7.17.2",
    "nbclient==0.11.0",
];

/// A virtual environment.
#[derive(Debug)]
pub struct Python {
    folder: PathBuf,
}

impl Python {
    /// The environment of this build's tests, made first if it is not there.
    pub fn get() -> &'static Self {
        static PYTHON: OnceLock<Python> = OnceLock::new();
        PYTHON.get_or_init(|| {
            let python = Self::environment("python", &PACKAGES);
            python.install_kernel();
            python
        })
    }

    /// The environment of a name, with packages in it; made first if it is not there.
    pub(crate) fn environment(name: &str, packages: &[&str]) -> Self {
        let target = program::path().parent().expect("the target folder");
        let lock = File::create(target.join(format!("{name}.lock"))).expect("a lock file");
        lock.lock().expect("the lock of the environment");
        let python = Self { folder: target.join(name) };
        python.install(packages);
        python
    }

    /// A command of the environment, such as `jupyter`, that finds the kernel.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join("bin").join(name));
        command.env("JUPYTER_PREFER_ENV_PATH", "1").env("VIRTUAL_ENV", &self.folder);
        // The user's own history is none of the tests' business.
        command.env("XDG_DATA_HOME", self.folder.join("data"));
        command
    }

    /// Installs packages of Python's index, or files.
    pub(crate) fn pip_install(&self, arguments: &[&str]) {
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        succeed(self.command("python").args(pip).args(arguments));
    }

    fn install(&self, packages: &[&str]) {
        let wanted = packages.join("\n");
        let stamp = self.folder.join("packages.txt");
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            return;
        }
        // A half-made environment is worth nothing.
        let _ = fs::remove_dir_all(&self.folder);
        succeed(Command::new("python3").args(["-m", "venv"]).arg(&self.folder));
        self.pip_install(packages);
        fs::write(stamp, wanted).expect("a stamp in the environment");
    }

    fn install_kernel(&self) {
        succeed(Command::new(program::path()).args(["install", "--prefix"]).arg(&self.folder));
    }
}

/// Runs a command that must succeed.
pub(crate) fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed:\n{said}");
}

/// A client program of the tests.
pub fn client(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients").join(name)
}
