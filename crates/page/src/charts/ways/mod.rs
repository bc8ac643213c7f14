//! The ways of single requests as a Gantt chart: a row for each, a bar for each stay, up to the playhead.
//!
//! Plain numbers out of the recorded stays; it knows roles and names of the scene, no lab. Read next:
//! [`headroom::session::ways`], where the stays come from; then `picture.rs` and `words.rs`.

mod picture;
mod words;

use headroom::basics::Nanos;
use headroom::labs::{Role, Scene};
use headroom::session::Player;
use headroom::simulation::NodeId;
use headroom::simulation::record::{Phase, Stay};

use super::build;
use super::figure::{Bottom, Figure, Unit};
use super::scale::{Scale, Spread};

/// So many requests are shown at most.
pub const MOST_ROWS: usize = 24;

/// A stay, as far as the playhead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where.
    pub node: NodeId,
    /// What the request does there.
    pub phase: Phase,
    /// From when, in seconds.
    pub from: f64,
    /// Until when, in seconds.
    pub until: f64,
}

/// One request.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number.
    pub request: u32,
    /// Its stays, one after the other.
    pub bars: Vec<Bar>,
    /// When it was over, in seconds, and whether it was turned away.
    pub over: Option<(f64, bool)>,
}

/// The chart of one lane.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    scene: Scene,
    /// By rising number.
    pub rows: Vec<Row>,
    /// The axis of time, in seconds; it ends at the playhead.
    pub span: (f64, f64),
    /// The node that requests spend most of their waiting for, and which share of it.
    pub most: Option<(NodeId, f64)>,
}

fn row(stays: &[Stay], playhead: Nanos) -> Option<Row> {
    let mut bars: Vec<Bar> = Vec::new();
    for (index, stay) in stays.iter().enumerate() {
        let until = stays.get(index + 1).map_or(playhead, |next| next.at);
        if matches!(stay.phase, Phase::Left | Phase::Over) || until <= stay.at {
            continue;
        }
        bars.push(Bar { node: stay.node, phase: stay.phase, from: stay.at.seconds(), until: until.seconds() });
    }
    let over = stays.iter().enumerate().find(|(_, stay)| stay.phase == Phase::Over).map(|(index, stay)| {
        let served = index.checked_sub(1).is_some_and(|before| stays[before].phase == Phase::Served);
        (stay.at.seconds(), !served)
    });
    stays.first().map(|first| Row { request: first.request, bars, over })
}

impl Ways {
    /// What is known of `lane` at the playhead.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn of(player: &Player, lane: usize) -> Self {
        let scenario = player.scenario();
        let scene = (scenario.lab.scene)(scenario, lane);
        let playhead = player.playhead();
        let known = player.tracks().get(lane).map_or_else(Vec::new, |track| track.ways(playhead, MOST_ROWS));
        let rows: Vec<Row> = known.into_iter().filter_map(|stays| row(stays, playhead)).collect();
        let first = rows.iter().flat_map(|row| &row.bars).map(|bar| bar.from).fold(f64::MAX, f64::min);
        let end = playhead.seconds();
        let span = (if first < end { first } else { end - 1.0 }.max(0.0), end.max(1e-3));
        let mut ways = Self { scene, rows, span, most: None };
        ways.most = ways.waited_for();
        ways
    }

    /// What most of the waiting at the servers is for. A request that is blocked waits for the next node. Where several
    /// nodes are much waited for, it is the last of them that keeps those before it from going on.
    fn waited_for(&self) -> Option<(NodeId, f64)> {
        let path: Vec<NodeId> = self.path().collect();
        let mut waits = vec![0.0; path.len() + 1];
        for bar in self.rows.iter().flat_map(|row| &row.bars) {
            let Some(place) = path.iter().position(|&node| node == bar.node) else { continue };
            match bar.phase {
                Phase::Waits => waits[place] += bar.until - bar.from,
                Phase::Blocked => waits[place + 1] += bar.until - bar.from,
                _ => {}
            }
        }
        let servers = |place: usize| path.get(place).is_some_and(|&node| self.scene.target(node).is_some());
        let total: f64 = (0..path.len()).filter(|&place| servers(place)).map(|place| waits[place]).sum();
        let highest = (0..path.len()).filter(|&place| servers(place)).map(|place| waits[place]).fold(0.0, f64::max);
        let place =
            (0..path.len()).rfind(|&place| servers(place) && waits[place] >= highest / 2.0 && waits[place] > 0.0)?;
        Some((path[place], waits[place] / total))
    }

    /// The nodes that every request passes, in order.
    fn path(&self) -> impl Iterator<Item = NodeId> {
        let groups = self.scene.stays.iter().flatten().filter_map(|&group| self.scene.groups.get(group));
        groups.flat_map(|group| group.first..group.first + group.count)
    }

    fn is_client(&self, node: NodeId) -> bool {
        self.scene.find(node).is_some_and(|(group, _)| group.role == Role::Clients)
    }

    /// Axes for a plot of `size` CSS pixels.
    #[must_use]
    #[inline(never)] // not needed at the start
    pub fn figure(&self, player: &Player, size: (f64, f64)) -> Figure {
        let (left, right, top, bottom) = Figure::plot(size);
        let scenario = player.scenario();
        let warm_up = Some(scenario.warm_up.seconds()).filter(|&end| end > self.span.0);
        let mut faults = build::faults(scenario);
        faults.retain(|fault| fault.0 >= self.span.0);
        Figure {
            size,
            bottom: Bottom::Time,
            x: Scale { spread: Spread::Linear, values: self.span, pixels: (left, right) },
            y: Scale { spread: Spread::Linear, values: (0.0, MOST_ROWS as f64), pixels: (top, bottom) },
            units: (Unit::Time, Unit::Count),
            lines: Vec::new(),
            warm_up,
            faults,
        }
    }

    /// The row at a part of the plot's height.
    #[must_use]
    pub fn row_at(&self, down: f64) -> usize {
        ((down * MOST_ROWS as f64) as usize).min(self.rows.len().saturating_sub(1))
    }

    /// The part of the plot's height at which a row's middle lies.
    #[must_use]
    pub fn down_of(row: usize) -> f64 {
        (row as f64 + 0.5) / MOST_ROWS as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headroom::scenario::Scenario;
    use headroom::session::Runner;

    fn stand(text: &str, seconds: u64) -> Player {
        let (scenario, notices) = Scenario::read(text).unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        let (mut player, mut runner) = (Player::new(scenario), Runner::new(headroom::labs::EXPERIMENTS));
        player.seek(Nanos::from_secs(seconds));
        crate::charts::tests::settle(&mut player, &mut runner);
        player
    }

    #[test]
    fn rows_are_whole_ways_one_stay_after_the_other_up_to_the_playhead() {
        let player = stand("pipeline?policy=backpressure&rate=90/s&seed=3", 20);
        let ways = Ways::of(&player, 0);
        assert_eq!(ways.rows.len(), MOST_ROWS);
        for row in &ways.rows {
            assert!(row.bars.windows(2).all(|pair| pair[0].until <= pair[1].from), "{row:?}");
            assert!(row.bars.iter().all(|bar| bar.from < bar.until && bar.until <= 20.0), "{row:?}");
            let served = row.bars.iter().filter(|bar| bar.phase == Phase::Served).count();
            assert!(row.over.is_none() || served == 3, "an answered request was served by all stages: {row:?}");
        }
        assert!(ways.rows.iter().filter(|row| row.over.is_some()).count() >= MOST_ROWS / 3);
        assert!(ways.rows.windows(2).all(|pair| pair[0].request < pair[1].request));
    }

    #[test]
    fn the_bottleneck_is_what_requests_wait_for_whatever_the_rule() {
        for rule in ["unbounded", "backpressure", "drop-new", "drop-old"] {
            let player = stand(&format!("pipeline?policy={rule}&rate=130/s&seed=3"), 30);
            let ways = Ways::of(&player, 0);
            let (node, share) = ways.most.unwrap();
            assert_eq!((ways.scene.name(node).as_str(), share > 0.5), ("s1", true), "{rule} {share}");
        }
    }

    #[test]
    fn hundreds_that_wait_are_no_hindrance() {
        let player = stand("pipeline?policy=unbounded&rate=150/s&seed=3", 30);
        let ways = Ways::of(&player, 0);
        let over = ways.rows.iter().filter(|row| row.over.is_some()).count();
        // Half are those up to the one that was answered last; it may have overtaken who is with the other workers of the
        // last two stages, four in each.
        assert!(ways.rows.len() == MOST_ROWS && (MOST_ROWS / 2 - 8..=MOST_ROWS / 2).contains(&over), "{over}");
        let whole = ways.rows.iter().filter(|row| row.bars.first().is_some_and(|bar| bar.node == 1)).count();
        assert_eq!(whole, MOST_ROWS, "each from its beginning, though they have waited for seconds");
    }

    #[test]
    fn the_table_has_every_request_and_every_node_and_the_csv_every_bar() {
        let player = stand("pipeline?policy=drop-new&rate=150/s&seed=3&queue=2", 10);
        let ways = Ways::of(&player, 0);
        let table = ways.table();
        assert_eq!(table.head, ["Request", "clients", "s0", "s1", "s2", "In all"]);
        assert_eq!(table.rows.len(), ways.rows.len());
        assert!(table.rows.iter().any(|row| row[5].contains("turned away")));
        let bars: usize = ways.rows.iter().map(|row| row.bars.len()).sum();
        assert_eq!(ways.csv().lines().count(), bars + 1);
        let figure = ways.figure(&player, (400.0, 292.0));
        let picture = ways.picture(&figure);
        assert!(picture.contains("stay-served") && picture.contains("stay-waits") && picture.contains("stay-away"));
    }

    #[test]
    fn the_cursor_says_what_a_request_does() {
        let player = stand("pipeline?policy=backpressure&rate=90/s&seed=3", 20);
        let ways = Ways::of(&player, 0);
        let bar = ways.rows[3].bars.iter().find(|bar| bar.phase == Phase::Served).unwrap();
        let said = ways.sentence(3, (bar.from + bar.until) / 2.0);
        assert!(said.contains(": served by s"), "{said}");
        assert_eq!(ways.row_at(Ways::down_of(3)), 3);
    }
}
