//! Fetching published files.
//!
//! A file grows under a name with the ending `.part`, so that it can go on where it was cut off, and
//! gets its own name when it is whole and has the sum that was published.

mod archive;
#[cfg(test)]
mod tests;
mod transfer;

use std::fs;
use std::io;
use std::path::Path;

use netlet_dsl::messages::Failure;

use super::locate::Known;
use crate::data::reading::{Reading, Stop};

/// A published file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Remote {
    /// Its address.
    url: &'static str,
    /// Its size in bytes.
    size: u64,
    /// Its MD5 sum, which is what publishers of these sets give; it tells damage, not forgery.
    md5: &'static str,
    /// Of an archive, the files in it that are wanted.
    members: &'static [&'static str],
}

impl Remote {
    /// A file that is kept as it is.
    pub(super) const fn file(url: &'static str, size: u64, md5: &'static str) -> Self {
        Self { url, size, md5, members: &[] }
    }

    /// A gzipped tar archive, of which some files are kept.
    pub(super) const fn archive(
        url: &'static str,
        size: u64,
        md5: &'static str,
        members: &'static [&'static str],
    ) -> Self {
        Self { url, size, md5, members }
    }

    /// Its name without its folders.
    fn name(&self) -> &'static str {
        self.url.rsplit('/').next().unwrap_or(self.url)
    }

    /// Where it is fetched from: below `NETLET_MIRROR`, in a folder for each set, if there is one.
    fn address(&self, known: &Known) -> String {
        match std::env::var("NETLET_MIRROR") {
            Ok(mirror) if !mirror.is_empty() => {
                let mirror = mirror.trim_end_matches('/');
                format!("{mirror}/{}/{}", known.folders[0], self.name())
            }
            _ => self.url.to_owned(),
        }
    }
}

/// Fetches the files that are missing in a folder.
///
/// # Errors
/// When one cannot be fetched whole, or was interrupted; what has come of it stays for the next try.
pub(super) fn fetch(
    known: &Known,
    remotes: &[Remote],
    folder: &Path,
    reading: &mut Reading<'_>,
) -> Result<(), Stop> {
    fs::create_dir_all(folder).map_err(|error| cannot_write(folder, &error))?;
    for remote in remotes {
        let path = folder.join(remote.name());
        let wanted = if remote.members.is_empty() { &[remote.name()][..] } else { remote.members };
        if wanted.iter().all(|name| folder.join(name).is_file()) {
            continue;
        }
        if !path.is_file() {
            transfer::transfer(remote, &remote.address(known), &path, reading)?;
        }
        if !remote.members.is_empty() {
            archive::unpack(&path, remote.members, folder, reading)?;
            fs::remove_file(&path).map_err(|error| cannot_write(&path, &error))?;
        }
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("cannot write `{}`: {error}", path.display()))
        .help("name another folder, or set NETLET_DATA to one that can be written")
}
