//! Several values become one, value by value.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::{Joined, Joins};
use super::memory::{View, ViewMut};
use super::parallel::units_per_part;
use super::spread::Spread;
use crate::ops::join::Join;

impl Joins for Cpu {
    fn join(x: &[View<'_>], joined: &Joined, y: ViewMut<'_>) {
        let operands = Operands::new(joined);
        let inputs: Vec<&[f32]> = x.iter().map(|x| x.0).collect();
        let part = units_per_part(y.0.len() / operands.size, y.0.len());
        let parts = y.0.par_chunks_mut(part * operands.size).enumerate();
        parts.for_each(|(number, values)| {
            for (sample, y) in values.chunks_exact_mut(operands.size).enumerate() {
                operands.join(y, &operands.sample(&inputs, number * part + sample));
            }
        });
    }

    fn join_in_place(others: &[View<'_>], joined: &Joined, place: usize, y: ViewMut<'_>) {
        let operands = Operands::new(joined);
        let part = units_per_part(y.0.len() / operands.size, y.0.len());
        let parts = y.0.par_chunks_mut(part * operands.size).enumerate();
        parts.for_each(|(number, y)| {
            for (sample, y) in y.chunks_exact_mut(operands.size).enumerate() {
                for (other, x) in others.iter().enumerate() {
                    let operand = other + usize::from(other >= place);
                    let width = operands.widths[operand];
                    let x = &x.0[(number * part + sample) * width..][..width];
                    operands.spreads[operand].apply(y, x, |y, x| *y += x);
                }
                if operands.join == Join::Mean {
                    y.iter_mut().for_each(|y| *y /= others.len() as f32 + 1.0);
                }
            }
        });
    }

    fn join_gradient(
        x: &[View<'_>],
        dy: View<'_>,
        joined: &Joined,
        operand: usize,
        dx: ViewMut<'_>,
    ) {
        let inputs: Vec<&[f32]> = x.iter().map(|x| x.0).collect();
        Operands::new(joined).add_gradients(operand, dx.0, dy.0, &inputs);
    }
}

/// The parts of a join, as samples.
struct Operands {
    join: Join,
    /// Values in a sample of the result.
    size: usize,
    /// Values in a sample of each part.
    widths: Vec<usize>,
    spreads: Vec<Spread>,
    /// What a part counts with in a sum.
    factor: f32,
}

impl Operands {
    fn new(joined: &Joined) -> Self {
        let Joined { join, shape, shapes } = joined;
        let spreads = shapes.iter().map(|from| Spread::new(from, shape)).collect();
        let widths = shapes.iter().map(|shape| shape.iter().product()).collect();
        Self { join: *join, size: shape.iter().product(), widths, spreads, factor: joined.factor() }
    }

    /// Adds the gradient of the part number `operand` to `dx`; `inputs` are those that were kept.
    fn add_gradients(&self, operand: usize, dx: &mut [f32], dy: &[f32], inputs: &[&[f32]]) {
        let (width, size) = (self.widths[operand], self.size);
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
            Join::Add | Join::Mean => spread.gather(dx, dy, self.factor),
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
