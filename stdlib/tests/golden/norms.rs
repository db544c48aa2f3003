//! The normalisations that look at each sample by itself.

use netlet::prelude::*;

use super::check;

const OPTIONS: NormOptions = NormOptions { eps: 1e-5, affine: true };

cases! {
    groupnorm: "net T(6x4x4) { groupnorm 2 }",
        GroupNorm<2, 6> = GroupNorm::new(OPTIONS),
        |norm, x: FeatureMap<6, 4, 4>| norm.forward(x);
    instancenorm: "net T(3x6x6) { instancenorm affine=yes }",
        InstanceNorm2d<3> = InstanceNorm2d::new(OPTIONS),
        |norm, x: FeatureMap<3, 6, 6>| norm.forward(x);
    layernorm: "net T(9) { layernorm }",
        LayerNorm = LayerNorm::new(&[9], OPTIONS),
        |norm, x: Features<9>| norm.forward(x);
}

cases! {
    lrn: "net T(7x4x4) { lrn 5 }",
        |(), x: FeatureMap<7, 4, 4>| local_response_norm(x, 5, 1e-4, 0.75, 1.0);
}
