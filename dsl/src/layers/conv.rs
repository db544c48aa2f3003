//! `conv`, `depthwise` and `conv3d`: the convolutions of PyTorch's `Conv2d` and `Conv3d`.

use super::operation::generic;
use super::pad::{MODES, Mode, reflection_fits};
use super::window::{Sliding, padding, typed};
use super::{Built, Emission, Layer, Operation, Parameter, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, product};

const KEYS: &[(&str, &str)] = &[
    ("stride", "1"),
    ("pad", "0"),
    ("dilation", "1"),
    ("groups", "1"),
    ("bias", "yes"),
    ("padmode", "zero"),
];

/// Volumes are padded with zeros.
const KEYS_3D: &[(&str, &str)] =
    &[("stride", "1"), ("pad", "0"), ("dilation", "1"), ("groups", "1"), ("bias", "yes")];

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("conv", &["channels", "window"]).keys(KEYS),
        about: "a convolution: each output channel is a sum of windows of the input, weighted by a filter",
        pytorch: "torch.nn.Conv2d",
        build: |place| conv(place, 2).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("depthwise", &["window"]).keys(&[
            ("stride", "1"),
            ("pad", "0"),
            ("dilation", "1"),
            ("bias", "yes"),
            ("padmode", "zero"),
            ("multiplier", "1"),
        ]),
        about: "a convolution that takes each channel by itself",
        pytorch: "torch.nn.Conv2d(c, m*c, ..., groups=c)",
        build: |place| depthwise(place).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("conv3d", &["channels", "window"]).keys(KEYS_3D),
        about: "a convolution of a volume",
        pytorch: "torch.nn.Conv3d",
        build: |place| conv(place, 3).unwrap_or_default(),
    },
];

/// A convolution: each output channel is the sum over its group's channels of windows weighted,
/// plus a bias.
#[derive(Debug)]
struct Conv {
    channels_in: usize,
    channels: usize,
    sliding: Sliding,
    groups: usize,
    bias: bool,
    mode: Mode,
    /// Depth, height and width of the output.
    output: [usize; 3],
}

/// The arguments that all convolutions have.
struct Common {
    sliding: Option<Sliding>,
    bias: Option<bool>,
    mode: Option<Mode>,
    shape: Option<Shape>,
}

fn common(place: &mut Placement<'_>, axes: usize) -> Common {
    let arguments = &mut place.arguments;
    let window = arguments.sizes("window", axes);
    let stride = arguments.sizes("stride", axes);
    let dilation = arguments.sizes("dilation", axes);
    let bias = arguments.flag("bias");
    let mode = match axes {
        2 => arguments.choice("padmode", &MODES.map(|(word, _)| word)).map(|at| MODES[at].1),
        _ => Some(Mode::Zero),
    };
    let windows = window.zip(stride).zip(dilation);
    let sliding = windows.and_then(|((window, stride), dilation)| {
        let [before, after] = padding(place, axes, window, stride, dilation)?;
        Some(Sliding { axes, window, stride, dilation, before, after, ceil: false })
    });
    let shape = match axes {
        2 => place.map().map(Shape::Map),
        _ => place.volume().map(Shape::Volume),
    };
    Common { sliding, bias, mode, shape }
}

fn conv(place: &mut Placement<'_>, axes: usize) -> Option<Built> {
    let channels = place.arguments.count("channels");
    let groups = place.arguments.count("groups");
    let found = common(place, axes);
    built(place, found, channels?, groups?)
}

fn depthwise(place: &mut Placement<'_>) -> Option<Built> {
    let multiplier = place.arguments.count("multiplier");
    let found = common(place, 2);
    let groups = found.shape?.first();
    let channels = groups.checked_mul(multiplier?)?;
    built(place, found, channels, groups)
}

fn built(
    place: &mut Placement<'_>,
    found: Common,
    channels: usize,
    groups: usize,
) -> Option<Built> {
    let Common { sliding, bias, mode, shape } = found;
    let shape = shape?;
    let channels_in = shape.first();
    let grouped = groups_divide(place, channels_in, channels, groups);
    let (sliding, bias, mode) = (sliding?, bias?, mode?);
    let size = shape.extent()?;
    let padded = reflection_fits(place, mode, size, sliding.before, sliding.after);
    let output = sliding.output(place, size)?;
    let shape = sized(shape, channels, output);
    let conv = Conv { channels_in, channels, sliding, groups, bias, mode, output };
    Some(if grouped && padded { Built::new(shape, conv) } else { Built::broken(Some(shape)) })
}

/// A map or a volume, as `like` is, of other channels and another size.
pub(super) fn sized(like: Shape, channels: usize, [depth, height, width]: [usize; 3]) -> Shape {
    match like {
        Shape::Volume(_) => Shape::Volume([channels, depth, height, width]),
        _ => Shape::Map([channels, height, width]),
    }
}

/// Whether groups divide both channels; those that do not are reported.
pub(super) fn groups_divide(
    place: &mut Placement<'_>,
    channels_in: usize,
    channels: usize,
    groups: usize,
) -> bool {
    let fits = channels_in.is_multiple_of(groups) && channels.is_multiple_of(groups);
    if !fits {
        let headline = format!(
            "{groups} groups must divide both the {channels_in} channels that come in and the \
             {channels} that go out"
        );
        let span = place.arguments.span("groups");
        let divisors = (1..=groups.min(channels_in)).rev();
        let near = divisors
            .into_iter()
            .take(100_000)
            .find(|groups| channels_in.is_multiple_of(*groups) && channels.is_multiple_of(*groups));
        let origin = place.input.span.clone();
        let arises = format!("{} {channels_in} channels", place.input.gives);
        let found = Diagnostic::error(Code::BadGroups, span, headline);
        place.arguments.report(
            found
                .label("does not divide both")
                .also(origin, arises)
                .note(format!(
                    "{channels_in} / {groups} leaves {}, {channels} / {groups} leaves {}",
                    channels_in % groups,
                    channels % groups
                ))
                .maybe_help(near.map(|near| format!("`groups={near}` divides both"))),
        );
    }
    fits
}

impl Operation for Conv {
    fn parameters(&self) -> Vec<Parameter> {
        let mut weight = vec![self.channels, self.channels_in / self.groups];
        weight.extend(&self.sliding.window[3 - self.sliding.axes..]);
        Parameter::weight_and_bias(weight, self.bias.then_some(self.channels))
    }

    fn multiply_adds(&self) -> Option<u64> {
        let [depth, height, width] = self.sliding.window;
        let window = product(&[self.channels_in / self.groups, depth, height, width])?;
        let [depth, height, width] = self.output;
        window.checked_mul(product(&[self.channels, depth, height, width])?)
    }

    fn reach(&self) -> Reach {
        self.sliding.reach()
    }

    fn emission(&self) -> Emission {
        let Sliding { axes, window, stride, dilation, before, after, .. } = self.sliding;
        let padding = match (before, after) {
            (before, after) if before == after => typed("Padding", axes, before),
            ([front, top, left], [back, bottom, right]) if axes == 3 => {
                format!("PaddingSides3<{front}, {back}, {top}, {bottom}, {left}, {right}>")
            }
            ([_, top, left], [_, bottom, right]) => {
                format!("PaddingSides<{top}, {bottom}, {left}, {right}>")
            }
        };
        let defaults = [
            (typed("Stride", axes, stride), stride == [1; 3]),
            (padding, before == [0; 3] && after == [0; 3]),
            (typed("Dilation", axes, dilation), dilation == [1; 3]),
            (self.groups.to_string(), self.groups == 1),
        ];
        let given = [
            self.channels_in.to_string(),
            self.channels.to_string(),
            typed("Kernel", axes, window),
        ];
        let name = if axes == 3 { "Conv3d" } else { "Conv2d" };
        let kind = generic(name, &given, &defaults);
        let function = match (axes, self.bias) {
            (3, true) => "Conv3d::new",
            (3, false) => "Conv3d::without_bias",
            (_, true) => "Conv2d::new",
            (_, false) => "Conv2d::without_bias",
        };
        let padded = before != [0; 3] || after != [0; 3];
        let mode = (padded && self.mode != Mode::Zero).then_some(self.mode);
        Emission::field(kind, function).then(mode.map(|mode| format!("pad_mode({})", mode.rust())))
    }
}
