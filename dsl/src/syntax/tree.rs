//! From the grammar's pairs to the typed tree. Nothing later sees a [`Rule`].

use std::sync::Arc;

use pest::iterators::Pair as PestPair;

use super::Rule;
use super::ast::*;
use crate::diagnostic::{Code, Diagnostic, Span};

pub(super) type Pair<'text> = PestPair<'text, Rule>;

/// The longest name, which keeps paths of names within names short.
const LONGEST_NAME: usize = 80;

/// Builds the tree of a text that begins at `base`.
pub(super) struct Tree {
    pub(super) base: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Tree {
    /// The items of a `program` or `alone` pair.
    pub(super) fn items(&mut self, whole: Pair<'_>) -> Vec<Item> {
        whole
            .into_inner()
            .filter(|pair| {
                let rule = pair.as_rule();
                !matches!(rule, Rule::EOI | Rule::net_word | Rule::data_word | Rule::block_word)
            })
            .map(|pair| {
                let start = self.span(&pair).start;
                let end = self.end(&pair);
                Item { kind: self.item(pair), span: start..end }
            })
            .collect()
    }

    fn item(&mut self, pair: Pair<'_>) -> ItemKind {
        match pair.as_rule() {
            Rule::net => ItemKind::Net(Arc::new(self.net(pair))),
            Rule::member => ItemKind::Member(self.member(pair)),
            Rule::block => ItemKind::Block(Arc::new(self.block(pair))),
            Rule::data => ItemKind::Data(self.data(pair)),
            Rule::command => ItemKind::Command(self.command(pair)),
            Rule::layers => ItemKind::Layers(Arc::new(self.steps(pair))),
            _ => ItemKind::Rust(self.name(&presume(&pair, Rule::rust_word))),
        }
    }

    fn net(&mut self, pair: Pair<'_>) -> Net {
        let span = self.span(&pair).start..self.end(&pair);
        let name = self.name(&presume(&pair, Rule::name));
        let (mut inputs, mut parameters) = (Vec::new(), Vec::new());
        let (mut strict, mut keys, mut body) = (false, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::input => self.input(part, &mut inputs, &mut parameters),
                Rule::modifier => match presume_first(part) {
                    key if key.as_rule() == Rule::key => keys.push(self.key(key)),
                    _ => strict = true,
                },
                Rule::body => body = Some(self.body(part)),
                _ => {}
            }
        }
        Net { name, inputs, parameters, strict, keys, body, span }
    }

    /// An input, or a parameter, of which each goes to its own list.
    fn input(&mut self, pair: Pair<'_>, inputs: &mut Vec<Input>, parameters: &mut Vec<Parameter>) {
        let mut name = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::parameter => parameters.push(self.parameter(part)),
                _ => inputs.push(Input { name: name.take(), shape: self.value(part) }),
            }
        }
    }

    fn parameter(&mut self, pair: Pair<'_>) -> Parameter {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next().expect("a parameter begins with its name"));
        let default = inner.find(|part| part.as_rule() != Rule::equals);
        Parameter { name, default: default.map(|value| self.value(value)) }
    }

    fn member(&mut self, pair: Pair<'_>) -> Member {
        let span = self.span(&pair).start..self.end(&pair);
        let names = parts(pair.clone(), Rule::name).map(|name| self.name(&name));
        let [name, family]: [Name; 2] =
            names.collect::<Vec<_>>().try_into().expect("a member has two names");
        let (mut inputs, mut parameters) = (Vec::new(), Vec::new());
        for part in parts(pair, Rule::input) {
            self.input(part, &mut inputs, &mut parameters);
        }
        let argument =
            |Parameter { name, default }| Some(Argument { key: Some(name), value: default? });
        let arguments = parameters.into_iter().filter_map(argument).collect();
        Member { name, family, inputs, arguments, span }
    }

    fn block(&mut self, pair: Pair<'_>) -> Block {
        let span = self.span(&pair).start..self.end(&pair);
        let name = self.name(&presume(&pair, Rule::name));
        let body = self.body(presume(&pair, Rule::body));
        let parameters = parts(pair, Rule::block_parameter).map(|part| self.parameter(part));
        Block { name, parameters: parameters.collect(), body, span }
    }

    fn data(&mut self, pair: Pair<'_>) -> Data {
        let name = self.name(&presume(&pair, Rule::name));
        let mut calls = parts(pair, Rule::call).map(|call| self.call(call)).collect::<Vec<_>>();
        let transforms = calls.split_off(1);
        Data { name, source: calls.remove(0), transforms }
    }

    fn command(&mut self, pair: Pair<'_>) -> Command {
        let mut call = self.call(presume(&pair, Rule::call));
        let mut on = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::call | Rule::on_word => {}
                Rule::key => call.arguments.push(self.key(part)),
                _ if on.is_none() => on = Some(self.value(part)),
                _ => call.arguments.push(Argument { key: None, value: self.value(part) }),
            }
        }
        let last = call.arguments.iter().map(|argument| argument.value.span.end).max();
        call.span.end = call.span.end.max(last.unwrap_or(0));
        Command { call, on }
    }

    fn body(&mut self, pair: Pair<'_>) -> Body {
        let span = self.span(&pair);
        Body { steps: self.steps(pair), span }
    }

    fn steps(&mut self, pair: Pair<'_>) -> Vec<Step> {
        parts(pair, Rule::step).map(|step| self.step(step)).collect()
    }

    fn step(&mut self, pair: Pair<'_>) -> Step {
        let label = pair.clone().into_inner().find(|part| part.as_rule() == Rule::label);
        let label = label.map(|label| self.name(&presume(&label, Rule::name)));
        let first = presume_first(pair);
        let span = self.span(&first).start..self.end(&first);
        let kind = match first.as_rule() {
            Rule::skip => StepKind::Skip(self.skip(first)),
            Rule::repeat => StepKind::Repeat(self.repeat(first)),
            Rule::condition => StepKind::If(self.condition(first)),
            Rule::head => StepKind::Head(self.head(first)),
            Rule::share => StepKind::Share(self.share(first)),
            Rule::from => StepKind::From(self.name(&presume(&first, Rule::path))),
            _ => self.layer(first),
        };
        Step { kind, label, span }
    }

    fn layer(&mut self, pair: Pair<'_>) -> StepKind {
        let call = self.call(presume(&pair, Rule::call));
        let branches = pair.into_inner().find(|part| part.as_rule() == Rule::branches);
        match branches {
            Some(branches) => {
                let branches = parts(branches, Rule::branch);
                let bodies = branches.map(|branch| {
                    let span = self.span(&branch).start..self.end(&branch);
                    Body { steps: self.steps(branch), span }
                });
                StepKind::Branches(call, bodies.collect())
            }
            None => StepKind::Layer(call),
        }
    }

    fn skip(&mut self, pair: Pair<'_>) -> Skip {
        let join = self.name(&presume(&pair, Rule::name));
        let mut bodies = parts(pair, Rule::body).map(|body| self.body(body));
        let body = bodies.next().expect("a skip has a body");
        Skip { join, body, via: bodies.next() }
    }

    fn repeat(&mut self, pair: Pair<'_>) -> Repeat {
        let count = self.expression_value(presume(&pair, Rule::loose));
        let variable = parts(pair.clone(), Rule::name).next().map(|name| self.name(&name));
        Repeat { count, variable, body: self.body(presume(&pair, Rule::body)) }
    }

    fn condition(&mut self, pair: Pair<'_>) -> If {
        let (mut arms, mut otherwise, mut condition) = (Vec::new(), None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::loose => condition = Some(self.expression_value(part)),
                Rule::body => match condition.take() {
                    Some(condition) => arms.push((condition, self.body(part))),
                    None => otherwise = Some(self.body(part)),
                },
                _ => {}
            }
        }
        If { arms, otherwise }
    }

    fn head(&mut self, pair: Pair<'_>) -> Head {
        let name = self.name(&presume(&pair, Rule::name));
        let word = self.name(&presume(&pair, Rule::head_word));
        let mut arguments = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::head_word | Rule::name | Rule::body => {}
                Rule::key => arguments.push(self.key(part)),
                _ => arguments.push(Argument { key: None, value: self.value(part) }),
            }
        }
        let end = arguments.last().map_or(name.span.end, |last| last.value.span.end);
        let span = word.span.start..end;
        let options = Call { name: word, arguments, span };
        Head { name, options, body: self.body(presume(&pair, Rule::body)) }
    }

    fn share(&mut self, pair: Pair<'_>) -> Share {
        let name = self.name(&presume(&pair, Rule::name));
        let body = parts(pair, Rule::body).next().map(|body| self.body(body));
        Share { name, body }
    }

    fn call(&mut self, pair: Pair<'_>) -> Call {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next().expect("a call begins with its name"));
        let arguments = inner.map(|part| match part.as_rule() {
            Rule::key => self.key(part),
            _ => Argument { key: None, value: self.value(part) },
        });
        let arguments = arguments.collect::<Vec<_>>();
        let end = arguments.last().map_or(name.span.end, |last| last.value.span.end);
        Call { name, arguments, span: span.start..end }
    }

    fn key(&mut self, pair: Pair<'_>) -> Argument {
        let mut inner = pair.into_inner();
        let key = inner.next().expect("a key begins with its name");
        let value = inner.next_back().expect("a key ends with its value");
        Argument { key: Some(self.name(&key)), value: self.value(value) }
    }

    pub(super) fn value(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let text = pair.as_str();
        let value = match pair.as_rule() {
            Rule::tight | Rule::loose | Rule::computed_shape => {
                return self.expression_value(pair);
            }
            Rule::integer => Value::Integer(self.integer(text, &span)),
            Rule::real => Value::Real(text.parse().unwrap_or(f64::NAN)),
            Rule::shape => {
                let dims = text.split('x').map(|dim| self.integer(dim, &span).unsigned_abs());
                Value::Shape(dims.collect())
            }
            Rule::flag => Value::Flag(text == "yes"),
            Rule::string => Value::Text(presume(&pair, Rule::string_text).as_str().to_owned()),
            Rule::list => {
                let items = pair.into_inner();
                let items =
                    items.filter(|it| !matches!(it.as_rule(), Rule::comma | Rule::end_list));
                Value::List(items.map(|item| self.value(item)).collect())
            }
            Rule::slice => self.slice(&pair),
            // A name, or a device.
            _ => Value::Path(self.name(&pair).value),
        };
        Spanned { value, span }
    }

    fn slice(&mut self, pair: &Pair<'_>) -> Value {
        let of = self.name(&presume(pair, Rule::name));
        let inside = presume(pair, Rule::range);
        let bounds = inside.as_str().split_once("..").and_then(|(start, end)| {
            Some([start.trim().parse::<u64>().ok()?, end.trim().parse::<u64>().ok()?])
        });
        let range = bounds.unwrap_or_else(|| {
            let headline = format!("`{}` is no range of samples", inside.as_str().trim());
            let found = Diagnostic::error(Code::BadArgument, self.span(&inside), headline);
            let example =
                format!("write `{}[0..8]`: from the first to the one after the last", of.value);
            self.diagnostics.push(found.help(example));
            [0, 1]
        });
        Value::Slice { of, range }
    }

    pub(super) fn integer(&mut self, text: &str, span: &Span) -> i64 {
        text.parse().unwrap_or_else(|_| {
            let headline = format!("`{text}` is too large a number");
            self.diagnostics.push(Diagnostic::error(Code::TooLarge, span.clone(), headline));
            1
        })
    }

    /// A name, or names within names.
    fn name(&mut self, pair: &Pair<'_>) -> Name {
        let (span, value) = (self.span(pair), pair.as_str().to_owned());
        if value.len() > LONGEST_NAME {
            let headline = format!("a name has at most {LONGEST_NAME} letters");
            let found = Diagnostic::error(Code::TooLarge, span.clone(), headline);
            self.diagnostics.push(found.label(format!("{} letters", value.len())));
        }
        Spanned { value, span }
    }

    pub(super) fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        self.base + span.start()..self.base + span.end()
    }

    /// The end of a pair without the blanks and comments that it may have taken along.
    fn end(&self, pair: &Pair<'_>) -> usize {
        // What stands in quotes, and names, have no blanks at their ends.
        let last = pair.clone().into_inner().next_back();
        match last {
            Some(last) if pair.as_rule() != Rule::string && last.as_rule() != Rule::rust_word => {
                self.end(&last)
            }
            _ => self.span(pair).end,
        }
    }
}

/// The first part of that rule, which the grammar has in every such pair.
pub(super) fn presume<'text>(pair: &Pair<'text>, rule: Rule) -> Pair<'text> {
    let mut inner = pair.clone().into_inner();
    inner.find(|part| part.as_rule() == rule).expect("the grammar has this part in every such pair")
}

fn presume_first(pair: Pair<'_>) -> Pair<'_> {
    pair.into_inner().next().expect("the grammar has a part in every such pair")
}

fn parts(pair: Pair<'_>, rule: Rule) -> impl Iterator<Item = Pair<'_>> {
    pair.into_inner().filter(move |part| part.as_rule() == rule)
}
