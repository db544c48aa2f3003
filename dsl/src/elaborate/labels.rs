//! The values of a network that its layers may refer to, by their labels.
//!
//! Labels live in levels: the network, and inside it every block and every labelled construct. A
//! level's names begin with its path. A label is looked for in the current level and then in those
//! around it, up to the block that the text stands in: a block sees its own labels only.

use std::collections::BTreeMap;

use crate::check::suggest::did_you_mean;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::network::NodeId;
use crate::shape::Shape;
use crate::syntax::ast::{Expr, Name, Step, Value};

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

/// The labels of a network.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// Those whose values exist, by their paths.
    values: BTreeMap<String, (Operand, Span)>,
    /// Every path given so far, be it to a value or to a layer without a label.
    taken: BTreeMap<String, Span>,
    levels: Vec<Level>,
}

#[derive(Debug)]
struct Level {
    /// The beginning of its paths: `enc1.`, or nothing.
    prefix: String,
    /// Whether labels of the levels around are out of sight.
    is_block: bool,
    /// The labels that its text gives, whether their values exist yet or not.
    written: BTreeMap<String, Span>,
    /// How many unnamed layers of each kind it has so far.
    counters: BTreeMap<String, usize>,
}

/// Why a label has no value.
pub(crate) enum Missing {
    /// Its value comes later.
    Early(Span),
    /// There is none of that name, but perhaps a near one.
    Unknown(Option<String>),
    /// It belongs to the text around the block.
    Outside,
}

impl Labels {
    /// Goes into a level whose text is `steps`. Inside a block the labels around it are not seen.
    /// Gives how many steps were looked at.
    pub(crate) fn enter<'s>(
        &mut self,
        path: &str,
        is_block: bool,
        steps: impl IntoIterator<Item = &'s Step>,
    ) -> usize {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
        let mut written = BTreeMap::new();
        let looked_at = collect(steps, &mut written);
        self.levels.push(Level { prefix, is_block, written, counters: BTreeMap::new() });
        looked_at
    }

    /// Goes back to the level around.
    pub(crate) fn leave(&mut self) {
        self.levels.pop();
    }

    /// Forgets the values within a level that nothing outside may use.
    pub(crate) fn forget(&mut self, path: &str) {
        let prefix = format!("{path}.");
        self.values.retain(|path, _| !path.starts_with(&prefix));
    }

    /// The path of a name in the current level.
    pub(crate) fn path(&self, name: &str) -> String {
        let prefix = self.levels.last().map_or("", |level| level.prefix.as_str());
        format!("{prefix}{name}")
    }

    /// The path of a layer or block without a label: its kind with the next number that is free.
    pub(crate) fn numbered(&mut self, kind: &str) -> String {
        let Some(level) = self.levels.last_mut() else { return kind.to_owned() };
        let counter = level.counters.entry(kind.to_owned()).or_default();
        loop {
            *counter += 1;
            let name = format!("{kind}{counter}");
            let path = format!("{}{name}", level.prefix);
            if !level.written.contains_key(&name) && !self.taken.contains_key(&path) {
                return path;
            }
        }
    }

    /// Takes a path, for a construct at `span`. One that is taken already is reported.
    pub(crate) fn take(&mut self, path: &str, span: &Span, diagnostics: &mut Vec<Diagnostic>) {
        if path.rsplit('.').next() == Some("in") {
            let headline = "`in` is the value at each point, and no label";
            let found = Diagnostic::error(Code::TakenName, span.clone(), headline);
            diagnostics.push(found.label("taken").help("choose another name"));
        }
        let Some(first) = self.taken.insert(path.to_owned(), span.clone()) else { return };
        let found = |headline: String| {
            Diagnostic::error(Code::DuplicateLabel, span.clone(), headline).label("again here")
        };
        diagnostics.push(if first == *span {
            let name = path.rsplit('.').next().unwrap_or(path);
            found(format!("the label `{path}` is given by every round")).help(format!(
                "give it to the whole, `repeat N {{ ... }} as {name}`: the rounds are `{name}.0`, \
                 `{name}.1` and so on"
            ))
        } else {
            found(format!("the label `{path}` is given twice"))
                .also(first, "first here")
                .help("a label names one value: choose another for one of them")
        });
    }

    /// Gives a path its value.
    pub(crate) fn define(&mut self, path: String, value: Operand, place: Span) {
        self.values.insert(path, (value, place));
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value of a path within the whole network.
    fn at(&self, path: &str) -> Option<&Operand> {
        self.values.get(path).map(|(operand, _)| operand)
    }

    /// The path of the value that a label means at the current place.
    pub(crate) fn resolve(&self, name: &str) -> Option<String> {
        let paths = self.in_sight().map(|level| format!("{}{name}", level.prefix));
        paths.into_iter().find(|path| self.values.contains_key(path))
    }

    /// The value of a label at the current place, where it has one.
    pub(crate) fn get(&self, name: &str) -> Option<&Operand> {
        self.at(&self.resolve(name)?)
    }

    /// The value of a label at the current place, or why it has none.
    fn find(&self, name: &str) -> Result<Operand, Missing> {
        if let Some(operand) = self.get(name) {
            return Ok(operand.clone());
        }
        if let Some(place) = self.in_sight().find_map(|level| level.written.get(name)) {
            return Err(Missing::Early(place.clone()));
        }
        let outside = self
            .levels
            .iter()
            .any(|level| self.values.contains_key(&format!("{}{name}", level.prefix)));
        if outside {
            return Err(Missing::Outside);
        }
        let near = did_you_mean(name, self.all_in_sight().iter().map(String::as_str));
        Err(Missing::Unknown(near))
    }

    /// The value that an argument means as a label; an inner error says why it has none. `None`
    /// where the argument is no label.
    pub(crate) fn named(&self, argument: &Expr) -> Option<Result<Operand, Diagnostic>> {
        let (name, found) = match &argument.value {
            // A label of a head is gone behind it.
            Value::Label(path) => (path, self.at(path).cloned().ok_or(Missing::Unknown(None))),
            Value::Path(name) => (name, self.find(name)),
            _ => return None,
        };
        Some(found.map_err(|missing| missing.diagnostic(name, &argument.span)))
    }

    /// Every label that the current place may use, as it would be written there.
    pub(crate) fn all_in_sight(&self) -> Vec<String> {
        self.values_in_sight().map(|(name, _)| name.to_owned()).collect()
    }

    /// The same with their values.
    pub(super) fn values_in_sight(&self) -> impl Iterator<Item = (&str, &Operand)> {
        let prefixes = self.in_sight().map(|level| level.prefix.as_str()).collect::<Vec<_>>();
        self.values.iter().filter_map(move |(path, (operand, _))| {
            let name = prefixes.iter().find_map(|prefix| path.strip_prefix(prefix))?;
            Some((name, operand))
        })
    }

    /// The current level and those around it, up to the block.
    fn in_sight(&self) -> impl Iterator<Item = &Level> {
        let block = self.levels.iter().rposition(|level| level.is_block).unwrap_or(0);
        self.levels[block..].iter().rev()
    }
}

/// The labels that steps give to the level they stand in. Gives how many steps there are.
fn collect<'s>(
    steps: impl IntoIterator<Item = &'s Step>,
    written: &mut BTreeMap<String, Span>,
) -> usize {
    let mut count = 0;
    for step in steps {
        count += 1;
        if let Some(Name { value, span }) = &step.label {
            written.entry(value.clone()).or_insert_with(|| span.clone());
        }
        // What has a label, or is a head or a shared piece, is a level of its own.
        let inner = if step.label.is_some() { Vec::new() } else { step.kind.bodies() };
        count += inner.into_iter().map(|body| collect(&body.steps, written)).sum::<usize>();
    }
    count
}

impl Missing {
    /// What to say of a reference to the label at `span`.
    pub(crate) fn diagnostic(self, name: &str, span: &Span) -> Diagnostic {
        let error = |code, headline| Diagnostic::error(code, span.clone(), headline);
        match self {
            Self::Early(place) => {
                let headline = format!("the label `{name}` has no value yet");
                let found = error(Code::EarlyLabel, headline).label("used here");
                found
                    .also(place, "given only here")
                    .help("layers run from top to bottom, and use the values of those above")
            }
            Self::Unknown(near) => {
                let found = error(Code::UnknownLabel, format!("no layer has the label `{name}`"));
                let help = || format!("give it to a layer above: `... as {name}`");
                let help = near.or_else(|| (!name.contains('.')).then(help));
                found.label("unknown label").maybe_help(help)
            }
            Self::Outside => {
                let headline = format!("`{name}` is a label outside of this block");
                error(Code::UnknownLabel, headline)
                    .label("out of sight")
                    .help("a block sees its own labels only: hand this one in as a parameter")
            }
        }
    }
}
