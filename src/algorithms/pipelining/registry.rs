//! The list of rules for full queues. Adding one is its file and one line here.
//!
//! Two lists from one macro, as for the other families: [`ABOUT`] is data, for the page; [`build`] makes the rule, for the
//! worker.

use super::{Overflow, backpressure, drop_new, drop_old, unbounded};
use crate::algorithms::About;
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `rules!` writes the data and the constructor of each rule from one entry.
macro_rules! rules {
    ($($key:literal $label:literal, $module:ident::$type:ident, $source:literal, $summary:literal;)+) => {
        /// What there is to know about each rule, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: prose($summary),
            cost: prose("O(1)"),
            source: prose($source),
            file: concat!("src/algorithms/pipelining/", stringify!($module), ".rs"),
            parameters: <$module::Parameters as Declared>::TABLE,
            exhibit: false,
        }),+];

        /// The rule `key`; `None` when there is no such rule.
        #[must_use]
        pub fn build(key: &str) -> Option<Box<dyn Overflow>> {
            match key {
                $($key => Some(Box::new($module::$type::new(&$module::Parameters::default()))),)+
                _ => None,
            }
        }
    };
}

rules! {
    "backpressure" "Backpressure", backpressure::Backpressure,
        "Kahn and MacQueen 1977; Reactive Streams 1.0", "Who cannot pass an item on keeps it and stops, back to the source.";
    "drop-new" "Drop the newest", drop_new::DropNew,
        "Java ThreadPoolExecutor.AbortPolicy; M/M/c/K", "Who finds a full queue is turned away.";
    "drop-old" "Drop the oldest", drop_old::DropOld,
        "Java ThreadPoolExecutor.DiscardOldestPolicy; Project Reactor", "Who comes to a full queue pushes the one out that has waited longest.";
    "unbounded" "Unbounded queues", unbounded::Unbounded,
        "Java Executors.newFixedThreadPool", "Every queue takes whatever comes, and every wait grows with it.";
}
