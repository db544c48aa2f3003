//! `unpool`: values put back where a pool found its largest ones.

use super::max_pool::PoolIndices;
use crate::backend::Pools;
use crate::device::Device;
use crate::value::Value;

/// Maps as large as those that the pool of `indices` took, with the values of `x` where its largest
/// ones stood and zeros elsewhere (Badrinarayanan et al., 2015, for SegNet).
///
/// Where windows overlap and share their largest value, the last of them counts, and the gradient
/// there goes to all of them: PyTorch's `max_unpool2d`.
///
/// # Panics
/// When `x` has not the shape of the pool's output.
pub(crate) fn max_unpool(x: Value, indices: &PoolIndices) -> Value {
    let (x, tape) = x.detach();
    let [channels, rows, columns] = x.planes();
    let shape = [x.samples(), channels, rows, columns];
    assert_eq!(shape, indices.pooled, "what is put back has the shape of what was taken");
    let (sizes, [rows, columns]) = (indices.sizes(), indices.size);
    let mut y = Value::zeros(x.samples(), &[channels, rows, columns]);
    Device::max_unpool(x.view(), &indices.winners, sizes, y.view_mut());
    let (input, output, tracked) = (x.slot(), y.slot(), tape.is_tracked());
    let winners = indices.winners.clone();
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        Device::max_unpool_gradient(dy.view(), &winners, sizes, input.view_mut(gradients));
    }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_close, assert_gradients, random};
    use super::super::max_pool::max_pool_with_indices;
    use super::super::window::tests::{any_window, look};
    use super::super::window::{Sides, Window};
    use super::*;
    use crate::tape::Tape;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_unpool_puts_values_where_the_largest_were(
            window in any_window(),
            apart: bool,
            [samples, channels, rows, columns] in [0_usize..4, 1..4, 5..10, 5..10],
            seed: u64,
        ) {
            // Only where windows do not overlap is the gradient that of the values.
            let span = [0, 1].map(|axis| (window.kernel[axis] - 1) * window.dilation[axis] + 1);
            let window = if apart { Window { stride: span, ..window } } else { window };
            let pictures = random(samples * channels * rows * columns, seed);
            let maps = Value::map([samples, channels, rows, columns], pictures.clone());
            let (pooled, indices) = max_pool_with_indices(maps, &window);
            let x = [random(pooled.values().len(), seed ^ 5)];
            let run = |inputs: &[Vec<f32>], tape| {
                let x = Value::batch(samples, &pooled.shape(), inputs[0].clone()).put(tape);
                Pass { output: max_unpool(x.clone(), &indices), inputs: vec![x.slot()] }
            };
            let [out_rows, out_columns] = window.output([rows, columns]);
            let mut expected = vec![0.0; pictures.len()];
            let planes = expected.chunks_exact_mut(rows * columns);
            for (number, (y, plane)) in planes.zip(pictures.chunks_exact(rows * columns)).enumerate() {
                for at in 0..out_rows * out_columns {
                    let seen = look(&window, [at / out_columns, at % out_columns], [rows, columns]);
                    let largest = seen.into_iter().flatten().max_by(|&a, &b| plane[a].total_cmp(&plane[b]));
                    if let Some(largest) = largest {
                        y[largest] = f64::from(x[0][number * out_rows * out_columns + at]);
                    }
                }
            }
            assert_close(run(&x, Tape::evaluation()).output.values(), &expected);
            if apart {
                assert_gradients(&x, 0.1, seed, run);
            }
        }
    }

    #[test]
    fn windows_that_share_a_place_all_get_its_gradient() {
        let window = Window {
            kernel: [1, 2],
            stride: [1, 1],
            padding: Sides { top: 0, bottom: 0, left: 0, right: 0 },
            dilation: [1, 1],
            ceil: false,
        };
        let maps = Value::map([1, 1, 1, 3], vec![0.0, 9.0, 0.0]);
        let (_, indices) = max_pool_with_indices(maps, &window);
        let x = Value::map([1, 1, 1, 2], vec![5.0, 7.0]).put(Tape::training(0).tracked());
        let y = max_unpool(x.clone(), &indices);
        assert_eq!(y.values(), [0.0, 7.0, 0.0]);
        let mut gradients = y.backward(vec![1.0, 2.0, 3.0]);
        assert_eq!(x.gradient(&mut gradients), [2.0, 2.0]);
    }
}
