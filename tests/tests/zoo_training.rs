//! Every network of the zoo learns: a step along the gradients makes the loss smaller by about as
//! much as they say, and each parameter has a share in it. The build script makes a test of each network.

use std::cell::Cell;
use std::rc::Rc;

use netlet::loss::Loss;
use netlet::network::{Inputs, Network, computed, parameters};
use netlet::observe::observe;
use netlet::optimizer::Optimizer;
use netlet::parameter::Buffer;
use netlet::tape::Tape;
use netlet::value::Value;
use netlet_dsl::messages::OptimizerKind;

include!(concat!(env!("OUT_DIR"), "/zoo_training.rs"));

/// The seed of weights and masks.
const SEED: u64 = 5;
/// The parts of the loss that a step is to take off. With one of them it must: the smaller the step,
/// the more of it is lost in the last digits of the weights of a large network, and the larger, the
/// more the gradients change on the way.
const STEPS: [f64; 3] = [0.05, 0.01, 0.002];

/// A network with batch statistics, dropout and whole units left out at random; large enough that
/// threads share the work.
#[test]
fn the_same_seed_gives_the_same_losses_and_weights() {
    let trained = |seed| {
        let mut network = efficientnetb0::T::new();
        netlet::initialization::initialize(&mut network, seed);
        let mut optimizer = Optimizer::new(OptimizerKind::Adam, 1e-3);
        let mut numbers = Vec::new();
        for step in 0..3 {
            let loss = pass(&mut network, 8, seed + 100 * step);
            numbers.push((loss.value() as f32).to_bits());
            optimizer.step(&mut network, &mut loss.backward());
        }
        for (_, layer) in network.layers() {
            let parameters = layer.parameters().into_iter();
            numbers.extend(parameters.flat_map(|(_, it)| it.values().to_vec()).map(f32::to_bits));
            let buffers = layer.buffers().into_iter();
            numbers.extend(buffers.flat_map(|(_, it)| it.values().to_vec()).map(f32::to_bits));
        }
        numbers
    };
    let first = trained(1);
    // Not with `assert_eq`, which would print millions of numbers.
    assert!(first == trained(1), "the same seed gives other numbers");
    let other = trained(2);
    assert!(first[..3].iter().zip(&other).all(|(one, other)| one != other));
    assert!(first != other, "another seed gives the same weights");
}

/// Trains a network by a step on a batch of noise.
fn check(network: &mut dyn Network, samples: usize) {
    netlet::initialization::initialize(network, SEED);
    let (loss, values) = observed(|| pass(network, samples, SEED));
    assert_eq!(values, computed(network, true).count(), "values that an observer saw");
    let before = loss.value();
    assert!(before.is_finite() && before > 0.0, "a loss of {before}");
    let mut gradients = loss.backward();

    let (mut square, mut without) = (0.0, Vec::new());
    for (number, (path, parameter)) in parameters(network).into_iter().enumerate() {
        let gradient = parameter.gradient(&mut gradients);
        assert!(gradient.iter().all(|value| value.is_finite()), "the gradient of {path}");
        let own: f64 = gradient.iter().map(|value| f64::from(*value).powi(2)).sum();
        square += own;
        if own == 0.0 {
            without.push((number, path));
        }
    }
    let wrong: Vec<String> = without
        .into_iter()
        .filter(|(number, _)| !is_rightly_without(network, *number, samples))
        .map(|(_, path)| path)
        .collect();
    assert!(wrong.is_empty(), "no gradient reaches {}", wrong.join(", "));

    let mut optimizer = Optimizer::new(OptimizerKind::Sgd { momentum: 0.0, nesterov: false }, 0.0);
    let (mut done, mut found) = (0.0, Vec::new());
    let is_right = STEPS.iter().any(|step| {
        optimizer.set_learning_rate((step - done) * before / square);
        optimizer.step(network, &mut gradients);
        done = *step;
        let after = pass(network, samples, SEED).value();
        found.push((before - after) / before / step);
        found.last().is_some_and(|found| (0.7..1.3).contains(found))
    });
    assert!(is_right, "of steps along the gradients there came {found:?}");
}

/// What `run` gives, and how many values an observer saw meanwhile.
fn observed<R>(run: impl FnOnce() -> R) -> (R, usize) {
    let seen = Rc::new(Cell::new(0));
    let count = seen.clone();
    let result = observe(move |_| count.set(count.get() + 1), run);
    (result, seen.get())
}

/// The loss of a training pass with the masks of `seed`: the sum of the squares of all outputs.
fn pass(network: &mut dyn Network, samples: usize, seed: u64) -> Loss {
    let tape = Tape::training(seed);
    let inputs = network.inputs().iter().enumerate().map(|(number, (_, shape))| {
        let count = samples * shape.iter().product::<usize>();
        Value::batch(samples, shape, noise(count, number as u64)).put(tape.clone())
    });
    let outputs = network.run(Inputs::new(inputs.collect()));
    let heads = outputs.heads.into_iter().map(|(_, head)| squares(head));
    heads.fold(squares(outputs.out), |sum, loss| sum.plus(1.0, loss))
}

fn squares(output: Value) -> Loss {
    let values = output.values();
    let sum: f64 = values.iter().map(|value| f64::from(*value).powi(2)).sum();
    let gradient = values.iter().map(|value| 2.0 * value).collect();
    Loss::new(sum, output, gradient)
}

/// Whether the parameter of a number has no gradient for the reason that the loss does not depend on
/// it here, though something does: what comes behind it takes a constant out again, or dropped all of
/// it by chance. One that nothing ever depends on is not wired up.
fn is_rightly_without(network: &mut dyn Network, number: usize, samples: usize) -> bool {
    let mut changes = (SEED..SEED + 5).map(|seed| {
        let still = results(network, samples, seed);
        let (_, parameter) = parameters(network).swap_remove(number);
        let kept = parameter.values().to_vec();
        let noise = noise(kept.len(), 99);
        parameter.values_mut().iter_mut().zip(noise).for_each(|(value, noise)| *value += noise);
        let moved = results(network, samples, seed);
        let (_, parameter) = parameters(network).swap_remove(number);
        parameter.values_mut().copy_from_slice(&kept);
        ((still[0] - moved[0]).abs() / still[0], still != moved)
    });
    let (change, is_wired) = changes.next().expect("several seeds");
    change < 1e-4 && (is_wired || changes.any(|(_, is_wired)| is_wired))
}

/// The loss of a pass, and the running statistics behind it.
fn results(network: &mut dyn Network, samples: usize, seed: u64) -> Vec<f32> {
    let each = |network: &mut dyn Network, each: &mut dyn FnMut(&mut Buffer)| {
        for (_, layer) in network.layers() {
            layer.buffers().into_iter().for_each(|(_, buffer)| each(buffer));
        }
    };
    each(network, &mut Buffer::initialize);
    let mut results = vec![pass(network, samples, seed).value() as f32];
    each(network, &mut |buffer| results.extend_from_slice(buffer.values()));
    results
}

/// Numbers between -1 and 1.
fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}
