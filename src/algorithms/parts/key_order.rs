//! Servers in the order of any key, first in, first out within equal keys.
//!
//! A balanced tree: filing, moving and finding the least take O(log n). Where the key is a small whole number,
//! [`load_order`](super::load_order) does the same in O(1).

use std::collections::BTreeSet;

/// The order. A server that was never inserted is not in it.
#[derive(Clone, Debug)]
pub struct KeyOrder<K> {
    order: BTreeSet<(K, u64, u32)>,
    /// The key of each server and when it was filed, counted in filings.
    filed: Vec<Option<(K, u64)>>,
    filings: u64,
}

impl<K: Ord + Copy> KeyOrder<K> {
    /// The key that `server` is filed under, or `None` when it is not in the order.
    #[must_use]
    pub fn key(&self, server: u32) -> Option<K> {
        self.filed.get(server as usize).copied().flatten().map(|(key, _)| key)
    }

    /// The server that has had the least key for longest.
    #[must_use]
    pub fn least(&self) -> Option<u32> {
        self.order.first().map(|&(_, _, server)| server)
    }

    /// Files `server` under `key`, behind its equals; removes it from where it was.
    pub fn insert(&mut self, server: u32, key: K) {
        self.remove(server);
        if self.filed.len() <= server as usize {
            self.filed.resize(server as usize + 1, None);
        }
        self.filings += 1;
        self.filed[server as usize] = Some((key, self.filings));
        self.order.insert((key, self.filings, server));
    }

    /// Takes `server` out of the order; harmless when it is not in it.
    pub fn remove(&mut self, server: u32) {
        if let Some((key, filing)) = self.filed.get_mut(server as usize).and_then(Option::take) {
            self.order.remove(&(key, filing, server));
        }
    }

    /// Brings every server's place up to date: `key_of` gives its key, or `None` when it may not be picked. Servers
    /// whose key is the same keep their place among equals.
    pub fn update(&mut self, servers: u32, key_of: impl Fn(u32) -> Option<K>) {
        for server in 0..servers {
            match key_of(server) {
                Some(key) if self.key(server) != Some(key) => self.insert(server, key),
                Some(_) => {}
                None => self.remove(server),
            }
        }
    }
}

impl<K> Default for KeyOrder<K> {
    fn default() -> Self {
        Self { order: BTreeSet::new(), filed: Vec::new(), filings: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_are_served_first_in_first_out() {
        let mut order = KeyOrder::default();
        for server in [2, 0, 1] {
            order.insert(server, 7);
        }
        assert_eq!(order.least(), Some(2));
        order.insert(2, 7); // back behind 0 and 1
        assert_eq!(order.least(), Some(0));
        order.remove(0);
        order.update(3, |server| (server != 1).then_some(7));
        assert_eq!(order.least(), Some(2), "1 is gone");
    }
}
