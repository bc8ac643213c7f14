//! Hash functions that the learner reads: FNV, a finaliser, xxHash64; and the choice between them.
//!
//! They know only bytes and numbers. A hash is 64 bits wide and stays so until a remainder is taken: an address of the
//! machine may have 32 only, and cutting a hash to it would give other shards in a browser than natively.
//!
//! Read next: [`fnv`], then [`finaliser`] for what it lacks.

pub mod finaliser;
pub mod fnv;
pub mod xxhash64;

use std::fmt::Write;

pub use finaliser::fmix64;

crate::choices! {
    /// How keys and the names of points become numbers.
    pub enum KeyHash {
        /// FNV-1a with 64 bits, then the finaliser of MurmurHash3: simple, and fit for a ring.
        Mixed = "fnv-1a-mixed", "FNV-1a, mixed";
        /// FNV-1a with 64 bits as it is: names that differ in their last digit lie close together on a ring.
        Bare = "fnv-1a", "FNV-1a, bare";
        /// xxHash64, as Envoy uses it.
        XxHash = "xxhash64", "xxHash64";
    }
}

impl KeyHash {
    /// The hash of some bytes.
    #[must_use]
    pub fn of_bytes(self, bytes: &[u8]) -> u64 {
        match self {
            Self::Mixed => fmix64(fnv::fnv1a_64(bytes)),
            Self::Bare => fnv::fnv1a_64(bytes),
            Self::XxHash => xxhash64::xxhash64(bytes, 0),
        }
    }

    /// The hash of a key: of its eight bytes, the lowest first.
    #[must_use]
    pub fn of_key(self, key: u64) -> u64 {
        self.of_bytes(&key.to_le_bytes())
    }

    /// The hashes of the names `owner:0`, `owner:1` … (in decimal), which is how ring points are named in production.
    pub fn of_points(self, owner: u32, count: u32) -> impl Iterator<Item = u64> {
        let mut name = String::new();
        (0..count).map(move |number| {
            name.clear();
            // Writing to a string cannot fail.
            let _ = write!(name, "{owner}:{number}");
            self.of_bytes(name.as_bytes())
        })
    }
}
