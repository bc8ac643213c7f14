//! Servers in the order of their load: one first-in-first-out list for each load.
//!
//! Moving a server from one load to the next, and finding the least loaded, take the same few steps for ten servers
//! as for ten thousand. The lists are doubly linked through indexes, so there is no allocation after the start.

/// Ends a list.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
struct Link {
    before: u32,
    after: u32,
    load: u32,
}

/// No server, or the servers of one load from the one that has had it longest to the latest.
#[derive(Clone, Copy, Debug)]
struct List {
    first: u32,
    last: u32,
}

/// The order. A server that was never inserted is not in it.
#[derive(Clone, Debug, Default)]
pub struct LoadOrder {
    links: Vec<Link>,
    lists: Vec<List>,
    /// No list below this one has a server.
    least: usize,
}

impl LoadOrder {
    /// The load that `server` is filed under, or `None` when it is not in the order.
    #[must_use]
    pub fn load(&self, server: u32) -> Option<u32> {
        self.links.get(server as usize).map(|link| link.load).filter(|&load| load != NONE)
    }

    /// The server that has had the least load for longest.
    #[must_use]
    pub fn least(&self) -> Option<u32> {
        self.lists.get(self.least).map(|list| list.first).filter(|&server| server != NONE)
    }

    /// Files `server` under `load`, behind the others there; removes it from where it was.
    pub fn insert(&mut self, server: u32, load: u32) {
        self.remove(server);
        if self.links.len() <= server as usize {
            self.links.resize(server as usize + 1, Link { before: NONE, after: NONE, load: NONE });
        }
        if self.lists.len() <= load as usize {
            self.lists.resize(load as usize + 1, List { first: NONE, last: NONE });
        }
        let list = &mut self.lists[load as usize];
        let before = list.last;
        list.last = server;
        if before == NONE {
            list.first = server;
        } else {
            self.links[before as usize].after = server;
        }
        self.links[server as usize] = Link { before, after: NONE, load };
        if self.lists[self.least].first == NONE || (load as usize) < self.least {
            self.least =
                if self.lists[self.least].first == NONE { self.next_used(load as usize) } else { load as usize };
        }
    }

    /// Takes `server` out of the order; harmless when it is not in it.
    pub fn remove(&mut self, server: u32) {
        let Some(load) = self.load(server) else { return };
        let Link { before, after, .. } = self.links[server as usize];
        let list = &mut self.lists[load as usize];
        if before == NONE {
            list.first = after;
        } else {
            self.links[before as usize].after = after;
        }
        let list = &mut self.lists[load as usize];
        if after == NONE {
            list.last = before;
        } else {
            self.links[after as usize].before = before;
        }
        self.links[server as usize].load = NONE;
        self.least = self.next_used(self.least);
    }

    /// The first list from `from` on that has a server; `from` bounded by the last list when none has.
    fn next_used(&self, from: usize) -> usize {
        let used = (from..self.lists.len()).find(|&load| self.lists[load].first != NONE);
        used.unwrap_or(self.lists.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_loads_are_served_first_in_first_out() {
        let mut order = LoadOrder::default();
        for server in 0..3 {
            order.insert(server, 0);
        }
        assert_eq!(order.least(), Some(0));
        order.insert(0, 1);
        order.insert(0, 0); // back behind 1 and 2
        assert_eq!(order.least(), Some(1));
        order.remove(1);
        assert_eq!(order.least(), Some(2));
    }

    /// Against a plain scan over (load, time of filing), for a long scripted sequence.
    #[test]
    fn the_order_agrees_with_a_scan() {
        let mut order = LoadOrder::default();
        let mut truth: Vec<Option<(u32, u32)>> = vec![None; 9];
        let mut word = 1_u64;
        for step in 0..20_000 {
            word = crate::basics::randomness::mix(word);
            let server = (word % 9) as u32;
            if (word >> 8).is_multiple_of(5) {
                order.remove(server);
                truth[server as usize] = None;
            } else {
                let load = ((word >> 16) % 40) as u32;
                order.insert(server, load);
                truth[server as usize] = Some((load, step));
            }
            let expected = (0..9_u32).filter(|&s| truth[s as usize].is_some()).min_by_key(|&s| truth[s as usize]);
            assert_eq!(order.least(), expected, "after step {step}");
        }
    }
}
