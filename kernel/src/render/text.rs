//! Events as plain text. No text ends in a newline.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use netlet_dsl::messages::{DataReport, Epoch, Prediction, Progress, Report, TrainReport};
use netlet_dsl::summary;

use super::format::{bytes, count, counted, duration, loss, percent, shape};

/// A command's result, within `width` columns where it can be.
pub fn report(report: &Report, width: usize) -> String {
    match report {
        Report::Net { net, input, output, parameters } => {
            let (input, output) = (shape(input), shape(output));
            format!("{net}: {input} -> {output}, {}", counted(*parameters, "parameter"))
        }
        Report::Summary(summary) => summary::text(summary, width).trim_end().to_owned(),
        Report::Code { source, .. } => source.trim_end().to_owned(),
        Report::Data(report) => data(report),
        Report::Train(report) => train(report),
        Report::Evaluate { net, data, samples, loss: mean, accuracy, top5 } => format!(
            "{net} on {data}: accuracy {}, top-5 {}, loss {}, over {}",
            percent(*accuracy),
            percent(*top5),
            loss(*mean),
            counted(*samples as u64, "test sample"),
        ),
        Report::Predict { net, on, predictions } => {
            format!("{net} on {on}:\n{}", prediction_table(predictions, width))
        }
        Report::Show { data, labels } => {
            format!("{} of {data}: {}", counted(labels.len() as u64, "sample"), labels.join(", "))
        }
        Report::Plot { net, epochs, .. } if epochs.is_empty() => format!("{net}: no epochs yet"),
        Report::Plot { net, epochs, .. } => format!("{net}:\n{}", epoch_table(epochs)),
        Report::Save { net, path, tensors, bytes: size } => {
            let (tensors, size) = (counted(*tensors as u64, "tensor"), bytes(*size));
            format!("{net} saved to {path}: {tensors}, {size}")
        }
        Report::Load { net, path, tensors } => {
            format!("{net} loaded from {path}: {}", counted(*tensors as u64, "tensor"))
        }
    }
}

fn data(report: &DataReport) -> String {
    let (train, test) = (count(report.train as u64), count(report.test as u64));
    let DataReport { data, source, classes, .. } = report;
    let shape = shape(&report.shape);
    format!(
        "{data}: {train} training and {test} test samples of {shape}, from {source}\n{}: {}",
        counted_classes(classes.len()),
        classes.join(", ")
    )
}

fn counted_classes(number: usize) -> String {
    if number == 1 { "1 class".into() } else { format!("{} classes", count(number as u64)) }
}

fn train(report: &TrainReport) -> String {
    let TrainReport { net, data, .. } = report;
    let (epochs, steps) = (counted(report.epochs as u64, "epoch"), counted(report.steps, "step"));
    let time = duration(report.seconds);
    let loss = loss(report.loss);
    let accuracy = report
        .test_accuracy
        .map_or_else(String::new, |share| format!(", test accuracy {}", percent(share)));
    let (verb, kept) = if report.interrupted {
        ("interrupted on", "; what it learned is kept")
    } else {
        ("trained on", "")
    };
    format!("{net} {verb} {data}: {epochs}, {steps} in {time}, loss {loss}{accuracy}{kept}")
}

/// The end of an epoch, on one line.
pub fn epoch(epoch: &Epoch) -> String {
    format!(
        "epoch {}: loss {}, accuracy {}, test loss {}, test accuracy {}, {}",
        epoch.epoch,
        loss(epoch.loss),
        percent(epoch.accuracy),
        loss(epoch.test_loss),
        percent(epoch.test_accuracy),
        duration(epoch.seconds),
    )
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
    let epochs = (!epochs.is_empty()).then(|| epoch_table(epochs));
    [epochs, now.map(progress)].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The heads of an epoch table's columns.
pub(super) const EPOCH_HEADS: [&str; 6] =
    ["epoch", "loss", "accuracy", "test loss", "test accuracy", "time"];

/// An epoch as a row of a table.
pub(super) fn epoch_row(epoch: &Epoch) -> [String; 6] {
    [
        epoch.epoch.to_string(),
        loss(epoch.loss),
        percent(epoch.accuracy),
        loss(epoch.test_loss),
        percent(epoch.test_accuracy),
        duration(epoch.seconds),
    ]
}

/// The most epochs that a table shows: the last ones, which are the ones that matter.
const EPOCHS_SHOWN: usize = 20;

/// The epochs that a table shows, and a line about those before them.
pub(super) fn last_epochs(epochs: &[Epoch]) -> (Option<String>, &[Epoch]) {
    let earlier = epochs.len().saturating_sub(EPOCHS_SHOWN);
    let line =
        (earlier > 0).then(|| format!("after {}:", counted(earlier as u64, "earlier epoch")));
    (line, &epochs[earlier..])
}

fn epoch_table(epochs: &[Epoch]) -> String {
    let (earlier, epochs) = last_epochs(epochs);
    let mut table = table(&EPOCH_HEADS);
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.add_rows(epochs.iter().map(epoch_row));
    earlier.map_or_else(String::new, |line| line + "\n") + &finished(&table)
}

/// The heads of a prediction table's columns; without truths there is no first one.
pub(super) const PREDICTION_HEADS: [&str; 4] = ["truth", "prediction", "probability", "then"];

/// A prediction as a row of a table: truth, likeliest class, its probability, the next two.
pub(super) fn prediction_row(prediction: &Prediction) -> [String; 4] {
    let named = |(class, probability): &(String, f64)| format!("{class} {}", percent(*probability));
    let then: Vec<String> = prediction.top.iter().skip(1).take(2).map(named).collect();
    let (class, probability) = match prediction.top.first() {
        Some((class, probability)) => (class.clone(), percent(*probability)),
        None => Default::default(),
    };
    [prediction.label.clone().unwrap_or_default(), class, probability, then.join(", ")]
}

/// Whether the likeliest class is another than the true one.
pub(super) fn is_wrong(prediction: &Prediction) -> bool {
    match (&prediction.label, prediction.top.first()) {
        (Some(label), Some((class, _))) => label != class,
        _ => false,
    }
}

fn prediction_table(predictions: &[Prediction], width: usize) -> String {
    let first = usize::from(predictions.iter().all(|prediction| prediction.label.is_none()));
    let mut table = table(&PREDICTION_HEADS[first..]);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns(width));
    for prediction in predictions {
        let mut row = prediction_row(prediction);
        if is_wrong(prediction) {
            row[1].push_str(" (wrong)");
        }
        table.add_row(&row[first..]);
    }
    if let Some(column) = table.column_mut(2 - first) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    finished(&table)
}

fn columns(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

fn table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(heads);
    table
}

/// The table without the blanks that it pads its last column with.
fn finished(table: &Table) -> String {
    table.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}
