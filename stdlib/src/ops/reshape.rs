//! Other shapes for the same values.

use dfdx::shapes::HasShape;
use dfdx::tensor::{PutTape, SplitTape};
use dfdx::tensor_ops::ReshapeTo;

use crate::tape::Slot;
use crate::value::Value;

/// The values of each sample as a vector. Nothing is copied.
pub(crate) fn flatten(x: Value) -> Value {
    let Value::Map(map) = x else { return x };
    let &(samples, channels, rows, columns) = map.shape();
    let input = Slot::of(&map);
    let (map, tape) = map.split_tape();
    let features = map
        .try_reshape_like(&(samples, channels * rows * columns))
        .expect("a reshape of contiguous values allocates nothing");
    let output = Slot::of(&features);
    let tracked = tape.is_tracked();
    let tape = tape.record(tracked, move |gradients| {
        let dy = output.take(gradients);
        for (dx, dy) in input.get(gradients).iter_mut().zip(dy) {
            *dx += dy;
        }
    });
    Value::Features(features.put_tape(tape))
}
