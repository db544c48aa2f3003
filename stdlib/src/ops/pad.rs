//! `pad`: rows and columns added around maps.

use rayon::prelude::*;

use super::window::Sides;
use crate::backend::cpu::parallel::units_per_part;
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
    let padding = Padding {
        rows: Axis::new(sides.top, rows, sides.bottom, mode),
        columns: Axis::new(sides.left, columns, sides.right, mode),
    };
    let [size, out_size] = padding.sizes();
    let planes = x.samples() * channels;
    let part = units_per_part(planes, planes * out_size);
    let mut values = vec![0.0; planes * out_size];
    let parts = values.par_chunks_mut(part * out_size).zip(x.values().par_chunks(part * size));
    parts.for_each(|(y, x)| {
        for (y, x) in y.chunks_exact_mut(out_size).zip(x.chunks_exact(size)) {
            padding.fill(y, x);
        }
    });
    let shape = [x.samples(), channels, padding.rows.from.len(), padding.columns.from.len()];
    let y = Value::map(shape, values);
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients).into_host();
            let dx = input.get(gradients);
            let parts = dx.par_chunks_mut(part * size).zip(dy.par_chunks(part * out_size));
            parts.for_each(|(dx, dy)| {
                for (dx, dy) in dx.chunks_exact_mut(size).zip(dy.chunks_exact(out_size)) {
                    padding.add_back(dx, dy);
                }
            });
        })
        .sole(),
    )
}

struct Padding {
    rows: Axis,
    columns: Axis,
}

impl Padding {
    /// Values of a plane without and with its padding.
    fn sizes(&self) -> [usize; 2] {
        [self.rows.size * self.columns.size, self.rows.from.len() * self.columns.from.len()]
    }

    /// Writes the plane `x` with its padding to `y`, which is zero before.
    fn fill(&self, y: &mut [f32], x: &[f32]) {
        let columns = &self.columns;
        for (y, row) in y.chunks_exact_mut(columns.from.len()).zip(&self.rows.from) {
            let Some(row) = row else { continue };
            let x = &x[row * columns.size..][..columns.size];
            y[columns.before..][..columns.size].copy_from_slice(x);
            for (to, from) in columns.margins() {
                y[to] = x[from];
            }
        }
    }

    /// Adds the gradient `dy` of a padded plane to that of the plane.
    fn add_back(&self, dx: &mut [f32], dy: &[f32]) {
        let columns = &self.columns;
        for (dy, row) in dy.chunks_exact(columns.from.len()).zip(&self.rows.from) {
            let Some(row) = row else { continue };
            let dx = &mut dx[row * columns.size..][..columns.size];
            for (dx, dy) in dx.iter_mut().zip(&dy[columns.before..]) {
                *dx += dy;
            }
            for (to, from) in columns.margins() {
                dx[from] += dy[to];
            }
        }
    }
}

/// Padding along rows or columns.
struct Axis {
    before: usize,
    size: usize,
    /// Where each value comes from, padding included; none for a zero.
    from: Vec<Option<usize>>,
}

impl Axis {
    fn new(before: usize, size: usize, after: usize, mode: PadMode) -> Self {
        assert!(size > 0, "a map to pad has values");
        let last = size - 1;
        // The period of the pattern, and where in the map each of its values lies.
        let fold = |position: usize, period: usize, mirror: usize| {
            let position = position % period;
            if position < size { position } else { mirror - position }
        };
        let from = |position: usize| {
            // Positions count from the start of the padding; the pattern from that of the map.
            let along = |period: usize| position + (period - before % period);
            match mode {
                PadMode::Zero => position.checked_sub(before).filter(|&at| at < size),
                PadMode::Replicate => Some(position.saturating_sub(before).min(last)),
                PadMode::Reflect if size == 1 => Some(0),
                PadMode::Reflect => Some(fold(along(2 * last), 2 * last, 2 * last)),
                PadMode::Symmetric => Some(fold(along(2 * size), 2 * size, 2 * size - 1)),
                PadMode::Circular => Some(fold(along(size), size, 0)),
            }
        };
        Self { before, size, from: (0..before + size + after).map(from).collect() }
    }

    /// Each place in the padding that is not zero, and where its value comes from.
    fn margins(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let places = (0..self.before).chain(self.before + self.size..self.from.len());
        places.filter_map(|place| Some((place, self.from[place]?)))
    }
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
