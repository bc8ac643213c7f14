//! Sharding: which shard owns a key.
//!
//! A [`Sharder`] is a pure function of the key and of a fleet of shards that changes rarely. Balancing by key
//! (consistent hashing, bounded loads) uses the very same sharders, so the ring is written once.
//!
//! Read next: [`modulo`], the simplest; [`ring`], the one to remember.

pub mod analysis;
pub mod anchor;
pub mod bounded_loads;
pub mod directory;
pub mod geographic;
pub mod jump;
pub mod ketama;
pub mod maglev;
pub mod modulo;
pub mod multi_probe;
pub mod range;
pub mod registry;
pub mod rendezvous;
pub mod ring;

pub use registry::{ABOUT, build};

use crate::basics::Explanation;

/// A shard: an index that stays the same while other shards come and go.
pub type ShardId = u32;

/// A map from keys to shards. A key is the identifier as the application has it (a user's number, say), not a hash:
/// ranges need its order, and what hashes it is part of the algorithm.
pub trait Sharder: CloneSharder {
    /// The shard that owns `key`, or `None` when there is no shard.
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId>;

    /// The shards that follow the owner in this map's own order of preference, the owner first, each once. Bounded
    /// loads and replication walk it. `visit` returns `false` to stop. The default knows only the owner.
    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        if let Some(owner) = self.shard(key, &mut Explanation::silent()) {
            visit(owner);
        }
    }

    /// The shards are now these, each with its weight (1 is normal). Tables are rebuilt here.
    fn shards_changed(&mut self, shards: &[(ShardId, u32)]);

    /// Bytes of memory that the map occupies, for the comparison of costs.
    fn memory(&self) -> usize;

    /// The points of the circle on which this map lays its keys, each with the shard whose arc ends there, by rising
    /// place: to be drawn. Empty for maps without a circle.
    fn arcs(&self) -> Vec<(u64, ShardId)> {
        Vec::new()
    }

    /// Where `key` lies on that circle: in the arc of its owner. `None` for maps without a circle.
    fn place(&self, _key: u64) -> Option<u64> {
        None
    }
}

/// Lets a `Box<dyn Sharder>` be cloned.
pub trait CloneSharder {
    /// A copy that behaves the same from here on.
    fn clone_box(&self) -> Box<dyn Sharder>;
}

impl<T: Sharder + Clone + 'static> CloneSharder for T {
    fn clone_box(&self) -> Box<dyn Sharder> {
        Box::new(self.clone())
    }
}

impl Clone for Box<dyn Sharder> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

/// The shards that can hold keys, by number, each once: those of weight 0 are left out (they are being emptied), and
/// of two entries for one shard the last counts.
pub(crate) fn live(shards: &[(ShardId, u32)]) -> Vec<(ShardId, u32)> {
    let mut last = std::collections::BTreeMap::new();
    last.extend(shards.iter().copied());
    last.into_iter().filter(|&(_, weight)| weight > 0).collect()
}
