//! The Python package, built and installed as a user does, beside JupyterLab.

use std::fs;
use std::sync::OnceLock;

use crate::program;
use crate::python::{Python, succeed};

/// What shows notebooks, drives what shows them, and builds the package.
const PACKAGES: [&str; 6] = [
    "jupyterlab==4.6.6",
    "jupyter-console==6.6.3",
    "nbconvert==7.17.2",
    "selenium==4.51.0",
    "pexpect==4.9.0",
    "maturin==1.16.0",
];

/// An environment with JupyterLab and the package, which nothing else was done to.
pub fn environment() -> &'static Python {
    static LAB: OnceLock<Python> = OnceLock::new();
    LAB.get_or_init(|| {
        let lab = Python::environment("lab", &PACKAGES);
        let wheels = program::path().parent().expect("the target folder").join("wheels");
        // Another version's wheel is none of this build.
        let _ = fs::remove_dir_all(&wheels);
        let script = crate::root().join("kernel/python/build.py");
        succeed(program::without_package(lab.command("python").arg(script).arg(&wheels)));
        let mut built = fs::read_dir(&wheels).expect("a folder of wheels");
        let wheel = built.next().expect("a wheel").expect("a wheel").path();
        let wheel = wheel.to_str().expect("a wheel's path is UTF-8");
        lab.pip_install(&["--force-reinstall", "--no-deps", wheel]);
        lab
    })
}
