//! Charts that a lab has beyond those that every lab has, as data: which of its gauges and counters are drawn over time,
//! or against each other. The page draws them; it knows no lab.
//!
//! It knows windows and the names of measures, no pixel. Read next: [`super::lab`].

use super::Lab;
use super::lab::{COMMON_GAUGES, Measure};
use crate::simulation::Window;

/// A gauge or a counter as it is drawn. A counter alone is drawn as so many a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    /// As it is called in the chart: “limit”.
    pub label: &'static str,
    /// The key of a gauge or a counter.
    pub measure: &'static str,
    /// The key of a counter by which another counter is divided.
    pub per: Option<&'static str>,
}

/// What lies along the bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Time: the curves are lines.
    Time,
    /// Another measure: every window is a point, at this curve's value and the first curve's.
    Measure(Curve),
}

/// A chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its title.
    pub title: &'static str,
    /// What the axis upwards measures (and the one along the bottom, if that is not time).
    pub measures: &'static str,
    /// What is drawn of each lane. All have the unit of the first.
    pub curves: &'static [Curve],
    /// What lies along the bottom.
    pub along: Along,
    /// What the curves are to be held against: a dotted line over time, an upright one at its present value when the
    /// bottom is a measure.
    pub reference: Option<Curve>,
}

/// One gauge or counter under a short name.
pub(super) const fn curve(label: &'static str, measure: &'static str) -> Curve {
    Curve { label, measure, per: None }
}

/// Where a measure stands in a window.
enum Place {
    Gauge(usize),
    Counter(usize),
}

fn place(lab: &Lab, key: &str) -> Option<Place> {
    let gauge = COMMON_GAUGES.iter().chain(lab.gauges).position(|gauge| gauge.key == key);
    gauge.map(Place::Gauge).or_else(|| {
        let counter = lab.counters.iter().position(|counter| counter.key == key)?;
        Some(Place::Counter(counter))
    })
}

impl Curve {
    /// What is drawn, as the lab declares it; `None` when it declares no such measure.
    #[must_use]
    pub fn declared(&self, lab: &Lab) -> Option<Measure> {
        COMMON_GAUGES.iter().chain(lab.gauges).chain(lab.counters).find(|measure| measure.key == self.measure).copied()
    }

    /// Its unit: that of a gauge or of the counter that is divided, a rate for a counter alone.
    #[must_use]
    pub fn unit(&self, lab: &Lab) -> &'static str {
        match (self.per, place(lab, self.measure)) {
            (_, None) => "",
            (None, Some(Place::Counter(_))) => "/s",
            _ => self.declared(lab).map_or("", |measure| measure.unit),
        }
    }

    /// Whether its value is taken over several windows: a rate or a quotient of counts is, an average is not.
    #[must_use]
    pub fn rolls(&self, lab: &Lab) -> bool {
        matches!(place(lab, self.measure), Some(Place::Counter(_)))
    }

    /// Its value over some windows that follow each other, each `seconds` long: the last average of a gauge, the mean rate
    /// of a counter, the quotient of two counters. `None` where there is none.
    #[must_use]
    pub fn value(&self, lab: &Lab, windows: &[Option<Window>], seconds: f64) -> Option<f64> {
        let sum = |counter: usize| -> u64 {
            windows
                .iter()
                .flatten()
                .filter_map(|window| window.counters.get(counter))
                .map(|&count| u64::from(count))
                .sum()
        };
        match (place(lab, self.measure)?, self.per) {
            (Place::Gauge(gauge), _) => windows.last()?.as_ref()?.gauges.get(gauge).map(|&value| f64::from(value)),
            (Place::Counter(counter), None) => {
                let known = windows.iter().flatten().count();
                (known > 0).then(|| sum(counter) as f64 / (known as f64 * seconds))
            }
            (Place::Counter(counter), Some(per)) => match place(lab, per)? {
                Place::Counter(per) => {
                    Some(sum(per)).filter(|&count| count > 0).map(|count| sum(counter) as f64 / count as f64)
                }
                Place::Gauge(_) => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::catalogue;

    #[test]
    fn every_chart_draws_measures_that_its_lab_declares_in_one_unit() {
        for lab in catalogue() {
            for chart in lab.charts {
                let along = match chart.along {
                    Along::Measure(curve) => Some(curve),
                    Along::Time => None,
                };
                for curve in chart.curves.iter().chain(along.as_ref()).chain(chart.reference.as_ref()) {
                    assert!(curve.declared(lab).is_some(), "{}: {}", chart.title, curve.measure);
                    if let Some(per) = curve.per {
                        let counters = [curve.measure, per];
                        assert!(
                            counters.iter().all(|key| lab.counters.iter().any(|counter| counter.key == *key)),
                            "{per}"
                        );
                    }
                }
                let unit = chart.curves[0].unit(lab);
                assert!(
                    chart.curves.iter().all(|curve| curve.unit(lab) == unit),
                    "{}: two units on one axis",
                    chart.title
                );
                // A reference lies on the axis that it is compared along.
                let axis = along.map_or(unit, |along| along.unit(lab));
                assert!(chart.reference.is_none_or(|reference| reference.unit(lab) == axis), "{}", chart.title);
            }
        }
    }

    #[test]
    fn gauges_are_as_they_are_counters_a_second_and_quotients_over_all_windows() {
        let lab = crate::labs::find("batching").unwrap();
        let window = |batches, items, held| {
            let mut window = Window { counters: vec![0; lab.counters.len()], ..Window::default() };
            (window.counters[0], window.counters[1]) = (batches, items);
            window.gauges = vec![0.0, 0.0, held, 0.0, 0.0, 0.0];
            Some(window)
        };
        let windows = [window(2, 10, 3.0), None, window(3, 15, 7.0)];
        assert_eq!(curve("", "buffered").value(lab, &windows, 0.5), Some(7.0));
        assert_eq!(curve("", "batches").value(lab, &windows, 0.5), Some(5.0));
        let size = Curve { per: Some("batches"), ..curve("", "items") };
        assert_eq!(size.value(lab, &windows, 0.5), Some(5.0));
        assert_eq!(size.value(lab, &[window(0, 0, 0.0)], 0.5), None, "no batch, no size");
        assert_eq!(curve("", "nothing").value(lab, &windows, 0.5), None);
    }
}
