//! Events as plain text. No text ends in a newline.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use netlet_dsl::messages::{DataReport, Epoch, LineReport, NetEntry, Progress, Report, Task};
use netlet_dsl::summary;

use super::format::{bytes, count, counted, duration, loss, shape};
use super::measured::{self, Measured};

/// A command's result, within `width` columns where it can be.
pub fn report(report: &Report, width: usize) -> String {
    match report {
        Report::Net { net, input, output, parameters } => {
            let (input, output) = (shape(input), shape(output));
            format!("{net}: {input} -> {output}, {}", counted(*parameters, "parameter"))
        }
        Report::Lines { net, answer, undone } => lines(net, answer.as_ref(), undone.as_deref()),
        Report::Open { net, open: true } => format!(
            "{net} is open: each line of layers is added to it; `undo` takes one back, `close` ends it"
        ),
        Report::Open { net, open: false } => format!("{net} is closed"),
        Report::Import { name, nets, blocks, left_out } => {
            imported(name, nets, blocks, *left_out, width)
        }
        Report::Block { signature, .. } => format!("block {signature}"),
        Report::Nets { nets } if nets.is_empty() => "there are no networks yet".to_owned(),
        Report::Nets { nets } => net_table(nets, width),
        Report::Blocks { blocks } if blocks.is_empty() => "there are no blocks yet".to_owned(),
        Report::Blocks { blocks } => blocks.join("\n"),
        Report::Text { text, .. } | Report::Diagram { text, .. } => text.trim_end().to_owned(),
        Report::Shapes { shapes, .. } => flow(shapes),
        Report::Summary(summary) => summary::text(summary, width).trim_end().to_owned(),
        Report::Code { source, .. } => source.trim_end().to_owned(),
        Report::Data(report) => data(report),
        Report::Train(report) => measured::train(report),
        Report::Evaluate { net, data, samples, loss, metrics, classes, .. } => {
            let (samples, loss) = (*samples, *loss);
            let measured = Measured { net, data, samples, loss, metrics, classes };
            measured::evaluation(&measured, width)
        }
        Report::Predict { net, on, task, predictions } => {
            format!("{net} on {on}:\n{}", measured::prediction_table(*task, predictions, width))
        }
        Report::Show { data, labels } => {
            let samples = format!("{} of {data}", counted(labels.len() as u64, "sample"));
            // Maps have no words.
            let is_map = labels.iter().all(String::is_empty);
            if is_map { samples } else { format!("{samples}: {}", labels.join(", ")) }
        }
        Report::Plot { net, epochs, .. } if epochs.is_empty() => format!("{net}: no epochs yet"),
        Report::Plot { net, epochs, .. } => format!("{net}:\n{}", measured::epoch_table(epochs)),
        Report::LearningRates { net, suggestion, .. } => match suggestion {
            Some(rate) => format!(
                "{net}: the loss falls most steeply at a learning rate of {}: try `lr={}`",
                rate_text(*rate),
                rate_text(*rate)
            ),
            None => format!("{net}: the loss falls at no learning rate that was tried"),
        },
        Report::Worst { net, data, samples, losses } => {
            let each = samples.iter().zip(losses);
            let each = each.map(|(sample, value)| format!("{data}[{sample}] {}", loss(*value)));
            format!("what {net} gets most wrong, by loss: {}", each.collect::<Vec<_>>().join(", "))
        }
        Report::GradCam { net, layer, classes } => {
            format!("what speaks for {} at {net}.{layer}", classes.join(", "))
        }
        Report::Features { net, layer, shape: dims } => {
            format!("feature maps of {net}.{layer}: {}", shape(dims))
        }
        Report::Filters { net, layer, shape: dims } => {
            format!("filters of {net}.{layer}: {}", shape(dims))
        }
        Report::Trainable { net, part, trainable, values, learning } => {
            let part = part.as_ref().map_or_else(|| net.clone(), |part| format!("{net}.{part}"));
            let state = if *trainable { "learns" } else { "is frozen" };
            let (values, learning) = (count(*values), count(*learning));
            format!("{part} {state} ({values} values); {learning} values of {net} learn")
        }
        Report::Save { net, path, tensors, bytes: size } => {
            let (tensors, size) = (counted(*tensors as u64, "tensor"), bytes(*size));
            format!("{net} saved to {path}: {tensors}, {size}")
        }
        Report::Load { net, path, tensors } => {
            format!("{net} loaded from {path}: {}", counted(*tensors as u64, "tensor"))
        }
        Report::Export { net, path, tensors, bytes: size } => {
            let (tensors, size) = (counted(*tensors as u64, "tensor"), bytes(*size));
            format!(
                "{net} exported to {path}: a crate with {tensors}, {size}; in that folder, \
                 `cargo run --release -- PICTURE` looks at a picture"
            )
        }
    }
}

/// A learning rate with two digits, as a command takes it: `1.2e-3`.
fn rate_text(rate: f64) -> String {
    format!("{rate:.1e}").replace(".0e", "e")
}

/// Shapes with arrows between them.
fn flow(shapes: &[Vec<usize>]) -> String {
    shapes.iter().map(|dims| shape(dims)).collect::<Vec<_>>().join(" -> ")
}

/// What a change of an open network answers.
pub(super) fn lines(net: &str, answer: Option<&LineReport>, undone: Option<&str>) -> String {
    match (answer, undone) {
        (Some(line), _) => {
            let mut facts = vec![counted(line.parameters, "parameter")];
            if line.parameters == 0 {
                facts.clear();
            }
            if !line.receptive_field.is_empty() {
                facts.push(format!("sees {}", shape(&line.receptive_field)));
            }
            format!("    {}     {}", flow(&line.shapes), facts.join(", ")).trim_end().to_owned()
        }
        (None, Some(line)) => format!("taken back from {net}: {line}"),
        (None, None) => String::new(),
    }
}

/// A network that was defined: what it makes of what, and its table if `with_table`.
pub fn definition(found: &summary::Summary, width: usize, with_table: bool) -> String {
    if with_table {
        // Up to the totals below the last rule: what the numbers count, `summary` tells.
        let table = summary::text(found, width);
        let lines = table.lines().collect::<Vec<_>>();
        let rule = lines.iter().rposition(|line| line.starts_with('─'));
        return lines[..rule.map_or(lines.len(), |rule| lines.len().min(rule + 2))].join("\n");
    }
    let (net, layers) = (&found.net, counted(found.layers.len() as u64, "layer"));
    format!("{}, {layers}; `summary {net}` lists them", headline(found))
}

/// What a network makes of what, and its size, on a line.
pub(super) fn headline(found: &summary::Summary) -> String {
    let shapes = |ends: &[summary::Port]| {
        ends.iter().map(|end| shape(&end.shape)).collect::<Vec<_>>().join(", ")
    };
    let parameters = counted(found.parameters, "parameter");
    format!("{}: {} -> {}, {parameters}", found.net, shapes(&found.inputs), shapes(&found.outputs))
}

/// What stands under a network's table: what training takes, and what the numbers count.
pub(super) fn summary_notes(summary: &summary::Summary) -> [String; 2] {
    [summary::training_note(summary), summary.convention.clone()]
}

fn imported(
    name: &str,
    nets: &[String],
    blocks: &[String],
    left_out: usize,
    width: usize,
) -> String {
    let list = |what: &str, names: &[String]| match names {
        [] => String::new(),
        names => format!("\n{}", hanging(&format!("{what}: {}", names.join(", ")), width)),
    };
    let mut text = format!("imported {name}{}{}", list("networks", nets), list("blocks", blocks));
    if left_out > 0 {
        let items = counted(left_out as u64, "command or data set");
        text += &format!("\n({items} of it left out: an import brings definitions only)");
    }
    text
}

/// Words in lines of `width`, all but the first indented.
fn hanging(words: &str, width: usize) -> String {
    let (mut text, mut column) = (String::from("  "), 2);
    for word in words.split(' ') {
        if column > 2 && column + 1 + word.len() > width {
            text.push_str("\n     ");
            column = 5;
        }
        if column > 2 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
    text
}

/// The heads of a list of networks.
pub(super) const NET_HEADS: [&str; 4] = ["network", "input", "output", "parameters"];

/// A network as a row of a list.
pub(super) fn net_row(entry: &NetEntry) -> [String; 4] {
    let open = if entry.open { " (open)" } else { "" };
    let name = format!("{}{open}", entry.net);
    [name, shape(&entry.input), shape(&entry.output), count(entry.parameters)]
}

fn net_table(nets: &[NetEntry], width: usize) -> String {
    let mut table = table(&NET_HEADS);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns(width));
    table.add_rows(nets.iter().map(net_row));
    if let Some(column) = table.column_mut(3) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    finished(&table)
}

fn data(report: &DataReport) -> String {
    let (train, test) = (count(report.train as u64), count(report.test as u64));
    let DataReport { data, source, classes, .. } = report;
    let shape = shape(&report.shape);
    let mut text =
        format!("{data}: {train} training and {test} test samples of {shape}, of {source}");
    match report.task {
        Task::Class | Task::Mask | Task::Box => {
            let each = match report.task {
                Task::Mask => ", one for each pixel",
                Task::Box => ", with a box around each thing",
                _ => "",
            };
            let number = counted_classes(classes.len());
            text += &format!("\n{number}{each}: {}", classes.join(", "));
        }
        Task::Colours => {
            text += &format!("\n{} to find for each pixel", counted(classes.len() as u64, "colour"))
        }
        Task::Values => text += "\nnumbers to find",
        Task::None => text += "\nno answers to find",
    }
    text
}

fn counted_classes(number: usize) -> String {
    if number == 1 { "1 class".into() } else { format!("{} classes", count(number as u64)) }
}

/// How far a command has come, on one line.
pub fn progress(progress: &Progress) -> String {
    let mut facts = Vec::new();
    if progress.total > 0 {
        let (done, total) = (count(progress.done), count(progress.total));
        facts.push(format!("{done}/{total} {}", progress.unit));
    }
    if let Some(value) = progress.loss {
        facts.push(format!("loss {}", loss(value)));
    }
    if let Some(rate) = progress.rate {
        facts.push(format!("{} samples/s", count(rate.max(0.0).round() as u64)));
    }
    facts.push(match progress.remaining {
        Some(seconds) => format!("{} left", duration(seconds)),
        None => duration(progress.elapsed),
    });
    format!("{}: {}", progress.what, facts.join(", "))
}

/// What a running command shows of itself: its epochs so far, then how far it has come.
pub fn live(epochs: &[Epoch], now: Option<&Progress>) -> String {
    let epochs = (!epochs.is_empty()).then(|| measured::epoch_table(epochs));
    [epochs, now.map(progress)].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

pub(super) fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

pub(super) fn table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(heads);
    table
}

/// The table without the blanks that it pads its last column with.
pub(super) fn finished(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
