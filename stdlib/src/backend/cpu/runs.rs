//! Loops over short runs of values, written so that they compile to vector instructions.

/// Fills `to` with lines of `width` values, each `distance` after the one before in `from`. A call
/// to copy memory costs more than most lines of a small picture, so these are copied as two blocks
/// that overlap.
#[inline(always)]
pub(crate) fn copy_lines(to: &mut [f32], width: usize, from: &[f32], distance: usize) {
    let lines = to.chunks_exact_mut(width).zip(from.chunks(distance));
    match width {
        4..=8 => lines.for_each(|(to, from)| copy_ends::<4>(to, &from[..width])),
        9..=16 => lines.for_each(|(to, from)| copy_ends::<8>(to, &from[..width])),
        17..=32 => lines.for_each(|(to, from)| copy_ends::<16>(to, &from[..width])),
        _ => lines.for_each(|(to, from)| to.copy_from_slice(&from[..width])),
    }
}

/// Copies the first and the last `N` values.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [f32], from: &[f32]) {
    if let (Some(first_to), Some(first)) = (to.first_chunk_mut::<N>(), from.first_chunk()) {
        *first_to = *first;
    }
    if let (Some(last_to), Some(last)) = (to.last_chunk_mut::<N>(), from.last_chunk()) {
        *last_to = *last;
    }
}

/// Calls `each` with every value of `to` and every `stride`th of `from`.
#[inline(always)]
pub(crate) fn from_strided(
    to: &mut [f32],
    from: &[f32],
    stride: usize,
    each: impl Fn(&mut f32, f32),
) {
    match stride {
        1 => to.iter_mut().zip(from).for_each(|(to, from)| each(to, *from)),
        2 => {
            let (pairs, rest) = from.as_chunks::<2>();
            let count = pairs.len().min(to.len());
            let (most, last) = to.split_at_mut(count);
            most.iter_mut().zip(pairs).for_each(|(to, pair)| each(to, pair[0]));
            last.iter_mut().zip(rest).for_each(|(to, from)| each(to, *from));
        }
        _ => to.iter_mut().zip(from.iter().step_by(stride)).for_each(|(to, from)| each(to, *from)),
    }
}

/// Adds every value of `from` to every `stride`th of `to`.
#[inline(always)]
pub(crate) fn add_strided(to: &mut [f32], stride: usize, from: &[f32]) {
    match stride {
        1 => to.iter_mut().zip(from).for_each(|(to, from)| *to += from),
        2 => {
            let (pairs, rest) = to.as_chunks_mut::<2>();
            let (most, last) = from.split_at(pairs.len().min(from.len()));
            // Adding zero to the other of each pair lets whole vectors be written.
            pairs.iter_mut().zip(most).for_each(|(pair, from)| {
                *pair = [pair[0] + from, pair[1]];
            });
            rest.iter_mut().zip(last).for_each(|(to, from)| *to += from);
        }
        _ => to.iter_mut().step_by(stride).zip(from).for_each(|(to, from)| *to += from),
    }
}

/// The sum of `of` over pairs of values: in lanes, so that it compiles to vector instructions, and
/// in double precision, so that large planes lose nothing.
#[inline(always)]
pub(crate) fn sum(a: &[f32], b: &[f32], of: impl Fn(f32, f32) -> f32) -> f64 {
    const LANES: usize = 16;
    let mut lanes = [0.0_f64; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, &a), &b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f64::from(of(a, b));
        }
    }
    let rest = a_rest.iter().zip(b_rest).map(|(&a, &b)| f64::from(of(a, b)));
    lanes.iter().sum::<f64>() + rest.sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f32> {
        (1..=count).map(|i| i as f32).collect()
    }

    #[test]
    fn lines_of_every_width_are_whole() {
        for width in 1..70 {
            let distance = width + width % 3;
            let from = numbers(2 * distance + width);
            let mut to = vec![0.0; 3 * width];
            copy_lines(&mut to, width, &from, distance);
            let lines = [0, 1, 2].map(|line| from[line * distance..][..width].to_vec());
            assert_eq!(to, lines.concat());
        }
    }

    #[test]
    fn strides_take_and_give_the_same_values() {
        for stride in 1..5 {
            for count in 1..20 {
                for beyond in 0..stride {
                    let length = (count - 1) * stride + 1 + beyond;
                    let mut taken = vec![0.0; count];
                    from_strided(&mut taken, &numbers(length), stride, |to, from| *to = from);
                    let expected: Vec<f32> = numbers(length).into_iter().step_by(stride).collect();
                    assert_eq!(taken, expected);

                    let mut given = vec![0.0; length];
                    add_strided(&mut given, stride, &taken);
                    let found: Vec<f32> = given.iter().copied().step_by(stride).collect();
                    assert_eq!(found, expected);
                    assert_eq!(given.iter().sum::<f32>(), expected.iter().sum::<f32>());
                }
            }
        }
    }

    #[test]
    fn sums_of_every_length_are_whole() {
        for length in 0..70 {
            let total = sum(&numbers(length), &numbers(length), |a, b| a * b);
            let expected: f64 = (1..=length).map(|i| (i * i) as f64).sum();
            assert_eq!(total, expected);
        }
    }
}
