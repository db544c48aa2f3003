//! Whether a network fits the data it is to work on.

use super::arguments::not_yet;
use super::scope::DataSet;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::network::Network;
use crate::shape::Shape;

/// What does not fit between a network, named at `span`, and a data set.
pub(super) fn misfits(net: &Network, data: &DataSet, span: &Span) -> Vec<Diagnostic> {
    [input(net, data, span), output(net, data, span)].into_iter().flatten().collect()
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

/// What keeps the heads of a network, named at `span`, from being trained on a data set.
pub(super) fn heads(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    let wanted = Shape::Features(data.classes);
    let head = net.heads.iter().find(|head| net.nodes[head.node].shape != wanted)?;
    let shape = net.nodes[head.node].shape;
    let what = format!("training the head `{}` of {shape}", head.name);
    let help = format!("a head is trained as the main output is: on the {} classes", data.classes);
    Some(not_yet(&what, span.clone()).help(help))
}

fn input(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    if net.input_count > 1 {
        let headline =
            format!("`{}` has {} inputs, a data set gives one", net.name, net.input_count);
        let found = Diagnostic::error(Code::InputMismatch, span.clone(), headline);
        return Some(found.label("several inputs"));
    }
    let (taken, given) = (net.input(), data.shape);
    (taken != given).then(|| {
        let headline = format!("`{}` takes {taken}, but `{}` has {given}", net.name, data.name);
        Diagnostic::error(Code::InputMismatch, span.clone(), headline)
            .label(format!("takes {taken}"))
            .help(format!("write `net {}({given})`", net.name))
    })
}

fn output(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
    let classes = data.classes;
    (net.output() != Shape::Features(classes)).then(|| {
        let output = net.output();
        let found = output.in_words();
        let headline =
            format!("`{}` gives {found}, but `{}` has {classes} classes", net.name, data.name);
        let end = match output {
            Shape::Features(_) => format!("linear {classes}"),
            _ => format!("flatten -> linear {classes}"),
        };
        Diagnostic::error(Code::OutputMismatch, span.clone(), headline)
            .label(format!("gives {output}"))
            .help(format!("end the net with `{end}`"))
    })
}
