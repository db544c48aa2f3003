//! Maps of another size whose values are weighted sums of those around: `upsample` and
//! `adaptiveavgpool`. Both axes are independent, so each has its own weights.

use crate::backend::{Resampled, Samplings};
use crate::device::Device;
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
    pub(crate) fn size(&self) -> usize {
        self.ends.len()
    }

    /// The places and weights of each value of the output.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[(usize, f32)]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.taps[start..end])
    }
}

/// The maps of `x` made anew from its rows and columns.
pub(crate) fn resample(x: Value, rows: Taps, columns: Taps) -> Value {
    let (x, tape) = x.detach();
    let [channels, height, width] = x.planes();
    let (planes, out) = (x.samples() * channels, [rows.size(), columns.size()]);
    let resampled = Resampled { planes, size: [height, width], rows, columns };
    let mut y = Value::zeros(x.samples(), &[channels, out[0], out[1]]);
    Device::resample(x.view(), &resampled, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        Device::resample_gradient(dy.view(), &resampled, input.view_mut(gradients));
    }))
}
