//! `lrn`: local response normalisation, each value by the squares of the channels around
//! (Krizhevsky et al., 2012).

use std::ops::Range;

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// The arguments: y = x / (k + alpha / size * (sum of squares of `size` channels))^beta.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ResponseNorm {
    /// Channels whose squares count: as many before as behind, or one more before.
    pub(crate) size: usize,
    /// The factor of the mean of the squares, of which those beyond the channels are zero.
    pub(crate) alpha: f32,
    /// The exponent.
    pub(crate) beta: f32,
    /// What is added to the mean.
    pub(crate) k: f32,
}

/// The normalised maps: PyTorch's `LocalResponseNorm`.
pub(crate) fn local_response_norm(x: Value, norm: ResponseNorm) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let (size, sample) = (rows * columns, channels * rows * columns);
    let least = units_per_part(x.samples(), x.values().len());
    let mut values = vec![0.0; x.values().len()];
    let samples = values.par_chunks_exact_mut(sample).zip(x.values().par_chunks_exact(sample));
    samples.with_min_len(least).for_each(|(y, x)| {
        norm.levels(x, y, size);
        norm.raise(y);
        y.iter_mut().zip(x).for_each(|(y, x)| *y *= x);
    });
    let y = x.alike(values);
    let (input, output, kept) = (x.slot(), y.slot(), y.clone());
    y.put(tape.clone().record(tape.is_tracked(), move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients).par_chunks_exact_mut(sample);
        let samples = dx.zip(dy.par_chunks_exact(sample));
        let values =
            x.values().par_chunks_exact(sample).zip(kept.values().par_chunks_exact(sample));
        samples.zip(values).with_min_len(least).for_each(|((dx, dy), (x, y))| {
            norm.add_gradient(dx, dy, x, y, size);
        });
    }))
}

impl ResponseNorm {
    /// Writes k + alpha / size * (sum of squares) of a sample `x`, in planes of `size` values, to
    /// `levels`.
    fn levels(self, x: &[f32], levels: &mut [f32], size: usize) {
        let factor = self.alpha / self.size as f32;
        let channels = x.len() / size;
        for (channel, levels) in levels.chunks_exact_mut(size).enumerate() {
            levels.fill(self.k);
            for x in x[planes(self.around(channel, channels), size)].chunks_exact(size) {
                levels.iter_mut().zip(x).for_each(|(level, x)| *level += factor * (x * x));
            }
        }
    }

    /// The channels whose squares count for `channel`.
    fn around(self, channel: usize, channels: usize) -> Range<usize> {
        let (before, behind) = (self.size / 2, (self.size - 1) / 2);
        channel.saturating_sub(before)..(channel + behind + 1).min(channels)
    }

    /// The channels for which the square of `channel` counts.
    fn seen_by(self, channel: usize, channels: usize) -> Range<usize> {
        let (before, behind) = (self.size / 2, (self.size - 1) / 2);
        channel.saturating_sub(behind)..(channel + before + 1).min(channels)
    }

    /// Raises every level to the power of -beta. That of the paper and of PyTorch's default is two
    /// square roots, far quicker than a power.
    fn raise(self, levels: &mut [f32]) {
        if self.beta == 0.75 {
            for level in levels {
                let root = level.sqrt();
                *level = 1.0 / (root * root.sqrt());
            }
        } else {
            levels.iter_mut().for_each(|level| *level = level.powf(-self.beta));
        }
    }

    /// Adds the gradient of a sample to `dx`: directly, and by way of the levels that a value is a
    /// part of. `y` is what the norm gave.
    fn add_gradient(self, dx: &mut [f32], dy: &[f32], x: &[f32], y: &[f32], size: usize) {
        let mut levels = vec![0.0; x.len()];
        self.levels(x, &mut levels, size);
        // What one unit of each level takes from the sum: dy * y / level.
        let mut shares: Vec<f32> = dy.iter().zip(y).map(|(dy, y)| dy * y).collect();
        shares.iter_mut().zip(&levels).for_each(|(share, level)| *share /= level);
        self.raise(&mut levels);
        let factor = 2.0 * self.alpha * self.beta / self.size as f32;
        let channels = x.len() / size;
        let mut sums = vec![0.0; size];
        for channel in 0..channels {
            sums.fill(0.0);
            for shares in shares[planes(self.seen_by(channel, channels), size)].chunks_exact(size) {
                sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += share);
            }
            let plane = planes(channel..channel + 1, size);
            let dx = &mut dx[plane.clone()];
            dx.iter_mut().zip(x[plane.clone()].iter().zip(&sums)).for_each(|(dx, (x, sum))| {
                *dx -= factor * x * sum;
            });
            dx.iter_mut().zip(dy[plane.clone()].iter().zip(&levels[plane])).for_each(
                |(dx, (dy, level))| {
                    *dx += dy * level;
                },
            );
        }
    }
}

/// Where the planes of these channels lie in a sample.
fn planes(channels: Range<usize>, size: usize) -> Range<usize> {
    channels.start * size..channels.end * size
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_norm_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..8, 1..5, 1..5],
            size in 1_usize..7,
            alpha in 0.1_f32..3.0,
            beta in prop_oneof![Just(0.75_f32), 0.3_f32..1.5],
            k in 0.5_f32..2.0,
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let plane = rows * columns;
            let x = [random(shape.iter().product(), seed)];
            let norm = ResponseNorm { size, alpha, beta, k };
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: local_response_norm(x.clone(), norm), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for sample in x[0].chunks_exact(channels * plane) {
                for (at, &x) in sample.iter().enumerate() {
                    let squares = (0..size).filter_map(|of| {
                        let channel = (at / plane + of).checked_sub(size / 2)?;
                        sample.get(channel * plane + at % plane).map(|x| f64::from(*x).powi(2))
                    });
                    let mean = squares.sum::<f64>() / size as f64;
                    let level = f64::from(k) + f64::from(alpha) * mean;
                    expected.push(f64::from(x) / level.powf(f64::from(beta)));
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.01, seed, run);
        }
    }
}
