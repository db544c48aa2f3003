//! Whether a network fits the data it is to work on.

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

fn input(net: &Network, data: &DataSet, span: &Span) -> Option<Diagnostic> {
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
