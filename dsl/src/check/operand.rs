//! The values of a network that its layers may refer to, by their labels.

use std::collections::BTreeMap;

use super::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::network::NodeId;
use crate::shape::Shape;
use crate::syntax::ast::{Body, Name, StepKind};

/// A value of a network, with what a message may say of it.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    /// The node that gives it.
    pub(crate) node: NodeId,
    /// Its shape, unless an error hides it.
    pub(crate) shape: Option<Shape>,
    /// Where its shape comes from, as a sentence begins: `` `conv 6 5x5` gives ``.
    pub(crate) gives: String,
    /// Where that layer stands.
    pub(crate) span: Span,
}

/// The labels of a network, by their paths.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// Every label of the source, whether its value exists yet or not.
    places: BTreeMap<String, Span>,
    /// Those whose values exist.
    values: BTreeMap<String, Operand>,
    /// The blocks that the current place is in, as the beginning of a path: `enc1.`
    prefix: String,
    /// Whether a part of the network is unknown, and with it perhaps labels.
    pub(crate) incomplete: bool,
}

/// Why a label has no value.
pub(crate) enum Missing {
    /// Its value comes later.
    Early(Span),
    /// There is none of that name, but perhaps a near one.
    Unknown(Option<String>),
    /// It may be in a part that is unknown.
    Hidden,
}

impl Labels {
    /// Notes all labels of a body, reporting those given twice.
    pub(crate) fn collect(&mut self, body: &Body, diagnostics: &mut Vec<Diagnostic>) {
        for step in &body.steps {
            if let Some(label) = &step.label {
                self.note(label, diagnostics);
            }
            match &step.kind {
                StepKind::Skip(skip) => {
                    let outer = step.label.as_ref().map(|label| self.begin(label));
                    self.collect(&skip.body, diagnostics);
                    if let Some(outer) = outer {
                        self.end(outer);
                    }
                }
                StepKind::NotYet(_) => self.incomplete = true,
                StepKind::Layer(_) => {}
            }
        }
    }

    /// Notes a label, reporting one given before.
    pub(crate) fn note(&mut self, label: &Name, diagnostics: &mut Vec<Diagnostic>) {
        let path = self.path(&label.value);
        if let Some(first) = self.places.insert(path, label.span.clone()) {
            let headline = format!("the label `{}` is given twice", label.value);
            let found = Diagnostic::error(Code::DuplicateLabel, label.span.clone(), headline);
            diagnostics.push(found.label("again here").also(first, "first here"));
        }
    }

    /// Goes into the block that a label makes of a step; gives what [`Labels::end`] wants back.
    pub(crate) fn begin(&mut self, label: &Name) -> usize {
        let outer = self.prefix.len();
        self.prefix = format!("{}{}.", self.prefix, label.value);
        outer
    }

    /// Goes back to the block around.
    pub(crate) fn end(&mut self, outer: usize) {
        self.prefix.truncate(outer);
    }

    /// The path of a name at the current place.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Whether a label of the source has that path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.places.contains_key(path)
    }

    /// Gives a label its value.
    pub(crate) fn define(&mut self, path: String, value: Operand) {
        self.values.insert(path, value);
    }

    /// The value of a label, looked for in the current block and then in those around it.
    pub(crate) fn find(&self, name: &str) -> Result<Operand, Missing> {
        let mut prefix = self.prefix.as_str();
        let mut missing = None;
        loop {
            let path = format!("{prefix}{name}");
            if let Some(value) = self.values.get(&path) {
                return Ok(value.clone());
            }
            missing = missing.or_else(|| self.places.get(&path).cloned());
            let Some(inner) = prefix.strip_suffix('.') else { break };
            prefix = &inner[..inner.rfind('.').map_or(0, |dot| dot + 1)];
        }
        Err(match missing {
            Some(place) => Missing::Early(place),
            None if self.incomplete => Missing::Hidden,
            None => Missing::Unknown(did_you_mean(name, self.values.keys().map(String::as_str))),
        })
    }
}

impl Missing {
    /// What to say of a reference to the label at `span`, if anything.
    pub(crate) fn diagnostic(self, name: &str, span: &Span) -> Option<Diagnostic> {
        let error = |code, headline| Diagnostic::error(code, span.clone(), headline);
        match self {
            Self::Early(place) => {
                let headline = format!("the label `{name}` has no value yet");
                let found = error(Code::EarlyLabel, headline).label("used here");
                Some(found.also(place, "given only here"))
            }
            Self::Unknown(near) => {
                let found = error(Code::UnknownLabel, format!("no layer has the label `{name}`"));
                let help = || format!("give it to a layer above: `... as {name}`");
                let help = near.or_else(|| (!name.contains('.')).then(help));
                Some(found.label("unknown label").maybe_help(help))
            }
            Self::Hidden => None,
        }
    }
}
