//! `add`, `mul`, `mean` and `max`: several values become one, value by value.

use dfdx::tensor::Merge;
use rayon::prelude::*;

use super::spread::Spread;
use crate::backend::cpu::parallel::units_per_part;
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
    let operands = Operands::of(join, &parts);
    if let Some(place) = operands.place(&tapes) {
        return in_place(parts, &tapes, tape, &operands, place);
    }
    let (shape, size) = (operands.shape.clone(), operands.size());
    let part = units_per_part(samples, samples * size);
    let mut values = vec![0.0; samples * size];
    let inputs: Vec<&[f32]> = parts.iter().map(Value::values).collect();
    values.par_chunks_mut(part * size).enumerate().for_each(|(number, values)| {
        for (sample, y) in values.chunks_exact_mut(size).enumerate() {
            operands.join(y, &operands.sample(&inputs, number * part + sample));
        }
    });
    let y = Value::batch(samples, &shape, values);
    let slots: Vec<Option<Slot>> = (parts.iter().zip(&tapes))
        .map(|(part, tape)| tape.is_tracked().then(|| part.slot()))
        .collect();
    let kept = matches!(join, Join::Mul | Join::Max).then_some(parts).unwrap_or_default();
    let (output, tracked) = (y.slot(), tape.is_tracked());
    let tape = tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let inputs: Vec<&[f32]> = kept.iter().map(Value::values).collect();
        for (operand, slot) in slots.iter().enumerate() {
            let Some(slot) = slot else { continue };
            operands.add_gradients(operand, slot.get(gradients), &dy, &inputs);
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
    operands: &Operands,
    place: usize,
) -> Value {
    let mut y = parts.remove(place);
    let spread = |operand: usize| operand + usize::from(operand >= place);
    let (size, samples) = (operands.size(), y.samples());
    let part = units_per_part(samples, samples * size);
    let factor = operands.factor();
    let others: Vec<&[f32]> = parts.iter().map(Value::values).collect();
    y.values_mut().par_chunks_mut(part * size).enumerate().for_each(|(number, y)| {
        for (sample, y) in y.chunks_exact_mut(size).enumerate() {
            for (operand, x) in others.iter().enumerate() {
                let width = operands.widths[spread(operand)];
                let x = &x[(number * part + sample) * width..][..width];
                operands.spreads[spread(operand)].apply(y, x, |y, x| *y += x);
            }
            if operands.join == Join::Mean {
                y.iter_mut().for_each(|y| *y /= others.len() as f32 + 1.0);
            }
        }
    });
    let slots: Vec<(usize, Slot)> = (parts.iter().enumerate())
        .map(|(operand, part)| (spread(operand), part.slot()))
        .filter(|(operand, _)| tapes[*operand].is_tracked())
        .collect();
    let is_tracked = tapes[place].is_tracked();
    let (operands, output, tracked) = (operands.clone(), y.slot(), tape.is_tracked());
    let tape = tape.record(tracked, move |gradients| {
        let mut dy = output.take(gradients).into_host();
        for (operand, slot) in &slots {
            operands.add_gradients(*operand, slot.get(gradients), &dy, &[]);
        }
        if is_tracked {
            if factor != 1.0 {
                dy.iter_mut().for_each(|dy| *dy *= factor);
            }
            output.put(gradients, crate::backend::Numbers::from_host(dy));
        }
    });
    y.put(tape.sole())
}

/// The parts of a join, as samples.
#[derive(Clone)]
struct Operands {
    join: Join,
    shape: Vec<usize>,
    /// Values in a sample of each part.
    widths: Vec<usize>,
    spreads: Vec<Spread>,
}

impl Operands {
    fn of(join: Join, parts: &[Value]) -> Self {
        let shapes: Vec<Vec<usize>> = parts.iter().map(Value::shape).collect();
        let axes = 0..shapes[0].len();
        let largest = |axis: usize| shapes.iter().filter_map(|shape| shape.get(axis)).max();
        let shape: Vec<usize> = axes.filter_map(largest).copied().collect();
        let spreads = shapes.iter().map(|from| Spread::new(from, &shape)).collect();
        let widths = shapes.iter().map(|shape| shape.iter().product()).collect();
        Self { join, shape, widths, spreads }
    }

    /// Values in a sample of the output.
    fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// The part that may give its place to the result: one as large, that nobody else holds, and of
    /// more than two the first, so that the order of the sum stays.
    fn place(&self, tapes: &[Tape]) -> Option<usize> {
        let first = if tapes.len() > 2 { 1 } else { tapes.len() };
        let is_sum = matches!(self.join, Join::Add | Join::Mean);
        let mut places = (0..first).filter(|&part| self.widths[part] == self.size());
        places.find(|&part| is_sum && tapes[part].is_sole())
    }

    /// What a part counts with in a sum.
    fn factor(&self) -> f32 {
        if self.join == Join::Mean { 1.0 / self.spreads.len() as f32 } else { 1.0 }
    }

    /// Adds the gradient of the part number `operand` to `dx`; `inputs` are those that were kept.
    fn add_gradients(&self, operand: usize, dx: &mut [f32], dy: &[f32], inputs: &[&[f32]]) {
        let (width, size) = (self.widths[operand], self.size());
        let part = units_per_part(dy.len() / size, dy.len());
        let dx = dx.par_chunks_mut(part * width).enumerate();
        dx.zip(dy.par_chunks(part * size)).for_each(|((number, dx), dy)| {
            let samples = dx.chunks_exact_mut(width).zip(dy.chunks_exact(size));
            for (sample, (dx, dy)) in samples.enumerate() {
                let inputs = self.sample(inputs, number * part + sample);
                self.add_gradient(operand, dx, dy, &inputs);
            }
        });
    }

    /// The values of one sample of each part; of none where the values were not kept.
    fn sample<'v>(&self, inputs: &[&'v [f32]], sample: usize) -> Vec<&'v [f32]> {
        let parts = inputs.iter().zip(&self.widths);
        parts.map(|(values, &width)| &values[sample * width..][..width]).collect()
    }

    /// Writes the join of a sample to `y`.
    fn join(&self, y: &mut [f32], inputs: &[&[f32]]) {
        self.spreads[0].apply(y, inputs[0], |y, x| *y = x);
        for (spread, x) in self.spreads.iter().zip(inputs).skip(1) {
            match self.join {
                Join::Add | Join::Mean => spread.apply(y, x, |y, x| *y += x),
                Join::Mul => spread.apply(y, x, |y, x| *y *= x),
                Join::Max => spread.apply(y, x, |y, x| *y = maximum(*y, x)),
            }
        }
        if self.join == Join::Mean {
            let count = inputs.len() as f32;
            y.iter_mut().for_each(|y| *y /= count);
        }
    }

    /// Adds the gradient of the part number `operand` to `dx`, for a sample.
    fn add_gradient(&self, operand: usize, dx: &mut [f32], dy: &[f32], inputs: &[&[f32]]) {
        let spread = &self.spreads[operand];
        match self.join {
            Join::Add | Join::Mean => spread.gather(dx, dy, self.factor()),
            Join::Mul => {
                let mut share = dy.to_vec();
                for (other, (spread, x)) in self.spreads.iter().zip(inputs).enumerate() {
                    if other != operand {
                        spread.apply(&mut share, x, |share, x| *share *= x);
                    }
                }
                spread.gather(dx, &share, 1.0);
            }
            Join::Max => {
                let mut share = dy.to_vec();
                self.keep_share_of_largest(operand, &mut share, inputs);
                spread.gather(dx, &share, 1.0);
            }
        }
    }

    /// Takes out of `share` what the part number `operand` does not get of the gradient of a
    /// maximum: at each step of the chain one of two sides gets all, or each of them half.
    fn keep_share_of_largest(&self, operand: usize, share: &mut [f32], inputs: &[&[f32]]) {
        let (mut largest, mut next) = (vec![0.0; share.len()], vec![0.0; share.len()]);
        self.spreads[0].apply(&mut largest, inputs[0], |largest, x| *largest = x);
        for (number, (spread, x)) in self.spreads.iter().zip(inputs).enumerate().skip(1) {
            spread.apply(&mut next, x, |next, x| *next = x);
            let sides = share.iter_mut().zip(largest.iter_mut().zip(&next));
            for (share, (largest, &next)) in sides {
                let (own, other) =
                    if number == operand { (next, *largest) } else { (*largest, next) };
                let lost = if own < other { 0.0 } else { 1.0 };
                // Of parts after the own one the own side is the largest so far, of those before it
                // nothing is decided here.
                let fraction = if own == other { 0.5 } else { lost };
                *share *= if number < operand { 1.0 } else { fraction };
                *largest = maximum(*largest, next);
            }
        }
    }
}

/// The larger one, or NaN when there is one.
#[inline(always)]
fn maximum(a: f32, b: f32) -> f32 {
    if a > b || a.is_nan() { a } else { b }
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
