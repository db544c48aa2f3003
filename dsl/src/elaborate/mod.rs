//! From a definition to a network: parameters get their values, blocks are called, repetitions
//! unrolled, and every layer's shape is worked out.
//!
//! [`network`] goes on after an error, so that one run finds all of them. What an error hides has
//! no shape, and layers on it say nothing more.

mod calls;
mod draft;
mod evaluate;
mod heads;
mod joins;
mod labels;
mod repair;
mod share;
mod steps;

use std::sync::Arc;

use crate::check::{Definitions, Family};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::layers;
use crate::network::{Network, NodeId, Start};
use crate::shape::Shape;
use crate::syntax::ast::{Argument, Expr, Input, Name, Net, Step, Value};

pub(crate) use draft::DraftNode;
use draft::{Draft, Finished, fits, too_large};
pub(crate) use evaluate::{Evaluator, Variables};
pub(crate) use labels::{Labels, Operand};

/// What became of a definition.
pub(crate) struct Elaborated {
    /// The network, unless there were errors.
    pub(crate) network: Option<Network>,
    /// Behind each step of the definition: the current value, and how many nodes there are.
    pub(crate) marks: Vec<Mark>,
    /// Everything found wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A place between two steps of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The current value there.
    pub(crate) current: Option<NodeId>,
    /// Nodes before it.
    pub(crate) nodes: usize,
}

/// Works out a member of a family of networks. `lines` are the steps behind those of its body, and
/// `space` what the names of blocks and networks mean in it.
pub(crate) fn network(
    family: &Family,
    lines: &[Arc<Vec<Step>>],
    space: &Definitions,
) -> Elaborated {
    let net = family.net.as_ref();
    let body = net.body.as_ref().map_or(&[][..], |body| &body.steps);
    let steps = body.iter().chain(lines.iter().flat_map(|line| line.iter())).collect::<Vec<_>>();
    let mut draft = Draft::new(space, net.strict);
    draft.start = draft.start_of(&net.keys);
    draft.labels.enter("", true, steps.iter().copied());
    draft.family_variables(net, &family.arguments);
    draft.inputs(net, &family.inputs);
    if let Some(body) = net.body.as_ref().filter(|_| steps.is_empty()) {
        let headline = format!("`{}` has no layers", net.name.value);
        let found = Diagnostic::error(Code::EmptyBody, body.span.clone(), headline);
        draft.report(found.label("nothing in here"));
    }
    let mut marks = Vec::with_capacity(steps.len() + 1);
    let mark = |draft: &Draft<'_>| Mark { current: draft.current, nodes: draft.nodes.len() };
    marks.push(mark(&draft));
    for step in steps {
        draft.step(step, None);
        marks.push(mark(&draft));
    }
    finished(draft, family, marks)
}

fn finished(mut draft: Draft<'_>, family: &Family, marks: Vec<Mark>) -> Elaborated {
    let mut diagnostics = std::mem::take(&mut draft.diagnostics);
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    if diagnostics.iter().any(is_error) {
        return Elaborated { network: None, marks, diagnostics };
    }
    let (result, input_count) = (draft.current, draft.input_count);
    if family.net.body.is_some() {
        diagnostics.extend(result.iter().flat_map(|&result| draft.unused(result)));
    }
    let network = draft.finish().zip(result).map(|(Finished { nodes, heads, groups }, result)| {
        let (name, source) = (family.name.clone(), family.source.clone());
        Network { name, nodes, input_count, result, heads, groups, source }
    });
    if network.is_none() {
        let headline = format!("`{}` cannot be worked out, and nothing says why", family.name);
        diagnostics.push(Diagnostic::bug(family.net.name.span.clone(), headline));
    }
    Elaborated { network, marks, diagnostics }
}

impl<'a> Draft<'a> {
    /// Gives the parameters of a family their values: those given, or else their defaults.
    fn family_variables(&mut self, net: &'a Net, given: &Variables) {
        for parameter in &net.parameters {
            let name = &parameter.name.value;
            if self.variables.contains_key(name) {
                let span = parameter.name.span.clone();
                let headline = format!("the parameter `{name}` is given twice");
                self.report(Diagnostic::error(Code::DuplicateName, span, headline));
            }
            let value = match (given.get(name), &parameter.default) {
                (Some(value), _) => Some(value.clone()),
                (None, Some(default)) => {
                    self.evaluate(|it| it.value(default)).map(|value| value.value)
                }
                (None, None) => None,
            };
            // An unknown value is reported where it stands; uses of it say nothing more.
            if let Some(value) = value {
                self.variables.insert(name.clone(), value);
            }
        }
    }

    /// The inputs as the first nodes.
    fn inputs(&mut self, net: &'a Net, instead: &[Input]) {
        let inputs = if instead.is_empty() { &net.inputs } else { instead };
        if let Some((dims, span)) = shape_with_commas(inputs) {
            let text = crate::shape::dims_text(&dims).replace('x', ", ");
            let headline = format!("`{text}` are {} inputs, not one shape", dims.len());
            let shape = Shape::of(&dims);
            let found = Diagnostic::error(Code::BadInput, span.clone(), headline)
                .label("joined by commas")
                .help(format!("a shape is joined by `x`: `{}`", crate::shape::dims_text(&dims)));
            self.report(found);
            // The layers are looked at as if it stood there.
            self.push_input(None, shape, Some(Box::new(layers::Input)), span);
            (self.input_count, self.current) = (1, Some(0));
            return;
        }
        let (parameters, inputs): (Vec<_>, Vec<_>) = inputs
            .iter()
            .partition(|input| input.name.is_none() && matches!(input.shape.value, Value::Path(_)));
        for Input { shape: Expr { value, span }, .. } in parameters {
            let headline = format!("the parameter `{value}` has no value");
            let found = Diagnostic::error(Code::BadInput, span.clone(), headline)
                .label("neither a shape nor a parameter with its default")
                .help(format!("parameters of a network have defaults: `{value}=64`"));
            self.report(found);
        }
        if inputs.is_empty() {
            let headline = format!("`{}` has no input", net.name.value);
            let found = Diagnostic::error(Code::BadInput, net.name.span.clone(), headline)
                .label("what shape goes in?")
                .help(format!("write `net {}(1x28x28)` for grey pictures", net.name.value));
            self.report(found);
            self.push_input(None, None, None, net.name.span.clone());
        }
        let count = inputs.len();
        for (place, input) in inputs.into_iter().enumerate() {
            // A member may leave out the names that its family has given.
            let family = net.inputs.get(place).and_then(|input| input.name.as_ref());
            let name = input.name.as_ref().or(family);
            if name.is_none() && count > 1 {
                let span = input.shape.span.clone();
                let found =
                    Diagnostic::error(Code::BadInput, span, "one of several inputs has no name");
                let help = "name each: `net D(photo: 3x64x64, map: 1x64x64)`";
                self.report(found.label("what is it called?").help(help));
            }
            let shape = self.input_shape(&input.shape);
            let operation = Some(Box::new(layers::Input) as _);
            self.push_input(name, shape, operation, input.shape.span.clone());
        }
        self.input_count = self.nodes.len();
        self.current = (self.input_count == 1).then_some(0);
    }

    fn input_shape(&mut self, expr: &Expr) -> Option<Shape> {
        let value = self.evaluate(|it| it.value(expr))?;
        let dims = match &value.value {
            Value::Integer(features) => u64::try_from(*features).ok().map(|it| vec![it]),
            Value::Shape(dims) => Some(dims.clone()),
            _ => None,
        };
        let dims = dims.and_then(|dims| {
            dims.into_iter().map(|dim| usize::try_from(dim).ok()).collect::<Option<Vec<_>>>()
        });
        let shape = dims.and_then(|dims| Shape::of(&dims)).filter(|it| it.values() != Some(0));
        match shape {
            Some(shape) if fits(&shape) => shape.into(),
            Some(_) => {
                self.report(too_large("the input", expr.span.clone()));
                None
            }
            None => {
                self.report(no_input(&value));
                None
            }
        }
    }

    /// How the weights of a network begin, by its keys.
    fn start_of(&mut self, keys: &[Argument]) -> Option<Start> {
        let mut start = None;
        for Argument { key, value } in keys {
            let Some(key) = key else { continue };
            if key.value == "init" {
                start = self.start(value).flatten();
            } else {
                let headline = format!("a net has no key `{}`", key.value);
                let found = Diagnostic::error(Code::UnknownKey, key.span.clone(), headline);
                self.report(found.label("unknown key").help("there are `strict` and `init=`"));
            }
        }
        start
    }

    /// How weights begin, by the value of `init=`; the inner `None` is PyTorch's default.
    fn start(&mut self, value: &Expr) -> Option<Option<Start>> {
        let value = self.evaluate(|it| it.value(value))?;
        let word = match &value.value {
            Value::Path(word) => word.as_str(),
            _ => "",
        };
        Some(match word {
            "default" => None,
            "he" => Some(Start::He),
            "xavier" => Some(Start::Xavier),
            "normal" => Some(Start::Normal),
            "zeros" => Some(Start::Zeros),
            _ => {
                let headline = format!("`init={}` is no way to begin", value.value);
                let found = Diagnostic::error(Code::BadArgument, value.span, headline)
                    .label("not known")
                    .help("there are `default`, `he`, `xavier`, `normal` and `zeros`");
                self.report(found);
                return None;
            }
        })
    }

    /// Works something out at the current place.
    fn evaluate<T>(&mut self, work: impl FnOnce(&mut Evaluator<'_>) -> T) -> T {
        let current = self.operand().map(|operand| (operand.shape, operand.gives));
        let labels = &self.labels;
        let label = |name: &str| labels.find(name).ok().map(|operand| operand.shape);
        work(&mut Evaluator {
            variables: &self.variables,
            current,
            label: &label,
            diagnostics: &mut self.diagnostics,
        })
    }

    /// The value of a label, as an argument names it. One that is not there is reported.
    fn label(&mut self, name: &Name) -> Option<Operand> {
        match self.labels.find(&name.value) {
            Ok(operand) => Some(operand),
            Err(missing) => {
                self.report(missing.diagnostic(&name.value, &name.span));
                None
            }
        }
    }

    /// The current value; where there is none yet, that is reported of the step at `span`.
    fn current(&mut self, what: &str, span: &Span) -> Option<Operand> {
        let operand = self.operand();
        if operand.is_none() {
            let names = self.nodes[..self.input_count].iter();
            let names = names.map(|input| input.path.clone()).collect::<Vec<_>>();
            let first = names.first().cloned().unwrap_or_default();
            let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
            let headline = format!(
                "`{what}` has no input yet: the network has several, {}",
                listed.join(" and ")
            );
            let found = Diagnostic::error(Code::NoCurrentValue, span.clone(), headline)
                .label("which of the inputs?")
                .help(format!(
                    "begin with `from {first}`, or join them: `concat {}`",
                    names.join(" ")
                ));
            self.report(found);
        }
        operand
    }
}

/// The dimensions of inputs that are numbers alone, as a shape has them in other languages:
/// `net A(1, 28, 28)`.
fn shape_with_commas(inputs: &[Input]) -> Option<(Vec<usize>, Span)> {
    let dim = |input: &Input| match (&input.name, &input.shape.value) {
        (None, Value::Integer(dim)) => usize::try_from(*dim).ok().filter(|dim| *dim > 0),
        _ => None,
    };
    let dims = inputs.iter().map(dim).collect::<Option<Vec<_>>>()?;
    let (first, last) = (inputs.first()?, inputs.last()?);
    let is_shape = (2..=4).contains(&dims.len());
    is_shape.then_some((dims, first.shape.span.start..last.shape.span.end))
}

/// What to say of a value that is no shape of an input.
fn no_input(value: &Expr) -> Diagnostic {
    let headline = format!("`{}` is no shape of an input", value.value);
    let found = Diagnostic::error(Code::BadInput, value.span.clone(), headline);
    let usual = "write `1x28x28` for grey pictures, `3x224x224` for coloured ones, `100` for a \
                 vector";
    match &value.value {
        Value::Integer(0) => found.label("holds nothing").help(usual),
        Value::Shape(dims) if dims.contains(&0) => {
            found.label("a dimension of 0 holds nothing").help(usual)
        }
        Value::Shape(dims) if dims.len() > 4 => {
            let sample = dims[dims.len() - 3..].iter().map(u64::to_string).collect::<Vec<_>>();
            found.label(format!("{} dimensions", dims.len())).help(format!(
                "a sample has up to four, and the batch is never written: `{}`",
                sample.join("x")
            ))
        }
        _ => found.label("not a vector, nor channels x height x width").help(usual),
    }
}
