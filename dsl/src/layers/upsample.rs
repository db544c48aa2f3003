//! `upsample` and `pixelshuffle`: PyTorch's `F.interpolate` and `PixelShuffle`.

use super::{Built, Emission, Layer, Operation, Placement, Reach};
use crate::check::signature::{Rest, Signature};
use crate::check::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::Shape;
use crate::syntax::ast::{Expr, Value};

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("upsample", &[]).rest(Rest::Optional("factor")).keys(&[
            ("to", "none"),
            ("mode", "nearest"),
            ("aligncorners", "no"),
        ]),
        about: "a larger map: by a factor, to the size of a label, or to a size",
        pytorch: "torch.nn.Upsample",
        build: |place| upsample(place).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("pixelshuffle", &["factor"]),
        about: "channels as neighbouring places: a map of C*r*r channels becomes one of C, r times as high and wide",
        pytorch: "torch.nn.PixelShuffle",
        build: |place| pixelshuffle(place).unwrap_or_default(),
    },
];

/// A map of another size.
#[derive(Debug)]
struct Upsample {
    mode: Mode,
    align_corners: bool,
    factor: [f64; 3],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Nearest,
    Bilinear,
    Bicubic,
}

/// Channels as neighbouring places.
#[derive(Debug)]
struct PixelShuffle {
    factor: usize,
}

fn upsample(place: &mut Placement<'_>) -> Option<Built> {
    let arguments = &mut place.arguments;
    let mode = arguments.choice("mode", &words::UPSAMPLE_MODES);
    let mode = mode.map(|mode| [Mode::Nearest, Mode::Bilinear, Mode::Bicubic][mode]);
    let align_corners = arguments.flag("aligncorners");
    if let (Some(Mode::Nearest), Some(true)) = (mode, align_corners) {
        let span = arguments.span("aligncorners");
        let found = Diagnostic::error(
            Code::BadArgument,
            span,
            "`mode=nearest` has no corners to align, as in PyTorch",
        );
        arguments.report(found.label("no meaning here").help("add `mode=bilinear`"));
    }
    let (factor, to) = (arguments.has("factor"), arguments.has("to"));
    if factor == to {
        let call = arguments.call();
        let headline = match factor {
            true => "`upsample` takes a factor or `to=`, not both",
            false => "`upsample` needs a factor, or `to=`",
        };
        let (code, label) = match factor {
            true => (Code::ExtraArgument, "two sizes"),
            false => (Code::MissingArgument, "how large?"),
        };
        let found = Diagnostic::error(code, call.span.clone(), headline);
        let help = "write `upsample 2`, `upsample to=enc1` or `upsample to=64x64`";
        arguments.report(found.label(label).help(help));
        return None;
    }
    let factors = factor.then(|| place.arguments.sizes("factor", 2)).flatten();
    let target = if to {
        let to = place.arguments.value("to")?.into_owned();
        target(place, &to)
    } else {
        None
    };
    let [channels, height, width] = place.map()?;
    let [to_height, to_width] = match (factors, target) {
        (Some([_, down, across]), _) => [height.checked_mul(down)?, width.checked_mul(across)?],
        (None, target) => target?,
    };
    let factor = [1.0, to_height as f64 / height as f64, to_width as f64 / width as f64];
    let (mode, align_corners) = (mode?, align_corners?);
    let shape = Shape::Map([channels, to_height, to_width]);
    Some(Built::new(shape, Upsample { mode, align_corners, factor }))
}

/// The height and width that `to=` asks for.
fn target(place: &mut Placement<'_>, to: &Expr) -> Option<[usize; 2]> {
    if !matches!(to.value, Value::Path(_) | Value::Label(_)) {
        return place.arguments.sizes("to", 2).map(|[_, height, width]| [height, width]);
    }
    let label = place.label(to)?;
    let shape = label.shape?;
    let Shape::Map([_, height, width]) = shape else {
        let headline =
            format!("`{}` is {}, which has no height and width", to.value, shape.in_words());
        let found = Diagnostic::error(Code::ExpectedMap, to.span.clone(), headline)
            .label("no feature map")
            .also(label.span, format!("{} {shape}", label.gives));
        place.arguments.report(found);
        return None;
    };
    Some([height, width])
}

fn pixelshuffle(place: &mut Placement<'_>) -> Option<Built> {
    let factor = place.arguments.count("factor");
    let [channels, height, width] = place.map()?;
    let factor = factor?;
    let square = factor.checked_mul(factor)?;
    if !channels.is_multiple_of(square) {
        let call = place.arguments.call();
        let headline = format!("{square} = {factor}*{factor} must divide the {channels} channels");
        let above = channels.div_ceil(square).checked_mul(square)?;
        let found = Diagnostic::error(Code::BadGroups, call.span.clone(), headline)
            .label("channels left over")
            .also(place.input.span.clone(), format!("{} {channels} channels", place.input.gives))
            .help(format!("let the layer before give {above} channels"));
        place.arguments.report(found);
        return None;
    }
    let (height, width) = (height.checked_mul(factor)?, width.checked_mul(factor)?);
    Some(Built::new(Shape::Map([channels / square, height, width]), PixelShuffle { factor }))
}

impl Operation for Upsample {
    fn reach(&self) -> Reach {
        let sees = match self.mode {
            Mode::Nearest => [1; 3],
            Mode::Bilinear => [1, 2, 2],
            Mode::Bicubic => [1, 4, 4],
        };
        Reach::Spread { sees, factor: self.factor }
    }

    fn emission(&self) -> Emission {
        let align = vec![self.align_corners.to_string()];
        match self.mode {
            Mode::Nearest => Emission::function("upsample_nearest"),
            Mode::Bilinear => Emission::Function { name: "upsample_bilinear", given: align },
            Mode::Bicubic => Emission::Function { name: "upsample_bicubic", given: align },
        }
    }
}

impl Operation for PixelShuffle {
    fn reach(&self) -> Reach {
        let factor = self.factor as f64;
        Reach::Spread { sees: [1; 3], factor: [1.0, factor, factor] }
    }

    fn emission(&self) -> Emission {
        Emission::function("pixel_shuffle")
    }
}
