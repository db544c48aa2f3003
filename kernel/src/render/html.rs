//! Events as HTML for notebooks. Colours are inherited, so that it reads well in any theme.

use std::fmt::Write as _;

use netlet_dsl::assist;
use netlet_dsl::messages::{Epoch, Figure, Prediction, Progress, Report, Task};
use netlet_dsl::summary::Summary;

use super::format::{bytes, count, shape};
use super::{measured, text};

/// How a column of a table is set.
#[derive(Clone, Copy)]
enum Column {
    Text,
    Number,
}

/// A command's result, where HTML says more than text does.
pub fn report(report: &Report) -> Option<String> {
    match report {
        Report::Summary(found) => Some(summary(found)),
        Report::Nets { nets } if !nets.is_empty() => {
            let columns = [Column::Text, Column::Text, Column::Text, Column::Number];
            Some(table(&text::NET_HEADS, &columns, nets.iter().map(text::net_row)))
        }
        Report::Text { name, text } if is_help(name, text) => Some(help(text)),
        Report::Text { text, .. } | Report::Code { source: text, .. } => {
            Some(format!("<pre>{}</pre>", escape(text)))
        }
        Report::Evaluate { net, data, samples, loss, metrics, classes, .. } => {
            let title = format!("{net} on {data}");
            let (samples, loss) = (count(*samples as u64), super::format::loss(*loss));
            let of = |figure: &Figure| (figure.name.clone(), measured::number(figure));
            let rest = [("loss".to_owned(), loss), ("test samples".to_owned(), samples)];
            let (heads, row) = metrics.iter().map(of).chain(rest).unzip::<_, _, Vec<_>, Vec<_>>();
            let all = numbers(&heads, row);
            Some(captioned(&title, &(all + &class_table(metrics.first(), classes))))
        }
        Report::Predict { net, on, task, predictions } => {
            Some(captioned(&format!("{net} on {on}"), &prediction_table(*task, predictions)))
        }
        Report::Plot { net, epochs, .. } if !epochs.is_empty() => {
            Some(captioned(net, &epoch_table(epochs)))
        }
        _ => None,
    }
}

/// A network that was defined: what it makes of what, and its table if `with_table`.
pub fn definition(found: &Summary, with_table: bool) -> String {
    let head = escape(&text::headline(found));
    if with_table {
        return format!("<div>{head}</div>{}", summary_table(found));
    }
    // What is long opens at a click.
    let layers = super::format::counted(found.layers.len() as u64, "layer");
    format!("<details><summary>{head}, {layers}</summary>{}</details>", summary_table(found))
}

/// Whether a text is what `help` says, and not a definition that was asked for by its name.
fn is_help(name: &str, text: &str) -> bool {
    name == "help" || assist::help(name).is_some_and(|help| help == text)
}

/// What `help` says: examples of the language stand in their own type, beside what they do.
pub fn help(text: &str) -> String {
    let code = |text: &str| format!("<code>{}</code>", escape(text));
    let mut html = String::new();
    let mut rows = String::new();
    for paragraph in text.trim_end().split("\n\n") {
        for line in joined(paragraph) {
            // Writing to a string cannot fail.
            let list =
                line.split_once(':').filter(|(head, _)| head.chars().all(char::is_alphabetic));
            let _ = if line.starts_with(' ') {
                write!(html, "<div>{}</div>", escape(line.trim()))
            } else if let Some((head, words)) = list {
                let head = format!("<b>{head}</b>");
                write!(rows, "{}", row(&head, &code(words.trim())))
            } else if let Some((example, rest)) = line.split_once("  ") {
                write!(rows, "{}", row(&code(example), &escape(rest.trim())))
            } else {
                write!(html, "<div>{}</div>", code(&line))
            };
        }
        if !rows.is_empty() {
            let _ = write!(html, "<table><tbody>{rows}</tbody></table>");
            rows.clear();
        }
    }
    html
}

fn row(head: &str, rest: &str) -> String {
    let cell = |content: &str| format!(r#"<td style="text-align: left">{content}</td>"#);
    format!("<tr>{}{}</tr>", cell(head), cell(rest))
}

/// Lines, with those that go on a list put behind its first.
fn joined(paragraph: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in paragraph.lines() {
        match lines.last_mut() {
            Some(list) if line.starts_with("      ") => {
                list.push(' ');
                list.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// A remark of one line.
pub fn warning(message: &str) -> String {
    let colour = "var(--jp-warn-color1, #c07a00)";
    format!(
        r#"<div style="border-left: 3px solid {colour}; padding-left: 0.8em"><b style="color: {colour}">warning</b>: {}</div>"#,
        escape(message)
    )
}

/// Text as it is.
pub fn plain(text: &str) -> String {
    let text = escape(text);
    if text.contains('\n') { format!("<pre>{text}</pre>") } else { format!("<div>{text}</div>") }
}

/// What a running command shows of itself: its epochs so far, then how far it has come.
pub fn live(epochs: &[Epoch], now: Option<&Progress>) -> String {
    let mut html = if epochs.is_empty() { String::new() } else { epoch_table(epochs) };
    if let Some(progress) = now {
        let value = match progress.total {
            0 => String::new(),
            total => format!(r#" value="{}" max="{total}""#, progress.done),
        };
        let line = escape(&text::progress(progress));
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            r#"<div><progress style="width: 16em; vertical-align: middle"{value}></progress> {line}</div>"#
        );
    }
    html
}

/// The columns of a network's table.
const SUMMARY: [(&str, Column); 7] = [
    ("layer", Column::Text),
    ("label", Column::Text),
    ("output", Column::Text),
    ("parameters", Column::Number),
    ("multiply-adds", Column::Number),
    ("activations", Column::Number),
    ("receptive field", Column::Text),
];

fn summary(summary: &Summary) -> String {
    let notes = text::summary_notes(summary)
        .map(|note| format!(r#"<div style="opacity: 0.7">{}</div>"#, escape(&note)));
    captioned(&summary.net, &summary_table(summary)) + &notes.concat()
}

fn summary_table(summary: &Summary) -> String {
    let (heads, columns) = (SUMMARY.map(|(head, _)| head), SUMMARY.map(|(_, column)| column));
    let rows = summary.layers.iter().map(|row| {
        [
            row.layer.clone(),
            row.title(),
            shape(&row.output),
            count(row.parameters),
            count(row.multiply_adds),
            bytes(row.activation_bytes),
            shape(&row.receptive_field),
        ]
    });
    let inputs = summary.inputs.iter().map(|input| {
        let mut row = [""; 7].map(str::to_owned);
        row[0] = "input".to_owned();
        row[1].clone_from(&input.name);
        row[2] = shape(&input.shape);
        row
    });
    let total = [
        "in all".to_owned(),
        String::new(),
        summary.outputs.first().map_or(String::new(), |output| shape(&output.shape)),
        count(summary.parameters),
        count(summary.multiply_adds),
        bytes(summary.activation_bytes),
        shape(&summary.receptive_field),
    ];
    let mut table = String::from("<table>");
    head(&mut table, &heads, &columns);
    table.push_str("<tbody>");
    inputs.chain(rows).for_each(|row| cells(&mut table, "td", "", &row, &columns));
    table.push_str("</tbody><tfoot>");
    cells(&mut table, "th", "; border-top: 1px solid", &total, &columns);
    table.push_str("</tfoot></table>");
    table
}

fn epoch_table(epochs: &[Epoch]) -> String {
    let (earlier, rows) = measured::epoch_rows(epochs);
    let heads = measured::epoch_heads(epochs);
    let table = table(&heads.each_ref().map(String::as_str), &[Column::Number; 6], rows);
    earlier.map_or_else(String::new, |line| format!("<div>{line}</div>")) + &table
}

/// One row of numbers.
fn numbers(heads: &[String], row: Vec<String>) -> String {
    let heads = heads.iter().map(String::as_str).collect::<Vec<_>>();
    table(&heads, &vec![Column::Number; heads.len()], [row])
}

/// The figure of each class.
fn class_table(main: Option<&Figure>, classes: &[Figure]) -> String {
    if classes.is_empty() {
        return String::new();
    }
    let heads = ["class", main.map_or("", |figure| figure.name.as_str())];
    let rows = classes.iter().map(|class| [class.name.clone(), measured::number(class)]);
    table(&heads, &[Column::Text, Column::Number], rows)
}

fn prediction_table(task: Task, predictions: &[Prediction]) -> String {
    let columns = [Column::Text, Column::Text, Column::Number, Column::Text, Column::Number];
    let shown = measured::prediction_columns(predictions);
    let rows = predictions.iter().map(|prediction| {
        let mut row = measured::prediction_row(prediction);
        if measured::is_wrong(prediction) {
            row[1].push_str(" ✗");
        }
        row[shown.clone()].to_vec()
    });
    table(&measured::prediction_heads(task)[shown.clone()], &columns[shown.clone()], rows)
}

fn captioned(title: &str, body: &str) -> String {
    format!("<div><b>{}</b></div>{body}", escape(title))
}

fn table<R: AsRef<[String]>>(
    heads: &[&str],
    columns: &[Column],
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut html = String::from("<table>");
    head(&mut html, heads, columns);
    html.push_str("<tbody>");
    for row in rows {
        cells(&mut html, "td", "", row.as_ref(), columns);
    }
    html.push_str("</tbody></table>");
    html
}

fn head(html: &mut String, heads: &[&str], columns: &[Column]) {
    html.push_str("<thead>");
    let heads: Vec<String> = heads.iter().map(|&head| head.to_owned()).collect();
    cells(html, "th", "", &heads, columns);
    html.push_str("</thead>");
}

fn cells(html: &mut String, tag: &str, style: &str, row: &[String], columns: &[Column]) {
    html.push_str("<tr>");
    for (cell, column) in row.iter().zip(columns) {
        let side = match column {
            Column::Text => "left",
            Column::Number => "right",
        };
        let cell = escape(cell);
        // Writing to a string cannot fail.
        let _ = write!(html, r#"<{tag} style="text-align: {side}{style}">{cell}</{tag}>"#);
    }
    html.push_str("</tr>");
}

/// Text with the characters escaped that mean something in HTML.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_sets_examples_and_lists_in_a_table() {
        let html = help(&netlet_dsl::vocabulary::overview());
        assert!(html.contains("<code>help conv</code></td>"), "{html}");
        for head in ["layers", "transforms"] {
            assert!(html.contains(&format!("<b>{head}</b>")), "{html}");
        }
        assert_eq!(html.matches("<table>").count(), 2, "{html}");
        let conv = help(&assist::help("conv").expect("a layer"));
        assert!(conv.starts_with("<div><code>conv channels"), "{conv}");
    }
}
