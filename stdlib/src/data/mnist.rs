//! MNIST (LeCun, Cortes and Burges) and Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017).

use std::fs;
use std::path::Path;

use netlet_dsl::messages::Failure;

use super::{Dataset, Samples, idx};

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

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// A file's name without its folder, and its content.
type File = (String, Vec<u8>);

/// The sample that ships with the runtime.
pub(super) fn fashion_sample() -> Result<Dataset, Failure> {
    macro_rules! file {
        ($name:literal) => {
            (
                $name.to_owned(),
                include_bytes!(concat!("../../data/fashion-mnist-sample/", $name)).to_vec(),
            )
        };
    }
    let train = [file!("train-images-idx3-ubyte.gz"), file!("train-labels-idx1-ubyte.gz")];
    let test = [file!("t10k-images-idx3-ubyte.gz"), file!("t10k-labels-idx1-ubyte.gz")];
    dataset("Fashion-MNIST, the sample that ships with Netlet".into(), &CLOTHES, train, test)
}

/// The whole of Fashion-MNIST, from a folder.
pub(super) fn fashion(folder: &Path) -> Result<Dataset, Failure> {
    from_folder("Fashion-MNIST", &CLOTHES, folder)
}

/// MNIST, from a folder.
pub(super) fn digits(folder: &Path) -> Result<Dataset, Failure> {
    from_folder("MNIST", &DIGITS, folder)
}

fn from_folder(title: &str, classes: &[&str], folder: &Path) -> Result<Dataset, Failure> {
    let part = |part: &str| -> Result<[File; 2], Failure> {
        Ok([
            find(folder, &format!("{part}-images-idx3-ubyte"))?,
            find(folder, &format!("{part}-labels-idx1-ubyte"))?,
        ])
    };
    let source = format!("{title} from `{}`", folder.display());
    dataset(source, classes, part("train")?, part("t10k")?)
}

/// Reads a file of `folder` that is there as `name`, or gzipped.
fn find(folder: &Path, name: &str) -> Result<File, Failure> {
    for name in [name.to_owned(), format!("{name}.gz")] {
        let path = folder.join(&name);
        match fs::read(&path) {
            Ok(content) => return Ok((path.display().to_string(), content)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::new(format!("cannot read `{}`: {error}", path.display())));
            }
        }
    }
    let failure = Failure::new(format!("there is no `{name}` in `{}`", folder.display()))
        .note("nor is it there with the ending `.gz`");
    Err(if folder.is_dir() {
        failure.help("the folder must hold the four idx files of the set")
    } else {
        let here = std::env::current_dir().unwrap_or_default();
        failure
            .note(format!("there is no such folder, seen from `{}`", here.display()))
            .help("check the path")
    })
}

fn dataset(
    source: String,
    classes: &[&str],
    train: [File; 2],
    test: [File; 2],
) -> Result<Dataset, Failure> {
    let (train, size) = samples(train, classes.len())?;
    let (test, test_size) = samples(test, classes.len())?;
    if size != test_size {
        return Err(Failure::new("training and test pictures differ in size").note(format!(
            "training {}x{}, test {}x{}",
            size[0], size[1], test_size[0], test_size[1]
        )));
    }
    let classes = classes.iter().map(ToString::to_string).collect();
    Ok(Dataset { source, shape: [1, size[0], size[1]], classes, train, test })
}

fn samples(
    [(images_name, images), (labels_name, labels)]: [File; 2],
    classes: usize,
) -> Result<(Samples, [usize; 2]), Failure> {
    let images = idx::images(&images_name, &images)?;
    let labels = idx::labels(&labels_name, &labels, classes)?;
    let size = images.rows * images.columns;
    let count = images.pixels.len().checked_div(size).unwrap_or_default();
    if count != labels.len() || count == 0 {
        return Err(Failure::new("pictures and labels differ in number")
            .note(format!("`{images_name}` has {count} pictures"))
            .note(format!("`{labels_name}` has {} labels", labels.len()))
            .help("the two files must belong together, and hold something"));
    }
    Ok((Samples::new(images.pixels, labels), [images.rows, images.columns]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_even_and_begins_as_the_whole_set_does() {
        let data = fashion_sample().expect("the sample");
        assert_eq!((data.shape, data.train.len(), data.test.len()), ([1, 28, 28], 10_000, 2_000));
        for (part, each) in [(&data.train, 1000), (&data.test, 200)] {
            let mut counts = [0; 10];
            (0..part.len()).for_each(|index| counts[part.label(index)] += 1);
            assert_eq!(counts, [each; 10]);
        }
        // The published training set begins with an ankle boot, a T-shirt and another; the test set with
        // an ankle boot, a pullover and a pair of trousers.
        let firsts = |part: &Samples| [0, 1, 2].map(|index| part.label(index));
        assert_eq!(firsts(&data.train), [9, 0, 0]);
        assert_eq!(firsts(&data.test), [9, 2, 1]);
        assert_eq!(
            data.train.picture(0).iter().map(|&pixel| u32::from(pixel)).sum::<u32>(),
            76_247
        );
    }

    #[test]
    fn a_missing_file_is_named_with_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let failure = digits(folder.path()).expect_err("an empty folder");
        assert!(failure.headline.contains("train-images-idx3-ubyte"), "{failure:?}");
        assert!(failure.headline.contains(&folder.path().display().to_string()), "{failure:?}");
        let failure = digits(&folder.path().join("none")).expect_err("no folder");
        assert!(failure.notes.iter().any(|note| note.contains("no such folder")), "{failure:?}");
    }

    #[test]
    fn counts_that_differ_are_named() {
        let header = |numbers: &[u32]| -> Vec<u8> {
            numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
        };
        let images = [header(&[2051, 2, 1, 1]), vec![0, 0]].concat();
        let labels = [header(&[2049, 1]), vec![0]].concat();
        let files = [("i".to_owned(), images), ("l".to_owned(), labels)];
        let failure = samples(files, 10).expect_err("two pictures, one label");
        assert_eq!(failure.notes, ["`i` has 2 pictures", "`l` has 1 labels"]);
    }
}
