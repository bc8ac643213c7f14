//! The future event list: what will happen, in the order of time; among equals, in the order of scheduling.
//!
//! A binary heap of `(time, sequence, event)`, in an array: the children of the entry at `n` stand at `2n + 1` and `2n + 2`.
//! Most events schedule exactly one follow-up, so [`EventList::next`] leaves the handled event on top until the first
//! [`EventList::at`] overwrites it in place, which saves a third of the work ("replace top"). Scheduling and taking cost
//! O(log n) of the pending events. The heap of the standard library writes a follow-up down and reads it back to sift it;
//! this one looks for its place by the key alone and writes it once.
//!
//! There is no cancelling: whoever schedules gives the event a generation number and ignores it when it is stale.

use crate::basics::Nanos;

/// What events are ordered by; no two have the same.
#[derive(Clone, Copy, Debug)]
struct Key {
    time: Nanos,
    sequence: u64,
}

impl Key {
    /// Earlier, or at the same time and scheduled before. `&` and `|` make no branches, which nobody could foresee.
    #[inline(always)]
    fn comes_before(self, other: Self) -> bool {
        (self.time < other.time) | ((self.time == other.time) & (self.sequence < other.sequence))
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    key: Key,
    event: E,
}

/// Pending events of type `E`.
#[derive(Clone, Debug)]
pub struct EventList<E> {
    heap: Vec<Entry<E>>,
    /// The top was handed out and waits to be overwritten or dropped.
    handled: bool,
    sequence: u64,
    now: Nanos,
}

impl<E: Copy> Default for EventList<E> {
    fn default() -> Self {
        Self { heap: Vec::new(), handled: false, sequence: 0, now: Nanos::ZERO }
    }
}

impl<E: Copy> EventList<E> {
    /// The virtual time: that of the last event taken.
    #[inline]
    #[must_use]
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Schedules `event` for `time`; a time in the past is now.
    #[inline]
    pub fn at(&mut self, time: Nanos, event: E) {
        self.sequence += 1;
        let key = Key { time: time.max(self.now), sequence: self.sequence };
        let place = if self.handled {
            self.handled = false;
            self.place_from_top(key)
        } else {
            self.heap.push(Entry { key, event });
            self.place_from_end(key)
        };
        self.heap[place] = Entry { key, event };
    }

    /// Schedules `event` for `span` from now.
    #[inline]
    pub fn after(&mut self, span: Nanos, event: E) {
        self.at(self.now.plus(span), event);
    }

    /// When the next event is due; `None` when nothing is pending.
    #[inline]
    pub fn peek(&mut self) -> Option<Nanos> {
        self.drop_handled();
        self.heap.first().map(|entry| entry.key.time)
    }

    /// Takes the next event if it is due at `until` or before, and moves the clock to it.
    #[inline]
    pub fn next(&mut self, until: Nanos) -> Option<E> {
        self.drop_handled();
        let top = self.heap.first()?;
        if top.key.time > until {
            return None;
        }
        self.now = top.key.time;
        self.handled = true;
        Some(top.event)
    }

    /// Moves the clock to `time` without an event; never backwards.
    pub fn advance_clock(&mut self, time: Nanos) {
        self.now = self.now.max(time);
    }

    /// How many events are pending.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heap.len() - usize::from(self.handled)
    }

    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that a copy takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.heap.len() * size_of::<Entry<E>>()
    }

    #[inline]
    fn drop_handled(&mut self) {
        if self.handled {
            self.handled = false;
            if let Some(last) = self.heap.pop()
                && !self.heap.is_empty()
            {
                let place = self.place_from_top(last.key);
                self.heap[place] = last;
            }
        }
    }

    /// Where an entry with this key belongs when the top is free: earlier ones rise past it.
    #[inline]
    fn place_from_top(&mut self, key: Key) -> usize {
        let heap = self.heap.as_mut_slice();
        let mut place = 0;
        loop {
            let (left, right) = (2 * place + 1, 2 * place + 2);
            let child = if right < heap.len() {
                left + usize::from(heap[right].key.comes_before(heap[left].key))
            } else if left < heap.len() {
                left
            } else {
                return place;
            };
            if key.comes_before(heap[child].key) {
                return place;
            }
            heap[place] = heap[child];
            place = child;
        }
    }

    /// Where an entry with this key belongs when the end is free: later ones sink past it.
    #[inline]
    fn place_from_end(&mut self, key: Key) -> usize {
        let heap = self.heap.as_mut_slice();
        let mut place = heap.len() - 1;
        while place > 0 {
            let parent = (place - 1) / 2;
            if heap[parent].key.comes_before(key) {
                break;
            }
            heap[place] = heap[parent];
            place = parent;
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_come_in_the_order_of_scheduling() {
        let mut events = EventList::default();
        for event in 0..100 {
            events.at(Nanos(5), event);
        }
        let order: Vec<i32> = core::iter::from_fn(|| events.next(Nanos(5))).collect();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
        assert!(events.is_empty());
    }

    /// The hold model against a sorted vector: take one, schedule zero to two.
    #[test]
    fn it_agrees_with_a_sorted_list() {
        let mut events = EventList::default();
        let mut truth: Vec<(u64, u64)> = Vec::new();
        let (mut word, mut number) = (3_u64, 0_u64);
        let mut schedule = |events: &mut EventList<u64>, truth: &mut Vec<(u64, u64)>, time: u64| {
            number += 1;
            events.at(Nanos(time), number);
            truth.push((time.max(events.now().0), number));
        };
        for time in [5, 3, 3, 9] {
            schedule(&mut events, &mut truth, time);
        }
        for _ in 0..5_000 {
            truth.sort_unstable();
            assert_eq!(events.len(), truth.len());
            assert_eq!(events.peek(), truth.first().map(|&(time, _)| Nanos(time)));
            let Some(event) = events.next(Nanos::MAX) else { break };
            assert_eq!(truth.remove(0), (events.now().0, event));
            word = crate::basics::randomness::mix(word);
            let follow_ups = if truth.len() < 3 { 2 } else { word % 3 };
            for k in 0..follow_ups {
                let time = events.now().0 + (word >> (8 * k)) % 50;
                schedule(&mut events, &mut truth, time);
            }
        }
    }

    #[test]
    fn nothing_is_taken_before_its_time() {
        let mut events = EventList::default();
        events.at(Nanos(10), 'a');
        assert_eq!(events.next(Nanos(9)), None);
        assert_eq!(events.next(Nanos(10)), Some('a'));
        events.at(Nanos(1), 'b');
        assert_eq!(events.peek(), Some(Nanos(10)), "the past is now");
    }
}
