//! `roialign`: the values of a map in some boxes, as maps of one size (He et al., 2017).
//!
//! A box is cut into bins, and a bin is the mean of the map at some points in it, between values by
//! bilinear interpolation. Bins, points and interpolation are the same in every row of a box and in
//! every column, so a bin is the product of weights along rows and along columns:
//! y[i, j] = sum over r, c of a[i, r] b[j, c] x[r, c].

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
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
    let (plane, [out_rows, out_columns]) = (rows * columns, arguments.bins);
    let out_plane = out_rows * out_columns;
    let boxes: Vec<Bins> = (boxes.values().as_chunks::<4>().0.iter())
        .map(|of_box| Bins::new(of_box, [rows, columns], arguments))
        .collect();

    let mut values = vec![0.0; boxes.len() * channels * out_plane];
    let maps = x.values();
    let box_size = (channels * out_plane).max(1);
    let part = units_per_part(boxes.len(), values.len());
    let parts = values.par_chunks_mut(part * box_size).zip(boxes.par_chunks(part));
    parts.enumerate().for_each(|(number, (y, boxes))| {
        for (index, (y, bins)) in y.chunks_exact_mut(box_size).zip(boxes).enumerate() {
            let sample = (number * part + index) / count;
            let x = maps[sample * channels * plane..].chunks_exact(plane);
            let planes = y.chunks_exact_mut(out_plane).zip(x);
            planes.for_each(|(y, x)| bins.read(x, columns, y));
        }
    });
    let shape = [x.samples(), count, channels, out_rows, out_columns];
    let y = Value::volume(shape, values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients);
        // The boxes of a sample overlap, so one thread does them all.
        let part = units_per_part(dx.len() / plane, dy.len());
        dx.par_chunks_mut(part * plane).enumerate().for_each(|(number, dx)| {
            for (index, dx) in dx.chunks_exact_mut(plane).enumerate() {
                let at = number * part + index;
                let (sample, channel) = (at / channels, at % channels);
                for (index, bins) in boxes[sample * count..][..count].iter().enumerate() {
                    let first = ((sample * count + index) * channels + channel) * out_plane;
                    bins.add_back(&dy[first..][..out_plane], columns, dx);
                }
            }
        });
    }))
}

/// The bins of a box: for each row and each column of them, the rows or columns of the map that they
/// are made of, with their weights.
struct Bins {
    rows: Vec<Vec<Weighted>>,
    columns: Vec<Vec<Weighted>>,
}

/// A row or a column of the map, and its weight in a bin.
struct Weighted {
    position: usize,
    weight: f32,
}

impl Bins {
    fn new(of_box: &[f32; 4], size: [usize; 2], arguments: &RoiAlign) -> Self {
        let &[left, top, right, bottom] = of_box;
        let [rows, columns] = arguments.bins;
        Self {
            rows: along(top, bottom, rows, size[0], arguments),
            columns: along(left, right, columns, size[1], arguments),
        }
    }

    /// Writes the bins of the plane `x` to `y`.
    fn read(&self, x: &[f32], width: usize, y: &mut [f32]) {
        for (y, rows) in y.chunks_exact_mut(self.columns.len()).zip(&self.rows) {
            for (y, columns) in y.iter_mut().zip(&self.columns) {
                *y = 0.0;
                for row in rows {
                    let x = &x[row.position * width..][..width];
                    let sum: f32 = columns.iter().map(|at| at.weight * x[at.position]).sum();
                    *y += row.weight * sum;
                }
            }
        }
    }

    /// Adds the gradient `dy` of the bins to that of the plane.
    fn add_back(&self, dy: &[f32], width: usize, dx: &mut [f32]) {
        for (dy, rows) in dy.chunks_exact(self.columns.len()).zip(&self.rows) {
            for (dy, columns) in dy.iter().zip(&self.columns) {
                for row in rows {
                    let dx = &mut dx[row.position * width..][..width];
                    for at in columns {
                        dx[at.position] += dy * row.weight * at.weight;
                    }
                }
            }
        }
    }
}

/// The `bins` of a box from `start` to `end` along an axis on which the map has `size` values.
fn along(
    start: f32,
    end: f32,
    bins: usize,
    size: usize,
    arguments: &RoiAlign,
) -> Vec<Vec<Weighted>> {
    let offset = if arguments.aligned { 0.5 } else { 0.0 };
    let [start, end] = [start, end].map(|edge| edge * arguments.scale - offset);
    // A box that is no box counts as one pixel, or if aligned, as it is.
    let extent = end - start;
    let extent = if extent < 1.0 && !arguments.aligned { 1.0 } else { extent };
    let bin = extent / bins as f32;
    let points = if arguments.ratio > 0 { arguments.ratio } else { bin.ceil() as usize };
    let bins = (0..bins).map(|index| {
        let first = start + index as f32 * bin;
        let point = |point: usize| first + (point as f32 + 0.5) * bin / points as f32;
        let mut weighted: Vec<Weighted> = Vec::new();
        for point in reached(first, bin, points, size).map(point) {
            let Some((position, beyond)) = between(point, size) else { continue };
            for (position, share) in [(position, 1.0 - beyond), (position + 1, beyond)] {
                let weight = share / points as f32;
                let mut last = weighted.iter_mut().rev().take(2);
                if let Some(known) = last.find(|known| known.position == position) {
                    known.weight += weight;
                } else if weight > 0.0 {
                    weighted.push(Weighted { position, weight });
                }
            }
        }
        weighted
    });
    bins.collect()
}

/// The numbers of the points of a bin that may be within reach of the map. A box may be so large
/// that all of its points are too many to look at.
fn reached(first: f32, bin: f32, points: usize, size: usize) -> std::ops::Range<usize> {
    if !first.is_finite() || !bin.is_finite() {
        return 0..0;
    }
    if bin <= 0.0 {
        return 0..points;
    }
    let number = |position: f32| (position - first) / bin * points as f32;
    // One more at both ends for what rounding may have moved.
    let (low, high) = (number(-1.0) - 1.5, number(size as f32) + 1.5);
    low.max(0.0) as usize..(high.max(0.0) as usize).min(points)
}

/// The value before `point` on an axis of `size` values, and how far beyond it the point is; none if
/// that is too far from the map. A point between the edge and the first or last value has that one.
fn between(point: f32, size: usize) -> Option<(usize, f32)> {
    if !(-1.0..=size as f32).contains(&point) {
        return None;
    }
    let point = point.max(0.0);
    let position = point as usize;
    Some(if position + 1 >= size { (size - 1, 0.0) } else { (position, point - position as f32) })
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
