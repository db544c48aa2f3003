//! `concat`: several values one after the other along their first axis.

use dfdx::tensor::Merge;

use crate::backend::{Layouts, View};
use crate::device::Device;
use crate::tape::Slot;
use crate::value::Value;

/// The channels of all parts after one another, sample by sample; of vectors, the features.
///
/// # Panics
/// When there are no parts, or their other axes differ.
pub(crate) fn concat(parts: Vec<Value>) -> Value {
    let (parts, tapes): (Vec<_>, Vec<_>) = parts.into_iter().map(Value::detach).unzip();
    let tape = tapes.iter().cloned().reduce(Merge::merge).expect("a join has parts");
    let samples = parts[0].samples();
    let mut shape = parts[0].shape();
    for part in &parts {
        let found = (part.samples(), &part.shape()[1..]);
        assert_eq!(found, (samples, &shape[1..]), "parts that are joined have the same other axes");
    }
    shape[0] = parts.iter().map(|part| part.shape()[0]).sum();
    let widths: Vec<usize> = parts.iter().map(|part| part.shape().iter().product()).collect();
    let total: usize = widths.iter().sum();
    let inputs: Vec<View<'_>> = parts.iter().map(Value::view).collect();
    let mut y = Value::zeros(samples, &shape);
    Device::concat(&inputs, &widths, samples, y.view_mut());
    let slots: Vec<Option<Slot>> = (parts.iter().zip(&tapes))
        .map(|(part, tape)| tape.is_tracked().then(|| part.slot()))
        .collect();
    let (output, tracked) = (y.slot(), tape.is_tracked());
    y.put(
        tape.record(tracked, move |gradients| {
            let dy = output.take(gradients);
            let mut first = 0;
            for (slot, width) in slots.iter().zip(widths) {
                if let Some(slot) = slot {
                    let dx = slot.view_mut(gradients);
                    Device::concat_gradient(dy.view(), total, first, width, dx);
                }
                first += width;
            }
        })
        .sole(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::check::{Pass, assert_gradients, random};
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_concat_keeps_every_value_and_its_gradient(
            widths in prop::collection::vec(1_usize..4, 1..4),
            samples in 0_usize..4,
            others in prop::collection::vec(1_usize..4, 0..4),
            seed: u64,
        ) {
            let shape = |width: usize| [vec![width], others.clone()].concat();
            let inputs: Vec<Vec<f32>> = widths
                .iter()
                .enumerate()
                .map(|(of, &width)| {
                    random(samples * shape(width).iter().product::<usize>(), seed ^ of as u64)
                })
                .collect();
            assert_gradients(&inputs, 0.1, seed, |inputs, tape| {
                let parts = inputs.iter().zip(&widths);
                let parts: Vec<Value> = parts
                    .map(|(values, &width)| {
                        Value::batch(samples, &shape(width), values.clone()).put(tape.clone())
                    })
                    .collect();
                let inputs = parts.iter().map(Value::slot).collect();
                Pass { output: concat(parts), inputs }
            });
        }
    }

    #[test]
    fn parts_follow_one_another_in_each_sample() {
        let one = Value::features([2, 1], vec![1.0, 2.0]);
        let two = Value::features([2, 2], vec![3.0, 4.0, 5.0, 6.0]);
        assert_eq!(concat(vec![one, two]).values(), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
        let one = Value::map([1, 1, 1, 2], vec![1.0, 2.0]);
        let two = Value::map([1, 2, 1, 2], vec![3.0, 4.0, 5.0, 6.0]);
        let both = concat(vec![one, two]);
        assert_eq!(both.shape(), [3, 1, 2]);
        assert_eq!(both.values(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
}
