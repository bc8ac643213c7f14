//! From a queue to the figures of a lane: mean, percentiles, and how far chance may take them.
//!
//! A [`Shape`] is the queue of one kind of server; a lane is a mixture of them, one for each kind. Knows
//! [`crate::theory`], and nothing of scenarios. Read next: [`super::theory`], which decides what applies.

use std::rc::Rc;

use crate::basics::maths::sqrt;
use crate::labs::theory::{ClosedForm, Prediction, Standing};
use crate::theory::numeric::quantile_of_tail;
use crate::theory::run_length::{self, NORMAL_95};
use crate::theory::{ggc, mg1, mm1, mmc, power_of_choices, round_robin, shortest_queue};

/// The response of one kind of server, without the network.
pub struct Shape {
    /// Its mean, seconds.
    pub mean: f64,
    /// Samples for a 95 % band as wide as the mean itself.
    pub needed: f64,
    /// The share of responses that exceed so many seconds, where it is known.
    pub tail: Option<Rc<dyn Fn(f64) -> f64>>,
}

/// A kind of servers within a lane.
pub struct Part {
    /// Its share of the requests.
    pub share: f64,
    /// Its response.
    pub shape: Shape,
}

/// M/M/1 or M/M/c. `rate` is that of the server.
pub fn exponential(rate: f64, service: f64, slots: u32) -> Shape {
    if slots == 1 {
        return Shape {
            mean: mm1::mean_response(rate, service),
            needed: run_length::mm1_arrivals_needed_for_response(rate, service, 1.0),
            tail: Some(Rc::new(move |time| mm1::response_tail(rate, service, time))),
        };
    }
    Shape {
        mean: mmc::mean_response(rate, service, slots),
        needed: run_length::mmc_arrivals_needed(rate, service, slots, 1.0),
        tail: Some(Rc::new(move |time| mmc::response_tail(rate, service, slots, time))),
    }
}

/// Processor sharing: the mean is that of exponential services, whatever the law.
pub fn shared(rate: f64, service: f64, slots: u32, variation: f64) -> Shape {
    let exponential = exponential(rate, service, slots);
    Shape { needed: uneven(exponential.needed, variation), tail: None, ..exponential }
}

/// M/G/1, first come, first served.
pub fn pollaczek_khinchine(rate: f64, service: f64, variation: f64, moments: [f64; 4]) -> Shape {
    let mut power = 1.0;
    let moments = moments.map(|moment| {
        power *= service;
        moment * power
    });
    Shape {
        mean: mg1::mean_response(rate, service, variation),
        needed: run_length::mg1_arrivals_needed_for_response(rate, moments, 1.0),
        tail: None,
    }
}

/// Any arrivals, any services, several slots: an approximation.
pub fn allen_cunneen(rate: f64, service: f64, slots: u32, arrivals: f64, variation: f64) -> Shape {
    Shape {
        mean: ggc::allen_cunneen_mean_response(rate, service, slots, arrivals, variation),
        needed: uneven(exponential(rate, service, slots).needed, variation),
        tail: None,
    }
}

/// Every `servers`-th request of a stream of `rate`.
pub fn turns(rate: f64, service: f64, servers: u32) -> Shape {
    let each = rate / f64::from(servers);
    Shape {
        mean: round_robin::mean_response(rate, service, servers),
        // More regular arrivals: no more than random ones need.
        needed: run_length::mm1_arrivals_needed_for_response(each, service, 1.0),
        tail: Some(Rc::new(move |time| round_robin::response_tail(rate, service, servers, time))),
    }
}

/// The shorter of two queues; `rate` is that of one server.
pub fn shorter_of_two(rate: f64, service: f64) -> Shape {
    let solved = shortest_queue::TwoServers::solve(rate, service);
    Shape {
        mean: solved.mean_response(),
        // Near one queue for both in what it remembers; the larger of that and two queues apart.
        needed: pooled_or_apart(rate, service, 2),
        tail: Some(Rc::new(move |time| solved.response_tail(time))),
    }
}

/// The least loaded of `choices`, in the limit of many servers; `rate` is that of one server.
pub fn choices(rate: f64, service: f64, choices: u32) -> Shape {
    Shape {
        mean: power_of_choices::mean_response(rate, service, choices),
        needed: pooled_or_apart(rate, service, 2),
        tail: Some(Rc::new(move |time| power_of_choices::response_tail(rate, service, choices, time))),
    }
}

fn pooled_or_apart(rate: f64, service: f64, servers: u32) -> f64 {
    let apart = run_length::mm1_arrivals_needed_for_response(rate, service, 1.0);
    apart.max(run_length::mmc_arrivals_needed(rate * f64::from(servers), service, servers, 1.0))
}

/// More variable services need longer runs, as in [`run_length::mg1_arrivals_needed`].
fn uneven(needed: f64, variation: f64) -> f64 {
    needed * ((1.0 + variation) / 2.0).max(1.0)
}

/// Fills in what follows for the whole lane: the mean, and where the distribution is known p50, p99 and the tail.
pub fn predict(form: &mut ClosedForm, parts: Vec<Part>, delay: f64, standing: Standing) {
    let mean: f64 = parts.iter().map(|part| part.share * part.shape.mean).sum();
    // Each kind has its share of the samples; and the luck of how many go to which kind comes on top.
    let square = |part: &Part| {
        let (own, apart) = (part.shape.mean, part.shape.mean - mean);
        part.share * (own * own * part.shape.needed + NORMAL_95 * NORMAL_95 * apart * apart)
    };
    let spread = sqrt(parts.iter().map(square).sum());
    let prediction = |measure, value: f64, spread, resolution| Prediction {
        measure,
        standing,
        value,
        spread: Some(spread),
        resolution,
    };
    form.predictions.push(prediction("mean", mean + delay, spread, 0.0));
    let tails: Option<Vec<_>> = parts.iter().map(|part| Some((part.share, part.shape.tail.clone()?))).collect();
    let Some(tails) = tails.filter(|_| mean.is_finite()) else { return };
    let tail = Rc::new(move |time: f64| tails.iter().map(|(share, tail)| share * tail(time)).sum::<f64>());
    // So many dependent samples are worth one independent one.
    let worth = (spread * spread / (NORMAL_95 * NORMAL_95 * variance(&*tail, mean))).max(1.0);
    for (measure, quantile) in [("p50", 0.5), ("p99", 0.99)] {
        let time = quantile_of_tail(&*tail, quantile, mean);
        let step = time * 1e-4;
        let density = (tail(time - step) - tail(time + step)) / (2.0 * step);
        let spread = NORMAL_95 * sqrt(worth * quantile * (1.0 - quantile)) / density;
        // The histogram knows a time to 1 %.
        form.predictions.push(prediction(measure, time + delay, spread, 0.01 * (time + delay)));
    }
    form.tail = Some(Box::new(move |time| if time <= delay { 1.0 } else { tail(time - delay) }));
}

/// The variance from the tail: twice the integral of t · P(T > t), less the square of the mean.
fn variance(tail: &dyn Fn(f64) -> f64, mean: f64) -> f64 {
    const STEPS: u32 = 400;
    let step = quantile_of_tail(tail, 0.999_99, mean) / f64::from(STEPS);
    let sum: f64 = (1..=STEPS).map(|index| f64::from(index) * step).map(|time| time * tail(time)).sum();
    (2.0 * sum * step - mean * mean).max(1e-18)
}
