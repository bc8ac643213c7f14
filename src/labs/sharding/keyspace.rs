//! The keys of a scenario: their identifiers, which are popular, which are neighbours. The same in every lane.

use std::rc::Rc;

use crate::basics::Randomness;
use crate::basics::randomness::mix;
use crate::scenario::Scenario;
use crate::simulation::Stream;
use crate::simulation::keys::{KEY_SPACE, Mint};

use super::parameters::Parameters;

/// The streams of the identifiers and of who is popular.
const IDENTIFIERS: u64 = 0x0002_0000;
const POPULARITY: u64 = 0x0002_0001;

/// What is known about keys by their place in the table.
#[derive(Clone, Debug)]
pub struct KeySpace {
    /// Makes new identifiers.
    pub mint: Mint,
    keys: u32,
    /// The key of each rank of popularity.
    of_rank: Rc<[u32]>,
    /// The keys in the order of their identifiers, and the place of each therein.
    in_order: Rc<[u32]>,
    place: Rc<[u32]>,
    /// How many keys of the run are new.
    created: u32,
}

impl KeySpace {
    /// The keys of a scenario, and their identifiers in the order of the table. The parts into which the hot key is cut
    /// follow last, anywhere in the key space, as keys with the number of the part in front are.
    #[must_use]
    pub fn new(scenario: &Scenario, parameters: &Parameters) -> (Self, Vec<u64>) {
        let keys = parameters.keys;
        let stream = Stream::new(scenario.seed, IDENTIFIERS);
        let (mint, mut identifiers) = Mint::with_working_set(parameters.identifiers, keys, parameters.made_at, stream);
        // Who is popular has nothing to do with who came first (Fisher and Yates' shuffle).
        let mut chance = Stream::new(scenario.seed, POPULARITY);
        let mut of_rank: Vec<u32> = (0..keys).collect();
        for last in (1..of_rank.len()).rev() {
            of_rank.swap(last, chance.below(last as u32 + 1) as usize);
        }
        let mut in_order: Vec<u32> = (0..keys).collect();
        in_order.sort_by_key(|&key| identifiers[key as usize]);
        let mut place = vec![0; keys as usize];
        for (index, &key) in (0..).zip(&in_order) {
            place[key as usize] = index;
        }
        let hot = identifiers[of_rank[0] as usize];
        if parameters.split > 1 {
            identifiers.extend((1..=u64::from(parameters.split)).map(|part| mix(hot ^ mix(part)) % KEY_SPACE));
        }
        let of_rank = of_rank.into();
        (Self { mint, keys, of_rank, in_order: in_order.into(), place: place.into(), created: 0 }, identifiers)
    }

    /// The key of this rank.
    #[inline]
    #[must_use]
    pub fn of_rank(&self, rank: u32) -> u32 {
        self.of_rank[rank as usize]
    }

    /// The oldest key, whose place a new one takes.
    pub fn oldest(&mut self) -> u32 {
        let oldest = self.created % self.keys;
        self.created = self.created.wrapping_add(1);
        oldest
    }

    /// `span` keys that follow each other by their identifiers, from `key` on or, near the end, up to the end; all keys
    /// when there are not as many. Keys that were created during the run stand where those stood whose place they took.
    #[must_use]
    pub fn neighbours(&self, key: u32, span: u32) -> &[u32] {
        let Some(&place) = self.place.get(key as usize) else { return &[] };
        let begin = place.min(self.keys.saturating_sub(span));
        let end = (begin + span).min(self.keys);
        &self.in_order[begin as usize..end as usize]
    }

    /// Up to `most` keys, evenly taken in the order of their identifiers.
    pub fn sample(&self, most: u32) -> impl Iterator<Item = u32> {
        let taken = most.min(self.keys);
        let place = move |index| u64::from(index) * u64::from(self.keys) / u64::from(taken.max(1));
        (0..taken).map(move |index| self.in_order[place(index) as usize]) // a place below the number of keys
    }

    /// Part `part` (from 0) of the hot key, by its place in the table.
    #[must_use]
    pub fn part_of_hot_key(&self, part: u32) -> u32 {
        self.keys + part
    }
}
