//! Making the kernel known to Jupyter: a folder with `kernel.json` and logos.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::{Value, json};

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

/// The name of the kernel where none is chosen.
pub const NAME: &str = "netlet";

/// Installs the kernelspec under `name`, in the place of an earlier one, and gives its folder. It
/// starts this very executable.
///
/// # Errors
/// When the name is none that Jupyter takes, or the place cannot be found or written.
pub fn install(place: &Place, name: &str) -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("cannot find netlet's own program")?;
    let folder = kernel_folder(place, name)?;
    for (name, content) in LOGOS {
        write_whole(&folder.join(name), content)?;
    }
    // Last, since it is what makes the folder a kernel.
    write_whole(&folder.join("kernel.json"), kernel_json(&program, name)?.as_bytes())?;
    Ok(folder)
}

/// Removes the kernelspec of that name, and gives the folder where it was.
///
/// # Errors
/// When there is none, it is another kernel's, or it cannot be removed.
pub fn uninstall(place: &Place, name: &str) -> anyhow::Result<PathBuf> {
    let folder = kernel_folder(place, name)?;
    let text = std::fs::read_to_string(folder.join("kernel.json"))
        .with_context(|| format!("there is no kernel in `{}`", folder.display()))?;
    let spec: Value = serde_json::from_str(&text).unwrap_or_default();
    anyhow::ensure!(
        spec["language"] == "netlet",
        "the kernel in `{}` is not one of Netlet; it stays",
        folder.display()
    );
    std::fs::remove_dir_all(&folder)
        .with_context(|| format!("cannot remove `{}`", folder.display()))?;
    Ok(folder)
}

fn kernel_folder(place: &Place, name: &str) -> anyhow::Result<PathBuf> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    anyhow::ensure!(
        name.chars().all(is_plain) && name.contains(|c: char| c.is_ascii_alphanumeric()),
        "`{name}` is no name of a kernel: it takes letters, digits, `-`, `_` and `.`"
    );
    Ok(data_folder(place)?.join("kernels").join(name))
}

fn kernel_json(program: &Path, name: &str) -> anyhow::Result<String> {
    let program = program.to_str().with_context(|| {
        format!("`{}` is no path that Jupyter can be told: it is not UTF-8", program.display())
    })?;
    let spec = json!({
        "argv": [program, "kernel", "{connection_file}"],
        "display_name": if name == NAME { "Netlet".to_owned() } else { format!("Netlet ({name})") },
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
    use super::*;

    #[test]
    fn an_installed_kernel_starts_this_program() {
        let prefix = tempfile::tempdir().expect("a folder");
        let place = Place::Prefix(prefix.path().into());
        let folder = install(&place, NAME).expect("an install");
        assert_eq!(install(&place, NAME).expect("another over it"), folder);
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
    fn a_kernel_is_uninstalled_by_its_name_and_others_stay() {
        let prefix = tempfile::tempdir().expect("a folder");
        let place = Place::Prefix(prefix.path().into());
        let lecture = install(&place, "netlet-lecture").expect("an install");
        let usual = install(&place, NAME).expect("an install");
        let text = std::fs::read_to_string(lecture.join("kernel.json")).expect("kernel.json");
        assert!(text.contains("Netlet (netlet-lecture)"), "{text}");
        assert_eq!(uninstall(&place, "netlet-lecture").expect("it is there"), lecture);
        assert!(!lecture.exists() && usual.exists());
        let error = uninstall(&place, "netlet-lecture").expect_err("it is gone");
        assert!(error.to_string().contains("there is no kernel in"), "{error}");
        std::fs::write(usual.join("kernel.json"), r#"{"language": "python"}"#).expect("a file");
        let error = uninstall(&place, NAME).expect_err("another's");
        assert!(error.to_string().contains("it stays") && usual.exists(), "{error}");
        for name in ["", "..", "a/b", "é"] {
            install(&place, name).expect_err(name);
        }
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
