//! Matrix products, by the `gemm` crate, behind checks that make them safe to call.

#![allow(unsafe_code, reason = "gemm takes pointers; `multiply` checks what they reach")]

use gemm::Parallelism;

/// Multiplications from which on it pays to wake other threads for a product.
const LARGE: usize = 1 << 23;

/// A matrix in a slice: element (i, j) is at `i * row_stride + j * column_stride`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` values, each `row_stride` after the one before.
    pub(crate) fn new(values: &'a [f32], rows: usize, columns: usize, row_stride: usize) -> Self {
        assert_reach(values.len(), rows, columns, row_stride);
        Self { values, rows, columns, row_stride, column_stride: 1 }
    }

    /// Rows and columns exchanged; nothing moves.
    pub(crate) fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

/// A matrix to write to.
#[derive(Debug)]
pub(crate) struct MatrixMut<'a> {
    values: &'a mut [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
}

impl<'a> MatrixMut<'a> {
    /// Rows of `columns` values, each `row_stride` after the one before.
    pub(crate) fn new(
        values: &'a mut [f32],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        assert_reach(values.len(), rows, columns, row_stride);
        Self { values, rows, columns, row_stride }
    }
}

/// What a product does to the matrix that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Write {
    /// Replaces what was there.
    Replace,
    /// Adds to what was there.
    Add,
}

/// The threads that a product may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Threads {
    /// The calling one.
    One,
    /// All, when the product is large enough.
    All,
}

/// Writes `left` times `right` to `to`.
///
/// # Panics
/// When the shapes do not fit.
pub(crate) fn multiply(
    to: MatrixMut<'_>,
    left: Matrix<'_>,
    right: Matrix<'_>,
    write: Write,
    threads: Threads,
) {
    assert_eq!((left.rows, right.columns), (to.rows, to.columns), "the shape of a product");
    assert_eq!(left.columns, right.rows, "the inner size of a product");
    let work = to.rows * to.columns * left.columns;
    let parallelism = match threads {
        Threads::All if work >= LARGE => Parallelism::Rayon(0),
        _ => Parallelism::None,
    };
    // SAFETY: the constructors have checked that every element of each matrix lies in its slice,
    // and transposing keeps the set of elements. `to` is borrowed mutably, hence apart from both
    // others, and its rows do not overlap. The sizes agree, as asserted above.
    unsafe {
        gemm::gemm(
            to.rows,
            to.columns,
            left.columns,
            to.values.as_mut_ptr(),
            1,
            to.row_stride as isize,
            write == Write::Add,
            left.values.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.values.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

fn assert_reach(values: usize, rows: usize, columns: usize, row_stride: usize) {
    assert!(columns <= row_stride || rows <= 1, "rows of {columns} overlap at {row_stride}");
    let reach = if rows == 0 || columns == 0 { 0 } else { (rows - 1) * row_stride + columns };
    assert!(reach <= values, "a {rows}x{columns} matrix reaches beyond {values} values");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_of_views_are_those_of_their_matrices() {
        let left = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0]; // [1 2; 3 4] in rows of 3
        let right = [5.0, 7.0, 6.0, 8.0]; // [5 6; 7 8] transposed
        let mut to = [100.0; 5];
        multiply(
            MatrixMut::new(&mut to, 2, 2, 3),
            Matrix::new(&left, 2, 2, 3),
            Matrix::new(&right, 2, 2, 2).transposed(),
            Write::Replace,
            Threads::One,
        );
        assert_eq!(to, [19.0, 22.0, 100.0, 43.0, 50.0]);
        multiply(
            MatrixMut::new(&mut to, 2, 2, 3),
            Matrix::new(&left, 2, 2, 3),
            Matrix::new(&right, 2, 2, 2).transposed(),
            Write::Add,
            Threads::All,
        );
        assert_eq!(to, [38.0, 44.0, 100.0, 86.0, 100.0]);
    }

    #[test]
    #[should_panic(expected = "a 2x3 matrix reaches beyond 5 values")]
    fn a_view_beyond_its_slice_is_refused() {
        Matrix::new(&[0.0; 5], 2, 3, 3);
    }
}
