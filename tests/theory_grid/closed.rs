//! The closed loop against mean value analysis, and the laws that hold for every system.

use headroom::basics::Nanos;
use headroom::labs;
use headroom::simulation::{Budget, Detail, Record};
use headroom::theory::{closed_network, mm1, operational};

use super::measured::{BUSY, Estimate, Grid, IN_FLIGHT, QUEUED, SERVICE, measure_one, scenario};

/// Users who think for 10 ms: one server is saturated by eleven of them.
const THINK: f64 = 0.010;

#[test]
fn users_who_wait_for_their_answers() {
    let mut grid = Grid::default();
    let worlds = [
        ("servers=1", 1),
        // Under processor sharing the answer is the same for every service law.
        ("servers=1&discipline=processor-sharing&law=hyperexponential&variability=3", 1),
        ("servers=1&discipline=processor-sharing&law=constant", 1),
        // Random routing splits the demand.
        ("servers=4", 4),
    ];
    for (row, (world, servers)) in worlds.into_iter().enumerate() {
        for (step, users) in [1_u32, 5, 11, 20, 50].into_iter().enumerate() {
            let demands = vec![SERVICE / f64::from(servers); servers as usize];
            let theory = closed_network::balance(users, &demands, THINK);
            let settings = format!("arrivals=closed&users={users}&think=10ms&{world}");
            let seed = 8_000 + (5 * row + step) as u64;
            // The rate plays no part but for the length of the run.
            let measured = measure_one("random", theory.throughput.ceil(), 250_000.0, seed, &settings);
            let case = |what: &str| format!("{users} users, {world}, {what}");
            let (throughput, response) = (measured.throughput(), measured.response());
            grid.agrees(&case("throughput"), throughput, theory.throughput);
            grid.agrees(&case("response"), response, theory.response_time);
            grid.agrees(&case("busy"), measured.gauge(BUSY), operational::busy_servers(theory.throughput, SERVICE));
            let users = f64::from(users);
            assert!(throughput.value <= operational::throughput_bound(users, &demands, THINK) + 5.0 * throughput.error);
            let least = operational::response_time_bound(users, &demands, THINK);
            assert!(response.value >= least - 5.0 * response.error);
        }
    }
    grid.finish("closed loop");
}

/// The share of the time that slots work is λ S, whatever the policy, the order, the law: with `count` requests of
/// squared variation c² its relative error is √((1 + c²) ÷ count), since arrivals and work are drawn independently.
#[test]
fn slots_work_as_much_as_is_brought() {
    let mut grid = Grid::default();
    let worlds = [
        ("round-robin", "servers=3&slots=2&law=constant", 0.0),
        ("least-loaded", "servers=6&law=exponential", 1.0),
        ("two-choices", "servers=3&slots=2&law=hyperexponential&variability=2", 4.0),
        ("random", "servers=6&discipline=processor-sharing&law=erlang&stages=4", 0.25),
        ("peak-ewma", "servers=6&law=log-normal&variability=1&network=1ms", 1.0),
    ];
    for (row, (policy, world, variation)) in worlds.into_iter().enumerate() {
        for (step, load) in [0.3, 0.8].into_iter().enumerate() {
            let rate = load * 6.0 / SERVICE;
            let measured = measure_one(policy, rate, 400_000.0, 9_000 + (2 * row + step) as u64, world);
            let counted = measured.merged().completed as f64;
            let half_width = headroom::theory::run_length::NORMAL_95 * ((1.0 + variation) / counted).sqrt();
            let theory = operational::busy_servers(rate, SERVICE);
            grid.agrees_by_length(&format!("{policy}, {world} at {load}"), measured.gauge(BUSY), theory, half_width);
        }
    }
    grid.finish("utilisation law");
}

/// The four legs of the network add their delay and change nothing else, for round robin deals them out all the same.
#[test]
fn the_network_adds_its_four_legs() {
    let mut grid = Grid::default();
    let rate = 0.7 / SERVICE;
    let measured = measure_one("round-robin", rate, 800_000.0, 9_100, "network=2ms");
    grid.agrees("with a network, response", measured.response(), 0.008 + mm1::mean_response(rate, SERVICE));
    let number = operational::mean_number(rate, 0.008 + mm1::mean_response(rate, SERVICE));
    grid.agrees("with a network, number", measured.gauge(IN_FLIGHT), number);
    grid.agrees("with a network, queue", measured.gauge(QUEUED), mm1::mean_queue(rate, SERVICE));
    grid.finish("network");
}

/// From empty to empty L = λ W is no law of chance: the area under the number in the system *is* the sum of the
/// stays. Only the windows' averages are rounded, to 24 bits.
#[test]
fn littles_law_is_exact_from_empty_to_empty() {
    let worlds = [
        ("round-robin", "servers=4"),
        ("least-loaded", "servers=4&law=hyperexponential&network=1ms"),
        ("two-choices", "servers=2&slots=2&discipline=processor-sharing&law=bounded-pareto"),
        ("random", "servers=4&speeds=1,2,0.5,1&at=2s..5s:slow:1:3x"),
        ("peak-ewma", "servers=4&balancers=3&shape=waves&period=1s&at=3s:drain:0"),
    ];
    for (row, (policy, world)) in worlds.into_iter().enumerate() {
        let settings = format!("{world}&at=20s:set:rate:0/s");
        let mut scenario = scenario(policy, 1_500.0, 60_000.0, 9_200 + row as u64, &settings);
        scenario.warm_up = Nanos::ZERO;
        let mut run = labs::build(&scenario, 0);
        let mut record = Record::new(Detail::OFF);
        run.advance(Budget { until: scenario.duration, events: u64::MAX }, &mut record);
        let totals = run.totals();
        assert_eq!((totals.in_flight, totals.completed), (0, totals.arrivals), "{world}: all came back");
        assert!(totals.completed > 20_000, "{world}");
        let length = labs::window_length(&scenario).seconds();
        let (mut area, mut stays) = (0.0, 0.0);
        for window in &record.windows {
            area += f64::from(window.gauges[IN_FLIGHT]) * length;
            stays += window.latencies.sum() as f64 / 1e9;
        }
        // A rounding of 2⁻²⁵ a window; they do not even add up.
        assert!((area / stays - 1.0).abs() < 6e-8, "{world}: {area} {stays}");
    }
}

/// L = λ W over an ordinary stretch: equal but for the requests at its two ends, so the two estimates of the number
/// (the gauge, and throughput times response) must lie far closer together than either lies to the truth.
#[test]
fn littles_law_holds_over_any_long_stretch() {
    for (step, load) in [0.5, 0.9].into_iter().enumerate() {
        let rate = 4.0 * load / SERVICE;
        let measured = measure_one("two-choices", rate, 400_000.0, 9_300 + step as u64, "servers=4");
        let Estimate { value: number, error } = measured.gauge(IN_FLIGHT);
        let merged = measured.merged();
        let seconds = merged.span.seconds();
        let by_law = operational::mean_number(measured.throughput().value, measured.response().value);
        // At each end the requests present bring the stay that lies beyond: at most `most` of the longest.
        let longest = merged.latencies.longest().unwrap().seconds();
        let at_the_ends = 2.0 * longest * (number + 10.0 * number.sqrt().max(1.0)) / seconds;
        println!("at {load}: {number} ± {error}, by Little's law {by_law}, ends {at_the_ends}");
        assert!((number - by_law).abs() <= at_the_ends, "{number} {by_law}");
        assert!(at_the_ends < error, "the ends matter less than chance");
    }
}
