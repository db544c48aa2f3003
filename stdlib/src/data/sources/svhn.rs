//! Street View House Numbers (Netzer et al., 2011), the cropped digits.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use netlet_dsl::messages::Failure;

use super::download::Remote;
use super::locate::Known;
use super::mat::{self, Array};
use super::mnist::DIGITS;
use super::published::{Labelled, Set, texts};
use crate::data::reading::{Reading, Stop};
use crate::data::store::Collection;

/// Rows and columns of a picture.
const SIDE: usize = 32;

const SVHN: Set = Set {
    known: Known { title: "Street View House Numbers", source: "svhn", folders: &["svhn", "SVHN"] },
    needed: &["train_32x32.mat", "test_32x32.mat"],
    remotes: &[
        Remote::file(
            "http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
            182_040_794,
            "e26dedcc434d2e4c54c9b2d4a06d8373",
        ),
        Remote::file(
            "http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
            64_275_384,
            "eb5a983be6a315427106f1b164d9cef3",
        ),
    ],
};

pub(super) fn svhn(
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let folder = SVHN.folder(path, download, reading)?;
    reading.begin("reading SVHN", "files", 2);
    let mut parts = [Labelled::default(), Labelled::default()];
    for (done, (part, name)) in (0..).zip(parts.iter_mut().zip(SVHN.needed)) {
        reading.progress(done)?;
        *part = read(&SVHN.file(&folder, name)?)?;
    }
    Ok(SVHN.collection(&folder, texts(&DIGITS), [3, SIDE, SIDE], parts))
}

/// The pictures `X` of a file, whose first dimension, the rows, runs fastest, and their digits `y`, of
/// which 10 stands for 0.
fn read(path: &Path) -> Result<Labelled, Failure> {
    let shown = path.display().to_string();
    let file = File::open(path)
        .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
    let arrays = mat::read(&shown, BufReader::new(file))?;
    let array = |name: &str| -> Result<&Array, Failure> {
        arrays.iter().find(|array| array.name == name).ok_or_else(|| {
            let found: Vec<String> =
                arrays.iter().map(|array| format!("`{}`", array.name)).collect();
            Failure::new(format!("`{shown}` has no array `{name}`"))
                .note(format!(
                    "it has {}",
                    if found.is_empty() { "none".into() } else { found.join(", ") }
                ))
                .help("expected the cropped digits of SVHN, `train_32x32.mat` or `test_32x32.mat`")
        })
    };
    let (pictures, digits) = (array("X")?, array("y")?);
    let count = digits.values.len();
    if count == 0 || pictures.shape != [SIDE, SIDE, 3, count] {
        return Err(Failure::new(format!("`{shown}` has arrays of other shapes than SVHN"))
            .note(format!("`X` is {:?}, `y` is {:?}", pictures.shape, digits.shape))
            .note("expected `X` of 32, 32, 3 and N, and `y` of N")
            .help("fetch the file again"));
    }
    let label = |(number, &digit): (usize, &u8)| match digit {
        1..=9 => Ok(usize::from(digit)),
        0 | 10 => Ok(0),
        _ => Err(Failure::new(format!("`{shown}` has a label out of range"))
            .note(format!("label {number} is {digit}; expected 1 to 10"))),
    };
    let labels = digits.values.iter().enumerate().map(label).collect::<Result<_, _>>()?;
    let mut pixels = Vec::with_capacity(pictures.values.len());
    for picture in pictures.values.chunks_exact(3 * SIDE * SIDE) {
        for plane in picture.chunks_exact(SIDE * SIDE) {
            for row in 0..SIDE {
                pixels.extend(plane.iter().skip(row).step_by(SIDE));
            }
        }
    }
    Ok(Labelled { pixels, labels })
}
