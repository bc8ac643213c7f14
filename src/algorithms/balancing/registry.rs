//! The list of balancing policies. Adding one is its file and one line here.
//!
//! Two lists from one macro: [`ABOUT`] is data, for the page; [`build`] makes the policy, for the worker, so that
//! the page never links the code of the policies.

use super::Balancer;
use crate::algorithms::About;
use crate::basics::parameters::Declared;

/// `policies!` writes the data and the constructor of each policy from one entry.
macro_rules! policies {
    ($($key:literal $label:literal, $module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+) => {
        /// What there is to know about each policy, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: $summary,
            cost: $cost,
            source: $source,
            file: concat!("src/algorithms/balancing/", stringify!($module), ".rs"),
            parameters: <super::$module::Parameters as Declared>::TABLE,
            exhibit: $exhibit,
        }),+];

        /// The policy `key` with its own parameters set from `settings`; those it does not declare are passed over.
        /// `None` when there is no such policy.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)]) -> Option<Box<dyn Balancer>> {
            match key {
                $($key => {
                    let mut parameters = super::$module::Parameters::default();
                    for (key, text) in settings {
                        // A setting of another policy is refused here, and that is right: it is not meant for this one.
                        let _ = parameters.set(key, text);
                    }
                    Some(Box::new(super::$module::$type::new(&parameters)))
                })+
                _ => None,
            }
        }
    };
}

policies! {
    "round-robin" "Round robin", round_robin::RoundRobin, "O(1)", "nginx ngx_http_upstream_round_robin.c; RFC 970",
        "Every server in turn, whatever became of the last request.", exhibit false;
    "random" "Random", random::Random, "O(1)", "Envoy random_lb.cc",
        "Any eligible server, each equally likely.", exhibit false;
    "least-loaded" "Least loaded", least_loaded::LeastLoaded, "O(1)", "HAProxy lb_fwlc.c (order within equal load)",
        "The server with the fewest requests in flight; among equals the one that has waited longest.", exhibit false;
    "two-choices" "Two random choices", two_choices::TwoChoices, "O(d)", "Mitzenmacher 2001; Finagle P2C.scala",
        "Sample two servers, take the one with fewer requests in flight.", exhibit false;
}
