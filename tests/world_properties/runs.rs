//! Whole runs: nobody is lost, nothing is left behind, the same scenario is the same run, lanes share their traffic.

use std::collections::BTreeMap;

use headroom::basics::Nanos;
use headroom::labs;
use headroom::scenario::Scenario;
use headroom::simulation::record::Class;
use headroom::simulation::{Budget, Detail, Flight, Record, Run};

use super::chance::{Chance, any_text, read};

fn advance(run: &mut dyn Run, until: Nanos, events: u64) -> Record {
    let mut record = Record::new(Detail::OFF);
    run.advance(Budget { until, events }, &mut record);
    record
}

#[test]
fn nobody_is_lost_at_any_instant() {
    let mut chance = Chance(21);
    let mut instants = 0_u64;
    for _ in 0..300 {
        let text = any_text(&mut chance, 3);
        let scenario = read(&format!("{text}&duration=3s"));
        let mut run = labs::build(&scenario, 0);
        // At most 40,000 events of each: a closed loop without thinking time makes millions.
        for _ in 0..200 {
            advance(run.as_mut(), scenario.duration, 1 + chance.below(400));
            let totals = run.totals();
            assert!(totals.conserved(), "{text} at {:?}: {totals:?}", run.position());
            instants += 1;
            if run.position().time == scenario.duration {
                break;
            }
        }
    }
    println!("conserved at {instants} instants");
    assert!(instants > 5_000);
}

/// After the last request, with every server back and well, all come home, and no balancer believes otherwise.
#[test]
fn nothing_is_left_behind_when_traffic_ends() {
    let mut chance = Chance(22);
    let mut requests = 0;
    for _ in 0..300 {
        let text = any_text(&mut chance, 3).replace("arrivals=closed", "arrivals=poisson");
        // A timeout, so that silence ends too.
        let mut scenario = read(&format!("{text}&duration=3600s&at=3s:set:rate:0/s&at=3.5s:set:timeout:500ms"));
        let servers = (scenario.lab.targets)(&scenario);
        // Some stay dead: their requests must have ended all the same, by timeout or by a broken connection.
        let revived = chance.below(2) == 0;
        for server in (0..servers).filter(|_| revived) {
            scenario.edits.push(scenario.read_edit(&format!("4s:revive:{server}")).unwrap());
            scenario.edits.push(scenario.read_edit(&format!("4s:resume:{server}")).unwrap());
        }
        let mut run = labs::build(&scenario, 0);
        advance(run.as_mut(), scenario.duration, u64::MAX);
        let totals = run.totals();
        requests += totals.arrivals;
        assert!(totals.conserved(), "{text}: {totals:?}");
        // Without a timeout of their own, those sent into silence before 3.5 s hang as long as the server is silent.
        let silent_for_ever = !revived && text.contains("crash=hang");
        if !silent_for_ever {
            assert_eq!(totals.in_flight, 0, "{text}");
        }
        let first = 1 + scenario.value(0, "balancers").unwrap().parse::<u32>().unwrap();
        for server in 0..servers {
            let facts: BTreeMap<String, String> = run.inspect(first + server).into_iter().collect();
            assert_eq!((facts["In service"].as_str(), facts["Waiting"].as_str()), ("0", "0"), "{text}");
            if !silent_for_ever {
                assert_eq!(facts["Sent there and not back"], "0", "{text}, server {server}");
                assert_eq!(facts["Of these the balancer knows"], "0", "{text}, server {server}");
            }
        }
    }
    assert!(requests > 100_000, "{requests}");
}

/// A client that gives up closes its connection. When the server is silent, that is all the balancer ever learns.
#[test]
fn what_was_given_up_before_the_server_fell_silent_is_not_counted_for_ever() {
    for (network, service) in [("0s", "10s"), ("30ms", "1ms")] {
        let text = format!(
            "balancing?policy=least-loaded&servers=2&rate=100/s&network={network}&service={service}&timeout=20ms\
             &crash=hang&queue=100&duration=60s&warm-up=0s&at=1s:kill:0&at=2s:kill:1&at=2s:set:rate:0/s"
        );
        let scenario = read(&text);
        let mut run = labs::build(&scenario, 0);
        advance(run.as_mut(), scenario.duration, u64::MAX);
        assert_eq!(run.totals().in_flight, 0);
        for node in [2, 3] {
            let facts: BTreeMap<String, String> = run.inspect(node).into_iter().collect();
            assert_eq!(facts["Sent there and not back"], "0", "{text}");
        }
    }
}

fn fingerprint(run: &dyn Run) -> String {
    let (position, totals, hash) = (run.position(), run.totals(), run.trace_hash());
    format!("{position:?} {totals:?} {hash:x} {:?}", run.window())
}

/// Slices, forks, and a straight run end alike; so does a fork of which the original goes on.
#[test]
fn however_a_run_is_cut_it_is_the_same_run() {
    let mut chance = Chance(23);
    for _ in 0..60 {
        let text = any_text(&mut chance, 2);
        let scenario = read(&format!("{text}&duration=2s"));
        let budget = 20_000;
        let mut straight = labs::build(&scenario, 0);
        let whole = advance(straight.as_mut(), scenario.duration, budget).windows;
        let mut cut = labs::build(&scenario, 0);
        let (mut left, mut windows) = (budget, Vec::new());
        while left > 0 && cut.position().time < scenario.duration {
            let slice = (1 + chance.below(700)).min(left);
            let until = Nanos(cut.position().time.0 + chance.below(300_000_000)).min(scenario.duration);
            if chance.below(3) == 0 {
                let copy = cut.fork();
                // The original goes elsewhere, which must not matter to its copy.
                advance(cut.as_mut(), scenario.duration, 50);
                cut = copy;
            }
            let before = cut.position().event;
            windows.extend(advance(cut.as_mut(), until, slice).windows);
            left -= cut.position().event - before;
        }
        assert_eq!(fingerprint(cut.as_ref()), fingerprint(straight.as_ref()), "{text}");
        assert_eq!(windows, whole, "{text}");
    }
}

#[test]
fn the_same_seed_is_the_same_run_and_another_seed_is_not() {
    let of = |seed: u64, policy: &str| {
        let scenario = read(&format!("balancing?policy={policy}&seed={seed}&duration=3s&warm-up=0s&at=1s:kill:2"));
        let mut run = labs::build(&scenario, 0);
        advance(run.as_mut(), scenario.duration, u64::MAX);
        run.trace_hash()
    };
    let mut hashes = Vec::new();
    for about in labs::balancing::LAB.policies {
        for seed in 1..=5 {
            assert_eq!(of(seed, about.key), of(seed, about.key), "{} {seed}", about.key);
        }
        hashes.extend((1..=5).map(|seed| of(seed, "random") ^ seed));
        let own: Vec<u64> = (1..=5).map(|seed| of(seed, about.key)).collect();
        assert!((1..5).all(|seed| !own[..seed].contains(&own[seed])), "{}", about.key);
    }
}

/// A closed loop begins with thoughts, and these too depend on the seed.
#[test]
fn a_closed_loop_begins_by_its_seed() {
    let first = |seed: u64| {
        let text = format!("balancing?arrivals=closed&users=20&seed={seed}&duration=5s&warm-up=0s");
        flights(&read(&text), 0).iter().find(|flight| flight.from == 0).map(|flight| flight.departs)
    };
    assert_ne!(first(1), first(2));
    assert_eq!(first(1), first(1));
}

fn flights(scenario: &Scenario, lane: usize) -> Vec<Flight> {
    let mut run = labs::build(scenario, lane);
    let mut record = Record::new(Detail { one_in: 1, ..Detail::OFF });
    run.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
    record.flights
}

/// What a lab says of what moves in it is what moves: nothing else, and nothing that never does. The legend says no more.
#[test]
fn what_moves_in_a_lab_is_what_the_lab_says() {
    // Beside the lab's shows: what these do not happen to bring about.
    let more = [
        "balancing?timeout=150ms&retries=2&errors=5&duration=5s",
        "sharding?change=5s:kill:0&duration=10s",
        "batching?buffer=5&duration=5s",
    ];
    for lab in labs::catalogue() {
        let own = more.into_iter().filter(|text| text.starts_with(&format!("{}?", lab.key)));
        let mut seen: Vec<Class> = Vec::new();
        for text in lab.shows.iter().map(|show| show.scenario).chain(own) {
            let mut scenario = Scenario::read(text).unwrap().0;
            scenario.duration = scenario.duration.min(Nanos::from_secs(20));
            for lane in 0..scenario.lanes.len() {
                for Flight { class, .. } in flights(&scenario, lane) {
                    if !seen.contains(&class) {
                        seen.push(class);
                    }
                }
            }
        }
        for class in [Class::Request, Class::Retry, Class::Answer, Class::Failure, Class::Refusal, Class::Move] {
            assert_eq!(seen.contains(&class), lab.moving.contains(&class), "{}: {class:?}", lab.key);
        }
    }
}

/// For each request: when it left the client, at which server it arrived, and how long it was there.
fn stays(scenario: &Scenario, lane: usize) -> BTreeMap<u32, (u64, u32, u64)> {
    let flights = flights(scenario, lane);
    let mut came: BTreeMap<u32, (u64, u32, u64)> = BTreeMap::new();
    for flight in &flights {
        match (flight.class, flight.from, flight.to) {
            (Class::Request, 0, _) => {
                came.insert(flight.request, (flight.departs.0, 0, 0));
            }
            (Class::Request, _, server) => {
                let row = came.get_mut(&flight.request).unwrap();
                (row.1, row.2) = (server, flight.arrives.0);
            }
            (Class::Answer, server, 1) => {
                let row = came.get_mut(&flight.request).unwrap();
                assert_eq!(row.1, server);
                row.2 = flight.departs.0 - row.2;
            }
            _ => {}
        }
    }
    // Those underway at the end have no stay.
    let last = scenario.duration.0 - 2_000_000_000;
    came.retain(|_, row| row.0 < last);
    came
}

/// Lanes see the same requests: when they come, how much work they are, what they ask for. With a slot for everyone
/// the stay at a server *is* the work.
#[test]
fn lanes_share_arrivals_work_and_keys() {
    let world = "balancing?policy=round-robin,random,consistent-hashing,least-loaded&servers=7&slots=1000&rate=200/s\
                 &service=20ms&network=1ms&duration=12s&seed=5";
    let scenario = read(world);
    let lanes: Vec<_> = (0..4).map(|lane| stays(&scenario, lane)).collect();
    assert!(lanes[0].len() > 1_500);
    let seen = |lane: usize| lanes[lane].iter().map(|(&request, row)| (request, row.0, row.2)).collect::<Vec<_>>();
    for lane in 1..4 {
        assert_eq!(seen(lane), seen(0), "lane {lane}");
    }
    let servers = |lane: usize| lanes[lane].values().map(|row| row.1).collect::<Vec<_>>();
    assert_ne!(servers(0), servers(1), "the lanes do differ");
    // What is asked for shows in where a hash sends it: the same in a world that serves quite differently.
    let other = read(&world.replace("service=20ms", "service=1ms&law=constant&discipline=processor-sharing"));
    let elsewhere = stays(&other, 2);
    for (request, row) in &lanes[2] {
        assert_eq!(elsewhere.get(request).map(|other| (other.0, other.1)), Some((row.0, row.1)), "request {request}");
    }
}
