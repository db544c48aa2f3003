//! Convolutions with other padding than zeros, and padding itself.

use netlet::prelude::*;

use super::{Kernel3, Padding1, Stride1, check};

type Padded = Conv2d<3, 4, Kernel3, Stride1, Padding1>;

cases! {
    conv_reflect: "net T(3x6x7) { conv 4 3 pad=1 padmode=reflect }",
        Padded = Conv2d::new().pad_mode(PadMode::Reflect),
        |conv, x: FeatureMap<3, 6, 7>| -> FeatureMap<4, 6, 7> { conv.forward(x) };
    conv_replicate: "net T(3x6x7) { conv 4 3 pad=1 padmode=replicate }",
        Padded = Conv2d::new().pad_mode(PadMode::Replicate),
        |conv, x: FeatureMap<3, 6, 7>| -> FeatureMap<4, 6, 7> { conv.forward(x) };
}

cases! {
    pad_reflect: "net T(2x5x6) { pad 2 mode=reflect }",
        |(), x: FeatureMap<2, 5, 6>| -> FeatureMap<2, 9, 10> {
            pad(x, [2, 2, 2, 2], PadMode::Reflect)
        };
}
