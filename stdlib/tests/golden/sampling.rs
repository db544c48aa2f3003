//! Maps of another size.

use netlet::prelude::*;

use super::{Kernel2, Kernel3, Padding1, Stride1, Stride2, check};

cases! {
    adaptiveavgpool: "net T(2x8x9) { adaptiveavgpool 3x4 }",
        |(), x: FeatureMap<2, 8, 9>| -> FeatureMap<2, 3, 4> { adaptive_avg_pool(x) };
    upsample_nearest: "net T(3x4x5) { upsample 2 }",
        |(), x: FeatureMap<3, 4, 5>| -> FeatureMap<3, 8, 10> {
            netlet::prelude::upsample_nearest(x)
        };
    upsample_bilinear: "net T(3x4x5) { upsample 2 mode=bilinear }",
        |(), x: FeatureMap<3, 4, 5>| -> FeatureMap<3, 8, 10> {
            netlet::prelude::upsample_bilinear(x, false)
        };
    upsample_aligned: "net T(3x4x5) { upsample 2 mode=bilinear aligncorners=yes }",
        |(), x: FeatureMap<3, 4, 5>| -> FeatureMap<3, 8, 10> {
            netlet::prelude::upsample_bilinear(x, true)
        };
    upsample_to: "net T(2x4x5) { upsample to=7x9 mode=bilinear }",
        |(), x: FeatureMap<2, 4, 5>| -> FeatureMap<2, 7, 9> {
            netlet::prelude::upsample_bilinear(x, false)
        };
    upsample_bicubic: "net T(2x5x5) { upsample 2 mode=bicubic }",
        |(), x: FeatureMap<2, 5, 5>| -> FeatureMap<2, 10, 10> {
            netlet::prelude::upsample_bicubic(x, false)
        };
    pixelshuffle: "net T(8x3x4) { pixelshuffle 2 }",
        |(), x: FeatureMap<8, 3, 4>| -> FeatureMap<2, 6, 8> { pixel_shuffle(x) };
}

cases! {
    unpool: "net T(2x6x6) { maxpool 2 as p -> conv 2 3 pad=1 -> unpool p }",
        Conv2d<2, 2, Kernel3, Stride1, Padding1> = Conv2d::new(),
        |conv, x: FeatureMap<2, 6, 6>| -> FeatureMap<2, 6, 6> {
            let pool = MaxPool2d::<Kernel2, Stride2>::new();
            let (x, indices): (FeatureMap<2, 3, 3>, PoolIndices) = pool.forward_with_indices(x);
            let x: FeatureMap<2, 3, 3> = conv.forward(x);
            max_unpool(x, &indices)
        };
}
