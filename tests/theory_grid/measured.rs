//! Runs a scenario and says how far what it measured is from theory, in standard errors.

use headroom::basics::Nanos;
use headroom::labs::{Results, run_out};
use headroom::scenario::Scenario;
use headroom::simulation::Window;
use headroom::simulation::window::Merged;

/// The mean service time of every case, in seconds. A thousandth, so that a nanosecond is a millionth of it.
pub const SERVICE: f64 = 0.001;

/// The places of the gauges that the balancing lab keeps.
pub const IN_FLIGHT: usize = 0;
pub const QUEUED: usize = 1;
pub const BUSY: usize = 2;

/// A run is cut into so many stretches; their scatter is the error of its mean. Far fewer would leave the error itself
/// uncertain (thirty: to 13 %), far more would make them depend on each other.
const STRETCHES: usize = 30;

/// So many standard errors are allowed when the error is a closed form: beyond lies a chance of 6 in 100,000.
const ALLOWED: f64 = 4.0;

/// So many when the error comes from [`STRETCHES`]: Student's law with 29 degrees, 3 in 100,000.
const ALLOWED_OF_STRETCHES: f64 = 5.0;

/// A measured value with its standard error.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// One lane of a run.
pub struct Measured {
    windows: Vec<Window>,
    length: Nanos,
}

/// A system with traffic for about `arrivals` requests at `rate` a second; the first twentieth warms it up, which in
/// all cases is many times what the system needs to forget that it began empty. No network, no limit to the queue,
/// one key and one client unless `settings` say otherwise.
pub fn scenario(policy: &str, rate: f64, arrivals: f64, seed: u64, settings: &str) -> Scenario {
    let milliseconds = (arrivals / rate * 1_000.0).ceil().max(600.0);
    let warm_up = (milliseconds / 20.0).ceil();
    let mut text = format!("balancing?v=1&engine=1&policy={policy}&rate={rate}/s&seed={seed}");
    text += &format!("&duration={milliseconds}ms&warm-up={warm_up}ms");
    let defaults = ["service=1ms", "network=0s", "queue=1000000", "servers=1", "slots=1", "keys=1", "clients=1"];
    for default in defaults {
        let key = default.split_once('=').unwrap().0;
        if !settings.split('&').any(|setting| setting.split_once('=').is_some_and(|(own, _)| own == key)) {
            text += &format!("&{default}");
        }
    }
    if !settings.is_empty() {
        text += &format!("&{settings}");
    }
    let (scenario, notices) = Scenario::read(&text).unwrap();
    assert!(notices.is_empty(), "{text}: {notices:?}");
    scenario
}

/// Every lane of `scenario`, run out. Whatever else is tested, every request is accounted for.
pub fn measure(scenario: &Scenario) -> Vec<Measured> {
    let Results { lanes, window, .. } = run_out(scenario);
    lanes
        .into_iter()
        .map(|lane| {
            assert!(lane.totals.conserved(), "{scenario:?}: {:?}", lane.totals);
            Measured { windows: lane.windows, length: window }
        })
        .collect()
}

/// As [`measure`], of a scenario with one lane.
pub fn measure_one(policy: &str, rate: f64, arrivals: f64, seed: u64, settings: &str) -> Measured {
    measure(&scenario(policy, rate, arrivals, seed, settings)).remove(0)
}

impl Measured {
    fn after_warm_up(&self) -> impl Iterator<Item = &Window> {
        self.windows.iter().filter(|window| !window.warming)
    }

    /// Everything after the warm-up.
    pub fn merged(&self) -> Merged {
        Merged::of(&self.windows, self.length, false)
    }

    /// The sum of `part` over the sum of `whole`, each of a stretch of the run, with the error that the scatter of
    /// the stretches shows. Source of the error: the usual one of a ratio, from the residuals part − ratio · whole.
    pub fn ratio(&self, part: impl Fn(&Merged) -> f64, whole: impl Fn(&Merged) -> f64) -> Estimate {
        let windows: Vec<&Window> = self.after_warm_up().collect();
        let each = windows.len() / STRETCHES;
        assert!(each > 0, "{} windows are too few", windows.len());
        let stretches: Vec<(f64, f64)> = windows
            .chunks_exact(each)
            .take(STRETCHES)
            .map(|chunk| {
                let merged = Merged::of(chunk.iter().copied(), self.length, false);
                (part(&merged), whole(&merged))
            })
            .collect();
        let count = stretches.len() as f64;
        let (parts, wholes) = stretches.iter().fold((0.0, 0.0), |sum, next| (sum.0 + next.0, sum.1 + next.1));
        let value = parts / wholes;
        let squares: f64 = stretches.iter().map(|(part, whole)| (part - value * whole).powi(2)).sum();
        Estimate { value, error: (squares / (count * (count - 1.0))).sqrt() / (wholes / count) }
    }

    /// The mean response time in seconds.
    pub fn response(&self) -> Estimate {
        self.ratio(
            |stretch| stretch.latencies.mean().map_or(0.0, Nanos::seconds) * stretch.latencies.count() as f64,
            |stretch| stretch.latencies.count() as f64,
        )
    }

    /// The average of a gauge over time.
    pub fn gauge(&self, index: usize) -> Estimate {
        self.ratio(|stretch| stretch.gauges[index], |_| 1.0)
    }

    /// Requests answered a second.
    pub fn throughput(&self) -> Estimate {
        self.ratio(|stretch| stretch.completed as f64, |stretch| stretch.span.seconds())
    }

    /// The share of the requests that a full queue turned away.
    pub fn lost(&self) -> Estimate {
        self.ratio(|stretch| stretch.shed as f64, |stretch| (stretch.shed + stretch.completed) as f64)
    }

    /// The share of responses of at most `time` seconds, from below and from above: the histogram tells times apart
    /// only to 1 %, so those filed together with `time` are left out once and counted in once.
    fn share_within(&self, time: f64) -> (Estimate, Estimate) {
        let count = |stretch: &Merged| stretch.latencies.count() as f64;
        let below = self.ratio(|stretch| bins_up_to(stretch, time) * count(stretch), count);
        let above = self.ratio(|stretch| bins_up_to(stretch, time * 1.01) * count(stretch), count);
        (below, above)
    }
}

fn bins_up_to(stretch: &Merged, time: f64) -> f64 {
    let points = stretch.latencies.distribution();
    let within = points.partition_point(|(span, _)| span.seconds() <= time);
    if within == 0 { 0.0 } else { points[within - 1].1 }
}

/// The comparisons of one part of the grid.
#[derive(Default)]
pub struct Grid {
    deviations: Vec<f64>,
}

impl Grid {
    /// `estimate` against what theory says. Its error may be at most a twentieth of that: a weaker case proves nothing.
    pub fn agrees(&mut self, case: &str, estimate: Estimate, theory: f64) {
        self.compare(case, estimate, theory, ALLOWED_OF_STRETCHES);
    }

    /// As [`Grid::agrees`], with the relative half-width at 95 % of a run of this length from a closed form.
    pub fn agrees_by_length(&mut self, case: &str, estimate: Estimate, theory: f64, half_width: f64) {
        let error = theory * half_width / headroom::theory::run_length::NORMAL_95;
        self.compare(case, Estimate { error, ..estimate }, theory, ALLOWED);
    }

    fn compare(&mut self, case: &str, Estimate { value, error }: Estimate, theory: f64, allowed: f64) {
        // A saturated server is busy without any scatter; what is left is the rounding of the windows to 24 bits.
        let error = error.max(theory * 6e-8);
        let deviation = (value - theory) / error;
        println!("{case}: {value:.6e}, theory {theory:.6e}, {deviation:+.2} standard errors of {error:.1e}");
        assert!(error <= 0.05 * theory, "{case}: an error of {error} of {theory} proves nothing; run longer");
        assert!(
            deviation.abs() <= allowed,
            "{case}: measured {value}, theory {theory}: {deviation:.1} standard errors apart"
        );
        self.deviations.push(deviation);
    }

    /// The share of responses within what theory says is the `quantile` of the response time.
    pub fn quantile_agrees(&mut self, case: &str, measured: &Measured, quantile: f64, theory: f64) {
        let (below, above) = measured.share_within(theory);
        println!("{case}: within {theory:.3e} s are {:.5} to {:.5}, theory {quantile}", below.value, above.value);
        let fits = below.value - ALLOWED_OF_STRETCHES * below.error <= quantile
            && above.value + ALLOWED_OF_STRETCHES * above.error >= quantile;
        assert!(fits, "{case}: within {theory} s are {below:?} to {above:?}, theory says {quantile}");
        assert!(below.error <= 0.2 * (1.0 - quantile), "{case}: {below:?} proves nothing; run longer");
        self.deviations.push(0.0);
    }

    /// Prints how many comparisons there were, and checks that they are off as much as chance would have it: their
    /// root mean square is 1, with a standard deviation of 1 ÷ √(2n); four of these, and the 29 degrees' 4 %.
    /// Errors that are upper bounds make it smaller, so there is no lower limit.
    pub fn finish(self, part: &str) {
        let told: Vec<f64> = self.deviations.iter().copied().filter(|&deviation| deviation != 0.0).collect();
        let count = told.len() as f64;
        let root = (told.iter().map(|deviation| deviation * deviation).sum::<f64>() / count).sqrt();
        let worst = told.iter().fold(0.0_f64, |worst, deviation| worst.max(deviation.abs()));
        println!("{part}: {} comparisons; worst {worst:.2}, root mean square {root:.2}", self.deviations.len());
        assert!(root <= 1.04 + 4.0 / (2.0 * count).sqrt(), "{part}: {root} standard errors off on the whole");
    }
}
