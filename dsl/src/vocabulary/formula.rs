//! What layers compute, as formulas: of values, or of the sizes of maps.

/// The side of what a window slides over.
const SLIDING: &str =
    "side out = (side + 2*pad - dilation*(window - 1) - 1)/stride + 1, rounded down";
const POOLING: &str = "side out = (side + 2*pad - dilation*(window - 1) - 1)/stride + 1, rounded down, or up with ceil=yes";
const AVERAGING: &str =
    "side out = (side + 2*pad - window)/stride + 1, rounded down, or up with ceil=yes";
const TRANSPOSED: &str =
    "side out = (side - 1)*stride - 2*pad + dilation*(window - 1) + outpad + 1";
const NORM: &str = "y = (x - mean)/sqrt(variance + eps)*weight + bias";

/// What a layer computes, where its description does not say it in signs already.
pub fn formula(layer: &str) -> Option<&'static str> {
    Some(match layer {
        "conv" | "conv3d" | "depthwise" | "separable" => SLIDING,
        "convt" | "convt3d" => TRANSPOSED,
        "maxpool" | "maxpool3d" => POOLING,
        "avgpool" => AVERAGING,
        "linear" => "y = W x + b",
        "batchnorm" | "instancenorm" | "layernorm" | "groupnorm" => NORM,
        "lrn" => "y = x/(k + alpha/size * sum of x^2 over size channels)^beta",
        "dropout" | "dropout2d" | "droppath" => "y = x/(1 - p) with probability 1 - p, else 0",
        "elu" => "y = x if x > 0 else alpha*(exp(x) - 1)",
        "gelu" => "y = x*(1 + erf(x/sqrt(2)))/2",
        "tanh" => "y = (exp(x) - exp(-x))/(exp(x) + exp(-x))",
        "selu" => "y = 1.0507*(x if x > 0 else 1.67326*(exp(x) - 1))",
        "softmax" => "y_i = exp(x_i)/sum of exp(x_j)",
        "logsoftmax" => "y_i = x_i - log(sum of exp(x_j))",
        "globalavgpool" => "y_c = mean of x over all places of channel c",
        "globalmaxpool" => "y_c = max of x over all places of channel c",
        "l2norm" => "y = x/max(sqrt(sum of x^2 over channels), eps)",
        "scale" => "y = weight_c*x",
        "pixelshuffle" => "y[c, r*i + a, r*j + b] = x[c*r*r + r*a + b, i, j]",
        _ => return None,
    })
}
