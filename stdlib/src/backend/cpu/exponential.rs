//! Exponentials and a logarithm that compile to vector instructions: no branches, no calls.
//!
//! exp(x) = 2^k exp(r) with k the integer nearest to x / ln 2, so |r| <= ln 2 / 2, where a Taylor
//! polynomial of degree 7 is accurate to 2e-9 (the first term left out is r^8 / 8!).

/// The largest and smallest arguments whose exponential is a normal number.
const LARGEST: f32 = 88.0;
const SMALLEST: f32 = -87.0;

/// `exp(x)` within 3e-7 of its value; arguments beyond the range of normal numbers count as its
/// ends. NaN gives NaN.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    let (power, fraction) = split(x);
    power + power * fraction
}

/// `exp(x) - 1` within 3e-7 of its value also where that is small, over the same range.
#[inline(always)]
pub(crate) fn exp_m1(x: f32) -> f32 {
    let (power, fraction) = split(x);
    // Where the power is 1 the first term is exactly zero, and the fraction is all there is.
    (power - 1.0) + power * fraction
}

/// `ln(1 + t)` within 3e-7 of its value for `t` between 0 and 1. NaN gives NaN.
///
/// ln(1 + t) = 2 artanh(s) with s = t / (2 + t), at most 1/3, where the series s + s^3 / 3 + ... is
/// accurate to 1e-9 after eight terms.
#[inline(always)]
pub(crate) fn ln_1p(t: f32) -> f32 {
    let s = t / (2.0 + t);
    let square = s * s;
    let p = 1.0 / 15.0;
    let p = p * square + 1.0 / 13.0;
    let p = p * square + 1.0 / 11.0;
    let p = p * square + 1.0 / 9.0;
    let p = p * square + 1.0 / 7.0;
    let p = p * square + 1.0 / 5.0;
    let p = p * square + 1.0 / 3.0;
    2.0 * (p * (square * s) + s)
}

/// 2^k and exp(r) - 1, with exp(x) = 2^k exp(r).
#[inline(always)]
fn split(x: f32) -> (f32, f32) {
    // Comparisons that are false for NaN let it through.
    let x = if x > LARGEST { LARGEST } else { x };
    let x = if x < SMALLEST { SMALLEST } else { x };
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let k = rounded - ROUND;
    // ln 2 in two parts, the first short enough that its product with k is exact.
    let r = (x - k * 0.693_359_4) - k * -2.121_944_4e-4;
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    let p = 1.0 / 5040.0;
    let p = p * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    (power, p * (r * r) + r)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments() -> impl Iterator<Item = f32> {
        (-86_000..=87_000).map(|i| i as f32 * 1e-3)
    }

    #[test]
    fn exp_is_accurate_over_its_range() {
        for x in arguments() {
            let expected = f64::from(x).exp();
            let error = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(error < 3e-7, "exp({x}) is off by {error:e}");
        }
    }

    #[test]
    fn exp_m1_is_accurate_also_near_zero() {
        let near_zero = (1..=2_000).flat_map(|i| [i as f32 * 1e-5, i as f32 * -1e-9]);
        for x in arguments().filter(|&x| x != 0.0).chain(near_zero) {
            let expected = f64::from(x).exp_m1();
            let error = ((f64::from(exp_m1(x)) - expected) / expected).abs();
            assert!(error < 3e-7, "exp_m1({x}) is off by {error:e}");
        }
    }

    #[test]
    fn ln_1p_is_accurate_also_near_zero() {
        for t in (1..=10_000).flat_map(|i| [i as f32 * 1e-4, i as f32 * 1e-12]) {
            let expected = f64::from(t).ln_1p();
            let error = ((f64::from(ln_1p(t)) - expected) / expected).abs();
            assert!(error < 3e-7, "ln_1p({t}) is off by {error:e}");
        }
    }

    #[test]
    fn the_ends_and_nan_are_what_they_should_be() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp_m1(0.0), 0.0);
        assert!(exp(f32::NAN).is_nan());
        assert!(exp_m1(f32::NAN).is_nan());
        assert_eq!(ln_1p(0.0), 0.0);
        assert!(ln_1p(f32::NAN).is_nan());
        assert!(exp(f32::INFINITY) > 1e38);
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }
}
