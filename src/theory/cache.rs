//! Hit ratios when every request asks for an item at random by popularity, whatever was asked before.
//!
//! This "independent reference model" has no loops, scans or bursts: real traces do better or worse. Items have equal
//! size, `cache` is the number that fit. Knows nothing else. Read next: [`super::early_refresh`].

use super::Formulas;
use crate::basics::maths::{exp, pow};

/// Che's approximation for least recently used, and its counterpart for first in, first out.
pub const MATHML: Formulas = Formulas::of(
    "cache",
    concat!(
        "<math display=\"block\"><munder><mo>∑</mo><mi>i</mi></munder><mrow><mo>(</mo><mn>1</mn><mo>−</mo>",
        "<msup><mi>e</mi><mrow><mo>−</mo><msub><mi>p</mi><mi>i</mi></msub><mi>T</mi></mrow></msup><mo>)</mo></mrow><mo>=</mo><mi>C</mi><mo>,</mo>",
        "<mspace width=\"1em\"/><msub><mi>h</mi><mtext>LRU</mtext></msub><mo>≈</mo><munder><mo>∑</mo><mi>i</mi></munder>",
        "<msub><mi>p</mi><mi>i</mi></msub><mrow><mo>(</mo><mn>1</mn><mo>−</mo>",
        "<msup><mi>e</mi><mrow><mo>−</mo><msub><mi>p</mi><mi>i</mi></msub><mi>T</mi></mrow></msup><mo>)</mo></mrow></math>",
        "<math display=\"block\"><munder><mo>∑</mo><mi>i</mi></munder><mfrac><mrow><msub><mi>p</mi><mi>i</mi></msub><mi>T</mi></mrow>",
        "<mrow><mn>1</mn><mo>+</mo><msub><mi>p</mi><mi>i</mi></msub><mi>T</mi></mrow></mfrac><mo>=</mo><mi>C</mi><mo>,</mo>",
        "<mspace width=\"1em\"/><msub><mi>h</mi><mtext>FIFO</mtext></msub><mo>≈</mo><munder><mo>∑</mo><mi>i</mi></munder>",
        "<mfrac><mrow><msubsup><mi>p</mi><mi>i</mi><mn>2</mn></msubsup><mi>T</mi></mrow>",
        "<mrow><mn>1</mn><mo>+</mo><msub><mi>p</mi><mi>i</mi></msub><mi>T</mi></mrow></mfrac></math>",
    ),
);

/// The popularity of `items` by rank: proportional to 1 ÷ rank^`exponent`, adding up to one, most popular first.
///
/// Source: Zipf, 1949; for the web: Breslau and others, 1999.
#[must_use]
pub fn zipf(items: u32, exponent: f64) -> Vec<f64> {
    let weights: Vec<f64> = (1..=items).map(|rank| pow(f64::from(rank), -exponent)).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

/// The characteristic time of a least-recently-used cache, counted in requests: an item not asked for during it is out.
/// Infinite when all items fit.
///
/// Source: Che, Tung and Wang, 2002.
#[must_use]
pub fn lru_characteristic_time(popularity: &[f64], cache: u32) -> f64 {
    characteristic_time(popularity, cache, |reach| 1.0 - exp(-reach), |reach| exp(-reach))
}

/// The hit ratio (0 to 1) of a least-recently-used cache.
///
/// An APPROXIMATION, within a per cent from a dozen places on. Source: Che, Tung and Wang, 2002; why it is so good:
/// Fricker, Robert and Roberts, 2012.
#[must_use]
pub fn lru_hit_ratio(popularity: &[f64], cache: u32) -> f64 {
    let time = lru_characteristic_time(popularity, cache);
    popularity.iter().map(|chance| chance * (1.0 - exp(-chance * time))).sum()
}

/// The characteristic time of a first-in-first-out or random-replacement cache, counted in requests: the mean time that
/// an item stays once it is in. Infinite when all items fit.
///
/// Source: Martina, Garetto and Leonardi, 2014.
#[must_use]
pub fn fifo_characteristic_time(popularity: &[f64], cache: u32) -> f64 {
    characteristic_time(popularity, cache, |reach| reach / (1.0 + reach), |reach| 1.0 / ((1.0 + reach) * (1.0 + reach)))
}

/// The hit ratio (0 to 1) of a first-in-first-out or random-replacement cache: both have the same.
///
/// An APPROXIMATION, as good as [`lru_hit_ratio`]; [`fifo_hit_ratio_exact`] has none.
/// Source: Martina, Garetto and Leonardi, 2014.
#[must_use]
pub fn fifo_hit_ratio(popularity: &[f64], cache: u32) -> f64 {
    let time = fifo_characteristic_time(popularity, cache);
    if time.is_infinite() {
        return popularity.iter().sum();
    }
    popularity.iter().map(|chance| chance * chance * time / (1.0 + chance * time)).sum()
}

/// The hit ratio (0 to 1) of a cache that always holds the most popular items: no policy that cannot foresee does better
/// under independent references. Least frequently used tends to it. `popularity` in any order.
///
/// Exact. Source: Coffman and Denning, 1973 (the policy A₀).
#[must_use]
pub fn ideal_hit_ratio(popularity: &[f64], cache: u32) -> f64 {
    let mut sorted = popularity.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    // On a 32-bit platform no slice is longer than u32::MAX, so the saturated number is right.
    sorted.iter().take(usize::try_from(cache).unwrap_or(usize::MAX)).sum()
}

/// The most items for which [`lru_hit_ratio_exact`] looks at every subset.
pub const EXACT_ITEMS: usize = 20;

/// The hit ratio (0 to 1) of a least-recently-used cache without approximation; `None` for more than [`EXACT_ITEMS`].
///
/// Exact, in 2^items × items steps: the most recently used items are a draw without replacement. Source: King, 1971.
#[must_use]
pub fn lru_hit_ratio_exact(popularity: &[f64], cache: u32) -> Option<f64> {
    if popularity.len() > EXACT_ITEMS {
        return None;
    }
    let subsets = 1_usize << popularity.len();
    // P(the first |subset| different items, looking back in time, are those of `subset`), and the subset's popularity.
    let mut chances = vec![0.0; subsets];
    let mut sums = vec![0.0; subsets];
    chances[0] = 1.0;
    let mut ratio = 0.0;
    for subset in 0..subsets {
        let members = || popularity.iter().enumerate().filter(move |(item, _)| subset & (1 << item) != 0);
        sums[subset] = members().map(|(_, chance)| chance).sum();
        if subset > 0 {
            chances[subset] = members()
                .map(|(item, chance)| {
                    let before = subset & !(1 << item);
                    chances[before] * chance / (1.0 - sums[before])
                })
                .sum();
        }
        if subset.count_ones() == cache {
            ratio += chances[subset] * sums[subset];
        }
    }
    Some(if popularity.len() as u64 <= u64::from(cache) { popularity.iter().sum() } else { ratio })
}

/// The hit ratio (0 to 1) of a first-in-first-out or random-replacement cache without approximation.
///
/// Exact, in items × cache steps and as much memory: the cached set has a chance proportional to the product of its
/// popularities, that is, independent coins conditioned on `cache` heads. Source: King, 1971; Gelenbe, 1973.
#[must_use]
pub fn fifo_hit_ratio_exact(popularity: &[f64], cache: u32) -> f64 {
    let time = fifo_characteristic_time(popularity, cache);
    if time.is_infinite() {
        return popularity.iter().sum();
    }
    if cache == 0 {
        return 0.0;
    }
    // Odds may be scaled at will; with this scale `cache` heads are what is expected, so that nothing underflows.
    let coins: Vec<f64> = popularity.iter().map(|chance| chance * time / (1.0 + chance * time)).collect();
    // Finite time means that the cache is smaller than the slice, so it fits a usize.
    let places = cache as usize;
    let forward = heads_counts(coins.iter(), places);
    let backward = heads_counts(coins.iter().rev(), places);
    let all = forward[coins.len()][places];
    let mut ratio = 0.0;
    for (item, (coin, chance)) in coins.iter().zip(popularity).enumerate() {
        let (before, after) = (&forward[item], &backward[coins.len() - item - 1]);
        // `places - 1` heads among all the other coins.
        let others: f64 = before.iter().take(places).zip(after.iter().take(places).rev()).map(|(a, b)| a * b).sum();
        ratio += chance * coin * others / all;
    }
    ratio
}

/// For every number of first coins, from none to all: the probability of 0..=`most` heads among them.
fn heads_counts<'a>(coins: impl Iterator<Item = &'a f64>, most: usize) -> Vec<Vec<f64>> {
    let mut none = vec![0.0; most + 1];
    none[0] = 1.0;
    let mut counts = vec![none];
    for coin in coins {
        let last = &counts[counts.len() - 1];
        let one_less = core::iter::once(0.0).chain(last.iter().copied());
        let next = last.iter().zip(one_less).map(|(tails, heads)| (1.0 - coin) * tails + coin * heads).collect();
        counts.push(next);
    }
    counts
}

/// The T at which the sum over the items of `present(popularity · T)` is `cache`; `slope` is the derivative of `present`.
fn characteristic_time(
    popularity: &[f64],
    cache: u32,
    present: impl Fn(f64) -> f64,
    slope: impl Fn(f64) -> f64,
) -> f64 {
    let wanted = f64::from(cache);
    let asked_for = popularity.iter().filter(|chance| **chance > 0.0).count();
    if asked_for as u64 <= u64::from(cache) {
        return f64::INFINITY;
    }
    // The sum is concave and rises: Newton's steps from the left never pass the root. At T = cache they are on its left.
    let mut time = wanted;
    for _ in 0..500 {
        let missing = wanted - popularity.iter().map(|chance| present(chance * time)).sum::<f64>();
        let step = missing / popularity.iter().map(|chance| chance * slope(chance * time)).sum::<f64>();
        // The sums round at 1e-16 of the cache; below that the steps only wander.
        if step.is_nan() || step <= time * 1e-15 {
            break;
        }
        time += step;
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_all_items_fit_every_request_hits() {
        let popularity = zipf(6, 1.0);
        for cache in [6, 7, u32::MAX] {
            for ratio in [
                lru_hit_ratio(&popularity, cache),
                fifo_hit_ratio(&popularity, cache),
                fifo_hit_ratio_exact(&popularity, cache),
                lru_hit_ratio_exact(&popularity, cache).unwrap(),
                ideal_hit_ratio(&popularity, cache),
            ] {
                assert!((ratio - 1.0).abs() < 1e-15, "{cache}: {ratio}");
            }
        }
    }

    #[test]
    fn an_empty_cache_never_hits() {
        let popularity = zipf(6, 1.0);
        assert_eq!(lru_hit_ratio(&popularity, 0), 0.0);
        assert_eq!(fifo_hit_ratio(&popularity, 0), 0.0);
        assert_eq!(fifo_hit_ratio_exact(&popularity, 0), 0.0);
        assert_eq!(lru_hit_ratio_exact(&popularity, 0), Some(0.0));
        assert_eq!(ideal_hit_ratio(&popularity, 0), 0.0);
    }

    #[test]
    fn the_exact_ratio_of_a_large_fifo_cache_is_near_the_approximation_and_below_lru() {
        let popularity = zipf(2_000, 0.9);
        let exact = fifo_hit_ratio_exact(&popularity, 200);
        // The approximation's error falls as 1/cache.
        assert!((exact / fifo_hit_ratio(&popularity, 200) - 1.0).abs() < 0.01, "{exact}");
        assert!(exact < lru_hit_ratio(&popularity, 200));
        assert!(lru_hit_ratio(&popularity, 200) < ideal_hit_ratio(&popularity, 200));
    }

    #[test]
    fn more_items_than_can_be_enumerated_are_refused() {
        assert_eq!(lru_hit_ratio_exact(&zipf(21, 1.0), 3), None);
        assert_eq!(lru_hit_ratio_exact(&[], 0), Some(0.0));
    }
}
