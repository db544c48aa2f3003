//! Calls of blocks, and of networks used as layers.

use std::collections::BTreeMap;

use super::budget::PARAMETER;
use super::draft::{Draft, Frame, MOST_CALLS};
use super::evaluate::{Evaluator, Variables};
use crate::check::arguments::Arguments;
use crate::check::signature::Signature;
use crate::check::{Defined, Definitions, Family};
use crate::diagnostic::{Code, Diagnostic, Label, Span};
use crate::layers::Built;
use crate::network::GroupKind;
use crate::source::is_builtin;
use crate::syntax::ast::{Block, Body, Call, Expr, Name, Parameter, Step, Value};

/// What a call of a block is about.
struct Called<'a, 'c> {
    name: &'c str,
    is_net: bool,
    /// What names mean in the body, where that differs from what they mean here.
    home: Option<&'a Definitions>,
    body: &'a Body,
    call: &'c Call,
    step: &'c Step,
    path: Option<String>,
}

impl<'a> Draft<'a> {
    /// A block, called like a layer.
    pub(super) fn call_block(
        &mut self,
        Defined { item: block, home }: &'a Defined<Block>,
        call: &Call,
        step: &Step,
        path: Option<String>,
    ) {
        let Some(variables) = self.bind_block(block, call) else {
            return self.push_broken(call, step, path);
        };
        let (name, body) = (&block.name.value, &block.body);
        let home = home.as_deref();
        let called = Called { name, is_net: false, home, body, call, step, path };
        self.run_body(called, variables, |_, _| {});
    }

    /// A network as a layer, with weights of its own. Its heads stay out.
    pub(super) fn call_net(
        &mut self,
        Defined { item: family, home }: &'a Defined<Family>,
        call: &Call,
        step: &Step,
        path: Option<String>,
    ) {
        let net = family.net.as_ref();
        let Some(body) = &net.body else {
            let headline = format!("`{}` is open: it cannot be a layer yet", family.name);
            let found = Diagnostic::error(Code::WrongKind, call.name.span.clone(), headline);
            self.report(found.label("still built line by line").help("`close` ends it"));
            return self.push_broken(call, step, path);
        };
        let names = match net.inputs.as_slice() {
            inputs @ [_, _, ..] => inputs.iter().filter_map(|input| input.name.as_ref()).collect(),
            _ => Vec::new(),
        };
        let defaults = net.parameters.iter().collect::<Vec<_>>();
        let Some(mut given) = self.bind_call(&family.name, &names, &defaults, call) else {
            return self.push_broken(call, step, path);
        };
        let operands = names.iter().map(|name| {
            let label = given.remove(&name.value);
            label.and_then(|label| self.label_argument(&label))
        });
        let operands = operands.collect::<Vec<_>>();
        self.budget.spend(PARAMETER * family.arguments.len());
        let mut variables = family.arguments.clone();
        variables.extend(given.into_iter().map(|(name, expr)| (name, expr.value)));
        for parameter in &net.parameters {
            self.default(parameter, &mut variables);
        }
        let (name, home) = (&family.name, home.as_deref());
        let called = Called { name, is_net: true, home, body, call, step, path };
        let single = net.inputs.first().filter(|_| names.is_empty());
        let single = single.and_then(|input| input.name.as_ref());
        self.run_body(called, variables, |draft, path| {
            let define = |draft: &mut Self, name: &Name, operand| {
                draft.labels.define(format!("{path}.{}", name.value), operand, name.span.clone());
            };
            if let Some((name, operand)) = single.zip(draft.operand()) {
                define(draft, name, operand);
            }
            if !names.is_empty() {
                draft.current = None;
            }
            for (name, operand) in names.iter().zip(operands) {
                if let Some(operand) = operand {
                    define(draft, name, operand);
                }
            }
        });
    }

    /// Works out a body that is called, within a level and with variables of its own.
    fn run_body(
        &mut self,
        Called { name, is_net, home, body, call, step, path }: Called<'a, '_>,
        variables: Variables,
        prepare: impl FnOnce(&mut Self, &str),
    ) {
        if self.calls.len() >= MOST_CALLS {
            let mut found = self.too_deep(name, call);
            if let Some(Frame { call: (_, span), .. }) = self.calls.first() {
                found = found.also(span.clone(), "the first call");
            }
            self.report(found);
            self.exhausted = true;
            return self.push_broken(call, step, path);
        }
        let path = self.path_of(step, path).unwrap_or_else(|| self.labels.numbered(name));
        let before = self.diagnostics.len();
        let title = (call.to_string(), call.span.clone());
        self.calls.push(Frame { name: name.to_owned(), call: title, is_net });
        let group = self.begin_group(GroupKind::Block, call.to_string(), Some(path.clone()));
        self.enter_level(&path, true, &body.steps);
        let outer = std::mem::replace(&mut self.variables, variables);
        let space = self.space;
        self.space = home.unwrap_or(space);
        prepare(self, &path);
        self.body(body);
        self.space = space;
        self.variables = outer;
        self.labels.leave();
        self.end_group(group);
        self.calls.pop();
        self.say_where_called(before, &call.span, name);
        if self.current.is_none() {
            self.push(super::steps::title(call, step, Some(path)), Vec::new(), Built::default());
            return;
        }
        self.define_construct(step, Some(path));
    }

    /// What to say of a call that is one too many within others.
    fn too_deep(&self, name: &str, call: &Call) -> Diagnostic {
        let within = self.calls.iter().rposition(|frame| frame.name == name);
        let through = within.map_or(&[][..], |place| &self.calls[place + 1..]);
        let names = through.iter().map(|frame| format!("`{}`", frame.name)).collect::<Vec<_>>();
        let headline = match (within, names.as_slice()) {
            (None, _) => format!("`{name}` is called more than {MOST_CALLS} deep"),
            (Some(_), []) => format!("`{name}` calls itself more than {MOST_CALLS} deep"),
            (Some(_), names) => format!(
                "`{name}` calls itself through {} more than {MOST_CALLS} deep",
                names.join(" and ")
            ),
        };
        Diagnostic::error(Code::EndlessRecursion, call.name.span.clone(), headline)
            .label("called once more here")
            .note(format!("the calls are {}, and then {call}", self.call_chain()))
            .help("let a block call itself under an `if` that ends it: `if n > 1 { ... }`")
    }

    /// Adds to what was found within a block where it was called.
    fn say_where_called(&mut self, before: usize, span: &Span, name: &str) {
        const CALLS_SHOWN: usize = 3;
        self.drop_repeated(before.min(self.diagnostics.len()));
        let text = format!("in this call of `{name}`");
        for found in self.diagnostics.iter_mut().skip(before) {
            if is_builtin(&found.primary.span) {
                // A reader knows the call, not the text of the language's own blocks.
                found.primary.span = span.clone();
                found.secondary.retain(|label| !is_builtin(&label.span));
                continue;
            }
            // Of a limit that was passed, a note has said it.
            let is_told = matches!(
                found.code,
                Code::EndlessRecursion | Code::TooMuchWork | Code::TooManyLayers
            );
            let calls = found.secondary.iter().filter(|it| it.text.starts_with("in this call"));
            if calls.count() < CALLS_SHOWN && !is_told {
                let label = Label { span: span.clone(), text: text.clone() };
                found.secondary.push(label);
            }
        }
    }

    fn bind_block(&mut self, block: &'a Block, call: &Call) -> Option<Variables> {
        let is_default = |parameter: &&Parameter| parameter.default.is_some();
        let needed = block.parameters.iter().filter(|it| !is_default(it)).map(|it| &it.name);
        let defaults = block.parameters.iter().filter(is_default).collect::<Vec<_>>();
        let given =
            self.bind_call(&block.name.value, &needed.collect::<Vec<_>>(), &defaults, call)?;
        let mut variables = Variables::new();
        for (name, expr) in given {
            variables.insert(name, self.handed_in(expr));
        }
        for parameter in &block.parameters {
            self.default(parameter, &mut variables);
        }
        Some(variables)
    }

    /// The arguments of a call by the names of parameters: those without defaults by place, the
    /// others by key.
    fn bind_call(
        &mut self,
        name: &str,
        needed: &[&Name],
        defaults: &[&Parameter],
        call: &Call,
    ) -> Option<BTreeMap<String, Expr>> {
        let (given, wanted) = (call.arguments.len(), needed.len() + defaults.len());
        // Each name is looked for among all that are given, and the other way round.
        self.budget.spend((PARAMETER + given / 4) * wanted);
        let before = self.diagnostics.len();
        let texts = defaults.iter().map(|parameter| {
            parameter.default.as_ref().map_or(String::new(), |it| it.value.to_string())
        });
        let texts = texts.collect::<Vec<_>>();
        let names = defaults.iter().map(|parameter| parameter.name.value.as_str());
        let keys = names.zip(texts.iter().map(String::as_str)).collect::<Vec<_>>();
        let positional = needed.iter().map(|name| name.value.as_str()).collect::<Vec<_>>();
        let signature = Signature::new(name, &positional).keys(&keys);
        let arguments = Arguments::bind(&signature, call, &mut self.diagnostics);
        let wanted = positional.iter().copied().chain(keys.iter().map(|(key, _)| *key));
        let given =
            wanted.filter_map(|name| Some((name.to_owned(), arguments.given(name)?.clone())));
        let given = given.collect();
        (self.diagnostics.len() == before).then_some(given)
    }

    /// An argument as the block sees it: a label of the caller by its whole path.
    fn handed_in(&self, expr: Expr) -> Value {
        match expr.value {
            Value::Path(name) => self.labels.resolve(&name).map_or(Value::Path(name), Value::Label),
            value => value,
        }
    }

    /// Gives a parameter its default where the call gave it nothing.
    fn default(&mut self, parameter: &'a Parameter, variables: &mut Variables) {
        let (name, Some(default)) = (&parameter.name.value, &parameter.default) else { return };
        if variables.contains_key(name) {
            return;
        }
        let current = self.operand().map(|operand| (operand.shape, operand.gives));
        let (budget, diagnostics) = (self.budget, &mut self.diagnostics);
        let value =
            Evaluator { variables, budget, current, label: &|_| None, diagnostics }.value(default);
        if let Some(value) = value {
            variables.insert(name.clone(), value.value);
        }
    }
}
