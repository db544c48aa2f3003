//! Losses against numbers of PyTorch 2.15, which `make.py` has written.

use netlet::data::{IGNORED, Located, Targets};
use netlet::loss::{Classes, Criterion, CrossEntropy, Loss, Overlap, Pointwise};
use netlet::loss::{binary_cross_entropy, overlap, pointwise};
use netlet::network::{Head, Outputs};
use netlet::tape::Tape;
use netlet::value::Value;
use netlet_dsl::messages::{LossKind, Task};

/// A loss with its gradient, as the script writes it.
#[derive(Debug)]
struct Case {
    name: String,
    shape: Vec<usize>,
    logits: Vec<f32>,
    targets: Vec<f32>,
    value: f64,
    gradient: Vec<f32>,
    weights: Option<Vec<f32>>,
    smoothing: f32,
}

fn cases() -> Vec<Case> {
    let said: serde_json::Value =
        serde_json::from_str(include_str!("losses.json")).expect("what the script wrote");
    let numbers = |value: &serde_json::Value| -> Vec<f32> {
        let list = value.as_array().into_iter().flatten();
        list.map(|number| number.as_f64().expect("a number") as f32).collect()
    };
    let case = |case: &serde_json::Value| Case {
        name: case["name"].as_str().expect("a name").to_owned(),
        shape: numbers(&case["shape"]).into_iter().map(|size| size as usize).collect(),
        logits: numbers(&case["logits"]),
        targets: numbers(&case["targets"]),
        value: case["value"].as_f64().expect("a value"),
        gradient: numbers(&case["gradient"]),
        weights: case["weights"].as_array().map(|_| numbers(&case["weights"])),
        smoothing: case["smoothing"].as_f64().unwrap_or(0.0) as f32,
    };
    said.as_array().expect("a list").iter().map(case).collect()
}

impl Case {
    /// The loss of the logits, and every how many of its gradients are known. Large maps are not
    /// written but made, by the rule of the script.
    fn loss(&self, logits: Value) -> Loss {
        let (samples, size) = (self.shape[0], self.shape[2..].iter().product::<usize>());
        let numbers: Vec<usize> = match self.targets[..] {
            [] => (0..samples * size)
                .map(|place| (place * 13 % 29, place * 13 % 29 % 4))
                .map(|(step, class)| if step % 7 == 3 { usize::from(IGNORED) } else { class })
                .collect(),
            ref targets => targets.iter().map(|&target| target as usize).collect(),
        };
        let pixels: Vec<u8> = numbers.iter().map(|&class| class as u8).collect();
        let classes = match self.shape[..] {
            [_, _] => Classes::Samples(&numbers),
            _ => Classes::Pixels(&pixels),
        };
        let (weights, smoothing) = (self.weights.clone(), self.smoothing);
        match &*self.name {
            "cross_entropy" => CrossEntropy { weights, smoothing }.of(logits, classes),
            "bce" => binary_cross_entropy(logits, classes),
            "dice" => overlap(Overlap::Dice, logits, classes),
            "miou" => overlap(Overlap::Iou, logits, classes),
            "mse" => pointwise(Pointwise::Squared, logits, &self.targets),
            "l1" => pointwise(Pointwise::Absolute, logits, &self.targets),
            "smooth_l1" => pointwise(Pointwise::Smooth, logits, &self.targets),
            "bce_values" => pointwise(Pointwise::Binary, logits, &self.targets),
            other => panic!("no loss {other}"),
        }
    }

    fn logits(&self) -> Vec<f32> {
        let count = self.shape.iter().product::<usize>();
        match self.logits[..] {
            [] => (0..count).map(|i| (i * 37 % 101) as f32 / 16.0 - 3.0).collect(),
            ref logits => logits.to_vec(),
        }
    }
}

#[test]
fn values_and_gradients_are_pytorchs() {
    let cases = cases();
    assert_eq!(cases.len(), 16, "all cases of the script");
    for case in cases {
        let of = Value::batch(case.shape[0], &case.shape[1..], case.logits());
        let of = of.put(Tape::training(0).tracked());
        let loss = case.loss(of.clone());
        let (name, smoothing) = (&case.name, case.smoothing);
        let about = format!("{name} of {:?}, {smoothing}, {:?}", case.shape, case.weights);
        let error = (loss.value() - case.value).abs() / case.value.abs();
        assert!(error < 1e-5, "{about}: {} is not {}", loss.value(), case.value);
        let found = of.gradient(&mut loss.backward());
        // Of large maps every 89th is known.
        let every = if case.logits.is_empty() { 89 } else { 1 };
        let found: Vec<f32> = found.into_iter().step_by(every).collect();
        assert_eq!(found.len(), case.gradient.len(), "{about}");
        let largest = case.gradient.iter().fold(0.0_f32, |most, it| most.max(it.abs()));
        for (place, (found, expected)) in found.iter().zip(&case.gradient).enumerate() {
            let error = (found - expected).abs() / largest;
            assert!(error < 1e-5, "{about}: gradient {place} is {found}, not {expected}");
        }
    }
}

#[test]
fn where_nothing_counts_there_is_nothing_to_learn() {
    let pixels = [IGNORED; 4];
    let classes = Classes::Pixels(&pixels);
    let losses: [&dyn Fn(Value) -> Loss; 4] = [
        &|logits| CrossEntropy { weights: None, smoothing: 0.1 }.of(logits, classes),
        &|logits| binary_cross_entropy(logits, classes),
        &|logits| overlap(Overlap::Dice, logits, classes),
        &|logits| overlap(Overlap::Iou, logits, classes),
    ];
    for (number, loss) in losses.into_iter().enumerate() {
        let logits = Value::map([1, 3, 2, 2], (0..12_u8).map(f32::from).collect());
        let logits = logits.put(Tape::training(0).tracked());
        let loss = loss(logits.clone());
        assert_eq!(loss.value(), 0.0, "loss {number}");
        assert_eq!(logits.gradient(&mut loss.backward()), [0.0; 12], "loss {number}");
    }
}

#[test]
fn what_is_no_number_is_seen_in_the_loss() {
    for kind in [LossKind::CrossEntropy, LossKind::BinaryCrossEntropy, LossKind::Dice] {
        let criterion = Criterion::new(kind, Task::Mask, None, 0.0).expect("a loss of masks");
        let logits = Value::map([1, 2, 1, 2], vec![0.0, f32::NAN, 1.0, 1.0]);
        let loss = criterion.of(Outputs { out: logits, heads: vec![] }, &[], &masks([0, 1]));
        assert!(loss.value().is_nan(), "{kind:?}: {}", loss.value());
    }
}

fn masks<const N: usize>(classes: [u8; N]) -> Targets {
    Targets::Masks(classes.to_vec())
}

#[test]
fn heads_count_what_the_network_says() {
    let criterion = Criterion::new(LossKind::Auto, Task::Class, None, 0.0).expect("a loss");
    let heads = [Head { name: "aux", loss: 0.3, training: true }];
    let logits = |values: [f32; 2]| Value::features([1, 2], values.to_vec());
    let outputs = || Outputs { out: logits([0.0, 0.0]), heads: vec![("aux", logits([0.0, 1.0]))] };
    let targets = Targets::Classes(vec![1]);
    let (main, aux) = (2.0_f64.ln(), (1.0 + (-1.0_f64).exp()).ln());
    let value = criterion.of(outputs(), &heads, &targets).value();
    assert!((value - (main + 0.3 * aux)).abs() < 1e-6, "{value}");
    let value = criterion.of_prediction(outputs(), &heads, &targets).value();
    assert!((value - main).abs() < 1e-6, "a prediction comes from the main output: {value}");
}

#[test]
fn a_box_is_compared_by_the_head_of_four_values() {
    let thing = Located { class: 0, place: [0.0, 0.0, 0.5, 0.5] };
    let heads = [Head { name: "box", loss: 2.0, training: false }];
    let value = |kind| {
        let criterion = Criterion::new(kind, Task::Box, None, 0.0).expect("a loss of boxes");
        let outputs = Outputs {
            out: Value::features([1, 2], vec![0.0; 2]),
            heads: vec![("box", Value::features([1, 4], vec![0.0, 0.0, 1.0, 0.5]))],
        };
        criterion.of_prediction(outputs, &heads, &Targets::Boxes(vec![thing])).value()
    };
    // Of four values one is off by a half.
    for (kind, place) in [
        (LossKind::Auto, 0.125 / 4.0),
        (LossKind::Absolute, 0.5 / 4.0),
        (LossKind::MeanSquared, 0.25 / 4.0),
    ] {
        let expected = 2.0_f64.ln() + 2.0 * place;
        assert!((value(kind) - expected).abs() < 1e-6, "{kind:?}: {}", value(kind));
    }
}

#[test]
fn a_loss_that_does_not_fit_says_which_do() {
    let failure = |kind, task, weights: Option<Vec<f32>>| {
        Criterion::new(kind, task, weights, 0.0).expect_err("no fit")
    };
    let dice = failure(LossKind::Dice, Task::Values, None);
    assert_eq!(dice.headline, "`loss=dice` does not fit the data");
    assert!(dice.notes[0].contains("`mse`, `l1`, `smooth_l1` and `bce`"), "{dice:?}");
    let squared = failure(LossKind::MeanSquared, Task::Class, None);
    assert!(squared.notes[0].contains("`cross_entropy` and `bce`"), "{squared:?}");
    assert!(failure(LossKind::Auto, Task::None, None).headline.contains("no answers"));
    let weighed = failure(LossKind::Dice, Task::Mask, Some(vec![1.0]));
    assert!(weighed.headline.starts_with("`weights` belongs to"), "{weighed:?}");
    assert!(weighed.notes[0].contains("`dice`"), "{weighed:?}");
}
