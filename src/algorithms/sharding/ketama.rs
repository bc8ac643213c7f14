//! Ketama: the ring that memcached clients agreed on, with its points in fours and its rounding.
//!
//! **What it is.** A ring of 32 bits. Each server has as many digests as forty times its share of the weight times
//! the number of servers, rounded down; every digest of 16 bytes gives four points. With equal weights that is 160
//! points for each.
//!
//! **Who runs it.** libmemcached, php-memcached, twemproxy, mcrouter's ancestors: to share a cache, all clients must
//! put every point in the same place.
//!
//! **Cost.** O(log p) a lookup among p points, 16 bytes for each; a quarter of the digests that single points need.
//!
//! **Source.** Jones (Last.fm), `libketama/ketama.c`. It takes MD5; here the digest is an argument, and the one used
//! in the lab is xxHash64 under two seeds, since MD5 would only make the page larger. The vectors are run with MD5.
//!
//! **What goes wrong.** The rounding is part of the format: shares are single-precision numbers, and a client that
//! computes them in double precision gives each of seven equal servers 156 points instead of 160 and disagrees about
//! the keys there. With unequal weights a newcomer changes the mean, and with it how many points all
//! others have: keys then move between servers that stay. And 32 bits are few: among 100,000 points a pair in the same place is to be expected.
//!
//! **Order and ties.** Clockwise; of two points in the same place the shard with the smaller number comes first (in C
//! it depends on `qsort`).

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::KeyHash;
use crate::algorithms::parts::hashing::xxhash64::xxhash64;
use crate::algorithms::parts::ring::Ring as Circle;
use crate::basics::Explanation;
use crate::{because, parameters};

parameters! {
    /// Ketama has nothing to set: all clients must agree.
    pub struct Parameters {}
}

/// How many digests a server of `weight` gets when `servers` of them weigh `total` together.
#[must_use]
pub fn digests(weight: u32, total: u32, servers: u32) -> u32 {
    // As in C: the share in single precision, the product in double, and back to single before rounding down.
    let share = weight as f32 / total as f32;
    (f64::from(share) * 40.0 * f64::from(servers)) as f32 as u32
}

/// The circle for servers (name and weight), owned by their places in the list. `digest` makes 16 bytes of a name.
/// Places of 32 bits are shifted up, so that they span the circle of 64.
#[must_use]
pub fn circle<'a>(servers: impl Iterator<Item = (&'a str, u32)> + Clone, digest: impl Fn(&str) -> [u8; 16]) -> Circle {
    let (count, total) =
        servers.clone().fold((0_u32, 0_u32), |(count, total), (_, weight)| (count + 1, total.saturating_add(weight)));
    let mut points = Vec::new();
    for (owner, (name, weight)) in (0..).zip(servers) {
        for number in 0..digests(weight, total, count) {
            let digest = digest(&format!("{name}-{number}"));
            points.extend(digest.as_chunks::<4>().0.iter().map(|&four| (place(u32::from_le_bytes(four)), owner)));
        }
    }
    Circle::new(&points)
}

/// Where a number of 32 bits lies on the circle.
#[must_use]
pub const fn place(number: u32) -> u64 {
    (number as u64) << 32
}

/// The map: the circle, and the shard for each of its owners.
#[derive(Clone, Debug, Default)]
pub struct Ketama {
    circle: Circle,
    shards: Vec<ShardId>,
}

impl Ketama {
    /// An empty circle.
    #[must_use]
    pub fn new(_parameters: &Parameters) -> Self {
        Self::default()
    }

    fn place_of(key: u64) -> u64 {
        // The upper half of the hash, as a number of 32 bits.
        KeyHash::XxHash.of_key(key) >> 32 << 32
    }
}

impl Sharder for Ketama {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let place = Self::place_of(key);
        let point = self.circle.successor(place)?;
        let shard = self.shards[self.circle.owner(point) as usize];
        because!(
            why,
            "key {key} lies at {:08x}; the next point, at {:08x}, is of {shard}",
            place >> 32,
            point.at >> 32
        );
        Some(shard)
    }

    fn walk(&self, key: u64, visit: &mut dyn FnMut(ShardId) -> bool) {
        self.circle.walk(Self::place_of(key), &mut |owner| visit(self.shards[owner as usize]));
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        let names: Vec<String> = live.iter().map(|(shard, _)| shard.to_string()).collect();
        let servers = names.iter().zip(&live).map(|(name, &(_, weight))| (name.as_str(), weight));
        self.circle = circle(servers, |name| {
            let (low, high) = (xxhash64(name.as_bytes(), 0), xxhash64(name.as_bytes(), 1));
            (u128::from(low) | u128::from(high) << 64).to_le_bytes()
        });
        self.shards = live.into_iter().map(|(shard, _)| shard).collect();
    }

    fn memory(&self) -> usize {
        self.circle.memory() + size_of_val(&*self.shards)
    }

    fn arcs(&self) -> Vec<(u64, ShardId)> {
        self.circle.arcs().into_iter().map(|(at, owner)| (at, self.shards[owner as usize])).collect()
    }

    fn place(&self, key: u64) -> Option<u64> {
        Some(Self::place_of(key))
    }
}
