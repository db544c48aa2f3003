//! The list of a built runtime's files, by which one that lost some is told from a whole one.

use std::fs;
use std::io;
use std::path::Path;

/// The list's own name: a file and its size in bytes on each line.
const LIST: &str = "files.txt";

/// Writes the list of the files that `folder` has.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let size = entry.metadata()?.len();
        lines.push(format!("{size} {}\n", entry.file_name().to_string_lossy()));
    }
    lines.sort();
    fs::write(folder.join(LIST), lines.concat())
}

/// The first thing that is wrong with a folder, if any.
pub(super) fn flaw(folder: &Path) -> Option<String> {
    let Ok(list) = fs::read_to_string(folder.join(LIST)) else {
        return Some(format!("`{LIST}` is missing"));
    };
    list.lines().find_map(|line| {
        let (size, name) = line.split_once(' ')?;
        match fs::metadata(folder.join(name)) {
            Ok(found) if found.len().to_string() == size => None,
            Ok(found) => Some(format!("`{name}` has {} bytes instead of {size}", found.len())),
            Err(error) => Some(format!("`{name}`: {error}")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_or_cut_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        for name in ["liba.rlib", "libnetlet.so"] {
            fs::write(folder.join(name), "content").expect("a file");
        }
        assert!(flaw(folder).expect("no list yet").contains("files.txt"));
        write(folder).expect("a list");
        assert_eq!(flaw(folder), None);
        fs::write(folder.join("liba.rlib"), "con").expect("a file");
        let cut = "`liba.rlib` has 3 bytes instead of 7";
        assert_eq!(flaw(folder).as_deref(), Some(cut));
        fs::remove_file(folder.join("liba.rlib")).expect("a file to remove");
        assert!(flaw(folder).expect("a file is missing").starts_with("`liba.rlib`: "));
    }
}
