//! From the grammar's pairs to the typed tree. Nothing later sees a [`Rule`].

use pest::iterators::Pair as PestPair;

use super::Rule;
use super::ast::*;
use crate::diagnostic::{Code, Diagnostic, Span};

type Pair<'text> = PestPair<'text, Rule>;

/// Builds the tree of a text that begins `base` bytes into the source.
pub(super) struct Tree {
    pub(super) base: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Tree {
    /// The items of a `program` or `alone` pair.
    pub(super) fn items(&mut self, whole: Pair<'_>) -> Vec<Item> {
        whole
            .into_inner()
            .filter(|pair| !matches!(pair.as_rule(), Rule::EOI | Rule::net_word | Rule::data_word))
            .map(|pair| {
                let span = self.span(&pair);
                let kind = self.item(pair);
                let end = kind.end().unwrap_or(span.end);
                Item { kind, span: span.start..end }
            })
            .collect()
    }

    fn item(&mut self, pair: Pair<'_>) -> ItemKind {
        match pair.as_rule() {
            Rule::net => self.net(pair),
            Rule::member => {
                let name = self.first(&pair, Rule::name);
                self.not_yet("`net NAME = FAMILY(...)`", &pair, name)
            }
            Rule::data => ItemKind::Data(self.data(pair)),
            Rule::command => ItemKind::Command(self.command(pair)),
            Rule::layers => {
                let span = self.span(&pair);
                let length = pair.as_str().find(|found: char| !is_name_char(found));
                let word = &pair.as_str()[..length.unwrap_or(pair.as_str().len())];
                let span = span.start..span.start + word.len();
                ItemKind::Layers(Spanned { value: word.to_owned(), span })
            }
            _ => self.later_item(&pair),
        }
    }

    fn net(&mut self, pair: Pair<'_>) -> ItemKind {
        let (mut name, mut inputs, mut body) = (None, Vec::new(), None);
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::input if self.has(&part, Rule::parameter) => {
                    return self.not_yet("a parameter of a network", &part, name);
                }
                Rule::input => inputs.push(self.input(part)),
                Rule::strict => return self.not_yet("`strict`", &part, name),
                Rule::body => body = Some(self.body(part)),
                _ => {}
            }
        }
        match (name, body) {
            (Some(name), Some(body)) => ItemKind::Net(Net { name, inputs, body }),
            (name, _) => self.not_yet("a `net` without a body, built line by line,", &pair, name),
        }
    }

    fn input(&mut self, pair: Pair<'_>) -> Input {
        let span = self.span(&pair);
        let (mut name, mut shape) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                _ => shape = Some(self.value(part)),
            }
        }
        // The grammar has a value in every input that is no parameter.
        Input { name, shape: shape.unwrap_or(Spanned { value: Value::Shape(Vec::new()), span }) }
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
        Body { steps: parts(pair, Rule::step).map(|step| self.step(step)).collect(), span }
    }

    fn step(&mut self, pair: Pair<'_>) -> Step {
        let label = self.first(&pair, Rule::label).is_some().then(|| presume(&pair, Rule::label));
        let label = label.map(|label| self.name(&presume(&label, Rule::name)));
        let braced = self.has(&pair, Rule::braced);
        let first = pair.into_inner().next().expect("a step begins with what it is");
        let start = self.span(&first).start;
        let kind = match first.as_rule() {
            Rule::skip => self.skip(first),
            Rule::later_step => StepKind::NotYet(self.later(&first, Rule::later_step_word)),
            _ if braced => {
                let name = self.first(&first, Rule::name).map(|name| name.value);
                let what = format!("`{} {{ ... }}`", name.unwrap_or_default());
                StepKind::NotYet(NotYet { what, span: self.call(first).span, defines: None })
            }
            _ => StepKind::Layer(self.call(first)),
        };
        let end = match &kind {
            StepKind::Layer(call) => call.span.end,
            StepKind::Skip(skip) => skip.body.span.end,
            StepKind::NotYet(later) => later.span.end,
        };
        Step { kind, label, span: start..end }
    }

    fn skip(&mut self, pair: Pair<'_>) -> StepKind {
        if let Some(via) = pair.clone().into_inner().find(|part| part.as_rule() == Rule::via) {
            let what = "`via { ... }`".to_owned();
            return StepKind::NotYet(NotYet { what, span: self.span(&via), defines: None });
        }
        let join = self.name(&presume(&pair, Rule::name));
        StepKind::Skip(Skip { join, body: self.body(presume(&pair, Rule::body)) })
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

    fn value(&mut self, pair: Pair<'_>) -> Expr {
        let span = self.span(&pair);
        let text = pair.as_str();
        let value = match pair.as_rule() {
            Rule::integer => Value::Integer(self.integer(text, &span)),
            Rule::real => Value::Real(text.parse().unwrap_or(f64::NAN)),
            Rule::shape => {
                Value::Shape(text.split('x').map(|dim| self.integer(dim, &span)).collect())
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
            Rule::path => Value::Path(text.to_owned()),
            _ => Value::Computed(text.to_owned()),
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

    fn integer(&mut self, text: &str, span: &Span) -> u64 {
        text.parse().unwrap_or_else(|_| {
            let headline = format!("`{text}` is too large a number");
            self.diagnostics.push(Diagnostic::error(Code::TooLarge, span.clone(), headline));
            1
        })
    }

    fn later_item(&mut self, pair: &Pair<'_>) -> ItemKind {
        let word = pair.clone().into_inner().next().map_or("", |word| word.as_str());
        if matches!(word, "%%rust" | ":rust") {
            return self.not_yet(&format!("`{word}`"), pair, None);
        }
        let mut later = self.later(pair, Rule::later_item_word);
        let rest = pair.as_str().trim_start_matches(word).trim_start();
        let length = rest.find(|found: char| !is_name_char(found));
        let name = &rest[..length.unwrap_or(rest.len())];
        if word == "block" && !name.is_empty() {
            later.defines = Some(Spanned { value: name.to_owned(), span: later.span.clone() });
        }
        ItemKind::NotYet(later)
    }

    fn later(&self, pair: &Pair<'_>, word: Rule) -> NotYet {
        let word = presume(pair, word);
        NotYet { what: format!("`{}`", word.as_str()), span: self.span(&word), defines: None }
    }

    fn not_yet(&self, what: &str, pair: &Pair<'_>, defines: Option<Name>) -> ItemKind {
        ItemKind::NotYet(NotYet { what: what.to_owned(), span: self.span(pair), defines })
    }

    fn first(&self, pair: &Pair<'_>, rule: Rule) -> Option<Name> {
        let mut inner = pair.clone().into_inner();
        inner.find(|part| part.as_rule() == rule).map(|part| self.name(&part))
    }

    fn has(&self, pair: &Pair<'_>, rule: Rule) -> bool {
        pair.clone().into_inner().any(|part| part.as_rule() == rule)
    }

    fn name(&self, pair: &Pair<'_>) -> Name {
        Spanned { value: pair.as_str().to_owned(), span: self.span(pair) }
    }

    fn span(&self, pair: &Pair<'_>) -> Span {
        let span = pair.as_span();
        self.base + span.start()..self.base + span.end()
    }
}

impl ItemKind {
    /// Where it ends, without the blanks and comments behind it.
    fn end(&self) -> Option<usize> {
        match self {
            Self::Net(net) => Some(net.body.span.end),
            Self::Data(data) => data.transforms.last().or(Some(&data.source)).map(|it| it.span.end),
            Self::Command(command) => {
                let on = command.on.as_ref().map_or(0, |on| on.span.end);
                Some(command.call.span.end.max(on))
            }
            Self::Layers(_) | Self::NotYet(_) => None,
        }
    }
}

/// The first part of that rule, which the grammar has in every such pair.
fn presume<'text>(pair: &Pair<'text>, rule: Rule) -> Pair<'text> {
    let mut inner = pair.clone().into_inner();
    inner.find(|part| part.as_rule() == rule).expect("the grammar has this part in every such pair")
}

fn is_name_char(found: char) -> bool {
    found.is_ascii_alphanumeric() || found == '_'
}

fn parts(pair: Pair<'_>, rule: Rule) -> impl Iterator<Item = Pair<'_>> {
    pair.into_inner().filter(move |part| part.as_rule() == rule)
}
