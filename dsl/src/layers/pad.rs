//! `pad` and `crop`: PyTorch's `F.pad`, and a part of a map.

use super::{Built, Emission, Layer, Operation, Placement};
use crate::check::signature::{Rest, Signature};
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, dims_text};
use crate::syntax::ast::Value;

/// What stands in a padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Zero,
    /// The map mirrored at its edge, which is not repeated.
    Reflect,
    /// The edge, again and again.
    Replicate,
    /// The map mirrored, its edge repeated.
    Symmetric,
    /// The other end of the map.
    Circular,
}

pub(crate) const MODES: [(&str, Mode); 5] = [
    ("zero", Mode::Zero),
    ("reflect", Mode::Reflect),
    ("replicate", Mode::Replicate),
    ("symmetric", Mode::Symmetric),
    ("circular", Mode::Circular),
];

impl Mode {
    pub(super) fn rust(self) -> &'static str {
        match self {
            Self::Zero => "PadMode::Zero",
            Self::Reflect => "PadMode::Reflect",
            Self::Replicate => "PadMode::Replicate",
            Self::Symmetric => "PadMode::Symmetric",
            Self::Circular => "PadMode::Circular",
        }
    }
}

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("pad", &["amount"]).keys(&[("mode", "zero")]),
        about: "values around the map: zeros, or the map itself mirrored, repeated or from the other end",
        pytorch: "torch.nn.functional.pad",
        build: |place| pad(place).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("crop", &[]).rest(Rest::Optional("size")),
        about: "the middle of the map: of a size, or of that of a label",
        pytorch: "torchvision.transforms.functional.center_crop",
        build: |place| crop(place).unwrap_or_default(),
    },
];

/// Values around a map.
#[derive(Debug)]
struct Pad {
    amounts: [usize; 2],
    mode: Mode,
}

/// The middle of a map; what is left over an odd number goes below and to the right.
#[derive(Debug)]
struct Crop {
    top: usize,
    left: usize,
}

fn pad(place: &mut Placement<'_>) -> Option<Built> {
    let amounts = place.arguments.amounts("amount", 2);
    let mode = place.arguments.choice("mode", &MODES.map(|(word, _)| word)).map(|at| MODES[at].1);
    let [channels, height, width] = place.map()?;
    let (amounts, mode) = (amounts?, mode?);
    let [_, down, across] = amounts;
    if !reflection_fits(place, mode, [1, height, width], amounts, amounts) {
        return None;
    }
    let shape = Shape::Map([channels, height + 2 * down, width + 2 * across]);
    Some(Built::new(shape, Pad { amounts: [down, across], mode }))
}

/// Whether a map is large enough for a padding that is made of itself; else that is reported.
pub(super) fn reflection_fits(
    place: &mut Placement<'_>,
    mode: Mode,
    size: [usize; 3],
    before: [usize; 3],
    after: [usize; 3],
) -> bool {
    let most = |side: usize| match mode {
        Mode::Zero | Mode::Replicate => usize::MAX,
        Mode::Reflect => side - 1,
        Mode::Symmetric | Mode::Circular => side,
    };
    let fits = (0..3).all(|axis| before[axis].max(after[axis]) <= most(size[axis]));
    if !fits {
        let call = place.arguments.call();
        let side = size[1].min(size[2]);
        let size = dims_text(&size[1..]);
        let headline = format!("`{call}` pads with more of the map than its {size} hold");
        let found = Diagnostic::error(Code::BadPadding, call.span.clone(), headline)
            .label("more than there is")
            .also(place.input.span.clone(), format!("{} {size}", place.input.gives))
            .help(format!(
                "a padding of {} is the most; `zero` and `replicate` have no limit",
                most(side)
            ));
        place.arguments.report(found);
    }
    fits
}

fn crop(place: &mut Placement<'_>) -> Option<Built> {
    let Some(size) = place.arguments.value("size").map(|size| size.into_owned()) else {
        let call = place.arguments.call();
        let found = Diagnostic::error(
            Code::MissingArgument,
            call.name.span.clone(),
            "`crop` needs its size, or a label whose size to take",
        );
        place.arguments.report(found.label("how large?").help("write `crop 56x56` or `crop enc1`"));
        return None;
    };
    let to = match &size.value {
        Value::Path(_) | Value::Label(_) => {
            let label = place.label(&size)?;
            let [_, height, width] = label.shape?.extent()?;
            Some([height, width])
        }
        _ => place.arguments.sizes("size", 2).map(|[_, height, width]| [height, width]),
    };
    let [channels, height, width] = place.map()?;
    let to = to?;
    if to[0] > height || to[1] > width {
        let call = place.arguments.call();
        let headline = format!("`{call}` cannot crop {height}x{width} to {}", dims_text(&to));
        let found = Diagnostic::error(Code::WindowTooLarge, call.span.clone(), headline)
            .label("larger than the map")
            .also(place.input.span.clone(), format!("{} {height}x{width}", place.input.gives))
            .help(format!("`upsample to={}` makes it larger", dims_text(&to)));
        place.arguments.report(found);
        return None;
    }
    let shape = Shape::Map([channels, to[0], to[1]]);
    Some(Built::new(shape, Crop { top: (height - to[0]) / 2, left: (width - to[1]) / 2 }))
}

impl Operation for Pad {
    fn emission(&self) -> Emission {
        let [down, across] = self.amounts;
        let sides = format!("[{down}, {down}, {across}, {across}]");
        Emission::Function { name: "pad", given: vec![sides, self.mode.rust().to_owned()] }
    }
}

impl Operation for Crop {
    fn emission(&self) -> Emission {
        let Self { top, left } = self;
        Emission::Function { name: "crop", given: vec![format!("[{top}, {left}]")] }
    }
}
