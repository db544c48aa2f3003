//! MATLAB's files of version 5: the subset of them that holds arrays of bytes.
//!
//! A file is a header of 128 bytes and elements, each a kind, a size and content, which may be
//! compressed elements. The format is described in "MAT-File Format" (The MathWorks).

use std::io::{self, Read};

use flate2::read::ZlibDecoder;
use netlet_dsl::messages::Failure;

/// Kinds of elements.
const BYTES: u32 = 2;
const DOUBLES: u32 = 9;
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
/// The classes of arrays of numbers: doubles and singles, and whole numbers up to 32 bits.
const CLASSES: std::ops::RangeInclusive<u8> = 6..=13;
/// The most values of an array: the extra pictures of SVHN have 1.6 thousand millions.
const MOST: usize = 1 << 31;
/// The most dimensions, and the longest name.
const SHORT: usize = 64;

/// An array whose values are whole numbers from 0 to 255, the first dimension running fastest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Array {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<u8>,
}

/// What was read, or what is wrong, in words.
type Found<T> = Result<T, String>;

/// Reads the arrays of a file called `name`; other elements are passed over.
///
/// # Errors
/// When it is no such file, is cut short, or has an array of other numbers.
pub(super) fn read(name: &str, mut file: impl Read) -> Result<Vec<Array>, Failure> {
    arrays(&mut file).map_err(|problem| {
        Failure::new(format!("`{name}` cannot be read: {problem}"))
            .note("expected a whole MATLAB file of version 5 with arrays of bytes")
            .help("fetch the file again")
    })
}

fn arrays(file: &mut dyn Read) -> Found<Vec<Array>> {
    let mut header = [0; 128];
    file.read_exact(&mut header).map_err(|_| "it is cut short within its header".to_owned())?;
    if &header[126..] != b"IM" {
        return Err("it is no little-endian MATLAB file of version 5".into());
    }
    let mut arrays = Vec::new();
    while let Some((kind, size)) = next_tag(file)? {
        let mut content = file.take(u64::from(size));
        let array = match kind {
            MATRIX => matrix(&mut content)?,
            COMPRESSED => {
                let mut unpacked = ZlibDecoder::new(&mut content);
                match tag(&mut unpacked)? {
                    (MATRIX, size) => matrix(&mut (&mut unpacked).take(u64::from(size)))?,
                    _ => None,
                }
            }
            _ => None,
        };
        arrays.extend(array);
        io::copy(&mut content, &mut io::sink()).map_err(|error| error.to_string())?;
        if content.limit() > 0 {
            return Err("it is cut short".into());
        }
    }
    Ok(arrays)
}

/// The kind and the size of the next element, if there is one.
fn next_tag(file: &mut dyn Read) -> Found<Option<(u32, u32)>> {
    let mut first = [0; 1];
    match file.read(&mut first) {
        Ok(0) => Ok(None),
        Ok(_) => tag(&mut (&first[..]).chain(file)).map(Some),
        Err(error) => Err(error.to_string()),
    }
}

fn tag(file: &mut dyn Read) -> Found<(u32, u32)> {
    let numbers = exactly(file, 8)?;
    let number =
        |start: usize| u32::from_le_bytes([0, 1, 2, 3].map(|place| numbers[start + place]));
    Ok((number(0), number(4)))
}

/// An array, unless it is of another class than numbers.
fn matrix(content: &mut dyn Read) -> Found<Option<Array>> {
    let (_, flags) = short_element(content)?;
    let (_, dimensions) = short_element(content)?;
    let (_, name) = short_element(content)?;
    if !flags.first().is_some_and(|class| CLASSES.contains(class)) {
        return Ok(None);
    }
    let name = String::from_utf8_lossy(&name).into_owned();
    let dimension = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let shape: Vec<usize> =
        dimensions.chunks_exact(4).map(|bytes| dimension(bytes) as usize).collect();
    let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size));
    let count = count.filter(|&count| count <= MOST);
    let count = count.ok_or_else(|| format!("its array `{name}` says to have shape {shape:?}"))?;
    let (kind, size, inside) = small_tag(content)?;
    let width = match kind {
        BYTES => 1,
        DOUBLES => 8,
        _ => return Err(format!("its array `{name}` holds no bytes, but numbers of kind {kind}")),
    };
    if count.checked_mul(width) != Some(size) {
        return Err(format!("its array `{name}` of shape {shape:?} has {size} bytes of values"));
    }
    let bytes = match inside {
        Some(inside) => inside[..size].to_vec(),
        None => exactly(content, size)?,
    };
    let values = if width == 1 { bytes } else { from_doubles(&bytes, &name)? };
    Ok(Some(Array { name, shape, values }))
}

fn from_doubles(bytes: &[u8], name: &str) -> Found<Vec<u8>> {
    let values = bytes.chunks_exact(8).map(|bytes| {
        let mut eight = [0; 8];
        eight.copy_from_slice(bytes);
        let value = f64::from_le_bytes(eight);
        // A number that is no byte does not come back the same.
        let byte = value as u8;
        (f64::from(byte) == value).then_some(byte)
    });
    let values: Option<Vec<u8>> = values.collect();
    values.ok_or_else(|| format!("its array `{name}` holds other numbers than 0 to 255"))
}

/// The kind, the size and, of a small element, the content that lies within its tag.
fn small_tag(content: &mut dyn Read) -> Found<(u32, usize, Option<[u8; 4]>)> {
    let (kind, size) = tag(content)?;
    // Of a small element, the first number holds both.
    if kind >> 16 == 0 {
        return Ok((kind, size as usize, None));
    }
    let within = (kind >> 16) as usize;
    if within > 4 {
        return Err(format!("a small element of {within} bytes"));
    }
    Ok((kind & 0xffff, within, Some(size.to_le_bytes())))
}

/// An element that must be short, with its padding passed over.
fn short_element(content: &mut dyn Read) -> Found<(u32, Vec<u8>)> {
    let (kind, size, inside) = small_tag(content)?;
    if let Some(inside) = inside {
        return Ok((kind, inside[..size].to_vec()));
    }
    if size > 4 * SHORT {
        return Err(format!("the description of an array has {size} bytes"));
    }
    let mut bytes = exactly(content, size.next_multiple_of(8))?;
    bytes.truncate(size);
    Ok((kind, bytes))
}

/// So many bytes. Memory grows with what is there, not with what is said to be there.
fn exactly(content: &mut dyn Read, size: usize) -> Found<Vec<u8>> {
    let mut bytes = Vec::new();
    content.take(size as u64).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() < size {
        return Err(format!("it is cut short: {size} bytes expected, {} found", bytes.len()));
    }
    Ok(bytes)
}
