//! Exhibit: `id % 4`, said to be “hash-based” with “even distribution”.
//!
//! **What it is.** The remainder of the *identifier itself*, without a hash in between: `userId % NUM_SHARDS` of
//! document 003, line 658. The shard is an index into a list, weights do not exist.
//!
//! **Cost.** O(1) a lookup, 4 bytes for each shard.
//!
//! **Source.** Seed document 003, lines 646 and 658. The repaired version is [`crate::algorithms::sharding::modulo`].
//!
//! **What goes wrong.** The spread is that of the last bits of the identifier, not that of a hash. For numbers counted
//! 1, 2, 3 … it is perfect, more even than any hash. Identifiers in which the last bits mean something are another
//! matter: a Snowflake ends in a counter that starts at 0 in every millisecond, so that at 100 identifiers a second
//! (1 − e⁻⁰·¹)/0.1 = 95.2 % of them fall on shard 0; odd numbers use two of four shards. And JavaScript, in which the
//! listing is written, has numbers of 53 bits: a Snowflake is rounded to a multiple of some hundred, and *all* fall on
//! shard 0; 2⁵³ + 1 goes to 0 instead of 1; −1 gives the index −1 and a UUID not-a-number, which are no shards at all.
//!
//! **Order and ties.** Shards by number; the index is the place in that list.

use std::rc::Rc;

use crate::algorithms::sharding::{ShardId, Sharder, live};
use crate::basics::{Explanation, Kind};
use crate::{because, choices, parameters};

choices! {
    /// In what arithmetic the remainder is taken.
    pub enum Numbers {
        /// Whole numbers of 64 bits.
        Integers = "integers", "64-bit integers";
        /// Floating point with 53 bits, as in JavaScript: large identifiers are rounded first.
        JavaScript = "javascript", "JavaScript numbers";
    }
}

parameters! {
    /// In what arithmetic the listing runs.
    pub struct Parameters {
        /// Whether identifiers are whole numbers or, as in the listing's language, floating point.
        numbers: Numbers = Numbers::Integers, "Numbers", Kind::Choice(Numbers::OPTIONS), Restart PerLane "Sharding";
    }
}

/// `userId % NUM_SHARDS` as JavaScript computes it: not-a-number for what is no number, negative for negative ones.
#[must_use]
pub fn get_shard_for_user(user_id: f64, shards: u32) -> f64 {
    user_id % f64::from(shards)
}

/// The exhibit: the list of shards.
#[derive(Clone, Debug)]
pub struct IdModulo {
    parameters: Parameters,
    shards: Rc<[ShardId]>,
}

impl IdModulo {
    /// A map without shards.
    #[must_use]
    pub fn new(parameters: &Parameters) -> Self {
        Self { parameters: parameters.clone(), shards: Rc::new([]) }
    }
}

impl Sharder for IdModulo {
    fn shard(&self, key: u64, why: &mut Explanation) -> Option<ShardId> {
        let shards = self.shards.len() as u32;
        let index = match self.parameters.numbers {
            Numbers::Integers => key.checked_rem(u64::from(shards))? as usize,
            // Never negative here, since keys are not; not-a-number without shards, and then index 0 finds none.
            Numbers::JavaScript => get_shard_for_user(key as f64, shards) as usize,
        };
        let shard = *self.shards.get(index)?;
        because!(why, "{key} modulo {shards} is {index}: shard {shard}, whatever the last bits of the key mean");
        Some(shard)
    }

    fn shards_changed(&mut self, shards: &[(ShardId, u32)]) {
        self.shards = live(shards).into_iter().map(|(shard, _)| shard).collect();
    }

    fn memory(&self) -> usize {
        size_of_val(&*self.shards)
    }
}
