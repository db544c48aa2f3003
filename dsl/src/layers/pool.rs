//! `maxpool`, `avgpool`, `maxpool3d` and `unpool`: PyTorch's `MaxPool2d`, `AvgPool2d`, `MaxPool3d`
//! and `MaxUnpool2d`.

use super::conv::sized;
use super::operation::generic;
use super::window::{Sliding, typed};
use super::{Built, Emission, Layer, Operation, Placement, Reach};
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::{Shape, sides_text};

const MAX_KEYS: &[(&str, &str)] =
    &[("stride", "window"), ("pad", "0"), ("dilation", "1"), ("ceil", "no")];

pub(super) const LAYERS: &[Layer] = &[
    Layer {
        signature: Signature::new("maxpool", &["window"]).keys(MAX_KEYS),
        about: "the largest value of each window",
        pytorch: "torch.nn.MaxPool2d",
        build: |place| {
            let dilation = place.arguments.sizes("dilation", 2);
            pool(place, 2, dilation, Some(Kind::Max)).unwrap_or_default()
        },
    },
    Layer {
        signature: Signature::new("avgpool", &["window"]).keys(&[
            ("stride", "window"),
            ("pad", "0"),
            ("ceil", "no"),
            ("countpad", "yes"),
        ]),
        about: "the mean of each window",
        pytorch: "torch.nn.AvgPool2d",
        build: |place| {
            let count_pad = place.arguments.flag("countpad");
            let kind = count_pad.map(|count_pad| Kind::Average { count_pad });
            pool(place, 2, Some([1; 3]), kind).unwrap_or_default()
        },
    },
    Layer {
        signature: Signature::new("maxpool3d", &["window"]).keys(MAX_KEYS),
        about: "the largest value of each window of a volume",
        pytorch: "torch.nn.MaxPool3d",
        build: |place| {
            let dilation = place.arguments.sizes("dilation", 3);
            pool(place, 3, dilation, Some(Kind::Max)).unwrap_or_default()
        },
    },
    Layer {
        signature: Signature::new("unpool", &["label"]),
        about: "each value where the maximum of a labelled `maxpool` was, zeros elsewhere: SegNet",
        pytorch: "torch.nn.MaxUnpool2d",
        build: |place| unpool(place).unwrap_or_default(),
    },
];

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

/// Values put back to where a pool took them from.
#[derive(Debug)]
struct Unpool {
    window: [usize; 3],
    stride: [usize; 3],
}

/// A pool with the arguments that all kinds have.
fn pool(
    place: &mut Placement<'_>,
    axes: usize,
    dilation: Option<[usize; 3]>,
    kind: Option<Kind>,
) -> Option<Built> {
    let arguments = &mut place.arguments;
    let window = arguments.sizes("window", axes);
    let stride = window.and_then(|_| arguments.sizes("stride", axes));
    let pad = arguments.amounts("pad", axes);
    let ceil = arguments.flag("ceil");
    let shape = match axes {
        2 => place.map().map(Shape::Map),
        _ => place.volume().map(Shape::Volume),
    };
    let (window, pad) = (window?, pad?);
    at_most_half(place, axes, window, pad)?;
    let (shape, stride, dilation, ceil) = (shape?, stride?, dilation?, ceil?);
    let sliding = Sliding { axes, window, stride, dilation, before: pad, after: pad, ceil };
    let size = sliding.output(place, shape.extent()?)?;
    Some(Built::new(sized(shape, shape.first(), size), Pool { sliding, kind: kind? }))
}

/// PyTorch's limit, which keeps every window on at least one value of the input.
fn at_most_half(
    place: &mut Placement<'_>,
    axes: usize,
    window: [usize; 3],
    pad: [usize; 3],
) -> Option<()> {
    if (0..3).all(|axis| pad[axis] <= window[axis] / 2) {
        return Some(());
    }
    let text = |dims: [usize; 3]| sides_text(&dims[3 - axes..]);
    let headline = format!("`pad={}` is more than half the window of {}", text(pad), text(window));
    let found = Diagnostic::error(Code::BadPadding, place.arguments.span("pad"), headline)
        .label("more than half the window")
        .help(format!("a pool takes `pad={}` at most", text(window.map(|side| side / 2))));
    place.arguments.report(found);
    None
}

fn unpool(place: &mut Placement<'_>) -> Option<Built> {
    let label = place.arguments.value("label")?.into_owned();
    let pool = place.label(&label)?;
    let map = place.map();
    let Some((operation, Some(before))) = place.layer_of(&pool) else { return None };
    let Reach::Window { window, stride, .. } = operation.reach() else {
        return not_a_pool(place, &label, &pool.gives);
    };
    if !operation.tells_places() {
        return not_a_pool(place, &label, &pool.gives);
    }
    let (map, pooled) = (map?, pool.shape?);
    if Shape::Map(map) != pooled {
        let headline = format!(
            "`unpool {}` gets {}, but that pool gave {pooled}",
            label.value,
            Shape::Map(map)
        );
        let call = place.arguments.call();
        let arises = format!("{} {}", place.input.gives, Shape::Map(map));
        let found = Diagnostic::error(Code::JoinMismatch, call.span.clone(), headline)
            .label("shapes must agree")
            .also(place.input.span.clone(), arises)
            .also(pool.span.clone(), format!("{} {pooled}", pool.gives));
        let [channels, ..] = map;
        let wanted = pooled.first();
        let help = (channels != wanted).then(|| format!("put `conv {wanted} 3 pad=1` before it"));
        place.arguments.report(found.maybe_help(help));
        return Some(Built::broken(Some(before)));
    }
    Some(Built::new(before, Unpool { window, stride }).on(vec![place.input.node, pool.node]))
}

fn not_a_pool(
    place: &mut Placement<'_>,
    label: &crate::syntax::ast::Expr,
    gives: &str,
) -> Option<Built> {
    let headline = format!("`{}` is not the label of a `maxpool`", label.value);
    let layer = gives.trim_end_matches(" gives").trim_end_matches(" is");
    let found = Diagnostic::error(Code::NotAPool, label.span.clone(), headline)
        .label(format!("labels {layer}"))
        .help(
            "only `maxpool` remembers where its maxima were: give it the label, `maxpool 2 as p1`",
        );
    place.arguments.report(found);
    None
}

impl Operation for Pool {
    fn reach(&self) -> Reach {
        self.sliding.reach()
    }

    fn tells_places(&self) -> bool {
        matches!(self.kind, Kind::Max) && self.sliding.axes == 2
    }

    fn emission(&self) -> Emission {
        let Sliding { axes, window, stride, dilation, before, ceil, .. } = self.sliding;
        let given = [typed("Kernel", axes, window), typed("Stride", axes, stride)];
        let padding = (typed("Padding", axes, before), before == [0; 3]);
        let rounding = (ceil.to_string(), !ceil);
        match self.kind {
            Kind::Max => {
                let dilation = (typed("Dilation", axes, dilation), dilation == [1; 3]);
                let (name, function) = match axes {
                    3 => ("MaxPool3d", "MaxPool3d::new"),
                    _ => ("MaxPool2d", "MaxPool2d::new"),
                };
                Emission::field(generic(name, &given, &[padding, dilation, rounding]), function)
            }
            Kind::Average { count_pad } => {
                let counting = (count_pad.to_string(), count_pad);
                let kind = generic("AvgPool2d", &given, &[padding, rounding, counting]);
                Emission::field(kind, "AvgPool2d::new")
            }
        }
    }
}

impl Operation for Unpool {
    fn reach(&self) -> Reach {
        let sees = [0, 1, 2].map(|axis| self.window[axis].div_ceil(self.stride[axis]));
        Reach::Spread { sees, factor: self.stride.map(|stride| stride as f64) }
    }

    fn emission(&self) -> Emission {
        Emission::Unpool("max_unpool")
    }
}
