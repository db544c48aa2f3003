//! Shared pieces: the same weights at several places.

use super::budget::PARAMETER;
use super::draft::{Draft, Shared};
use super::labels::{Missing, Operand};
use super::repair::projection;
use crate::check::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic};
use crate::layers::Parameter;
use crate::network::{GroupKind, NodeId};
use crate::shape::dims_text;
use crate::syntax::ast::{Share, Step};

impl<'a> Draft<'a> {
    /// A piece where it is defined, which is its first use, or a further use of it.
    pub(super) fn share(&mut self, share: &'a Share, step: &Step) {
        match &share.body {
            Some(body) => {
                let path = self.labels.path(&share.name.value);
                self.labels.take(&path, &share.name.span, &mut self.diagnostics);
                if body.steps.is_empty() {
                    let headline = format!("the shared `{}` has no layers", share.name.value);
                    let found = Diagnostic::error(Code::EmptyBody, body.span.clone(), headline);
                    self.report(found.label("nothing in here"));
                }
                let first = self.nodes.len();
                let variables = self.variables.clone();
                let (input, span) = (self.operand(), share.name.span.clone());
                self.piece(share, body, &path);
                let nodes = first..self.nodes.len();
                self.shared.insert(path, Shared { body, variables, nodes, input, span });
                self.define_construct(step, None);
            }
            None => self.share_again(share, step),
        }
    }

    fn share_again(&mut self, share: &'a Share, step: &Step) {
        let name = &share.name;
        let found = self.shared.get(&self.labels.path(&name.value));
        let Some(shared) = found.or_else(|| self.shared.get(&name.value)).cloned() else {
            let known = self.shared.keys().map(String::as_str);
            let near = did_you_mean(&name.value, known);
            let found = Missing::Unknown(near).diagnostic(&name.value, &name.span);
            let headline = format!("nothing shared has the name `{}`", name.value);
            let found = Diagnostic { headline, ..found };
            self.report(found.help(format!(
                "define it where it is first used: `share {} {{ ... }}`",
                name.value
            )));
            return;
        };
        let path = self.path_of(step, None);
        let path = path.unwrap_or_else(|| self.labels.numbered(&name.value));
        let first = self.nodes.len();
        let outer = std::mem::replace(&mut self.variables, shared.variables.clone());
        let input = self.operand();
        self.piece(share, shared.body, &path);
        self.variables = outer;
        self.tie(share, &shared, input, first);
        self.define_construct(step, Some(path));
    }

    fn piece(&mut self, share: &'a Share, body: &'a crate::syntax::ast::Body, path: &str) {
        if self.current(&format!("share {}", share.name.value), &share.name.span).is_none() {
            return;
        }
        let title = format!("share {}", share.name.value);
        self.budget.spend(PARAMETER * self.variables.len());
        let group = self.begin_group(GroupKind::Share, title, Some(path.to_owned()));
        self.enter_level(path, false, &body.steps);
        self.body(body);
        self.labels.leave();
        self.end_group(group);
    }

    /// Gives the nodes since `first`, worked out on `input`, the weights of a shared piece, which
    /// must fit them.
    fn tie(&mut self, share: &Share, shared: &Shared<'_>, input: Option<Operand>, first: NodeId) {
        let nodes = shared.nodes.clone();
        let uses = self.nodes.len() - first;
        if uses != nodes.len() {
            let headline = format!(
                "the shared `{}` has {} layers here, but {} where it was defined",
                share.name.value,
                uses,
                nodes.len()
            );
            let found = Diagnostic::error(Code::ShareMismatch, share.name.span.clone(), headline);
            return self.report(found.label("other layers"));
        }
        for (owner, user) in nodes.zip(first..) {
            let parameters = |id: NodeId| -> Vec<Parameter> {
                let operation = self.nodes[id].operation.as_ref();
                operation.map_or(Vec::new(), |operation| operation.parameters())
            };
            let (own, wanted) = (parameters(owner), parameters(user));
            let is_broken = |id: NodeId| self.nodes[id].operation.is_none();
            if is_broken(owner) || is_broken(user) {
                continue;
            }
            if own == wanted {
                if !own.is_empty() || self.keeps_buffers(owner) {
                    self.nodes[user].shares = Some(self.nodes[owner].shares.unwrap_or(owner));
                }
                continue;
            }
            let layer = self.nodes[user].layer.clone();
            let text = |found: &[Parameter]| {
                found.first().map_or("no weights".to_owned(), |it| dims_text(&it.dims))
            };
            let (own, wanted) = (text(&own), text(&wanted));
            let note = format!("`{layer}` has weights of {own}, but would need {wanted} here");
            return self.report(misfit(share, shared, input).note(note));
        }
    }

    fn keeps_buffers(&self, id: NodeId) -> bool {
        self.nodes[id].operation.as_ref().is_some_and(|it| !it.buffers().is_empty())
    }
}

/// The error of a shared piece that is used on an input which its weights do not fit.
fn misfit(share: &Share, shared: &Shared<'_>, input: Option<Operand>) -> Diagnostic {
    let name = &share.name;
    let error = |headline| {
        let found = Diagnostic::error(Code::ShareMismatch, name.span.clone(), headline);
        found.also(shared.span.clone(), "defined here")
    };
    let shapes =
        shared.input.as_ref().and_then(|it| it.shape).zip(input.as_ref().and_then(|it| it.shape));
    let (Some((own, here)), Some(input)) = (shapes, &input) else {
        return error(format!("the weights of the shared `{}` do not fit here", name.value));
    };
    let headline =
        format!("the shared `{}` has weights for an input of {own}, but gets {here}", name.value);
    let help = projection(here, here.with_first(own.first()));
    let help = help.filter(|_| own.first() != here.first());
    error(headline)
        .label(format!("gets {here}"))
        .also(input.span.clone(), format!("{} {here}", input.gives))
        .maybe_help(help.map(|layer| format!("put `{layer}` before it")))
}
