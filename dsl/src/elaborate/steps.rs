//! The steps of a body, one after another.

use super::budget::LABEL;
use super::draft::{Draft, Title};
use super::joins::Sides;
use super::labels::Operand;
use crate::check::arguments::Arguments;
use crate::check::suggest::{did_you_mean, no_such_layer};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::layers::{self, Built, Placement};
use crate::network::{GroupKind, NodeId};
use crate::syntax::ast::{
    Body, Call, Expr, If, Name, Repeat, Skip, Spanned, Step, StepKind, Value,
};

impl<'a> Draft<'a> {
    /// The steps of a body.
    pub(super) fn body(&mut self, body: &'a Body) {
        for step in &body.steps {
            self.step(step, None);
        }
    }

    /// One step. `path` is what the construct around calls it, where it stands there alone.
    pub(super) fn step(&mut self, step: &'a Step, path: Option<String>) {
        if !self.step_allowed(&step.span) {
            return;
        }
        let seen = self.look_before(step);
        self.step_itself(step, path);
        self.look_behind(seen);
    }

    fn step_itself(&mut self, step: &'a Step, path: Option<String>) {
        match &step.kind {
            StepKind::Layer(call) => self.layer(call, step, path),
            StepKind::Branches(call, branches) => self.branches(call, branches, step, path),
            StepKind::Skip(skip) => self.skip(skip, step, path),
            StepKind::Repeat(repeat) => self.repeat(repeat, step, path),
            StepKind::If(condition) => self.condition(condition, step, path),
            StepKind::Head(head) => self.head(head, step),
            StepKind::Share(share) => self.share(share, step),
            StepKind::From(name) => self.from(name, step),
        }
    }

    /// A layer, a join of labels, a block or a network.
    fn layer(&mut self, call: &'a Call, step: &Step, path: Option<String>) {
        let name = call.name.value.as_str();
        let Some(mut worked_out) = self.evaluate(|it| it.call(call)) else {
            return self.push_broken(call, step, path);
        };
        if let Some(join) = layers::join(name) {
            self.join_labels(join, &worked_out, step, path);
        } else if let Some(layer) = layers::layer(name) {
            let outer = self.start;
            self.take_start(&mut worked_out);
            self.built(layer, &worked_out, step, path);
            self.start = outer;
        } else if let Some(block) = self.space.block(name) {
            self.call_block(block, &worked_out, step, path);
        } else if let Some(family) = self.space.family(name) {
            self.call_net(family, &worked_out, step, path);
        } else {
            self.no_such_layer(&call.name);
            self.push_broken(call, step, path);
        }
    }

    /// A layer of the language's own.
    fn built(&mut self, layer: &layers::Layer, call: &Call, step: &Step, path: Option<String>) {
        let Some(input) = self.current(&call.to_string(), &step.span) else {
            return self.push_broken(call, step, path);
        };
        let node = input.node;
        let mut place = Placement {
            input,
            arguments: Arguments::bind(&layer.signature, call, &mut self.diagnostics),
            labels: &self.labels,
            nodes: &self.nodes,
            strict: self.strict,
        };
        let before = place.arguments.diagnostics().len();
        let built = (layer.build)(&mut place);
        self.suggest_variables(before);
        self.drop_repeated(before);
        let inputs = built.inputs.clone().unwrap_or_else(|| vec![node]);
        self.push(title(call, step, path), inputs, built);
    }

    /// Names the nearest variable where a word has no value.
    fn suggest_variables(&mut self, before: usize) {
        for found in self.diagnostics.iter_mut().skip(before) {
            let word = found.headline.split('`').nth_back(1).unwrap_or_default();
            if found.code == Code::UnknownVariable && found.help.is_none() {
                found.help = did_you_mean(word, self.variables.keys().map(String::as_str));
            }
        }
    }

    /// Takes `init=` out of a call: it is a key of every layer with weights.
    fn take_start(&mut self, call: &mut Call) {
        let is_init = |key: &Option<Name>| key.as_ref().is_some_and(|key| key.value == "init");
        let Some(at) = call.arguments.iter().position(|it| is_init(&it.key)) else { return };
        let argument = call.arguments.remove(at);
        if let Some(start) = self.start(&argument.value) {
            self.start = start;
        }
    }

    fn no_such_layer(&mut self, name: &Name) {
        if self.space.is_broken(&name.value) {
            self.calls_broken = true;
            return;
        }
        let known = self.space.names().chain(layers::names());
        let mut found = no_such_layer(name, known);
        if self.labels.get(&name.value).is_some() {
            found.help = Some(format!("`from {}` goes on from a label", name.value));
        }
        self.report(found);
    }

    /// A value of which nothing is known.
    pub(super) fn push_broken(&mut self, call: &Call, step: &Step, path: Option<String>) {
        let inputs = self.current.into_iter().collect();
        self.push(title(call, step, path), inputs, Built::default());
    }

    /// A body between its input and the join.
    fn skip(&mut self, skip: &'a Skip, step: &Step, path: Option<String>) {
        let what = format!("skip {}", skip.join.value);
        let Some(before) = self.current(&what, &step.span) else { return };
        if skip.body.steps.is_empty() {
            let headline = "the body of `skip` has no layers";
            let found = Diagnostic::error(Code::EmptyBody, skip.body.span.clone(), headline);
            self.report(found.label("nothing in here"));
        }
        let path = self.path_of(step, path);
        let level = self.enter(path.as_deref(), [&skip.body].into_iter().chain(&skip.via));
        let group = self.begin_group(GroupKind::Skip, what.clone(), path.clone());
        self.body(&skip.body);
        let after = self.operand();
        let carried = skip.via.as_ref().map_or(Some(before.clone()), |via| {
            self.current = Some(before.node);
            let group = self.begin_group(GroupKind::Via, "via".to_owned(), None);
            self.body(via);
            self.end_group(group);
            self.operand()
        });
        self.leave(level);
        let joined = carried.zip(after).map(|(carried, after)| {
            let built = self.join_skip(skip, skip.via.as_ref().map(|_| &before), &carried, &after);
            (vec![carried.node, after.node], built)
        });
        let (inputs, built) = joined.unwrap_or_default();
        let title = Title {
            kind: "skip",
            layer: what,
            label: step.label.as_ref(),
            path: path.filter(|_| step.label.is_none()),
            span: step.span.clone(),
        };
        self.push(title, inputs, built);
        self.end_group(group);
    }

    /// A body several times over. With a label, its rounds are called by their numbers.
    fn repeat(&mut self, repeat: &'a Repeat, step: &Step, path: Option<String>) {
        let count = self.evaluate(|it| it.integer(&repeat.count, "a number of rounds"));
        let Some(count) = count else { return };
        if count < 0 {
            let span = repeat.count.span.clone();
            let headline = format!("a body cannot be repeated {count} times");
            let found = Diagnostic::error(Code::BadArgument, span, headline);
            return self.report(
                found
                    .label(format!("this is {count}"))
                    .help("a count of 0 leaves the body out, and a negative one means nothing"),
            );
        }
        let path = self.path_of(step, path);
        let title = format!("repeat {count}");
        let group = self.begin_group(GroupKind::Repeat, title, path.clone());
        let variable = repeat.variable.as_ref().map(|name| name.value.clone());
        let outer = variable.as_ref().and_then(|name| self.variables.get(name).cloned());
        for round in 0..count {
            // A round without steps must count too, or a large count would take for ever.
            if !self.step_allowed(&step.span) {
                break;
            }
            if let Some(variable) = &variable {
                self.variables.insert(variable.clone(), Value::Integer(round));
            }
            let path = path.as_ref().map(|path| format!("{path}.{round}"));
            let group = self.begin_group(GroupKind::Round, round.to_string(), path.clone());
            self.alone_or_level(&repeat.body, path);
            self.end_group(group);
        }
        if let Some(variable) = variable {
            match outer {
                Some(value) => self.variables.insert(variable, value),
                None => self.variables.remove(&variable),
            };
        }
        self.end_group(group);
        self.define_construct(step, path);
    }

    /// The body of the first condition that holds.
    fn condition(&mut self, condition: &'a If, step: &Step, path: Option<String>) {
        let path = self.path_of(step, path);
        for (condition, body) in &condition.arms {
            match self.evaluate(|it| it.condition(condition)) {
                Some(true) => return self.arm(body, step, path),
                Some(false) => {}
                // What would follow is unknown.
                None => return self.hide(step),
            }
        }
        match &condition.otherwise {
            Some(body) => self.arm(body, step, path),
            None => self.define_construct(step, path),
        }
    }

    /// The body of a condition that holds.
    fn arm(&mut self, body: &'a Body, step: &Step, path: Option<String>) {
        if !self.alone_or_level(body, path.clone()) {
            return self.define_construct(step, path);
        }
        // The step has taken the path already.
        if let Some((path, operand)) = path.zip(self.operand()) {
            self.labels.define(path, operand, step.span.clone());
        }
    }

    /// Goes on with a value of which nothing is known, after an error that has been reported.
    fn hide(&mut self, step: &Step) {
        let title = Title {
            kind: "unknown",
            layer: "unknown".to_owned(),
            label: step.label.as_ref(),
            path: None,
            span: step.span.clone(),
        };
        let inputs = self.current.into_iter().collect();
        self.push(title, inputs, Built::default());
    }

    /// A body as a level of its own, or where it is one step that step under the level's path.
    /// Gives whether a step has taken the path.
    fn alone_or_level(&mut self, body: &'a Body, path: Option<String>) -> bool {
        match body.steps.as_slice() {
            [step] if step.label.is_none() => {
                self.step(step, path);
                let without = |kind: &StepKind| {
                    matches!(kind, StepKind::Head(_) | StepKind::Share(_) | StepKind::From(_))
                };
                !without(&step.kind)
            }
            _ => {
                let level = self.enter(path.as_deref(), [body]);
                self.body(body);
                self.leave(level);
                false
            }
        }
    }

    /// Goes on from a label.
    fn from(&mut self, name: &'a Name, step: &Step) {
        let expr = Spanned { value: Value::Path(name.value.clone()), span: name.span.clone() };
        let Some(operand) = self.label_argument(&expr) else { return self.hide(step) };
        self.current = Some(operand.node);
        self.define_construct(step, None);
    }

    /// The value that an argument means as a label.
    pub(super) fn label_argument(&mut self, argument: &Expr) -> Option<Operand> {
        let argument = self.evaluate(|it| it.value(argument))?;
        match self.labels.named(&argument) {
            Some(Ok(operand)) => Some(operand),
            Some(Err(missing)) => {
                self.report(missing);
                None
            }
            None => {
                let other = &argument.value;
                let headline = format!("expected a label, but found `{other}`");
                let found = Diagnostic::error(Code::BadArgument, argument.span.clone(), headline);
                let help = match other {
                    Value::List(_) => "labels stand one after another: `concat enc1 enc2`",
                    _ => "a label is a name that a layer above has: `... as enc1`",
                };
                self.report(found.label("no label").help(help));
                None
            }
        }
    }

    /// The path of a construct: by its label, or what the construct around calls it.
    pub(super) fn path_of(&self, step: &Step, path: Option<String>) -> Option<String> {
        step.label.as_ref().map(|label| self.labels.path(&label.value)).or(path)
    }

    /// Makes the current value that of a construct with a path.
    pub(super) fn define_construct(&mut self, step: &Step, path: Option<String>) {
        let Some(path) = self.path_of(step, path) else { return };
        self.budget.spend(LABEL + path.len() / 16);
        let span: &Span = step.label.as_ref().map_or(&step.span, |label| &label.span);
        self.labels.take(&path, span, &mut self.diagnostics);
        if let Some(operand) = self.operand() {
            self.labels.define(path, operand, span.clone());
        }
    }

    /// Goes into the level of a construct, if it has a path; gives what [`Draft::leave`] wants.
    pub(super) fn enter(
        &mut self,
        path: Option<&str>,
        bodies: impl IntoIterator<Item = &'a Body>,
    ) -> bool {
        let steps = bodies.into_iter().flat_map(|body| &body.steps);
        if let Some(path) = path {
            self.enter_level(path, false, steps);
        }
        path.is_some()
    }

    pub(super) fn leave(&mut self, level: bool) {
        if level {
            self.labels.leave();
        }
    }

    /// Joins what branches from the current value give.
    fn branches(
        &mut self,
        call: &'a Call,
        branches: &'a [Body],
        step: &Step,
        path: Option<String>,
    ) {
        let Some(join) = layers::join(&call.name.value) else {
            self.no_such_join(&call.name);
            return self.push_broken(call, step, path);
        };
        if let Some(argument) = call.arguments.first() {
            let headline = format!("`{}` joins either branches or labels", call.name.value);
            let span = argument.value.span.clone();
            let found = Diagnostic::error(Code::ExtraArgument, span, headline)
                .label("a label beside branches")
                .help("make it a branch of its own: `| from LABEL`");
            self.report(found);
        }
        let Some(before) = self.current(&call.name.value, &step.span) else {
            return self.push_broken(call, step, path);
        };
        let path = self.path_of(step, path);
        let level = self.enter(path.as_deref(), branches);
        let title = call.name.value.clone();
        let group = self.begin_group(GroupKind::Branches, title, path.clone());
        let mut operands = Vec::new();
        for branch in branches {
            self.current = Some(before.node);
            let group = self.begin_group(GroupKind::Branch, "branch".to_owned(), None);
            self.body(branch);
            self.end_group(group);
            operands.extend(self.operand());
        }
        self.leave(level);
        let inputs: Vec<NodeId> = operands.iter().map(|operand| operand.node).collect();
        let built = self.joined(join, &operands, &step.span, Sides::Branches);
        let title = Title {
            kind: &call.name.value,
            layer: format!("{} of {} branches", call.name.value, branches.len()),
            label: step.label.as_ref(),
            path: path.filter(|_| step.label.is_none()),
            span: call.span.clone(),
        };
        self.push(title, inputs, built);
        self.end_group(group);
    }
}

/// What a layer's node is called.
pub(super) fn title<'s>(call: &'s Call, step: &'s Step, path: Option<String>) -> Title<'s> {
    Title {
        kind: &call.name.value,
        layer: call.to_string(),
        label: step.label.as_ref(),
        path: path.filter(|_| step.label.is_none()),
        span: step.span.clone(),
    }
}
