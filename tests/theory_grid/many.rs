//! Several slots behind one queue, several servers behind a balancer.

use headroom::theory::shortest_queue::TwoServers;
use headroom::theory::{mm1, mmc, power_of_choices, round_robin, run_length};

use super::laws;
use super::measured::{Estimate, Grid, IN_FLIGHT, Measured, QUEUED, SERVICE, measure, measure_one, scenario};

#[test]
fn one_queue_before_many_slots() {
    let mut grid = Grid::default();
    let loads = [0.5, 0.7, 0.9];
    for (row, slots) in [2_u32, 4, 10, 30, 100].into_iter().enumerate() {
        for (step, load) in loads.into_iter().enumerate() {
            let rate = load * f64::from(slots) / SERVICE;
            // Many slots forget sooner, counted in requests: it is few slots at high load that need a long run.
            let arrivals = if load > 0.8 { 1_500_000.0 } else { 400_000.0 };
            let seed = 1_000 + (row * loads.len() + step) as u64;
            let measured = measure_one("round-robin", rate, arrivals, seed, &format!("slots={slots}"));
            let counted = measured.merged().completed as f64;
            let case = |what: &str| format!("M/M/{slots} at {load}, {what}");
            grid.agrees_by_length(
                &case("number"),
                measured.gauge(IN_FLIGHT),
                mmc::mean_number(rate, SERVICE, slots),
                run_length::mmc_half_width(rate, SERVICE, slots, counted),
            );
            grid.agrees(&case("response"), measured.response(), mmc::mean_response(rate, SERVICE, slots));
            let queue = mmc::mean_queue(rate, SERVICE, slots);
            // Where one request in a hundred waits, a queue is too rare to have a mean within a run of this length.
            if mmc::erlang_c(slots, load * f64::from(slots)) > 0.05 {
                grid.agrees(&case("queue"), measured.gauge(QUEUED), queue);
            } else {
                assert!(measured.gauge(QUEUED).value < 2.0 * queue + 0.01, "{}", case("queue"));
            }
            for quantile in [0.5, 0.9, 0.99] {
                let theory = mmc::response_quantile(rate, SERVICE, slots, quantile);
                grid.quantile_agrees(&case(&format!("p{}", quantile * 100.0)), &measured, quantile, theory);
            }
        }
    }
    grid.finish("M/M/c");
}

/// Each request gets a slot's speed, or an equal share when there are more requests than slots. The queue is
/// symmetric (Kelly, 1979, section 3.3), so the number has the law of M/M/c whatever the services.
#[test]
fn sharing_many_slots_gives_the_number_of_one_queue_for_every_law() {
    let mut grid = Grid::default();
    for (law, shape) in laws::MILD.iter().chain(laws::WILD).enumerate() {
        for (step, (slots, load)) in [(2_u32, 0.7), (4, 0.8), (10, 0.9)].into_iter().enumerate() {
            // Uneven work forgets slowly: at 0.9 a run of this length would say little.
            let load = if law < laws::MILD.len() { load } else { load - 0.3 };
            let rate = load * f64::from(slots) / SERVICE;
            let settings = format!("discipline=processor-sharing&slots={slots}&{}", shape.settings);
            let seed = 2_000 + (3 * law + step) as u64;
            let measured = measure_one("round-robin", rate, 400_000.0, seed, &settings);
            let case = |what: &str| format!("M/G/{slots} {settings} at {load}, {what}");
            grid.agrees(&case("response"), measured.response(), mmc::mean_response(rate, SERVICE, slots));
            grid.agrees(&case("number"), measured.gauge(IN_FLIGHT), mmc::mean_number(rate, SERVICE, slots));
        }
    }
    grid.finish("M/G/c processor sharing");
}

#[test]
fn random_over_servers_is_as_many_queues_of_their_own() {
    let mut grid = Grid::default();
    for (row, servers) in [2_u32, 10, 100].into_iter().enumerate() {
        for (step, load) in [0.5, 0.8].into_iter().enumerate() {
            let rate = load / SERVICE;
            let seed = 3_000 + (2 * row + step) as u64;
            // Two balancers, since each deals at random to all servers.
            let settings = format!("servers={servers}&balancers=2");
            let measured = measure_one("random", rate * f64::from(servers), 800_000.0, seed, &settings);
            let counted = measured.merged().completed as f64;
            let case = |what: &str| format!("random over {servers} at {load}, {what}");
            grid.agrees_by_length(
                &case("response"),
                measured.response(),
                mm1::mean_response(rate, SERVICE),
                run_length::mm1_response_half_width(rate, SERVICE, counted),
            );
            for quantile in [0.5, 0.99] {
                let theory = mm1::response_quantile(rate, SERVICE, quantile);
                grid.quantile_agrees(&case(&format!("p{}", quantile * 100.0)), &measured, quantile, theory);
            }
        }
    }
    grid.finish("random");
}

/// Servers of speed 1, 2 and 4 get shares in proportion: each is an M/M/1 queue of its own at the same utilisation,
/// and its responses are as many times shorter as it is faster.
#[test]
fn weighted_random_over_unequal_servers_is_a_mixture_of_queues() {
    let mut grid = Grid::default();
    for (step, load) in [0.5, 0.8].into_iter().enumerate() {
        let rate = load * 7.0 / SERVICE;
        let settings = "servers=3&speeds=1,2,4&weights=1,2,4";
        let measured = measure_one("weighted-random", rate, 800_000.0, 3_100 + step as u64, settings);
        // Shares 1, 2, 4 of 7, responses 1, 1/2, 1/4 of that of the slowest.
        let theory = 3.0 / 7.0 * mm1::mean_response(load / SERVICE, SERVICE);
        grid.agrees(&format!("weighted random at {load}, response"), measured.response(), theory);
        let number = 3.0 * mm1::mean_number(load / SERVICE, SERVICE);
        grid.agrees(&format!("weighted random at {load}, number"), measured.gauge(IN_FLIGHT), number);
    }
    grid.finish("weighted random");
}

#[test]
fn round_robin_makes_arrivals_even() {
    let mut grid = Grid::default();
    for (row, servers) in [2_u32, 5, 10, 40].into_iter().enumerate() {
        for (step, load) in [0.5, 0.8, 0.9].into_iter().enumerate() {
            let rate = load * f64::from(servers) / SERVICE;
            let seed = 4_000 + (3 * row + step) as u64;
            let arrivals = if load > 0.8 { 1_500_000.0 } else { 500_000.0 };
            let measured = measure_one("round-robin", rate, arrivals, seed, &format!("servers={servers}"));
            let case = |what: &str| format!("round robin over {servers} at {load}, {what}");
            let wait = round_robin::mean_wait(rate, SERVICE, servers);
            grid.agrees(&case("response"), measured.response(), round_robin::mean_response(rate, SERVICE, servers));
            grid.agrees(&case("queue"), measured.gauge(QUEUED), rate * wait);
            for quantile in [0.5, 0.99] {
                let theory = round_robin::response_quantile(rate, SERVICE, servers, quantile);
                grid.quantile_agrees(&case(&format!("p{}", quantile * 100.0)), &measured, quantile, theory);
            }
        }
    }
    grid.finish("round robin");
}

#[test]
fn the_shorter_of_two_queues() {
    let mut grid = Grid::default();
    for (step, load) in [0.3, 0.5, 0.7, 0.8, 0.9].into_iter().enumerate() {
        let rate = load / SERVICE;
        let exact = TwoServers::solve(rate, SERVICE);
        let measured = measure_one("least-loaded", 2.0 * rate, 800_000.0, 5_000 + step as u64, "servers=2");
        let case = |what: &str| format!("the shorter of two at {load}, {what}");
        grid.agrees(&case("response"), measured.response(), exact.mean_response());
        for quantile in [0.5, 0.9, 0.99] {
            let theory = exact.response_quantile(quantile);
            grid.quantile_agrees(&case(&format!("p{}", quantile * 100.0)), &measured, quantile, theory);
        }
    }
    grid.finish("the shorter of two");
}

/// With n servers the mean is off the limit by about a constant over n, so twice the mean of 2n servers less that of n
/// is off by a constant over n² (Richardson). At n = 100 what is left is some ten thousandths of the mean.
#[test]
fn two_choices_approach_their_limit_as_one_over_the_number_of_servers() {
    let mut grid = Grid::default();
    for (step, load) in [0.5, 0.7, 0.9].into_iter().enumerate() {
        let rate = load / SERVICE;
        let limit = power_of_choices::mean_response(rate, SERVICE, 2);
        let of = |servers: u32, seed: u64| {
            let settings = format!("servers={servers}");
            measure_one("two-choices", rate * f64::from(servers), 1_000_000.0, seed, &settings).response()
        };
        let (some, double) = (of(100, 6_000 + 2 * step as u64), of(200, 6_001 + 2 * step as u64));
        let value = 2.0 * double.value - some.value;
        let error = (4.0 * double.error.powi(2) + some.error.powi(2)).sqrt();
        grid.agrees(&format!("two choices at {load}, extrapolated"), Estimate { value, error }, limit);
        // The bias itself: few servers do worse than the limit.
        let few = of(5, 6_100 + step as u64);
        assert!(few.value - 5.0 * few.error > limit, "five servers at {load}: {few:?}, limit {limit}");
    }
    grid.finish("two choices");
}

/// No policy beats one common queue; looking at all servers beats looking at two of the same ones.
#[test]
fn least_loaded_lies_between_one_common_queue_and_two_choices() {
    for (step, (servers, load)) in [(4_u32, 0.8), (10, 0.8), (50, 0.9)].into_iter().enumerate() {
        let rate = load * f64::from(servers) / SERVICE;
        let settings = format!("servers={servers}");
        let lanes = "least-loaded,two-choices,random";
        let scenario = scenario(lanes, rate, 400_000.0, 7_000 + step as u64, &settings);
        let [least, two, random] = measure(&scenario).try_into().ok().unwrap();
        let of = |measured: &Measured| measured.response();
        let common = mmc::mean_response(rate, SERVICE, servers);
        let (least, two, random) = (of(&least), of(&two), of(&random));
        println!("{servers} servers at {load}: {common} {least:?} {two:?} {random:?}");
        assert!(least.value + 5.0 * least.error >= common);
        assert!(least.value + 5.0 * (least.error + two.error) < two.value, "lanes share their traffic");
        assert!(two.value + 5.0 * (two.error + random.error) < random.value);
    }
}
