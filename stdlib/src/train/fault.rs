//! Where a value that is no finite number first appears.

use std::cell::RefCell;
use std::rc::Rc;

use netlet_dsl::messages::Failure;

use crate::network::{Inputs, Network, computed};
use crate::observe::observe;
use crate::tape::Tape;
use crate::value::Value;

/// Where a pass first has a NaN or an infinity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// In the data.
    Data {
        /// The input.
        input: &'static str,
        /// The sample of the batch, counted from 0.
        sample: usize,
    },
    /// In what a layer makes of finite values.
    Layer {
        /// Its path.
        path: &'static str,
        /// How the language writes it.
        layer: &'static str,
        /// Whether its parameters are not finite either.
        in_weights: bool,
    },
    /// In the loss of finite outputs.
    Loss,
    /// In the gradient of a finite loss.
    Gradient,
}

impl Fault {
    /// Runs a batch that gave a loss that is no finite number once more, with the same `tape`, and
    /// looks at every value.
    pub fn find(network: &mut dyn Network, batch: Value, tape: Tape) -> Self {
        let nodes: Vec<_> = computed(network, tape.is_training()).collect();
        let found = Rc::new(RefCell::new((0, None)));
        let seen = found.clone();
        let look = move |value: &Value| {
            let (number, first) = &mut *seen.borrow_mut();
            if first.is_none() {
                let place = value.values().iter().position(|value| !value.is_finite());
                let size = value.shape().iter().product::<usize>();
                *first = place.map(|place| (*number, place / size.max(1)));
            }
            *number += 1;
        };
        observe(look, || network.run(Inputs::from(batch.put(tape))));
        let (_, first) = *found.borrow();
        let Some((number, sample)) = first else { return Self::Loss };
        match network.inputs().get(number) {
            Some((input, _)) => Self::Data { input, sample },
            // A network whose code does not name its layers is one that was written by hand.
            None => match nodes.get(number) {
                Some(&(path, layer)) => {
                    Self::Layer { path, layer, in_weights: has_other_weights(network, path) }
                }
                None => Self::Loss,
            },
        }
    }

    /// Adds to a failure where the fault lies.
    pub(super) fn explain(&self, failure: Failure) -> Failure {
        match self {
            Self::Data { input, sample } => failure
                .note(format!(
                    "the data has a value that is no finite number: in `{input}`, sample {sample} of \
                     the batch"
                ))
                .help("clean the data: look for missing values, and for a division by zero"),
            Self::Layer { path, layer, in_weights } => {
                let weights = if *in_weights { ", whose weights are not finite either" } else { "" };
                failure.note(format!(
                    "the first value that is no finite number comes from `{path}` \
                     (`{layer}`){weights}"
                ))
            }
            Self::Loss => failure.note("every layer gives finite numbers: only the loss does not"),
            Self::Gradient => {
                failure.note("the loss and what every layer gives are finite: only its slope is not")
            }
        }
    }
}

/// Whether a layer has parameters that are not finite.
fn has_other_weights(network: &mut dyn Network, path: &str) -> bool {
    let layers = network.layers().into_iter();
    layers.filter(|(of, _)| *of == path).any(|(_, layer)| {
        let mut parameters = layer.parameters().into_iter();
        parameters.any(|(_, parameter)| parameter.values().iter().any(|value| !value.is_finite()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Layer, Outputs};
    use crate::prelude::{Features, Linear, identity, relu};

    /// `net Deep(2) { linear 2 as first -> relu -> identity -> linear 2 as last }`
    struct Deep {
        first: Linear<2, 2>,
        last: Linear<2, 2>,
    }

    impl Network for Deep {
        fn name(&self) -> &'static str {
            "Deep"
        }

        fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
            &[("input", &[2])]
        }

        fn nodes(&self) -> &'static [(&'static str, &'static str)] {
            &[
                ("input", "the input"),
                ("first", "linear 2"),
                ("relu1", "relu"),
                ("identity1", "identity"),
                ("last", "linear 2"),
            ]
        }

        fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
            vec![("first", &mut self.first), ("last", &mut self.last)]
        }

        fn run(&mut self, mut inputs: Inputs) -> Outputs {
            let x: Features<2> = inputs.take();
            let x: Features<2> = self.first.forward(x);
            let x: Features<2> = relu(x);
            let x: Features<2> = identity(x);
            let x: Features<2> = self.last.forward(x);
            Outputs::new(x)
        }
    }

    /// The fault of a batch of three samples with the weights `first` and `last` everywhere.
    fn fault(first: f32, last: f32, values: [f32; 6]) -> Fault {
        let mut network = Deep { first: Linear::new(), last: Linear::new() };
        let weights = [first, last];
        for ((_, layer), weight) in network.layers().into_iter().zip(weights) {
            let (_, parameter) = layer.parameters().swap_remove(0);
            parameter.values_mut().fill(weight);
        }
        let batch = Value::features([3, 2], values.to_vec());
        Fault::find(&mut network, batch, Tape::training(0))
    }

    #[test]
    fn the_first_value_that_is_not_finite_is_named() {
        let layer = |path, in_weights| Fault::Layer { path, layer: "linear 2", in_weights };
        assert_eq!(fault(1.0, 1.0, [1.0; 6]), Fault::Loss);
        for bad in [f32::NAN, f32::INFINITY] {
            let data = Fault::Data { input: "input", sample: 2 };
            assert_eq!(fault(1.0, 1.0, [1.0, 1.0, 1.0, 1.0, bad, 1.0]), data);
        }
        assert_eq!(fault(1.0, f32::MAX, [1.0; 6]), layer("last", false));
        assert_eq!(fault(f32::MAX, 1.0, [1.0; 6]), layer("first", false));
        assert_eq!(fault(1.0, f32::NAN, [1.0; 6]), layer("last", true));
    }

    #[test]
    fn an_observation_ends_with_its_run() {
        let mut network = Deep { first: Linear::new(), last: Linear::new() };
        let seen = Rc::new(RefCell::new(Vec::new()));
        let kept = seen.clone();
        let batch = || Inputs::from(Value::features([1, 2], vec![0.0; 2]));
        observe(move |value| kept.borrow_mut().push(value.shape()), || network.run(batch()));
        network.run(batch());
        assert_eq!(*seen.borrow(), [[2]; 5]);
    }
}
