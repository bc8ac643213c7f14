//! Where every key really is: its shard, the shard that it moves to, and what has become of it on the way.
//!
//! A sharder says where a key *belongs*; this table says where it *is*. While data moves the two differ, and that
//! difference is what resharding is about. Here keys are counted one by one, so that what moved can be held against
//! theory.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::algorithms::sharding::analysis::coefficient_of_variation;
use crate::algorithms::sharding::{ShardId, Sharder};
use crate::basics::Explanation;

/// A key that no shard has: there is no shard.
pub const NOBODY: ShardId = ShardId::MAX;

/// How far the copy of a key has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Not begun.
    Waiting,
    /// Being read at its old shard.
    Reading,
    /// Read, and not yet written at the new shard.
    Read,
    /// There.
    Arrived,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Who serves it.
    pub owner: ShardId,
    /// Who will serve it when its move is over; [`NOBODY`] when it stays.
    pub next: ShardId,
    /// How far its copy has come.
    pub stage: Stage,
    /// Its owner does not have it and must fetch it from elsewhere.
    pub missing: bool,
    /// Its owner has an older version than was once acknowledged.
    pub stale: bool,
    /// The copy at `next` is older than what the owner has.
    pub behind: bool,
}

impl Entry {
    fn settled(owner: ShardId, missing: bool) -> Self {
        Self { owner, next: NOBODY, stage: Stage::Waiting, missing, stale: false, behind: false }
    }

    /// Whether it is on the move.
    #[inline]
    #[must_use]
    pub fn moves(&self) -> bool {
        self.next != NOBODY
    }
}

/// What a change of the fleet did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Keys that belong to another shard than before.
    pub moved: u32,
    /// Of these, keys that nobody could hand over: their new shard starts without them.
    pub lost: u32,
}

/// All keys. Copies share the contents until one of them changes something.
#[derive(Clone, Debug)]
pub struct Table {
    identifiers: Rc<Vec<u64>>,
    entries: Rc<Vec<Entry>>,
    /// Keys that wait to be copied, in order. Some may have become settled meanwhile.
    waiting: VecDeque<u32>,
    /// Keys that move and have not arrived.
    outstanding: u32,
    /// Keys at each shard.
    held: Vec<u32>,
}

impl Table {
    /// The keys with these identifiers, each where `map` says. `shards` is how many there may ever be.
    #[must_use]
    pub fn new(identifiers: Vec<u64>, shards: u32, map: &dyn Sharder) -> Self {
        let why = &mut Explanation::silent();
        let owners = identifiers.iter().map(|&identifier| map.shard(identifier, why).unwrap_or(NOBODY));
        let entries: Vec<Entry> = owners.map(|owner| Entry::settled(owner, false)).collect();
        let mut table = Self {
            identifiers: Rc::new(identifiers),
            entries: Rc::new(entries),
            waiting: VecDeque::new(),
            outstanding: 0,
            held: vec![0; shards as usize],
        };
        table.recount();
        table
    }

    /// The identifier of a key.
    #[inline]
    #[must_use]
    pub fn identifier(&self, key: u32) -> u64 {
        self.identifiers[key as usize]
    }

    /// All identifiers.
    #[must_use]
    pub fn identifiers(&self) -> &[u64] {
        &self.identifiers
    }

    /// Where a key stands.
    #[inline]
    #[must_use]
    pub fn get(&self, key: u32) -> &Entry {
        &self.entries[key as usize]
    }

    /// Where a key stands, to be changed.
    pub fn get_mut(&mut self, key: u32) -> &mut Entry {
        &mut Rc::make_mut(&mut self.entries)[key as usize]
    }

    /// Keys that move and have not arrived.
    #[must_use]
    pub fn outstanding(&self) -> u32 {
        self.outstanding
    }

    /// Keys at `shard`.
    #[must_use]
    pub fn held(&self, shard: ShardId) -> u32 {
        self.held[shard as usize]
    }

    /// The fleet has changed and `map` knows it: says of every key where it goes. A key whose shard cannot hand it
    /// over, for which `drops` is true, belongs to its new shard at once, which does not have it.
    pub fn reassign(&mut self, map: &dyn Sharder, drops: impl Fn(ShardId) -> bool) -> Change {
        let why = &mut Explanation::silent();
        let mut change = Change::default();
        self.waiting.clear();
        self.outstanding = 0;
        for (key, (entry, &identifier)) in (0..).zip(Rc::make_mut(&mut self.entries).iter_mut().zip(&*self.identifiers))
        {
            let target = map.shard(identifier, why).unwrap_or(NOBODY);
            change.moved += u32::from(target != if entry.moves() { entry.next } else { entry.owner });
            if target == entry.owner {
                entry.next = NOBODY;
            } else if target == NOBODY || entry.owner == NOBODY || drops(entry.owner) {
                *entry = Entry::settled(target, true);
                change.lost += 1;
            } else {
                if entry.next != target {
                    *entry = Entry { next: target, stage: Stage::Waiting, behind: false, ..*entry };
                }
                if entry.stage == Stage::Waiting {
                    self.waiting.push_back(key);
                }
                self.outstanding += u32::from(entry.stage != Stage::Arrived);
            }
        }
        self.recount();
        change
    }

    /// The next key to copy, which is now being read; `None` when none waits.
    pub fn next_to_copy(&mut self) -> Option<u32> {
        while let Some(key) = self.waiting.pop_front() {
            let entry = *self.get(key);
            if entry.moves() && entry.stage == Stage::Waiting {
                self.get_mut(key).stage = Stage::Reading;
                return Some(key);
            }
        }
        None
    }

    /// Whether any key may wait to be copied.
    #[must_use]
    pub fn any_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The copy of `key` at its new shard is as new as the original.
    pub fn arrived(&mut self, key: u32) {
        let entry = self.get_mut(key);
        entry.behind = false;
        if core::mem::replace(&mut entry.stage, Stage::Arrived) != Stage::Arrived {
            self.outstanding -= 1;
        }
    }

    /// The copy of `key` came to nothing, or is out of date: it has to be made again.
    pub fn copy_again(&mut self, key: u32) {
        let before = core::mem::replace(&mut self.get_mut(key).stage, Stage::Waiting);
        self.outstanding += u32::from(before == Stage::Arrived);
        if before != Stage::Waiting {
            self.waiting.push_back(key);
        }
    }

    /// All moves are over: from now on the new shards serve. Returns how many keys changed hands.
    pub fn switch(&mut self) -> u32 {
        let mut switched = 0;
        for entry in Rc::make_mut(&mut self.entries).iter_mut().filter(|entry| entry.moves()) {
            *entry = Entry { stale: entry.stale || entry.behind, ..Entry::settled(entry.next, entry.missing) };
            switched += 1;
        }
        self.recount();
        switched
    }

    /// A new key takes the place of an old one, at `owner`.
    pub fn replace(&mut self, key: u32, identifier: u64, owner: Option<ShardId>) {
        let entry = *self.get(key);
        self.outstanding -= u32::from(entry.moves() && entry.stage != Stage::Arrived);
        if let Some(held) = self.held.get_mut(entry.owner as usize) {
            *held -= 1;
        }
        let owner = owner.unwrap_or(NOBODY);
        if let Some(held) = self.held.get_mut(owner as usize) {
            *held += 1;
        }
        Rc::make_mut(&mut self.identifiers)[key as usize] = identifier;
        *self.get_mut(key) = Entry::settled(owner, false);
    }

    /// How uneven the fleet is: standard deviation over mean of the number of keys, and the fullest over the mean.
    #[must_use]
    pub fn unevenness(&self, fleet: &[(ShardId, u32)]) -> (f64, f64) {
        let counts: Vec<f64> = fleet.iter().map(|&(shard, _)| f64::from(self.held(shard))).collect();
        let mean = counts.iter().sum::<f64>() / counts.len().max(1) as f64;
        let most = counts.iter().copied().fold(0.0, f64::max);
        (coefficient_of_variation(&counts), if mean > 0.0 { most / mean } else { 0.0 })
    }

    fn recount(&mut self) {
        self.held.fill(0);
        for entry in &*self.entries {
            if let Some(held) = self.held.get_mut(entry.owner as usize) {
                *held += 1;
            }
        }
    }

    /// Bytes that a copy takes once one of the two has changed.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.entries.len() * size_of::<Entry>() + self.identifiers.len() * 8 + self.held.len() * 4
    }
}
