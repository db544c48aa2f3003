//! `convt` and `convt3d`: PyTorch's `ConvTranspose2d` and `ConvTranspose3d`.

use super::conv::{groups_divide, sized};
use super::operation::generic;
use super::window::typed;
use super::{Built, Emission, Layer, Operation, Parameter, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, product, sides_text};

const KEYS: &[(&str, &str)] = &[
    ("stride", "1"),
    ("pad", "0"),
    ("outpad", "0"),
    ("dilation", "1"),
    ("groups", "1"),
    ("bias", "yes"),
];

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("convt", &["channels", "window"]).keys(KEYS),
        about: "a transposed convolution: each value of the input adds a weighted window to the output",
        pytorch: "torch.nn.ConvTranspose2d",
        build: |place| build(place, 2).unwrap_or_default(),
    },
    Layer {
        signature: Signature::new("convt3d", &["channels", "window"]).keys(KEYS),
        about: "a transposed convolution of a volume",
        pytorch: "torch.nn.ConvTranspose3d",
        build: |place| build(place, 3).unwrap_or_default(),
    },
];

/// The gradient of a convolution as a layer: it makes maps larger.
#[derive(Debug)]
struct ConvTransposed {
    axes: usize,
    channels_in: usize,
    channels: usize,
    window: [usize; 3],
    stride: [usize; 3],
    pad: [usize; 3],
    outpad: [usize; 3],
    dilation: [usize; 3],
    groups: usize,
    bias: bool,
    /// Values of a channel of the input.
    input: [usize; 3],
}

fn build(place: &mut Placement<'_>, axes: usize) -> Option<Built> {
    let arguments = &mut place.arguments;
    let channels = arguments.count("channels");
    let window = arguments.sizes("window", axes);
    let stride = arguments.sizes("stride", axes);
    let pad = arguments.amounts("pad", axes);
    let outpad = arguments.amounts("outpad", axes);
    let dilation = arguments.sizes("dilation", axes);
    let groups = arguments.count("groups");
    let bias = arguments.flag("bias");
    let shape = match axes {
        2 => place.map().map(Shape::Map),
        _ => place.volume().map(Shape::Volume),
    }?;
    let (channels, groups) = (channels?, groups?);
    let channels_in = shape.first();
    let grouped = groups_divide(place, channels_in, channels, groups);
    let (window, stride, pad, outpad) = (window?, stride?, pad?, outpad?);
    let (dilation, bias, input) = (dilation?, bias?, shape.extent()?);
    let layer = ConvTransposed {
        axes,
        channels_in,
        channels,
        window,
        stride,
        pad,
        outpad,
        dilation,
        groups,
        bias,
        input,
    };
    if !outpad_fits(place, &layer) {
        return None;
    }
    let output = layer.output(place)?;
    let shape = sized(shape, channels, output);
    Some(if grouped { Built::new(shape, layer) } else { Built::broken(Some(shape)) })
}

/// PyTorch's limit: what is added to one side must be less than a step.
fn outpad_fits(place: &mut Placement<'_>, layer: &ConvTransposed) -> bool {
    let ConvTransposed { axes, stride, dilation, outpad, .. } = layer;
    let fits = |axis: usize| outpad[axis] == 0 || outpad[axis] < stride[axis].max(dilation[axis]);
    if (0..3).all(fits) {
        return true;
    }
    let larger = if dilation.iter().max() > stride.iter().max() {
        ("dilation", dilation)
    } else {
        ("stride", stride)
    };
    let axes = 3 - axes..;
    let headline = format!(
        "`outpad={}` must be smaller than the {} of {}",
        sides_text(&outpad[axes.clone()]),
        larger.0,
        sides_text(&larger.1[axes.clone()])
    );
    let most = [0, 1, 2].map(|axis| stride[axis].max(dilation[axis]) - 1);
    let found = Diagnostic::error(Code::BadPadding, place.arguments.span("outpad"), headline)
        .label("adds a step or more")
        .help(format!("`outpad={}` is the most", sides_text(&most[axes])));
    place.arguments.report(found);
    false
}

impl ConvTransposed {
    /// `(size - 1) * stride - 2 * pad + dilation * (window - 1) + outpad + 1`
    fn output(&self, place: &mut Placement<'_>) -> Option<[usize; 3]> {
        let side = |axis: usize| {
            let reach = self.dilation[axis] * (self.window[axis] - 1) + self.outpad[axis] + 1;
            let size = (self.input[axis] - 1).checked_mul(self.stride[axis])?.checked_add(reach)?;
            size.checked_sub(2 * self.pad[axis]).filter(|size| *size > 0)
        };
        let sides = [side(0), side(1), side(2)];
        if let [Some(depth), Some(height), Some(width)] = sides {
            return Some([depth, height, width]);
        }
        let most = [0, 1, 2].map(|axis| {
            let reach = self.dilation[axis] * (self.window[axis] - 1) + self.outpad[axis];
            ((self.input[axis] - 1).saturating_mul(self.stride[axis]) + reach) / 2
        });
        let call = place.arguments.call();
        let axis = sides.iter().position(Option::is_none).unwrap_or(2);
        let headline = format!("`{call}` pads away all of its output");
        let note = format!(
            "the output would be ({} - 1)*{} - 2*{} + {}*({} - 1) + {} + 1, which is less than 1",
            self.input[axis],
            self.stride[axis],
            self.pad[axis],
            self.dilation[axis],
            self.window[axis],
            self.outpad[axis],
        );
        let found = Diagnostic::error(Code::BadPadding, call.span.clone(), headline)
            .label("nothing is left")
            .note(note)
            .help(format!(
                "`pad=` of a transposed convolution takes values away: `pad={}` is the most",
                sides_text(&most[3 - self.axes..])
            ));
        place.arguments.report(found);
        None
    }
}

impl Operation for ConvTransposed {
    fn parameters(&self) -> Vec<Parameter> {
        let mut weight = vec![self.channels_in, self.channels / self.groups];
        weight.extend(&self.window[3 - self.axes..]);
        Parameter::weight_and_bias(weight, self.bias.then_some(self.channels))
    }

    fn multiply_adds(&self) -> Option<u64> {
        let [depth, height, width] = self.window;
        let window = product(&[self.channels / self.groups, depth, height, width])?;
        let [depth, height, width] = self.input;
        window.checked_mul(product(&[self.channels_in, depth, height, width])?)
    }

    fn reach(&self) -> Reach {
        let sees = [0, 1, 2].map(|axis| {
            let span = self.dilation[axis] * (self.window[axis] - 1) + 1;
            span.div_ceil(self.stride[axis])
        });
        Reach::Spread { sees, factor: self.stride.map(|stride| stride as f64) }
    }

    fn emission(&self) -> Emission {
        let Self { axes, window, stride, pad, outpad, dilation, .. } = *self;
        let defaults = [
            (typed("Stride", axes, stride), stride == [1; 3]),
            (typed("Padding", axes, pad), pad == [0; 3]),
            (typed("OutputPadding", axes, outpad), outpad == [0; 3]),
            (typed("Dilation", axes, dilation), dilation == [1; 3]),
            (self.groups.to_string(), self.groups == 1),
        ];
        let given = [
            self.channels_in.to_string(),
            self.channels.to_string(),
            typed("Kernel", axes, window),
        ];
        let name = if axes == 3 { "ConvTranspose3d" } else { "ConvTranspose2d" };
        let function = match (axes, self.bias) {
            (3, true) => "ConvTranspose3d::new",
            (3, false) => "ConvTranspose3d::without_bias",
            (_, true) => "ConvTranspose2d::new",
            (_, false) => "ConvTranspose2d::without_bias",
        };
        Emission::field(generic(name, &given, &defaults), function)
    }
}
