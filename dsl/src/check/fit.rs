//! Whether a network fits the data it is to work on.

use super::DataSet;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::messages::Task;
use crate::network::Network;
use crate::shape::Shape;

/// What does not fit between a network, named at `span`, and a data set, as far as that is known
/// before the data are read.
pub(super) fn misfits(net: &Network, data: &DataSet, span: &Span) -> Vec<Diagnostic> {
    [input(net, data, span), output(net, data, span)].into_iter().flatten().collect()
}

/// What does not fit between a network and a data set that it is to learn from, or only to work on.
pub(crate) fn misfits_of_training(
    net: &Network,
    data: &DataSet,
    is_training: bool,
) -> Vec<Diagnostic> {
    let training = is_training.then(|| training(net, data, &(0..0))).flatten();
    misfits(net, data, &(0..0)).into_iter().chain(training).collect()
}

/// What keeps a network, named at `span`, from telling classes of a picture.
pub(super) fn no_classes(net: &Network, span: &Span) -> Option<Diagnostic> {
    let (name, output) = (&net.name, net.output());
    let gives_map = !matches!(output, Shape::Features(_));
    gives_map.then(|| {
        let headline =
            format!("`{name}` gives {}, not one value for each class", output.in_words());
        Diagnostic::error(Code::OutputMismatch, span.clone(), headline)
            .label(format!("gives {output}"))
            .help("end the net with `flatten -> linear 10`, for ten classes")
    })
}

/// What keeps a network, named at `span`, from being trained on a data set.
pub(super) fn training(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    match data.task? {
        Task::None => {
            let headline = format!("`{}` has no answers to learn", data.name);
            let found = Diagnostic::error(Code::OutputMismatch, span.clone(), headline);
            Some(found.label("nothing to train on").help("train on pictures with classes"))
        }
        Task::Box => no_box_head(net, data, span),
        Task::Values => None,
        Task::Class | Task::Mask | Task::Colours => heads(net, data, span),
    }
}

/// What keeps the heads of a network from learning what the main output learns.
fn heads(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    let wanted = wanted_output(net, data)?;
    let head = net.heads.iter().find(|head| net.nodes[head.node].shape != wanted)?;
    let shape = net.nodes[head.node].shape;
    let headline = format!(
        "the head `{}` of `{}` gives {}, not {}",
        head.name,
        net.name,
        shape.in_words(),
        wanted.in_words()
    );
    let found = Diagnostic::error(Code::OutputMismatch, span.clone(), headline);
    Some(found.label("a head of another shape").help("a head learns what the main output learns"))
}

/// Whether a network lacks the output for the box around a thing.
fn no_box_head(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    let boxes = net.heads.iter().filter(|head| net.nodes[head.node].shape == Shape::Features(4));
    if boxes.count() == 1 {
        return None;
    }
    let headline = format!("`{}` has boxes, but `{}` gives none", data.name, net.name);
    let found = Diagnostic::error(Code::OutputMismatch, span.clone(), headline);
    Some(found.label("no single head of 4 values").help(
        "add a head of four values before the layers of the class: \
         `head box { linear 4 -> sigmoid }`",
    ))
}

fn input(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    if net.input_count > 1 {
        let headline =
            format!("`{}` has {} inputs, a data set gives one", net.name, net.input_count);
        let found = Diagnostic::error(Code::InputMismatch, span.clone(), headline);
        return Some(found.label("several inputs"));
    }
    let (taken, given) = (net.input(), data.shape?);
    (taken != given).then(|| {
        let headline = format!("`{}` takes {taken}, but `{}` has {given}", net.name, data.name);
        Diagnostic::error(Code::InputMismatch, span.clone(), headline)
            .label(format!("takes {taken}"))
            .help(format!("write `net {}({given})`", net.name))
    })
}

/// The output that tells the classes of a data set apart, where that is known.
fn wanted_output(net: &Network, data: &DataSet) -> Option<Shape> {
    let classes = data.classes?;
    match data.task? {
        Task::Class | Task::Box => Some(Shape::Features(classes)),
        Task::Mask | Task::Colours => match net.input() {
            Shape::Map([_, rows, columns]) => Some(Shape::Map([classes, rows, columns])),
            _ => None,
        },
        Task::Values | Task::None => None,
    }
}

fn output(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    let wanted = wanted_output(net, data)?;
    let output = net.output();
    if output == wanted {
        return None;
    }
    let classes = wanted.first();
    let each = match data.task {
        Some(Task::Colours) => "colours",
        Some(Task::Mask) => "classes of pixels",
        _ => "classes",
    };
    let headline = format!(
        "`{}` gives {}, but `{}` has {classes} {each}",
        net.name,
        output.in_words(),
        data.name
    );
    let help = match (wanted, output) {
        (Shape::Features(_), Shape::Features(_)) => format!("end the net with `linear {classes}`"),
        (Shape::Features(_), _) => format!("end the net with `flatten -> linear {classes}`"),
        (Shape::Map([_, rows, columns]), Shape::Map([_, high, wide]))
            if [rows, columns] == [high, wide] =>
        {
            format!("end the net with `conv {classes} 1`")
        }
        _ => format!("the answer is a map of {wanted}: as large as the picture, a channel a class"),
    };
    let found = Diagnostic::error(Code::OutputMismatch, span.clone(), headline);
    Some(found.label(format!("gives {output}")).help(help))
}
