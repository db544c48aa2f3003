//! MNIST (LeCun, Cortes and Burges) and Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017).

use std::fs;
use std::path::Path;

use netlet_dsl::messages::{Failure, Task};

use super::idx;
use crate::data::Target;
use crate::data::store::{Answers, Collection, Inputs, Store};

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
pub(super) fn fashion_sample() -> Result<Collection, Failure> {
    macro_rules! file {
        ($name:literal) => {
            (
                $name.to_owned(),
                include_bytes!(concat!("../../../data/fashion-mnist-sample/", $name)).to_vec(),
            )
        };
    }
    let train = [file!("train-images-idx3-ubyte.gz"), file!("train-labels-idx1-ubyte.gz")];
    let test = [file!("t10k-images-idx3-ubyte.gz"), file!("t10k-labels-idx1-ubyte.gz")];
    dataset("Fashion-MNIST, the sample that ships with Netlet".into(), &CLOTHES, train, test)
}

/// The whole of Fashion-MNIST, from a folder.
pub(super) fn fashion(folder: &Path) -> Result<Collection, Failure> {
    from_folder("Fashion-MNIST", &CLOTHES, folder)
}

/// MNIST, from a folder.
pub(super) fn digits(folder: &Path) -> Result<Collection, Failure> {
    from_folder("MNIST", &DIGITS, folder)
}

fn from_folder(title: &str, classes: &[&str], folder: &Path) -> Result<Collection, Failure> {
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
) -> Result<Collection, Failure> {
    let (mut train, size) = samples(train, classes.len())?;
    let (test, test_size) = samples(test, classes.len())?;
    if size != test_size {
        return Err(Failure::new("training and test pictures differ in size").note(format!(
            "training {}x{}, test {}x{}",
            size[0], size[1], test_size[0], test_size[1]
        )));
    }
    let split = train.labels.len();
    train.pixels.extend(test.pixels);
    train.labels.extend(test.labels);
    let count = train.labels.len();
    Ok(Collection {
        title: source,
        task: Task::Class,
        classes: classes.iter().map(ToString::to_string).collect(),
        palette: Vec::new(),
        store: Store {
            inputs: Inputs::Pictures { shape: [1, size[0], size[1]], pixels: train.pixels },
            answers: Answers::Given(train.labels.into_iter().map(Target::Class).collect()),
        },
        train: (0..split).collect(),
        test: Some((split..count).collect()),
    })
}

/// The pictures of a part, and the class of each.
struct Samples {
    pixels: Vec<u8>,
    labels: Vec<usize>,
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
    Ok((Samples { pixels: images.pixels, labels }, [images.rows, images.columns]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_even_and_begins_as_the_whole_set_does() {
        let Collection { store, train, test, .. } = fashion_sample().expect("the sample");
        let (Inputs::Pictures { shape, pixels }, Answers::Given(targets)) =
            (store.inputs, store.answers)
        else {
            panic!("no pictures with classes");
        };
        let test = test.expect("a test part");
        assert_eq!((shape, train.len(), test.len()), ([1, 28, 28], 10_000, 2_000));
        let class = |&item: &usize| match targets[item] {
            Target::Class(class) => class,
            ref other => panic!("{other:?}"),
        };
        for (part, each) in [(&train, 1000), (&test, 200)] {
            let mut counts = [0; 10];
            part.iter().for_each(|item| counts[class(item)] += 1);
            assert_eq!(counts, [each; 10]);
        }
        // The published training set begins with an ankle boot, a T-shirt and another; the test set with
        // an ankle boot, a pullover and a pair of trousers.
        let firsts = |part: &[usize]| part.iter().take(3).map(class).collect::<Vec<_>>();
        assert_eq!(firsts(&train), [9, 0, 0]);
        assert_eq!(firsts(&test), [9, 2, 1]);
        assert_eq!(pixels[..784].iter().map(|&pixel| u32::from(pixel)).sum::<u32>(), 76_247);
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
        let failure = samples(files, 10).err().expect("two pictures, one label");
        assert_eq!(failure.notes, ["`i` has 2 pictures", "`l` has 1 labels"]);
    }
}
