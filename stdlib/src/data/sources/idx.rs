//! The idx format of MNIST and its kin: a big-endian header and one byte a value, gzipped or not.

use std::io::Read;

use netlet_dsl::messages::Failure;

use super::packed;

/// The first number of a file of pictures: bytes in three dimensions.
const IMAGES: u32 = 2051;
/// The first number of a file of labels: bytes in one dimension.
const LABELS: u32 = 2049;
/// The most bytes of a file that are read: no set of this format has a tenth of them.
const MOST: u64 = 1 << 32;

/// Pictures of one size.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Images {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) pixels: Vec<u8>,
}

/// Reads pictures from the content of the file called `name`.
pub(super) fn images(name: &str, content: impl Read) -> Result<Images, Failure> {
    let content = packed::unpack(name, content, MOST)?;
    let [count, rows, columns] = header(name, &content, IMAGES)?;
    let pixels = body(name, content, 16, &[count, rows, columns])?;
    Ok(Images { rows, columns, pixels })
}

/// Reads labels from the content of the file called `name`, each below `classes`.
pub(super) fn labels(
    name: &str,
    content: impl Read,
    classes: usize,
) -> Result<Vec<usize>, Failure> {
    let content = packed::unpack(name, content, MOST)?;
    let [count] = header(name, &content, LABELS)?;
    let labels = body(name, content, 8, &[count])?;
    if let Some(index) = labels.iter().position(|&label| usize::from(label) >= classes) {
        let label = labels[index];
        return Err(Failure::new(format!("`{name}` has a label out of range"))
            .note(format!("label {index} is {label}; there are {classes} classes, from 0")));
    }
    Ok(labels.into_iter().map(usize::from).collect())
}

/// The dimensions in a file's header, after its first number, which must be `magic`.
fn header<const N: usize>(name: &str, content: &[u8], magic: u32) -> Result<[usize; N], Failure> {
    let number = |index: usize| {
        let bytes = content.get(4 * index..4 * index + 4)?;
        Some(u32::from_be_bytes(bytes.try_into().ok()?))
    };
    let found = number(0).ok_or_else(|| too_short(name, content.len(), 4 * (N + 1)))?;
    if found != magic {
        return Err(wrong_magic(name, magic, found));
    }
    let mut dimensions = [0; N];
    for (index, dimension) in dimensions.iter_mut().enumerate() {
        let found = number(index + 1);
        *dimension = found.ok_or_else(|| too_short(name, content.len(), 4 * (N + 1)))? as usize;
    }
    Ok(dimensions)
}

/// The values after the header: exactly as many as its dimensions say.
fn body(
    name: &str,
    mut content: Vec<u8>,
    header: usize,
    dimensions: &[usize],
) -> Result<Vec<u8>, Failure> {
    content.drain(..header);
    let sizes: Vec<String> = dimensions.iter().map(usize::to_string).collect();
    let sizes = sizes.join("x");
    let expected = dimensions.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
    if expected == Some(content.len()) {
        return Ok(content);
    }
    let (problem, help) = match expected {
        Some(expected) if expected < content.len() => {
            ("has bytes left over", "is it another file?")
        }
        _ => ("is truncated", "fetch the file again"),
    };
    let expected = expected.map_or_else(|| "more than there can be".into(), |it| it.to_string());
    Err(Failure::new(format!("`{name}` {problem}"))
        .note(format!(
            "its header says {sizes}, which is {expected} bytes; found {} after the header",
            content.len()
        ))
        .help(help))
}

fn too_short(name: &str, found: usize, header: usize) -> Failure {
    Failure::new(format!("`{name}` is truncated"))
        .note(format!("expected a header of {header} bytes, found {found} bytes in all"))
        .help("fetch the file again")
}

fn wrong_magic(name: &str, expected: u32, found: u32) -> Failure {
    let what = match found {
        IMAGES => "this looks like a file of pictures",
        LABELS => "this looks like a file of labels",
        _ => "this is no idx file of pictures or labels",
    };
    Failure::new(format!("`{name}` has the wrong magic number"))
        .note(format!("expected {expected}, found {found}: {what}"))
        .help("check that the files were not renamed or mixed up")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn file(numbers: &[u32], body: &[u8]) -> Vec<u8> {
        let header = numbers.iter().flat_map(|number| number.to_be_bytes());
        header.chain(body.iter().copied()).collect()
    }

    fn gzipped(content: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).expect("a Vec takes all writes");
        encoder.finish().expect("a Vec takes all writes")
    }

    fn said(failure: Failure) -> String {
        [vec![failure.headline], failure.notes].concat().join("\n")
    }

    #[test]
    fn pictures_and_labels_are_read_packed_or_not() {
        let content = file(&[2051, 2, 1, 3], &[1, 2, 3, 4, 5, 6]);
        let expected = Images { rows: 1, columns: 3, pixels: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(images("a", &content[..]).expect("plain"), expected);
        assert_eq!(images("a", &gzipped(&content)[..]).expect("gzipped"), expected);
        assert_eq!(labels("b", &file(&[2049, 3], &[0, 9, 4])[..], 10).expect("labels"), [0, 9, 4]);
    }

    #[test]
    fn the_wrong_kind_of_file_is_named() {
        let swapped = images("a", &file(&[2049, 3], &[0, 9, 4])[..]).expect_err("labels");
        let swapped = said(swapped);
        assert!(swapped.contains("expected 2051, found 2049: this looks like a file of labels"));
        let other = said(labels("b", &b"hello world"[..], 10).expect_err("text"));
        assert!(other.contains("wrong magic number"), "{other}");
    }

    #[test]
    fn every_length_but_the_right_one_is_an_error() {
        let content = file(&[2051, 2, 1, 3], &[1, 2, 3, 4, 5, 6]);
        for end in 0..content.len() {
            let failure = said(images("a", &content[..end]).expect_err("cut short"));
            assert!(failure.contains("`a` is truncated"), "{failure}");
        }
        let long = [content, vec![7]].concat();
        let failure = said(images("a", &long[..]).expect_err("too long"));
        assert!(failure.contains("6 bytes; found 7"), "{failure}");
    }

    #[test]
    fn a_cut_gzip_file_is_an_error() {
        let packed = gzipped(&file(&[2051, 2, 1, 3], &[1, 2, 3, 4, 5, 6]));
        let failure = said(images("a", &packed[..packed.len() - 5]).expect_err("cut short"));
        assert!(failure.contains("cannot be unpacked"), "{failure}");
    }

    #[test]
    fn an_absurd_header_is_an_error_and_no_allocation() {
        let content = file(&[2051, u32::MAX, u32::MAX, u32::MAX], &[0]);
        let failure = said(images("a", &content[..]).expect_err("absurd"));
        assert!(failure.contains("truncated") && failure.contains("found 1 "), "{failure}");
    }

    #[test]
    fn a_label_out_of_range_is_named() {
        let failure =
            said(labels("b", &file(&[2049, 3], &[0, 10, 4])[..], 10).expect_err("10 of 10"));
        assert!(failure.contains("label 1 is 10"), "{failure}");
    }
}
