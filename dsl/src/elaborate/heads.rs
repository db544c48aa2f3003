//! Heads: branches to further outputs.

use super::draft::Draft;
use crate::check::arguments::Arguments;
use crate::check::signature::{Rest, Signature};
use crate::diagnostic::{Code, Diagnostic};
use crate::network::{GroupKind, Head as Output};
use crate::syntax::ast::{Head, Step};

const SIGNATURE: Signature<'static> =
    Signature::new("head", &[]).rest(Rest::Optional("training")).keys(&[("loss", "1")]);

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
        let options = options.and_then(|mut call| {
            // `training` is a word of its own, which may stand behind `loss=` too.
            call.arguments.sort_by_key(|argument| argument.key.is_some());
            let mut arguments = Arguments::bind(&SIGNATURE, &call, &mut self.diagnostics);
            let loss = arguments.number("loss", "a number of at least 0", |loss| loss >= 0.0);
            let training =
                arguments.has("training").then(|| arguments.choice("training", &["training"]));
            let training = match training {
                Some(word) => word.is_some(),
                None => false,
            };
            Some((loss?, training))
        });
        let (loss, is_training) = options.unwrap_or((1.0, false));
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
        // A network used as a layer gives its main output only.
        if self.calls.iter().any(|call| call.is_net) {
            return;
        }
        let first = self.nodes.len();
        let outer = self.training;
        self.training = outer || is_training;
        let title = format!("head {}", name.value);
        let group = self.begin_group(GroupKind::Head, title, Some(path.clone()));
        let level = self.enter(Some(&path), [&head.body]);
        self.body(&head.body);
        self.leave(level);
        self.end_group(group);
        self.training = outer;
        let nodes = first..self.nodes.len();
        if let Some(node) = self.current {
            let training = outer || is_training;
            self.heads.push(Output { name: path.clone(), node, loss, training, nodes });
        }
        self.labels.forget(&path);
        self.current = Some(before.node);
    }
}
