//! `conv`: the convolution of PyTorch's `Conv2d`.

use super::window::Sliding;
use super::{Built, Emission, Layer, Operation, Parameter, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, product};
use crate::syntax::ast::Value;

pub(super) const CONV: Layer = Layer {
    signature: Signature::new("conv", &["channels", "window"])
        .keys(&[("stride", "1"), ("pad", "0"), ("dilation", "1"), ("groups", "1"), ("bias", "yes")])
        .later(&["padmode"]),
    build: |place| build(place).unwrap_or_default(),
};

/// A convolution of a CxHxW map: out channels, each the sum over its group's channels of
/// windows weighted, plus a bias.
#[derive(Debug)]
struct Conv {
    channels_in: usize,
    channels: usize,
    sliding: Sliding,
    groups: usize,
    bias: bool,
    /// Height and width of the output.
    output: [usize; 2],
}

fn build(place: &mut Placement<'_>) -> Option<Built> {
    let arguments = &mut place.arguments;
    let channels = arguments.count("channels");
    let window = arguments.pair("window");
    let stride = arguments.pair("stride");
    let dilation = arguments.pair("dilation");
    let groups = arguments.count("groups");
    let bias = arguments.flag("bias");
    let windows = window.zip(stride).zip(dilation);
    let padding =
        windows.and_then(|((window, stride), dilation)| padding(place, window, stride, dilation));
    let [channels_in, height, width] =
        place.map("layers on feature maps stand before `flatten`")?;
    let (channels, groups, bias) = (channels?, groups?, bias?);
    let grouped = groups_divide(place, channels_in, channels, groups);
    let (window, stride, dilation, [before, after]) = (window?, stride?, dilation?, padding?);
    let sliding = Sliding { window, stride, dilation, before, after, ceil: false };
    let output = sliding.output(place, [height, width])?;
    let shape = Shape::Map([channels, output[0], output[1]]);
    let conv = Conv { channels_in, channels, sliding, groups, bias, output };
    Some(if grouped { Built::new(shape, conv) } else { Built::broken(shape) })
}

/// The padding before and after each side.
fn padding(
    place: &mut Placement<'_>,
    window: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
) -> Option<[[usize; 2]; 2]> {
    let value = place.arguments.value("pad")?;
    let Value::Path(word) = &value.value else {
        return place.arguments.amounts("pad").map(|amounts| [amounts, amounts]);
    };
    // What the window spans beyond its first value.
    let reach = [0, 1].map(|axis| dilation[axis] * (window[axis] - 1));
    match word.as_str() {
        "valid" => Some([[0, 0]; 2]),
        "full" => Some([reach; 2]),
        "same" if stride == [1, 1] => {
            // As PyTorch has it, the odd one goes below and to the right.
            let before = reach.map(|reach| reach / 2);
            Some([before, [reach[0] - before[0], reach[1] - before[1]]])
        }
        "same" => {
            let halves = reach.map(|reach| reach / 2);
            let found = Diagnostic::error(
                Code::BadPadding,
                value.span.clone(),
                "`pad=same` needs `stride=1`, as in PyTorch",
            );
            let help = format!("with a stride, write `pad={}x{}`", halves[0], halves[1]);
            place.arguments.report(found.label("has no meaning with a stride").help(help));
            None
        }
        _ => {
            let wanted = "an amount such as `1` or `1x3`, `same`, `valid` or `full`";
            place.arguments.bad("pad", &value, wanted)
        }
    }
}

fn groups_divide(
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
        let found = Diagnostic::error(Code::BadGroups, span, headline);
        let origin = place.input.span.clone();
        let arises = format!("{} {channels_in} channels", place.input.gives);
        place.arguments.report(found.label("divides not both").also(origin, arises));
    }
    fits
}

impl Operation for Conv {
    fn parameters(&self) -> Vec<Parameter> {
        let [height, width] = self.sliding.window;
        let weight = vec![self.channels, self.channels_in / self.groups, height, width];
        Parameter::weight_and_bias(weight, self.bias.then_some(self.channels))
    }

    fn multiply_adds(&self) -> Option<u64> {
        let [height, width] = self.sliding.window;
        let window = [self.channels_in / self.groups, height, width];
        product(&window)?.checked_mul(product(&[self.channels, self.output[0], self.output[1]])?)
    }

    fn reach(&self) -> Reach {
        let Sliding { window, stride, dilation, .. } = self.sliding;
        Reach::Window { window, stride, dilation }
    }

    fn emission(&self) -> Emission {
        let Sliding { window, stride, dilation, before, after, .. } = self.sliding;
        let pair = |name: &str, [height, width]: [usize; 2]| format!("{name}<{height}, {width}>");
        let padding = match (before, after) {
            (before, after) if before == after => pair("Padding", before),
            ([top, left], [bottom, right]) => {
                format!("PaddingSides<{top}, {bottom}, {left}, {right}>")
            }
        };
        let defaults = [
            (pair("Stride", stride), stride == [1, 1]),
            (padding, before == [0, 0] && after == [0, 0]),
            (pair("Dilation", dilation), dilation == [1, 1]),
            (self.groups.to_string(), self.groups == 1),
        ];
        let given =
            [self.channels_in.to_string(), self.channels.to_string(), pair("Kernel", window)];
        let kind = super::operation::generic("Conv2d", &given, &defaults);
        Emission::field(kind, if self.bias { "Conv2d::new" } else { "Conv2d::without_bias" })
    }
}
