//! The list of batching policies. Adding one is its file and one line here.
//!
//! Two lists from one macro, as for the balancing policies: [`ABOUT`] is data, for the page; [`build`] makes the
//! batcher, for the worker, so that the page never links the code of the policies.

use super::{Batcher, adaptive, coalesce, debounce, kafka, linger, nagle, none, size, size_or_linger};
use crate::algorithms::About;
use crate::algorithms::exhibits::signalled_batcher;
use crate::basics::parameters::Declared;
use crate::basics::prose;

/// `batchers!` writes the data and the constructor of each policy from one entry.
macro_rules! batchers {
    ($($key:literal $label:literal, $folder:literal $module:ident::$type:ident, $cost:literal, $source:literal, $summary:literal, exhibit $exhibit:literal;)+) => {
        /// What there is to know about each policy, in the order in which they are offered.
        pub const ABOUT: &[About] = &[$(About {
            key: $key,
            label: $label,
            summary: prose($summary),
            cost: prose($cost),
            source: prose($source),
            file: concat!("src/algorithms/", $folder, "/", stringify!($module), ".rs"),
            parameters: <$module::Parameters as Declared>::TABLE,
            exhibit: $exhibit,
        }),+];

        /// The policy `key` with its own parameters set from `settings`; those it does not declare are passed over.
        /// `None` when there is no such policy.
        #[must_use]
        pub fn build(key: &str, settings: &[(&str, &str)]) -> Option<Box<dyn Batcher>> {
            match key {
                $($key => {
                    let mut parameters = $module::Parameters::default();
                    for (key, text) in settings {
                        // A setting of another policy is refused here, and that is right: it is not meant for this one.
                        let _ = parameters.set(key, text);
                    }
                    Some(Box::new($module::$type::new(&parameters)))
                })+
                _ => None,
            }
        }
    };
}

batchers! {
    "none" "No batching", "batching" none::Alone, "O(1)", "Gray and Reuter 1992",
        "Each item is sent at once, alone.", exhibit false;
    "size" "By size", "batching" size::BySize, "O(1)", "Bailey 1954; document 001, lines 578–598",
        "A batch leaves when it is full, however long that takes.", exhibit false;
    "linger" "By linger", "batching" linger::ByLinger, "O(1)", "Apache Kafka RecordAccumulator.java",
        "A batch leaves when a fixed time has passed since it was opened, however few are in it.", exhibit false;
    "size-or-linger" "By size or linger", "batching" size_or_linger::BySizeOrLinger, "O(1)", "Apache Kafka RecordAccumulator.java; OpenTelemetry specification",
        "A batch leaves when it is full or old enough, whichever comes first.", exhibit false;
    "adaptive" "Adaptive (group commit)", "batching" adaptive::Adaptive, "O(1)", "DeWitt et al. 1984; Gray and Reuter 1992",
        "A free sender takes what is there; the next batch is what came while the last was out.", exhibit false;
    "kafka" "Kafka's accumulator", "batching" kafka::Kafka, "O(log p) per item, O(p) per drain, p partitions", "Apache Kafka RecordAccumulator.java",
        "Batches by bytes for each partition; one that is ready takes along the others of its node.", exhibit false;
    "coalesce" "Coalescing", "batching" coalesce::Coalesce, "O(log k), k remembered keys", "DataLoader src/index.js",
        "What is asked for in one tick becomes one batch, each key once.", exhibit false;
    "nagle" "Nagle's rule", "batching" nagle::NagleBatcher, "O(1)", "Nagle, RFC 896 (1984); RFC 1122, section 4.2.3.4",
        "A small segment waits while anything is unacknowledged; what is written meanwhile travels with it.", exhibit false;
    "debounce" "Debounce mistaken for linger", "batching" debounce::Debounce, "O(1)", "The trap that Kafka RecordAccumulator.java avoids",
        "The clock starts anew with each item, so steady traffic is never sent.", exhibit true;
    "signalled-batcher" "A signal that nobody waits for", "exhibits" signalled_batcher::SignalledBatcher, "O(1)", "Document 001, lines 578–620, as it stands",
        "Signals when the batch is full, but flushes only by its ticker: the batch size has no effect.", exhibit true;
}
