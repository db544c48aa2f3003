//! Folders of files.

use std::fs;
use std::path::{Path, PathBuf};

use netlet_dsl::messages::Failure;

use crate::data::picture_file;
use crate::data::pool::each;
use crate::data::reading::{Reading, Stop};

/// Names of folders with the test part, the first that is there being taken.
pub(super) const TEST_FOLDERS: [&str; 4] = ["valid", "val", "validation", "test"];
/// Endings of pictures of kinds that cannot be read.
const OTHER_PICTURES: [&str; 6] = ["gif", "bmp", "tif", "tiff", "webp", "ppm"];
/// The most bytes of a text file.
const MOST_TEXT: u64 = 1 << 28;

/// What a folder holds, sorted by name, without hidden files.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("cannot read the folder `{}`: {error}", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if !name(&path).starts_with('.') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The folders in a folder, sorted by name.
pub(super) fn folders(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    Ok(entries(folder)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The picture files in a folder, sorted by name. Pictures of other kinds than can be read are bad
/// files; files that are none are passed over.
pub(super) fn pictures(folder: &Path, reading: &mut Reading<'_>) -> Result<Vec<PathBuf>, Failure> {
    let mut pictures = Vec::new();
    for path in entries(folder)?.into_iter().filter(|path| path.is_file()) {
        let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase());
        if picture_file::is_picture(&path) {
            pictures.push(path);
        } else if ending.is_some_and(|ending| OTHER_PICTURES.contains(&ending.as_str())) {
            let failure =
                Failure::new(format!("`{}` is of a kind that cannot be read", path.display()));
            reading.bad(failure.note("PNG and JPEG pictures can be read"))?;
        }
    }
    Ok(pictures)
}

/// A file's or folder's name.
pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A text file.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read `{}`: {error}", path.display()))
    };
    let size = fs::metadata(path).map_err(|error| cannot(&error))?.len();
    if size > MOST_TEXT {
        return Err(cannot(&format!("it has {size} bytes")));
    }
    fs::read_to_string(path).map_err(|error| cannot(&error))
}

/// The class names in `labels.txt`, a line each, of the first folder that has such a file.
pub(super) fn class_names(folders: &[&Path]) -> Result<Option<Vec<String>>, Failure> {
    let paths = folders.iter().map(|folder| folder.join("labels.txt"));
    let Some(path) = paths.into_iter().find(|path| path.is_file()) else { return Ok(None) };
    let text = text(&path)?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(Some(lines.map(str::to_owned).collect()))
}

/// Rows and columns of each picture; `None` of those that are left out. If bad files are left out, each
/// is decoded, so that all of them are found.
pub(super) fn sizes(
    files: &[PathBuf],
    reading: &mut Reading<'_>,
) -> Result<Vec<Option<[usize; 2]>>, Stop> {
    let thorough = reading.skips();
    let look = |index: usize| {
        let path: &Path = &files[index];
        if thorough {
            Ok(picture_file::decode(path)?.size())
        } else {
            picture_file::look_over(path)
        }
    };
    let results = each(files.len(), reading, ["looking at pictures", "pictures"], look)?;
    Ok(reading.good(results)?)
}
