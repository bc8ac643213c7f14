//! What holds in the simulated world whatever is done to it: nobody is lost, queues keep their order, shares are
//! equal, work survives a change of speed, and the same scenario is the same run.
//!
//! Cases are drawn from a fixed seed, so a failure comes again. Read next: `theory_grid.rs`, for how fast the world is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails here")]

#[path = "world_properties/chance.rs"]
mod chance;
#[path = "world_properties/edges.rs"]
mod edges;
#[path = "world_properties/runs.rs"]
mod runs;
#[path = "world_properties/stations.rs"]
mod stations;
