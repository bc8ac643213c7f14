//! What was run out, as a CSV file: every figure behind a drawing, times in seconds, numbers as they are.
//!
//! It knows no browser; who offers the file is [`super::curve`].

use headroom::labs::export::Row;

use super::Work;
use super::curve::theory_at;
use crate::describe;

/// Names of measures as the head of a CSV file; times in seconds.
fn column(row: &Row) -> String {
    let unit = if row.unit.is_empty() { String::new() } else { format!(" ({})", row.unit) };
    format!("{}{unit}", row.label.replace(',', ""))
}

/// A number as it is, nothing where there is none.
fn cell(figure: Option<f64>) -> String {
    figure.map_or_else(String::new, |figure| figure.to_string())
}

/// The runs over seeds: a line for each run and lane, a column for each measure.
pub(super) fn of_seeds(work: &Work) -> String {
    let mut text =
        ["Seed,lane,policy".to_owned()].into_iter().chain(work.rows.iter().map(column)).collect::<Vec<_>>().join(",");
    for (run, scenario) in work.errands.runs().iter().enumerate() {
        for lane in work.lanes().filter(|&lane| work.errands.outcome(run, lane).is_some()) {
            let first = format!("{},{},{}", scenario.seed, describe::badge(lane), work.scenario.lanes[lane].policy);
            let figures = work.rows.iter().map(|row| cell(work.figure(run, lane, row.key)));
            text += "\r\n";
            text += &core::iter::once(first).chain(figures).collect::<Vec<_>>().join(",");
        }
    }
    text + "\r\n"
}

/// A sweep: a line for each point and lane, a column for each measure. With several seeds that is their mean, and a second
/// column has half the width of its interval.
pub(super) fn of_sweep(work: &Work, parameter: &str, measure: &str) -> String {
    let several = work.replications() > 1;
    let mut head = vec![format!("{parameter},lane,policy")];
    if several {
        head.push("seeds".to_owned());
    }
    for row in &work.rows {
        head.push(column(row));
        if several {
            head.push(format!("± 95 % of {}", column(row)));
        }
    }
    head.push(format!("theory: {measure}"));
    let mut text = head.join(",");
    for (point, (_, name)) in work.points.iter().enumerate() {
        for lane in work.lanes() {
            let runs = (point..work.errands.runs().len()).step_by(work.points.len());
            let done = runs.filter(|&run| work.errands.outcome(run, lane).is_some()).count();
            if done == 0 {
                continue;
            }
            let mut line = vec![format!("{name},{},{}", describe::badge(lane), work.scenario.lanes[lane].policy)];
            if several {
                line.push(done.to_string());
            }
            for row in &work.rows {
                let mean = work.mean_at(point, lane, row.key);
                line.push(cell(mean.map(|mean| mean.mean)));
                if several {
                    line.push(cell(mean.map(|mean| mean.half_width).filter(|width| width.is_finite())));
                }
            }
            line.push(cell(theory_at(work, point, lane, measure)));
            text += "\r\n";
            text += &line.join(",");
        }
    }
    text + "\r\n"
}
