//! `add` and `concat`: several values become one.

use dfdx::tensor::Merge;

use crate::tape::Slot;
use crate::value::Value;

/// The sum of two batches of the same shape.
pub(crate) fn add(a: Value, b: Value) -> Value {
    let ((a, a_tape), (b, b_tape)) = (a.detach(), b.detach());
    assert_eq!(a.samples(), b.samples(), "samples of a sum");
    assert_eq!(a.shape(), b.shape(), "shapes of a sum");
    let sum = a.values().iter().zip(b.values()).map(|(a, b)| a + b).collect();
    let y = a.alike(sum);
    let inputs: Vec<Slot> = [(&a, &a_tape), (&b, &b_tape)]
        .into_iter()
        .filter(|(_, tape)| tape.is_tracked())
        .map(|(value, _)| value.slot())
        .collect();
    let (output, tracked) = (y.slot(), !inputs.is_empty());
    y.put(a_tape.merge(b_tape).record(tracked, move |gradients| {
        let dy = output.take(gradients);
        for input in inputs {
            for (dx, dy) in input.get(gradients).iter_mut().zip(&dy) {
                *dx += dy;
            }
        }
    }))
}

/// The channels of all parts after one another, sample by sample.
pub(crate) fn concat(parts: Vec<Value>) -> Value {
    let (parts, tapes): (Vec<_>, Vec<_>) = parts.into_iter().map(Value::detach).unzip();
    let tape = tapes.iter().cloned().reduce(Merge::merge).expect("a join has parts");
    let samples = parts[0].samples();
    let [_, rows, columns] = parts[0].planes();
    for part in &parts {
        assert_eq!(
            (part.samples(), &part.planes()[1..]),
            (samples, &[rows, columns][..]),
            "a join"
        );
    }
    let widths: Vec<usize> = parts.iter().map(|part| part.planes().iter().product()).collect();
    let mut values = Vec::with_capacity(samples * widths.iter().sum::<usize>());
    for sample in 0..samples {
        for (part, width) in parts.iter().zip(&widths) {
            values.extend_from_slice(&part.values()[sample * width..][..*width]);
        }
    }
    let mut shape = parts[0].shape();
    shape[0] = parts.iter().map(|part| part.planes()[0]).sum();
    let y = Value::batch(samples, &shape, values);
    let inputs: Vec<Option<Slot>> = (parts.iter().zip(&tapes))
        .map(|(part, tape)| tape.is_tracked().then(|| part.slot()))
        .collect();
    let (output, tracked) = (y.slot(), tape.is_tracked());
    y.put(tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        let total: usize = widths.iter().sum();
        let mut first = 0;
        for (input, width) in inputs.iter().zip(widths) {
            if let Some(input) = input {
                let rows = input.get(gradients).chunks_exact_mut(width);
                for (dx, dy) in rows.zip(dy.chunks_exact(total)) {
                    for (dx, dy) in dx.iter_mut().zip(&dy[first..]) {
                        *dx += dy;
                    }
                }
            }
            first += width;
        }
    }))
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
            [samples, rows, columns] in [0_usize..4, 1..4, 1..4],
            seed: u64,
        ) {
            let shape = |width: usize| [samples, width, rows, columns];
            let inputs: Vec<Vec<f32>> = widths
                .iter()
                .enumerate()
                .map(|(of, &width)| random(shape(width).iter().product(), seed ^ of as u64))
                .collect();
            assert_gradients(&inputs, 0.1, seed, |inputs, tape| {
                let parts = inputs.iter().zip(&widths);
                let parts: Vec<Value> = parts
                    .map(|(values, &width)| Value::map(shape(width), values.clone()).put(tape.clone()))
                    .collect();
                let inputs = parts.iter().map(Value::slot).collect();
                Pass { output: concat(parts), inputs }
            });
        }
    }

    #[test]
    fn vectors_join_too() {
        let one = Value::features([2, 1], vec![1.0, 2.0]);
        let two = Value::features([2, 2], vec![3.0, 4.0, 5.0, 6.0]);
        assert_eq!(concat(vec![one, two]).values(), [1.0, 3.0, 4.0, 2.0, 5.0, 6.0]);
    }

    #[test]
    fn a_value_added_to_itself_counts_twice() {
        let x =
            Value::features([1, 2], vec![1.0, 2.0]).put(crate::tape::Tape::training(0).tracked());
        let y = add(x.clone(), x.clone());
        assert_eq!(y.values(), [2.0, 4.0]);
        let mut gradients = y.backward(vec![1.0, 10.0]);
        assert_eq!(x.gradient(&mut gradients), [2.0, 20.0]);
    }
}
