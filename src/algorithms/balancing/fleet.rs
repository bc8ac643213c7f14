//! What a balancer knows about its servers: weights, requests in flight, and who may be picked.
//!
//! This is knowledge, not truth: the world decides how fresh it is. Ejecting and returning a server are O(1).

use std::rc::Rc;

/// A server, counted from 0. It keeps its number while others come and go.
pub type ServerId = u32;

/// Stands for “not in the list of the eligible”.
const NOWHERE: u32 = u32::MAX;

/// A balancer's view of the servers.
#[derive(Clone, Debug)]
pub struct Fleet {
    weight: Rc<[u32]>,
    in_flight: Vec<u32>,
    eligible: Vec<ServerId>,
    /// Where each server stands in `eligible`.
    place: Vec<u32>,
}

impl Fleet {
    /// Servers with these weights (1 is normal), all eligible and idle.
    #[must_use]
    pub fn new(weights: &[u32]) -> Self {
        // A fleet has at most a few tens of thousands of servers; their number fits 32 bits.
        let all: Vec<u32> = (0..weights.len() as u32).collect();
        Self { weight: weights.into(), in_flight: vec![0; weights.len()], place: all.clone(), eligible: all }
    }

    /// How many servers there are, eligible or not.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.in_flight.len() as u32
    }

    /// Whether there is no server at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    /// The servers that may be picked. While none was ever ejected, in ascending order; an ejection moves the last
    /// one into the gap, so no policy may read meaning into the order.
    #[must_use]
    pub fn eligible(&self) -> &[ServerId] {
        &self.eligible
    }

    /// Whether `server` may be picked.
    #[must_use]
    pub fn is_eligible(&self, server: ServerId) -> bool {
        self.place.get(server as usize).is_some_and(|&place| place != NOWHERE)
    }

    /// The requests that are known to be at `server`.
    #[must_use]
    pub fn in_flight(&self, server: ServerId) -> u32 {
        self.in_flight[server as usize]
    }

    /// The weight of `server`: its share relative to the others.
    #[must_use]
    pub fn weight(&self, server: ServerId) -> u32 {
        self.weight[server as usize]
    }

    /// What is known about the load of `server` is now this.
    pub fn set_in_flight(&mut self, server: ServerId, requests: u32) {
        self.in_flight[server as usize] = requests;
    }

    /// One more request is on its way to `server`.
    pub fn assigned(&mut self, server: ServerId) {
        self.in_flight[server as usize] += 1;
    }

    /// One request came back from `server`.
    pub fn released(&mut self, server: ServerId) {
        let requests = &mut self.in_flight[server as usize];
        *requests = requests.saturating_sub(1);
    }

    /// Changes all weights. A weight of 0 means: no traffic, wherever weights count.
    pub fn set_weights(&mut self, weights: &[u32]) {
        debug_assert_eq!(weights.len(), self.in_flight.len());
        self.weight = weights.into();
    }

    /// Says whether `server` may be picked. Returns whether that changed.
    pub fn set_eligible(&mut self, server: ServerId, eligible: bool) -> bool {
        if self.is_eligible(server) == eligible {
            return false;
        }
        if eligible {
            self.place[server as usize] = self.eligible.len() as u32;
            self.eligible.push(server);
        } else {
            let place = self.place[server as usize];
            self.eligible.swap_remove(place as usize);
            if let Some(&moved) = self.eligible.get(place as usize) {
                self.place[moved as usize] = place;
            }
            self.place[server as usize] = NOWHERE;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ejecting_and_returning_keeps_each_server_once() {
        let mut fleet = Fleet::new(&[1; 5]);
        assert!(fleet.set_eligible(1, false));
        assert!(!fleet.set_eligible(1, false), "a second time changes nothing");
        assert!(fleet.set_eligible(4, false));
        assert!(fleet.set_eligible(1, true));
        let mut left = fleet.eligible().to_vec();
        left.sort_unstable();
        assert_eq!(left, [0, 1, 2, 3]);
        assert!(!fleet.is_eligible(4));
        assert!(!fleet.is_eligible(99));
    }
}
