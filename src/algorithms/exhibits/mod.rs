//! Exhibits: faulty listings, ported faithfully so that their faults can be seen at work.
//!
//! Each is run beside the algorithm that it meant to be and is never offered as a recommendation (`About::exhibit`). A
//! port keeps every fault of the listing and adds none; what it does was measured before it was written down.
//! They know what any algorithm knows. Read next: [`semaphore_per_call`], beside `concurrency::threshold`.

pub mod semaphore_per_call;
pub mod signalled_batcher;
