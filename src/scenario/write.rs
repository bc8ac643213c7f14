//! Writes a scenario as its flat text: only what differs from the defaults, in a fixed order.
//!
//! Every character stands unescaped in the fragment of a link, and none of them is one that chat programs cut off.

use core::fmt::Write;

use super::{Scenario, VERSION, lane_letter};

impl Scenario {
    /// The text. Reading it gives the same scenario.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}?v={VERSION}&engine={}", self.lab.key, super::ENGINE);
        let mut put = |key: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = write!(text, "&{key}={value}");
        };
        let policies: Vec<&str> = self.lanes.iter().map(|lane| lane.policy.as_str()).collect();
        put("policy", &policies.join(","));
        // In the order of the declarations, which is the order of the controls.
        for row in self.lab.parameters {
            if let Some(value) = self.settings.get(row.key) {
                put(row.key, value);
            }
        }
        for (key, value) in &self.settings {
            if !self.lab.parameters.iter().any(|row| row.key == key) {
                put(key, value);
            }
        }
        for (lane, spec) in self.lanes.iter().enumerate() {
            for (key, value) in &spec.overrides {
                put(&format!("{}.{key}", lane_letter(lane)), value);
            }
        }
        put("seed", &self.seed.to_string());
        if self.duration != self.lab.default_duration {
            put("duration", &self.duration.to_string());
        }
        if self.warm_up != self.lab.default_warm_up {
            put("warm-up", &self.warm_up.to_string());
        }
        for edit in &self.edits {
            put("at", &self.write_edit(edit));
        }
        text
    }

    /// The link to this scenario, relative to the page.
    #[must_use]
    pub fn link(&self) -> String {
        format!("#/lab/{}", self.text())
    }
}
