//! The corpus: programs with what is to be said of them, and the programs of the documentation.
//!
//! `tests/corpus` holds `.net` files, each named after the behaviour that it shows: `shape/` and
//! `run/` hold programs without errors, `error/` those with one, `cells/` what happens line by
//! line. Comments say what the checker must find on their line:
//!
//! ```text
//! conv 6 5x5 -> relu # => 6x24x24            the last shape that the line gives
//! conv 6 5x5 -> maxpool 2 # => 6x24x24 -> 6x12x12      the last ones, in order
//! conv c 3 # => 64x32x32, 128x16x16          a line of a block that is called with both
//! maxpool 2 # warning: uneven-window
//! linear 10 # error: expected-vector         several codes are separated by commas
//! # error: unclosed                          by itself: of the next line
//! linear 10 # error: expected-vector # mend: flatten -> linear 10
//! ```
//!
//! With every line as `mend:` has it, the program must be without errors.
//!
//! What is not claimed may not be found, and what is claimed must be. These comments are taken out
//! before the text is read, so that messages are those of a user's text.
//!
//! A line `# --- cell ID` begins a cell, which is checked against what the cells above left. A cell
//! whose id came before is that cell run again. A cell with an error changes nothing.
//!
//! What a reader sees, and in `run/` and `cells/` what the program does, stands in the file
//! `.expected` beside. After a change that is meant, refresh all of them and read the difference:
//!
//! ```sh
//! NETLET_ACCEPT=1 cargo test -p netlet-dsl --test corpus
//! ```
//!
//! The blocks of the documentation that are marked as `net` are checked too. Those of one page
//! share a scope, from top to bottom. One marked `net wrong` must have an error, and changes
//! nothing.

mod cases;

use std::fs;
use std::path::Path;

use cases::case::Case;
use cases::markdown;
use cases::session::{Files, Session};
use cases::{ROOT, files};
use netlet_dsl::diagnostic::Severity;

#[test]
fn the_corpus_is_as_it_says() {
    let corpus = Path::new(ROOT).join("tests/corpus");
    let files = files(&corpus, "net");
    assert!(!files.is_empty(), "no files in {}", corpus.display());
    let failures = files.iter().flat_map(|file| failures(&corpus, file)).collect::<Vec<_>>();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

#[test]
fn every_expectation_has_its_program() {
    for file in files(&Path::new(ROOT).join("tests/corpus"), "expected") {
        assert!(file.with_extension("net").exists(), "{} belongs to nothing", file.display());
    }
}

#[test]
fn the_programs_of_the_documentation_are_right() {
    let mut pages = files(&Path::new(ROOT).join("docs"), "md");
    pages.retain(|page| !page.starts_with(Path::new(ROOT).join("docs/errors")));
    pages.push(Path::new(ROOT).join("README.md"));
    let mut failures = Vec::new();
    for page in pages {
        for (block, seen) in markdown::checked(&page, ROOT) {
            let is_wrong = seen.has_errors();
            if is_wrong != block.is_wrong {
                let what = if is_wrong { "an error" } else { "no error" };
                failures.push(format!("{block} has {what}\n{}", seen.rendered()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// What is wrong with a file of the corpus.
fn failures(corpus: &Path, file: &Path) -> Vec<String> {
    let name = file.strip_prefix(corpus).expect("a file of the corpus").display().to_string();
    let text = fs::read_to_string(file).expect("a readable file");
    let folder = file.parent().expect("a folder").to_owned();
    let case = Case::new(&text);
    let library = Files { root: ROOT.into(), folder };
    let mut session = Session::new(&library);
    let (mut failures, mut output) = (Vec::new(), String::new());
    let shows_actions = name.starts_with("run/") || name.starts_with("cells/");
    let mut errors = 0;
    for cell in &case.cells {
        let source = cell.id.as_ref().map_or_else(|| file_name(file), |id| format!("cell {id}"));
        let seen = session.run(&source, cell.id.as_deref(), &cell.text);
        errors += seen.diagnostics.len();
        failures.extend(seen.unmet(&cell.claims).into_iter().map(|it| format!("{name}: {it}")));
        let mut shown = seen.rendered();
        if shows_actions {
            shown += &seen.actions();
        }
        if let Some(id) = &cell.id {
            output += &format!("--- cell {id}\n");
        }
        output += &shown;
    }
    if case.cells.iter().all(|cell| cell.id.is_some()) && !shows_actions && errors == 0 {
        output.clear();
    }
    if name.starts_with("error/") && errors == 0 {
        failures.push(format!("{name}: nothing is wrong with it"));
    }
    failures.extend(not_mended(&name, &case, &library));
    failures.extend(compared(&name, &file.with_extension("expected"), &output));
    failures
}

/// What is still wrong with a program whose lines are mended, where any is.
fn not_mended(name: &str, case: &Case, library: &Files) -> Option<String> {
    case.cells.iter().find(|cell| cell.mended.is_some())?;
    let mut session = Session::new(library);
    let still = case.cells.iter().filter_map(|cell| {
        let text = cell.mended.as_ref().unwrap_or(&cell.text);
        let seen = session.run("mended", cell.id.as_deref(), text);
        seen.has_errors().then(|| seen.rendered())
    });
    let still = still.collect::<String>();
    (!still.is_empty()).then(|| format!("{name} is not mended:\n{still}"))
}

/// What a file should hold, refreshed where the environment asks for it.
fn compared(name: &str, expected: &Path, output: &str) -> Option<String> {
    let before = fs::read_to_string(expected).unwrap_or_default();
    if before == output {
        return None;
    }
    if std::env::var_os("NETLET_ACCEPT").is_some() {
        if output.is_empty() {
            fs::remove_file(expected).expect("a file that can be removed");
        } else {
            fs::write(expected, output).expect("a folder that can be written to");
        }
        return None;
    }
    Some(format!("{name}: expected\n{before}\nbut found\n{output}"))
}

fn file_name(file: &Path) -> String {
    file.file_name().expect("a name").to_string_lossy().into_owned()
}

#[test]
fn claims_are_read_from_comments() {
    let case = Case::new("# error: a\nx # => 1 -> 2 # warning: b, c\n# --- cell one\ny\n");
    let [first, second] = case.cells.as_slice() else { panic!("{case:?}") };
    assert_eq!((first.text.as_str(), second.text.as_str()), ("\nx\n", "y\n"));
    let claims = first.claims.iter().map(|claim| format!("{claim}")).collect::<Vec<_>>();
    let expected =
        ["line 2: error a", "line 2: gives 1 -> 2", "line 2: warning b", "line 2: warning c"];
    assert_eq!(claims, expected);
    assert_eq!(second.id.as_deref(), Some("one"));
}

#[test]
fn severities_are_told_apart() {
    let library = Files { root: ROOT.into(), folder: ROOT.into() };
    let seen = Session::new(&library).run("a", None, "net A(1x5x5) { maxpool 2 }");
    assert_eq!(seen.diagnostics[0].severity, Severity::Warning);
    let claims = &Case::new("net # error: uneven-window").cells[0].claims;
    assert_eq!(seen.unmet(claims).len(), 2, "one that is missing, and one too many");
}
