//! Linear layers.

use dfdx::tensor::Cpu;

use super::super::{Lines, Products};
use super::matrix::{Matrix, MatrixMut, Threads, Write, multiply};
use super::memory::{View, ViewMut};

impl Products for Cpu {
    fn linear(x: View<'_>, weight: View<'_>, bias: Option<View<'_>>, sizes: Lines, y: ViewMut<'_>) {
        let Lines { rows, inputs, outputs } = sizes;
        if let Some(bias) = bias {
            y.0.chunks_exact_mut(outputs).for_each(|y| y.copy_from_slice(bias.0));
        }
        multiply(
            MatrixMut::new(y.0, rows, outputs, outputs),
            Matrix::new(x.0, rows, inputs, inputs),
            Matrix::new(weight.0, outputs, inputs, inputs).transposed(),
            if bias.is_some() { Write::Add } else { Write::Replace },
            Threads::All,
        );
    }

    fn linear_weight_gradient(x: View<'_>, dy: View<'_>, sizes: Lines, dw: ViewMut<'_>) {
        let Lines { rows, inputs, outputs } = sizes;
        let to = MatrixMut::new(dw.0, outputs, inputs, inputs);
        let dy = Matrix::new(dy.0, rows, outputs, outputs);
        let x = Matrix::new(x.0, rows, inputs, inputs);
        multiply(to, dy.transposed(), x, Write::Add, Threads::All);
    }

    fn linear_bias_gradient(dy: View<'_>, db: ViewMut<'_>) {
        for dy in dy.0.chunks_exact(db.0.len()) {
            for (db, dy) in db.0.iter_mut().zip(dy) {
                *db += dy;
            }
        }
    }

    fn linear_input_gradient(weight: View<'_>, dy: View<'_>, sizes: Lines, dx: ViewMut<'_>) {
        let Lines { rows, inputs, outputs } = sizes;
        let to = MatrixMut::new(dx.0, rows, inputs, inputs);
        let dy = Matrix::new(dy.0, rows, outputs, outputs);
        let weight = Matrix::new(weight.0, outputs, inputs, inputs);
        multiply(to, dy, weight, Write::Add, Threads::All);
    }
}
