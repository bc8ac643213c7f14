//! Tables that are put together at compile time, so that each row stays where it belongs: a lab shows what its
//! algorithms declare beside what it declares itself, and tells what it demonstrates in several files.

/// How many rows `tables` have together.
#[must_use]
pub const fn rows<T>(tables: &[&[T]]) -> usize {
    let (mut sum, mut table) = (0, 0);
    while table < tables.len() {
        sum += tables[table].len();
        table += 1;
    }
    sum
}

/// The rows of several tables one after the other; `N` is what [`rows`] says, and the first table is not empty.
#[must_use]
pub const fn joined<T: Copy, const N: usize>(tables: &[&[T]]) -> [T; N] {
    let mut all = [tables[0][0]; N];
    let (mut at, mut table) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[at] = tables[table][row];
            at += 1;
            row += 1;
        }
        table += 1;
    }
    all
}
