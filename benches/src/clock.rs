//! The one place that looks at the machine's clock.

use std::time::Instant;

/// How long `work` takes, in seconds, and what it gives.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures the machine, natively")]
pub fn time<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}
