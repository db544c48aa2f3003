//! Making the kernel known to Jupyter: a folder with `kernel.json` and logos.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::json;

use crate::files::write_whole;

/// Where a kernel is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the user's Jupyter folder: `JUPYTER_DATA_DIR`, or where the system keeps such data.
    User,
    /// In `share/jupyter` of a folder.
    Prefix(PathBuf),
    /// In the Python environment that is active.
    Environment,
}

const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-svg.svg", include_bytes!("../../resources/logo.svg")),
    ("logo-32x32.png", include_bytes!("../../resources/logo-32x32.png")),
    ("logo-64x64.png", include_bytes!("../../resources/logo-64x64.png")),
];

/// Installs the kernelspec, in the place of an earlier one, and gives its folder. It starts this
/// very executable.
///
/// # Errors
/// When the place cannot be found or written.
pub fn install(place: &Place) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("cannot find netlet's own program")?;
    let folder = data_folder(place)?.join("kernels").join("netlet");
    for (name, content) in LOGOS {
        write_whole(&folder.join(name), content)?;
    }
    // Last, since it is what makes the folder a kernel.
    write_whole(&folder.join("kernel.json"), kernel_json(&program)?.as_bytes())?;
    Ok(folder)
}

fn kernel_json(program: &Path) -> anyhow::Result<String> {
    let program = program.to_str().with_context(|| {
        format!("`{}` is no path that Jupyter can be told: it is not UTF-8", program.display())
    })?;
    let spec = json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": "Netlet",
        "language": "netlet",
        "interrupt_mode": "message",
    });
    Ok(serde_json::to_string_pretty(&spec)? + "\n")
}

fn data_folder(place: &Place) -> anyhow::Result<PathBuf> {
    match place {
        Place::User => user_folder(std::env::var_os("JUPYTER_DATA_DIR").map(PathBuf::from))
            .context("there is no home folder; name a place with --prefix"),
        Place::Prefix(prefix) => Ok(std::path::absolute(prefix)?.join("share").join("jupyter")),
        Place::Environment => Ok(environment()?.join("share").join("jupyter")),
    }
}

/// What `jupyter --data-dir` says.
fn user_folder(chosen: Option<PathBuf>) -> Option<PathBuf> {
    let chosen = chosen.filter(|path| !path.as_os_str().is_empty());
    chosen.or_else(|| {
        if cfg!(target_os = "macos") {
            Some(dirs::home_dir()?.join("Library").join("Jupyter"))
        } else {
            Some(dirs::data_dir()?.join("jupyter"))
        }
    })
}

/// The folder of the active Python environment.
fn environment() -> anyhow::Result<PathBuf> {
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
        if let Some(prefix) = std::env::var_os(name).filter(|prefix| !prefix.is_empty()) {
            return Ok(prefix.into());
        }
    }
    let python = if cfg!(windows) { "python" } else { "python3" };
    let output = Command::new(python)
        .args(["-c", "import sys; print(sys.prefix, end='')"])
        .output()
        .with_context(|| format!("cannot run `{python}` to ask for its environment"))?;
    anyhow::ensure!(output.status.success(), "`{python}` could not tell its environment");
    let prefix = String::from_utf8(output.stdout).context("the environment's path is not UTF-8")?;
    Ok(prefix.into())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_installed_kernel_starts_this_program() {
        let prefix = tempfile::tempdir().expect("a folder");
        let place = Place::Prefix(prefix.path().into());
        let folder = install(&place).expect("an install");
        assert_eq!(install(&place).expect("another over it"), folder);
        assert_eq!(folder, prefix.path().join("share/jupyter/kernels/netlet"));
        let text = std::fs::read_to_string(folder.join("kernel.json")).expect("kernel.json");
        let spec: Value = serde_json::from_str(&text).expect("JSON");
        let program = spec["argv"][0].as_str().map(Path::new).expect("a program");
        assert!(program.is_absolute() && program.exists());
        assert_eq!(spec["argv"][1], "kernel");
        assert_eq!(spec["argv"][2], "{connection_file}");
        assert_eq!(spec["interrupt_mode"], "message");
        assert_eq!(spec["language"], "netlet");
    }

    #[test]
    fn logos_have_the_size_of_their_names() {
        for (name, content) in LOGOS.iter().filter(|(name, _)| name.ends_with(".png")) {
            let logo = image::load_from_memory(content).expect("a PNG");
            assert_eq!(*name, format!("logo-{}x{}.png", logo.width(), logo.height()));
        }
    }

    #[test]
    fn the_user_may_choose_the_folder() {
        assert_eq!(user_folder(Some("/data".into())), Some("/data".into()));
        assert_ne!(user_folder(Some("".into())), Some("".into()));
    }
}
