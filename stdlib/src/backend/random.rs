//! Bodies that draw random numbers: functions of a seed and a place.

use super::Memory;

/// Values that are dropped or scaled at random.
pub(crate) trait Random: Memory {
    /// y[i] = 0 where r[i] < probability, NaN or not, else y[i] / (1 - probability). Nothing stays with
    /// a probability of 1.
    ///
    /// r is the same for all backends: `number` in the processor's `dropout.rs`, with keys for each
    /// block of 4096 values, the first two numbers of a `SmallRng` of the seed and the block.
    fn drop_values(seed: u64, probability: f32, y: Self::ViewMut<'_>);

    /// factors[i] = 0 with `probability`, else 1 / (1 - probability): one after the other from a
    /// `SmallRng` of the seed.
    fn draw_factors(seed: u64, probability: f32, factors: Self::ViewMut<'_>);

    /// y[u] += factors[u] x[u] for every unit u of as many neighbouring values. What has a factor of
    /// 0 is not looked at: it may be NaN.
    fn add_units(x: Self::View<'_>, factors: Self::View<'_>, y: Self::ViewMut<'_>);
}
