//! The whole way of a text, from tokens to diagnostics or code: what no text may break.
//!
//! The tests and the fuzz target share it.

use netlet_dsl::check::{Action, Context, ImportName, Library, Scope, Statement, check};
use netlet_dsl::diagnostic::{Code, Colour, Diagnostic, Severity, html, located, render};
use netlet_dsl::format::format;
use netlet_dsl::network::Network;
use netlet_dsl::source::{Source, Sources};
use netlet_dsl::syntax::parse;
use netlet_dsl::syntax::tokens::tokens;
use netlet_dsl::{completeness, diagram, emit, summary};

use super::asked::ask_at;
use super::meaning::meaning;

/// The most layers of networks that are shown. A front end shows few networks of a text, and a short
/// text may define many of the largest size.
const MOST_SHOWN: usize = 40_000;

/// Parts of a cell, at whose ends an editor asks what stands there.
const PLACES: usize = 2;

/// What parts a text into cells.
pub const NEXT_CELL: char = '\u{1e}';

/// Everything that front ends do with a text of one or more cells. The first cell is run once more
/// at the end, as in a notebook, and each third one goes by the same name. A cell that asks for too
/// much is the last one, since what may take long is limited for each of them and not for all.
pub fn whole_way(text: &str) {
    let cells = text.split(NEXT_CELL).collect::<Vec<_>>();
    let mut session = Session::default();
    for (place, cell) in cells.iter().enumerate() {
        without_scope(cell);
        session.run(cell, &format!("cell{}", place % 3));
        if session.is_exhausted {
            return;
        }
    }
    if cells.len() > 1 {
        session.run(cells[0], "cell0");
    }
}

/// What is done with a text by itself.
fn without_scope(text: &str) {
    let mut end = 0;
    for token in tokens(text) {
        assert_eq!(token.span.start, end, "tokens leave nothing out");
        assert!(token.span.end > end, "tokens are not empty");
        end = token.span.end;
    }
    assert_eq!(end, text.len(), "tokens leave nothing out");
    let _ = completeness(text);
    let source = Sources::default().add("test", text);
    match format(&source) {
        Ok(once) => {
            assert_eq!(meaning(text), meaning(&once), "formatting keeps the meaning");
            let twice = format(&Sources::default().add("test", once.as_str()));
            assert_eq!(twice.as_ref(), Ok(&once), "what is in style stays");
        }
        Err(errors) => assert!(errors.iter().any(is_error), "what cannot be read has an error"),
    }
}

#[derive(Default)]
struct Session {
    scope: Scope,
    shown: usize,
    is_exhausted: bool,
}

impl Session {
    fn run(&mut self, text: &str, cell: &str) {
        for part in 1..=PLACES {
            ask_at(text, text.floor_char_boundary(text.len() * part / PLACES), &self.scope);
        }
        let source = self.scope.sources.add(cell, text);
        match parse(&source) {
            Ok(program) => {
                let context = Context { cell: Some(cell), library: &Texts };
                let checked = check(&program, &source, &self.scope, context);
                for statement in &checked.statements {
                    self.carry_out(statement, &source);
                }
                all_sound(&checked.diagnostics, &checked.sources);
                let mut found = checked.diagnostics.iter();
                self.is_exhausted |= found.any(|found| found.code == Code::TooMuchWork);
                if !checked.diagnostics.iter().any(is_error) {
                    self.scope.sources = checked.sources;
                    checked.statements.iter().for_each(|statement| self.scope.apply(statement));
                }
            }
            Err(errors) => all_sound(&errors, &self.scope.sources),
        }
    }

    fn carry_out(&mut self, statement: &Statement, source: &Source) {
        let end = source.start + source.text.len();
        assert!(source.start <= statement.span.start, "a statement is of its text");
        assert!(statement.span.end <= end, "a statement is of its text");
        let network = match &statement.action {
            Action::Net { network, .. } => Some(network),
            Action::Lines { open, .. } => open.network.as_ref(),
            _ => None,
        };
        let Some(network) = network else { return };
        self.shown += network.nodes.len();
        if self.shown <= MOST_SHOWN {
            show(network);
        }
    }
}

fn show(network: &Network) {
    assert!(network.result < network.nodes.len());
    let _ = summary::text(&summary::summarize(network), 80);
    let _ = emit::rust(network);
    let _ = (diagram::svg(network), diagram::text(network, 80), diagram::flow(network));
}

fn all_sound(diagnostics: &[Diagnostic], sources: &Sources) {
    for found in diagnostics {
        assert_ne!(found.code, Code::Bug, "{found:#?}");
        assert!(!found.headline.contains('\n'), "{found:#?}");
        assert!(!render(found, sources, Colour::Plain).contains('\x1b'), "{found:#?}");
        let _ = render(found, sources, Colour::Ansi);
        let drawn = html(found, sources);
        assert_eq!(drawn.matches("<span").count(), drawn.matches("</span>").count(), "{drawn}");
        let place = located(found, sources).primary;
        assert!(place.line > 0 && place.column > 0, "{found:#?}");
        assert!(place.span.start <= place.span.end, "{found:#?}");
    }
}

fn is_error(found: &Diagnostic) -> bool {
    found.severity == Severity::Error
}

/// Texts to import: a right one, a wrong one, and one that imports itself.
struct Texts;

impl Library for Texts {
    fn texts(&self, name: &ImportName) -> Result<Vec<(String, String)>, String> {
        let (ImportName::Path(name) | ImportName::File(name)) = name;
        let text = match name.as_str() {
            "zoo.a" => "block a(c, n=2) { conv c 3 pad=1 as one -> relu }\nnet B(3x8x8) { a 4 }",
            "wrong" => "net C(3x8x8) { conv 4 9 -> nothing } }",
            "self" => "import self\nnet D(3x8x8) { relu }",
            _ => return Err(format!("there is no `{}`", name.escape_debug())),
        };
        Ok(vec![(name.clone(), text.to_owned())])
    }

    fn names(&self) -> Vec<String> {
        vec!["zoo.a".to_owned(), "wrong".to_owned(), "self".to_owned()]
    }
}
