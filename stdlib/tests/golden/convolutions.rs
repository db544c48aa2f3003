//! Convolutions with other padding than zeros, and padding itself.

use netlet::prelude::{self, *};

use super::{Kernel3, Padding1, Stride1, Stride2, check};

type Doubled = ConvTranspose2d<4, 3, Kernel<2, 2>, Stride2>;
type Smooth = ConvTranspose2d<2, 3, Kernel<4, 4>, Stride2, Padding1>;
type Longer = ConvTranspose2d<2, 3, Kernel3, Stride2, Padding1, OutputPadding<1, 1>>;
type Deep = Conv3d<2, 3, prelude::Kernel3<3, 3, 3>, Stride3<1, 1, 1>, Padding3<1, 1, 1>>;
type DeepDoubled = ConvTranspose3d<3, 2, prelude::Kernel3<2, 2, 2>, Stride3<2, 2, 2>>;
type DeepPool = MaxPool3d<prelude::Kernel3<2, 2, 2>, Stride3<2, 2, 2>>;
type Padded = Conv2d<3, 4, Kernel3, Stride1, Padding1>;

cases! {
    conv_reflect: "net T(3x6x7) { conv 4 3 pad=1 padmode=reflect }",
        Padded = Conv2d::new().pad_mode(PadMode::Reflect),
        |conv, x: FeatureMap<3, 6, 7>| -> FeatureMap<4, 6, 7> { conv.forward(x) };
    conv_replicate: "net T(3x6x7) { conv 4 3 pad=1 padmode=replicate }",
        Padded = Conv2d::new().pad_mode(PadMode::Replicate),
        |conv, x: FeatureMap<3, 6, 7>| -> FeatureMap<4, 6, 7> { conv.forward(x) };
    convt_2x2: "net T(4x5x5) { convt 3 2 stride=2 }",
        Doubled = ConvTranspose2d::new(),
        |conv, x: FeatureMap<4, 5, 5>| -> FeatureMap<3, 10, 10> { conv.forward(x) };
    convt_4x4: "net T(2x5x6) { convt 3 4 stride=2 pad=1 }",
        Smooth = ConvTranspose2d::new(),
        |conv, x: FeatureMap<2, 5, 6>| -> FeatureMap<3, 10, 12> { conv.forward(x) };
    convt_outpad: "net T(2x5x5) { convt 3 3 stride=2 pad=1 outpad=1 }",
        Longer = ConvTranspose2d::new(),
        |conv, x: FeatureMap<2, 5, 5>| -> FeatureMap<3, 10, 10> { conv.forward(x) };
    conv3d: "net T(2x4x5x6) { conv3d 3 3 pad=1 }",
        Deep = Conv3d::new(),
        |conv, x: Volume<2, 4, 5, 6>| -> Volume<3, 4, 5, 6> { conv.forward(x) };
    convt3d: "net T(3x2x3x3) { convt3d 2 2 stride=2 }",
        DeepDoubled = ConvTranspose3d::new(),
        |conv, x: Volume<3, 2, 3, 3>| -> Volume<2, 4, 6, 6> { conv.forward(x) };
}

cases! {
    maxpool3d: "net T(2x4x6x6) { maxpool3d 2 }",
        |(), x: Volume<2, 4, 6, 6>| -> Volume<2, 2, 3, 3> { DeepPool::new().forward(x) };
    pad_reflect: "net T(2x5x6) { pad 2 mode=reflect }",
        |(), x: FeatureMap<2, 5, 6>| -> FeatureMap<2, 9, 10> {
            pad(x, [2, 2, 2, 2], PadMode::Reflect)
        };
}
