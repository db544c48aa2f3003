//! The table as text.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent};

use super::{Port, Row, Summary};
use crate::shape::dims_text;

const HEADERS: [&str; 7] =
    ["label", "layer", "output", "parameters", "mult-adds", "memory", "sees"];
/// Columns from this one on hold numbers, which stand to the right.
const NUMBERS: usize = 3;

/// Where the table has lines.
const LINES: [TableComponent; 4] = [
    TableComponent::HeaderLines,
    TableComponent::MiddleHeaderIntersections,
    TableComponent::BottomBorder,
    TableComponent::BottomBorderIntersections,
];

/// The table as text that fits into `width` columns where it can, ending in a newline.
pub fn text(summary: &Summary, width: usize) -> String {
    let mut table = Table::new();
    table
        .load_preset(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(width).unwrap_or(u16::MAX))
        .set_header(HEADERS);
    for component in LINES {
        table.set_style(component, '─');
    }
    for row in &summary.layers {
        table.add_row(cells(row));
    }
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if place >= NUMBERS {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines = table.lines().map(|line| format!("{}\n", line.trim_end()));
    format!("{}\n{}{}", heading(summary), lines.collect::<String>(), totals(summary, width))
}

/// A count with commas: `61,706`.
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

fn heading(summary: &Summary) -> String {
    format!("{}: {} -> {}", summary.net, ports(&summary.inputs), ports(&summary.outputs))
}

/// Inputs or outputs: a shape alone, or several with their names.
fn ports(ports: &[Port]) -> String {
    match ports {
        [only] => dims_text(&only.shape),
        several => {
            let named = several.iter().map(|port| {
                let training = if port.training { " (training)" } else { "" };
                format!("{} {}{training}", port.name, dims_text(&port.shape))
            });
            named.collect::<Vec<_>>().join(", ")
        }
    }
}

fn cells(row: &Row) -> [Cell; 7] {
    let blank_if_none = |count: u64| if count == 0 { String::new() } else { thousands(count) };
    [
        row.title(),
        row.layer.clone(),
        dims_text(&row.output),
        blank_if_none(row.parameters),
        blank_if_none(row.multiply_adds),
        if row.activation_bytes == 0 { String::new() } else { bytes(row.activation_bytes) },
        dims_text(&row.receptive_field),
    ]
    .map(Cell::new)
}

fn totals(summary: &Summary, width: usize) -> String {
    let mut sentence = format!(
        "{} parameters, {} multiply-adds, {} of activations for one sample",
        thousands(summary.parameters),
        thousands(summary.multiply_adds),
        bytes(summary.activation_bytes),
    );
    if !summary.receptive_field.is_empty() {
        sentence += &format!("; the output sees {}", dims_text(&summary.receptive_field));
    }
    let convention = format!("({})", summary.convention);
    [sentence, training_note(summary), convention]
        .iter()
        .map(|words| wrapped(words, width))
        .collect()
}

/// What training takes, in a sentence.
pub fn training_note(summary: &Summary) -> String {
    let mut training = format!(
        "training: {} for weights, gradients and Adam, and about {} of activations and their \
         gradients a sample",
        bytes(summary.training_bytes),
        bytes(summary.activation_bytes.saturating_mul(2)),
    );
    if summary.training_parameters > 0 {
        training += &format!(
            "; training heads add {} parameters, {} in all",
            thousands(summary.training_parameters),
            thousands(summary.parameters.saturating_add(summary.training_parameters)),
        );
    }
    training
}

/// Words in lines of at most `width` columns, where no word is longer.
fn wrapped(words: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in words.split(' ') {
        if column > 0 && column + 1 + word.len() > width {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += word.len();
    }
    lines + "\n"
}

/// Bytes in the unit that suits them: `18.4 kB`.
pub fn bytes(count: u64) -> String {
    let units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    let unit = units.into_iter().find(|(size, _)| count as f64 >= *size);
    match unit {
        Some((size, unit)) => format!("{:.1} {unit}", count as f64 / size),
        None => format!("{count} B"),
    }
}
