//! Broadcasting: a sample is repeated along the axes where it has one element and another has more.

/// How a sample is spread over a larger one, in lines of values that are either copied one by one
/// or all the same.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// Size and distance in the small sample of the axes before the lines, the outermost first.
    axes: Vec<[usize; 2]>,
    length: usize,
    level: bool,
}

impl Spread {
    /// How a sample of shape `from` fills one of shape `to`.
    ///
    /// # Panics
    /// When it does not: each axis of `from` is 1 or that of `to`.
    pub(crate) fn new(from: &[usize], to: &[usize]) -> Self {
        assert_eq!(from.len(), to.len(), "a sample of {from:?} does not fill one of {to:?}");
        // Neighbouring axes of one kind are one axis, so that lines are long.
        let mut axes: Vec<(usize, bool)> = Vec::new();
        for (&from_size, &size) in from.iter().zip(to).filter(|(_, size)| **size != 1) {
            let kept = from_size == size;
            assert!(kept || from_size == 1, "a sample of {from:?} does not fill one of {to:?}");
            match axes.last_mut() {
                Some((last, last_kept)) if *last_kept == kept => *last *= size,
                _ => axes.push((size, kept)),
            }
        }
        let (length, kept) = axes.pop().unwrap_or((1, true));
        let mut distance = if kept { length } else { 1 };
        let axes = axes.into_iter().rev().map(|(size, kept)| {
            let axis = [size, if kept { distance } else { 0 }];
            distance *= if kept { size } else { 1 };
            axis
        });
        let mut axes: Vec<[usize; 2]> = axes.collect();
        axes.reverse();
        Self { axes, length, level: !kept }
    }

    /// Calls `each` with every value of the large sample `to` and the one of `from` that is spread
    /// over it.
    #[inline(always)]
    pub(crate) fn apply(&self, to: &mut [f32], from: &[f32], each: impl Fn(&mut f32, f32)) {
        for (line, to) in to.chunks_exact_mut(self.length).enumerate() {
            let from = &from[self.start(line)..];
            if self.level {
                to.iter_mut().for_each(|to| each(to, from[0]));
            } else {
                to.iter_mut().zip(from).for_each(|(to, from)| each(to, *from));
            }
        }
    }

    /// Adds every value of the large sample `from`, times `factor`, to the one of `to` that is
    /// spread over it.
    pub(crate) fn gather(&self, to: &mut [f32], from: &[f32], factor: f32) {
        for (line, from) in from.chunks_exact(self.length).enumerate() {
            let to = &mut to[self.start(line)..];
            if self.level {
                to[0] += super::runs::sum(from, from, |from, _| from) as f32 * factor;
            } else {
                to.iter_mut().zip(from).for_each(|(to, from)| *to += from * factor);
            }
        }
    }

    /// Where the line number `line` begins in the small sample.
    fn start(&self, mut line: usize) -> usize {
        let mut start = 0;
        for [size, distance] in self.axes.iter().rev() {
            start += line % size * distance;
            line /= size;
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_spread_repeats_along_the_axes_of_one(
            sizes in prop::collection::vec((1_usize..5, any::<bool>()), 1..5),
        ) {
            let to: Vec<usize> = sizes.iter().map(|(size, _)| *size).collect();
            let from: Vec<usize> =
                sizes.iter().map(|&(size, kept)| if kept { size } else { 1 }).collect();
            let [from_count, count] = [&from, &to].map(|shape| shape.iter().product::<usize>());
            let place = |mut at: usize| {
                let (mut place, mut distance) = (0, 1);
                for axis in (0..to.len()).rev() {
                    place += at % to[axis] % from[axis] * distance;
                    at /= to[axis];
                    distance *= from[axis];
                }
                place
            };
            let values: Vec<f32> = (0..from_count).map(|value| value as f32).collect();
            let spread = Spread::new(&from, &to);
            let mut found = vec![0.0; count];
            spread.apply(&mut found, &values, |to, from| *to = from);
            let expected: Vec<f32> = (0..count).map(|at| place(at) as f32).collect();
            prop_assert_eq!(&found, &expected);

            let mut sums = vec![1.0; from_count];
            spread.gather(&mut sums, &found, 2.0);
            let times = (count / from_count) as f32;
            let expected: Vec<f32> = values.iter().map(|value| 1.0 + 2.0 * value * times).collect();
            prop_assert_eq!(sums, expected);
        }
    }

    #[test]
    #[should_panic(expected = "a sample of [2, 3] does not fill one of [4, 3]")]
    fn a_sample_that_does_not_fit_is_refused() {
        Spread::new(&[2, 3], &[4, 3]);
    }
}
