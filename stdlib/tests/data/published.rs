//! Published sets, from files written byte by byte.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use netlet_dsl::messages::Task;

use super::*;

fn header(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).and_then(|()| encoder.finish()).expect("a Vec takes all")
}

/// An MNIST of three and two pictures of 1x2.
fn mnist(folder: &Path) {
    let pictures = |count: u32, pixels: &[u8]| [&header(&[2051, count, 1, 2]), pixels].concat();
    let labels = |count: u32, labels: &[u8]| [&header(&[2049, count]), labels].concat();
    write(&folder.join("train-images-idx3-ubyte"), pictures(3, &[1, 2, 3, 4, 5, 6]));
    write(&folder.join("train-labels-idx1-ubyte.gz"), gzipped(&labels(3, &[9, 0, 4])));
    write(&folder.join("t10k-images-idx3-ubyte.gz"), gzipped(&pictures(2, &[7, 8, 9, 10])));
    write(&folder.join("t10k-labels-idx1-ubyte"), labels(2, &[4, 0]));
}

fn mnist_at(folder: &Path) -> DataPlan {
    plan(DataSource::Mnist { path: Some(folder.to_owned()) })
}

#[test]
fn idx_files_are_read_gzipped_or_not() {
    let folder = folder();
    mnist(folder.path());
    let data = data(&mnist_at(folder.path()));
    assert_eq!((&data.shape[..], data.task), (&[1, 1, 2][..], Task::Class));
    assert_eq!(classes(&data, Part::Train), [9, 0, 4]);
    assert_eq!(classes(&data, Part::Test), [4, 0]);
    assert_eq!(pixels(&data, Part::Train, 1), [3, 4]);
    assert_eq!(pixels(&data, Part::Test, 1), [9, 10]);
    let report = data.report("digits");
    assert_eq!((report.train, report.test, report.classes.len()), (3, 2, 10));
}

#[test]
fn an_idx_file_without_its_last_byte_is_an_error() {
    let folder = folder();
    mnist(folder.path());
    let path = folder.path().join("train-images-idx3-ubyte");
    let content = fs::read(&path).expect("a file");
    write(&path, &content[..content.len() - 1]);
    let said = said(&failure(&mnist_at(folder.path())));
    assert!(said.contains("train-images-idx3-ubyte` is truncated"), "{said}");
    assert!(said.contains("3x1x2, which is 6 bytes; found 5"), "{said}");
}

#[test]
fn a_missing_file_or_folder_is_named() {
    let folder = folder();
    mnist(folder.path());
    fs::remove_file(folder.path().join("t10k-labels-idx1-ubyte")).expect("a file");
    let missing = failure(&mnist_at(folder.path()));
    assert!(missing.headline.contains("t10k-labels-idx1-ubyte"), "{missing:?}");
    assert!(missing.headline.contains(&folder.path().display().to_string()), "{missing:?}");
    let nowhere = folder.path().join("none");
    let said = said(&failure(&mnist_at(&nowhere)));
    assert!(said.contains(&format!("looked for `{}`", nowhere.display())), "{said}");
    assert!(said.contains("download=yes") && said.contains("NETLET_DATA"), "{said}");
}

#[test]
fn the_sample_of_fashion_mnist_is_even_and_begins_as_the_whole_set_does() {
    let data = data(&plan(DataSource::FashionMnist { path: None }));
    assert_eq!((data.len(Part::Train), data.len(Part::Test)), (10_000, 2_000));
    for (part, each) in [(Part::Train, 1000), (Part::Test, 200)] {
        let mut counts = [0; 10];
        classes(&data, part).into_iter().for_each(|class| counts[class] += 1);
        assert_eq!(counts, [each; 10]);
    }
    // The published training set begins with an ankle boot, a T-shirt and another; the test set with
    // an ankle boot, a pullover and a pair of trousers.
    assert_eq!(classes(&data, Part::Train)[..3], [9, 0, 0]);
    assert_eq!(classes(&data, Part::Test)[..3], [9, 2, 1]);
    let first = pixels(&data, Part::Train, 0);
    assert_eq!(first.iter().map(|&pixel| u32::from(pixel)).sum::<u32>(), 76_247);
}

/// A record of CIFAR with planes of one value each.
fn record(labels: &[u8], planes: [u8; 3]) -> Vec<u8> {
    [labels, &planes.map(|value| [value; 1024]).concat()].concat()
}

#[test]
fn cifar_10_has_any_of_its_batches() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    write(&path("data_batch_2.bin"), [record(&[3], [1, 2, 3]), record(&[5], [4, 5, 6])].concat());
    write(&path("data_batch_5.bin.gz"), gzipped(&record(&[9], [7, 8, 9])));
    write(&path("test_batch.bin"), record(&[0], [10, 11, 12]));
    let source = DataSource::Cifar10 { path: Some(folder.path().to_owned()) };
    let set = data(&plan(source.clone()));
    assert_eq!((&set.shape[..], classes(&set, Part::Train)), (&[3, 32, 32][..], vec![3, 5, 9]));
    assert_eq!(set.classes[5], "dog");
    let pixels = pixels(&set, Part::Train, 2);
    assert_eq!([0, 1024, 3071].map(|place| pixels[place]), [7, 8, 9]);

    write(&path("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    let chosen = data(&DataPlan { only: vec!["f".into(), "a".into()], ..plan(source.clone()) });
    assert_eq!(
        (&chosen.classes[..], chosen.len(Part::Train)),
        (&["f", "a"].map(String::from)[..], 1)
    );
    assert_eq!((classes(&chosen, Part::Train), classes(&chosen, Part::Test)), (vec![0], vec![1]));

    write(&path("test_batch.bin"), &record(&[0], [10, 11, 12])[..3072]);
    let said = said(&failure(&plan(source)));
    assert!(said.contains("test_batch.bin` is truncated") && said.contains("3073"), "{said}");
}

#[test]
fn cifar_100_has_its_fine_classes() {
    let folder = folder();
    write(&folder.path().join("train.bin"), record(&[4, 72], [1, 2, 3]));
    write(&folder.path().join("test.bin"), record(&[19, 99], [4, 5, 6]));
    let source = DataSource::Cifar100 { path: Some(folder.path().to_owned()) };
    let set = data(&plan(source.clone()));
    assert_eq!((classes(&set, Part::Train), classes(&set, Part::Test)), (vec![72], vec![99]));
    assert_eq!((set.classes.len(), pixels(&set, Part::Test, 0)[1024]), (100, 5));
    write(&folder.path().join("test.bin"), record(&[4, 100], [1, 2, 3]));
    let said = said(&failure(&plan(source)));
    assert!(said.contains("out of range") && said.contains("label 0 is 100"), "{said}");
}

/// An element of a MATLAB file.
fn element(kind: u32, content: &[u8]) -> Vec<u8> {
    let mut element = [kind.to_le_bytes(), (content.len() as u32).to_le_bytes()].concat();
    element.extend(content);
    element.resize(element.len().next_multiple_of(8), 0);
    element
}

fn array(name: &str, shape: &[u32], values: &[u8]) -> Vec<u8> {
    let shape: Vec<u8> = shape.iter().flat_map(|size| size.to_le_bytes()).collect();
    // A short name lies within its tag: kind 1 and its length.
    let mut small =
        [&(1u32 | (name.len() as u32) << 16).to_le_bytes()[..], name.as_bytes()].concat();
    small.resize(8, 0);
    let flags = element(6, &[9, 0, 0, 0, 0, 0, 0, 0]);
    element(14, &[flags, element(5, &shape), small, element(2, values)].concat())
}

fn mat(elements: &[Vec<u8>], compressed: bool) -> Vec<u8> {
    let mut file = b"MATLAB 5.0 MAT-file".to_vec();
    file.resize(124, b' ');
    file.extend([0, 1, b'I', b'M']);
    for content in elements {
        if compressed {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            let packed = encoder.write_all(content).and_then(|()| encoder.finish());
            let packed = packed.expect("a Vec takes all");
            file.extend([15u32.to_le_bytes(), (packed.len() as u32).to_le_bytes()].concat());
            file.extend(packed);
        } else {
            file.extend(content);
        }
    }
    file
}

/// SVHN of two pictures, whose pixel is its row plus 32 times its channel plus 100 times its number.
fn svhn(labels: &[u8]) -> Vec<Vec<u8>> {
    let count = labels.len();
    let value = |place: usize| (place % 32 + place / 1024 % 3 * 32 + place / 3072 * 100) as u8;
    let values: Vec<u8> = (0..count * 3072).map(value).collect();
    vec![array("X", &[32, 32, 3, count as u32], &values), array("y", &[count as u32, 1], labels)]
}

#[test]
fn svhn_is_read_from_matlab_files() {
    for compressed in [false, true] {
        let folder = folder();
        write(&folder.path().join("train_32x32.mat"), mat(&svhn(&[1, 10]), compressed));
        write(&folder.path().join("test_32x32.mat"), mat(&svhn(&[9]), compressed));
        let source = DataSource::Svhn { path: Some(folder.path().to_owned()) };
        let set = data(&plan(source.clone()));
        assert_eq!((classes(&set, Part::Train), classes(&set, Part::Test)), (vec![1, 0], vec![9]));
        let pixels = pixels(&set, Part::Train, 1);
        // Channel 2, row 5: 100 + 64 + 5, in all its columns.
        assert_eq!(pixels[2 * 1024 + 5 * 32..][..32], [169; 32]);

        let whole = mat(&svhn(&[9]), compressed);
        for end in [0, 100, 130, 140, 200, whole.len() - 9] {
            write(&folder.path().join("test_32x32.mat"), &whole[..end]);
            let failure = failure(&plan(source.clone()));
            assert!(failure.headline.contains("test_32x32.mat"), "{failure:?}");
        }
        write(&folder.path().join("test_32x32.mat"), mat(&svhn(&[11]), compressed));
        let failure = read(&plan(source)).expect_err("a label of 11");
        assert!(failure.notes[0].contains("label 0 is 11"), "{failure:?}");
    }
}

#[test]
fn absurd_shapes_of_arrays_are_errors_and_no_allocations() {
    let folder = folder();
    let mut elements = svhn(&[9]);
    write(&folder.path().join("train_32x32.mat"), mat(&elements, true));
    for size in [1, 1 << 20, u32::MAX] {
        elements[0] = array("X", &[32, 32, 3, size], &[7; 64]);
        write(&folder.path().join("test_32x32.mat"), mat(&elements, true));
        failure(&plan(DataSource::Svhn { path: Some(folder.path().to_owned()) }));
    }
}

#[test]
fn no_change_of_a_matlab_file_makes_reading_panic() {
    let folder = folder();
    let source = DataSource::Svhn { path: Some(folder.path().to_owned()) };
    write(&folder.path().join("train_32x32.mat"), mat(&svhn(&[9]), false));
    let whole = mat(&svhn(&[1]), false);
    // The description of the arrays, byte by byte.
    for place in (124..200).chain(whole.len() - 80..whole.len()) {
        for value in [0, 1, 127, 128, 255] {
            let mut content = whole.clone();
            content[place] = value;
            write(&folder.path().join("test_32x32.mat"), content);
            // Whatever it is now, it is read or refused.
            let _ = Dataset::read(&plan(source.clone()), &mut Recorder::default());
        }
    }
}
