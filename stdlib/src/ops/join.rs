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
    let widths: Vec<usize> =
        parts.iter().map(|part| part.values().len() / samples.max(1)).collect();
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
