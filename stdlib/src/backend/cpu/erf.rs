//! The error function, as vector instructions: no branches, no calls.

/// From here on the error function is 1 to the last bit.
const END: f32 = 3.93;

/// `erf(x)` within 4e-7: x times a quotient of polynomials of x², fitted to the function between
/// -4 and 4 (the fit is the one of Eigen's `generic_fast_erf_float`). NaN gives NaN.
#[inline(always)]
pub(crate) fn erf(x: f32) -> f32 {
    let square = x * x;
    let p = -2.726_142_3e-10;
    let p = p * square + 2.770_681_4e-8;
    let p = p * square - 2.101_024e-6;
    let p = p * square - 5.692_506_4e-5;
    let p = p * square - 7.349_906_3e-4;
    let p = p * square - 2.954_6e-3;
    let p = p * square - 1.609_603_3e-2;
    let q = -1.456_607_2e-5;
    let q = q * square - 2.133_740_6e-4;
    let q = q * square - 1.682_827e-3;
    let q = q * square - 7.373_329e-3;
    let q = q * square - 1.426_473_9e-2;
    let erf = x * p / q;
    // Comparisons that are false for NaN let it through.
    let erf = if x > END { 1.0 } else { erf };
    if x < -END { -1.0 } else { erf }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::check::erf_of_f64;

    #[test]
    fn erf_is_accurate_everywhere() {
        for x in (-6_000..=6_000).map(|i| i as f32 * 1e-3).chain([1e-6, -1e-6, 1e-30]) {
            let (found, expected) = (f64::from(erf(x)), erf_of_f64(f64::from(x)));
            let error = (found - expected).abs();
            assert!(error <= 4e-7 * expected.abs(), "erf({x}) is {found}, not {expected}");
        }
    }

    #[test]
    fn the_ends_and_nan_are_what_they_should_be() {
        assert_eq!(erf(f32::INFINITY), 1.0);
        assert_eq!(erf(f32::NEG_INFINITY), -1.0);
        assert_eq!(erf(0.0), 0.0);
        assert!(erf(f32::NAN).is_nan());
    }
}
