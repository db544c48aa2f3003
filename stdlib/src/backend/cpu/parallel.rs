//! How work is divided between threads.

/// Values below which a loop over them stays on one thread: waking another costs about as much.
const SMALL: usize = 1 << 17;

/// Into how many units of `units` to cut work that touches `values` values in all: one part for each
/// thread, or one part when the work is small.
pub(crate) fn units_per_part(units: usize, values: usize) -> usize {
    let parts = if values < SMALL { 1 } else { rayon::current_num_threads() };
    units.div_ceil(parts).max(1)
}
