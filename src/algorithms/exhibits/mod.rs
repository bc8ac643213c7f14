//! Exhibits: faulty listings of the seed documents, ported faithfully, to be run beside the right algorithm.
//!
//! They are never recommended (`About::exhibit`). A port keeps every fault of the listing and adds none. Each says
//! what the listing claims, what it really does (measured by running it; the tests hold the figures), when it is not
//! so bad, and what is right. They know what any algorithm knows. Find the fault before you read the header.

pub mod id_modulo;
pub mod least_loaded_first_index;
pub mod name_ring;
pub mod one_strike;
pub mod semaphore_per_call;
pub mod signalled_batcher;
pub mod strategies_in_name_only;
pub mod two_maps;
pub mod weighted_by_remainder;
