//! Where files of data sets lie.

use std::path::{Path, PathBuf};

use netlet_dsl::messages::Failure;

/// A set that is published under a name of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// As it is called.
    pub(super) title: &'static str,
    /// As the language calls it.
    pub(super) source: &'static str,
    /// What its folder may be called, the usual name first.
    pub(super) folders: &'static [&'static str],
}

/// The folder of all data sets, if there is one: `NETLET_DATA`.
fn base() -> Option<PathBuf> {
    std::env::var_os("NETLET_DATA").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Where files are fetched to where nothing else is said.
fn cache() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let netlet = set("NETLET_CACHE");
    let user = || {
        let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
        Some(caches?.join("netlet"))
    };
    Some(netlet.or_else(user)?.join("data"))
}

/// The places where a path of a program may lead to.
fn candidates(path: &Path) -> Vec<PathBuf> {
    let mut places = vec![path.to_owned()];
    if let (true, Some(base)) = (path.is_relative(), base()) {
        places.push(base.join(path));
        if let Ok(rest) = path.strip_prefix("data") {
            places.push(base.join(rest));
        }
    }
    places
}

/// A file or folder that a program names: there, or below `NETLET_DATA`.
///
/// # Errors
/// When there is none; the failure lists where it was looked for.
pub(super) fn existing(path: &Path) -> Result<PathBuf, Failure> {
    let places = candidates(path);
    if let Some(found) = places.iter().find(|place| place.exists()) {
        return Ok(found.clone());
    }
    let failure = Failure::new(format!("there is no file or folder `{}`", path.display()));
    let failure = looked(failure, &places);
    Err(failure.help("check the path, or set NETLET_DATA to the folder that it is in"))
}

/// The folder of a known set: the one that is named, or one of those where it may be.
///
/// # Errors
/// When there is none, or none has `needed`, one of its files; the failure lists where it was looked for.
pub(super) fn folder(
    known: &Known,
    path: Option<&Path>,
    holds: impl Fn(&Path) -> bool,
) -> Result<PathBuf, Failure> {
    let places = places(known, path);
    if let Some(found) = places.iter().find(|place| holds(place)) {
        return Ok(found.clone());
    }
    // What is missing of a folder that is there can be told by who reads it.
    if let Some(found) = places.iter().find(|place| path.is_some() && place.is_dir()) {
        return Ok(found.clone());
    }
    let failure = looked(Failure::new(format!("{} is not there", known.title)), &places);
    Err(failure.help(format!(
        "have it fetched with `{} download=yes`, name its folder, or set NETLET_DATA to the folder that \
         has it as `{}`",
        known.source, known.folders[0]
    )))
}

/// Where a known set is fetched to.
pub(super) fn destination(known: &Known, path: Option<&Path>) -> Result<PathBuf, Failure> {
    let named = path.map(|path| {
        let places = candidates(path);
        places.iter().find(|place| place.is_dir()).cloned().unwrap_or_else(|| path.to_owned())
    });
    let usual = || Some(base().or_else(cache)?.join(known.folders[0]));
    named.or_else(usual).ok_or_else(|| {
        Failure::new(format!("there is no place to keep {}", known.title))
            .help("name a folder, or set NETLET_DATA to one for all data sets")
    })
}

fn places(known: &Known, path: Option<&Path>) -> Vec<PathBuf> {
    match path {
        Some(path) => candidates(path),
        None => {
            let bases = [base(), cache()].into_iter().flatten();
            let below = |base: PathBuf| known.folders.iter().map(move |name| base.join(name));
            bases.flat_map(below).collect()
        }
    }
}

fn looked(failure: Failure, places: &[PathBuf]) -> Failure {
    let here = std::env::current_dir().unwrap_or_default();
    let note = |failure: Failure, place: &PathBuf| {
        let from = if place.is_relative() {
            format!(", seen from `{}`", here.display())
        } else {
            String::new()
        };
        failure.note(format!("looked for `{}`{from}", place.display()))
    };
    places.iter().fold(failure, note)
}
