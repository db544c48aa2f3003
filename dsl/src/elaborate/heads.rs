//! Heads: branches to further outputs.

use super::draft::Draft;
use crate::check::arguments::Arguments;
use crate::check::signature::Signature;
use crate::diagnostic::{Code, Diagnostic};
use crate::network::{GroupKind, Head as Output};
use crate::syntax::ast::{Argument, Head, Step, Value};

const SIGNATURE: Signature<'static> = Signature::new("head", &[]).keys(&[("loss", "1")]);

impl<'a> Draft<'a> {
    /// A further output; the main flow goes on as if it were not there.
    pub(super) fn head(&mut self, head: &'a Head, step: &Step) {
        let name = &head.name;
        if let Some(label) = &step.label {
            let found = Diagnostic::error(
                Code::ExtraArgument,
                label.span.clone(),
                format!("the head `{}` has its name already", name.value),
            );
            self.report(found.label("a second name"));
        }
        let options = self.evaluate(|it| it.call(&head.options));
        let mut is_training = false;
        let loss = options.and_then(|mut call| {
            // A word that may stand before or behind the keys.
            let is_word = |it: &Argument| {
                it.key.is_none() && it.value.value == Value::Path("training".to_owned())
            };
            is_training = call.arguments.iter().any(is_word);
            call.arguments.retain(|it| !is_word(it));
            let mut arguments = Arguments::bind(&SIGNATURE, &call, &mut self.diagnostics);
            arguments.number("loss", "a number of at least 0", |loss| loss >= 0.0)
        });
        let loss = loss.unwrap_or(1.0);
        if head.body.steps.is_empty() {
            let headline = format!("the head `{}` has no layers", name.value);
            let found = Diagnostic::error(Code::EmptyBody, head.body.span.clone(), headline);
            self.report(found.label("nothing in here"));
        }
        let Some(before) = self.current("head", &step.span) else { return };
        let path = self.labels.path(&name.value);
        self.labels.take(&path, &name.span, &mut self.diagnostics);
        if path == "out" {
            let headline = "the main output is called `out`";
            let found = Diagnostic::error(Code::DuplicateLabel, name.span.clone(), headline);
            self.report(found.label("taken").help("give the head another name"));
        }
        if self.in_head {
            let headline = format!("the head `{}` stands inside another head", name.value);
            let found = Diagnostic::error(Code::NestedHead, name.span.clone(), headline)
                .label("a head in a head")
                .help("put it behind the other one: `from LABEL` goes back to where it branches");
            return self.report(found);
        }
        // A network used as a layer gives its main output only.
        if self.calls.iter().any(|call| call.is_net) {
            return;
        }
        let first = self.nodes.len();
        self.training = is_training;
        let title = format!("head {}", name.value);
        let group = self.begin_group(GroupKind::Head, title, Some(path.clone()));
        let level = self.enter(Some(&path), [&head.body]);
        self.in_head = true;
        self.body(&head.body);
        self.in_head = false;
        self.leave(level);
        self.end_group(group);
        self.training = false;
        let nodes = first..self.nodes.len();
        if let Some(node) = self.current {
            self.heads.push(Output {
                name: path.clone(),
                node,
                loss,
                training: is_training,
                nodes,
            });
        }
        self.labels.forget(&path);
        self.current = Some(before.node);
    }
}
