//! AnchorHash: remembers the order in which shards left, and needs four small tables.
//!
//! **What it is.** A fixed number of buckets, the *anchor*, of which some work. A key is hashed over all; when it hits
//! a bucket that does not work, it is hashed again over those that worked when that one left, and so on. So a
//! leaving bucket spreads its keys evenly, nobody else's move, and a bucket that comes back gets exactly its own.
//!
//! **Who runs it.** Published for load balancers with millions of flows.
//!
//! **Cost.** O((1 + ln (a/w))²) steps a lookup on average for w working buckets of a, about one when most work; 16
//! bytes for each bucket; O(1) for each that comes or goes.
//!
//! **Source.** Mendelson, Vargaftik, Barabash, Lorenz, Keslassy and Orda, “AnchorHash: a scalable consistent hash”
//! (2020, arXiv:1812.09674); `AnchorHashQre.cpp` of the authors.
//!
//! **What goes wrong.** The map depends on *history*: buckets come back in the reverse of the order in which they left,
//! so two who saw the same shards leave in different orders disagree. And the anchor is fixed: a shard more than fits
//! means building one of twice the size, and about half of the keys move: the seventeenth for an anchor of sixteen
//! moves 47 % where 6 % would do.
//!
//! **Order and ties.** The first shards take the buckets by number. A shard that joins gets the bucket that was freed last.

use std::rc::Rc;

use super::{ShardId, Sharder, live};
use crate::algorithms::parts::hashing::{KeyHash, fmix64};
use crate::basics::{Explanation, Kind};
use crate::{because, parameters};

parameters! {
    /// How many shards fit.
    pub struct Parameters {
        /// Buckets of the anchor: the most shards that it can hold (a shard of weight w takes w). Doubled when exceeded.
        capacity: u32 = 128, "Capacity", Kind::count(1, 65_536), Restart PerLane "Sharding";
        /// What is applied to a key at first.
        hash: KeyHash = KeyHash::Mixed, "Hash function", Kind::Choice(KeyHash::OPTIONS), Restart PerLane "Sharding";
    }
}

/// The anchor itself: buckets that work or do not. The letters in brackets are those of the paper.
#[derive(Clone, Debug, Default)]
pub struct Anchor {
    /// 0 for a working bucket, else how many worked just after it left (A).
    left_at: Vec<u32>,
    /// The working buckets in the front part, by place (W).
    at_place: Vec<u32>,
    /// The place of each bucket in the former (L).
    place_of: Vec<u32>,
    /// Who took a bucket's place when it left (K).
    successor: Vec<u32>,
    /// The buckets that left, the last on top (R).
    removed: Vec<u32>,
    working: u32,
}

impl Anchor {
    /// `capacity` buckets, of which the first `working` work. `working` is at most `capacity`.
    #[must_use]
    pub fn new(capacity: u32, working: u32) -> Self {
        let identity: Vec<u32> = (0..capacity).collect();
        Self {
            left_at: identity.iter().map(|&bucket| if bucket < working { 0 } else { bucket }).collect(),
            removed: (working..capacity).rev().collect(),
            at_place: identity.clone(),
            place_of: identity.clone(),
            successor: identity,
            working,
        }
    }

    /// Takes a working `bucket` out.
    pub fn remove(&mut self, bucket: u32) {
        self.removed.push(bucket);
        self.working -= 1;
        let (bucket, last) = (bucket as usize, self.working as usize);
        self.left_at[bucket] = self.working;
        let heir = self.at_place[last];
        self.at_place[self.place_of[bucket] as usize] = heir;
        self.successor[bucket] = heir;
        self.place_of[heir as usize] = self.place_of[bucket];
    }

    /// Puts the bucket back that left last and returns it; `None` when all work.
    pub fn add(&mut self) -> Option<u32> {
        let bucket = self.removed.pop()?;
        let (index, last) = (bucket as usize, self.working as usize);
        self.left_at[index] = 0;
        let heir = self.at_place[last] as usize;
        self.place_of[heir] = self.working;
        self.at_place[self.place_of[index] as usize] = bucket;
        self.successor[index] = bucket;
        self.working += 1;
        Some(bucket)
    }

    /// The working bucket for a key whose hashes, one after the other, are `hashes`. At least one bucket must work.
    pub fn bucket(&self, mut hashes: impl FnMut() -> u64) -> u32 {
        // A remainder by a 32-bit number fits into 32 bits.
        let mut below = |bound: u32| (hashes() % u64::from(bound.max(1))) as u32;
        let mut bucket = below(self.left_at.len() as u32);
        while self.left_at[bucket as usize] > 0 {
            let worked_then = self.left_at[bucket as usize];
            let mut candidate = below(worked_then);
            // A candidate that had left before `bucket` did stands for whoever has taken its place since.
            while self.left_at[candidate as usize] >= worked_then {
                candidate = self.successor[candidate as usize];
            }
            bucket = candidate;
        }
        bucket
    }
}

/// The map: the anchor, and which shard each bucket stands for.
#[derive(Clone, Debug)]
pub struct AnchorHash {
    parameters: Parameters,
    anchor: Rc<Anchor>,
    /// The shard of each bucket while it works.
    shard_of: Rc<[Option<ShardId>]>,
}

impl AnchorHash {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), anchor: Rc::default(), shard_of: Rc::new([]) }
    }
}

impl Sharder for AnchorHash {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        if self.anchor.working == 0 {
            return None;
        }
        let mut hash = self.parameters.hash.of_key(key);
        let mut hashed = 0;
        let bucket = self.anchor.bucket(|| {
            hashed += 1;
            let this = hash;
            hash = fmix64(hash.wrapping_add(0x9e37_79b9_7f4a_7c15)); // without the sum, 0 would stay 0
            this
        });
        let shard = self.shard_of[bucket as usize]?;
        if self.shard_of.len() > self.parameters.capacity as usize {
            because!(why, "more shards than {}: the anchor was built anew", self.parameters.capacity);
        }
        because!(why, "key {key} was hashed {hashed} times until it met a working bucket, {bucket}: shard {shard}");
        Some(shard)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        let live = live(shards);
        let needed = live.iter().map(|&(_, weight)| weight).fold(0, u32::saturating_add);
        if self.shard_of.is_empty() || needed as usize > self.shard_of.len() {
            let mut capacity = self.parameters.capacity;
            while capacity < needed {
                capacity = capacity.saturating_mul(2);
            }
            self.anchor = Rc::new(Anchor::new(capacity, needed));
            let mut owners: Vec<_> =
                live.iter().flat_map(|&(shard, weight)| std::iter::repeat_n(Some(shard), weight as usize)).collect();
            owners.resize(capacity as usize, None);
            self.shard_of = owners.into();
            return;
        }
        let (mut anchor, mut owners) = ((*self.anchor).clone(), self.shard_of.to_vec());
        // How many buckets each shard still has to get, by number of the shard.
        let mut missing: std::collections::BTreeMap<ShardId, u32> = live.into_iter().collect();
        for (bucket, owner) in owners.iter_mut().enumerate() {
            let Some(shard) = *owner else { continue };
            match missing.get_mut(&shard) {
                Some(count) if *count > 0 => *count -= 1,
                _ => {
                    anchor.remove(bucket as u32);
                    *owner = None;
                }
            }
        }
        for (shard, count) in missing {
            for _ in 0..count {
                if let Some(bucket) = anchor.add() {
                    owners[bucket as usize] = Some(shard);
                }
            }
        }
        self.anchor = Rc::new(anchor);
        self.shard_of = owners.into();
    }

    fn memory(&self) -> usize {
        4 * self.shard_of.len() * size_of::<u32>() + size_of_val(&*self.shard_of)
    }
}
