//! Grad-CAM: what in a picture speaks for a class (Selvaraju et al., "Grad-CAM: Visual explanations
//! from deep networks via gradient-based localization", 2017).
//!
//! The maps of a layer are added up, each with the mean of its gradient as weight: how much the score
//! of the class grows with it. What is below zero speaks against the class, and is left out.

use std::cell::RefCell;
use std::rc::Rc;

use netlet_dsl::messages::Failure;

use super::place::{Place, check_input, is_within, place, places};
use super::written;
use crate::network::Network;
use crate::observe::{intervene, observe};
use crate::ops::reshape::flatten;
use crate::ops::softmax::softmax;
use crate::ops::upsample::{Interpolation, upsample};
use crate::tape::Tape;
use crate::value::Value;

/// What in each picture of a batch speaks for a class.
#[derive(Clone, Debug, PartialEq)]
pub struct GradCam {
    /// The path of the layer whose maps were weighed.
    pub layer: &'static str,
    /// Rows and columns of its maps, which is how fine the heat can be.
    pub maps: [usize; 2],
    /// For each sample.
    pub samples: Vec<Evidence>,
}

/// What in a picture speaks for a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The number of the class.
    pub class: usize,
    /// The probability that the network gives it.
    pub probability: f32,
    /// Between 0 and 1 for each pixel of the input, row by row, with a 1 where most speaks for the
    /// class; 0 everywhere where nothing does.
    pub heat: Vec<f32>,
}

/// What in the pictures of `input` speaks for `class`, or for the likeliest class of each, by the
/// maps of `layer`; by default of the last one that gives maps of more than one element. The network
/// behaves as in predictions.
///
/// # Errors
/// When the network does not take such samples or gives no scores of classes, there is no such class,
/// or no such layer with maps.
pub fn grad_cam(
    network: &mut dyn Network,
    input: Value,
    class: Option<usize>,
    layer: Option<&str>,
) -> Result<GradCam, Failure> {
    check_input(network, &input)?;
    let [_, rows, columns] = input.planes();
    let place = match layer {
        Some(path) => place(network, path)?,
        None => last_maps(network, &input)?,
    };
    let pass = Pass::run(network, input, place.number);
    let Value::Map(_) = &pass.maps else { return Err(no_maps(&place, &pass.maps)) };
    let classes = pass.classes(network, class)?;
    let heat = heat(&pass, &classes);
    let heat = upsample(heat, [rows, columns], Interpolation::Linear { align_corners: false });
    let probabilities = softmax(flatten(pass.scores.put(Tape::evaluation())));
    let [_, map_rows, map_columns] = pass.maps.planes();
    let width = probabilities.shape()[0];
    let samples = (classes.iter().zip(heat.values().chunks(rows * columns)))
        .zip(probabilities.values().chunks(width))
        .map(|((&class, heat), row)| Evidence {
            class,
            probability: row[class],
            heat: normalised(heat),
        })
        .collect();
    Ok(GradCam { layer: place.path, maps: [map_rows, map_columns], samples })
}

/// A pass whose recording begins at one node.
struct Pass {
    /// The value of the node.
    maps: Value,
    /// What the network gives.
    scores: Value,
}

impl Pass {
    /// Runs the network, and puts in the place of node `number` a copy that comes from nowhere.
    ///
    /// The gradient of that copy is the one through all ways that lead on from the node, and no
    /// operation before it takes it on or writes over it.
    fn run(network: &mut dyn Network, input: Value, number: usize) -> Self {
        let found = Rc::new(RefCell::new(None));
        let kept = found.clone();
        let mut node = 0;
        let cut = move |value: &mut Value| {
            if node == number {
                let tape = value.tape();
                tape.forget();
                *value = value.alike(value.values().to_vec()).put(tape.tracked());
                *kept.borrow_mut() = Some(value.clone());
            }
            node += 1;
        };
        let outputs = intervene(cut, || network.run(input.put(Tape::inspection()).into()));
        let maps = found.take().expect("a network computes the nodes that it names");
        Self { maps, scores: outputs.out }
    }

    /// The class of each sample: the one that is asked for, or the likeliest.
    fn classes(&self, network: &dyn Network, asked: Option<usize>) -> Result<Vec<usize>, Failure> {
        let name = network.name();
        let shape = self.scores.shape();
        let count = shape[0];
        if shape[1..].iter().any(|&size| size != 1) {
            return Err(Failure::new(format!("`{name}` gives no scores of classes"))
                .note(format!("its output is {}, not a number for each class", written(&shape))));
        }
        match asked {
            Some(class) if class >= count => {
                Err(Failure::new(format!("`{name}` has no class {class}"))
                    .note(format!("its {count} outputs have the numbers 0 to {}", count - 1)))
            }
            Some(class) => Ok(vec![class; self.scores.samples()]),
            None => Ok(self.scores.values().chunks(count).map(likeliest).collect()),
        }
    }
}

/// The place of the largest number; of several, of the first.
fn likeliest(scores: &[f32]) -> usize {
    let better = |best: usize, place: usize| match scores[place] > scores[best] {
        true => place,
        false => best,
    };
    (0..scores.len()).reduce(better).unwrap_or(0)
}

/// The maps of each sample added up, with the mean gradient of the score of its class as weights, and
/// at least 0.
fn heat(pass: &Pass, classes: &[usize]) -> Value {
    let width: usize = pass.scores.shape().iter().product();
    let mut gradient = vec![0.0; pass.scores.values().len()];
    for (row, &class) in gradient.chunks_mut(width).zip(classes) {
        row[class] = 1.0;
    }
    let mut gradients = pass.scores.backward(gradient);
    let gradient = pass.maps.gradient(&mut gradients);
    let [channels, rows, columns] = pass.maps.planes();
    let plane = rows * columns;
    let mut heat = vec![0.0; pass.maps.samples() * plane];
    let samples = (pass.maps.values().chunks(channels * plane))
        .zip(gradient.chunks(channels * plane))
        .zip(heat.chunks_mut(plane));
    for ((maps, gradient), heat) in samples {
        for (map, gradient) in maps.chunks(plane).zip(gradient.chunks(plane)) {
            let weight = gradient.iter().sum::<f32>() / plane as f32;
            heat.iter_mut().zip(map).for_each(|(heat, value)| *heat += weight * value);
        }
        heat.iter_mut().for_each(|heat| *heat = heat.max(0.0));
    }
    Value::map([pass.maps.samples(), 1, rows, columns], heat)
}

/// The values over their maximum, unless that is 0.
fn normalised(heat: &[f32]) -> Vec<f32> {
    let most = heat.iter().copied().fold(0.0, f32::max);
    let factor = if most > 0.0 { 1.0 / most } else { 0.0 };
    heat.iter().map(|value| value * factor).collect()
}

/// The last node that gives maps of more than one element, and is no part of a head.
fn last_maps(network: &mut dyn Network, input: &Value) -> Result<Place, Failure> {
    let shapes = Rc::new(RefCell::new(Vec::new()));
    let kept = shapes.clone();
    let first = input.values()[..input.values().len() / input.samples()].to_vec();
    let one = Value::batch(1, &input.shape(), first);
    let look = move |value: &Value| kept.borrow_mut().push(value.shape());
    observe(look, || network.run(one.into()));
    let places = places(network)?;
    let heads = network.heads();
    let is_of_head = |place: &Place| {
        heads.iter().any(|head| place.path == head.name || is_within(place.path, head.name))
    };
    let shapes = shapes.borrow();
    let has_maps = |shape: &[usize]| matches!(shape, &[_, rows, columns] if rows * columns > 1);
    let mut behind_inputs = places.iter().zip(shapes.iter()).skip(network.inputs().len());
    let found = behind_inputs.rfind(|(place, shape)| has_maps(shape) && !is_of_head(place));
    found.map(|(place, _)| *place).ok_or_else(|| {
        Failure::new(format!("no layer of `{}` gives feature maps", network.name()))
            .note("Grad-CAM weighs the maps of a convolution or a pool")
    })
}

fn no_maps(place: &Place, value: &Value) -> Failure {
    let shape = value.shape();
    Failure::new(format!("`{}` gives {}, not maps", place.path, written(&shape)))
        .help("name a convolution or a pool")
}

#[cfg(test)]
pub(super) mod tests {
    use rand::rngs::SmallRng;
    use rand::{Rng, SeedableRng};

    use super::*;
    use crate::initialization::initialize;
    use crate::network::{Head, Inputs, Layer, Outputs};
    use crate::prelude::{
        Conv2d, FeatureMap, Features, Kernel, Linear, Padding, Stride, add, global_avg_pool, relu,
    };

    type Conv<const IN: usize> = Conv2d<IN, 2, Kernel<3, 3>, Stride<1, 1>, Padding<1, 1>>;

    /// `net Small(1x4x4) { conv 2 3x3 pad=1 as first -> relu -> block -> relu -> gap -> linear 3 }`,
    /// whose block adds a convolution to what it is given.
    pub(in crate::inspect) struct Small {
        pub(in crate::inspect) first: Conv<1>,
        second: Conv<2>,
        last: Linear<2, 3>,
    }

    impl Small {
        /// With the weights that a seed gives, but for those of the last layer.
        pub(in crate::inspect) fn random(seed: u64) -> Self {
            let mut network =
                Self { first: Conv2d::new(), second: Conv2d::new(), last: Linear::new() };
            initialize(&mut network, seed);
            // Both channels speak for the last class, and none for the second.
            let (_, weight) = network.last.parameters().swap_remove(0);
            weight.values_mut().copy_from_slice(&[1.0, 0.0, 0.0, -1.0, 0.5, 2.0]);
            network
        }
    }

    impl Network for Small {
        fn name(&self) -> &'static str {
            "Small"
        }

        fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
            &[("input", &[1, 4, 4])]
        }

        fn heads(&self) -> &'static [Head] {
            &[Head { name: "aux", loss: 0.3, training: true }]
        }

        fn nodes(&self) -> &'static [(&'static str, &'static str)] {
            &[
                ("input", "the input"),
                ("first", "conv 2 3x3"),
                ("relu1", "relu"),
                ("aux.relu", "relu"),
                ("block.conv", "conv 2 3x3"),
                ("block.add", "add"),
                ("relu2", "relu"),
                ("gap", "global_avgpool"),
                ("last", "linear 3"),
            ]
        }

        fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
            vec![
                ("first", &mut self.first),
                ("block.conv", &mut self.second),
                ("last", &mut self.last),
            ]
        }

        fn run(&mut self, mut inputs: Inputs) -> Outputs {
            let x: FeatureMap<1, 4, 4> = inputs.take();
            let x: FeatureMap<2, 4, 4> = self.first.forward(x);
            let x: FeatureMap<2, 4, 4> = relu(x);
            let y: FeatureMap<2, 4, 4> = self.second.forward(x.clone());
            let x: FeatureMap<2, 4, 4> = add([x.into(), y.into()]);
            let x: FeatureMap<2, 4, 4> = relu(x);
            let x: Features<2> = global_avg_pool(x);
            let x: Features<3> = self.last.forward(x);
            Outputs::new(x)
        }
    }

    /// Two pictures of numbers between -1 and 1.
    pub(in crate::inspect) fn input() -> Value {
        let mut random = SmallRng::seed_from_u64(7);
        Value::map([2, 1, 4, 4], (0..32).map(|_| random.gen_range(-1.0..1.0)).collect())
    }

    /// The gradient of the score of `class` of the first sample with respect to the maps of node
    /// `number`, by small steps of each value.
    fn by_steps(network: &mut Small, number: usize, class: usize) -> Vec<f32> {
        let mut score = |place: usize, step: f32| {
            let mut node = 0;
            let push = move |value: &mut Value| {
                if node == number {
                    let mut values = value.values().to_vec();
                    values[place] += step;
                    *value = value.alike(values).put(value.tape());
                }
                node += 1;
            };
            intervene(push, || network.run(input().into())).out.values()[class]
        };
        let step = 1e-3;
        (0..32).map(|place| (score(place, step) - score(place, -step)) / (2.0 * step)).collect()
    }

    fn assert_near(found: &[f32], expected: &[f32]) {
        assert_eq!(found.len(), expected.len());
        for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 2e-3, "value {place} is {found}, not {expected}");
        }
    }

    #[test]
    fn gradients_come_by_all_ways_from_the_node() {
        let mut network = Small::random(11);
        // The convolution, whose place the rectifier takes; the rectifier, which two ways leave; the
        // second convolution; the sum; and the last maps.
        for number in [1, 2, 3, 4, 5] {
            let pass = Pass::run(&mut network, input(), number);
            let mut gradients = pass.scores.backward(vec![0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
            let found = pass.maps.gradient(&mut gradients);
            let expected = by_steps(&mut network, number, 2);
            assert!(expected.iter().any(|value| value.abs() > 1e-3), "node {number}");
            assert_near(&found[..32], &expected);
            assert_eq!(found[32..], [0.0; 32]);
        }
    }

    #[test]
    fn heat_is_the_weighted_sum_of_the_maps() {
        let mut network = Small::random(11);
        for (layer, number) in [("first", 1), ("block.conv", 3), ("relu2", 5)] {
            let maps = Pass::run(&mut network, input(), number).maps;
            let gradient = by_steps(&mut network, number, 2);
            let weight = |channel: usize| gradient[16 * channel..][..16].iter().sum::<f32>() / 16.0;
            let sum = |place: usize| {
                weight(0) * maps.values()[place] + weight(1) * maps.values()[16 + place]
            };
            let heat: Vec<f32> = (0..16).map(|place| sum(place).max(0.0)).collect();
            let most = heat.iter().copied().fold(0.0, f32::max);
            assert!(most > 0.0, "nothing speaks for the class at {layer}");
            let expected: Vec<f32> = heat.iter().map(|heat| heat / most).collect();
            let found = grad_cam(&mut network, input(), Some(2), Some(layer)).expect("heat");
            assert_eq!((found.layer, found.maps), (layer, [4, 4]));
            for (found, expected) in found.samples[0].heat.iter().zip(&expected) {
                assert!((found - expected).abs() < 0.02, "{found} is not {expected} at {layer}");
            }
        }
    }

    #[test]
    fn behind_a_mean_the_weights_are_those_of_the_linear_layer() {
        // The score is a sum over the means of the channels, so by hand: w0 mean(m0) + w1 mean(m1).
        let mut network = Small::random(11);
        let maps = Pass::run(&mut network, input(), 5).maps;
        let [left, right] = [&maps.values()[..16], &maps.values()[16..32]];
        let of_class = |network: &mut Small, class| {
            let found = grad_cam(network, input(), Some(class), None).expect("heat");
            assert_eq!(found.layer, "relu2");
            found.samples[0].clone()
        };
        assert_near(&of_class(&mut network, 0).heat, &normalised(left));
        // The maps of a rectifier are nowhere below 0: nothing can speak for the second class.
        assert_eq!(of_class(&mut network, 1).heat, [0.0; 16]);
        let both: Vec<f32> = left.iter().zip(right).map(|(l, r)| 0.5 * l + 2.0 * r).collect();
        assert_near(&of_class(&mut network, 2).heat, &normalised(&both));
    }

    #[test]
    fn the_likeliest_class_is_the_default() {
        let mut network = Small::random(11);
        let scores = network.run(input().into()).out;
        let probabilities = softmax(scores);
        let found = grad_cam(&mut network, input(), None, None).expect("heat");
        assert_eq!(found.samples.len(), 2);
        for (sample, row) in found.samples.iter().zip(probabilities.values().chunks(3)) {
            let most = row.iter().copied().fold(0.0, f32::max);
            assert_eq!((row[sample.class], sample.probability), (most, most));
            assert!(sample.heat.iter().all(|heat| (0.0..=1.0).contains(heat)));
        }
        // What is seen of a sample does not depend on those beside it.
        let alone = Value::map([1, 1, 4, 4], input().values()[16..].to_vec());
        let alone = grad_cam(&mut network, alone, None, None).expect("heat");
        assert_near(&alone.samples[0].heat, &found.samples[1].heat);
    }

    #[test]
    fn what_cannot_be_weighed_is_a_failure() {
        let mut network = Small::random(11);
        let class = grad_cam(&mut network, input(), Some(3), None).expect_err("three classes");
        assert_eq!(class.headline, "`Small` has no class 3");
        let layer = grad_cam(&mut network, input(), None, Some("gap")).expect_err("no maps");
        assert_eq!(layer.headline, "`gap` gives 2, not maps");
        let path = grad_cam(&mut network, input(), None, Some("relu9")).expect_err("no layer");
        assert!(path.help.is_some(), "{path:?}");
    }
}
