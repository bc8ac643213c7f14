//! The ways in words: what most of the waiting is for, what a request does at a time, a table and a file of all stays.

use core::fmt::Write;

use headroom::simulation::NodeId;
use headroom::simulation::record::Phase;

use super::{Row, Ways};
use crate::charts::scale::{percent, time};
use crate::charts::table::Table;
use crate::numbers::fixed;

impl Ways {
    /// The legend and what is to be seen, in words.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn caption(&self) -> String {
        let legend = "solid: served; line: waits; hollow: done, but the next is full";
        match self.most {
            Some((node, share)) => {
                format!(
                    "{legend}. Most waiting is for {} ({})",
                    self.scene.name(node),
                    percent((share * 100.0).round() / 100.0)
                )
            }
            None => legend.to_owned(),
        }
    }

    /// What the request of a row does at a time.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn sentence(&self, row: usize, at: f64) -> String {
        let Some(row) = self.rows.get(row) else { return "No request yet".to_owned() };
        let doing = row.bars.iter().find(|bar| bar.from <= at && (at < bar.until || bar.until >= self.span.1));
        let what = match (doing, row.over) {
            (Some(bar), _) => {
                format!("{} {} since {} s", told(bar.phase), self.scene.name(bar.node), fixed(bar.from, 3))
            }
            (None, Some((over, away))) if over <= at => {
                let what = if away { "turned away" } else { "answered" };
                format!("{what} at {over} s", over = fixed(over, 3))
            }
            (None, _) if row.bars.first().is_none_or(|first| at < first.from) => "not yet there".to_owned(),
            (None, _) => "on its way".to_owned(),
        };
        format!("request {} at {at} s: {what}", row.request, at = fixed(at, 3))
    }

    /// A row for each request, a column for each node: how long it waited there, was served, was blocked.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn table(&self) -> Table {
        let path: Vec<NodeId> = self.path().collect();
        let mut head = vec!["Request".to_owned()];
        head.extend(path.iter().map(|&node| self.scene.name(node)));
        head.push("In all".to_owned());
        let rows = self.rows.iter().map(|row| {
            let mut cells = vec![row.request.to_string()];
            cells.extend(path.iter().map(|&node| stays_at(row, node)));
            let begun = row.bars.first().map_or(self.span.1, |bar| bar.from);
            cells.push(match row.over {
                Some((over, away)) => format!("{}{}", time(over - begun), if away { ", turned away" } else { "" }),
                None => format!("{} so far", time(self.span.1 - begun)),
            });
            cells
        });
        Table { rows: rows.collect(), head }
    }

    /// Every bar, as CSV (RFC 4180).
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn csv(&self) -> String {
        let mut text = String::from("request,where,what,from (s),until (s)\r\n");
        for row in &self.rows {
            for bar in &row.bars {
                let (what, name) = (word(bar.phase), self.scene.name(bar.node));
                let _ = write!(text, "{},{name},{what},{},{}\r\n", row.request, bar.from, bar.until);
            }
        }
        text
    }
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Waits => "waits",
        Phase::Served => "served",
        Phase::Blocked => "blocked",
        Phase::Left | Phase::Over => "gone",
    }
}

fn told(phase: Phase) -> &'static str {
    match phase {
        Phase::Waits => "waits at",
        Phase::Served => "served by",
        Phase::Blocked => "blocked in",
        Phase::Left | Phase::Over => "gone from",
    }
}

/// “waits 12 ms, served 40 ms”; a dash for a node where it was not.
fn stays_at(row: &Row, node: NodeId) -> String {
    let parts = [Phase::Waits, Phase::Served, Phase::Blocked].into_iter().filter_map(|phase| {
        let bars = row.bars.iter().filter(|bar| bar.node == node && bar.phase == phase);
        let sum: f64 = bars.map(|bar| bar.until - bar.from).sum();
        (sum > 0.0).then(|| format!("{} {}", word(phase), time(sum)))
    });
    let text = parts.collect::<Vec<_>>().join(", ");
    if text.is_empty() { "–".to_owned() } else { text }
}
