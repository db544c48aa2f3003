//! Depthwise convolutions, in which every channel has filters of its own (Howard et al., 2017), by
//! loops over long runs of values.
//!
//! A volume is padded and taken apart into *phases*: with a stride of s, phase p holds positions p,
//! p + s, p + 2s, ... along an axis. In it neighbouring windows look at neighbouring values, so that
//! each element of the window, a *tap*, is one run of values for all windows of the volume: those of
//! a line follow each other, and from line to line some values lie between that belong to no window.
//! What these give is dropped.
//! With v the volume in phases, o the offset of a tap, w its weight:
//! y[i] = sum of w v[i + o], dv[i] = sum of w dy[i - o], dw = sum of dy[i] v[i + o].

use rayon::prelude::*;

use super::super::Start;
use super::matrix::Write;
use super::parallel::units_per_part;
use super::runs::{add_strided, copy_lines, from_strided};
use crate::ops::convolution::Convolution;

/// Values whose sums are computed at a time, in registers.
const LANES: usize = 32;

/// Values of a run over which products are summed in single precision.
const SHORT: usize = 1 << 11;

/// How the volume of a channel, its phases and its windows lie in memory.
pub(crate) struct Depthwise {
    channels: usize,
    /// Outputs of a channel.
    multiplier: usize,
    /// Columns from one window to the next.
    stride: usize,
    /// Windows along slices, rows and columns.
    out: [usize; 3],
    /// Values of a channel: input, output.
    in_size: usize,
    out_size: usize,
    /// Rows and columns of a phase.
    phase: [usize; 2],
    /// Values from a phase to the next: those it has, and what makes them whole lanes.
    phase_size: usize,
    phases: usize,
    /// From the first window to behind the last one, in whole lanes.
    span: usize,
    /// The elements of the window.
    taps: Vec<Place>,
    /// The largest offset of them.
    reach: usize,
    /// Runs of neighbouring values of a phase.
    runs: Vec<Run>,
}

/// Where a tap finds the value for the first window.
#[derive(Clone, Copy)]
struct Place {
    phase: usize,
    offset: usize,
}

/// Values of a line of the volume that are neighbours in a phase.
struct Run {
    /// The first of them in the volume; each next one's is a stride further.
    outside: usize,
    /// The first of them in the phases.
    inside: usize,
    count: usize,
}

/// A run of values, as far as its first one is from a common place, and the weight it counts with.
#[derive(Clone, Copy)]
struct Tap {
    offset: usize,
    weight: f32,
}

impl Depthwise {
    /// For volumes of `size` = slices, rows, columns, with `out` windows along each.
    pub(crate) fn new(convolution: &Convolution, size: [usize; 3], out: [usize; 3]) -> Self {
        let window = &convolution.window;
        let (stride, before, after) = (window.stride(), window.before(), window.after());
        let padded = [0, 1, 2].map(|axis| before[axis] + size[axis] + after[axis]);
        let phase = [0, 1, 2].map(|axis| padded[axis].div_ceil(stride[axis]));
        let phase_size = phase.iter().product::<usize>().next_multiple_of(LANES);
        // Where a padded position lies: the number of its phase, and where in it.
        let place = |position: [usize; 3]| {
            let [a, b, c] = [0, 1, 2].map(|axis| position[axis] % stride[axis]);
            let [x, y, z] = [0, 1, 2].map(|axis| position[axis] / stride[axis]);
            Place {
                phase: (a * stride[1] + b) * stride[2] + c,
                offset: (x * phase[1] + y) * phase[2] + z,
            }
        };
        let ([slices, rows, columns], dilation) = (window.kernel(), window.dilation());
        let taps: Vec<Place> = (0..slices * rows * columns)
            .map(|tap| [tap / (rows * columns), tap / columns % rows, tap % columns])
            .map(|tap| place([0, 1, 2].map(|axis| tap[axis] * dilation[axis])))
            .collect();
        let lines = (0..size[0] * size[1]).map(|line| [line / size[1], line % size[1]]);
        let runs = lines.flat_map(|[slice, row]| {
            (0..stride[2].min(size[2])).map(move |column| [slice, row, column])
        });
        let runs = runs.map(|position| {
            let [slice, row, column] = position;
            let Place { phase, offset } =
                place([0, 1, 2].map(|axis| before[axis] + position[axis]));
            Run {
                outside: (slice * size[1] + row) * size[2] + column,
                inside: phase * phase_size + offset,
                count: (size[2] - column).div_ceil(stride[2]),
            }
        });
        let last = [0, 1, 2].map(|axis| out[axis].saturating_sub(1));
        let span = (last[0] * phase[1] + last[1]) * phase[2] + last[2] + 1;
        Self {
            channels: convolution.inputs,
            multiplier: convolution.outputs / convolution.inputs,
            stride: stride[2],
            out,
            in_size: size.iter().product(),
            out_size: out.iter().product(),
            phase: [phase[1], phase[2]],
            phase_size,
            phases: stride.iter().product(),
            span: span.next_multiple_of(LANES),
            reach: taps.iter().map(|tap| tap.offset).max().unwrap_or(0),
            runs: runs.collect(),
            taps,
        }
    }

    /// Writes the convolution of `x` to `y`, or adds it to what is there.
    pub(crate) fn forward(&self, x: &[f32], weight: &[f32], start: Start<&[f32]>, y: &mut [f32]) {
        let (part, outputs) = (self.part(x), self.multiplier * self.out_size);
        let parts = y.par_chunks_mut((part * outputs).max(1));
        parts.zip(x.par_chunks(part * self.in_size)).enumerate().for_each(|(number, (y, x))| {
            let (mut phases, mut sums) = (self.phases(), vec![0.0; self.span]);
            let mut taps = Vec::new();
            let volumes = y.chunks_exact_mut(outputs).zip(x.chunks_exact(self.in_size));
            for (channel, (y, x)) in volumes.enumerate() {
                self.take_apart(x, &mut phases);
                for (index, y) in y.chunks_exact_mut(self.out_size).enumerate() {
                    let output = self.output(number * part + channel, index);
                    taps.clear();
                    taps.extend(
                        self.weighted(weight, output)
                            .map(|(&place, &weight)| Tap { offset: self.start(place), weight }),
                    );
                    correlate(&mut sums, &phases, &taps);
                    if let Start::Bias(bias) = start {
                        sums.iter_mut().for_each(|sum| *sum += bias[output]);
                    }
                    let write = if let Start::There = start { Write::Add } else { Write::Replace };
                    self.give(&sums, y, write);
                }
            }
        });
    }

    /// Adds to the gradient of the weight.
    pub(crate) fn weight_gradient(&self, x: &[f32], dy: &[f32], dw: &mut [f32]) {
        let (part, outputs) = (self.part(x), self.multiplier * self.out_size);
        let parts = x.par_chunks(part * self.in_size).zip(dy.par_chunks((part * outputs).max(1)));
        let sums = parts.enumerate().map(|(number, (x, dy))| {
            let (mut phases, mut spread) = (self.phases(), vec![0.0; self.span]);
            let mut sums = vec![0.0; dw.len()];
            let volumes = x.chunks_exact(self.in_size).zip(dy.chunks_exact(outputs));
            for (channel, (x, dy)) in volumes.enumerate() {
                self.take_apart(x, &mut phases);
                for (index, dy) in dy.chunks_exact(self.out_size).enumerate() {
                    self.spread(dy, &mut spread);
                    let output = self.output(number * part + channel, index);
                    let sums = &mut sums[output * self.taps.len()..][..self.taps.len()];
                    for (first, spread) in (0..).step_by(SHORT).zip(spread.chunks(SHORT)) {
                        for (sum, place) in sums.iter_mut().zip(&self.taps) {
                            *sum += dot(spread, &phases[self.start(*place) + first..]);
                        }
                    }
                }
            }
            sums
        });
        for sums in sums.collect::<Vec<Vec<f64>>>() {
            for (dw, sum) in dw.iter_mut().zip(sums) {
                *dw += sum as f32;
            }
        }
    }

    /// Adds to the gradient of the input.
    pub(crate) fn input_gradient(&self, weight: &[f32], dy: &[f32], dx: &mut [f32]) {
        let (part, outputs) = (self.part(dx), self.multiplier * self.out_size);
        let parts = dx.par_chunks_mut(part * self.in_size);
        parts.zip(dy.par_chunks((part * outputs).max(1))).enumerate().for_each(
            |(number, (dx, dy))| {
                let mut phases = vec![0.0; self.phases * self.phase_size];
                // Zeros all around, since here the runs begin before the first window.
                let length = self.reach + self.span.max(self.phase_size);
                let mut spread = vec![0.0; length * self.multiplier];
                let mut taps = Vec::new();
                let volumes = dx.chunks_exact_mut(self.in_size).zip(dy.chunks_exact(outputs));
                for (channel, (dx, dy)) in volumes.enumerate() {
                    let first = self.output(number * part + channel, 0);
                    let all = spread.chunks_exact_mut(length).zip(dy.chunks_exact(self.out_size));
                    all.for_each(|(spread, dy)| self.spread(dy, &mut spread[self.reach..]));
                    for (phase, to) in phases.chunks_exact_mut(self.phase_size).enumerate() {
                        taps.clear();
                        for index in 0..self.multiplier {
                            let begin = index * length + self.reach;
                            let all = self.weighted(weight, first + index);
                            let of_phase = all.filter(|(place, _)| place.phase == phase);
                            taps.extend(of_phase.map(|(place, &weight)| Tap {
                                offset: begin - place.offset,
                                weight,
                            }));
                        }
                        correlate(to, &spread, &taps);
                    }
                    self.put_together(&phases, dx);
                }
            },
        );
    }

    /// Channels of samples that a thread does one after the other.
    fn part(&self, x: &[f32]) -> usize {
        units_per_part(x.len() / self.in_size, x.len() * self.multiplier * self.taps.len())
    }

    /// The number of an output of a channel, which is counted over all samples.
    fn output(&self, channel: usize, index: usize) -> usize {
        channel % self.channels * self.multiplier + index
    }

    /// Phases of zeros, to be used again and again, and lanes behind the last one.
    fn phases(&self) -> Vec<f32> {
        vec![0.0; self.phases * self.phase_size + LANES]
    }

    /// Where in all phases the values of a tap begin.
    fn start(&self, place: Place) -> usize {
        place.phase * self.phase_size + place.offset
    }

    /// The taps of an output and their weights.
    fn weighted<'a>(
        &'a self,
        weight: &'a [f32],
        output: usize,
    ) -> impl Iterator<Item = (&'a Place, &'a f32)> {
        self.taps.iter().zip(&weight[output * self.taps.len()..])
    }

    /// Writes the volume `x` to its phases.
    fn take_apart(&self, x: &[f32], phases: &mut [f32]) {
        for run in &self.runs {
            let to = &mut phases[run.inside..][..run.count];
            from_strided(to, &x[run.outside..], self.stride, |to, x| *to = x);
        }
    }

    /// Adds phases to the volume `x`.
    fn put_together(&self, phases: &[f32], x: &mut [f32]) {
        for run in &self.runs {
            add_strided(&mut x[run.outside..], self.stride, &phases[run.inside..][..run.count]);
        }
    }

    /// Gives `y` what belongs to windows.
    fn give(&self, sums: &[f32], y: &mut [f32], write: Write) {
        let ([_, lines, width], [rows, columns]) = (self.out, self.phase);
        let slices = y.chunks_exact_mut(lines * width).zip(sums.chunks(rows * columns));
        for (y, sums) in slices {
            match write {
                Write::Replace => copy_lines(y, width, sums, columns),
                Write::Add => {
                    let lines = y.chunks_exact_mut(width).zip(sums.chunks(columns));
                    lines.for_each(|(y, sums)| add_strided(y, 1, &sums[..width]));
                }
            }
        }
    }

    /// Writes the gradient `dy` to where the windows are.
    fn spread(&self, dy: &[f32], to: &mut [f32]) {
        let ([_, lines, width], [rows, columns]) = (self.out, self.phase);
        for (to, dy) in to.chunks_mut(rows * columns).zip(dy.chunks_exact(lines * width)) {
            for (to, dy) in to.chunks_mut(columns).zip(dy.chunks_exact(width)) {
                to[..width].copy_from_slice(dy);
            }
        }
    }
}

/// Writes to each value of `to`, which are whole lanes, the weighted sum of those of the taps.
fn correlate(to: &mut [f32], from: &[f32], taps: &[Tap]) {
    for (index, to) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let from = &from[index * LANES..];
        let mut sums = [0.0; LANES];
        for tap in taps {
            let from = from[tap.offset..].first_chunk::<LANES>().expect("lanes behind the last");
            for (sum, from) in sums.iter_mut().zip(from) {
                *sum += tap.weight * from;
            }
        }
        *to = sums;
    }
}

/// The sum of the products of `a`, which are whole lanes, with as many of `b`.
fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().copied().map(f64::from).sum()
}
