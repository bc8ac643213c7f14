//! When requests come: a process (Poisson, evenly spaced) over a rate that may have a profile.
//!
//! Gaps are drawn in *operational time*, in which the rate is 1, and then stretched by the rate of the moment. So
//! runs at different loads share their draws: raising the rate presses the very same gaps together (common random
//! numbers), and a rate that changes while running only re-plans the rest of the present gap.

use super::streams::Stream;
use crate::basics::randomness::{Randomness, draw, unit_of};
use crate::basics::{Nanos, maths};
use crate::choices;

choices! {
    /// How requests follow each other.
    pub enum Process {
        /// Independent of each other, as from very many clients: exponential gaps.
        Poisson = "poisson", "Poisson";
        /// Evenly spaced.
        Constant = "constant", "Constant";
        /// Each user sends, waits for the answer, thinks, and sends again; a slow system slows its own traffic.
        Closed = "closed", "Closed loop";
    }
}

choices! {
    /// How the rate changes over time.
    pub enum Shape {
        /// It does not.
        Steady = "steady", "Steady";
        /// It grows evenly from the rate to the peak within the period, and stays there.
        Ramp = "ramp", "Ramp";
        /// It jumps to the peak at the end of the period, and stays there.
        Step = "step", "Step";
        /// It alternates: half a period at the rate, half at the peak.
        Waves = "waves", "Waves";
        /// Bursts at the peak at random times, about one a period; in between less, so that the mean stays the rate. Half of all requests come in bursts.
        Bursts = "bursts", "Bursts";
    }
}

/// What a rate does over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Its shape.
    pub shape: Shape,
    /// The peak as a multiple of the rate.
    pub peak: f64,
    /// The period, or how long the ramp takes, or when the step comes.
    pub period: Nanos,
}

/// A stretch of time in which the multiple of the rate is `level + slope × seconds since its start`.
#[derive(Clone, Copy, Debug)]
struct Segment {
    start: Nanos,
    end: Nanos,
    level: f64,
    slope: f64,
    index: u64,
}

/// A source of arrivals. Its state is the rest of the present gap.
#[derive(Clone, Debug)]
pub struct Arrivals {
    stream: Stream,
    process: Process,
    profile: Profile,
    seed: u64,
    /// Requests a second at level 1.
    rate: f64,
    segment: Segment,
    /// Operational time left until the next arrival, counted from `since`.
    owed: f64,
    since: Nanos,
}

impl Arrivals {
    /// Arrivals at `rate` requests a second from time zero, drawn from `stream`; `seed` places the bursts.
    #[must_use]
    pub fn new(process: Process, rate: f64, profile: Profile, seed: u64, stream: Stream) -> Self {
        let start = Segment { start: Nanos::ZERO, end: Nanos::ZERO, level: 1.0, slope: 0.0, index: 0 };
        let mut arrivals = Self { stream, process, profile, seed, rate, segment: start, owed: 0.0, since: Nanos::ZERO };
        arrivals.segment = arrivals.segment_from(Nanos::ZERO, 0);
        arrivals
    }

    /// Draws a gap, in operational time. One word for each gap in every process, so that processes share the draws of
    /// everything else.
    #[inline]
    pub fn gap(&mut self) -> f64 {
        let word = self.stream.word();
        match self.process {
            Process::Poisson => -maths::ln(1.0 - unit_of(word)),
            Process::Constant | Process::Closed => 1.0,
        }
    }

    /// Says when the request comes that follows `now` at this gap, or [`Nanos::MAX`] when the rate leaves none in sight.
    #[inline]
    pub fn next(&mut self, gap: f64, now: Nanos) -> Nanos {
        self.owed = gap;
        self.since = now;
        self.due()
    }

    /// The rate changes at `now`; says when the pending request comes now.
    pub fn set_rate(&mut self, rate: f64, now: Nanos) -> Nanos {
        self.pass(now);
        self.rate = rate;
        self.due()
    }

    /// Further draws for the request that is created: a fixed number for each.
    #[inline]
    pub fn word(&mut self) -> u64 {
        self.stream.word()
    }

    /// When the rest of the gap will have passed.
    fn due(&mut self) -> Nanos {
        if self.rate <= 0.0 {
            return Nanos::MAX;
        }
        if self.profile.shape == Shape::Steady {
            return self.since.plus(Nanos::from_seconds(self.owed / self.rate));
        }
        // A profile has at most two segments a period; a very low rate may have to pass many, hence the bound.
        for _ in 0..1_000_000 {
            let Segment { start, end, level, slope, index } = self.segment;
            let from = level + slope * self.since.since(start).seconds();
            let left = end.since(self.since).seconds();
            let worth = self.rate * left * (from + slope * left / 2.0);
            if worth >= self.owed {
                let need = self.owed / self.rate;
                // Solves from·t + slope·t²/2 = need for the smaller positive t.
                let root = maths::sqrt((from * from + 2.0 * slope * need).max(0.0));
                let seconds = if from + root > 0.0 { 2.0 * need / (from + root) } else { left };
                return self.since.plus(Nanos::from_seconds(seconds)).min(end);
            }
            if end == Nanos::MAX {
                break;
            }
            self.owed -= worth;
            self.since = end;
            self.segment = self.segment_from(end, index + 1);
        }
        Nanos::MAX
    }

    /// Lets time pass to `now` without an arrival.
    fn pass(&mut self, now: Nanos) {
        let Segment { start, level, slope, .. } = self.segment;
        let from = level + slope * self.since.since(start).seconds();
        let seconds = now.since(self.since).seconds();
        self.owed = (self.owed - self.rate * seconds * (from + slope * seconds / 2.0)).max(0.0);
        self.since = self.since.max(now);
    }

    /// The segment number `index`, which starts at `start`.
    fn segment_from(&self, start: Nanos, index: u64) -> Segment {
        let Profile { shape, peak, period } = self.profile;
        let first = index == 0;
        let (end, level, slope) = match shape {
            Shape::Steady => (Nanos::MAX, 1.0, 0.0),
            Shape::Ramp if first => (period, 1.0, (peak - 1.0) / period.seconds().max(1e-9)),
            Shape::Step if first => (period, 1.0, 0.0),
            Shape::Ramp | Shape::Step => (Nanos::MAX, peak, 0.0),
            Shape::Waves => {
                let level = if index.is_multiple_of(2) { 1.0 } else { peak };
                (start.plus(Nanos((period.0 / 2).max(1))), level, 0.0)
            }
            Shape::Bursts => {
                // On for 1/(2 peak) of the time, so half of the requests come in bursts; the other half in between.
                let on = 0.5 / peak.max(1.0);
                let (share, level) = if index.is_multiple_of(2) { (1.0 - on, 0.5 / (1.0 - on)) } else { (on, peak) };
                let length = -maths::ln(1.0 - unit_of(draw(self.seed, 0xb0_0057, index)));
                (start.plus(Nanos::from_seconds(period.seconds() * share * length).max(Nanos(1))), level, 0.0)
            }
        };
        Segment { start, end, level, slope, index }
    }
}

/// A user's thinking time, exponential with this mean, from the luck of the request it follows.
#[must_use]
pub fn think(mean: Nanos, luck: u64) -> Nanos {
    Nanos::from_seconds(mean.seconds() * -maths::ln(1.0 - unit_of(draw(luck, 0x71_1d7, 0))))
}

/// Draws through the [`Randomness`] of the stream, for whoever needs one.
impl Randomness for Arrivals {
    fn below(&mut self, n: u32) -> u32 {
        self.stream.below(n)
    }
    fn unit(&mut self) -> f64 {
        self.stream.unit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(shape: Shape, rate: f64, peak: f64, from: f64, to: f64) -> f64 {
        let profile = Profile { shape, peak, period: Nanos::from_secs(10) };
        let mut arrivals = Arrivals::new(Process::Poisson, rate, profile, 5, Stream::new(5, 1));
        let (mut now, mut counted) = (Nanos::ZERO, 0.0);
        loop {
            let gap = arrivals.gap();
            now = arrivals.next(gap, now);
            if now.seconds() >= to {
                return counted;
            }
            if now.seconds() >= from {
                counted += 1.0;
            }
        }
    }

    /// A Poisson count has the standard deviation √mean; five of them.
    fn close(counted: f64, expected: f64) {
        assert!((counted - expected).abs() < 5.0 * expected.sqrt(), "{counted} for {expected}");
    }

    #[test]
    fn profiles_keep_their_rate() {
        close(count(Shape::Steady, 1_000.0, 4.0, 0.0, 40.0), 40_000.0);
        close(count(Shape::Ramp, 1_000.0, 3.0, 0.0, 10.0), 20_000.0);
        close(count(Shape::Ramp, 1_000.0, 3.0, 10.0, 20.0), 30_000.0);
        close(count(Shape::Ramp, 1_000.0, 0.0, 0.0, 10.0), 5_000.0);
        close(count(Shape::Step, 1_000.0, 3.0, 0.0, 10.0), 10_000.0);
        close(count(Shape::Step, 1_000.0, 3.0, 10.0, 20.0), 30_000.0);
        close(count(Shape::Waves, 1_000.0, 3.0, 5.0, 10.0), 15_000.0);
    }

    /// Bursts are a renewal of on and off times; over 400 cycles the share of time on has a relative standard
    /// deviation of about √(2/400) = 7 %, and half of the requests depend on it. Four of them: 14 %.
    #[test]
    fn bursts_keep_the_mean_rate() {
        let counted = count(Shape::Bursts, 500.0, 5.0, 0.0, 4_000.0);
        assert!((counted / 2_000_000.0 - 1.0).abs() < 0.14, "{counted}");
    }

    #[test]
    fn a_rate_of_zero_has_no_arrival_until_it_is_raised() {
        let steady = Profile { shape: Shape::Steady, peak: 1.0, period: Nanos::SECOND };
        let mut arrivals = Arrivals::new(Process::Constant, 0.0, steady, 1, Stream::new(1, 1));
        assert_eq!(arrivals.next(1.0, Nanos::ZERO), Nanos::MAX);
        assert_eq!(arrivals.set_rate(10.0, Nanos::from_secs(3)), Nanos::from_millis(3_100));
        assert_eq!(arrivals.set_rate(20.0, Nanos::from_millis(3_050)), Nanos::from_millis(3_075));
    }

    #[test]
    fn doubling_the_rate_halves_the_very_same_gaps() {
        let steady = Profile { shape: Shape::Steady, peak: 1.0, period: Nanos::SECOND };
        let times = |rate| {
            let mut arrivals = Arrivals::new(Process::Poisson, rate, steady, 1, Stream::new(1, 1));
            let mut now = Nanos::ZERO;
            (0..100)
                .map(|_| {
                    let gap = arrivals.gap();
                    now = arrivals.next(gap, now);
                    now.seconds()
                })
                .collect::<Vec<f64>>()
        };
        for (slow, fast) in times(100.0).iter().zip(times(200.0)) {
            assert!((slow / 2.0 - fast).abs() < 1e-6, "each gap is rounded to a nanosecond, a hundred of them add up");
        }
    }
}
