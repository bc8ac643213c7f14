//! A sort for short lists.
//!
//! The library's stable sort is made for long lists, and is several KB of program for each type that it sorts. Lists of a
//! few dozen (the edits of a scenario, the marks of a run) need none of that. Knows nothing of what it sorts.

/// Sorts `list` so that no item is `before` its predecessor; equals keep their order.
///
/// By insertion: it takes steps in proportion to the square of the length, or to the length where little is out of order.
pub fn insertion_sort<T>(list: &mut [T], before: impl Fn(&T, &T) -> bool) {
    for end in 1..list.len() {
        let mut place = end;
        while place > 0 && before(&list[place], &list[place - 1]) {
            list.swap(place, place - 1);
            place -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The library's stable sort is the oracle; the second part of each pair tells equals apart.
        #[test]
        fn it_does_what_the_stable_sort_does(keys in proptest::collection::vec(0_u8..10, 0..40)) {
            let mut list: Vec<(u8, usize)> = keys.into_iter().enumerate().map(|(index, key)| (key, index)).collect();
            let mut expected = list.clone();
            expected.sort_by_key(|&(key, _)| key);
            insertion_sort(&mut list, |(a, _), (b, _)| a < b);
            prop_assert_eq!(list, expected);
        }
    }
}
