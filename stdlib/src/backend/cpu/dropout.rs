//! Values set to zero at random.

use dfdx::tensor::Cpu;
use rand::rngs::SmallRng;
use rand::{Rng, RngCore, SeedableRng};
use rayon::prelude::*;

use super::super::Random;
use super::memory::{View, ViewMut};
use super::parallel::units_per_part;

/// Values whose mask comes from the same keys. Blocks are counted from the first value on, so that
/// masks do not depend on the threads.
const BLOCK: usize = 1 << 12;

impl Random for Cpu {
    fn drop_values(seed: u64, probability: f32, y: ViewMut<'_>) {
        Mask { seed, probability }.put_on(y.0);
    }

    fn draw_factors(seed: u64, probability: f32, factors: ViewMut<'_>) {
        let (mut random, scale) = (SmallRng::seed_from_u64(seed), scale(probability));
        for factor in factors.0 {
            *factor = if random.r#gen::<f32>() < probability { 0.0 } else { scale };
        }
    }

    fn add_units(x: View<'_>, factors: View<'_>, y: ViewMut<'_>) {
        let (x, factors) = (x.0, factors.0);
        let size = (x.len() / factors.len().max(1)).max(1);
        let least = units_per_part(factors.len(), x.len());
        let units = y.0.par_chunks_mut(size).zip(x.par_chunks(size));
        units.zip(factors).with_min_len(least).for_each(|((y, x), factor)| {
            if *factor != 0.0 {
                y.iter_mut().zip(x).for_each(|(y, x)| *y += x * factor);
            }
        });
    }
}

/// What keeps the mean of values when some are dropped with a `probability`.
fn scale(probability: f32) -> f32 {
    if probability < 1.0 { 1.0 / (1.0 - probability) } else { 0.0 }
}

/// Which values stay.
#[derive(Clone, Copy)]
struct Mask {
    seed: u64,
    probability: f32,
}

impl Mask {
    /// Scales the values that stay, and makes the others zero, NaN too.
    fn put_on(self, values: &mut [f32]) {
        let least = least(values.len());
        let blocks = values.par_chunks_mut(BLOCK).enumerate().with_min_len(least);
        blocks.for_each(|(block, values)| self.put_on_block(block, values));
    }

    fn put_on_block(self, block: usize, values: &mut [f32]) {
        let mut random = SmallRng::seed_from_u64(self.seed.wrapping_add(block as u64));
        let keys = [random.next_u32(), random.next_u32()];
        // A number below the threshold drops its value.
        let threshold = (f64::from(self.probability) * 2.0_f64.powi(32)) as u32;
        put_on_block(values, keys, threshold, scale(self.probability));
    }
}

/// A function of its own, whose arguments are no references that `values` might change: only then
/// the loop has no branches, which random numbers would make slow.
#[inline(never)]
fn put_on_block(values: &mut [f32], keys: [u32; 2], threshold: u32, scale: f32) {
    for (value, place) in values.iter_mut().zip(0..) {
        let drops = number(place, keys) < threshold;
        *value = if drops { 0.0 } else { *value * scale };
    }
}

/// Blocks of `values` values that a thread does at least.
fn least(values: usize) -> usize {
    units_per_part(values.div_ceil(BLOCK), values)
}

/// A random number for a place: a generator without a state, so that many places are done at once.
/// Every bit depends on every bit of the place and of the keys (Wellons, "Prospecting for Hash
/// Functions", 2018: `lowbias32`, with a key before each product).
#[inline(always)]
fn number(place: u32, keys: [u32; 2]) -> u32 {
    let x = place ^ keys[0];
    let x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D) ^ keys[1];
    let x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
    x ^ (x >> 16)
}
