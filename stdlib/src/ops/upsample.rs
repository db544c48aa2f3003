//! `upsample`: maps of another size, as PyTorch's `interpolate` makes them. It computes places and
//! weights in single precision; so does this, since the nearest of two neighbours depends on it.

use super::resample::{Taps, resample};
use crate::value::Value;

/// How the values between those of a map are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interpolation {
    /// The value before them.
    Nearest,
    /// On the line between the two around.
    Linear {
        /// Whether the outermost values of both maps lie over one another, instead of the edges.
        align_corners: bool,
    },
    /// On a curve through four (Keys, 1981, with a = -0.75).
    Cubic {
        /// As above.
        align_corners: bool,
    },
}

/// The maps of `x` with `size` = rows, columns.
pub(crate) fn upsample(x: Value, size: [usize; 2], interpolation: Interpolation) -> Value {
    let [_, rows, columns] = x.planes();
    let rows = interpolation.taps(rows, size[0]);
    let columns = interpolation.taps(columns, size[1]);
    resample(x, rows, columns)
}

impl Interpolation {
    fn taps(self, size: usize, out_size: usize) -> Taps {
        let last = size - 1;
        match self {
            Self::Nearest => {
                let scale = size as f32 / out_size as f32;
                Taps::new(out_size, |out| {
                    let place = (out as f32 * scale) as usize;
                    [(place.min(last), 1.0)]
                })
            }
            Self::Linear { align_corners } => Taps::new(out_size, |out| {
                let place = place(size, out_size, align_corners, out).max(0.0);
                let first = (place as usize).min(last);
                let weight = (place - first as f32).clamp(0.0, 1.0);
                [(first, 1.0 - weight), ((first + 1).min(last), weight)]
            }),
            Self::Cubic { align_corners } => Taps::new(out_size, |out| {
                let place = place(size, out_size, align_corners, out);
                let first = place.floor();
                let weights = cubic(place - first);
                // What lies outside of the map is its outermost value.
                let nearby = |of: usize| {
                    let place = (first as isize - 1 + of as isize).clamp(0, last as isize);
                    (place as usize, weights[of])
                };
                [0, 1, 2, 3].map(nearby)
            }),
        }
    }
}

/// Where the value number `out` of an axis of `out_size` lies along one of `size`.
fn place(size: usize, out_size: usize, align_corners: bool, out: usize) -> f32 {
    if align_corners {
        let steps = if out_size > 1 { (size - 1) as f32 / (out_size - 1) as f32 } else { 0.0 };
        steps * out as f32
    } else {
        size as f32 / out_size as f32 * (out as f32 + 0.5) - 0.5
    }
}

/// The weights of the two values before and the two after a place that is `t` after the second.
fn cubic(t: f32) -> [f32; 4] {
    const A: f32 = -0.75;
    let near = |x: f32| ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0;
    let far = |x: f32| ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A;
    [far(t + 1.0), near(t), near(1.0 - t), far(2.0 - t)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    /// The weight of the value at `of` in the one at `out`, by the kernel of the interpolation. On
    /// the edge the outermost value stands for all beyond it.
    fn weight(kind: Interpolation, sizes: [usize; 2], out: usize, of: usize) -> f64 {
        let [size, out_size] = sizes.map(|size| size as f64);
        let place = |aligned| match aligned {
            true if sizes[1] == 1 => 0.0,
            true => out as f64 * (size - 1.0) / (out_size - 1.0),
            false => (out as f64 + 0.5) * size / out_size - 0.5,
        };
        let beyond = |place: f64, kernel: &dyn Fn(f64) -> f64| -> f64 {
            let all = -4..sizes[0] as isize + 4;
            let here = all.filter(|at| (*at).clamp(0, sizes[0] as isize - 1) == of as isize);
            here.map(|at| kernel((place - at as f64).abs())).sum()
        };
        match kind {
            Interpolation::Nearest => f64::from(u8::from(out * sizes[0] / sizes[1] == of)),
            Interpolation::Linear { align_corners } => {
                beyond(place(align_corners), &|x| (1.0 - x).max(0.0))
            }
            Interpolation::Cubic { align_corners } => beyond(place(align_corners), &|x| match x {
                ..=1.0 => 1.25 * x.powi(3) - 2.25 * x.powi(2) + 1.0,
                ..=2.0 => -0.75 * x.powi(3) + 3.75 * x.powi(2) - 6.0 * x + 3.0,
                _ => 0.0,
            }),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_upsampling_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..3, 1..4, 1..6, 1..6],
            size in [1_usize..12, 1..12],
            align_corners: bool,
            seed: u64,
        ) {
            let shape = [samples, channels, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            for kind in [
                Interpolation::Nearest,
                Interpolation::Linear { align_corners },
                Interpolation::Cubic { align_corners },
            ] {
                let run = |inputs: &[Vec<f32>], tape| {
                    let x = Value::map(shape, inputs[0].clone()).put(tape);
                    Pass { output: upsample(x.clone(), size, kind), inputs: vec![x.slot()] }
                };
                let mut expected = Vec::new();
                for plane in x[0].chunks_exact(rows * columns) {
                    for out in 0..size[0] * size[1] {
                        let part = |(at, value): (usize, &f32)| {
                            f64::from(*value)
                                * weight(kind, [rows, size[0]], out / size[1], at / columns)
                                * weight(kind, [columns, size[1]], out % size[1], at % columns)
                        };
                        expected.push(plane.iter().enumerate().map(part).sum());
                    }
                }
                assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
                assert_gradients(&x, 0.1, seed, run);
            }
        }
    }

    #[test]
    fn the_nearest_value_is_copied_to_the_last_bit() {
        let x = vec![0.1, f32::MIN_POSITIVE, 1e30, -0.3];
        let y = upsample(Value::map([1, 1, 1, 4], x.clone()), [1, 8], Interpolation::Nearest);
        assert_eq!(y.values(), x.iter().flat_map(|&x| [x, x]).collect::<Vec<f32>>());
    }
}
