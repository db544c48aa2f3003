//! The values of maps in boxes.

use rayon::prelude::*;

use super::super::Boxed;
use super::parallel::units_per_part;
use crate::ops::roi_align::RoiAlign;

/// Writes the bins of all boxes to `y`.
pub(super) fn align(x: &[f32], boxes: &[f32], sizes: &Boxed, y: &mut [f32]) {
    let Boxed { channels, size: [rows, columns], boxes: count, .. } = *sizes;
    let (plane, out_plane) = (rows * columns, sizes.arguments.bins.iter().product::<usize>());
    let boxes = bins(boxes, sizes);
    let box_size = (channels * out_plane).max(1);
    let part = units_per_part(boxes.len(), y.len());
    let parts = y.par_chunks_mut(part * box_size).zip(boxes.par_chunks(part));
    parts.enumerate().for_each(|(number, (y, boxes))| {
        for (index, (y, bins)) in y.chunks_exact_mut(box_size).zip(boxes).enumerate() {
            let sample = (number * part + index) / count;
            let x = x[sample * channels * plane..].chunks_exact(plane);
            let planes = y.chunks_exact_mut(out_plane).zip(x);
            planes.for_each(|(y, x)| bins.read(x, columns, y));
        }
    });
}

/// Adds the gradient of the bins to that of the maps.
pub(super) fn add_gradient(dy: &[f32], boxes: &[f32], sizes: &Boxed, dx: &mut [f32]) {
    let Boxed { channels, size: [rows, columns], boxes: count, .. } = *sizes;
    let (plane, out_plane) = (rows * columns, sizes.arguments.bins.iter().product::<usize>());
    let boxes = bins(boxes, sizes);
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
}

/// The bins of all boxes.
fn bins(boxes: &[f32], sizes: &Boxed) -> Vec<Bins> {
    let boxes = boxes.as_chunks::<4>().0.iter();
    boxes.map(|of_box| Bins::new(of_box, sizes.size, &sizes.arguments)).collect()
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
