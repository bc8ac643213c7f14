//! Stations on their own: the order of a queue, equal shares, work under changes of speed.

use std::collections::{BTreeMap, VecDeque};

use headroom::basics::Nanos;
use headroom::simulation::EventList;
use headroom::simulation::stations::{Admission, Discipline, Plan, Stations};

use super::chance::Chance;

/// One server, its pending completions, and who has left when.
struct Bench {
    stations: Stations,
    plans: EventList<Plan>,
    left: Vec<(u32, u64)>,
}

impl Bench {
    fn new(discipline: Discipline, slots: u32, queue: u32, speed: f64) -> Self {
        let mut stations = Stations::new(discipline);
        stations.add(slots, queue, speed);
        Self { stations, plans: EventList::default(), left: Vec::new() }
    }

    /// Lets completions come until `until`, and moves the clock there.
    fn pass(&mut self, until: u64) {
        while let Some(plan) = self.plans.next(Nanos(until)) {
            let now = self.plans.now();
            if let Some((job, server, next)) = self.stations.complete(plan, now) {
                assert_eq!(server, 0);
                self.left.push((job, now.0));
                next.into_iter().for_each(|plan| self.plans.at(plan.at, plan));
            }
        }
        self.plans.advance_clock(Nanos(until.min(u64::MAX / 2)));
    }

    fn arrive(&mut self, job: u32, work: u64, at: u64) -> bool {
        self.pass(at);
        match self.stations.arrive(0, job, work, Nanos(at)) {
            Admission::Started(plan) => plan.into_iter().for_each(|plan| self.plans.at(plan.at, plan)),
            Admission::Queued => {}
            Admission::Refused => return false,
        }
        true
    }

    fn speed(&mut self, speed: f64, at: u64) {
        self.pass(at);
        let mut plans = Vec::new();
        self.stations.set_speed(0, speed, Nanos(at), &mut plans);
        plans.into_iter().for_each(|plan| self.plans.at(plan.at, plan));
    }
}

/// Against a queue as a list: with equal work and one slot, who comes first leaves first, and who is refused is
/// whoever met a full queue.
#[test]
fn first_in_is_first_out() {
    let mut chance = Chance(11);
    for round in 0..200 {
        let room = chance.below(6) as u32;
        let mut bench = Bench::new(Discipline::Fifo, 1, room, 1.0);
        let (mut now, mut free) = (0, (0..64).collect::<VecDeque<u32>>());
        let (mut admitted, mut seen) = (Vec::new(), 0);
        for _ in 0..300 {
            now += chance.below(120);
            bench.pass(now);
            for &(job, _) in &bench.left[seen..] {
                free.push_back(job);
            }
            seen = bench.left.len();
            let waiting = admitted.len() - seen;
            assert_eq!(bench.stations.present(), waiting as u64);
            let job = free.pop_front().unwrap();
            if bench.arrive(job, 1 + chance.below(100), now) {
                assert!(waiting <= room as usize, "round {round}: one more than fit");
                admitted.push(job);
            } else {
                assert_eq!(waiting, room as usize + 1, "round {round}: refused although there was room");
                free.push_back(job);
            }
            if chance.below(20) == 0 {
                bench.speed([0.5, 1.0, 3.0][chance.below(3) as usize], now);
            }
        }
        bench.pass(u64::MAX);
        let order: Vec<u32> = bench.left.iter().map(|&(job, _)| job).collect();
        assert_eq!(order, admitted, "round {round}");
        assert_eq!((bench.stations.present(), bench.stations.busy(), bench.stations.waiting()), (0, 0, 0));
    }
}

/// Several slots: jobs *begin* in the order of arrival. With constant work they leave in it too.
#[test]
fn several_slots_begin_in_the_order_of_arrival() {
    let mut chance = Chance(12);
    for slots in [2, 3, 7] {
        let mut bench = Bench::new(Discipline::Fifo, slots, 1_000, 1.0);
        let mut now = 0;
        for job in 0..500 {
            now += chance.below(100);
            assert!(bench.arrive(job, 150, now));
        }
        bench.pass(u64::MAX);
        let order: Vec<u32> = bench.left.iter().map(|&(job, _)| job).collect();
        assert_eq!(order, (0..500).collect::<Vec<u32>>());
    }
}

/// Everybody present gets the same: against a fluid that is moved from event to event in real numbers.
#[test]
fn processor_sharing_serves_equal_shares() {
    let mut chance = Chance(13);
    for round in 0..200 {
        let slots = 1 + chance.below(4) as u32;
        let mut speed = 1.0;
        let mut bench = Bench::new(Discipline::ProcessorSharing, slots, 1_000, speed);
        let mut fluid: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut left, mut now) = (BTreeMap::new(), 0.0);
        let pass =
            |fluid: &mut BTreeMap<u32, f64>, left: &mut BTreeMap<u32, f64>, now: &mut f64, until: f64, speed: f64| {
                while !fluid.is_empty() {
                    let pace = speed * f64::from(slots).min(fluid.len() as f64) / fluid.len() as f64;
                    let (&first, &least) = fluid.iter().min_by(|a, b| a.1.total_cmp(b.1)).unwrap();
                    if *now + least / pace > until {
                        fluid.values_mut().for_each(|rest| *rest -= (until - *now) * pace);
                        break;
                    }
                    *now += least / pace;
                    fluid.values_mut().for_each(|rest| *rest -= least);
                    fluid.remove(&first);
                    left.insert(first, *now);
                }
                *now = until;
            };
        let mut clock = 0;
        for job in 0..60 {
            clock += chance.below(40_000);
            if chance.below(5) == 0 {
                pass(&mut fluid, &mut left, &mut now, clock as f64, speed);
                speed = [0.25, 1.0, 2.0][chance.below(3) as usize];
                bench.speed(speed, clock);
            }
            let work = 1 + chance.below(60_000);
            pass(&mut fluid, &mut left, &mut now, clock as f64, speed);
            fluid.insert(job, work as f64);
            assert!(bench.arrive(job, work, clock));
        }
        pass(&mut fluid, &mut left, &mut now, 1e18, speed);
        bench.pass(u64::MAX);
        assert_eq!(bench.left.len(), 60);
        for &(job, at) in &bench.left {
            // A completion is planned for a whole nanosecond, and until then the job takes its share for nothing: at
            // most 60 ns, eight times as many when lost at twice the speed and made up at a quarter. The rounding of
            // shares to 1/4,096 ns is far below. Shares that were not equal would be off by thousands.
            let late = at as f64 - left[&job];
            assert!((-0.1..480.0).contains(&late), "round {round}, job {job}: {at}, fluid {}", left[&job]);
        }
    }
}

/// A job's work is what it was, however often and wherever the speed changes, a stop (speed 0) included.
#[test]
fn a_change_of_speed_in_the_middle_keeps_the_work_done() {
    let mut chance = Chance(14);
    for discipline in [Discipline::Fifo, Discipline::ProcessorSharing] {
        for round in 0..500 {
            let mut bench = Bench::new(discipline, 1, 10, 1.0);
            let work = 100_000 + chance.below(1_000_000);
            assert!(bench.arrive(0, work, 0));
            let (mut clock, mut speed, mut done, mut changes) = (0, 1.0, 0.0, 0);
            loop {
                let next = clock + chance.below(200_000);
                if done + (next - clock) as f64 * speed >= work as f64 || changes == 40 {
                    break;
                }
                done += (next - clock) as f64 * speed;
                clock = next;
                speed = [0.0, 0.01, 0.25, 1.0, 1.0, 3.0, 100.0][chance.below(7) as usize];
                bench.speed(speed, clock);
                changes += 1;
            }
            if speed == 0.0 {
                speed = 1.0;
                bench.speed(speed, clock);
                changes += 1;
            }
            bench.pass(u64::MAX);
            let expected = clock as f64 + (work as f64 - done) / speed;
            // Each change rounds the work down to a whole nanosecond, so the end is late by at most so many, slowed.
            let most = f64::from(changes + 1) / speed.min(1.0) + 1.0;
            let late = bench.left[0].1 as f64 - expected;
            assert!((-1.0..=most).contains(&late), "{discipline:?} {round}: {late} of {most}");
        }
    }
}

/// A killed server's jobs come out once each, and late completions of them find nothing.
#[test]
fn an_emptied_server_has_nothing_and_completes_nothing() {
    for discipline in [Discipline::Fifo, Discipline::ProcessorSharing] {
        let mut bench = Bench::new(discipline, 2, 10, 1.0);
        for job in 0..8 {
            assert!(bench.arrive(job, 1_000 + u64::from(job), 0));
        }
        let mut jobs = Vec::new();
        bench.stations.empty(0, Nanos(500), &mut jobs);
        jobs.sort_unstable();
        assert_eq!(jobs, (0..8).collect::<Vec<u32>>());
        assert_eq!((bench.stations.present(), bench.stations.busy(), bench.stations.waiting()), (0, 0, 0));
        assert!(bench.arrive(3, 700, 600));
        bench.pass(u64::MAX);
        assert_eq!(bench.left, [(3, 1_300)], "{discipline:?}");
    }
}
