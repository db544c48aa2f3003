//! `pad`: rows and columns added around maps.

use super::window::Sides;
use crate::backend::{Layouts, Padded};
use crate::device::Device;
use crate::value::Value;

/// What padding holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PadMode {
    /// Zeros.
    #[default]
    Zero,
    /// The map mirrored at its outermost values: `c b | a b c | b a`.
    Reflect,
    /// The outermost values: `a a | a b c | c c`.
    Replicate,
    /// The map mirrored at its edges: `b a | a b c | c b`.
    Symmetric,
    /// The map from its other end: `b c | a b c | a b`.
    Circular,
}

/// Maps with `sides` around them, filled as `mode` says: PyTorch's `functional.pad`. Where the
/// padding is wider than the map, which PyTorch refuses, the pattern repeats.
pub(crate) fn pad(x: Value, sides: Sides, mode: PadMode) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    assert!(rows > 0 && columns > 0, "a map to pad has values");
    let padded = Padded { planes: x.samples() * channels, size: [rows, columns], sides, mode };
    let out = [sides.top + rows + sides.bottom, sides.left + columns + sides.right];
    let mut y = Value::zeros(x.samples(), &[channels, out[0], out[1]]);
    Device::pad(x.view(), padded, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            Device::pad_gradient(dy.view(), padded, input.view_mut(gradients));
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

    const MODES: [PadMode; 5] = [
        PadMode::Zero,
        PadMode::Reflect,
        PadMode::Replicate,
        PadMode::Symmetric,
        PadMode::Circular,
    ];

    /// The definition, step by step from a position outside of the map into it.
    fn inside(mode: PadMode, position: isize, size: isize) -> Option<isize> {
        if (0..size).contains(&position) {
            return Some(position);
        }
        let before = position < 0;
        match mode {
            PadMode::Zero => None,
            PadMode::Replicate => Some(if before { 0 } else { size - 1 }),
            PadMode::Reflect if size == 1 => Some(0),
            PadMode::Reflect if before => inside(mode, -position, size),
            PadMode::Reflect => inside(mode, 2 * (size - 1) - position, size),
            PadMode::Symmetric if before => inside(mode, -1 - position, size),
            PadMode::Symmetric => inside(mode, 2 * size - 1 - position, size),
            PadMode::Circular if before => inside(mode, position + size, size),
            PadMode::Circular => inside(mode, position - size, size),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_padding_is_its_definition(
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 1..6, 1..6],
            [top, bottom, left, right] in [0_usize..8, 0..8, 0..8, 0..8],
            mode in 0_usize..5,
            seed: u64,
        ) {
            let (mode, sides) = (MODES[mode], Sides { top, bottom, left, right });
            let shape = [samples, channels, rows, columns];
            let x = [random(shape.iter().product(), seed)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::map(shape, inputs[0].clone()).put(tape);
                Pass { output: pad(x.clone(), sides, mode), inputs: vec![x.slot()] }
            };
            let mut expected = Vec::new();
            for plane in x[0].chunks_exact(rows * columns) {
                for row in -(top as isize)..(rows + bottom) as isize {
                    for column in -(left as isize)..(columns + right) as isize {
                        let row = inside(mode, row, rows as isize);
                        let column = inside(mode, column, columns as isize);
                        let value = row.zip(column).map_or(0.0, |(row, column)| {
                            plane[row as usize * columns + column as usize]
                        });
                        expected.push(f64::from(value));
                    }
                }
            }
            let output = run(&x, Tape::evaluation()).output;
            assert_eq!(output.shape(), [channels, rows + top + bottom, columns + left + right]);
            assert_close(output.values(), &expected);
            assert_gradients(&x, 0.1, seed, run);
        }
    }

    #[test]
    fn each_mode_fills_a_line_as_its_picture_says() {
        let line = |mode| {
            let sides = Sides { top: 0, bottom: 0, left: 2, right: 2 };
            pad(Value::map([1, 1, 1, 3], vec![1.0, 2.0, 3.0]), sides, mode).values().to_vec()
        };
        assert_eq!(line(PadMode::Zero), [0.0, 0.0, 1.0, 2.0, 3.0, 0.0, 0.0]);
        assert_eq!(line(PadMode::Reflect), [3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]);
        assert_eq!(line(PadMode::Replicate), [1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]);
        assert_eq!(line(PadMode::Symmetric), [2.0, 1.0, 1.0, 2.0, 3.0, 3.0, 2.0]);
        assert_eq!(line(PadMode::Circular), [2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]);
    }
}
