//! Commands that look into networks and at what they make of samples.

use std::path::PathBuf;
use std::sync::Arc;

use super::commands::Asked;
use super::{Action, fit};
use crate::diagnostic::{Code, Diagnostic};
use crate::messages::{CurveKind, Subject, WorkerCommand};
use crate::network::Network;
use crate::syntax::ast::{Expr, Value};

impl Asked<'_> {
    /// A picture file, or samples that fit the network.
    fn subject(&mut self, net: Option<&Arc<Network>>, on: &Expr) -> Option<Subject> {
        if let Value::Text(_) = on.value {
            let path = PathBuf::from(self.arguments.text("the picture", on)?);
            return Some(Subject::Picture { path });
        }
        let (data, range) = self.samples(on)?;
        self.fits(net?, &data)?;
        Some(Subject::Data { name: data.name, range })
    }
}

/// `plot NET`, `plot NET.loss`.
pub(super) fn plot(asked: &mut Asked<'_>) -> Option<Action> {
    let operand = asked.arguments.value("NET.loss")?.into_owned();
    let (net, word) = asked.net_and_word(&operand)?;
    let curve = match word {
        None => None,
        Some(word) => match CurveKind::ALL.into_iter().find(|curve| curve.word() == word) {
            Some(curve) => Some(curve),
            None => {
                let headline = format!("there is no curve `{word}` of `{}`", net.name);
                let found = Diagnostic::error(Code::UnknownLabel, operand.span, headline);
                let names = CurveKind::ALL
                    .map(|curve| format!("`{}.{}`", net.name, curve.word()))
                    .join(", ");
                let help = format!("`plot` draws {names}, or all of them: `plot {}`", net.name);
                asked.arguments.report(found.label("no such curve").help(help));
                return None;
            }
        },
    };
    let command = WorkerCommand::Plot { net: net.name.clone(), curve };
    Some(Action::Worker { net: Some(net), command })
}

/// `predict NET on X`.
pub(super) fn predict(asked: &mut Asked<'_>) -> Option<Action> {
    let net = asked.net();
    let tta = asked.arguments.flag("tta");
    let on = asked.on?;
    let subject = asked.subject(net.as_ref(), on)?;
    let (net, tta) = (net?, tta?);
    let command = WorkerCommand::Predict { net: net.name.clone(), on: subject, tta };
    Some(Action::Worker { net: Some(net), command })
}

/// `evaluate NET on DATA`.
pub(super) fn evaluate(asked: &mut Asked<'_>) -> Option<Action> {
    let (confusion, tta) = (asked.arguments.flag("confusion"), asked.arguments.flag("tta"));
    let (net, data) = asked.net_on_data()?;
    let (confusion, tta) = (confusion?, tta?);
    let command =
        WorkerCommand::Evaluate { net: net.name.clone(), data: data.name, confusion, tta };
    Some(Action::Worker { net: Some(net), command })
}

/// `worst NET on DATA`.
pub(super) fn worst(asked: &mut Asked<'_>) -> Option<Action> {
    let count = asked.arguments.count("count");
    let (net, data) = asked.net_on_data()?;
    let command = WorkerCommand::Worst { net: net.name.clone(), data: data.name, count: count? };
    Some(Action::Worker { net: Some(net), command })
}

/// `gradcam NET on X`.
pub(super) fn gradcam(asked: &mut Asked<'_>) -> Option<Action> {
    let net = asked.net();
    let class = match asked.arguments.given("label") {
        Some(given) => match &given.value {
            Value::Path(name) | Value::Text(name) => Some(Some(name.clone())),
            Value::Integer(number) => Some(Some(number.to_string())),
            _ => asked.arguments.bad("label", given, "a class, by name or number"),
        },
        None => Some(None),
    };
    let layer = match asked.arguments.given("layer") {
        Some(given) => asked.layer_with_maps(net.as_ref()?, given).map(Some),
        None => Some(None),
    };
    let on = asked.on?;
    let span = asked.arguments.span("NET");
    if let Some(found) = fit::no_classes(net.as_ref()?, &span) {
        asked.arguments.report(found);
        return None;
    }
    let subject = asked.subject(net.as_ref(), on)?;
    let net = net?;
    let (name, class, layer) = (net.name.clone(), class?, layer?);
    let command = WorkerCommand::GradCam { net: name, on: subject, class, layer };
    Some(Action::Worker { net: Some(net), command })
}

/// `show DATA`, `show NET.label on X`, `show NET.conv1`.
pub(super) fn show(asked: &mut Asked<'_>) -> Option<Action> {
    let operand = asked.arguments.value("DATA[0..16]")?.into_owned();
    let of_net = match &operand.value {
        Value::Path(path) => {
            let name = path.split('.').next().unwrap_or(path);
            asked.names.scope.net_names().any(|net| net == name) || path.contains('.')
        }
        _ => false,
    };
    if of_net {
        return show_layer(asked, &operand);
    }
    if let Some(on) = asked.on {
        let headline = "samples are shown as they are, without `on`";
        let found = Diagnostic::error(Code::ExtraArgument, on.span.clone(), headline);
        asked.arguments.report(found.label("not wanted here"));
        return None;
    }
    let (data, range) = asked.samples(&operand)?;
    let command = WorkerCommand::Show { data: data.name, range };
    Some(Action::Worker { net: None, command })
}

fn show_layer(asked: &mut Asked<'_>, operand: &Expr) -> Option<Action> {
    let (net, part) = asked.net_part(operand)?;
    let Some(part) = part else {
        let headline = format!("`show` wants a layer of `{}`", net.name);
        let found = Diagnostic::error(Code::MissingArgument, operand.span.clone(), headline);
        let name = &net.name;
        let layer = net.nodes[net.result].path.clone();
        asked.arguments.report(found.label("a whole network").help(format!(
            "name a layer, as `show {name}.{layer} on X` does; `summary {name}` lists them"
        )));
        return None;
    };
    let name = net.name.clone();
    let command = match asked.on {
        Some(on) => {
            let wanted = Expr { value: Value::Path(part), span: operand.span.clone() };
            let layer = asked.layer_with_maps(&net, &wanted)?;
            let on = asked.subject(Some(&net), on)?;
            WorkerCommand::ShowFeatures { net: name, layer, on }
        }
        None => {
            let layer = asked.convolution(&net, &part, operand)?;
            WorkerCommand::ShowFilters { net: name, layer }
        }
    };
    Some(Action::Worker { net: Some(net), command })
}

impl Asked<'_> {
    /// The path of the last layer of a part, which gives maps.
    fn layer_with_maps(&mut self, net: &Network, part: &Expr) -> Option<String> {
        let Value::Path(name) = &part.value else {
            return self.arguments.bad("layer", part, "a layer by its label");
        };
        let Some(node) = net.nodes.iter().rev().find(|node| net.is_in_part(node, name)) else {
            self.no_part(net, name, part);
            return None;
        };
        if node.shape.extent().is_some() && node.shape.dims().len() == 3 {
            return Some(node.path.clone());
        }
        let headline =
            format!("`{}` of `{}` gives {}, not maps", name, net.name, node.shape.in_words());
        let found = Diagnostic::error(Code::BadArgument, part.span.clone(), headline);
        self.arguments.report(found.label("no feature maps").help("name a convolution or a pool"));
        None
    }

    /// The path of the only convolution of a part.
    fn convolution(&mut self, net: &Network, part: &str, operand: &Expr) -> Option<String> {
        let inside = net.nodes.iter().filter(|node| net.is_in_part(node, part));
        let mut filters = inside.filter(|node| has_filters(&node.layer));
        let first = filters.next();
        let is_sole = filters.next().is_none();
        match first {
            Some(node) if is_sole => return Some(node.path.clone()),
            first => {
                let (headline, help) = match first {
                    Some(first) => (
                        format!("`{part}` has several convolutions"),
                        format!("name one: `show {}.{}`", net.name, first.path),
                    ),
                    None => (
                        format!("`{part}` of `{}` has no filters", net.name),
                        format!("its maps: `show {}.{part} on X`", net.name),
                    ),
                };
                let span = operand.span.clone();
                let found = Diagnostic::error(Code::BadArgument, span, headline);
                self.arguments.report(found.label("no single convolution").help(help));
            }
        }
        None
    }
}

/// Whether a layer, as the language writes it, keeps filters of rows and columns.
fn has_filters(layer: &str) -> bool {
    let word = layer.split_whitespace().next();
    word.is_some_and(|word| ["conv", "depthwise", "convtranspose"].contains(&word))
}
