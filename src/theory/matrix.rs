//! Small dense matrices of `f64`: just what a Markov chain with levels and a least-squares fit need.
//!
//! Knows nothing of queues. Read next: [`super::shortest_queue`], its main user.

/// A rectangular matrix, stored row by row.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    columns: usize,
    cells: Vec<f64>,
}

impl Matrix {
    /// The matrix of this many rows and columns whose cells `value` gives by row and column.
    pub(super) fn from_cells(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Self {
        let cells = (0..rows * columns).map(|place| value(place / columns, place % columns)).collect();
        Self { columns, cells }
    }

    /// Ones on the diagonal.
    pub(super) fn identity(size: usize) -> Self {
        Self::from_cells(size, size, |row, column| if row == column { 1.0 } else { 0.0 })
    }

    /// The number of rows.
    fn rows(&self) -> usize {
        self.cells.len() / self.columns
    }

    /// The cell at `row` and `column`.
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.columns + column]
    }

    /// All cells, row by row.
    pub(super) fn cells(&self) -> &[f64] {
        &self.cells
    }

    /// self + factor · other, cell by cell.
    pub(super) fn plus(&self, factor: f64, other: &Self) -> Self {
        let cells = self.cells.iter().zip(&other.cells).map(|(a, b)| a + factor * b).collect();
        Self { columns: self.columns, cells }
    }

    /// The matrix product.
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut cells = vec![0.0; self.rows() * other.columns];
        for (row, sums) in self.cells.chunks_exact(self.columns).zip(cells.chunks_exact_mut(other.columns)) {
            for (factor, line) in row.iter().zip(other.cells.chunks_exact(other.columns)) {
                for (sum, cell) in sums.iter_mut().zip(line) {
                    *sum += factor * cell;
                }
            }
        }
        Self { columns: other.columns, cells }
    }

    /// Rows and columns exchanged.
    pub(super) fn transposed(&self) -> Self {
        Self::from_cells(self.columns, self.rows(), |row, column| self.at(column, row))
    }

    /// The X with self · X = `right`, by elimination with row exchanges. A singular matrix gives cells that are not finite.
    pub(super) fn solve(&self, right: &Self) -> Self {
        let size = self.columns;
        let (mut left, mut right) = (self.clone(), right.clone());
        for pivot in 0..size {
            let best = (pivot..size).fold(pivot, |best, row| {
                if left.at(row, pivot).abs() > left.at(best, pivot).abs() { row } else { best }
            });
            left.exchange(pivot, best);
            right.exchange(pivot, best);
            for row in pivot + 1..size {
                let factor = left.at(row, pivot) / left.at(pivot, pivot);
                if factor != 0.0 {
                    left.subtract_row(row, factor, pivot);
                    right.subtract_row(row, factor, pivot);
                }
            }
        }
        for pivot in (0..size).rev() {
            let scale = left.at(pivot, pivot);
            let columns = right.columns;
            for cell in &mut right.cells[pivot * columns..(pivot + 1) * columns] {
                *cell /= scale;
            }
            for row in 0..pivot {
                right.subtract_row(row, left.at(row, pivot), pivot);
            }
        }
        right
    }

    fn exchange(&mut self, first: usize, second: usize) {
        if first != second {
            for column in 0..self.columns {
                self.cells.swap(first * self.columns + column, second * self.columns + column);
            }
        }
    }

    /// row `target` −= factor · row `source`.
    fn subtract_row(&mut self, target: usize, factor: f64, source: usize) {
        for column in 0..self.columns {
            let cell = self.at(source, column);
            self.cells[target * self.columns + column] -= factor * cell;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solving_undoes_multiplying_even_with_a_zero_on_the_diagonal() {
        let cells = [0.0, 2.0, 1.0, 1.0, -1.0, 0.0, 3.0, 0.0, 0.5];
        let matrix = Matrix::from_cells(3, 3, |row, column| cells[row * 3 + column]);
        let right = Matrix::from_cells(3, 2, |row, column| (row * 2 + column) as f64 - 1.5);
        for (solved, wanted) in matrix.solve(&matrix.times(&right)).cells().iter().zip(right.cells()) {
            // A condition number of about ten.
            assert!((solved - wanted).abs() < 1e-14);
        }
    }
}
