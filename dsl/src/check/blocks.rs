//! A block as it is defined: what can be known of its layers before any shape is.

use super::arguments::Arguments;
use super::names::Names;
use super::suggest::{did_you_mean, no_such_layer};
use crate::diagnostic::{Code, Diagnostic};
use crate::layers;
use crate::syntax::ast::{Block, Body, Call, Name, StepKind};

/// Whether a block's text is sound as far as that shows without shapes: its layers are known and
/// are given what they take.
pub(super) fn check(block: &Block, names: &Names<'_>, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let before = diagnostics.len();
    for (place, parameter) in block.parameters.iter().enumerate() {
        if parameter.name.value == "in" {
            let headline = "`in` is the value at each point, and no parameter";
            let found = Diagnostic::error(Code::TakenName, parameter.name.span.clone(), headline);
            diagnostics.push(found.label("taken").help("choose another name"));
        }
        let earlier = &block.parameters[..place];
        if let Some(first) = earlier.iter().find(|it| it.name.value == parameter.name.value) {
            let headline = format!("the parameter `{}` is given twice", parameter.name.value);
            let found =
                Diagnostic::error(Code::DuplicateName, parameter.name.span.clone(), headline);
            diagnostics.push(found.label("again here").also(first.name.span.clone(), "first here"));
        }
    }
    let mut walk = Walk { own: &block.name.value, names, diagnostics };
    walk.body(&block.body);
    diagnostics.len() == before
}

struct Walk<'a, 'n> {
    own: &'a str,
    names: &'a Names<'n>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Walk<'_, '_> {
    fn body(&mut self, body: &Body) {
        for step in &body.steps {
            match &step.kind {
                StepKind::Layer(call) => self.layer(call),
                StepKind::Branches(call, branches) => {
                    self.join(&call.name);
                    branches.iter().for_each(|branch| self.body(branch));
                }
                StepKind::Skip(skip) => {
                    self.join(&skip.join);
                    self.body(&skip.body);
                    skip.via.iter().for_each(|via| self.body(via));
                }
                StepKind::Repeat(repeat) => self.body(&repeat.body),
                StepKind::If(condition) => {
                    let arms = condition.arms.iter().map(|(_, body)| body);
                    arms.chain(&condition.otherwise).for_each(|body| self.body(body));
                }
                StepKind::Head(head) => self.body(&head.body),
                StepKind::Share(share) => share.body.iter().for_each(|body| self.body(body)),
                StepKind::From(_) => {}
            }
        }
    }

    fn layer(&mut self, call: &Call) {
        let name = call.name.value.as_str();
        let signature = match (layers::layer(name), layers::join(name)) {
            (Some(layer), _) => &layer.signature,
            (None, Some(join)) => &join.signature,
            (None, None) => return self.unknown(&call.name),
        };
        let mut call = call.clone();
        // A key of every layer with weights.
        call.arguments.retain(|it| it.key.as_ref().is_none_or(|key| key.value != "init"));
        Arguments::bind(signature, &call, self.diagnostics);
    }

    fn unknown(&mut self, name: &Name) {
        let word = name.value.as_str();
        let definitions = &self.names.scope.definitions;
        let known = definitions.block(word).is_some() || definitions.family(word).is_some();
        if known || word == self.own || self.names.is_known(word) {
            return;
        }
        let known = definitions.names().chain(layers::names()).chain([self.own]);
        self.diagnostics.push(no_such_layer(name, known));
    }

    fn join(&mut self, name: &Name) {
        if layers::join(&name.value).is_some() {
            return;
        }
        let known = layers::JOINS.iter().map(|join| join.signature.name);
        let help = did_you_mean(&name.value, known)
            .unwrap_or_else(|| "there are `add`, `mul`, `mean`, `max` and `concat`".to_owned());
        let headline = format!("there is no join `{}`", name.value);
        let found = Diagnostic::error(Code::UnknownJoin, name.span.clone(), headline);
        self.diagnostics.push(found.label("unknown join").help(help));
    }
}
