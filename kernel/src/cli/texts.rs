//! `netlet check`, `summary` and `diagram`: what can be told of a text without running it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use netlet_dsl::check::{Action, Checked, Context, Scope, check};
use netlet_dsl::diagnostic::{Diagnostic, Located, Severity, located, render};
use netlet_dsl::network::Network;
use netlet_dsl::source::Sources;
use netlet_dsl::{diagram, summary, syntax};

use super::program::read;
use super::render::terminal::{error_colour, remark, width};
use crate::files::write_whole;
use crate::session::{Cell, Texts};

/// A text that was looked at.
struct Looked {
    checked: Checked,
    scope: Scope,
}

/// Tells everything wrong with the files; the exit code is 1 where any has an error.
pub(super) fn check_files(files: &[PathBuf], json: bool) -> anyhow::Result<ExitCode> {
    let mut sound = true;
    for file in files {
        let cell = read(file)?;
        let (found, sources) = match look_at(&cell) {
            Ok(Looked { checked, .. }) => (checked.diagnostics, checked.sources),
            Err(rejected) => rejected,
        };
        sound &= !found.iter().any(is_error);
        for diagnostic in &found {
            if json {
                let line: Located = located(diagnostic, &sources);
                super::say(&serde_json::to_string(&line)?)?;
            } else {
                remark(render(diagnostic, &sources, error_colour()).trim_end());
            }
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the table of a network of a file: the one of that name, or all.
pub(super) fn summarize(file: &Path, net: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let networks = networks(file, net)?;
    for (place, network) in networks.iter().enumerate() {
        let table = summary::summarize(network);
        let text = if json {
            serde_json::to_string(&table)?
        } else {
            let gap = if place + 1 < networks.len() { "\n" } else { "" };
            summary::text(&table, width()).trim_end().to_owned() + gap
        };
        super::say(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Draws a network of a file, as SVG into a file or as text.
pub(super) fn draw(file: &Path, net: &str, output: Option<&Path>) -> anyhow::Result<ExitCode> {
    for network in networks(file, Some(net))? {
        match output {
            Some(output) => write_whole(output, diagram::svg(&network).as_bytes())?,
            None => {
                super::say(diagram::text(&network, width()).trim_end())?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The networks that a file defines or imports: the one of that name, or those that it defines.
fn networks(file: &Path, net: Option<&str>) -> anyhow::Result<Vec<std::sync::Arc<Network>>> {
    let cell = read(file)?;
    let looked = look_at(&cell).and_then(|looked| {
        let failed = looked.checked.diagnostics.iter().any(is_error);
        let Checked { diagnostics, sources, .. } = &looked.checked;
        if failed { Err((diagnostics.clone(), sources.clone())) } else { Ok(looked) }
    });
    let Looked { checked, scope } = looked.map_err(|(found, sources)| {
        let errors = found.iter().filter(|found| is_error(found));
        let drawn = errors.map(|found| render(found, &sources, error_colour()));
        anyhow::anyhow!("`{}` is wrong\n{}", file.display(), drawn.collect::<String>().trim_end())
    })?;
    if let Some(name) = net {
        let network = scope.net(name);
        let names = scope.net_names().collect::<Vec<_>>().join(", ");
        let network = network.ok_or_else(|| {
            anyhow::anyhow!("`{}` has no network `{name}`; it has {names}", file.display())
        })?;
        return Ok(vec![network]);
    }
    let defined = checked.statements.into_iter().filter_map(|statement| match statement.action {
        Action::Net { network, .. } => Some(network),
        _ => None,
    });
    let mut networks = defined.collect::<Vec<_>>();
    networks.extend(scope.open().and_then(|open| open.network.clone()));
    anyhow::ensure!(!networks.is_empty(), "`{}` defines no network", file.display());
    Ok(networks)
}

fn look_at(cell: &Cell) -> Result<Looked, (Vec<Diagnostic>, Sources)> {
    let mut scope = Scope::default();
    let source = scope.sources.add(&cell.name, &cell.text);
    let program =
        syntax::parse(&source).map_err(|diagnostics| (diagnostics, scope.sources.clone()))?;
    let library = Texts::new(&cell.folder);
    let context = Context { cell: None, library: &library };
    let checked = check(&program, &source, &scope, context);
    checked.statements.iter().for_each(|statement| scope.apply(statement));
    Ok(Looked { checked, scope })
}

fn is_error(found: &Diagnostic) -> bool {
    found.severity == Severity::Error
}
