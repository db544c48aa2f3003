//! NumPy arrays: pictures or rows, with class numbers or values.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use netlet_dsl::messages::{Failure, Task};
use npyz::{DType, NpyFile, Order, TypeChar};
use zip::ZipArchive;

use super::locate;
use crate::data::Target;
use crate::data::reading::{Reading, Stop};
use crate::data::store::{Answers, Collection, Inputs, Store};

/// Names of arrays: of training inputs and answers, and of test inputs and answers where there are.
const NAMES: [[&str; 4]; 5] = [
    ["x_train", "y_train", "x_test", "y_test"],
    ["X_train", "y_train", "X_test", "y_test"],
    ["train_images", "train_labels", "test_images", "test_labels"],
    ["images", "labels", "", ""],
    ["x", "y", "", ""],
];
/// The most values of an array.
const MOST: u64 = 1 << 32;
/// The most classes that whole numbers stand for.
const MOST_CLASSES: usize = 10_000;

type Archive = ZipArchive<BufReader<File>>;

/// An array in the order of C.
struct Array {
    shape: Vec<usize>,
    values: Values,
}

enum Values {
    Bytes(Vec<u8>),
    Whole(Vec<i64>),
    Real(Vec<f32>),
}

/// The arrays of a file. Whole numbers from 0 on are classes, if answers; other answers are values.
/// Pictures of bytes are samples x rows x columns, with one or three channels last or first.
pub(super) fn npz(path: &Path, reading: &mut Reading<'_>) -> Result<Collection, Stop> {
    let path = locate::existing(path)?;
    let shown = path.display().to_string();
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read `{shown}`: {error}"))
            .note("expected arrays as `numpy.savez` writes them")
            .help("check the file")
    };
    let file = File::open(&path).map_err(|error| cannot(&error))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|error| cannot(&error))?;
    let names = names(&archive, &shown)?;
    let wanted: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    reading.begin(&format!("reading {shown}"), "arrays", wanted.len() as u64);
    let mut arrays = Vec::new();
    for (done, name) in (0..).zip(&wanted) {
        reading.progress(done)?;
        arrays.push(
            read(&mut archive, name)
                .map_err(|problem| cannot(&format!("its array `{name}` {problem}")))?,
        );
    }
    Ok(collection(&shown, &wanted, arrays)?)
}

/// The names of the arrays that are there.
fn names(archive: &Archive, shown: &str) -> Result<[&'static str; 4], Failure> {
    let found: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(|name| name.strip_suffix(".npy").unwrap_or(&name).to_owned())
        .collect();
    let has = |name: &str| found.iter().any(|found| found == name);
    let fitting = NAMES.iter().find(|[x, y, ..]| has(x) && has(y)).copied();
    let Some([x, y, x_test, y_test]) = fitting else {
        let known = NAMES.iter().map(|[x, y, ..]| format!("`{x}` and `{y}`"));
        return Err(Failure::new(format!("`{shown}` has no inputs and answers"))
            .note(format!("it has the arrays {}", found.join(", ")))
            .note(format!("expected {}", known.collect::<Vec<_>>().join(", or ")))
            .help("save it with such names: `numpy.savez(path, x=..., y=...)`"));
    };
    let tests = has(x_test) && has(y_test);
    Ok(if tests { [x, y, x_test, y_test] } else { [x, y, "", ""] })
}

/// An array, or what is wrong with it.
fn read(archive: &mut Archive, name: &str) -> Result<Array, String> {
    let entry = archive.by_name(&format!("{name}.npy")).map_err(|error| error.to_string())?;
    let file = NpyFile::new(entry).map_err(|error| error.to_string())?;
    let shape: Vec<u64> = file.shape().to_vec();
    let count = shape.iter().try_fold(1u64, |count, &size| count.checked_mul(size));
    let count = count.filter(|&count| count <= MOST);
    let count = count.ok_or_else(|| format!("says to have shape {shape:?}"))? as usize;
    if file.order() != Order::C && shape.len() > 1 {
        return Err("is in the order of Fortran: save `numpy.ascontiguousarray` of it".into());
    }
    let DType::Plain(kind) = file.dtype() else { return Err("has fields".into()) };
    let (letter, width) = (kind.type_char(), kind.size_field());
    // Memory grows with what is there, not with what is said to be there.
    macro_rules! values {
        ($type:ty, $kind:ident, $convert:expr) => {{
            let reader = file.data::<$type>().map_err(|error| error.to_string())?;
            let mut values = Vec::new();
            for value in reader {
                values.push($convert(value.map_err(|error| format!("is cut short: {error}"))?));
            }
            Values::$kind(values)
        }};
    }
    let values = match (letter, width) {
        (TypeChar::Uint, 1) => values!(u8, Bytes, |it| it),
        (TypeChar::Bool, _) => values!(bool, Bytes, u8::from),
        (TypeChar::Uint, 2) => values!(u16, Whole, i64::from),
        (TypeChar::Uint, 4) => values!(u32, Whole, i64::from),
        (TypeChar::Uint, 8) => values!(u64, Whole, |it| i64::try_from(it).unwrap_or(i64::MAX)),
        (TypeChar::Int, 1) => values!(i8, Whole, i64::from),
        (TypeChar::Int, 2) => values!(i16, Whole, i64::from),
        (TypeChar::Int, 4) => values!(i32, Whole, i64::from),
        (TypeChar::Int, 8) => values!(i64, Whole, |it| it),
        (TypeChar::Float, 4) => values!(f32, Real, |it| it),
        (TypeChar::Float, 8) => values!(f64, Real, |it| it as f32),
        _ => return Err(format!("has values of the kind {kind}, which are not read")),
    };
    let found = values.len();
    if found != count {
        return Err(format!("is cut short: {count} values expected, {found} found"));
    }
    Ok(Array { shape: shape.into_iter().map(|size| size as usize).collect(), values })
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
        }
    }

    fn join(&mut self, other: Self) -> bool {
        match (self, other) {
            (Self::Bytes(values), Self::Bytes(more)) => values.extend(more),
            (Self::Whole(values), Self::Whole(more)) => values.extend(more),
            (Self::Real(values), Self::Real(more)) => values.extend(more),
            _ => return false,
        }
        true
    }

    fn into_real(self) -> Vec<f32> {
        match self {
            Self::Bytes(values) => values.into_iter().map(f32::from).collect(),
            Self::Whole(values) => values.into_iter().map(|value| value as f32).collect(),
            Self::Real(values) => values,
        }
    }

    /// As class numbers, if they are such.
    fn classes(&self) -> Option<Vec<usize>> {
        let small = |value: i64| usize::try_from(value).ok().filter(|&it| it < MOST_CLASSES);
        match self {
            Self::Bytes(values) => Some(values.iter().map(|&it| usize::from(it)).collect()),
            Self::Whole(values) => values.iter().map(|&it| small(it)).collect(),
            Self::Real(_) => None,
        }
    }
}

fn collection(shown: &str, names: &[&str], arrays: Vec<Array>) -> Result<Collection, Failure> {
    let mut arrays = arrays.into_iter().zip(names);
    let missing = || Failure::new(format!("`{shown}` lacks an array"));
    let (mut x, x_name) = arrays.next().ok_or_else(missing)?;
    let (mut y, y_name) = arrays.next().ok_or_else(missing)?;
    expect_as_many(shown, (&x, x_name), (&y, y_name))?;
    let split = y.shape[0];
    let has_test = arrays.len() > 0;
    if let (Some((x_test, x_test_name)), Some((y_test, y_test_name))) =
        (arrays.next(), arrays.next())
    {
        expect_as_many(shown, (&x_test, x_test_name), (&y_test, y_test_name))?;
        for (array, more, names) in
            [(&mut x, x_test, [x_name, x_test_name]), (&mut y, y_test, [y_name, y_test_name])]
        {
            let fits = array.shape[1..] == more.shape[1..];
            if !(fits && array.values.join(more.values)) {
                return Err(Failure::new(format!(
                    "`{}` and `{}` of `{shown}` differ",
                    names[0], names[1]
                ))
                .note("expected samples of the same shape and kind for training and tests")
                .help("save them with the same shape and kind"));
            }
        }
    }
    let count = x.values.len() / x.shape[1..].iter().product::<usize>().max(1);
    let (task, classes, targets) = targets(y, count);
    Ok(Collection {
        title: format!("arrays of `{shown}`"),
        task,
        classes,
        palette: Vec::new(),
        store: Store { inputs: inputs(x, shown)?, answers: Answers::Given(targets) },
        train: (0..split).collect(),
        test: has_test.then(|| (split..count).collect()),
    })
}

fn expect_as_many(
    shown: &str,
    (x, x_name): (&Array, &str),
    (y, y_name): (&Array, &str),
) -> Result<(), Failure> {
    let [Some(xs), Some(ys)] = [x, y].map(|array| array.shape.first().copied()) else {
        return Err(Failure::new(format!("`{x_name}` and `{y_name}` of `{shown}` must be arrays"))
            .help("save arrays whose first dimension counts the samples"));
    };
    if xs == ys && xs > 0 && x.values.len() > 0 && y.values.len() > 0 {
        return Ok(());
    }
    Err(Failure::new("inputs and answers differ in number, or there are none")
        .note(format!("`{x_name}` of `{shown}` has {xs}, `{y_name}` has {ys}"))
        .help("save as many of both"))
}

/// The task, the class names, and the answer to each sample.
fn targets(y: Array, count: usize) -> (Task, Vec<String>, Vec<Target>) {
    let single = y.shape[1..].iter().product::<usize>() == 1;
    if let Some(classes) = y.values.classes().filter(|_| single) {
        let most = classes.iter().max().map_or(0, |most| most + 1);
        let names = (0..most).map(|class| class.to_string()).collect();
        return (Task::Class, names, classes.into_iter().map(Target::Class).collect());
    }
    let values = y.values.into_real();
    let each = (values.len() / count.max(1)).max(1);
    let targets = values.chunks_exact(each).map(|values| Target::Values(values.to_vec()));
    (Task::Values, Vec::new(), targets.collect())
}

/// Bytes are pictures, if their shape is that of pictures; everything else is numbers.
fn inputs(x: Array, shown: &str) -> Result<Inputs, Failure> {
    let (shape, last) = match x.shape[1..] {
        [rows, columns] => (vec![1, rows, columns], false),
        [rows, columns, channels @ (1 | 3)] if !matches!(rows, 1 | 3) => {
            (vec![channels, rows, columns], channels > 1)
        }
        [] => (vec![1], false),
        ref shape if shape.len() <= 4 => (shape.to_vec(), false),
        ref shape => {
            return Err(Failure::new(format!("`{shown}` has samples of shape {shape:?}"))
                .note("expected at most four dimensions beside the number of samples")
                .help("save them with another shape"));
        }
    };
    if let (&[channels @ (1 | 3), rows, columns], Values::Bytes(_)) = (&shape[..], &x.values) {
        let Values::Bytes(bytes) = x.values else { return Err(Failure::new("no bytes")) };
        let pixels = if last { channels_first(&bytes, &shape) } else { bytes };
        return Ok(Inputs::Pictures { shape: [channels, rows, columns], pixels });
    }
    let values = x.values.into_real();
    let values = if last { channels_first(&values, &shape) } else { values };
    Ok(Inputs::Numbers { shape, values })
}

/// Samples whose channels lie side by side, with one channel after the other.
fn channels_first<T: Copy>(values: &[T], shape: &[usize]) -> Vec<T> {
    let (channels, size) = (shape[0], shape.iter().product::<usize>());
    let plane = |sample: &[T], channel: usize| -> Vec<T> {
        sample.iter().skip(channel).step_by(channels).copied().collect()
    };
    let samples = values.chunks_exact(size.max(1));
    samples
        .flat_map(|sample| (0..channels).flat_map(move |channel| plane(sample, channel)))
        .collect()
}
