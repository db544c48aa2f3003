//! The keys of `train`.

use super::arguments::Arguments;
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::messages::{ClassWeights, Goal, LossKind, OptimizerKind, Schedule, TrainOptions};
use crate::syntax::ast::Value;

/// The keys with their defaults.
pub(super) const KEYS: &[(&str, &str)] = &[
    ("epochs", "1"),
    ("batch", "64"),
    ("optimizer", "adam"),
    ("lr", "1e-3"),
    ("momentum", "0"),
    ("nesterov", "no"),
    ("decay", "0"),
    ("schedule", "none"),
    ("every", "10"),
    ("factor", "0.1"),
    ("warmup", "0"),
    ("clip", "none"),
    ("loss", "auto"),
    ("smoothing", "0"),
    ("weights", "none"),
    ("until", "none"),
    ("patience", "none"),
    ("best", "yes"),
    ("fresh", "no"),
    ("seed", "0"),
];

/// The keys that make a step, as `lrfind` takes them.
pub(super) const STEP_KEYS: &[(&str, &str)] = &[
    ("batch", "64"),
    ("optimizer", "adam"),
    ("lr", "1"),
    ("momentum", "0"),
    ("nesterov", "no"),
    ("decay", "0"),
    ("loss", "auto"),
    ("smoothing", "0"),
    ("weights", "none"),
    ("seed", "0"),
];

pub(super) const LOSSES: [(&str, LossKind); 8] = [
    ("auto", LossKind::Auto),
    ("cross_entropy", LossKind::CrossEntropy),
    ("mse", LossKind::MeanSquared),
    ("l1", LossKind::Absolute),
    ("smooth_l1", LossKind::SmoothAbsolute),
    ("bce", LossKind::BinaryCrossEntropy),
    ("dice", LossKind::Dice),
    ("miou", LossKind::MeanIou),
];

/// How `train` is to go; `seed` where it names none.
pub(super) fn options(arguments: &mut Arguments<'_>, seed: u64) -> Option<TrainOptions> {
    let step = step_options(arguments, seed);
    let epochs = arguments.count("epochs");
    let schedule = schedule(arguments);
    let warmup = arguments.number("warmup", "epochs, at least 0", |it| it >= 0.0);
    let clip =
        optional(arguments, "clip", |it| it.number("clip", "a norm above 0", |norm| norm > 0.0));
    let until = optional(arguments, "until", goal);
    let patience = optional(arguments, "patience", |it| it.count("patience"));
    let (best, fresh) = (arguments.flag("best"), arguments.flag("fresh"));
    Some(TrainOptions {
        epochs: epochs?,
        schedule: schedule?,
        warmup: warmup?,
        clip: clip?,
        until: until?,
        patience: patience?,
        best: best?,
        fresh: fresh?,
        ..step?
    })
}

/// How a step is made; the rest as by default.
pub(super) fn step_options(arguments: &mut Arguments<'_>, seed: u64) -> Option<TrainOptions> {
    let batch = arguments.count("batch");
    let optimizer = optimizer(arguments);
    let learning_rate = learning_rate(arguments, optimizer);
    let weight_decay = arguments.number("decay", "a number of at least 0", |it| it >= 0.0);
    let words = LOSSES.map(|(word, _)| word);
    let loss = arguments.choice("loss", &words).map(|place| LOSSES[place].1);
    let part = "a part of at least 0 and below 1";
    let smoothing = arguments.number("smoothing", part, |it| (0.0..1.0).contains(&it));
    let weights = weights(arguments);
    let seed = if arguments.has("seed") { arguments.whole("seed") } else { Some(seed) };
    Some(TrainOptions {
        batch: batch?,
        optimizer: optimizer?,
        learning_rate: learning_rate?,
        weight_decay: weight_decay?,
        loss: loss?,
        smoothing: smoothing?,
        weights: weights?,
        seed: seed?,
        ..TrainOptions::default()
    })
}

/// A key that may be left out.
fn optional<T>(
    arguments: &mut Arguments<'_>,
    key: &str,
    read: impl FnOnce(&mut Arguments<'_>) -> Option<T>,
) -> Option<Option<T>> {
    if arguments.has(key) && !is_none(arguments, key) {
        read(arguments).map(Some)
    } else {
        Some(None)
    }
}

fn is_none(arguments: &Arguments<'_>, key: &str) -> bool {
    arguments.value(key).is_some_and(|value| value.value == Value::Path("none".to_owned()))
}

fn optimizer(arguments: &mut Arguments<'_>) -> Option<OptimizerKind> {
    let wanted = "a number of at least 0 and below 1";
    let momentum = arguments.number("momentum", wanted, |it| (0.0..1.0).contains(&it));
    let nesterov = arguments.flag("nesterov");
    let chosen = arguments.choice("optimizer", &words::OPTIMIZERS)?;
    let (momentum, nesterov) = (momentum?, nesterov?);
    let name = words::OPTIMIZERS[chosen];
    if chosen < 2 && arguments.has("momentum") && momentum != 0.0 {
        let found = format!("`{name}` takes no momentum");
        let found = Diagnostic::error(Code::BadArgument, arguments.span("momentum"), found)
            .label(format!("{name} keeps its own"))
            .help("add `optimizer=sgd`, or leave the momentum out");
        arguments.report(found);
        return None;
    }
    if nesterov && (chosen != 2 || momentum == 0.0) {
        let headline = "`nesterov` is a way of using the momentum of `sgd`";
        let found = Diagnostic::error(Code::BadArgument, arguments.span("nesterov"), headline)
            .label("no momentum to use")
            .help("write `optimizer=sgd momentum=0.9 nesterov=yes`");
        arguments.report(found);
        return None;
    }
    Some(match chosen {
        0 => OptimizerKind::Adam,
        1 => OptimizerKind::AdamW,
        2 => OptimizerKind::Sgd { momentum, nesterov },
        _ => OptimizerKind::RmsProp { momentum },
    })
}

fn learning_rate(arguments: &mut Arguments<'_>, optimizer: Option<OptimizerKind>) -> Option<f64> {
    if arguments.has("lr") || arguments.value("lr")?.value == Value::Integer(1) {
        return arguments.number("lr", "a number above 0", |rate| rate > 0.0);
    }
    Some(match optimizer? {
        OptimizerKind::Adam | OptimizerKind::AdamW => 1e-3,
        OptimizerKind::Sgd { .. } | OptimizerKind::RmsProp { .. } => 1e-2,
    })
}

fn schedule(arguments: &mut Arguments<'_>) -> Option<Schedule> {
    let every = arguments.count("every");
    let factor =
        arguments.number("factor", "a part above 0 and below 1", |it| 0.0 < it && it < 1.0);
    let chosen = arguments.choice("schedule", &words::SCHEDULES)?;
    let (every, factor) = (every?, factor?);
    for key in ["every", "factor"] {
        if arguments.has(key) && !matches!(chosen, 1 | 4) {
            let headline = format!("`{key}` belongs to `schedule=step` and `schedule=plateau`");
            let found = Diagnostic::error(Code::BadArgument, arguments.span(key), headline);
            arguments.report(found.label("nothing to do"));
            return None;
        }
    }
    Some(match chosen {
        0 => Schedule::None,
        1 => Schedule::Step { every, factor },
        2 => Schedule::Cosine,
        3 => Schedule::OneCycle,
        _ => Schedule::Plateau { patience: every, factor },
    })
}

fn weights(arguments: &mut Arguments<'_>) -> Option<ClassWeights> {
    let value = arguments.value("weights")?;
    let wanted = "`none`, `median_freq` or a list with a number of at least 0 for each class";
    match &value.value {
        Value::Path(word) if word == "none" => Some(ClassWeights::Equal),
        Value::Path(word) if word == "median_freq" => Some(ClassWeights::MedianFrequency),
        Value::List(items) => {
            let fits = |&number: &f64| number.is_finite() && number >= 0.0;
            let numbers = items.iter().map(|item| item.value.number().filter(fits));
            match numbers.collect::<Option<Vec<f64>>>() {
                Some(numbers) if numbers.iter().any(|&number| number > 0.0) => {
                    Some(ClassWeights::Given(numbers))
                }
                _ => arguments.bad("weights", &value, wanted),
            }
        }
        _ => arguments.bad("weights", &value, wanted),
    }
}

/// `"accuracy > 0.9"`.
fn goal(arguments: &mut Arguments<'_>) -> Option<Goal> {
    let value = arguments.value("until")?;
    let text = match &value.value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let split = |sign: char| text.split_once(sign);
    let parts = split('>').map(|it| (it, true)).or_else(|| split('<').map(|it| (it, false)));
    let goal = parts.and_then(|((metric, value), above)| {
        let value = value.trim().parse::<f64>().ok().filter(|value| value.is_finite())?;
        let metric = metric.trim().to_owned();
        (!metric.is_empty()).then_some(Goal { metric, above, value })
    });
    match goal {
        Some(goal) => Some(goal),
        None => arguments.bad("until", &value, "a text such as `\"accuracy > 0.9\"`"),
    }
}
