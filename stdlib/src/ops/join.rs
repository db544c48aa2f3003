//! `add`, `mul`, `mean` and `max`: several values become one, value by value.

use dfdx::tensor::Merge;

use crate::backend::{Elementwise, Joined, Joins, View};
use crate::device::Device;
use crate::tape::{Slot, Tape};
use crate::value::Value;

/// What becomes of values that lie over one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    /// Their sum.
    Add,
    /// Their product.
    Mul,
    /// Their mean.
    Mean,
    /// The largest; NaN when one of them is. The gradient goes there, and at a tie by half to each
    /// side of `torch.maximum(torch.maximum(a, b), c)`.
    Max,
}

/// The parts joined. A part that has one element along an axis is spread over the others there.
///
/// # Panics
/// When there are no parts, or shapes that do not fit.
pub(crate) fn join(parts: Vec<Value>, join: Join) -> Value {
    let (parts, tapes): (Vec<_>, Vec<_>) = parts.into_iter().map(Value::detach).unzip();
    let tape = tapes.iter().cloned().reduce(Merge::merge).expect("a join has parts");
    let samples = parts[0].samples();
    assert!(parts.iter().all(|part| part.samples() == samples), "a join of other samples");
    let joined = joined(join, &parts);
    if let Some(place) = place(&joined, &tapes) {
        return in_place(parts, &tapes, tape, joined, place);
    }
    let mut y = Value::zeros(samples, &joined.shape);
    let inputs: Vec<View<'_>> = parts.iter().map(Value::view).collect();
    Device::join(&inputs, &joined, y.view_mut());
    let slots: Vec<Option<Slot>> = (parts.iter().zip(&tapes))
        .map(|(part, tape)| tape.is_tracked().then(|| part.slot()))
        .collect();
    let kept = matches!(join, Join::Mul | Join::Max).then_some(parts).unwrap_or_default();
    let (output, tracked) = (y.slot(), tape.is_tracked());
    let tape = tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        let inputs: Vec<View<'_>> = kept.iter().map(Value::view).collect();
        for (operand, slot) in slots.iter().enumerate() {
            let Some(slot) = slot else { continue };
            let dx = slot.view_mut(gradients);
            Device::join_gradient(&inputs, dy.view(), &joined, operand, dx);
        }
    });
    y.put(tape.sole())
}

/// A sum or mean in the place of the part number `place`, which nobody else holds. Its gradient has
/// the place of that of the result.
fn in_place(
    mut parts: Vec<Value>,
    tapes: &[Tape],
    tape: Tape,
    joined: Joined,
    place: usize,
) -> Value {
    let mut y = parts.remove(place);
    let others: Vec<View<'_>> = parts.iter().map(Value::view).collect();
    Device::join_in_place(&others, &joined, place, y.view_mut());
    let slots: Vec<(usize, Slot)> = (parts.iter().enumerate())
        .map(|(number, part)| (number + usize::from(number >= place), part.slot()))
        .filter(|(operand, _)| tapes[*operand].is_tracked())
        .collect();
    let is_tracked = tapes[place].is_tracked();
    let (output, tracked) = (y.slot(), tape.is_tracked());
    let tape = tape.record(tracked, move |gradients| {
        let mut dy = output.take(gradients);
        for (operand, slot) in &slots {
            let dx = slot.view_mut(gradients);
            Device::join_gradient(&[], dy.view(), &joined, *operand, dx);
        }
        if is_tracked {
            if joined.factor() != 1.0 {
                Device::scale(joined.factor(), dy.view_mut());
            }
            output.put(gradients, dy);
        }
    });
    y.put(tape.sole())
}

/// The sizes of a join.
fn joined(join: Join, parts: &[Value]) -> Joined {
    let shapes: Vec<Vec<usize>> = parts.iter().map(Value::shape).collect();
    let axes = 0..shapes[0].len();
    let largest = |axis: usize| shapes.iter().filter_map(|shape| shape.get(axis)).max();
    let shape: Vec<usize> = axes.filter_map(largest).copied().collect();
    for part in &shapes {
        let mut axes = part.iter().zip(&shape);
        let fits = part.len() == shape.len() && axes.all(|(&of, &size)| of == 1 || of == size);
        assert!(fits, "a sample of {part:?} does not fill one of {shape:?}");
    }
    Joined { join, shape, shapes }
}

/// The part that may give its place to the result: one as large, that nobody else holds, and of more
/// than two the first, so that the order of the sum stays.
fn place(joined: &Joined, tapes: &[Tape]) -> Option<usize> {
    let first = if tapes.len() > 2 { 1 } else { tapes.len() };
    let is_sum = matches!(joined.join, Join::Add | Join::Mean);
    let mut places = (0..first).filter(|&part| joined.shapes[part] == joined.shape);
    places.find(|&part| is_sum && tapes[part].is_sole())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;

    const ALL: [Join; 4] = [Join::Add, Join::Mul, Join::Mean, Join::Max];

    fn definition(join: Join, values: &[f64]) -> f64 {
        match join {
            Join::Add => values.iter().sum(),
            Join::Mul => values.iter().product(),
            Join::Mean => values.iter().sum::<f64>() / values.len() as f64,
            Join::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_join_is_its_definition(
            samples in 0_usize..4,
            shape in [1_usize..4, 1..5, 1..5],
            kept in prop::collection::vec(any::<[bool; 3]>(), 1..5),
            seed: u64,
        ) {
            let shapes: Vec<[usize; 3]> = kept
                .iter()
                .map(|kept| [0, 1, 2].map(|axis| if kept[axis] { shape[axis] } else { 1 }))
                .collect();
            let out = [0, 1, 2].map(|axis| shapes.iter().map(|shape| shape[axis]).max().unwrap_or(1));
            let size: usize = out.iter().product();
            // Whole numbers without ties between parts, for the maximum; a quarter step keeps order.
            let count = shapes.len() as f32;
            let inputs: Vec<Vec<f32>> = shapes
                .iter()
                .enumerate()
                .map(|(of, shape)| {
                    let values = random(samples * shape.iter().product::<usize>(), seed ^ of as u64);
                    values.iter().map(|x| (x * 3.0).round() + of as f32 / count).collect()
                })
                .collect();
            let at = |of: usize, sample: usize, place: usize| {
                let index = [place / (out[1] * out[2]), place / out[2] % out[1], place % out[2]];
                let shape = shapes[of];
                let axes = (0..3).fold(sample, |start, axis| start * shape[axis] + index[axis] % shape[axis]);
                f64::from(inputs[of][axes])
            };
            for (kind, are_sole) in ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
                let run = |inputs: &[Vec<f32>], tape: Tape| {
                    let parts = inputs.iter().zip(&shapes).map(|(values, shape)| {
                        let tape = if are_sole { tape.clone().sole() } else { tape.clone() };
                        Value::batch(samples, shape, values.clone()).put(tape)
                    });
                    let parts: Vec<Value> = parts.collect();
                    let inputs = parts.iter().map(Value::slot).collect();
                    Pass { output: join(parts, kind), inputs }
                };
                let expected = (0..samples * size).map(|value| {
                    let parts = (0..shapes.len()).map(|of| at(of, value / size, value % size));
                    definition(kind, &parts.collect::<Vec<f64>>())
                });
                let output = run(&inputs, Tape::evaluation()).output;
                assert_eq!(output.shape(), out);
                assert_close(output.values(), &expected.collect::<Vec<f64>>());
                assert_gradients(&inputs, 0.4 / count.max(4.0), seed, run);
            }
        }
    }

    #[test]
    fn ties_share_the_gradient_as_in_pytorch() {
        let tape = Tape::training(0).tracked();
        let parts = [[1.0, 2.0], [1.0, 1.0], [1.0, 2.0]]
            .map(|values| Value::features([1, 2], values.to_vec()).put(tape.clone()));
        let mut gradients = join(parts.to_vec(), Join::Max).backward(vec![8.0, 8.0]);
        let found = parts.map(|part| part.gradient(&mut gradients));
        assert_eq!(found, [[2.0, 4.0], [2.0, 0.0], [4.0, 4.0]]);
    }

    #[test]
    fn a_nan_is_the_largest() {
        for values in [[f32::NAN, 1.0], [1.0, f32::NAN]] {
            let parts = values.map(|value| Value::features([1, 1], vec![value]));
            assert!(join(parts.to_vec(), Join::Max).values()[0].is_nan());
        }
    }

    #[test]
    fn a_value_joined_with_itself_counts_twice() {
        for (kind, expected) in [(Join::Add, [2.0, 20.0]), (Join::Mul, [2.0, 40.0])] {
            let x = Value::features([1, 2], vec![1.0, 2.0]).put(Tape::training(0).tracked());
            let y = join(vec![x.clone(), x.clone()], kind);
            let mut gradients = y.backward(vec![1.0, 10.0]);
            assert_eq!(x.gradient(&mut gradients), expected);
        }
    }
}
