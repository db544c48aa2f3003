//! Names of networks and data sets: what they mean at each place of a text.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::arguments::not_yet;
use super::scope::{DataSet, Scope};
use super::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::elaborate::Budget;
use crate::network::Network;
use crate::syntax::ast::{Expr, Item, ItemKind, Name, Value};

/// What names mean at the current place of a text.
pub(super) struct Names<'a> {
    /// What is defined so far, in the session and above in the text.
    pub(super) scope: Scope,
    /// What the text may still ask for.
    pub(super) budget: Budget,
    /// Where the text first defines each name.
    defined: BTreeMap<&'a str, &'a Span>,
    /// Names whose definitions have errors: their uses say nothing more.
    broken: BTreeSet<String>,
}

/// What a name should mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Net,
    Data,
}

impl Kind {
    fn in_words(self) -> &'static str {
        match self {
            Self::Net => "network",
            Self::Data => "data set",
        }
    }

    fn example(self, name: &str) -> String {
        match self {
            Self::Net => format!("define it above: `net {name}(1x28x28) {{ ... }}`"),
            Self::Data => format!("define it above: `data {name} = fashion_mnist`"),
        }
    }
}

impl<'a> Names<'a> {
    /// The names before the first of these items. A name that is defined twice is reported.
    pub(super) fn new(items: &'a [Item], scope: &Scope, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut defined = BTreeMap::<_, &Span>::new();
        for name in items.iter().filter_map(defines) {
            if let Some(first) = defined.get(name.value.as_str()) {
                let headline = format!("`{}` is defined twice", name.value);
                let found = Diagnostic::error(Code::DuplicateName, name.span.clone(), headline)
                    .label("again here")
                    .also((*first).clone(), "first here")
                    .help("give one of them another name");
                diagnostics.push(found);
            } else {
                defined.insert(name.value.as_str(), &name.span);
            }
        }
        Self { scope: scope.clone(), budget: Budget::new(), defined, broken: BTreeSet::new() }
    }

    /// Notes that a definition has errors.
    pub(super) fn break_name(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
        self.scope.definitions.break_name(name);
    }

    /// The network that an operand names.
    pub(super) fn net(
        &self,
        operand: &Expr,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Network>> {
        let name = self.name(operand, Kind::Net, diagnostics)?;
        match self.scope.worked_out(name, &self.budget) {
            Some(Ok(net)) => return Some(net),
            // What was imported is worked out only when it is asked for.
            Some(Err(found)) => {
                diagnostics.extend(found.into_iter().map(|found| {
                    found.also(operand.span.clone(), format!("`{name}` is wanted here"))
                }))
            }
            None => diagnostics.extend(self.missing(name, &operand.span, Kind::Net)),
        }
        None
    }

    /// The data set that an operand names.
    pub(super) fn data(
        &self,
        name: &str,
        span: &Span,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<DataSet> {
        if self.broken.contains(name) {
            return None;
        }
        let data = self.scope.data(name).cloned();
        if data.is_none() {
            diagnostics.extend(self.missing(name, span, Kind::Data));
        }
        data
    }

    fn name<'e>(
        &self,
        operand: &'e Expr,
        kind: Kind,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<&'e str> {
        match &operand.value {
            Value::Path(path) if path.contains('.') => {
                diagnostics.push(not_yet("a part of a network", operand.span.clone()));
                None
            }
            Value::Path(name) => (!self.broken.contains(name.as_str())).then_some(name),
            other => {
                let headline = format!("expected a {}, but found `{other}`", kind.in_words());
                let span = operand.span.clone();
                let found = Diagnostic::error(Code::BadArgument, span, headline);
                diagnostics.push(found.label(format!("no {}", kind.in_words())));
                None
            }
        }
    }

    /// What to say of a name that is not what it should be.
    fn missing(&self, name: &str, span: &Span, kind: Kind) -> Option<Diagnostic> {
        let error = |code, headline| Diagnostic::error(code, span.clone(), headline);
        let other = match kind {
            Kind::Net => self.scope.data(name).is_some().then_some(Kind::Data),
            Kind::Data => self.scope.net_names().any(|net| net == name).then_some(Kind::Net),
        };
        if let Some(other) = other {
            let (wanted, found) = (kind.in_words(), other.in_words());
            let headline = format!("expected a {wanted}, but `{name}` is a {found}");
            let help = format!("`{name}` alone on a line shows what it is");
            return Some(error(Code::WrongKind, headline).label(format!("a {found}")).help(help));
        }
        if self.scope.definitions.block(name).is_some() {
            let headline = format!("expected a {}, but `{name}` is a block", kind.in_words());
            let found = error(Code::WrongKind, headline).label("a block");
            return Some(found.help(format!("`{name}` alone on a line shows its text")));
        }
        if self.scope.open().is_some_and(|open| open.name() == name) {
            let found = error(Code::EmptyBody, format!("`{name}` has no layers yet"));
            return Some(found.label("open, and empty").help("add one: `conv 6 5x5 -> relu`"));
        }
        if let Some(&place) = self.defined.get(name) {
            let headline = format!("`{name}` is not defined yet");
            let found = error(Code::EarlyName, headline)
                .label("used here")
                .also(place.clone(), "defined only here");
            return Some(found.help("a text runs from top to bottom: move the definition up"));
        }
        if kind == Kind::Data && name.contains('.') {
            let found = error(Code::UnknownName, format!("`{name}` is not defined"));
            let help = format!("a file stands in quotes: `\"{name}\"`");
            return Some(found.label("no data set of this name").help(help));
        }
        let nets = self.scope.net_names();
        let data = self.scope.data_sets().map(|data| data.name.as_str());
        let known = match kind {
            Kind::Net => nets.collect::<Vec<_>>(),
            Kind::Data => data.collect(),
        };
        let help = did_you_mean(name, known).unwrap_or_else(|| kind.example(name));
        let found = error(Code::UnknownName, format!("`{name}` is not defined"));
        Some(found.label(format!("no {} of this name", kind.in_words())).help(help))
    }

    /// Where the text first defines a name, be it further down.
    pub(super) fn place_of(&self, name: &str) -> Option<&Span> {
        self.defined.get(name).copied()
    }

    /// Every name that means something here.
    pub(super) fn all(&self) -> Vec<&str> {
        let blocks = self.scope.definitions.blocks().map(|block| block.name.value.as_str());
        self.scope
            .net_names()
            .chain(blocks)
            .chain(self.scope.data_sets().map(|data| data.name.as_str()))
            .collect()
    }

    /// Whether a name means anything here, be it broken.
    pub(super) fn is_known(&self, name: &str) -> bool {
        self.scope.net_names().any(|net| net == name)
            || self.scope.definitions.block(name).is_some()
            || self.scope.data(name).is_some()
            || self.broken.contains(name)
            || self.defined.contains_key(name)
    }
}

/// The name that an item defines.
pub(super) fn defines(item: &Item) -> Option<&Name> {
    match &item.kind {
        ItemKind::Net(net) => Some(&net.name),
        ItemKind::Member(member) => Some(&member.name),
        ItemKind::Block(block) => Some(&block.name),
        ItemKind::Data(data) => Some(&data.name),
        ItemKind::Command(_) | ItemKind::Layers(_) | ItemKind::Rust(_) => None,
    }
}
