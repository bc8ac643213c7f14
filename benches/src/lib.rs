//! The two Rust contestants: the engine as it is shipped, and a bare kernel. Natively a library of `main.rs`, in Wasm
//! a module that `js/child.mjs` calls.
//!
//! Both simulate the same: ten servers with a queue each, dealt out in turn (ten queues of type E10/M/1), Poisson
//! arrivals at 80 % utilisation, exponential services. Read next: [`bare`], then [`engine`].

pub mod bare;
pub mod engine;

/// How many servers.
pub const SERVERS: usize = 10;
/// The mean service time in nanoseconds.
pub const SERVICE: f64 = 100_000.0;
/// Requests a second: 80 % of what the servers can do.
pub const RATE: f64 = 80_000.0;

/// What JavaScript may call.
#[cfg(target_arch = "wasm32")]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// The bare kernel, in one call; the mean response in nanoseconds.
    #[wasm_bindgen]
    pub fn bare(seed: u32, customers: u32) -> f64 {
        super::bare::run(u64::from(seed), u64::from(customers))
    }

    /// A run of the engine.
    #[wasm_bindgen]
    pub struct Engine(super::engine::Measured);

    #[wasm_bindgen]
    impl Engine {
        /// At time zero, with traffic for so many customers.
        #[wasm_bindgen(constructor)]
        pub fn new(seed: u32, customers: u32) -> Self {
            Self(super::engine::Measured::new(u64::from(seed), u64::from(customers)))
        }

        /// Goes on to so many seconds of virtual time or for so many events; whether it stands there.
        pub fn advance(&mut self, seconds: f64, events: u32) -> bool {
            self.0.advance(seconds, u64::from(events))
        }

        /// The mean response so far in nanoseconds.
        pub fn mean(&self) -> f64 {
            self.0.mean()
        }

        /// How long the whole run is, in seconds of virtual time.
        pub fn seconds(&self) -> f64 {
            self.0.seconds()
        }
    }
}
