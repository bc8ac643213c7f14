//! The alias table: draw from n weights with two random numbers, however many weights there are.
//!
//! Picture n columns of equal height. Each column holds a part of its own item and, above it, a part of one other
//! (its *alias*), so cut that every item gets area in proportion to its weight. To draw, take any column, then a
//! height: below the cut it is the column's own item, above it the alias.
//!
//! Source: Walker (1974); built in O(n) after Vose, “A linear algorithm for generating random numbers with a given
//! distribution” (1991). All heights are whole numbers here, so the table is exact.

use std::rc::Rc;

use crate::basics::Randomness;

/// One column: its own item below `cut`, the alias above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    item: u32,
    alias: u32,
    /// Of the height `total`.
    cut: u64,
}

/// The table. It is rebuilt, never edited, so copies share it.
#[derive(Clone, Debug)]
pub struct Alias {
    columns: Rc<[Column]>,
    /// The height of a column, which is the sum of the weights (there are n columns and each weight counts n times).
    total: u64,
}

impl Alias {
    /// A table of `(item, weight)`; items of weight 0 are left out.
    #[must_use]
    pub fn new(weights: &[(u32, u32)]) -> Self {
        let weights: Vec<(u32, u32)> = weights.iter().copied().filter(|&(_, weight)| weight > 0).collect();
        let total: u64 = weights.iter().map(|&(_, weight)| u64::from(weight)).sum();
        let count = weights.len() as u64;
        // Each item starts with a column of its own, filled to weight × n: some too low, some too high.
        let mut columns: Vec<Column> = weights
            .iter()
            .map(|&(item, weight)| Column { item, alias: item, cut: u64::from(weight) * count })
            .collect();
        let (mut low, mut high): (Vec<usize>, Vec<usize>) =
            (0..columns.len()).partition(|&column| columns[column].cut < total);
        // Top up a low column from a high one, until all are level. Every step finishes one column.
        while let (Some(poor), Some(&rich)) = (low.pop(), high.last()) {
            columns[poor].alias = columns[rich].item;
            columns[rich].cut -= total - columns[poor].cut;
            if columns[rich].cut < total {
                high.pop();
                low.push(rich);
            }
        }
        Self { columns: columns.into(), total }
    }

    /// An item, with the chance of its weight; `None` when there is none.
    #[must_use]
    pub fn draw(&self, random: &mut dyn Randomness) -> Option<u32> {
        if self.columns.is_empty() {
            return None;
        }
        let column = self.columns[random.below(self.columns.len() as u32) as usize];
        let height = random.unit() * self.total as f64;
        Some(if height < column.cut as f64 { column.item } else { column.alias })
    }

    /// The area of `item` over all columns: its weight times the number of columns, exactly.
    #[must_use]
    pub fn area(&self, item: u32) -> u64 {
        let own = |column: &Column| if column.item == item { column.cut } else { 0 };
        let above = |column: &Column| if column.alias == item { self.total - column.cut } else { 0 };
        self.columns.iter().map(|column| own(column) + above(column)).sum()
    }
}

impl Default for Alias {
    fn default() -> Self {
        Self::new(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_exactly_the_area_of_its_weight() {
        for weights in [vec![1], vec![5, 1, 1], vec![1, 2, 3, 4], vec![1; 7], vec![100_000, 1, 0, 3], vec![0, 0]] {
            let rows: Vec<(u32, u32)> = weights.iter().enumerate().map(|(i, &weight)| (i as u32, weight)).collect();
            let table = Alias::new(&rows);
            let columns = rows.iter().filter(|row| row.1 > 0).count() as u64;
            for (item, weight) in rows {
                assert_eq!(table.area(item), u64::from(weight) * columns, "item {item} of {weights:?}");
            }
        }
    }
}
