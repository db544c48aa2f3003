//! CIFAR-10 and CIFAR-100 (Krizhevsky, 2009), in the binary version: records of labels and of a
//! picture of 32x32, channels first.

use std::path::Path;

use netlet_dsl::messages::Failure;

use super::download::Remote;
use super::locate::Known;
use super::packed;
use super::published::{Labelled, Set, texts};
use crate::data::reading::{Reading, Stop};
use crate::data::store::Collection;

/// The bytes of a picture.
const PICTURE: usize = 3 * 32 * 32;
/// The most bytes of a file: a hundred thousand pictures.
const MOST: u64 = 100_000 * (PICTURE as u64 + 2);

const THINGS: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

const CIFAR_10: Set = Set {
    known: Known {
        title: "CIFAR-10",
        source: "cifar10",
        folders: &[
            "cifar10",
            "cifar-10",
            "cifar-10-batches-bin",
            "cifar10/cifar-10-batches-bin",
            "cifar-10/cifar-10-batches-bin",
        ],
    },
    needed: &["data_batch_1.bin", "test_batch.bin"],
    remotes: &[Remote::archive(
        "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
        170_052_171,
        "c32a1d4ab5d03f1284b67883e8d87530",
        &[
            "data_batch_1.bin",
            "data_batch_2.bin",
            "data_batch_3.bin",
            "data_batch_4.bin",
            "data_batch_5.bin",
            "test_batch.bin",
            "batches.meta.txt",
        ],
    )],
};

const CIFAR_100: Set = Set {
    known: Known {
        title: "CIFAR-100",
        source: "cifar100",
        folders: &[
            "cifar100",
            "cifar-100",
            "cifar-100-binary",
            "cifar100/cifar-100-binary",
            "cifar-100/cifar-100-binary",
        ],
    },
    needed: &["train.bin", "test.bin"],
    remotes: &[Remote::archive(
        "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
        168_513_733,
        "03b5dce01913d631647c71ecec9e9cb8",
        &["train.bin", "test.bin", "fine_label_names.txt", "coarse_label_names.txt"],
    )],
};

/// CIFAR-10: any of the training batches, and the test batch.
pub(super) fn cifar10(
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let folder = CIFAR_10.folder(path, download, reading)?;
    let mut train = Labelled::default();
    let names: Vec<String> = (1..=5).map(|number| format!("data_batch_{number}.bin")).collect();
    let batches: Vec<_> = names.iter().filter_map(|name| packed::find(&folder, name)).collect();
    if batches.is_empty() {
        CIFAR_10.file(&folder, &names[0])?;
    }
    reading.begin("reading CIFAR-10", "files", batches.len() as u64 + 1);
    for (done, batch) in (0..).zip(&batches) {
        reading.progress(done)?;
        read_into(&mut train, batch, 1, 10)?;
    }
    let mut test = Labelled::default();
    read_into(&mut test, &CIFAR_10.file(&folder, "test_batch.bin")?, 1, 10)?;
    let names = class_names(&folder.join("batches.meta.txt"), 10)?;
    let names = names.unwrap_or_else(|| texts(&THINGS));
    Ok(CIFAR_10.collection(&folder, names, [3, 32, 32], [train, test]))
}

/// CIFAR-100, with its fine classes.
pub(super) fn cifar100(
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let folder = CIFAR_100.folder(path, download, reading)?;
    let mut parts = [Labelled::default(), Labelled::default()];
    reading.begin("reading CIFAR-100", "files", 2);
    for (done, (part, name)) in (0..).zip(parts.iter_mut().zip(CIFAR_100.needed)) {
        reading.progress(done)?;
        read_into(part, &CIFAR_100.file(&folder, name)?, 2, 100)?;
    }
    let names = class_names(&folder.join("fine_label_names.txt"), 100)?;
    let names = names.unwrap_or_else(|| (0..100).map(|class| class.to_string()).collect());
    Ok(CIFAR_100.collection(&folder, names, [3, 32, 32], parts))
}

/// Adds the records of a file, each with `labels` bytes of labels, the last of which is the class.
fn read_into(
    part: &mut Labelled,
    path: &Path,
    labels: usize,
    classes: usize,
) -> Result<(), Failure> {
    let content = packed::read(path, MOST)?;
    let (shown, record) = (path.display(), labels + PICTURE);
    if content.is_empty() || !content.len().is_multiple_of(record) {
        return Err(Failure::new(format!(
            "`{shown}` is truncated, or no file of CIFAR's binary version"
        ))
        .note(format!(
            "expected records of {record} bytes, found {} bytes: {} records and {} bytes",
            content.len(),
            content.len() / record,
            content.len() % record
        ))
        .help("fetch the file again"));
    }
    for (number, record) in content.chunks_exact(record).enumerate() {
        let class = usize::from(record[labels - 1]);
        if class >= classes {
            return Err(Failure::new(format!("`{shown}` has a label out of range"))
                .note(format!("label {number} is {class}; there are {classes} classes, from 0"))
                .help("fetch the file again"));
        }
        part.labels.push(class);
        part.pixels.extend_from_slice(&record[labels..]);
    }
    Ok(())
}

/// The names in a file, a line each, if it is there.
fn class_names(path: &Path, count: usize) -> Result<Option<Vec<String>>, Failure> {
    if !path.is_file() {
        return Ok(None);
    }
    let content = packed::read(path, 1 << 20)?;
    let text = String::from_utf8_lossy(&content);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<String> = lines.map(str::to_owned).collect();
    if names.len() == count {
        return Ok(Some(names));
    }
    Err(Failure::new(format!("`{}` names {} classes", path.display(), names.len()))
        .note(format!("expected {count}, a line each"))
        .help("fetch the file again, or remove it"))
}
