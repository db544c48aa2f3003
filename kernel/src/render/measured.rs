//! What networks reached, as text: epochs, evaluations, predictions.

use comfy_table::{CellAlignment, ContentArrangement};
use netlet_dsl::messages::{Epoch, Figure, Prediction, Task, TrainReport};

use super::format::{counted, duration, loss, percent};
use super::text::{columns, finished, table};

/// A figure's number in its unit: `86.50%`, `21.34 dB`.
pub(super) fn number(figure: &Figure) -> String {
    match figure.name.as_str() {
        "PSNR" => format!("{:.2} dB", figure.value),
        "MAE" | "R2" => loss(figure.value),
        _ => percent(figure.value),
    }
}

/// Figures with their names: `accuracy 86.50%, top-5 99.10%`; each name behind `what`.
fn named(figures: &[Figure], what: &str) -> String {
    let each = figures.iter().map(|figure| format!("{what}{} {}", figure.name, number(figure)));
    each.collect::<Vec<_>>().join(", ")
}

/// The result of a training.
pub(super) fn train(report: &TrainReport) -> String {
    let TrainReport { net, data, .. } = report;
    let (epochs, steps) = (counted(report.epochs as u64, "epoch"), counted(report.steps, "step"));
    let time = duration(report.seconds);
    let loss = loss(report.loss);
    let reached = match named(&report.test_metrics, "test ") {
        none if none.is_empty() => none,
        some => format!(", {some}"),
    };
    let best = report.best_epoch.map_or_else(String::new, |epoch| {
        format!("; the weights are those of epoch {epoch}, the best one")
    });
    let (verb, kept) = if report.interrupted {
        ("interrupted on", "; what it learned is kept")
    } else {
        ("trained on", "")
    };
    format!("{net} {verb} {data}: {epochs}, {steps} in {time}, loss {loss}{reached}{best}{kept}")
}

/// What was measured on a data set.
pub(super) struct Measured<'a> {
    pub(super) net: &'a str,
    pub(super) data: &'a str,
    pub(super) samples: usize,
    pub(super) loss: f64,
    pub(super) metrics: &'a [Figure],
    pub(super) classes: &'a [Figure],
}

/// The metrics on a line, then those of the classes.
pub(super) fn evaluation(measured: &Measured<'_>, width: usize) -> String {
    let Measured { net, data, metrics, classes, .. } = measured;
    let figures = match named(metrics, "") {
        none if none.is_empty() => none,
        some => format!("{some}, "),
    };
    let samples = counted(measured.samples as u64, "test sample");
    let line = format!("{net} on {data}: {figures}loss {}, over {samples}", loss(measured.loss));
    if classes.is_empty() { line } else { format!("{line}\n{}", class_table(classes, width)) }
}

/// The classes with their figures, in as many columns as there is room for.
fn class_table(classes: &[Figure], width: usize) -> String {
    let longest = classes.iter().map(|class| class.name.chars().count()).max().unwrap_or(0);
    let cell = longest + 9;
    let across = (width / (cell + 3)).clamp(1, classes.len());
    let down = classes.len().div_ceil(across);
    let line = |row: usize| {
        let cells = classes.iter().skip(row).step_by(down).map(|class| {
            let blanks = longest - class.name.chars().count();
            format!("  {}{} {:>8}", class.name, " ".repeat(blanks), number(class))
        });
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..down).map(line).collect::<Vec<_>>().join("\n")
}

/// The end of an epoch, on one line.
pub fn epoch(epoch: &Epoch) -> String {
    let mut facts = vec![format!("loss {}", loss(epoch.loss))];
    let main = |figures: &[Figure], what: &str| named(figures.get(..1).unwrap_or_default(), what);
    facts.push(main(&epoch.metrics, ""));
    facts.push(format!("test loss {}", loss(epoch.test_loss)));
    facts.push(main(&epoch.test_metrics, "test "));
    facts.push(duration(epoch.seconds));
    facts.retain(|fact| !fact.is_empty());
    let best = if epoch.best { " (the best so far)" } else { "" };
    format!("epoch {}: {}{best}", epoch.epoch, facts.join(", "))
}

/// The heads of an epoch table's columns.
pub(super) fn epoch_heads(epochs: &[Epoch]) -> [String; 6] {
    let metric = epochs.first().and_then(|epoch| epoch.test_metrics.first());
    let metric = metric.map_or("", |figure| figure.name.as_str());
    let test_metric = if metric.is_empty() { String::new() } else { format!("test {metric}") };
    ["epoch", "loss", metric, "test loss", &test_metric, "time"].map(str::to_owned)
}

/// An epoch as a row of a table; `best` says whether it is the best of all.
fn epoch_row(epoch: &Epoch, best: bool) -> [String; 6] {
    let main = |figures: &[Figure]| figures.first().map_or_else(String::new, number);
    [
        if best { format!("best {}", epoch.epoch) } else { epoch.epoch.to_string() },
        loss(epoch.loss),
        main(&epoch.metrics),
        loss(epoch.test_loss),
        main(&epoch.test_metrics),
        duration(epoch.seconds),
    ]
}

/// The most epochs that a table shows: the last ones, which are the ones that matter.
const EPOCHS_SHOWN: usize = 20;

/// The rows of an epoch table, and a line about the epochs before those shown. The best epoch is
/// always shown.
pub(super) fn epoch_rows(epochs: &[Epoch]) -> (Option<String>, Vec<[String; 6]>) {
    let best = epochs.iter().rposition(|epoch| epoch.best);
    let earlier = epochs.len().saturating_sub(EPOCHS_SHOWN);
    let line =
        (earlier > 0).then(|| format!("after {}:", counted(earlier as u64, "earlier epoch")));
    let shown = best.filter(|&best| best < earlier).into_iter().chain(earlier..epochs.len());
    let rows = shown.map(|index| epoch_row(&epochs[index], best == Some(index)));
    (line, rows.collect())
}

/// A table of epochs.
pub(super) fn epoch_table(epochs: &[Epoch]) -> String {
    let (earlier, rows) = epoch_rows(epochs);
    let heads = epoch_heads(epochs);
    let mut table = table(&heads.each_ref().map(String::as_str));
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.add_rows(rows);
    earlier.map_or_else(String::new, |line| line + "\n") + &finished(&table)
}

/// The heads of a prediction table's columns; without truths there is no first one.
pub(super) fn prediction_heads(task: Task) -> [&'static str; 5] {
    let of_pixels = matches!(task, Task::Mask | Task::Colours);
    ["truth", "prediction", if of_pixels { "pixels" } else { "probability" }, "then", "IoU"]
}

/// The columns of a prediction table that have anything to say.
pub(super) fn prediction_columns(predictions: &[Prediction]) -> std::ops::Range<usize> {
    let first = usize::from(predictions.iter().all(|prediction| prediction.label.is_none()));
    let has_iou = predictions.iter().any(|prediction| prediction.iou.is_some());
    first..5 - usize::from(!has_iou)
}

/// A prediction as a row of a table: truth, likeliest class, its probability, the next two, and how
/// well it lies over the truth.
pub(super) fn prediction_row(prediction: &Prediction) -> [String; 5] {
    let named = |(class, probability): &(String, f64)| format!("{class} {}", percent(*probability));
    let then: Vec<String> = prediction.top.iter().skip(1).take(2).map(named).collect();
    let (class, probability) = match prediction.top.first() {
        Some((class, probability)) => (class.clone(), percent(*probability)),
        None => Default::default(),
    };
    let iou = prediction.iou.map_or_else(String::new, percent);
    [prediction.label.clone().unwrap_or_default(), class, probability, then.join(", "), iou]
}

/// Whether the likeliest class is another than the true one.
pub(super) fn is_wrong(prediction: &Prediction) -> bool {
    match (&prediction.label, prediction.top.first()) {
        (Some(label), Some((class, _))) => label != class,
        _ => false,
    }
}

/// A table of predictions.
pub(super) fn prediction_table(task: Task, predictions: &[Prediction], width: usize) -> String {
    let shown = prediction_columns(predictions);
    let mut table = table(&prediction_heads(task)[shown.clone()]);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns(width));
    for prediction in predictions {
        let mut row = prediction_row(prediction);
        if is_wrong(prediction) {
            row[1].push_str(" (wrong)");
        }
        table.add_row(&row[shown.clone()]);
    }
    for (place, _) in shown.enumerate().filter(|(_, column)| matches!(column, 2 | 4)) {
        if let Some(column) = table.column_mut(place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    finished(&table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(figures: &[(&str, f64)]) -> Vec<Figure> {
        let figure = |&(name, value): &(&str, f64)| Figure { name: name.into(), value };
        figures.iter().map(figure).collect()
    }

    fn epoch(number: usize, best: bool) -> Epoch {
        Epoch {
            net: "A".into(),
            epoch: number,
            loss: 0.5,
            metrics: Vec::new(),
            test_loss: 0.6,
            test_metrics: figures(&[("mean IoU", 0.25), ("pixel accuracy", 0.75)]),
            best,
            learning_rate: 1e-3,
            seconds: 2.0,
        }
    }

    #[test]
    fn figures_have_their_units() {
        let metrics = figures(&[("pixel accuracy", 0.5), ("PSNR", 21.337), ("MAE", 0.125)]);
        let measured = Measured {
            net: "A",
            data: "horses",
            samples: 100,
            loss: 1.5,
            metrics: &metrics,
            classes: &[],
        };
        assert_eq!(
            evaluation(&measured, 80),
            "A on horses: pixel accuracy 50.00%, PSNR 21.34 dB, MAE 0.1250, loss 1.5000, over 100 \
             test samples"
        );
    }

    #[test]
    fn classes_stand_in_columns_that_fit() {
        let classes = figures(&[("sky", 0.9), ("building", 0.8), ("road", 0.95)]);
        let expected = "  sky        90.00%   road       95.00%\n  building   80.00%";
        assert_eq!(class_table(&classes, 45), expected);
        assert_eq!(class_table(&classes, 10).lines().count(), 3);
    }

    #[test]
    fn the_best_epoch_is_marked_and_always_shown() {
        let epochs: Vec<Epoch> = (1..=40).map(|number| epoch(number, number < 6)).collect();
        let (earlier, rows) = epoch_rows(&epochs);
        assert_eq!(earlier.as_deref(), Some("after 20 earlier epochs:"));
        assert_eq!(rows.len(), 21);
        assert_eq!(rows[0][0], "best 5");
        assert_eq!(rows[1], ["21", "0.5000", "", "0.6000", "25.00%", "2.0 s"]);
        let heads = ["epoch", "loss", "mean IoU", "test loss", "test mean IoU", "time"];
        assert_eq!(epoch_heads(&epochs), heads);
    }
}
