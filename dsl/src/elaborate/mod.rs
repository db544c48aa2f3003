//! From a definition to a network: parameters get their values, blocks are called, repetitions
//! unrolled, and every layer's shape is worked out.
//!
//! [`network`] goes on after an error, so that one run finds all of them. What an error hides has
//! no shape, and layers on it say nothing more.

mod budget;
mod calls;
mod draft;
mod evaluate;
mod heads;
mod inputs;
mod joins;
mod labels;
mod repair;
mod share;
mod steps;
mod watch;

use std::sync::Arc;

use crate::check::{Definitions, Family};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::network::{Network, NodeId, Start};
use crate::syntax::ast::{Argument, Expr, Net, Step, Value};

pub(crate) use budget::{Budget, PARAMETER};
pub(crate) use draft::DraftNode;
use draft::{Draft, Finished};
pub(crate) use evaluate::{Evaluator, Variables};
pub(crate) use labels::{Labels, Operand};
pub(crate) use watch::{Seen, SeenLabel, Watch};

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
/// `space` what the names of blocks and networks mean in it. Nothing is worked out once the budget
/// is spent.
pub(crate) fn network(
    family: &Family,
    lines: &[Arc<Vec<Step>>],
    space: &Definitions,
    budget: &Budget,
) -> Elaborated {
    watched(family, lines, space, budget, None)
}

/// The same, with note taken of the place that is watched.
pub(crate) fn watched(
    family: &Family,
    lines: &[Arc<Vec<Step>>],
    space: &Definitions,
    budget: &Budget,
    watch: Option<&Watch>,
) -> Elaborated {
    if budget.is_spent() {
        let found = budget.too_much(&family.net.name.span);
        let diagnostics = found.into_iter().collect();
        return Elaborated { network: None, marks: Vec::new(), diagnostics };
    }
    let net = family.net.as_ref();
    let body = net.body.as_ref().map_or(&[][..], |body| &body.steps);
    let steps = body.iter().chain(lines.iter().flat_map(|line| line.iter())).collect::<Vec<_>>();
    let mut draft = Draft::new(space, budget, net.strict);
    draft.watch = watch;
    draft.start = draft.start_of(&net.keys);
    draft.enter_level("", true, steps.iter().copied());
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
    for step in &steps {
        draft.step(step, None);
        marks.push(mark(&draft));
    }
    // The last of them may have been the one too much.
    draft.is_affordable(steps.last().map_or(&net.name.span, |step| &step.span));
    finished(draft, family, marks)
}

fn finished(mut draft: Draft<'_>, family: &Family, marks: Vec<Mark>) -> Elaborated {
    let mut diagnostics = std::mem::take(&mut draft.diagnostics);
    let is_error = |found: &Diagnostic| found.severity == Severity::Error;
    if draft.calls_broken || draft.exhausted || diagnostics.iter().any(is_error) {
        return Elaborated { network: None, marks, diagnostics };
    }
    let (result, input_count) = (draft.current, draft.input_count);
    if result.is_none() {
        // A header alone, which is still open, gives nothing yet.
        if marks.len() > 1 {
            diagnostics.push(gives_nothing(family.net.as_ref()));
        }
        return Elaborated { network: None, marks, diagnostics };
    }
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

/// What to say of a network of several inputs whose steps use none of them.
fn gives_nothing(net: &Net) -> Diagnostic {
    let names = net.inputs.iter().filter_map(|input| input.name.as_ref());
    let names = names.map(|name| name.value.as_str()).collect::<Vec<_>>();
    let headline = format!("`{}` uses none of its inputs", net.name.value);
    Diagnostic::error(Code::NoCurrentValue, net.name.span.clone(), headline)
        .label("has no output")
        .help(format!("join them: `concat {}`", names.join(" ")))
}

impl<'a> Draft<'a> {
    /// Gives the parameters of a family their values: those given, or else their defaults.
    fn family_variables(&mut self, net: &'a Net, given: &Variables) {
        self.budget.spend(PARAMETER * net.parameters.len());
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
        let label = |name: &str| labels.get(name).map(|operand| operand.shape);
        work(&mut Evaluator {
            variables: &self.variables,
            budget: self.budget,
            current,
            label: &label,
            diagnostics: &mut self.diagnostics,
        })
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
