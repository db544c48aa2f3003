//! Where imported texts come from, since the language itself reads no files.

use std::sync::Arc;

use super::suggest::did_you_mean;
use super::{Defined, Definitions, Family};
use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::elaborate::Budget;
use crate::source::Sources;
use crate::syntax::ast::{Item, ItemKind, Value};
use crate::syntax::parse;

/// How deeply imports may import others.
const MOST_IMPORTS: usize = 8;

/// Gives texts to `import`.
pub trait Library {
    /// The texts that a name means, each with what it is to be called: `zoo.resnet` one, `zoo` all
    /// of its folder, `"blocks.net"` a file.
    ///
    /// # Errors
    /// In words, where there is no such thing or it cannot be read.
    fn texts(&self, name: &ImportName) -> Result<Vec<(String, String)>, String>;

    /// Names that could have been meant.
    fn names(&self) -> Vec<String>;
}

/// What an import names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportName {
    /// A part of the library: `zoo`, `zoo.resnet`.
    Path(String),
    /// A file.
    File(String),
}

/// A library without texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLibrary;

impl Library for NoLibrary {
    fn texts(&self, _: &ImportName) -> Result<Vec<(String, String)>, String> {
        Err("nothing can be imported here".to_owned())
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An import that is under way.
pub(super) struct Importer<'a> {
    pub(super) library: &'a dyn Library,
    pub(super) budget: &'a Budget,
    pub(super) sources: &'a mut Sources,
    pub(super) depth: usize,
}

/// What an import brought.
pub(super) struct Imported {
    pub(super) definitions: Arc<Definitions>,
    /// Commands and data sets of the texts, which an import leaves out.
    pub(super) left_out: usize,
}

impl ImportName {
    /// The name as the argument of `import` gives it.
    pub(super) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Path(path) => Some(Self::Path(path.clone())),
            Value::Text(file) => Some(Self::File(file.clone())),
            _ => None,
        }
    }
}

impl Importer<'_> {
    /// The definitions of what `name`, which stands at `span`, means.
    ///
    /// # Errors
    /// Everything wrong with it.
    pub(super) fn import(
        &mut self,
        name: &ImportName,
        span: &Span,
    ) -> Result<Imported, Vec<Diagnostic>> {
        let error = |headline: String| Diagnostic::error(Code::BadImport, span.clone(), headline);
        if self.depth > MOST_IMPORTS {
            let headline = format!("imports are nested more than {MOST_IMPORTS} deep");
            return Err(vec![
                error(headline).label("one too many").help("does a file import itself?"),
            ]);
        }
        let texts = self.library.texts(name).map_err(|why| {
            let names = self.library.names();
            let (ImportName::Path(wanted) | ImportName::File(wanted)) = name;
            let near = did_you_mean(wanted, names.iter().map(String::as_str));
            // `import resnet50` means a part of the library, whose names begin with its own.
            let is_part = |name: &&String| {
                let part = name.rsplit('.').next().unwrap_or(name);
                did_you_mean(wanted, [part]).is_some()
            };
            let part = || Some(format!("did you mean `{}`?", names.iter().find(is_part)?));
            vec![error(why).label("cannot be imported").maybe_help(near.or_else(part))]
        })?;
        let mut all = Definitions::default();
        let (mut left_out, mut diagnostics) = (0, Vec::new());
        for (name, text) in texts {
            match self.module(name, text) {
                Ok(module) => {
                    all.import(&module.definitions);
                    left_out += module.left_out;
                }
                Err(found) => diagnostics.extend(found),
            }
        }
        if diagnostics.is_empty() {
            return Ok(Imported { definitions: Arc::new(all), left_out });
        }
        for found in &mut diagnostics {
            let label =
                crate::diagnostic::Label { span: span.clone(), text: "imported here".into() };
            found.secondary.push(label);
        }
        Err(diagnostics)
    }

    /// The definitions of one text, among names of its own.
    fn module(&mut self, name: String, text: String) -> Result<Imported, Vec<Diagnostic>> {
        let source = self.sources.add(name, text);
        let program = parse(&source)?;
        let (mut definitions, mut left_out) = (Definitions::default(), 0);
        let mut diagnostics = Vec::new();
        for Item { kind, span } in &program.items {
            match kind {
                ItemKind::Net(net) if net.body.is_some() => {
                    let item = Arc::new(Family::new(net, source.slice(span)));
                    definitions.define_family(Defined { item, home: None });
                }
                ItemKind::Block(block) => {
                    let item = Arc::clone(block);
                    definitions.define_block(Defined { item, home: None });
                }
                ItemKind::Member(member) => {
                    let text = source.slice(span);
                    let family =
                        super::member(member, text, &definitions, self.budget, &mut diagnostics);
                    if let Some(family) = family {
                        definitions.define_family(family);
                    }
                }
                ItemKind::Command(command) if command.call.name.value == "import" => {
                    let mut inner = Importer {
                        library: self.library,
                        budget: self.budget,
                        sources: self.sources,
                        depth: self.depth + 1,
                    };
                    let name = command.call.arguments.first();
                    let name = name.and_then(|name| ImportName::of(&name.value.value));
                    match name.map(|name| inner.import(&name, span)) {
                        Some(Ok(imported)) => definitions.import(&imported.definitions),
                        Some(Err(found)) => diagnostics.extend(found),
                        None => left_out += 1,
                    }
                }
                _ => left_out += 1,
            }
        }
        diagnostics.retain(|found| found.severity == Severity::Error);
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        Ok(Imported { definitions: Arc::new(definitions), left_out })
    }
}
