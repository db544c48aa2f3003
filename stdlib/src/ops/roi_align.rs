//! `roialign`: the values of a map in some boxes, as maps of one size (He et al., 2017).
//!
//! A box is cut into bins, and a bin is the mean of the map at some points in it, between values by
//! bilinear interpolation. Bins, points and interpolation are the same in every row of a box and in
//! every column, so a bin is the product of weights along rows and along columns:
//! y[i, j] = sum over r, c of a[i, r] b[j, c] x[r, c].

use crate::backend::{Boxed, Samplings};
use crate::device::Device;
use crate::value::Value;

/// How boxes become maps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RoiAlign {
    /// Rows and columns of bins.
    pub(crate) bins: [usize; 2],
    /// From a pixel of the picture to the next one, in pixels of the map.
    pub(crate) scale: f32,
    /// Points in a bin along each axis; as many as the bin has pixels of the map if 0.
    pub(crate) ratio: usize,
    /// Whether pixels have their values at their centres, rather than at their corners.
    pub(crate) aligned: bool,
}

/// For every sample of `x` and each of its `boxes`, which are rows of left, top, right and bottom,
/// the map of bins: torchvision's `roi_align`. The boxes get no gradient.
pub(crate) fn roi_align(x: Value, boxes: Value, arguments: &RoiAlign) -> Value {
    let ((x, tape), (boxes, _)) = (x.detach(), boxes.detach());
    let [channels, rows, columns] = x.planes();
    let &[count, 4] = &boxes.shape()[..] else { panic!("a box is a row of four numbers") };
    assert_eq!(x.samples(), boxes.samples(), "samples of maps and of boxes");
    let (samples, [out_rows, out_columns]) = (x.samples(), arguments.bins);
    let (size, arguments) = ([rows, columns], *arguments);
    let sizes = Boxed { channels, size, boxes: count, arguments };
    let mut y = Value::zeros(samples, &[count, channels, out_rows, out_columns]);
    Device::roi_align(x.view(), boxes.view(), &sizes, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let (dy, dx) = (output.take(gradients), input.view_mut(gradients));
        Device::roi_align_gradient(dy.view(), boxes.view(), &sizes, dx);
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::*;
    use crate::tape::Tape;

    /// The definition: the mean over the points of each bin.
    fn expected(
        x: &[f32],
        boxes: &[f32],
        [samples, channels, rows, columns]: [usize; 4],
        arguments: &RoiAlign,
    ) -> Vec<f64> {
        let [out_rows, out_columns] = arguments.bins;
        let offset = if arguments.aligned { 0.5 } else { 0.0 };
        let mut values = Vec::new();
        for (index, of_box) in boxes.as_chunks::<4>().0.iter().enumerate() {
            let sample = index / (boxes.len() / 4 / samples);
            let edges = of_box.map(|edge| f64::from(edge) * f64::from(arguments.scale) - offset);
            let least = if arguments.aligned { f64::NEG_INFINITY } else { 1.0 };
            let bins = [
                (edges[3] - edges[1]).max(least) / out_rows as f64,
                (edges[2] - edges[0]).max(least) / out_columns as f64,
            ];
            let points = bins.map(|bin| match arguments.ratio {
                0 => bin.ceil() as usize,
                ratio => ratio,
            });
            let place = |start: f64, axis: usize, bin: usize, point: usize| {
                let share = (point as f64 + 0.5) / points[axis] as f64;
                start + (bin as f64 + share) * bins[axis]
            };
            for channel in 0..channels {
                let plane = &x[(sample * channels + channel) * rows * columns..];
                for at in 0..out_rows * out_columns {
                    let mut sum = 0.0;
                    for point in 0..points[0] * points[1] {
                        let y = place(edges[1], 0, at / out_columns, point / points[1]);
                        let x = place(edges[0], 1, at % out_columns, point % points[1]);
                        sum += interpolated(plane, [rows, columns], [y, x]);
                    }
                    values.push(sum / (points[0] * points[1]).max(1) as f64);
                }
            }
        }
        values
    }

    fn interpolated(plane: &[f32], size: [usize; 2], point: [f64; 2]) -> f64 {
        if [0, 1].iter().any(|&axis| point[axis] < -1.0 || point[axis] > size[axis] as f64) {
            return 0.0;
        }
        let [y, x] = [0, 1].map(|axis| point[axis].clamp(0.0, (size[axis] - 1) as f64));
        let mut sum = 0.0;
        for (at, value) in plane[..size[0] * size[1]].iter().enumerate() {
            let (row, column) = ((at / size[1]) as f64, (at % size[1]) as f64);
            let share = |distance: f64| (1.0 - distance.abs()).max(0.0);
            sum += f64::from(*value) * share(y - row) * share(x - column);
        }
        sum
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_boxes_are_their_definition(
            [samples, channels, rows, columns] in [1_usize..4, 1..4, 1..9, 1..9],
            boxes in prop::collection::vec([-16_i8..64, -16..64, -16..64, -16..64], 1..4),
            bins in [1_usize..4, 1..4],
            ratio in 0_usize..4,
            [aligned, halved]: [bool; 2],
            seed: u64,
        ) {
            let scale = if halved { 0.5 } else { 1.0 };
            let arguments = RoiAlign { bins, scale, ratio, aligned };
            let shape = [samples, channels, rows, columns];
            let count = boxes.len();
            // Eighths of a pixel, and off them, so that no point is on the edge of what counts.
            let boxes: Vec<f32> = (0..samples)
                .flat_map(|sample| boxes.iter().map(move |of_box| (sample, of_box)))
                .flat_map(|(sample, [left, top, right, bottom])| {
                    let edge = |edge: &i8, off: f32| f32::from(*edge) / 8.0 + off + sample as f32;
                    [edge(left, 0.0371), edge(top, 0.0259), edge(right, 0.0837), edge(bottom, 0.0713)]
                })
                .collect();
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape: Tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape.clone());
                let boxes = Value::matrix([samples, count, 4], boxes.clone()).put(tape);
                Pass { output: roi_align(x.clone(), boxes, &arguments), inputs: vec![x.slot()] }
            };
            let output = run(&x, Tape::evaluation()).output;
            assert_eq!(output.shape(), [count, channels, bins[0], bins[1]]);
            assert_close(output.values(), &expected(&x[0], &boxes, shape, &arguments));
            assert_gradients(&x, 0.1, seed, run);
        }
    }

    #[test]
    fn boxes_far_out_huge_or_of_no_number_end() {
        let x = Value::map([1, 1, 2, 2], vec![1.0; 4]).put(Tape::training(0).tracked());
        let (huge, none) = (1e30, f32::NAN);
        let boxes = [
            [-huge, -huge, huge, huge],
            [huge, huge, huge, huge],
            [none, none, none, none],
            [0.0, 0.0, none, 1.0],
            [f32::NEG_INFINITY, 0.0, f32::INFINITY, 1.0],
        ];
        for aligned in [false, true] {
            for ratio in [0, 2] {
                let arguments = RoiAlign { bins: [1, 1], scale: 1.0, ratio, aligned };
                let boxes = Value::matrix([1, 5, 4], boxes.concat());
                let y = roi_align(x.clone(), boxes, &arguments);
                assert_eq!(y.values(), [0.0; 5]);
                assert_eq!(x.gradient(&mut y.backward(vec![1.0; 5])), [0.0; 4]);
            }
        }
    }
}
