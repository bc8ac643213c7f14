//! The ways of single requests through the nodes of a lane, kept for a chart of their stays.
//!
//! [`Log`] is the worker's: everything that was recorded of this future, so that a seek can say what lies behind the place
//! where it lands. [`Ways`] is the page's: a row for each request. Neither knows what a node is. Read next:
//! [`Stay`](crate::simulation::record::Stay).

use std::collections::{BTreeMap, VecDeque};

use crate::basics::Nanos;
use crate::simulation::record::{Phase, Stay};

/// The worker keeps at most so many entries of a lane (24 bytes each).
const MOST_LOGGED: usize = 60_000;
/// So many requests that are done are kept, the last ones.
const KEPT_DONE: usize = 64;
/// So many requests that are underway are told of after a seek, the oldest ones.
const MOST_UNDERWAY: usize = 2_000;
/// So many entries are looked through for them: each request has up to four at a node.
const LOOKED_THROUGH: usize = 20_000;

/// What was recorded of one future of one lane, in the order of time.
#[derive(Clone, Debug, Default)]
pub struct Log {
    stays: VecDeque<Stay>,
    /// Every how many-th request was recorded.
    one_in: u32,
}

impl Log {
    /// Takes in what was recorded, as far as it is new: a replay records the same again.
    pub fn add(&mut self, stays: &[Stay]) {
        for stay in stays {
            let last = self.stays.back().map_or(Nanos::ZERO, |last| last.at);
            let known = || self.stays.iter().rev().take_while(|other| other.at == stay.at).any(|other| other == stay);
            if stay.at > last || stay.at == last && !known() {
                if self.stays.len() == MOST_LOGGED {
                    self.stays.pop_front();
                }
                self.stays.push_back(*stay);
            }
        }
    }

    /// From `time` on everything is another future.
    pub fn fork_at(&mut self, time: Nanos) {
        while self.stays.back().is_some_and(|last| last.at >= time) {
            self.stays.pop_back();
        }
    }

    /// From `time` on every `one_in`-th request is recorded; what was recorded in another detail is recorded again.
    pub fn detail(&mut self, one_in: u32, time: Nanos) {
        if core::mem::replace(&mut self.one_in, one_in) != one_in {
            self.fork_at(time);
        }
    }

    /// What a page that stands at `time` has to know: the ways of the requests underway and of the last ones done.
    #[must_use]
    pub fn around(&self, time: Nanos) -> Vec<Stay> {
        let mut ways = Ways::default();
        let until = self.stays.partition_point(|stay| stay.at <= time);
        ways.add(self.stays.range(until.saturating_sub(LOOKED_THROUGH)..until).copied());
        ways.forget_done(time);
        let done = ways.rows.values().filter(|row| over(row, time)).count();
        ways.rows.into_values().take(done + MOST_UNDERWAY).flatten().collect()
    }
}

/// The ways that are known, by the numbers of their requests.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    rows: BTreeMap<u32, Vec<Stay>>,
}

/// Whether a way had come to its end at `time`.
fn over(row: &[Stay], time: Nanos) -> bool {
    row.last().is_some_and(|last| last.phase == Phase::Over && last.at <= time)
}

impl Ways {
    /// Takes more of the ways in, in the order of time.
    pub fn add(&mut self, stays: impl IntoIterator<Item = Stay>) {
        for stay in stays {
            let row = self.rows.entry(stay.request).or_default();
            if row.last() != Some(&stay) {
                row.push(stay);
            }
        }
    }

    /// Forgets requests that are long done at `time`.
    pub fn forget_done(&mut self, time: Nanos) {
        let done = self.rows.values().filter(|row| over(row, time)).count();
        let mut superfluous = done.saturating_sub(KEPT_DONE);
        if superfluous > 0 {
            self.rows.retain(|_, row| {
                let goes = superfluous > 0 && over(row, time);
                superfluous -= usize::from(goes);
                !goes
            });
        }
    }

    /// From `time` on everything is another future.
    pub fn fork_at(&mut self, time: Nanos) {
        for row in self.rows.values_mut() {
            row.retain(|stay| stay.at < time);
        }
        self.rows.retain(|_, row| !row.is_empty());
    }

    /// The ways of up to `most` requests as they were at `time`, by rising number: half of them done, as far as there are
    /// such, and those that follow. So whole ways are seen and what comes of the others, however many wait.
    #[must_use]
    pub fn around(&self, time: Nanos, most: usize) -> Vec<&[Stay]> {
        let until = |row: &'_ [Stay]| row.partition_point(|stay| stay.at <= time);
        let known: Vec<&[Stay]> =
            self.rows.values().map(|row| &row[..until(row)]).filter(|row| !row.is_empty()).collect();
        // The newest request of which the end is known; after it come those that are underway.
        let done = known.iter().rposition(|row| over(row, time)).map_or(0, |index| index + 1);
        let end = (done + most / 2).max(most).min(known.len());
        known[end.saturating_sub(most)..end].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Request after request, one each 10 ms: it waits 5 ms, is served 20 ms, and goes.
    fn stays(requests: core::ops::Range<u32>) -> Vec<Stay> {
        let mut all: Vec<Stay> = requests
            .flat_map(|request| {
                let at = |millis: u64| Nanos::from_millis(10 * u64::from(request) + millis);
                let stay = move |millis, phase| Stay { request, node: 1, at: at(millis), phase };
                [stay(0, Phase::Waits), stay(5, Phase::Served), stay(25, Phase::Over)]
            })
            .collect();
        all.sort_by_key(|stay| stay.at);
        all
    }

    #[test]
    fn a_replay_adds_nothing_and_what_follows_is_added() {
        let mut log = Log::default();
        let all = stays(0..200);
        log.add(&all[..300]);
        log.add(&all[250..]);
        assert!(log.stays.iter().eq(&all));
    }

    #[test]
    fn whoever_goes_back_sees_what_had_happened_by_then_and_nothing_later() {
        let mut log = Log::default();
        log.add(&stays(0..200));
        let time = Nanos::from_millis(1_000);
        let mut ways = Ways::default();
        ways.add(log.around(time));
        let shown = ways.around(time, 24);
        let done = shown.iter().filter(|row| over(row, time)).count();
        assert_eq!((shown.len(), done), (24, 21), "only three have begun and are not done");
        assert!(shown.iter().all(|row| row.iter().all(|stay| stay.at <= time) && row[0].phase == Phase::Waits));
        assert_eq!(shown.last().unwrap()[0].request, 100);
        assert_eq!(shown[20].last().unwrap().phase, Phase::Over, "97 was done at 995 ms");
    }

    #[test]
    fn hundreds_that_wait_do_not_hide_those_that_are_done() {
        let mut ways = Ways::default();
        ways.add(stays(0..50));
        ways.add((50..900).map(|request| Stay { request, node: 1, at: Nanos::from_millis(520), phase: Phase::Waits }));
        let shown = ways.around(Nanos::from_millis(600), 24);
        assert_eq!((shown[0][0].request, shown.len()), (38, 24));
        assert_eq!(shown.iter().filter(|row| row.len() == 3).count(), 12);
    }

    #[test]
    fn another_future_takes_the_place_of_the_old_one() {
        let mut log = Log::default();
        log.add(&stays(0..100));
        log.fork_at(Nanos::from_millis(300));
        assert!(log.stays.iter().all(|stay| stay.at < Nanos::from_millis(300)));
        let mut ways = Ways::default();
        ways.add(stays(0..100));
        ways.fork_at(Nanos::from_millis(300));
        assert_eq!(ways.rows.len(), 30);
    }

    #[test]
    fn what_is_long_done_is_forgotten() {
        let mut ways = Ways::default();
        ways.add(stays(0..1_000));
        ways.forget_done(Nanos::from_millis(5_000));
        assert_eq!(ways.rows.keys().next(), Some(&(498 - KEPT_DONE as u32)), "497 was done at 4,995 ms");
        assert_eq!(ways.rows.keys().last(), Some(&999));
    }
}
