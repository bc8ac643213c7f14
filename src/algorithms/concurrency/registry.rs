//! The list of limiters. Adding one is its file and one line here.
//!
//! Two lists from one macro, as for the balancing policies: [`ABOUT`] is data, for the page; [`build`] makes the
//! limiter, for the worker, so that the page never links the code of the limiters.

use super::{
    Limiter, aimd, envoy_gradient, fixed, gradient, gradient2, littles_law, tcp_vegas, threshold, vegas, windowed,
};
use crate::algorithms::About;
use crate::algorithms::exhibits::semaphore_per_call;
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `limiters!` writes the data and the constructor of each limiter from one entry. Those under `around` are built
/// round another limiter, which gets the same settings.
macro_rules! limiters {
    (alone { $($key:literal $label:literal, $folder:literal $module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+ }
     around { $($outer_key:literal $outer_label:literal, $outer_folder:literal $outer_module:ident::$outer_type:ident, $outer_cost:literal, $outer_source:literal, $outer_summary:literal;)+ }) => {
        /// What there is to know about each limiter, in the order in which they are offered.
        pub const ABOUT: &[About] = &[
            $(About {
                key: $key,
                label: $label,
                summary: prose($summary),
                cost: prose($cost),
                source: prose($source),
                file: concat!("src/algorithms/", $folder, "/", stringify!($module), ".rs"),
                parameters: <$module::Parameters as Declared>::TABLE,
                exhibit: $exhibit,
            },)+
            $(About {
                key: $outer_key,
                label: $outer_label,
                summary: prose($outer_summary),
                cost: prose($outer_cost),
                source: prose($outer_source),
                file: concat!("src/algorithms/", $outer_folder, "/", stringify!($outer_module), ".rs"),
                parameters: $outer_module::TABLE,
                exhibit: false,
            },)+
        ];

        /// The limiter `key` with its own parameters set from `settings`; those it does not declare are passed over.
        /// `None` when there is no such limiter.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)]) -> Option<Box<dyn Limiter>> {
            match key {
                $($key => Some(Box::new($module::$type::new(&read::<$module::Parameters>(settings)))),)+
                $($outer_key => {
                    let parameters = read::<$outer_module::Parameters>(settings);
                    let inside = build(parameters.inside_key(), settings)?;
                    Some(Box::new($outer_module::$outer_type::new(&parameters, inside)))
                })+
                _ => None,
            }
        }
    };
}

/// The defaults, with what `settings` has for them.
fn read<P: Declared + Default>(settings: &[(&str, &str)]) -> P {
    let mut parameters = P::default();
    for (key, text) in settings {
        // A setting of another limiter is refused here, and that is right: it is not meant for this one.
        let _ = parameters.set(key, text);
    }
    parameters
}

limiters! {
    alone {
        "fixed" "Fixed limit", "concurrency" fixed::Fixed, "O(1)", "Netflix concurrency-limits FixedLimit.java; Release It! (Nygard), bulkheads",
            "A number that somebody chose. Right until the service changes.", exhibit false;
        "threshold" "Threshold controller", "concurrency" threshold::Threshold, "O(1)", "Document 001, lines 339–398, repaired",
            "Once a second: one more when all is well, one less when calls fail or are slow.", exhibit false;
        "aimd" "AIMD", "concurrency" aimd::Aimd, "O(1)", "Netflix concurrency-limits AIMDLimit.java; Chiu and Jain 1989",
            "One more for each request that comes back well, a tenth less for each that does not.", exhibit false;
        "vegas" "Vegas", "concurrency" vegas::Vegas, "O(1)", "Netflix concurrency-limits VegasLimit.java; Brakmo and Peterson 1995",
            "Estimates the queue from the latency above the lowest ever seen, and keeps it short.", exhibit false;
        "gradient" "Gradient", "concurrency" gradient::Gradient, "O(1)", "Netflix concurrency-limits GradientLimit.java",
            "Scales the limit by the ratio of the lowest latency to the present one, and adds room for a queue.", exhibit false;
        "gradient2" "Gradient2", "concurrency" gradient2::Gradient2, "O(1)", "Netflix concurrency-limits Gradient2Limit.java",
            "Scales the limit by the ratio of the long-term latency to the present one, and adds room for a queue.", exhibit false;
        "envoy-gradient" "Envoy gradient controller", "concurrency" envoy_gradient::EnvoyGradient, "O(1) per request, O(n log n) per window of n", "Envoy gradient_controller.cc",
            "Now and then lets almost nobody in to measure the empty service, then scales the limit against that.", exhibit false;
        "tcp-vegas" "TCP Vegas", "concurrency" tcp_vegas::TcpVegas, "O(1)", "Brakmo and Peterson 1995; Linux tcp_vegas.c",
            "The ancestor: one more or one less each round trip, to keep two to four packets queued.", exhibit false;
        "littles-law" "Little's law", "concurrency" littles_law::LittlesLaw, "O(1)", "Little 1961",
            "The limit that somebody who knew the capacity would set: throughput times latency without load.", exhibit false;
        "semaphore-per-call" "A semaphore for each call", "exhibits" semaphore_per_call::SemaphorePerCall, "O(1)", "Document 001, lines 339–398, as it stands",
            "Makes a new semaphore at each call, so it limits nothing; and what it calls latency is the number in flight.", exhibit true;
    }
    around {
        "windowed" "Windowed", "concurrency" windowed::Windowed, "O(1) per request, O(n log n) per window for a percentile", "Netflix concurrency-limits WindowedLimit.java",
            "Gathers a second of samples and gives another limiter their average or a percentile.";
    }
}
