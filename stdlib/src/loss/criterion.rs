//! The loss of a network's outputs that a training makes small.

use netlet_dsl::messages::{Failure, LossKind, Task};

use super::{
    Classes, CrossEntropy, Loss, Overlap, Pointwise, binary_cross_entropy, overlap, pointwise,
};
use crate::data::{Located, Targets};
use crate::network::{Head, Outputs};
use crate::value::Value;

/// The shape of the output that says where a thing is.
const BOX: [usize; 1] = [4];

/// The losses by their names in the language.
const NAMES: [(LossKind, &str); 8] = [
    (LossKind::Auto, "auto"),
    (LossKind::CrossEntropy, "cross_entropy"),
    (LossKind::MeanSquared, "mse"),
    (LossKind::Absolute, "l1"),
    (LossKind::SmoothAbsolute, "smooth_l1"),
    (LossKind::BinaryCrossEntropy, "bce"),
    (LossKind::Dice, "dice"),
    (LossKind::MeanIou, "miou"),
];

/// A loss that fits a task.
///
/// Of several outputs it is the sum: the main one's counts 1, a head's what the network says. Every
/// head learns what the main output learns, but that of four values in a task with boxes: it is the
/// box, of which PyTorch's `SmoothL1Loss` is taken, or `loss=l1` or `loss=mse` if so wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    rule: Rule,
    /// The loss of a box.
    place: Pointwise,
    task: Task,
}

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    CrossEntropy(CrossEntropy),
    Binary,
    Overlap(Overlap),
    Pointwise(Pointwise),
}

impl Criterion {
    /// The loss `kind` for `task`, with a weight for each class if not all count the same, and a
    /// share of the target for all classes alike.
    ///
    /// # Errors
    /// When it does not fit the task, or takes no weights or smoothing but is given some.
    pub fn new(
        kind: LossKind,
        task: Task,
        weights: Option<Vec<f32>>,
        smoothing: f64,
    ) -> Result<Self, Failure> {
        let entropy = || CrossEntropy { weights: weights.clone(), smoothing: smoothing as f32 };
        let (mut place, kept) = (Pointwise::Smooth, |rule: Pointwise| Rule::Pointwise(rule));
        let rule = match (task, kind) {
            (Task::None, _) => {
                return Err(Failure::new("the data has no answers to learn")
                    .help("train on a data set with classes, masks, boxes or values"));
            }
            (Task::Values, LossKind::Auto | LossKind::MeanSquared) => kept(Pointwise::Squared),
            (Task::Values, LossKind::Absolute) => kept(Pointwise::Absolute),
            (Task::Values, LossKind::SmoothAbsolute) => kept(Pointwise::Smooth),
            (Task::Values, LossKind::BinaryCrossEntropy) => kept(Pointwise::Binary),
            (Task::Box, LossKind::Absolute | LossKind::MeanSquared | LossKind::SmoothAbsolute) => {
                place = match kind {
                    LossKind::Absolute => Pointwise::Absolute,
                    LossKind::MeanSquared => Pointwise::Squared,
                    _ => Pointwise::Smooth,
                };
                Rule::CrossEntropy(entropy())
            }
            (Task::Values, _) => return Err(unfit(kind, task)),
            (_, LossKind::Auto | LossKind::CrossEntropy) => Rule::CrossEntropy(entropy()),
            (Task::Class | Task::Mask | Task::Colours, LossKind::BinaryCrossEntropy) => {
                Rule::Binary
            }
            (Task::Mask | Task::Colours, LossKind::Dice) => Rule::Overlap(Overlap::Dice),
            (Task::Mask | Task::Colours, LossKind::MeanIou) => Rule::Overlap(Overlap::Iou),
            _ => return Err(unfit(kind, task)),
        };
        let extra = [("weights", weights.is_some()), ("smoothing", smoothing != 0.0)];
        match extra.into_iter().find(|(_, given)| *given) {
            Some((key, _)) if !matches!(rule, Rule::CrossEntropy(_)) => {
                Err(Failure::new(format!("`{key}` belongs to the cross entropy of classes"))
                    .note(format!("the loss is `{}`", name_of(kind, &rule)))
                    .help(format!("leave `{key}` out, or train with `loss=cross_entropy`")))
            }
            _ => Ok(Self { rule, place, task }),
        }
    }

    /// The same without weights and smoothing, which help to learn and are no measure.
    pub fn plain(&self) -> Self {
        match self.rule {
            Rule::CrossEntropy(_) => {
                Self { rule: Rule::CrossEntropy(CrossEntropy::default()), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// What it is called, with spaces.
    pub fn title(&self) -> &'static str {
        match self.rule {
            Rule::CrossEntropy(_) if self.task == Task::Box => "cross entropy + box loss",
            Rule::CrossEntropy(_) => "cross entropy",
            Rule::Binary | Rule::Pointwise(Pointwise::Binary) => "binary cross entropy",
            Rule::Overlap(Overlap::Dice) => "1 - Dice",
            Rule::Overlap(Overlap::Iou) => "1 - mean IoU",
            Rule::Pointwise(Pointwise::Squared) => "mean squared error",
            Rule::Pointwise(Pointwise::Absolute) => "mean absolute error",
            Rule::Pointwise(Pointwise::Smooth) => "smooth absolute error",
        }
    }

    /// The loss of `outputs`, whose heads are described by `heads`, beside the true `targets`.
    ///
    /// # Panics
    /// When the outputs do not fit the targets.
    pub fn of(&self, outputs: Outputs, heads: &[Head], targets: &Targets) -> Loss {
        let weight = |name: &str| heads.iter().find(|head| head.name == name).map(|head| head.loss);
        let mut loss = self.of_main(outputs.out, targets);
        for (name, value) in outputs.heads {
            let part = match targets {
                Targets::Boxes(things) if is_box(&value) => self.of_boxes(value, things),
                _ => self.of_main(value, targets),
            };
            loss = loss.plus(weight(name).unwrap_or(1.0), part);
        }
        loss
    }

    /// The same of what predictions come from: the main output and the box.
    pub fn of_prediction(&self, mut outputs: Outputs, heads: &[Head], targets: &Targets) -> Loss {
        let boxes = matches!(targets, Targets::Boxes(_));
        outputs.heads.retain(|(_, value)| boxes && is_box(value));
        self.of(outputs, heads, targets)
    }

    fn of_main(&self, output: Value, targets: &Targets) -> Loss {
        let classes: Vec<usize>;
        let classes = match targets {
            Targets::Classes(classes) => Classes::Samples(classes),
            Targets::Masks(pixels) => Classes::Pixels(pixels),
            Targets::Boxes(things) => {
                classes = things.iter().map(|thing| thing.class).collect();
                Classes::Samples(&classes)
            }
            Targets::Values(values) => {
                let Rule::Pointwise(rule) = self.rule else { panic!("classes of numbers") };
                return pointwise(rule, output, values);
            }
            Targets::None => panic!("a loss of samples without answers"),
        };
        match &self.rule {
            Rule::CrossEntropy(entropy) => entropy.of(output, classes),
            Rule::Binary => binary_cross_entropy(output, classes),
            Rule::Overlap(measure) => overlap(*measure, output, classes),
            Rule::Pointwise(_) => panic!("numbers of classes"),
        }
    }

    fn of_boxes(&self, output: Value, things: &[Located]) -> Loss {
        let places: Vec<f32> = things.iter().flat_map(|thing| thing.place).collect();
        pointwise(self.place, output, &places)
    }
}

/// Whether a head says where a thing is.
pub(crate) fn is_box(head: &Value) -> bool {
    head.shape() == BOX
}

fn name(kind: LossKind) -> &'static str {
    NAMES.iter().find(|(of, _)| *of == kind).map_or("auto", |(_, name)| name)
}

/// The name of a loss, of `auto` that of what it stands for.
fn name_of(kind: LossKind, rule: &Rule) -> &'static str {
    match (kind, rule) {
        (LossKind::Auto, Rule::Pointwise(_)) => name(LossKind::MeanSquared),
        _ => name(kind),
    }
}

/// Says which losses fit a task.
fn unfit(kind: LossKind, task: Task) -> Failure {
    let (answers, fitting) = match task {
        Task::Class => ("classes", "`cross_entropy` and `bce`"),
        Task::Mask => ("masks", "`cross_entropy`, `bce`, `dice` and `miou`"),
        Task::Colours => ("the colours of pixels", "`cross_entropy`, `bce`, `dice` and `miou`"),
        Task::Box => {
            ("classes with boxes", "`cross_entropy`; of the box, `smooth_l1`, `l1` and `mse`")
        }
        Task::Values => ("numbers", "`mse`, `l1`, `smooth_l1` and `bce`"),
        Task::None => ("nothing", "none"),
    };
    Failure::new(format!("`loss={}` does not fit the data", name(kind)))
        .note(format!("the answers are {answers}, for which there are {fitting}"))
        .help("leave `loss` out for what fits best")
}
