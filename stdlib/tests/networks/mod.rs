//! Networks written by hand, in the form that the language's emitter writes them.

#![allow(dead_code, reason = "not every test uses every network")]

use netlet::prelude::*;

/// `net Toy(1x2x2) { flatten -> linear 8 -> relu -> linear 10 }`
pub struct Toy {
    pub linear1: Linear<4, 8>,
    pub linear2: Linear<8, 10>,
}

impl Toy {
    /// The network with its weights at zero.
    pub fn new() -> Self {
        Self { linear1: Linear::new(), linear2: Linear::new() }
    }

    fn forward(&mut self, x: FeatureMap<1, 2, 2>) -> Features<10> {
        let x: Features<4> = flatten(x);
        let x: Features<8> = self.linear1.forward(x);
        let x: Features<8> = relu(x);
        let x: Features<10> = self.linear2.forward(x);
        x
    }
}

impl Network for Toy {
    fn name(&self) -> &'static str {
        "Toy"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        &[("input", &[1, 2, 2])]
    }

    fn nodes(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("input", "the input"),
            ("flatten1", "flatten"),
            ("linear1", "linear 8"),
            ("relu1", "relu"),
            ("linear2", "linear 10"),
        ]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![("linear1", &mut self.linear1), ("linear2", &mut self.linear2)]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        Outputs::new(self.forward(inputs.take()))
    }
}

/// Pictures of 2x2 pixels and their classes: bright above is 0, bright below is 1.
pub fn toy_samples(count: usize) -> (Vec<u8>, Vec<usize>) {
    let labels: Vec<usize> = (0..count).map(|index| index % 2).collect();
    let picture = |(index, &label): (usize, &usize)| {
        let bright = 200 + (index * 7 % 50) as u8;
        let dark = (index * 13 % 60) as u8;
        if label == 0 { [bright, bright, dark, dark] } else { [dark, dark, bright, bright] }
    };
    (labels.iter().enumerate().flat_map(picture).collect(), labels)
}

/// `net Normed(1x2x2) { flatten -> linear 8 as first -> batchnorm as norm -> relu -> dropout 0.3 ->
/// linear 10 as last }`
pub struct Normed {
    pub first: Linear<4, 8>,
    pub norm: BatchNorm1d<8>,
    dropout: Dropout,
    pub last: Linear<8, 10>,
}

impl Normed {
    /// The network with its weights at zero.
    pub fn new() -> Self {
        let options = BatchNormOptions { eps: 1e-5, momentum: 0.1, affine: true };
        let (norm, dropout) = (BatchNorm1d::new(options), Dropout::new(0.3));
        Self { first: Linear::new(), norm, dropout, last: Linear::new() }
    }
}

impl Network for Normed {
    fn name(&self) -> &'static str {
        "Normed"
    }

    fn inputs(&self) -> &'static [(&'static str, &'static [usize])] {
        &[("input", &[1, 2, 2])]
    }

    fn layers(&mut self) -> Vec<(&'static str, &mut dyn Layer)> {
        vec![
            ("base.first", &mut self.first),
            ("base.norm", &mut self.norm),
            ("last", &mut self.last),
        ]
    }

    fn run(&mut self, mut inputs: Inputs) -> Outputs {
        let x: FeatureMap<1, 2, 2> = inputs.take();
        let x: Features<4> = flatten(x);
        let x: Features<8> = self.first.forward(x);
        let x: Features<8> = self.norm.forward(x);
        let x: Features<8> = self.dropout.forward(relu(x));
        let x: Features<10> = self.last.forward(x);
        Outputs::new(x)
    }
}
