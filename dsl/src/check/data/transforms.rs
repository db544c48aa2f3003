//! The transforms of samples: a table with one entry each.

use crate::check::arguments::Arguments;
use crate::check::signature::{Rest, Signature};
use crate::check::suggest::did_you_mean_one;
use crate::diagnostic::{Code, Diagnostic};
use crate::messages::{Size, Transform};
use crate::syntax::ast::{Call, Value};

/// A transform of samples.
struct Entry {
    signature: Signature<'static>,
    build: fn(&mut Arguments<'_>) -> Option<Transform>,
}

/// Mean and deviation of ImageNet's pixels, as torchvision's networks expect them.
const IMAGENET: [[f64; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];

const TRANSFORMS: &[Entry] = &[
    Entry { signature: Signature::new("resize", &["size"]), build: resize },
    Entry {
        signature: Signature::new("centercrop", &["size"]),
        build: |it| Some(Transform::CenterCrop(size(it)?)),
    },
    Entry {
        signature: Signature::new("randomcrop", &["size"]).keys(&[("padding", "0")]),
        build: |it| {
            let (size, padding) = (size(it), it.whole("padding"));
            let padding = usize::try_from(padding?).ok()?;
            Some(Transform::RandomCrop { size: size?, padding })
        },
    },
    Entry {
        signature: Signature::new("randomresizedcrop", &["size"]),
        build: |it| Some(Transform::RandomResizedCrop(size(it)?)),
    },
    Entry {
        signature: Signature::new("hflip", &[]).keys(&[("p", "0.5")]),
        build: |it| Some(Transform::HFlip(probability(it)?)),
    },
    Entry {
        signature: Signature::new("vflip", &[]).keys(&[("p", "0.5")]),
        build: |it| Some(Transform::VFlip(probability(it)?)),
    },
    Entry {
        signature: Signature::new("rotate", &["degrees"]),
        build: |it| {
            let wanted = "degrees above 0, at most 180";
            Some(Transform::Rotate(it.number("degrees", wanted, |it| 0.0 < it && it <= 180.0)?))
        },
    },
    Entry {
        signature: Signature::new("blur", &["sigma"]),
        build: |it| {
            let wanted = "a deviation in pixels above 0, at most 100";
            Some(Transform::Blur(it.number("sigma", wanted, |it| 0.0 < it && it <= 100.0)?))
        },
    },
    Entry {
        signature: Signature::new("jitter", &[]).keys(&[
            ("brightness", "0.4"),
            ("contrast", "0.4"),
            ("saturation", "0.4"),
        ]),
        build: |it| {
            let mut part =
                |name| it.number(name, "a part from 0 to 1", |it| (0.0..=1.0).contains(&it));
            let parts = [part("brightness"), part("contrast"), part("saturation")];
            let [brightness, contrast, saturation] = parts;
            Some(Transform::Jitter {
                brightness: brightness?,
                contrast: contrast?,
                saturation: saturation?,
            })
        },
    },
    Entry { signature: Signature::new("grayscale", &[]), build: |_| Some(Transform::Grayscale) },
    Entry {
        signature: Signature::new("normalize", &[])
            .rest(Rest::Optional("imagenet"))
            .keys(&[("mean", "0.5"), ("std", "0.5")]),
        build: normalize,
    },
    Entry { signature: Signature::new("balance", &[]), build: |_| Some(Transform::Balance) },
    Entry {
        signature: Signature::new("colorize", &[]).keys(&[("palette", "24")]),
        build: |it| {
            let palette = it.count("palette")?;
            if !(2..=255).contains(&palette) {
                let value = it.value("palette")?;
                return it.bad("palette", &value, "from 2 to 255 colours");
            }
            Some(Transform::Colorize { palette })
        },
    },
    Entry {
        signature: Signature::new("place", &["size"]),
        build: |it| Some(Transform::Place(size(it)?)),
    },
    Entry {
        signature: Signature::new("cropboxes", &["size"]),
        build: |it| Some(Transform::CropBoxes(size(it)?)),
    },
];

/// How each transform is written.
pub(crate) fn transform_signatures() -> impl Iterator<Item = &'static Signature<'static>> {
    TRANSFORMS.iter().map(|entry| &entry.signature)
}

/// A transform, unless there are errors.
pub(super) fn transform(call: &Call, diagnostics: &mut Vec<Diagnostic>) -> Option<Transform> {
    let name = &call.name;
    let Some(entry) = TRANSFORMS.iter().find(|entry| entry.signature.name == name.value) else {
        let help = did_you_mean_one(&name.value, TRANSFORMS.iter().map(|it| it.signature.name));
        let headline = format!("there is no transform `{}`", name.value);
        let found = Diagnostic::error(Code::UnknownTransform, name.span.clone(), headline);
        diagnostics.push(found.label("unknown transform").help(help));
        return None;
    };
    let before = diagnostics.len();
    let transform = (entry.build)(&mut Arguments::bind(&entry.signature, call, diagnostics));
    transform.filter(|_| diagnostics.len() == before)
}

/// Rows and columns: `96x128`, or one number for both.
fn size(arguments: &mut Arguments<'_>) -> Option<[usize; 2]> {
    let [_, rows, columns] = arguments.sizes("size", 2)?;
    Some([rows, columns])
}

fn resize(arguments: &mut Arguments<'_>) -> Option<Transform> {
    let is_one = matches!(arguments.value("size")?.value, Value::Integer(_));
    let [rows, columns] = size(arguments)?;
    let size = if is_one { Size::Shorter(rows) } else { Size::Exact([rows, columns]) };
    Some(Transform::Resize(size))
}

fn probability(arguments: &mut Arguments<'_>) -> Option<f64> {
    arguments.number("p", "a probability from 0 to 1", |it| (0.0..=1.0).contains(&it))
}

fn normalize(arguments: &mut Arguments<'_>) -> Option<Transform> {
    if let Some(&known) = arguments.rest().first() {
        if known.value != Value::Path("imagenet".to_owned()) {
            return arguments.bad("imagenet", known, "`imagenet`, or the keys `mean` and `std`");
        }
        let [mean, deviation] = IMAGENET.map(Vec::from);
        return Some(Transform::Normalize { mean, deviation });
    }
    let mean = numbers(arguments, "mean", |_| true);
    let deviation = numbers(arguments, "std", |it| it > 0.0);
    Some(Transform::Normalize { mean: mean?, deviation: deviation? })
}

/// A number, or a list of one or three.
fn numbers(arguments: &mut Arguments<'_>, key: &str, fits: fn(f64) -> bool) -> Option<Vec<f64>> {
    let value = arguments.value(key)?;
    let numbers: Option<Vec<f64>> = match &value.value {
        Value::List(items) => items.iter().map(|item| item.value.number()).collect(),
        other => other.number().map(|number| vec![number]),
    };
    match numbers {
        Some(numbers)
            if matches!(numbers.len(), 1 | 3)
                && numbers.iter().all(|&it| it.is_finite() && fits(it)) =>
        {
            Some(numbers)
        }
        _ => arguments.bad(key, &value, "a number for all channels, or a list of three"),
    }
}
