//! Bodies of losses.

use super::Memory;

/// Losses, which are numbers on the processor.
pub(crate) trait Losses: Memory {
    /// The mean over samples of ln(sum over c of exp(x[s, c])) - x[s, class of s], which it returns;
    /// its gradient (softmax(x[s])[c] - [c = class of s]) / samples replaces `gradient`.
    ///
    /// `logits` and `gradient`: samples x classes. The `classes` of the samples, which are less, lie
    /// in the memory of the processor.
    fn cross_entropy(logits: Self::View<'_>, classes: &[usize], gradient: Self::ViewMut<'_>)
    -> f32;
}
