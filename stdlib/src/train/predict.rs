//! Asking a network.

use netlet_dsl::messages::{Failure, Prediction, Task};

use super::measure::{Looks, batch_size, expect_classes_of_samples, logit_of_sum, sample_of};
use super::metrics::likeliest;
use super::{Answers, Model, Watch, fit};
use crate::data::{Batch, Dataset, IGNORED, Located, Order, Part, Target, Targets};
use crate::loss::{intersection_over_union, is_box};
use crate::network::{Network, Outputs};
use crate::ops::reshape::flatten;
use crate::ops::softmax::softmax;
use crate::value::Value;

/// How many of the likeliest classes a prediction names.
const TOP: usize = 5;

/// What a network says of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// In words and figures.
    pub prediction: Prediction,
    /// As the answers of a data set are: a class, the class of every pixel, a thing, or numbers.
    pub answer: Target,
}

impl Model {
    /// What it says of test samples, with what is true; `None` when it was stopped.
    ///
    /// # Errors
    /// When the network does not fit the data, or the data cannot be read.
    pub fn predict_samples(
        &mut self,
        data: &Dataset,
        part: Part,
        order: &Order,
        tta: bool,
        watch: &mut dyn Watch,
    ) -> Result<Option<Vec<Answered>>, Failure> {
        self.expect_input(&data.shape)?;
        let answers = Answers::of(data);
        let size = batch_size(&data.shape);
        let mut looks = if tta { Some(Looks::new(data, part, order, size)?) } else { None };
        let mut answered = Vec::new();
        let each = |network: &mut dyn Network, outputs: Outputs, batch: &Batch| {
            let outputs = match &mut looks {
                Some(looks) => Outputs { out: looks.mean(network, outputs.out)?, ..outputs },
                None => outputs,
            };
            let samples = batch.indices.len();
            for place in 0..samples {
                let targets = batch.targets.of_sample(place, samples);
                let mut said = answered_by(&sample_of(&outputs, place), &answers);
                add_truth(&mut said, &targets, &answers);
                answered.push(said);
            }
            Ok(())
        };
        let whole = self.each_batch(data, part, order, "predicting", watch, each)?;
        self.see(data);
        Ok(whole.then_some(answered))
    }

    /// What it says of samples of which nothing else is known, given the answers that there may be.
    ///
    /// # Errors
    /// When the network does not take such samples, or its outputs are no such answers.
    pub fn predict(&mut self, inputs: Value, answers: &Answers) -> Result<Vec<Answered>, Failure> {
        self.expect_input(&inputs.shape())?;
        let network = self.network(0);
        let (shape, samples) = (inputs.shape(), inputs.samples());
        let outputs = network.run(inputs.into());
        if answers.task != Task::Values {
            fit::expect_outputs(network.name(), &outputs, answers, &shape, &Targets::None)?;
        }
        let each = (0..samples).map(|place| answered_by(&sample_of(&outputs, place), answers));
        Ok(each.collect())
    }

    /// What it says of one sample, of which `looks` are so many looks as test-time augmentation takes:
    /// the mean of their probabilities.
    ///
    /// # Errors
    /// When the answers are no classes of samples, and as [`Model::predict`].
    pub fn predict_mean(&mut self, looks: Value, answers: &Answers) -> Result<Answered, Failure> {
        expect_classes_of_samples(answers.task)?;
        self.expect_input(&looks.shape())?;
        let network = self.network(0);
        let (shape, count) = (looks.shape(), answers.count());
        let outputs = network.run(looks.into());
        fit::expect_outputs(network.name(), &outputs, answers, &shape, &Targets::None)?;
        let mut sum = vec![0.0; count];
        for probabilities in softmax(outputs.out).values().chunks(count.max(1)) {
            sum.iter_mut().zip(probabilities).for_each(|(sum, p)| *sum += p);
        }
        let logits = sum.into_iter().map(logit_of_sum).collect();
        let out = Value::features([1, count], logits);
        Ok(answered_by(&Outputs { out, heads: Vec::new() }, answers))
    }

    /// The answers that it may give to samples: those of the data that it saw last; else classes that
    /// are numbers, of the sample or, where its output is as large as the input, of the pixels.
    pub fn answers(&mut self, inputs: &Value) -> Answers {
        if let Some(seen) = &self.seen {
            return seen.clone();
        }
        let outputs = self.network(0).run(inputs.clone().into());
        let (input, output) = (inputs.shape(), outputs.out.shape());
        let of_pixels = output.len() == 3 && input.len() == 3 && output[1..] == input[1..];
        let (task, count) = match outputs.heads.iter().any(|(_, head)| is_box(head)) {
            true => (Task::Box, output.iter().product()),
            false if of_pixels => (Task::Mask, output[0]),
            false => (Task::Class, output.iter().product()),
        };
        let classes = (0..count).map(|class| format!("class {class}")).collect();
        Answers { task, classes, palette: Vec::new() }
    }
}

/// What the outputs for one sample say.
fn answered_by(outputs: &Outputs, answers: &Answers) -> Answered {
    match answers.task {
        Task::Mask | Task::Colours => of_pixels(&outputs.out, answers),
        Task::Values => {
            let values = outputs.out.values().to_vec();
            let name = |number: usize| match answers.classes.get(number) {
                Some(name) => name.clone(),
                None => format!("value {number}"),
            };
            let named = values.iter().enumerate().map(|(number, &it)| (name(number), it.into()));
            let prediction = Prediction { top: named.collect(), ..Prediction::default() };
            Answered { prediction, answer: Target::Values(values) }
        }
        Task::Class | Task::Box | Task::None => {
            let probabilities = softmax(flatten(outputs.out.clone()));
            let probabilities = probabilities.values();
            let mut ranked: Vec<usize> = (0..probabilities.len()).collect();
            ranked.sort_by(|&one, &other| probabilities[other].total_cmp(&probabilities[one]));
            let class = ranked.first().copied().unwrap_or(0);
            ranked.truncate(TOP);
            let named = ranked.iter().map(|&of| (answers.name(of), f64::from(probabilities[of])));
            let mut prediction = Prediction { top: named.collect(), ..Prediction::default() };
            let mut answer = Target::Class(class);
            let place = outputs.heads.iter().map(|(_, head)| head).find(|head| is_box(head));
            if let (Task::Box, Some(place)) = (answers.task, place)
                && let &[left, top, right, bottom] = place.values()
            {
                let place = [left, top, right, bottom];
                prediction.place = Some(place.map(f64::from));
                answer = Target::Box(Located { class, place });
            }
            Answered { prediction, answer }
        }
    }
}

/// The class of every pixel, with the part of the picture that each class takes.
fn of_pixels(logits: &Value, answers: &Answers) -> Answered {
    let pixels = likeliest(logits);
    let mut counts = vec![0_usize; answers.count()];
    pixels.iter().for_each(|&class| counts[usize::from(class)] += 1);
    let mut ranked: Vec<usize> = (0..counts.len()).filter(|&class| counts[class] > 0).collect();
    ranked.sort_by_key(|&class| std::cmp::Reverse(counts[class]));
    let share = |class: usize| counts[class] as f64 / pixels.len().max(1) as f64;
    let top = ranked.into_iter().take(TOP).map(|class| (answers.name(class), share(class)));
    let prediction = Prediction { top: top.collect(), ..Prediction::default() };
    Answered { prediction, answer: Target::Mask(pixels) }
}

/// Adds what is true of a sample.
fn add_truth(said: &mut Answered, truth: &Targets, answers: &Answers) {
    let Answered { prediction, answer } = said;
    match (truth, answer) {
        (Targets::Classes(classes), _) => prediction.label = Some(answers.name(classes[0])),
        (Targets::Boxes(things), Target::Box(found)) => {
            prediction.label = Some(answers.name(things[0].class));
            prediction.iou = Some(intersection_over_union(found.place, things[0].place).into());
        }
        (Targets::Masks(pixels), Target::Mask(found)) if answers.task == Task::Mask => {
            prediction.iou = mean_iou(found, pixels, answers.count());
        }
        _ => {}
    }
}

/// The mean intersection over union of the classes that occur in a mask or in the true one; none
/// where no pixel counts.
fn mean_iou(found: &[u8], truth: &[u8], classes: usize) -> Option<f64> {
    // Of each class: pixels of both, and of either.
    let mut counts = vec![[0_u64; 2]; classes];
    for (&found, &truth) in found.iter().zip(truth).filter(|(_, truth)| **truth != IGNORED) {
        let [found, truth] = [found, truth].map(usize::from);
        counts[truth][1] += 1;
        if found == truth {
            counts[truth][0] += 1;
        } else {
            counts[found][1] += 1;
        }
    }
    let present = counts.iter().filter(|[_, either]| *either > 0);
    let overlaps: Vec<f64> = present.map(|[both, either]| *both as f64 / *either as f64).collect();
    (!overlaps.is_empty()).then(|| overlaps.iter().sum::<f64>() / overlaps.len() as f64)
}
