//! `maxpool`, `avgpool` and `globalavgpool`: PyTorch's `MaxPool2d`, `AvgPool2d` and the mean over
//! height and width.

use super::operation::generic;
use super::window::Sliding;
use super::{Built, Emission, Layer, Operation, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::Shape;

pub(super) const MAXPOOL: Layer = Layer {
    signature: Signature::new("maxpool", &["window"]).keys(&[
        ("stride", "window"),
        ("pad", "0"),
        ("dilation", "1"),
        ("ceil", "no"),
    ]),
    build: |place| {
        let dilation = place.arguments.pair("dilation");
        pool(place, dilation, Some(Kind::Max)).unwrap_or_default()
    },
};

pub(super) const AVGPOOL: Layer = Layer {
    signature: Signature::new("avgpool", &["window"]).keys(&[
        ("stride", "window"),
        ("pad", "0"),
        ("ceil", "no"),
        ("countpad", "yes"),
    ]),
    build: |place| {
        let kind = place.arguments.flag("countpad").map(|count_pad| Kind::Average { count_pad });
        pool(place, Some([1, 1]), kind).unwrap_or_default()
    },
};

pub(super) const GLOBALAVGPOOL: Layer = Layer {
    signature: Signature::new("globalavgpool", &[]).keys(&[("keep", "no")]),
    build: |place| {
        let keep = place.arguments.flag("keep");
        let dims = place.map("leave it out: a vector has nothing to average");
        let (Some(keep), Some([channels, ..])) = (keep, dims) else { return Built::default() };
        let shape = if keep { Shape::Map([channels, 1, 1]) } else { Shape::Features(channels) };
        Built::new(shape, GlobalAverage { keep })
    },
};

/// A pool whose windows go over each channel by itself.
#[derive(Debug)]
struct Pool {
    sliding: Sliding,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Max,
    /// `count_pad`: whether the padding counts in the mean.
    Average {
        count_pad: bool,
    },
}

/// The mean over height and width, as a vector or as a map of 1x1.
#[derive(Debug)]
struct GlobalAverage {
    keep: bool,
}

/// A pool with the arguments that both kinds have.
fn pool(
    place: &mut Placement<'_>,
    dilation: Option<[usize; 2]>,
    kind: Option<Kind>,
) -> Option<Built> {
    let arguments = &mut place.arguments;
    let window = arguments.pair("window");
    let stride = window.and_then(|_| arguments.pair("stride"));
    let pad = arguments.amounts("pad");
    let ceil = arguments.flag("ceil");
    let dims = place.map("layers on feature maps stand before `flatten`");
    let (window, pad) = (window?, pad?);
    at_most_half(place, window, pad)?;
    let [channels, height, width] = dims?;
    let (stride, dilation, ceil) = (stride?, dilation?, ceil?);
    let sliding = Sliding { window, stride, dilation, before: pad, after: pad, ceil };
    let [height, width] = sliding.output(place, [height, width])?;
    Some(Built::new(Shape::Map([channels, height, width]), Pool { sliding, kind: kind? }))
}

/// PyTorch's limit, which keeps every window on at least one value of the input.
fn at_most_half(place: &mut Placement<'_>, window: [usize; 2], pad: [usize; 2]) -> Option<()> {
    if pad[0] <= window[0] / 2 && pad[1] <= window[1] / 2 {
        return Some(());
    }
    let [[height, width], [down, across]] = [window, pad];
    let headline =
        format!("padding of {down}x{across} is more than half the window of {height}x{width}");
    let found = Diagnostic::error(Code::BadPadding, place.arguments.span("pad"), headline)
        .label("more than half the window")
        .help(format!("a pool takes `pad={}x{}` at most", height / 2, width / 2));
    place.arguments.report(found);
    None
}

impl Operation for Pool {
    fn reach(&self) -> Reach {
        let Sliding { window, stride, dilation, .. } = self.sliding;
        Reach::Window { window, stride, dilation }
    }

    fn emission(&self) -> Emission {
        let Sliding { window, stride, dilation, before, ceil, .. } = self.sliding;
        let pair = |name: &str, [height, width]: [usize; 2]| format!("{name}<{height}, {width}>");
        let given = [pair("Kernel", window), pair("Stride", stride)];
        let padding = (pair("Padding", before), before == [0, 0]);
        let rounding = (ceil.to_string(), !ceil);
        match self.kind {
            Kind::Max => {
                let dilation = (pair("Dilation", dilation), dilation == [1, 1]);
                let kind = generic("MaxPool2d", &given, &[padding, dilation, rounding]);
                Emission::field(kind, "MaxPool2d::new")
            }
            Kind::Average { count_pad } => {
                let counting = (count_pad.to_string(), count_pad);
                let kind = generic("AvgPool2d", &given, &[padding, rounding, counting]);
                Emission::field(kind, "AvgPool2d::new")
            }
        }
    }
}

impl Operation for GlobalAverage {
    fn reach(&self) -> Reach {
        Reach::Whole
    }

    fn emission(&self) -> Emission {
        Emission::Function(if self.keep { "global_avg_pool_keep" } else { "global_avg_pool" })
    }
}
