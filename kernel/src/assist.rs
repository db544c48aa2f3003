//! What the language's completion cannot know by itself: the files that a string may go on to.

use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use netlet_dsl::assist::Purpose;

/// The most files that are offered.
const MOST: usize = 200;

/// The paths that the beginning of one goes on to, in the working folder, and for data in that of
/// `NETLET_DATA` too. Folders end in a `/`.
pub fn files(typed: &str, purpose: Purpose) -> Vec<String> {
    let data = std::env::var_os("NETLET_DATA").filter(|path| !path.is_empty()).map(PathBuf::from);
    let data = data.filter(|_| purpose == Purpose::Data && Path::new(typed).is_relative());
    let folders = std::iter::once(PathBuf::from(".")).chain(data);
    let mut paths = folders.flat_map(|folder| files_in(&folder, typed)).collect::<Vec<_>>();
    paths.sort();
    paths.dedup();
    paths.truncate(MOST);
    paths
}

/// The same in one folder. What cannot be read offers nothing.
fn files_in(folder: &Path, typed: &str) -> Vec<String> {
    let (inside, name) = typed.rsplit_once('/').map_or(("", typed), |(inside, name)| {
        // The root is the only folder whose name is its `/`.
        (&typed[..=inside.len()], name)
    });
    let Ok(entries) = std::fs::read_dir(folder.join(inside)) else { return Vec::new() };
    let path = |entry: DirEntry| {
        let found = entry.file_name().into_string().ok()?;
        let is_hidden = found.starts_with('.') && !name.starts_with('.');
        // A string of the language has no quotes and no newlines in it.
        let is_wanted = found.starts_with(name) && !is_hidden && !found.contains(['"', '\n']);
        let end = if entry.path().is_dir() { "/" } else { "" };
        is_wanted.then(|| format!("{inside}{found}{end}"))
    };
    entries.filter_map(Result::ok).filter_map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_on_from_what_is_typed() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in ["cats/tabby", "cats/.hidden", "cars"] {
            std::fs::create_dir_all(folder.path().join(path)).expect("a folder");
        }
        std::fs::write(folder.path().join("cats/tom.png"), "").expect("a file");
        let found = |typed: &str| {
            let mut found = files_in(folder.path(), typed);
            found.sort();
            found
        };
        assert_eq!(found("ca"), ["cars/", "cats/"]);
        assert_eq!(found("cats/"), ["cats/tabby/", "cats/tom.png"]);
        assert_eq!(found("cats/."), ["cats/.hidden/"]);
        assert_eq!(found("dogs/"), [""; 0]);
    }

    #[test]
    fn whole_paths_are_followed_too() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("net.pth"), "").expect("a file");
        let typed = format!("{}/n", folder.path().display());
        assert_eq!(files(&typed, Purpose::File), [format!("{typed}et.pth")]);
    }
}
