//! One server with one queue: every service law, both orders of service, a bounded queue, evenly spaced arrivals.

use headroom::basics::maths::exp;
use headroom::theory::{ggc, mg1, mm1, mm1k, run_length};

use super::laws::{self, Shape};
use super::measured::{Grid, IN_FLIGHT, QUEUED, SERVICE, measure_one};

/// As many arrivals as bring the error of a mean to 1 %, but no run of more than 1.5 million.
fn enough(needed_for_all: f64) -> f64 {
    let deviations = run_length::NORMAL_95;
    (needed_for_all / (deviations * deviations) / (0.01 * 0.01)).clamp(200_000.0, 1_500_000.0)
}

#[test]
fn random_arrivals_and_exponential_services() {
    let mut grid = Grid::default();
    for (seed, load) in [0.1, 0.3, 0.5, 0.7, 0.8, 0.9].into_iter().enumerate() {
        let rate = load / SERVICE;
        let arrivals = enough(run_length::mm1_arrivals_needed_for_response(rate, SERVICE, 1.0));
        let measured = measure_one("round-robin", rate, arrivals, 100 + seed as u64, "");
        let counted = measured.merged().completed as f64;
        let case = |what: &str| format!("M/M/1 at {load}, {what}");
        grid.agrees_by_length(
            &case("response"),
            measured.response(),
            mm1::mean_response(rate, SERVICE),
            run_length::mm1_response_half_width(rate, SERVICE, counted),
        );
        grid.agrees_by_length(
            &case("number"),
            measured.gauge(IN_FLIGHT),
            mm1::mean_number(rate, SERVICE),
            run_length::mm1_half_width(rate, SERVICE, counted),
        );
        grid.agrees(&case("queue"), measured.gauge(QUEUED), mm1::mean_queue(rate, SERVICE));
        for quantile in [0.5, 0.9, 0.99] {
            let theory = mm1::response_quantile(rate, SERVICE, quantile);
            grid.quantile_agrees(&case(&format!("p{}", quantile * 100.0)), &measured, quantile, theory);
        }
    }
    grid.finish("M/M/1");
}

#[test]
fn every_service_law_in_the_order_of_arrival() {
    let mut grid = Grid::default();
    for (law, shape) in laws::MILD.iter().enumerate() {
        for (step, load) in [0.5, 0.8].into_iter().enumerate() {
            let rate = load / SERVICE;
            let moments = shape.moments(SERVICE);
            let variation = moments[1] / (SERVICE * SERVICE) - 1.0;
            let arrivals = enough(run_length::mg1_arrivals_needed_for_response(rate, moments, 1.0));
            let seed = 200 + (2 * law + step) as u64;
            let measured = measure_one("round-robin", rate, arrivals, seed, shape.settings);
            let counted = measured.merged().completed as f64;
            let case = |what: &str| format!("M/G/1 {} at {load}, {what}", shape.settings);
            grid.agrees_by_length(
                &case("response"),
                measured.response(),
                mg1::mean_response(rate, SERVICE, variation),
                (run_length::mg1_arrivals_needed_for_response(rate, moments, 1.0) / counted).sqrt(),
            );
            grid.agrees(&case("queue"), measured.gauge(QUEUED), mg1::mean_queue(rate, SERVICE, variation));
        }
    }
    grid.finish("M/G/1");
}

#[test]
fn sharing_the_processor_makes_the_service_law_irrelevant() {
    let mut grid = Grid::default();
    for (law, Shape { settings, .. }) in laws::MILD.iter().chain(laws::WILD).enumerate() {
        for (step, load) in [0.4, 0.7].into_iter().enumerate() {
            let rate = load / SERVICE;
            let settings = format!("discipline=processor-sharing&{settings}");
            let seed = 300 + (2 * law + step) as u64;
            let measured = measure_one("round-robin", rate, 400_000.0, seed, &settings);
            let case = |what: &str| format!("M/G/1 {settings} at {load}, {what}");
            grid.agrees(&case("response"), measured.response(), mg1::shared_mean_response(rate, SERVICE));
            // The number has the same law as that of M/M/1, whatever the services.
            grid.agrees(&case("number"), measured.gauge(IN_FLIGHT), mm1::mean_number(rate, SERVICE));
        }
    }
    grid.finish("M/G/1 processor sharing");
}

#[test]
fn a_bounded_queue_turns_away_what_theory_says() {
    let mut grid = Grid::default();
    for (step, (load, queue)) in [(0.5, 0), (0.5, 3), (0.9, 0), (0.9, 9), (1.0, 4), (1.5, 19)].into_iter().enumerate() {
        let (rate, capacity) = (load / SERVICE, queue + 1);
        let settings = format!("queue={queue}");
        let measured = measure_one("round-robin", rate, 400_000.0, 400 + step as u64, &settings);
        let case = |what: &str| format!("M/M/1/{capacity} at {load}, {what}");
        grid.agrees(&case("loss"), measured.lost(), mm1k::loss(rate, SERVICE, capacity));
        grid.agrees(&case("response"), measured.response(), mm1k::mean_response(rate, SERVICE, capacity));
        grid.agrees(&case("number"), measured.gauge(IN_FLIGHT), mm1k::mean_number(rate, SERVICE, capacity));
        grid.agrees(&case("throughput"), measured.throughput(), mm1k::throughput(rate, SERVICE, capacity));
    }
    grid.finish("M/M/1/K");
}

/// The root σ below one of σ = exp(−(1 − σ) ÷ ρ): D/M/1, by repeated insertion. Source: Kleinrock, 1975, section 6.3.
fn probability_of_wait_after_even_gaps(load: f64) -> f64 {
    (0..10_000).fold(0.5, |sigma: f64, _| exp(-(1.0 - sigma) / load))
}

/// With even gaps Kingman's formula is also his upper bound, λ(σₐ² + σₛ²) ÷ 2(1 − ρ), since σₐ is 0.
#[test]
fn even_gaps_wait_less_than_kingman_says_and_exactly_as_known_for_exponential_services() {
    let mut grid = Grid::default();
    let mut bounds = 0;
    for (law, shape) in laws::MILD.iter().enumerate().filter(|(_, shape)| shape.settings != "law=constant") {
        for (step, load) in [0.5, 0.8, 0.9].into_iter().enumerate() {
            let rate = load / SERVICE;
            let settings = format!("arrivals=constant&{}", shape.settings);
            let seed = 500 + (3 * law + step) as u64;
            let measured = measure_one("round-robin", rate, 400_000.0, seed, &settings);
            let queue = measured.gauge(QUEUED);
            let case = |what: &str| format!("D/G/1 {} at {load}, {what}", shape.settings);
            let bound = rate * ggc::kingman_mean_wait(rate, SERVICE, 0.0, shape.variation());
            assert!(queue.value - 5.0 * queue.error <= bound, "{}", case("bound"));
            bounds += 1;
            if shape.settings == "law=exponential" {
                let sigma = probability_of_wait_after_even_gaps(load);
                grid.agrees(&case("queue"), queue, rate * SERVICE * sigma / (1.0 - sigma));
                grid.agrees(&case("response"), measured.response(), SERVICE / (1.0 - sigma));
            }
            if load > 0.85 {
                // Heavy traffic: the bound is tight as the load nears one. At 0.9 the exact D/M/1 is 0.94 of it.
                assert!(queue.value + 5.0 * queue.error >= 0.7 * bound, "{}: {queue:?} of {bound}", case("near"));
            }
        }
    }
    println!("Kingman's bound held in {bounds} cases");
    grid.finish("D/G/1");
}

#[test]
fn a_service_as_constant_as_the_gaps_never_waits() {
    let measured = measure_one("round-robin", 0.9 / SERVICE, 100_000.0, 600, "arrivals=constant&law=constant");
    assert_eq!(measured.gauge(QUEUED).value, 0.0);
    assert_eq!(measured.merged().latencies.mean(), Some(headroom::basics::Nanos::MILLISECOND));
}
