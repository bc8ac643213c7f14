//! The list of health checks: data for the page, a constructor for the worker, as for the policies.

use super::Health;
use crate::algorithms::{self, About};
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `checks!` writes the data and the constructor of each health check from one entry.
macro_rules! checks {
    ($($key:literal $label:literal, $($room:ident)::+ / $module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+) => {
        /// What there is to know about each health check, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: prose($summary),
            cost: prose($cost),
            source: prose($source),
            file: concat!("src/algorithms", $("/", stringify!($room),)+ "/", stringify!($module), ".rs"),
            parameters: <algorithms::$($room)::+::$module::Parameters as Declared>::TABLE,
            exhibit: $exhibit,
        }),+];

        /// The health check `key` of so many servers, with its own parameters set from `settings`; those it does not
        /// declare are passed over. `None` when there is no such check.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)], servers: u32) -> Option<Box<dyn Health>> {
            match key {
                $($key => {
                    let mut parameters = algorithms::$($room)::+::$module::Parameters::default();
                    for (key, text) in settings {
                        // A setting of another check is refused here, and that is right: it is not meant for this one.
                        let _ = parameters.set(key, text);
                    }
                    Some(Box::new(algorithms::$($room)::+::$module::$type::new(&parameters, servers)))
                })+
                _ => None,
            }
        }
    };
}

checks! {
    "active-checks" "Active checks", balancing::health/active::ActiveChecks,
        "O(1) for each probe",
        "HAProxy src/check.c (inter, rise, fall)",
        "Asks every server in turn; several failures in a row eject it, several successes return it.", exhibit false;
    "outlier-detection" "Outlier detection", balancing::health/outlier::OutlierDetection,
        "O(1) for each answer, O(n) for each interval",
        "Envoy outlier_detection_impl.cc",
        "Watches the traffic: ejects a server after failures in a row, or when it succeeds much less often than its peers.",
        exhibit false;
    "one-strike" "One strike and out", exhibits/one_strike::OneStrike,
        "O(1) for each answer, O(n) for each poll",
        "The seed document 004, “Load balancer”, lines 209–271",
        "A single broken connection ejects a server until the next poll, up to 30 seconds later.", exhibit true;
}
