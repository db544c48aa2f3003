//! The activations.

use netlet::prelude::{self, *};

use super::check;

type Map = FeatureMap<3, 4, 4>;

cases! {
    relu: "net T(3x4x4) { relu }", |(), x: Map| prelude::relu(x);
    relu6: "net T(3x4x4) { relu6 }", |(), x: Map| prelude::relu6(x);
    leakyrelu: "net T(3x4x4) { leakyrelu 0.2 }", |(), x: Map| leaky_relu(x, 0.2);
    elu: "net T(3x4x4) { elu }", |(), x: Map| prelude::elu(x, 1.0);
    selu: "net T(3x4x4) { selu }", |(), x: Map| prelude::selu(x);
    gelu: "net T(3x4x4) { gelu }", |(), x: Map| prelude::gelu(x);
    silu: "net T(3x4x4) { silu }", |(), x: Map| prelude::silu(x);
    hardswish: "net T(3x4x4) { hardswish }", |(), x: Map| prelude::hardswish(x);
    hardsigmoid: "net T(3x4x4) { hardsigmoid }", |(), x: Map| prelude::hardsigmoid(x);
    sigmoid: "net T(3x4x4) { sigmoid }", |(), x: Map| prelude::sigmoid(x);
    tanh: "net T(3x4x4) { tanh }", |(), x: Map| prelude::tanh(x);
    softplus: "net T(3x4x4) { softplus }", |(), x: Map| prelude::softplus(x);
    softmax_vec: "net T(9) { softmax }", |(), x: Features<9>| softmax(x);
    logsoftmax_map: "net T(4x3x3) { logsoftmax }", |(), x: FeatureMap<4, 3, 3>| log_softmax(x);
}

cases! {
    prelu: "net T(3x4x4) { prelu }", PRelu = PRelu::new(3), |prelu, x: Map| prelu.forward(x);
}
