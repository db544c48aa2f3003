//! MNIST (LeCun, Cortes and Burges) and Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017).

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use netlet_dsl::messages::Failure;

use super::download::Remote;
use super::idx;
use super::locate::Known;
use super::published::{Labelled, Set, texts};
use crate::data::reading::{Reading, Stop};
use crate::data::store::Collection;

/// The class names of Fashion-MNIST, in the order of its label numbers.
const CLOTHES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

pub(super) const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const FILES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

/// The address is that of torchvision's mirror: the authors' own asks for a password by now.
const MNIST: Set = Set {
    known: Known { title: "MNIST", source: "mnist", folders: &["mnist", "MNIST"] },
    needed: &FILES,
    remotes: &[
        Remote::file(
            "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
            9_912_422,
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        ),
        Remote::file(
            "https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz",
            28_881,
            "d53e105ee54ea40749a09fcbcd1e9432",
        ),
        Remote::file(
            "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz",
            1_648_877,
            "9fb629c4189551a2d022fa330f9573f3",
        ),
        Remote::file(
            "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz",
            4_542,
            "ec29112dd5afa0611ce80d1b7f02629c",
        ),
    ],
};

const FASHION: Set = Set {
    known: Known {
        title: "Fashion-MNIST",
        source: "fashion_mnist",
        folders: &["fashion-mnist", "fashion_mnist", "FashionMNIST"],
    },
    needed: &FILES,
    remotes: &[
        Remote::file(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz",
            26_421_880,
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        ),
        Remote::file(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-labels-idx1-ubyte.gz",
            29_515,
            "25c81989df183df01b3e8a0aad5dffbe",
        ),
        Remote::file(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-images-idx3-ubyte.gz",
            4_422_102,
            "bef4ecab320f06d8554ea6380940ec79",
        ),
        Remote::file(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/t10k-labels-idx1-ubyte.gz",
            5_148,
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
    ],
};

/// Fashion-MNIST: the whole set where a folder is named or it is to be fetched, and otherwise the
/// sample that ships with the runtime.
pub(super) fn fashion(
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    if path.is_none() && !download {
        return Ok(fashion_sample()?);
    }
    from_folder(&FASHION, &CLOTHES, path, download, reading)
}

/// MNIST.
pub(super) fn digits(
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    from_folder(&MNIST, &DIGITS, path, download, reading)
}

fn fashion_sample() -> Result<Collection, Failure> {
    macro_rules! file {
        ($name:literal) => {
            ($name, &include_bytes!(concat!("../../../data/fashion-mnist-sample/", $name))[..])
        };
    }
    let train = part(file!("train-images-idx3-ubyte.gz"), file!("train-labels-idx1-ubyte.gz"), 10)?;
    let test = part(file!("t10k-images-idx3-ubyte.gz"), file!("t10k-labels-idx1-ubyte.gz"), 10)?;
    let shape = [1, train.1[0], train.1[1]];
    let parts = [train.0, test.0];
    let collection = FASHION.collection(Path::new(""), texts(&CLOTHES), shape, parts);
    Ok(Collection {
        title: "Fashion-MNIST, the sample that ships with Netlet".into(),
        ..collection
    })
}

fn from_folder(
    set: &Set,
    classes: &[&str],
    path: Option<&Path>,
    download: bool,
    reading: &mut Reading<'_>,
) -> Result<Collection, Stop> {
    let folder = set.folder(path, download, reading)?;
    let open = |name: &str| -> Result<(String, BufReader<File>), Failure> {
        let path = set.file(&folder, name)?;
        let shown = path.display().to_string();
        let file = File::open(path)
            .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
        Ok((shown, BufReader::new(file)))
    };
    let mut read = |images: &str, labels: &str| -> Result<(Labelled, [usize; 2]), Stop> {
        reading.progress(0)?;
        let ((images_name, images), (labels_name, labels)) = (open(images)?, open(labels)?);
        Ok(part((&images_name, images), (&labels_name, labels), classes.len())?)
    };
    let (train, size) = read(FILES[0], FILES[1])?;
    let (test, test_size) = read(FILES[2], FILES[3])?;
    if size != test_size {
        return Err(Failure::new("training and test pictures differ in size")
            .note(format!(
                "in `{}`, training {}x{}, test {}x{}",
                folder.display(),
                size[0],
                size[1],
                test_size[0],
                test_size[1]
            ))
            .help("check that the files were not mixed up")
            .into());
    }
    Ok(set.collection(&folder, texts(classes), [1, size[0], size[1]], [train, test]))
}

/// A part from its two files, each with its name, and the rows and columns of its pictures.
fn part<R: Read>(
    (images_name, images): (&str, R),
    (labels_name, labels): (&str, R),
    classes: usize,
) -> Result<(Labelled, [usize; 2]), Failure> {
    let images = idx::images(images_name, images)?;
    let labels = idx::labels(labels_name, labels, classes)?;
    let size = images.rows * images.columns;
    let count = images.pixels.len().checked_div(size).unwrap_or_default();
    if count != labels.len() || count == 0 {
        return Err(Failure::new("pictures and labels differ in number")
            .note(format!("`{images_name}` has {count} pictures"))
            .note(format!("`{labels_name}` has {} labels", labels.len()))
            .help("the two files must belong together, and hold something"));
    }
    Ok((Labelled { pixels: images.pixels, labels }, [images.rows, images.columns]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_differ_are_named() {
        let header = |numbers: &[u32]| -> Vec<u8> {
            numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
        };
        let images = [header(&[2051, 2, 1, 1]), vec![0, 0]].concat();
        let labels = [header(&[2049, 1]), vec![0]].concat();
        let failure = part(("i", &images[..]), ("l", &labels[..]), 10).err();
        let failure = failure.expect("two pictures, one label");
        assert_eq!(failure.notes, ["`i` has 2 pictures", "`l` has 1 labels"]);
    }
}
