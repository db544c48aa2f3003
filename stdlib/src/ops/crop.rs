//! `crop`: a part of each map.

use crate::backend::{Layouts, Part};
use crate::device::Device;
use crate::value::Value;

/// The `size` = rows and columns of each map from row and column `first` on.
///
/// # Panics
/// When the map has fewer.
pub(crate) fn crop(x: Value, first: [usize; 2], size: [usize; 2]) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    assert!(
        first[0] + size[0] <= rows && first[1] + size[1] <= columns,
        "{size:?} from {first:?} on reach beyond a map of {rows}x{columns}"
    );
    let part = Part { size: [rows, columns], first, part: size };
    let mut y = Value::zeros(x.samples(), &[channels, size[0], size[1]]);
    Device::crop(x.view(), part, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            Device::crop_gradient(dy.view(), part, input.view_mut(gradients));
        })
        .sole(),
    )
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
        fn any_crop_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 1..20, 1..20],
            [top, left, bottom, right] in [0_usize..4, 0..4, 0..4, 0..4],
            seed: u64,
        ) {
            let shape = [samples, channels, top + rows + bottom, left + columns + right];
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: crop(x.clone(), [top, left], [rows, columns]), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for plane in x[0].chunks_exact(shape[2] * shape[3]) {
                for at in 0..rows * columns {
                    let (row, column) = (top + at / columns, left + at % columns);
                    expected.push(f64::from(plane[row * shape[3] + column]));
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }
    }
}
