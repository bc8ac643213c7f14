//! The list of balancing policies. Adding one is its file and one line here.
//!
//! Two lists from one macro: [`ABOUT`] is data, for the page; [`build`] makes the policy, for the worker, so that
//! the page never links the code of the policies.

use super::Balancer;
use crate::algorithms::{self, About};
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `policies!` writes the data and the constructor of each policy from one entry.
macro_rules! policies {
    ($($key:literal $label:literal, $room:ident::$module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+) => {
        /// What there is to know about each policy, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: prose($summary),
            cost: prose($cost),
            source: prose($source),
            file: concat!("src/algorithms/", stringify!($room), "/", stringify!($module), ".rs"),
            parameters: <algorithms::$room::$module::Parameters as Declared>::TABLE,
            exhibit: $exhibit,
        }),+];

        /// The policy `key` with its own parameters set from `settings`; those it does not declare are passed over.
        /// `None` when there is no such policy.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)]) -> Option<Box<dyn Balancer>> {
            match key {
                $($key => {
                    let mut parameters = algorithms::$room::$module::Parameters::default();
                    for (key, text) in settings {
                        // A setting of another policy is refused here, and that is right: it is not meant for this one.
                        let _ = parameters.set(key, text);
                    }
                    Some(Box::new(algorithms::$room::$module::$type::new(&parameters)))
                })+
                _ => None,
            }
        }
    };
}

policies! {
    "round-robin" "Round robin", balancing::round_robin::RoundRobin, "O(1)",
        "nginx ngx_http_upstream_round_robin.c; RFC 970",
        "Every server in turn, whatever became of the last request.", exhibit false;
    "smooth-weighted-round-robin" "Smooth weighted round robin",
        balancing::smooth_weighted_round_robin::SmoothWeightedRoundRobin, "O(n)",
        "nginx ngx_http_upstream_round_robin.c, commit 52327e0627f4",
        "Every server in turn, the heavier more often and evenly interleaved.", exhibit false;
    "random" "Random", balancing::random::Random, "O(1)", "Envoy random_lb.cc",
        "Any eligible server, each equally likely.", exhibit false;
    "weighted-random" "Weighted random", balancing::weighted_random::WeightedRandom,
        "O(1); O(n) when servers change", "Walker 1974; Vose 1991",
        "Any eligible server, with a chance in proportion to its weight.", exhibit false;
    "least-loaded" "Least loaded", balancing::least_loaded::LeastLoaded, "O(1)",
        "HAProxy lb_fwlc.c (order within equal load)",
        "The server with the fewest requests in flight; among equals the one that has waited longest.", exhibit false;
    "weighted-least-loaded" "Weighted least loaded", balancing::weighted_least_loaded::WeightedLeastLoaded, "O(log n)",
        "nginx least_conn (comparison); HAProxy lb_fwlc.c (order within ties)",
        "The server with the fewest requests in flight for its weight; among equals the one that has waited longest.",
        exhibit false;
    "nginx-least-conn" "nginx least_conn", balancing::nginx_least_conn::NginxLeastConn, "O(n)",
        "nginx ngx_http_upstream_least_conn_module.c",
        "The fewest requests in flight for the weight; ties are dealt out by weight, in turns.", exhibit false;
    "haproxy-leastconn" "HAProxy leastconn", balancing::haproxy_leastconn::HaproxyLeastconn, "O(log n)",
        "HAProxy src/lb_fwlc.c",
        "The fewest requests in flight for the weight, counting the one to come; ties first in, first out.", exhibit false;
    "two-choices" "Two random choices", balancing::two_choices::TwoChoices, "O(d)",
        "Mitzenmacher 2001; Finagle P2C.scala; Envoy least_request_lb.cc (with replacement)",
        "Sample two servers, take the one with fewer requests in flight.", exhibit false;
    "weighted-least-request" "Weighted least request", balancing::weighted_least_request::WeightedLeastRequest,
        "O(log n)", "Envoy least_request_lb.cc, edf_scheduler.h",
        "Each server has a date, the sooner the heavier and the less loaded it is; the earliest is picked.", exhibit false;
    "peak-ewma" "Peak EWMA", balancing::peak_ewma::PeakEwma, "O(1)",
        "Finagle PeakEwma.scala; tower load/peak_ewma.rs; Envoy contrib/peak_ewma",
        "Of two random servers the one where waiting has cost less lately: it sees slow servers, not only full ones.",
        exhibit false;
    "ip-hash" "IP hash", balancing::ip_hash::IpHash, "O(n)", "nginx ngx_http_upstream_ip_hash_module.c",
        "The network of the client's address decides, so a client stays with its server.", exhibit false;
    "consistent-hashing" "Consistent hashing", balancing::consistent_hashing::ConsistentHashing, "O(log (n·v))",
        "Karger et al. 1997; nginx ngx_http_upstream_hash_module.c",
        "What is asked for decides, by a hash ring: few keys move when a server comes or goes.", exhibit false;
    "bounded-loads" "Consistent hashing with bounded loads", balancing::bounded_loads::BoundedLoads,
        "O(log (n·v)) and a step for each full server met",
        "Mirrokni, Thorup and Zadimoghaddam 2016; HAProxy lb_chash.c (slots)",
        "By the ring, but on to the next server when the owner has more than its fair share.", exhibit false;
    "seed-weighted" "Seed: weighted round robin by remainder", exhibits::weighted_by_remainder::WeightedByRemainder,
        "O(n·w) at worst", "The seed document 001, lines 464–492",
        "Claims to respect weights. The shares follow from remainders, not from weights; some servers get nothing.",
        exhibit true;
    "seed-strategies" "Seed: strategies in name only", exhibits::strategies_in_name_only::StrategiesInNameOnly, "O(n)",
        "The seed document 004, lines 134–207",
        "Claims round robin and least connections. Both are random, as is “random”.", exhibit true;
    "seed-least-loaded" "Seed: least loaded, ties to the first", exhibits::least_loaded_first_index::LeastLoadedFirstIndex,
        "O(n)", "The seed document 001, lines 432–448",
        "Claims least loaded, and is; but every tie goes to the first server, which at low load gets most.", exhibit true;
}
