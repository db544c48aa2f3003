//! Maps of another size whose values are weighted sums of those around: `upsample` and
//! `adaptiveavgpool`. Both axes are independent, so each has its own weights.

use rayon::prelude::*;

use crate::backend::cpu::parallel::units_per_part;
use crate::value::Value;

/// What the values along an axis of the output are made of.
#[derive(Clone, Debug)]
pub(crate) struct Taps {
    /// The end of each output's part of `taps`.
    ends: Vec<usize>,
    /// Places along the input's axis, and their weights.
    taps: Vec<(usize, f32)>,
}

impl Taps {
    /// An axis of `size` values, each with the places and weights that `of` gives.
    pub(crate) fn new<I: IntoIterator<Item = (usize, f32)>>(
        size: usize,
        of: impl Fn(usize) -> I,
    ) -> Self {
        let mut taps = Vec::new();
        let extend = |out| {
            taps.extend(of(out));
            taps.len()
        };
        let ends = (0..size).map(extend).collect();
        Self { ends, taps }
    }

    /// Values along the output's axis.
    fn size(&self) -> usize {
        self.ends.len()
    }

    /// The places and weights of each value of the output.
    fn each(&self) -> impl Iterator<Item = &[(usize, f32)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.taps[start..end])
    }
}

/// The maps of `x` made anew from its rows and columns.
pub(crate) fn resample(x: Value, rows: Taps, columns: Taps) -> Value {
    let (x, tape) = x.detach();
    let [channels, height, width] = x.planes();
    let (size, out) = (height * width, [rows.size(), columns.size()]);
    let (out_size, planes) = (out[0] * out[1], x.samples() * channels);
    let part = units_per_part(planes, planes * size.max(out_size));
    let axes = Axes { rows, columns, size: [height, width] };
    let mut values = vec![0.0; planes * out_size];
    (values.par_chunks_mut(part * out_size)).zip(x.values().par_chunks(part * size)).for_each(
        |(y, x)| {
            let mut between = vec![0.0; height * out[1]];
            for (y, x) in y.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
                axes.sum(x, y, &mut between);
            }
        },
    );
    let y = Value::map([x.samples(), channels, out[0], out[1]], values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients).into_host();
        let dx = input.get(gradients).par_chunks_mut(part * size);
        dx.zip(dy.par_chunks(part * out_size)).for_each(|(dx, dy)| {
            let mut between = vec![0.0; height * out[1]];
            for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                axes.spread(dy, dx, &mut between);
            }
        });
    }))
}

struct Axes {
    rows: Taps,
    columns: Taps,
    size: [usize; 2],
}

impl Axes {
    /// Writes the output of the plane `x` to `y`, which is zero before: the columns of each row to
    /// `between`, then whole rows of that.
    fn sum(&self, x: &[f32], y: &mut [f32], between: &mut [f32]) {
        let width = self.columns.size();
        for (to, x) in between.chunks_exact_mut(width).zip(x.chunks_exact(self.size[1])) {
            for (to, taps) in to.iter_mut().zip(self.columns.each()) {
                *to = taps.iter().map(|&(place, weight)| x[place] * weight).sum();
            }
        }
        for (y, taps) in y.chunks_exact_mut(width).zip(self.rows.each()) {
            for &(row, weight) in taps {
                let from = &between[row * width..][..width];
                y.iter_mut().zip(from).for_each(|(y, from)| *y += from * weight);
            }
        }
    }

    /// Adds the gradient `dy` of the output to that of the plane, `dx`: the same the other way
    /// round.
    fn spread(&self, dy: &[f32], dx: &mut [f32], between: &mut [f32]) {
        let width = self.columns.size();
        between.fill(0.0);
        for (dy, taps) in dy.chunks_exact(width).zip(self.rows.each()) {
            for &(row, weight) in taps {
                let to = &mut between[row * width..][..width];
                to.iter_mut().zip(dy).for_each(|(to, dy)| *to += dy * weight);
            }
        }
        for (dx, from) in dx.chunks_exact_mut(self.size[1]).zip(between.chunks_exact(width)) {
            for (from, taps) in from.iter().zip(self.columns.each()) {
                for &(place, weight) in taps {
                    dx[place] += from * weight;
                }
            }
        }
    }
}
