//! Files that may be gzipped.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use netlet_dsl::messages::Failure;

/// The two bytes that every gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The file `name` of a folder, plain or with the ending `.gz`; `None` if it is not there.
pub(super) fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let paths = [folder.join(name), folder.join(format!("{name}.gz"))];
    paths.into_iter().find(|path| path.is_file())
}

/// Reads a file, unpacked, of at most `most` bytes and one more.
///
/// # Errors
/// When it cannot be read or unpacked.
pub(super) fn read(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let cannot = |error: io::Error| Failure::new(format!("cannot read `{shown}`: {error}"));
    let file = File::open(path).map_err(cannot)?;
    unpack(&shown.to_string(), BufReader::new(file), most)
}

/// Reads what may be gzipped, of the file called `name`: at most `most` bytes and one more.
///
/// # Errors
/// When it cannot be read or unpacked.
pub(super) fn unpack(name: &str, mut content: impl Read, most: u64) -> Result<Vec<u8>, Failure> {
    let mut unpacked = Vec::new();
    let cannot = |error: io::Error| Failure::new(format!("cannot read `{name}`: {error}"));
    let mut start = [0; 2];
    let found = read_up_to(&mut content, &mut start).map_err(cannot)?;
    let content = (&start[..found]).chain(content);
    if start != GZIP {
        content.take(most + 1).read_to_end(&mut unpacked).map_err(cannot)?;
        return Ok(unpacked);
    }
    match MultiGzDecoder::new(content).take(most + 1).read_to_end(&mut unpacked) {
        Ok(_) => Ok(unpacked),
        Err(error) => Err(Failure::new(format!("`{name}` cannot be unpacked: {error}"))
            .note(format!("{} bytes of it could be", unpacked.len()))
            .help("the file is damaged or cut short: fetch it again")),
    }
}

fn read_up_to(content: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut found = 0;
    while found < buffer.len() {
        match content.read(&mut buffer[found..]) {
            Ok(0) => break,
            Ok(count) => found += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}
