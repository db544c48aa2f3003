//! Samples with their answers, each kind of answer drawn in its own way.

use netlet_dsl::messages::{Picture, Prediction, Task};

use crate::data::{Example, Located, Target};
use crate::pictures::{self, Boxed, Coloured, Masked, Sample, Thing, voc_palette};
use crate::train::{Answered, Answers};

/// Draws samples with what is true of them, or in words where that is no map and no box.
pub(super) fn examples(
    name: &str,
    examples: &[Example],
    labels: &[String],
    answers: &Answers,
) -> Picture {
    let samples = || examples.iter().map(|example| example.sample.clone()).collect::<Vec<_>>();
    let truths: Vec<&Target> = examples.iter().map(|example| &example.target).collect();
    match answers.task {
        Task::Mask => masks(name, examples, &truths, &[], answers),
        Task::Colours => {
            let truth = painted(examples, truths.iter().copied(), answers);
            pictures::colours(name, &samples(), &[], &truth)
        }
        Task::Box => boxes(name, examples, &truths, &[], answers),
        Task::Class | Task::Values | Task::None => pictures::samples(name, &samples(), labels),
    }
}

/// Draws samples with what a network says of them, and with what is true where that is known.
pub(super) fn predictions(
    name: &str,
    net: &str,
    examples: &[Example],
    said: &[Answered],
    answers: &Answers,
) -> Picture {
    let truths: Vec<&Target> = examples.iter().map(|example| &example.target).collect();
    match answers.task {
        Task::Mask => masks(name, examples, &truths, said, answers),
        Task::Colours => {
            let grey: Vec<Sample> = examples.iter().map(|it| it.sample.clone()).collect();
            let found = painted(examples, said.iter().map(|said| &said.answer), answers);
            let truth = painted(examples, truths.iter().copied(), answers);
            pictures::colours(name, &grey, &[Coloured { net, pictures: &found }], &truth)
        }
        Task::Box => boxes(name, examples, &truths, said, answers),
        Task::Class | Task::Values | Task::None => {
            let samples: Vec<Sample> = examples.iter().map(|it| it.sample.clone()).collect();
            let predictions: Vec<Prediction> =
                said.iter().map(|said| said.prediction.clone()).collect();
            pictures::predictions(name, &samples, &predictions)
        }
    }
}

/// Maps over their pictures; `said` may be empty.
fn masks(
    name: &str,
    examples: &[Example],
    truths: &[&Target],
    said: &[Answered],
    answers: &Answers,
) -> Picture {
    let masked: Vec<Masked<'_>> = (examples.iter().zip(truths).enumerate())
        .map(|(number, (example, truth))| {
            let said = said.get(number);
            Masked {
                sample: &example.sample,
                truth: map(truth),
                predicted: said.and_then(|said| map(&said.answer)),
                iou: said.and_then(|said| said.prediction.iou),
            }
        })
        .collect();
    let palette = match answers.palette.as_slice() {
        [] => voc_palette(answers.classes.len()),
        palette => palette.to_vec(),
    };
    pictures::masks(name, &masked, &answers.classes, &palette, &[])
}

fn map(target: &Target) -> Option<&[u8]> {
    match target {
        Target::Mask(pixels) => Some(pixels),
        _ => None,
    }
}

/// Maps of colour numbers in their colours; as many as there are maps.
fn painted<'a>(
    examples: &[Example],
    maps: impl Iterator<Item = &'a Target>,
    answers: &Answers,
) -> Vec<Sample> {
    let painted = |(example, target): (&Example, &Target)| {
        let [_, rows, columns] = example.sample.shape;
        Some(pictures::painted(map(target)?, &answers.palette, [rows, columns]))
    };
    examples.iter().zip(maps).filter_map(painted).collect()
}

/// Boxes in their pictures; `said` may be empty.
fn boxes(
    name: &str,
    examples: &[Example],
    truths: &[&Target],
    said: &[Answered],
    answers: &Answers,
) -> Picture {
    let place = |target: &Target| match target {
        Target::Box(Located { class, place }) => Some((answers.name(*class), place.map(f64::from))),
        _ => None,
    };
    let truths: Vec<_> = truths.iter().map(|&truth| place(truth)).collect();
    let found: Vec<_> = said.iter().map(|said| place(&said.answer)).collect();
    let boxed: Vec<Boxed<'_>> = (examples.iter().zip(&truths).enumerate())
        .map(|(number, (example, truth))| Boxed {
            sample: &example.sample,
            truth: thing(truth.as_ref()),
            predicted: thing(found.get(number).and_then(Option::as_ref)),
            iou: said.get(number).and_then(|said| said.prediction.iou),
        })
        .collect();
    pictures::boxes(name, &boxed)
}

fn thing(named: Option<&(String, [f64; 4])>) -> Option<Thing<'_>> {
    named.map(|(class, place)| Thing { class, place: *place })
}
