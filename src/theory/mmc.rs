//! Several equal servers behind one queue: M/M/c, and M/M/c/c where whoever finds all busy is lost (Erlang).
//!
//! The ideal that every load balancer is measured against: no server idles while somebody waits.
//! Knows `numeric`. Read next: [`super::ggc`] (other arrivals and services), [`super::shortest_queue`].

use super::Formulas;
use crate::basics::maths::{exp, ln};

use super::numeric::{difference_of_exponentials, quantile_of_tail};

/// Erlang B by recurrence, Erlang C from it, the mean wait and the tail of the wait.
pub const MATHML: Formulas = Formulas::of(
    "mmc",
    concat!(
        "<math display=\"block\"><msub><mi>B</mi><mi>k</mi></msub><mo>=</mo><mfrac>",
        "<mrow><mi>a</mi><msub><mi>B</mi><mrow><mi>k</mi><mo>−</mo><mn>1</mn></mrow></msub></mrow>",
        "<mrow><mi>k</mi><mo>+</mo><mi>a</mi><msub><mi>B</mi><mrow><mi>k</mi><mo>−</mo><mn>1</mn></mrow></msub></mrow></mfrac>",
        "<mo>,</mo><mspace width=\"1em\"/><msub><mi>B</mi><mn>0</mn></msub><mo>=</mo><mn>1</mn><mo>,</mo><mspace width=\"1em\"/>",
        "<mi>a</mi><mo>=</mo><mi>λ</mi><mi>S</mi></math>",
        "<math display=\"block\"><mi>C</mi><mo>=</mo><mfrac><msub><mi>B</mi><mi>c</mi></msub>",
        "<mrow><mn>1</mn><mo>−</mo><mi>ρ</mi><mo>(</mo><mn>1</mn><mo>−</mo><msub><mi>B</mi><mi>c</mi></msub><mo>)</mo></mrow></mfrac>",
        "<mo>,</mo><mspace width=\"1em\"/><msub><mi>W</mi><mi>q</mi></msub><mo>=</mo>",
        "<mfrac><mrow><mi>C</mi><mi>S</mi></mrow><mrow><mi>c</mi><mo>−</mo><mi>a</mi></mrow></mfrac></math>",
        "<math display=\"block\"><mi>P</mi><mo>(</mo><msub><mi>T</mi><mi>q</mi></msub><mo>&gt;</mo><mi>t</mi><mo>)</mo><mo>=</mo><mi>C</mi>",
        "<msup><mi>e</mi><mrow><mo>−</mo><mo>(</mo><mi>c</mi><mo>−</mo><mi>a</mi><mo>)</mo><mi>t</mi><mo>/</mo><mi>S</mi></mrow></msup></math>",
    ),
);

/// Erlang B: the share of requests that are lost when `servers` are offered `load` (arrivals per second × service
/// time) and nobody may wait. 0 to 1, for any load. With no server all are lost.
///
/// Exact for any service law. By the recurrence, which never leaves 0 to 1; factorials would overflow at 171 servers.
/// Source: Erlang, 1917; the recurrence: Jagerman, 1974.
#[must_use]
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    let mut blocked = 1.0;
    for server in 1..=servers {
        blocked = load * blocked / (f64::from(server) + load * blocked);
    }
    blocked
}

/// Erlang C: the share of requests that must wait when nobody is turned away. 0 to 1; 1 when the load is not less
/// than the servers.
///
/// Exact for exponential services. Source: Erlang, 1917.
#[must_use]
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let utilisation = load / f64::from(servers);
    if servers == 0 || utilisation >= 1.0 {
        return 1.0;
    }
    let blocked = erlang_b(servers, load);
    blocked / (1.0 - utilisation * (1.0 - blocked))
}

/// Share of time that each server is asked to be busy; one or more means that the queue grows without end.
///
/// Source: Kleinrock, 1975, volume 1.
#[must_use]
pub fn utilisation(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    arrival_rate * service_time / f64::from(servers)
}

/// Servers that are idle on average, counted in servers; zero when unstable.
fn spare_servers(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    (f64::from(servers) - arrival_rate * service_time).max(0.0)
}

/// Mean time in the queue before service, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Erlang, 1917; Kleinrock, 1975, volume 1, section 3.5.
#[must_use]
pub fn mean_wait(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    let spare = spare_servers(arrival_rate, service_time, servers);
    erlang_c(servers, arrival_rate * service_time) * service_time / spare
}

/// Mean time from arrival to completion, seconds. Infinite when the utilisation is one or more.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 3.5.
#[must_use]
pub fn mean_response(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    mean_wait(arrival_rate, service_time, servers) + service_time
}

/// Mean number waiting, those in service not included. Infinite when the utilisation is one or more.
///
/// Exact. Source: Little, 1961, on [`mean_wait`].
#[must_use]
pub fn mean_queue(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    arrival_rate * mean_wait(arrival_rate, service_time, servers)
}

/// Mean number in the system, those in service included. Infinite when the utilisation is one or more.
///
/// Exact. Source: Little, 1961, on [`mean_response`].
#[must_use]
pub fn mean_number(arrival_rate: f64, service_time: f64, servers: u32) -> f64 {
    arrival_rate * mean_response(arrival_rate, service_time, servers)
}

/// P(wait in the queue > `time` seconds), 0 to 1; 1 when the queue is unstable.
///
/// Exact. Source: Erlang, 1917; Kleinrock, 1975, volume 1, section 5.6.
#[must_use]
pub fn wait_tail(arrival_rate: f64, service_time: f64, servers: u32, time: f64) -> f64 {
    let spare = spare_servers(arrival_rate, service_time, servers);
    erlang_c(servers, arrival_rate * service_time) * exp(-spare * time / service_time)
}

/// The time that the share `quantile` (0 to below 1) of the waits stays within, seconds; zero while enough requests do
/// not wait at all; infinite when unstable.
///
/// Exact. Source: Erlang, 1917 ([`wait_tail`], solved for the time).
#[must_use]
pub fn wait_quantile(arrival_rate: f64, service_time: f64, servers: u32, quantile: f64) -> f64 {
    let spare = spare_servers(arrival_rate, service_time, servers);
    let waiting = erlang_c(servers, arrival_rate * service_time);
    if spare <= 0.0 {
        f64::INFINITY
    } else if waiting <= 1.0 - quantile {
        0.0
    } else {
        ln(waiting / (1.0 - quantile)) * service_time / spare
    }
}

/// P(response > `time` seconds), 0 to 1: waiting and service together. 1 when the queue is unstable.
///
/// Exact. Source: Kleinrock, 1975, volume 1, section 5.6 (wait and service are independent; their sum is convolved).
#[must_use]
pub fn response_tail(arrival_rate: f64, service_time: f64, servers: u32, time: f64) -> f64 {
    let spare = spare_servers(arrival_rate, service_time, servers);
    if spare <= 0.0 {
        return 1.0;
    }
    let services = time / service_time;
    let waiting = erlang_c(servers, arrival_rate * service_time);
    exp(-services) + waiting * services * difference_of_exponentials(services, spare * services)
}

/// The time that the share `quantile` (0 to below 1) of the responses stays within, seconds; infinite when unstable.
///
/// Exact, by halving [`response_tail`]: it has no inverse in closed form.
#[must_use]
pub fn response_quantile(arrival_rate: f64, service_time: f64, servers: u32, quantile: f64) -> f64 {
    if spare_servers(arrival_rate, service_time, servers) <= 0.0 {
        return f64::INFINITY;
    }
    quantile_of_tail(|time| response_tail(arrival_rate, service_time, servers, time), quantile, service_time)
}

/// The fewest servers with which the share of requests that must wait is at most `share` (0 to 1); at least one.
///
/// Exact, by trying: Erlang C falls with every server. Never more than load + 40·√load + 40, enough for any share above
/// 10⁻³⁰⁰; no answer (`None`) when the load is not finite or that is beyond `u32`.
/// Source: Erlang, 1917.
#[must_use]
pub fn servers_needed(load: f64, share: f64) -> Option<u32> {
    let most = load + 40.0 * load.sqrt() + 40.0;
    if !(0.0..f64::from(u32::MAX)).contains(&most) {
        return None;
    }
    let mut blocked = 1.0;
    // `most` was just found to fit.
    for servers in 1..=most as u32 {
        blocked = load * blocked / (f64::from(servers) + load * blocked);
        let utilisation = load / f64::from(servers);
        if utilisation < 1.0 && blocked / (1.0 - utilisation * (1.0 - blocked)) <= share {
            return Some(servers);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::mm1;
    use super::*;

    #[test]
    fn one_server_is_the_simple_queue() {
        for time in [0.0, 0.05, 0.3, 5.0] {
            let (several, simple) = (response_tail(8.0, 0.1, 1, time), mm1::response_tail(8.0, 0.1, time));
            // A difference of two exponentials, divided by 0.8: a few units in the last place of 1.
            assert!((several - simple).abs() < 1e-15 + 1e-13 * simple, "{time}: {several} {simple}");
        }
        let quantile = response_quantile(8.0, 0.1, 1, 0.99) / mm1::response_quantile(8.0, 0.1, 0.99);
        assert!((quantile - 1.0).abs() < 1e-12, "{quantile}");
    }

    #[test]
    fn the_tail_of_the_response_has_the_mean_of_the_response() {
        // The integral of P(T > t) is the mean. Spare of one server exactly: the case that needs the limit.
        for arrivals in [20.0, 30.0, 39.0] {
            let step = 0.001;
            let mut sum = 0.5;
            for tick in 1..60_000 {
                sum += response_tail(arrivals, 0.1, 4, f64::from(tick) * step);
            }
            let error = sum * step / mean_response(arrivals, 0.1, 4) - 1.0;
            // The trapezoid's error is step² f'(0) / 12 ≈ 1e-6 of the mean.
            assert!(error.abs() < 1e-5, "{arrivals}: {error}");
        }
    }

    #[test]
    fn an_overloaded_pool_has_no_mean() {
        assert_eq!(mean_wait(20.0, 0.1, 2), f64::INFINITY);
        assert_eq!(mean_response(21.0, 0.1, 2), f64::INFINITY);
        assert_eq!(wait_quantile(21.0, 0.1, 2, 0.1), f64::INFINITY);
        assert_eq!(response_quantile(21.0, 0.1, 2, 0.1), f64::INFINITY);
        assert_eq!(wait_tail(21.0, 0.1, 2, 1e6), 1.0);
        assert_eq!(mean_wait(1.0, 0.1, 0), f64::INFINITY);
    }

    #[test]
    fn the_fewest_servers_is_enough_and_one_less_is_not() {
        for load in [0.5, 7.0, 100.0, 5_000.0] {
            for share in [0.5, 0.1, 1e-6] {
                let servers = servers_needed(load, share).unwrap();
                assert!(erlang_c(servers, load) <= share);
                assert!(servers == 1 || erlang_c(servers - 1, load) > share, "{load} {share} {servers}");
            }
        }
        assert_eq!(servers_needed(f64::INFINITY, 0.1), None);
    }
}
