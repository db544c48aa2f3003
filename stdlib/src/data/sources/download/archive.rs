//! Files out of an archive.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use netlet_dsl::messages::Failure;
use tar::{Archive, EntryType};

use super::cannot_write;
use crate::data::reading::{Reading, Stop};

/// The most bytes of a file in an archive.
const MOST: u64 = 1 << 32;

/// Takes the `members` out of a gzipped tar archive into a folder, whatever folder they are in there.
/// No other name is ever written, so that no path in the archive leads elsewhere.
///
/// # Errors
/// When the archive cannot be read or lacks a member, or when it was interrupted.
pub(super) fn unpack(
    path: &Path,
    members: &[&str],
    folder: &Path,
    reading: &mut Reading<'_>,
) -> Result<(), Stop> {
    let damaged = |error: &dyn std::fmt::Display| {
        Failure::new(format!("`{}` cannot be unpacked: {error}", path.display()))
            .help("remove it and fetch it again")
    };
    let file = File::open(path).map_err(|error| damaged(&error))?;
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(file)));
    reading.begin(&format!("unpacking {}", path.display()), "files", members.len() as u64);
    let mut done = Vec::new();
    for entry in archive.entries().map_err(|error| damaged(&error))? {
        reading.progress(done.len() as u64)?;
        let entry = entry.map_err(|error| damaged(&error))?;
        let found = entry.path().map_err(|error| damaged(&error))?;
        let name = found.file_name().and_then(|name| name.to_str());
        let member = members.iter().find(|&&member| Some(member) == name).copied();
        drop(found);
        let (Some(name), EntryType::Regular) = (member, entry.header().entry_type()) else {
            continue;
        };
        let part = folder.join(format!("{name}.part"));
        copy(entry, &part, reading).inspect_err(|_| {
            // Half a file is of no use.
            let _ = fs::remove_file(&part);
        })?;
        fs::rename(&part, folder.join(name)).map_err(|error| cannot_write(&part, &error))?;
        done.push(name);
    }
    match members.iter().find(|member| !done.contains(member)) {
        Some(missing) => Err(damaged(&format!("it has no `{missing}`")).into()),
        None => Ok(()),
    }
}

fn copy(entry: impl Read, to: &Path, reading: &mut Reading<'_>) -> Result<(), Stop> {
    let cannot = |error: io::Error| cannot_write(to, &error);
    let mut file = File::create(to).map_err(cannot)?;
    let mut entry = entry.take(MOST);
    let mut bytes = vec![0; 1 << 18];
    loop {
        reading.progress(0)?;
        let count = entry.read(&mut bytes).map_err(cannot)?;
        if count == 0 {
            file.flush().map_err(cannot)?;
            return Ok(());
        }
        file.write_all(&bytes[..count]).map_err(cannot)?;
    }
}
