//! What a layer makes of a picture.

use std::cell::RefCell;
use std::rc::Rc;

use netlet_dsl::messages::Failure;

use super::place::{Place, check_input, place};
use crate::network::Network;
use crate::observe::observe;
use crate::value::Value;

/// The value of a layer.
#[derive(Clone, Debug)]
pub struct FeatureMaps {
    /// The path of the layer.
    pub layer: &'static str,
    /// How the language writes it, such as `conv 6 5x5`.
    pub kind: &'static str,
    /// What it gives for the batch: of maps, samples, channels, rows and columns.
    pub value: Value,
}

/// What the layer at `path` gives for the samples of `input`, in evaluation mode. The path of a part
/// of the network stands for the last layer in it.
///
/// # Errors
/// When the network has no such layer or does not take such samples.
pub fn feature_maps(
    network: &mut dyn Network,
    path: &str,
    input: Value,
) -> Result<FeatureMaps, Failure> {
    let Place { number, path, layer } = place(network, path)?;
    check_input(network, &input)?;
    let found = Rc::new(RefCell::new(None));
    let kept = found.clone();
    let mut node = 0;
    let look = move |value: &Value| {
        if node == number {
            // The clone keeps the next layer from writing over it.
            *kept.borrow_mut() = Some(value.clone());
        }
        node += 1;
    };
    observe(look, || network.run(input.into()));
    let value = found.take().expect("a network computes the nodes that it names");
    Ok(FeatureMaps { layer: path, kind: layer, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::grad_cam::tests::{Small, input};
    use crate::prelude::{FeatureMap, relu};

    #[test]
    fn maps_are_those_of_the_network_s_beginning() {
        let mut network = Small::random(3);
        let pictures: FeatureMap<1, 4, 4> = input().into();
        let conv: FeatureMap<2, 4, 4> = network.first.forward(pictures);
        let conv: Value = conv.into();
        let relu: Value = relu(FeatureMap::<2, 4, 4>::from(conv.clone())).into();
        assert!(conv.values().iter().any(|value| *value < 0.0));
        // The rectifier writes over the convolution's values where nobody looks at them.
        for (path, kind, expected) in [("first", "conv 2 3x3", conv), ("relu1", "relu", relu)] {
            let found = feature_maps(&mut network, path, input()).expect("maps");
            assert_eq!((found.layer, found.kind), (path, kind));
            assert_eq!(found.value.shape(), [2, 4, 4]);
            assert_eq!(found.value.values(), expected.values());
        }
    }

    #[test]
    fn a_part_is_what_its_last_layer_gives() {
        let mut network = Small::random(3);
        assert_eq!(feature_maps(&mut network, "block", input()).expect("maps").layer, "block.add");
    }

    #[test]
    fn wrong_layers_and_shapes_are_failures() {
        let mut network = Small::random(3);
        let mut failure =
            |path, input| feature_maps(&mut network, path, input).expect_err("a failure");
        let slip = failure("frist", input());
        assert_eq!(slip.headline, "`Small` has no layer `frist`");
        assert_eq!(slip.help.as_deref(), Some("did you mean `first`?"));
        let other = failure("something_else", input());
        assert!(
            other.notes[0].starts_with("its layers are `input`, `first`, `relu1`"),
            "{other:?}"
        );
        let shape = failure("first", Value::map([1, 1, 5, 4], vec![0.0; 20]));
        assert_eq!(shape.headline, "`Small` takes samples of 1x4x4, not of 1x5x4");
        let none = failure("first", Value::map([0, 1, 4, 4], vec![]));
        assert_eq!(none.headline, "there is no sample to look at");
        let training = failure("aux", input());
        assert_eq!(training.notes, ["it exists only while training"]);
    }
}
