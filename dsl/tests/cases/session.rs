//! Texts checked one after another, as a session does it, and what was found in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use netlet_dsl::check::{Action, Context, ImportName, Library, Scope, Statement, check};
use netlet_dsl::diagnostic::{Colour, Diagnostic, Severity, Span, render};
use netlet_dsl::network::Network;
use netlet_dsl::shape::{Shape, dims_text};
use netlet_dsl::source::{Source, Sources};
use netlet_dsl::syntax::parse;

use super::case::{Claim, What};

/// The library: networks of the repository, and files beside a program.
pub struct Files {
    /// The repository.
    pub root: PathBuf,
    /// The folder of the program.
    pub folder: PathBuf,
}

impl Files {
    fn zoo(&self) -> PathBuf {
        self.root.join("stdlib/zoo")
    }
}

impl Library for Files {
    fn texts(&self, name: &ImportName) -> Result<Vec<(String, String)>, String> {
        let read = |name: String, path: PathBuf| {
            let text = fs::read_to_string(&path);
            text.map(|text| (name.clone(), text)).map_err(|_| format!("there is no `{name}`"))
        };
        match name {
            ImportName::File(file) => Ok(vec![read(file.clone(), self.folder.join(file))?]),
            ImportName::Path(path) if path == "zoo" => {
                let names = self.names().into_iter();
                let parts = names.filter_map(|name| name.strip_prefix("zoo.").map(str::to_owned));
                let file = |part: String| self.zoo().join(part + ".net");
                parts.map(|part| read(format!("zoo.{part}"), file(part))).collect()
            }
            ImportName::Path(path) => {
                let part = path.strip_prefix("zoo.").unwrap_or(path);
                Ok(vec![read(path.clone(), self.zoo().join(format!("{part}.net")))?])
            }
        }
    }

    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.zoo()) else { return Vec::new() };
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let nets = paths.filter(|path| path.extension().is_some_and(|kind| kind == "net"));
        let mut names = nets
            .filter_map(|path| Some(format!("zoo.{}", path.file_stem()?.to_string_lossy())))
            .collect::<Vec<_>>();
        names.sort();
        names
    }
}

/// What a session has come to.
pub struct Session<'l> {
    scope: Scope,
    library: &'l dyn Library,
}

/// What was found in a text.
pub struct Seen {
    /// Everything wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    statements: Vec<Statement>,
    sources: Sources,
    source: Arc<Source>,
}

impl<'l> Session<'l> {
    /// One without definitions.
    pub fn new(library: &'l dyn Library) -> Self {
        Self { scope: Scope::default(), library }
    }

    /// Checks a text. One without errors takes effect, another one changes nothing.
    pub fn run(&mut self, name: &str, cell: Option<&str>, text: &str) -> Seen {
        let mut scope = self.scope.clone();
        let source = scope.sources.add(name, text);
        let program = match parse(&source) {
            Ok(program) => program,
            Err(diagnostics) => {
                let sources = scope.sources;
                return Seen { diagnostics, statements: Vec::new(), sources, source };
            }
        };
        let context = Context { cell, library: self.library };
        let checked = check(&program, &source, &scope, context);
        let seen = Seen {
            diagnostics: checked.diagnostics,
            statements: checked.statements,
            sources: checked.sources,
            source,
        };
        if !seen.has_errors() {
            scope.sources = seen.sources.clone();
            seen.statements.iter().for_each(|statement| scope.apply(statement));
            self.scope = scope;
        }
        seen
    }
}

impl Seen {
    /// Whether the text may not be run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }

    /// Everything wrong, as a terminal without colours shows it.
    pub fn rendered(&self) -> String {
        let drawn = self.diagnostics.iter().map(|it| render(it, &self.sources, Colour::Plain));
        // Files have no blanks at line ends.
        drawn.collect::<String>().lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// What the text does, a line each.
    pub fn actions(&self) -> String {
        if self.has_errors() {
            return String::new();
        }
        let describe = |statement: &Statement| {
            let [line, _] = self.source.position(statement.span.start);
            format!("{line}: {}\n", described(&statement.action))
        };
        self.statements.iter().map(describe).collect()
    }

    /// What is claimed and not so, and what is so and not claimed.
    pub fn unmet(&self, claims: &[Claim]) -> Vec<String> {
        let mut found = self.diagnostics.iter().map(|it| (self.line(it), it)).collect::<Vec<_>>();
        let flows = self.flows();
        let mut unmet = Vec::new();
        for claim in claims {
            match &claim.what {
                What::Shapes(shapes) => {
                    let given = flows.get(&claim.line).cloned().unwrap_or_default();
                    if !given.iter().any(|flow| flow.ends_with(shapes)) {
                        let given = given.iter().map(|flow| flow.join(" -> "));
                        let given = given.collect::<Vec<_>>().join(", ");
                        unmet.push(format!("{claim} is claimed, but it gives {given}"));
                    }
                }
                What::Found(severity, code) => {
                    let is_it = |(line, it): &(usize, &Diagnostic)| {
                        *line == claim.line && it.severity == *severity && it.code.word() == code
                    };
                    match found.iter().position(is_it) {
                        Some(place) => drop(found.remove(place)),
                        None => unmet.push(format!("{claim} is claimed, but not found")),
                    }
                }
            }
        }
        let more = found.into_iter().map(|(line, it)| {
            format!("line {line}: {} is found, but not claimed: {}", it.code, it.headline)
        });
        unmet.into_iter().chain(more).collect()
    }

    fn is_own(&self, span: &Span) -> bool {
        self.sources.of(span).is_some_and(|source| source.start == self.source.start)
    }

    /// The line of a diagnostic in this text; the first one where it is about other texts alone.
    fn line(&self, found: &Diagnostic) -> usize {
        let labels = std::iter::once(&found.primary).chain(&found.secondary);
        let own = labels.map(|label| &label.span).find(|span| self.is_own(span));
        own.map_or(1, |span| self.source.position(span.start)[0])
    }

    /// The shapes that each line gives; several where a line is worked out several times.
    fn flows(&self) -> BTreeMap<usize, Vec<Vec<String>>> {
        let mut flows: BTreeMap<usize, Vec<Vec<String>>> = BTreeMap::new();
        for Statement { span, action } in &self.statements {
            let network = match action {
                Action::Net { network, .. } => network,
                Action::Lines { open, answer, .. } => {
                    if let Some(answer) = answer {
                        let shapes = answer.shapes.iter().map(|dims| dims_text(dims)).collect();
                        flows.entry(self.source.position(span.end)[0]).or_default().push(shapes);
                    }
                    let Some(network) = &open.network else { continue };
                    network
                }
                _ => continue,
            };
            let mut last = (0, 0);
            for node in network.layers().iter().filter(|node| self.is_own(&node.span)) {
                let [line, _] = self.source.position(node.span.end - 1);
                let runs = flows.entry(line).or_default();
                // A line that is worked out once more begins anew.
                if line != last.0 || node.span.start < last.1 || runs.is_empty() {
                    runs.push(Vec::new());
                }
                last = (line, node.span.end);
                runs.last_mut().expect("there is one by now").push(node.shape.to_string());
            }
        }
        flows
    }
}

/// What an action does, in a line.
fn described(action: &Action) -> String {
    match action {
        Action::Net { network, .. } => format!("net {}", size(network)),
        Action::Block(block) => format!("block {}", block.item.name.value),
        Action::Import { name, definitions, left_out } => {
            let nets = definitions.families().map(|it| it.item.name.clone());
            let blocks = definitions.blocks().map(|it| it.name.value.clone());
            let brought = nets.chain(blocks).collect::<Vec<_>>().join(", ");
            format!("import {name}: {brought}; {left_out} left out")
        }
        Action::Open(open) => format!("open {} with {} lines", open.name(), open.len()),
        Action::Lines { answer: Some(answer), .. } => {
            let shapes = answer.shapes.iter().map(|dims| dims_text(dims)).collect::<Vec<_>>();
            let sees = dims_text(&answer.receptive_field);
            let (net, shapes) = (&answer.net, shapes.join(" -> "));
            format!("{net}: {shapes}, {} parameters, sees {sees}", answer.parameters)
        }
        Action::Lines { open, undone, .. } => {
            let what =
                undone.as_ref().map_or("lines taken away".into(), |it| format!("undo `{it}`"));
            format!("{}: {what}, {} left", open.name(), open.len())
        }
        Action::Close { net, network } => {
            format!("close {}", network.as_ref().map_or_else(|| net.clone(), |it| size(it)))
        }
        Action::Summary(network) => format!("summary {}", size(network)),
        Action::Shapes(network) => format!("shapes {}", flow(network)),
        Action::Diagram(network) => format!("diagram {}", network.name),
        Action::Code(network) => format!("code {}", network.name),
        Action::Export { net, folder } => format!("export {} to {}", net.name, folder.display()),
        Action::Nets => "nets".to_owned(),
        Action::Blocks => "blocks".to_owned(),
        Action::Text { name, text } => format!("text of {name}: {} lines", text.lines().count()),
        Action::Data { name, plan } => format!("data {name} = {plan:?}"),
        Action::Worker { command, .. } => format!("{command:?}"),
    }
}

fn size(network: &Network) -> String {
    let Network { name, .. } = network;
    let (inputs, count) = (network.inputs().iter(), network.parameter_count());
    let inputs = inputs.map(|input| input.shape.to_string()).collect::<Vec<_>>().join(", ");
    let heads = network
        .heads
        .iter()
        .map(|head| format!(", {} {}", head.name, shape_of(network, head.node)));
    format!(
        "{name}: {inputs} -> {}{}, {count} parameters",
        network.output(),
        heads.collect::<String>()
    )
}

fn shape_of(network: &Network, node: usize) -> Shape {
    network.nodes[node].shape
}

fn flow(network: &Network) -> String {
    let layers =
        network.layers().iter().map(|node| format!("{} {} {}", node.path, node.layer, node.shape));
    format!("{}: {} | {}", network.name, network.input(), layers.collect::<Vec<_>>().join(" | "))
}
