//! Values in other places.

use dfdx::tensor::Cpu;
use rayon::prelude::*;

use super::super::{Layouts, Order, Padded, Part};
use super::memory::{View, ViewMut};
use super::pad::Padding;
use super::parallel::units_per_part;
use super::permute::Lines;
use super::runs::copy_lines;

impl Layouts for Cpu {
    fn concat(x: &[View<'_>], widths: &[usize], samples: usize, y: ViewMut<'_>) {
        let total: usize = widths.iter().sum();
        let part = units_per_part(samples, y.0.len());
        y.0.par_chunks_mut(part * total).enumerate().for_each(|(number, values)| {
            for (sample, mut y) in values.chunks_exact_mut(total).enumerate() {
                for (x, &width) in x.iter().zip(widths) {
                    let (head, rest) = y.split_at_mut(width);
                    head.copy_from_slice(&x.0[(number * part + sample) * width..][..width]);
                    y = rest;
                }
            }
        });
    }

    fn concat_gradient(dy: View<'_>, total: usize, first: usize, width: usize, dx: ViewMut<'_>) {
        let part = units_per_part(dy.0.len() / total, dy.0.len());
        let parts = dx.0.par_chunks_mut(part * width).zip(dy.0.par_chunks(part * total));
        parts.for_each(|(dx, dy)| {
            for (dx, dy) in dx.chunks_exact_mut(width).zip(dy.chunks_exact(total)) {
                dx.iter_mut().zip(&dy[first..]).for_each(|(dx, dy)| *dx += dy);
            }
        });
    }

    fn crop(x: View<'_>, part: Part, y: ViewMut<'_>) {
        let Part { size: [rows, columns], first, part: [out_rows, width] } = part;
        let start = first[0] * columns + first[1];
        let planes = y.0.chunks_exact_mut((out_rows * width).max(1));
        for (y, x) in planes.zip(x.0.chunks_exact(rows * columns)) {
            copy_lines(y, width, &x[start..], columns);
        }
    }

    fn crop_gradient(dy: View<'_>, part: Part, dx: ViewMut<'_>) {
        let Part { size: [rows, columns], first, part: [out_rows, width] } = part;
        let start = first[0] * columns + first[1];
        let planes = dx.0.chunks_exact_mut(rows * columns);
        for (dx, dy) in planes.zip(dy.0.chunks_exact((out_rows * width).max(1))) {
            let lines = dx[start..].chunks_mut(columns);
            for (dx, dy) in lines.zip(dy.chunks_exact(width)) {
                for (dx, dy) in dx.iter_mut().zip(dy) {
                    *dx += dy;
                }
            }
        }
    }

    fn pad(x: View<'_>, padded: Padded, y: ViewMut<'_>) {
        Padding::new(padded).forward(x.0, y.0);
    }

    fn pad_gradient(dy: View<'_>, padded: Padded, dx: ViewMut<'_>) {
        Padding::new(padded).add_gradient(dy.0, dx.0);
    }

    fn permute(x: View<'_>, order: &Order, samples: usize, y: ViewMut<'_>) {
        Lines::new(order).forward(x.0, samples, y.0);
    }

    fn permute_gradient(dy: View<'_>, order: &Order, samples: usize, dx: ViewMut<'_>) {
        Lines::new(order).add_gradient(dy.0, samples, dx.0);
    }
}
