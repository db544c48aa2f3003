//! Writing files whole or not at all.

use std::io::{self, Write as _};
use std::path::Path;

/// Writes a file by way of a temporary one beside it, so that nobody ever sees half of it. Its
/// folder is made first.
///
/// # Errors
/// When the folder or the file cannot be written; the message names the file.
pub fn write_whole(path: &Path, content: &[u8]) -> io::Result<()> {
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".netlet-");
        // A temporary file is its owner's alone unless told otherwise; the umask still counts.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(content)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| {
        io::Error::new(error.kind(), format!("cannot write `{}`: {error}", path.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_replaces_another_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/file");
        write_whole(&path, b"one").expect("a new file");
        write_whole(&path, b"two").expect("the same file");
        assert_eq!(std::fs::read(&path).expect("the file"), b"two");
        assert_eq!(std::fs::read_dir(folder.path().join("new")).expect("a folder").count(), 1);
    }

    #[test]
    fn the_error_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("file"), "").expect("a file");
        let path = folder.path().join("file/below");
        let error = write_whole(&path, b"").expect_err("a file is no folder");
        assert!(error.to_string().contains("file/below"), "{error}");
    }
}
