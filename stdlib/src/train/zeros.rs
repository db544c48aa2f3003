//! A start from which a network does not learn: weights that are all zero.

use crate::network::Network;

/// Layers that are named at most.
const NAMED: usize = 5;

/// What to say about the layers of `network` whose weights are all zero, if there are any. Biases and
/// the factors of norms are passed over: they may well be.
pub(super) fn warning(network: &mut dyn Network) -> Option<String> {
    let mut zero = Vec::new();
    for (path, layer) in network.layers() {
        let is_zero = |name, values: &[f32], dims: &[usize]| {
            name == "weight" && dims.len() > 1 && values.iter().all(|&value| value == 0.0)
        };
        let mut parameters = layer.parameters().into_iter();
        if parameters.any(|(name, it)| it.is_trainable() && is_zero(name, it.values(), it.dims())) {
            zero.push(format!("`{path}`"));
        }
    }
    let more = zero.len().saturating_sub(NAMED);
    zero.truncate(NAMED);
    let named = zero.join(", ");
    let layers = match (zero.len(), more) {
        (0, _) => return None,
        (_, 0) => named,
        _ => format!("{named} and {more} more"),
    };
    Some(format!(
        "all weights of {layers} are zero: no gradient passes through them to the layers before, and \
         all of their units stay alike, since they get the same gradient; begin without `init=zeros`, \
         or load other weights"
    ))
}
