//! What came of it: every figure of a run, the spread of a figure over seeds, the curve of a sweep.

use headroom::scenario::Scenario;
use headroom::theory::replications::{MeanOfRuns, percentile_rank};
use yew::prelude::*;

use super::{Settings, What, Work, curve, luck, seconds};
use crate::tabs::numbers::written;
use crate::{describe, numbers};

/// Measures that are always told of many seeds, besides the chosen one.
const ALWAYS: [&str; 3] = ["p50", "p99", "goodput"];

/// The results so far; `present` is the experiment as it stands now.
pub(super) fn results(work: &Work, settings: &Settings, present: &Scenario) -> Html {
    let body = match work.what {
        What::Once => once(work),
        What::Seeds => seeds(work, settings.measure),
        What::Sweep => curve::sweep(work, settings.measure),
    };
    let stale = work.scenario != *present;
    html! {
        <div key="results" class="run-out-results">
            <p class="quiet" key="time">{told(work)}</p>
            <p class="notice-sentence" key="stale" hidden={!stale}>
                {"The experiment was changed since. These figures are of "}<a href={work.scenario.link()}>{"the one before"}</a>{"."}
            </p>
            {body}
        </div>
    }
}

/// How much was run, and how fast.
fn told(work: &Work) -> String {
    let Some(took) = work.took else { return String::new() };
    let runs = work.errands.runs().len();
    let outcomes = (0..runs).flat_map(|run| work.lanes().filter_map(move |lane| work.errands.outcome(run, lane)));
    let (mut requests, mut events) = (0, 0);
    for outcome in outcomes {
        requests += outcome.totals.arrivals;
        events += outcome.events;
    }
    let begin = if work.cancelled { "Cancelled after " } else { "" };
    let rate = if took > 0.0 { events as f64 / took * 1e3 } else { 0.0 };
    let workers = if work.workers == 1 { "one worker".to_owned() } else { format!("{} workers", work.workers) };
    format!(
        "{begin}{} requests, {} events in {} with {workers}: {} events a second.",
        numbers::count(requests),
        numbers::count(events),
        seconds(took),
        numbers::count(rate as u64)
    )
}

fn head_of_lanes(work: &Work) -> Html {
    work.lanes()
        .map(|lane| html! { <th scope="col" key={lane}>{format!("{} {}", describe::badge(lane), describe::policy_label(&work.scenario, lane))}</th> })
        .collect()
}

fn once(work: &Work) -> Html {
    let Some(run) = work.errands.runs().first() else { return html! {} };
    if work.scale || work.lanes().all(|lane| work.errands.outcome(0, lane).is_none()) {
        return html! { <div key="once"></div> };
    }
    let line = |row: &headroom::labs::export::Row| {
        let cells =
            work.lanes().map(|lane| html! { <td key={lane}>{written(work.figure(0, lane, row.key), row.unit)}</td> });
        html! { <tr key={row.key}><th scope="row">{row.label}</th>{for cells}</tr> }
    };
    let longer = (run.duration != work.scenario.duration).then(|| {
        html! { <a class="run-out-link" href={run.link()}>{format!("Open this run of {} as an experiment", numbers::short_moment(run.duration))}</a> }
    });
    html! {
        <div key="once">
            {longer}
            <div class="table-room" tabindex="0" role="region" aria-label="Figures of the run">
                <table>
                    <caption class="visually-hidden">{"Figures of the run"}</caption>
                    <thead><tr><th scope="col">{"Measure"}</th>{head_of_lanes(work)}</tr></thead>
                    <tbody>{for work.rows.iter().map(line)}</tbody>
                </table>
            </div>
        </div>
    }
}

/// The figure `key` of lane `lane` with every seed but the own one, and with that.
pub(super) fn over_seeds(work: &Work, lane: usize, key: &str) -> (Vec<f64>, Option<f64>) {
    let own = work.errands.runs().len().saturating_sub(1);
    ((0..own).filter_map(|run| work.figure(run, lane, key)).collect(), work.figure(own, lane, key))
}

fn seeds(work: &Work, measure: &'static str) -> Html {
    let others = work.errands.runs().len().saturating_sub(1);
    let seed = work.scenario.seed;
    let keys = ALWAYS.into_iter().chain((!ALWAYS.contains(&measure)).then_some(measure));
    let lines = keys.filter_map(|key| work.row(key)).flat_map(|row| work.lanes().map(move |lane| (row, lane)));
    let line = |(row, lane): (&headroom::labs::export::Row, usize)| {
        let (figures, own) = over_seeds(work, lane, row.key);
        let mean = MeanOfRuns::of(&figures);
        let say = |value: Option<f64>| written(value, row.unit);
        let rank = own.and_then(|own| percentile_rank(own, &figures));
        html! {
            <tr key={format!("{}-{lane}", row.key)}>
                <th scope="row">{format!("{} {}", describe::badge(lane), row.label)}</th>
                <td>{say(mean.map(|mean| mean.mean))}</td>
                <td>{mean.filter(|mean| mean.half_width.is_finite()).map_or("—".to_owned(), |mean| format!("± {}", written(Some(mean.half_width), row.unit)))}</td>
                <td>{format!("{} … {}", say(mean.map(|mean| mean.least)), say(mean.map(|mean| mean.most)))}</td>
                <td>{say(own)}</td>
                <td>{rank.map_or("—".to_owned(), |rank| ordinal((rank * 100.0).round() as u64))}</td>
            </tr>
        }
    };
    html! {
        <div key="seeds">
            <ul class="run-out-luck" key="luck">{for luck::sentences(work, measure).into_iter().map(|sentence| html! { <li>{sentence}</li> })}</ul>
            {curve::strip(work, measure)}
            <div class="table-room" tabindex="0" role="region" aria-label="Figures over the seeds" key="table">
                <table>
                    <caption>{format!("Over {others} seeds; the mean with its 95 % confidence interval (Student's t)")}</caption>
                    <thead><tr>
                        <th scope="col">{"Lane and measure"}</th><th scope="col">{"Mean"}</th><th scope="col">{"95 %"}</th>
                        <th scope="col">{"Least … most"}</th><th scope="col">{format!("Seed {seed}")}</th><th scope="col">{"Percentile"}</th>
                    </tr></thead>
                    <tbody>{for lines.map(line)}</tbody>
                </table>
            </div>
        </div>
    }
}

/// `93rd`.
pub(super) fn ordinal(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::ordinal;

    #[test]
    fn ordinals_are_written_as_people_write_them() {
        let written: Vec<String> = [0, 1, 2, 3, 4, 11, 12, 13, 21, 93, 100].into_iter().map(ordinal).collect();
        assert_eq!(written, ["0th", "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "93rd", "100th"]);
    }
}
