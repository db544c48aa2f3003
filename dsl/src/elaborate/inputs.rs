//! The inputs of a network, and what may be wrong with them.

use super::draft::{Draft, fits, too_large};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::layers;
use crate::shape::{Shape, dims_text};
use crate::syntax::ast::{Expr, Input, Net, Value};

impl<'a> Draft<'a> {
    /// The inputs as the first nodes.
    pub(super) fn inputs(&mut self, net: &'a Net, instead: &[Input]) {
        let inputs = if instead.is_empty() { &net.inputs } else { instead };
        if let Some((dims, span)) = shape_with_commas(inputs) {
            let text = dims_text(&dims).replace('x', ", ");
            let headline = format!("`{text}` are {} inputs, not one shape", dims.len());
            let shape = Shape::of(&dims);
            let found = Diagnostic::error(Code::BadInput, span.clone(), headline)
                .label("joined by commas")
                .help(format!("a shape is joined by `x`: `{}`", dims_text(&dims)));
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
                .help(no_input_help(net));
            self.report(found);
            self.push_input(None, None, None, net.name.span.clone());
        }
        // A member may leave out the names that its family has given.
        let named = inputs.into_iter().enumerate().map(|(place, input)| {
            let family = net.inputs.get(place).and_then(|input| input.name.as_ref());
            (input.name.as_ref().or(family), &input.shape)
        });
        let named = named.collect::<Vec<_>>();
        let nameless = named.iter().filter(|(name, _)| name.is_none()).map(|(_, shape)| *shape);
        let nameless = nameless.filter(|_| named.len() > 1).collect::<Vec<_>>();
        self.nameless_inputs(&nameless);
        for (name, input) in named {
            let shape = self.input_shape(input);
            let operation = Some(Box::new(layers::Input) as _);
            self.push_input(name, shape, operation, input.span.clone());
        }
        self.input_count = self.nodes.len();
        // After an error, one input is as good as another.
        self.current = (self.input_count == 1 || !nameless.is_empty()).then_some(0);
    }

    /// Reports several inputs of which some have no name.
    fn nameless_inputs(&mut self, nameless: &[&Expr]) {
        let Some((last, others)) = nameless.split_last() else { return };
        let headline = match others.len() {
            0 => format!("the input `{}` is one of several, and has no name", last.value),
            _ => "several inputs, and none of them has a name".to_owned(),
        };
        let found = Diagnostic::error(Code::BadInput, last.span.clone(), headline)
            .label("what is it called?")
            .help(
                "name each input, `photo: 3x64x64`; what is no input but a parameter has a \
                 default, `classes=10`",
            );
        let found = others.iter().fold(found, |found, it| found.also(it.span.clone(), "and this?"));
        self.report(found);
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

/// What to do about a network without an input.
fn no_input_help(net: &Net) -> String {
    let shapes = net.parameters.iter().filter_map(|parameter| {
        let default = &parameter.default.as_ref()?.value;
        matches!(default, Value::Shape(_)).then_some((&parameter.name.value, default))
    });
    match shapes.into_iter().next() {
        Some((name, shape)) => {
            format!("`{name}={shape}` is a parameter: an input is written `{name}: {shape}`")
        }
        None => format!("write `net {}(1x28x28)` for grey pictures", net.name.value),
    }
}
