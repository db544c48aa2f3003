//! From a tree to statements that can be carried out: names resolved, shapes worked out.

pub(crate) mod arguments;
mod blocks;
mod commands;
mod data;
mod definitions;
mod fit;
mod inspection;
mod library;
mod names;
mod open;
mod scope;
pub(crate) mod signature;
pub(crate) mod suggest;
mod survey;
mod training;
pub(crate) mod words;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::diagnostic::{Code, Diagnostic, Severity, Span};
use crate::elaborate::{self, Budget, Evaluator, PARAMETER, Variables, Watch};
use crate::layers;
use crate::messages::{DataPlan, LineReport, WorkerCommand};
use crate::network::Network;
use crate::source::{Source, Sources};
use crate::syntax::ast::{Block, Command, Item, ItemKind, Member, Name, Net, Program, Step};
use library::Importer;
use names::Names;

pub(crate) use commands::command_signatures;
pub(crate) use commands::is_command;
pub use data::DataSet;
pub(crate) use data::{source_signatures, transform_signatures};
pub use definitions::{Defined, Definitions, Family};
pub(crate) use fit::misfits_of_training;
pub use library::{ImportName, Library, NoLibrary};
pub use open::Open;
pub use scope::Scope;
pub(crate) use survey::survey;

/// What the checker makes of a program.
#[derive(Debug)]
pub struct Checked {
    /// The statements in which no error was found, from top to bottom.
    pub statements: Vec<Statement>,
    /// Everything found wrong. If any is an error, nothing may be run.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that all spans point into: those of the scope, and what was imported.
    pub sources: Sources,
}

/// A checked item.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The item's place among the texts.
    pub span: Span,
    /// What to do.
    pub action: Action,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Define a network.
    Net {
        /// Its definition.
        family: Defined<Family>,
        /// The network of that name.
        network: Arc<Network>,
    },
    /// Define a block.
    Block(Defined<Block>),
    /// Take in definitions from elsewhere.
    Import {
        /// What was imported, as the text has it.
        name: String,
        /// What it brings.
        definitions: Arc<Definitions>,
        /// Commands and data sets that were left out.
        left_out: usize,
    },
    /// Open a network that lines are to follow for.
    Open(Open),
    /// Change the network that is open.
    Lines {
        /// It as it stands then.
        open: Open,
        /// What the added line answers; `None` where lines were taken away.
        answer: Option<LineReport>,
        /// The line that was taken away, for `undo`.
        undone: Option<String>,
    },
    /// End the building of the network that is open.
    Close {
        /// Its name.
        net: String,
        /// It, if it has layers.
        network: Option<Arc<Network>>,
    },
    /// Show a network's table.
    Summary(Arc<Network>),
    /// Show the flow of a network's shapes in a line.
    Shapes(Arc<Network>),
    /// Draw a network.
    Diagram(Arc<Network>),
    /// Show the Rust that a network becomes.
    Code(Arc<Network>),
    /// Write a network as a crate of its own.
    Export {
        /// The network.
        net: Arc<Network>,
        /// The folder of the crate.
        folder: PathBuf,
    },
    /// List all networks.
    Nets,
    /// List all blocks.
    Blocks,
    /// Show the text of a definition.
    Text {
        /// Whose.
        name: String,
        /// The text.
        text: String,
    },
    /// Define a data set.
    Data {
        /// Its name.
        name: String,
        /// How it is made.
        plan: DataPlan,
    },
    /// Have the worker carry out a command.
    Worker {
        /// The network it acts on, if any.
        net: Option<Arc<Network>>,
        /// The command.
        command: WorkerCommand,
    },
}

/// What a text is checked against beside the scope.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The cell that the text is of, where the front end has cells: a cell that is run again
    /// replaces the lines it has added to an open network.
    pub cell: Option<&'a str>,
    /// Where imports come from.
    pub library: &'a dyn Library,
}

impl Default for Context<'_> {
    fn default() -> Self {
        Self { cell: None, library: &NoLibrary }
    }
}

/// Checks a program, which was parsed from `source`, against what is defined already.
pub fn check(program: &Program, source: &Source, scope: &Scope, context: Context<'_>) -> Checked {
    let mut diagnostics = Vec::new();
    let names = Names::new(&program.items, scope, &mut diagnostics);
    let mut checker = Checker { source, names, context, watch: None, place: None, diagnostics };
    let before = checker.begin_cell();
    let items = program.items.iter().filter_map(|item| checker.statement(item));
    let statements = before.into_iter().chain(items.collect::<Vec<_>>()).collect();
    let Checker { names, diagnostics, .. } = checker;
    let mut diagnostics = without_repeats(diagnostics);
    diagnostics.sort_by_key(|found| found.primary.span.start);
    Checked { statements, diagnostics, sources: names.scope.sources }
}

/// An open network is worked out anew for each line, and finds the same again.
fn without_repeats(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut known = HashSet::new();
    let is_new = |found: &Diagnostic| known.insert((found.code, found.primary.span.clone()));
    diagnostics.into_iter().filter(is_new).collect()
}

/// The state between one item and the next.
struct Checker<'a> {
    source: &'a Source,
    names: Names<'a>,
    context: Context<'a>,
    /// The step that a front end asks about, where that is all that it wants to know.
    watch: Option<&'a Watch>,
    /// Where the next line of the open network goes; behind all others where there is none.
    place: Option<usize>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    /// Takes away the lines that this cell has added to the open network when it ran before.
    fn begin_cell(&mut self) -> Option<Statement> {
        let cell = self.context.cell?;
        let Names { scope, budget, .. } = &mut self.names;
        let open = scope.open.as_mut()?;
        self.place = Some(open.take_lines_of(cell)?);
        // What is wrong without them may be right with those that come now.
        let found = open.refresh(&scope.definitions, budget).into_iter();
        self.diagnostics.extend(found.filter(|found| found.code == Code::TooMuchWork));
        let action = Action::Lines { open: open.clone(), answer: None, undone: None };
        let start = self.source.start;
        Some(Statement { span: start..start, action })
    }

    fn statement(&mut self, item: &'a Item) -> Option<Statement> {
        if self.watch.is_some_and(|watch| {
            survey::is_settled(&mut self.names.scope, item, self.source, watch)
        }) {
            return None;
        }
        let action = self.action(item)?;
        let statement = Statement { span: item.span.clone(), action };
        self.names.scope.apply(&statement);
        Some(statement)
    }

    fn action(&mut self, item: &'a Item) -> Option<Action> {
        match &item.kind {
            ItemKind::Net(net) => match &net.body {
                Some(_) => self.net(net, &item.span),
                None => self.open(net, &item.span),
            },
            ItemKind::Member(member) => {
                let text = self.source.slice(&item.span);
                let Names { scope, budget, .. } = &self.names;
                let definitions = &scope.definitions;
                let family = self::member(member, text, definitions, budget, &mut self.diagnostics);
                let family = self.defined(&member.name, family)?;
                self.network(&member.name, family)
            }
            ItemKind::Block(block) => {
                let sound = self.is_free(&block.name)
                    & blocks::check(block, &self.names, &mut self.diagnostics);
                let block = Defined { item: Arc::clone(block), home: None };
                let name = &block.item.name.value;
                if !sound {
                    self.names.break_name(name);
                }
                sound.then_some(Action::Block(block))
            }
            ItemKind::Data(data) => {
                let plan = data::plan(data, &mut self.diagnostics);
                let plan = self.defined(&data.name, plan)?;
                Some(Action::Data { name: data.name.value.clone(), plan })
            }
            ItemKind::Command(command) => self.command(command, &item.span),
            ItemKind::Layers(steps) => self.lines(steps),
            ItemKind::Rust(word) => {
                let what = format!("`{}`", word.value);
                self.diagnostics.push(arguments::not_yet(&what, word.span.clone()));
                None
            }
        }
    }

    fn net(&mut self, net: &'a Arc<Net>, span: &Span) -> Option<Action> {
        let family = Family::new(net, self.source.slice(span));
        let family = Defined { item: Arc::new(family), home: None };
        let is_free = self.is_free(&net.name);
        let family = self.defined(&net.name, is_free.then_some(family))?;
        self.network(&net.name, family)
    }

    /// Works a family's own member out.
    fn network(&mut self, name: &'a Name, family: Defined<Family>) -> Option<Action> {
        let definitions = &self.names.scope.definitions;
        let space = family.home.as_deref().unwrap_or(definitions);
        let budget = &self.names.budget;
        let mut worked_out = elaborate::watched(&family.item, &[], space, budget, self.watch);
        self.name_what_comes_later(&mut worked_out.diagnostics);
        let from_elsewhere = family.home.is_some();
        // Warnings of what was imported are for those who wrote it.
        let wanted = |found: &Diagnostic| !from_elsewhere || found.severity == Severity::Error;
        self.diagnostics.extend(worked_out.diagnostics.into_iter().filter(wanted));
        let network = self.defined(name, worked_out.network.map(Arc::new))?;
        let network = family.item.network.get_or_init(|| network).clone();
        Some(Action::Net { family, network })
    }

    fn open(&mut self, net: &'a Arc<Net>, span: &Span) -> Option<Action> {
        if !self.is_free(&net.name) {
            return None;
        }
        let family = Arc::new(Family::new(net, self.source.slice(span)));
        let scope = &self.names.scope;
        let again = scope.open.as_ref();
        let again =
            again.and_then(|open| open.opened_again(Arc::clone(&family), self.context.cell));
        let mut open = again.unwrap_or_else(|| Open::new(family, self.context.cell));
        let errors = match open.is_empty() {
            true => open.header_errors(&scope.definitions, &self.names.budget),
            false => open.refresh(&scope.definitions, &self.names.budget),
        };
        let broken = errors.iter().any(|found| found.severity == Severity::Error);
        self.diagnostics.extend(errors);
        let action = self.defined(&net.name, (!broken).then_some(Action::Open(open.clone())));
        // Lines that follow are looked at all the same.
        self.names.scope.open = Some(open);
        action
    }

    /// A line of layers for the network that is open.
    fn lines(&mut self, steps: &Arc<Vec<Step>>) -> Option<Action> {
        let Names { scope, budget, .. } = &mut self.names;
        if budget.is_told() {
            return None;
        }
        let Some(mut open) = scope.open.clone() else {
            let span = steps.first().map_or(0..0, |step| step.span.clone());
            let headline = "no network is open that this layer could be added to";
            let found = Diagnostic::error(Code::NoOpenNet, span, headline)
                .label("outside of a network")
                .help(
                    "open one with `net NAME(1x28x28)`, or put layers into the braces of a `net`",
                );
            self.diagnostics.push(found);
            return None;
        };
        let place = self.place.unwrap_or(open.len());
        let changed =
            open.insert(place, self.context.cell, steps, &scope.definitions, budget, self.watch);
        self.place = Some(place + 1);
        let own = |span: &Span| {
            (self.source.start..=self.source.start + self.source.text.len()).contains(&span.start)
        };
        let found = changed.diagnostics.into_iter();
        self.diagnostics
            .extend(found.filter(|it| it.severity == Severity::Error || own(&it.primary.span)));
        scope.open = Some(open.clone());
        if changed.answer.is_none() {
            self.names.break_name(open.name());
        }
        Some(Action::Lines { open, answer: Some(changed.answer?), undone: None })
    }

    fn command(&mut self, command: &'a Command, span: &Span) -> Option<Action> {
        let name = command.call.name.value.as_str();
        match name {
            "import" => self.import(command, span),
            "undo" | "close" => self.undo_or_close(command),
            _ if self.is_step(command) => {
                let kind = crate::syntax::ast::StepKind::Layer(command.call.clone());
                let span = command.call.span.clone();
                self.lines(&Arc::new(vec![Step { kind, label: None, span }]))
            }
            _ => commands::action(command, &self.names, &mut self.diagnostics),
        }
    }

    /// Whether what reads like a command is a layer of the network that is open.
    fn is_step(&self, command: &Command) -> bool {
        let name = command.call.name.value.as_str();
        if command.on.is_some() || is_command(name) {
            return false;
        }
        if layers::names().any(|layer| layer == name) {
            return true;
        }
        let alone = command.call.arguments.is_empty();
        let definitions = &self.names.scope.definitions;
        // A name alone shows what it is, but for a block that wants no arguments.
        let wants = |block: &Defined<Block>| {
            block.item.parameters.iter().any(|parameter| parameter.default.is_none())
        };
        match (definitions.block(name), definitions.family(name)) {
            (Some(block), _) => !alone || self.names.scope.open.is_some() && !wants(block),
            (None, Some(_)) => !alone,
            _ => false,
        }
    }

    fn import(&mut self, command: &Command, span: &Span) -> Option<Action> {
        let asked = commands::import_name(command, &mut self.diagnostics)?;
        let mut importer = Importer {
            library: self.context.library,
            budget: &self.names.budget,
            sources: &mut self.names.scope.sources,
            depth: 0,
        };
        match importer.import(&asked, &command.call.span) {
            Ok(imported) => {
                let name = self.source.slice(span).trim_start_matches("import").trim().to_owned();
                let left_out = imported.left_out;
                Some(Action::Import { name, definitions: imported.definitions, left_out })
            }
            Err(found) => {
                self.diagnostics.extend(found);
                None
            }
        }
    }

    fn undo_or_close(&mut self, command: &Command) -> Option<Action> {
        commands::expect_alone(command, &mut self.diagnostics)?;
        let Names { scope, budget, .. } = &mut self.names;
        let word = &command.call.name;
        let Some(mut open) = scope.open.clone() else {
            let headline = format!("no network is open that `{}` could act on", word.value);
            let found = Diagnostic::error(Code::NoOpenNet, word.span.clone(), headline);
            self.diagnostics.push(found.help("`net NAME(1x28x28)` opens one"));
            return None;
        };
        if word.value == "close" {
            let net = open.name().to_owned();
            return Some(Action::Close { net, network: open.network });
        }
        let Some(undone) = open.undo(&scope.sources) else {
            let headline = format!("`{}` has no line to take back", open.name());
            let found = Diagnostic::error(Code::NoOpenNet, word.span.clone(), headline);
            self.diagnostics.push(found.label("nothing to undo"));
            return None;
        };
        self.place = None;
        self.diagnostics.extend(
            open.refresh(&scope.definitions, budget)
                .into_iter()
                .filter(|it| it.severity == Severity::Error),
        );
        Some(Action::Lines { open, answer: None, undone: Some(undone) })
    }

    /// Says of names that are no layers yet why they are none: the network is still open, or the
    /// definition stands further down.
    fn name_what_comes_later(&self, diagnostics: &mut [Diagnostic]) {
        let open = self.names.scope.open.as_ref().map(Open::name);
        for found in diagnostics.iter_mut().filter(|found| found.code == Code::UnknownLayer) {
            let span = found.primary.span.clone();
            let name = self.source.slice(&span);
            let error = |code, headline| Diagnostic::error(code, span.clone(), headline);
            if open == Some(name) {
                let headline = format!("`{name}` is open, and cannot be a layer yet");
                *found = error(Code::WrongKind, headline)
                    .label("still built line by line")
                    .help("`close` ends it");
            } else if let Some(place) = self.names.place_of(name) {
                *found = error(Code::EarlyName, format!("`{name}` is not defined yet"))
                    .label("used here")
                    .also(place.clone(), "defined only here")
                    .help("a text runs from top to bottom: move the definition up");
            }
        }
    }

    /// Whether a name may be that of a block or a network; one of the language's own is reported.
    fn is_free(&mut self, name: &Name) -> bool {
        let word = name.value.as_str();
        let what = if layers::names().any(|layer| layer == word) || word == "separable" {
            "a layer"
        } else if is_command(word) {
            "a command"
        } else {
            return true;
        };
        let headline = format!("`{word}` is {what} of the language");
        let found = Diagnostic::error(Code::TakenName, name.span.clone(), headline);
        self.diagnostics.push(found.label("taken").help("choose another name"));
        false
    }

    /// What a definition gives, with its name noted as broken where that is nothing.
    fn defined<T>(&mut self, name: &'a Name, result: Option<T>) -> Option<T> {
        if result.is_none() {
            self.names.break_name(&name.value);
        }
        result
    }
}

/// A member of a family: its definition with other inputs and parameters.
fn member(
    member: &Member,
    text: &str,
    definitions: &Definitions,
    budget: &Budget,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Defined<Family>> {
    let name = &member.family;
    let Some(Defined { item: family, home }) = definitions.family(&name.value) else {
        if !definitions.is_broken(&name.value) {
            let known = definitions.families().map(|it| it.item.name.as_str());
            let help = suggest::did_you_mean(&name.value, known).unwrap_or_else(|| {
                format!("define it above, `net {}(3x224x224) {{ ... }}`, or import it", name.value)
            });
            let headline = format!("`{}` is not defined", name.value);
            let found = Diagnostic::error(Code::UnknownName, name.span.clone(), headline);
            diagnostics.push(found.label("no network of this name").help(help));
        }
        return None;
    };
    let before = diagnostics.len();
    let wanted = family.net.inputs.len();
    if !member.inputs.is_empty() && member.inputs.len() != wanted {
        let inputs = match wanted {
            1 => "one input".to_owned(),
            _ => format!("{wanted} inputs"),
        };
        let headline =
            format!("`{}` has {inputs}, but is given {}", name.value, member.inputs.len());
        let found = Diagnostic::error(Code::BadInput, name.span.clone(), headline);
        let help = "parameters are given by key: `net Small = VGG16(3x64x64, classes=10)`";
        diagnostics.push(found.label(format!("has {inputs}")).help(help));
    }
    budget.spend(PARAMETER * family.arguments.len());
    let mut arguments = family.arguments.clone();
    for argument in &member.arguments {
        let Some(key) = &argument.key else { continue };
        let known = || family.net.parameters.iter().map(|it| it.name.value.as_str());
        if !known().any(|name| name == key.value) {
            let headline = format!("`{}` has no parameter `{}`", name.value, key.value);
            let help = suggest::did_you_mean(&key.value, known());
            let found = Diagnostic::error(Code::UnknownKey, key.span.clone(), headline);
            diagnostics.push(found.label("unknown parameter").maybe_help(help));
            continue;
        }
        let variables = Variables::new();
        let mut evaluator = Evaluator {
            variables: &variables,
            budget,
            current: None,
            label: &|_| None,
            diagnostics: &mut *diagnostics,
        };
        if let Some(value) = evaluator.value(&argument.value) {
            arguments.insert(key.value.clone(), value.value);
        }
    }
    let inputs = match member.inputs.as_slice() {
        [] => family.inputs.clone(),
        inputs => inputs.to_vec(),
    };
    let family = Family {
        name: member.name.value.clone(),
        net: Arc::clone(&family.net),
        inputs,
        arguments,
        source: text.to_owned(),
        network: OnceLock::new(),
    };
    let sound = diagnostics.len() == before;
    sound.then(|| Defined { item: Arc::new(family), home: home.clone() })
}
