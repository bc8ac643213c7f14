//! What stands round a plot: title, switches, the cursor's read-out, the table, export. And the cursor itself.

use core::fmt::Write;
use std::rc::Rc;

use headroom::basics::Nanos;
use headroom::scenario::lane_letter;
use headroom::session::Player;
use web_sys::{Element, HtmlDetailsElement};
use yew::prelude::*;

use super::Message;
use super::build::{Kind, Store, View, servers};
use super::figure::{Figure, Look};
use super::load;
use super::scale::Spread;
use super::table::{self, MOST_ROWS, Reading, Table};
use super::ways::Ways;
use crate::numbers::{fixed, short_moment};

/// Where a person reads a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cursor {
    /// Which chart.
    pub chart: usize,
    /// What that chart shows.
    pub kind: Kind,
    /// The value along its bottom.
    pub x: f64,
    /// How far down, 0 … 1: which server on the load strip, which request among the ways.
    pub down: f64,
}

impl Cursor {
    /// The cursor at a pixel of a plot, if that lies on it.
    #[must_use]
    pub fn at(chart: usize, kind: Kind, figure: &Figure, (x, y): (f64, f64)) -> Option<Self> {
        let (left, right, top, bottom) = Figure::plot(figure.size);
        let on_it = x >= left - 8.0 && x <= right + 8.0;
        let down = ((y - top) / (bottom - top)).clamp(0.0, 1.0);
        on_it.then(|| Self { chart, kind, x: figure.x.value(x), down })
    }

    /// Whether it is read on chart `index` of this kind too: all charts over time share their cursor.
    #[must_use]
    pub fn reads(&self, index: usize, kind: Kind) -> bool {
        self.chart == index || self.kind.over_time() && kind.over_time()
    }

    fn server(&self, servers: u32) -> u32 {
        ((self.down * f64::from(servers)) as u32).min(servers.saturating_sub(1))
    }
}

/// The cursor as SVG: a line, and a dot on each curve.
#[must_use]
#[inline(never)] // not needed at the start
pub fn crosshair(kind: Kind, figure: &Figure, store: &Store, cursor: Cursor, player: &Player, view: &View) -> String {
    let servers = (player.scenario().lab.targets)(player.scenario());
    let (left, right, top, bottom) = Figure::plot(figure.size);
    let x = figure.x.pixel(cursor.x);
    let mut text = format!(
        r#"<path class="chart-cross" d="M{x} {top}V{bottom}"/>"#,
        x = fixed(x, 1),
        top = fixed(top, 1),
        bottom = fixed(bottom, 1)
    );
    if kind == Kind::Ways {
        let ways = Ways::of(player, view.load_lane);
        text += &ways.frame(figure, ways.row_at(cursor.down));
    }
    if kind == Kind::Load && cursor.kind == Kind::Load && servers > 0 {
        let pitch = (bottom - top) / f64::from(servers);
        let y = top + pitch * f64::from(cursor.server(servers));
        let _ = write!(
            text,
            r#"<rect class="chart-cross" x="{left}" y="{y}" width="{}" height="{}"/>"#,
            fixed(right - left, 1),
            fixed(pitch.max(2.0), 1),
            left = fixed(left, 1),
            y = fixed(y, 1)
        ); // a string takes every text
    }
    for reading in table::readings(figure, store, cursor.x) {
        let class =
            reading.lane.map_or_else(|| "chart-theory".to_owned(), |lane| format!("chart-lane-{}", lane_letter(lane)));
        let (x, y) = (figure.x.pixel(reading.at.0), figure.y.pixel(reading.at.1));
        let _ = write!(
            text,
            r#"<circle class="chart-dot {class}" cx="{x}" cy="{y}" r="3"/>"#,
            x = fixed(x, 1),
            y = fixed(y, 1)
        );
    }
    text
}

/// Where a key moves the cursor; the outer `None` for a key that is not the chart's, the inner one hides it. `rows` is how
/// many servers or requests lie below each other, where they do.
#[must_use]
#[inline(never)] // not needed at the start
pub fn moved(
    (chart, kind): (usize, Kind),
    figure: &Figure,
    store: &Store,
    before: Option<Cursor>,
    rows: u32,
    key: &str,
) -> Option<Option<Cursor>> {
    let (finished, window) = store.finished();
    let windows = kind.over_time();
    let last = if windows { (finished as f64 * window).min(figure.x.values.1) } else { figure.x.values.1 };
    let cursor = before.unwrap_or(Cursor { chart, kind, x: last, down: 0.0 });
    // A step is a pixel or two wide, and at least a window where there are windows.
    let (left, right, ..) = Figure::plot(figure.size);
    let step = |steps: f64| {
        if windows {
            let whole = (figure.x.values.1 / window / 150.0).ceil().max(1.0);
            (cursor.x + steps * whole * window).clamp(window, last.max(window))
        } else {
            figure.x.value(figure.x.pixel(cursor.x) + steps * (right - left) / 100.0)
        }
    };
    let x = match key {
        "Escape" if before.is_some() => return Some(None),
        "ArrowUp" | "ArrowDown" if kind.of_one_lane() && rows > 0 => {
            let by = if key == "ArrowUp" { -1 } else { 1 };
            // Rows of the load strip fill the plot; those of requests have their fixed height.
            let all = if kind == Kind::Ways { super::ways::MOST_ROWS as u32 } else { rows };
            let row = (i64::from(cursor.server(all)) + by).clamp(0, i64::from(rows) - 1);
            return Some(Some(Cursor { down: (row as f64 + 0.5) / f64::from(all), ..cursor }));
        }
        "ArrowLeft" => step(-1.0),
        "ArrowRight" => step(1.0),
        "PageDown" => step(-10.0),
        "PageUp" => step(10.0),
        "Home" => figure.x.values.0.max(if windows { window } else { figure.x.values.0 }),
        "End" => last,
        _ => return None,
    };
    Some(Some(Cursor { x, ..cursor }))
}

/// Everything about a card that is words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    /// Beside the title.
    under: String,
    /// Measures and whether they are shown.
    measures: Vec<(&'static str, bool)>,
    /// Lanes of the load strip and whether they are chosen.
    lanes: Vec<(usize, bool)>,
    /// Where the read-out stands, its title and its lines.
    readout: Option<Readout>,
    /// The slider: least, most, present, in words.
    slider: (f64, f64, f64, String),
    /// The table, if it is open.
    table: Option<Table>,
    /// Why there is nothing to draw yet, if there is nothing.
    empty: Option<String>,
}

/// What is said of a chart.
#[must_use]
pub fn said(
    kind: Kind,
    figure: Option<&Figure>,
    store: &Store,
    player: &Player,
    view: &View,
    cursor: Option<Cursor>,
    open: bool,
) -> Said {
    let Some(figure) = figure else { return Said::default() };
    let (finished, window) = store.finished();
    let rolling = (player.scenario().duration.seconds() / window / 60.0).floor().max(1.0) * window;
    let under = match kind {
        Kind::Throughput => format!("a second, over the last {}", super::scale::time(rolling)),
        Kind::Latency => {
            format!("{}, over the last {}", kind.measures(), super::scale::time(rolling))
        }
        Kind::Own(chart) => {
            // Of quotients and rates a single window is too little.
            let rolls = chart.curves.iter().any(|curve| curve.rolls(player.scenario().lab));
            let rolls = if rolls { format!(", over the last {}", super::scale::time(rolling)) } else { String::new() };
            let log = if figure.y.spread == Spread::Log { ", log scale" } else { "" };
            format!("{}{rolls}{log}", chart.measures)
        }
        Kind::Ways => Ways::of(player, view.load_lane).caption(),
        _ => kind.measures().to_owned(),
    };
    // What is switched off can be switched on again; what the run does not have needs no switch.
    let drawn = |name: &str| figure.lines.iter().any(|line| line.label == name);
    let measures = kind.measured().into_iter().enumerate();
    let offered =
        |index: usize, name: &str| !matches!(kind, Kind::Own(_)) || index == 0 || view.hides(kind, name) || drawn(name);
    let measures = measures.filter(|&(index, name)| offered(index, name));
    let measures = measures.map(|(_, name)| (name, !view.hides(kind, name))).collect();
    let lanes = if kind.of_one_lane() && player.scenario().lanes.len() > 1 {
        (0..player.scenario().lanes.len()).map(|lane| (lane, lane == view.load_lane)).collect()
    } else {
        Vec::new()
    };
    let end = if kind.over_time() { finished as f64 * window } else { figure.x.values.1 };
    let at = cursor.map_or(end, |cursor| cursor.x);
    let (title, readings) = match kind {
        Kind::Load => (load_sentence(player, view, at, window, cursor), Vec::new()),
        Kind::Ways => {
            let ways = Ways::of(player, view.load_lane);
            (ways.sentence(ways.row_at(cursor.map_or(0.0, |cursor| cursor.down)), at), Vec::new())
        }
        _ => (table::position(figure, at), table::readings(figure, store, at)),
    };
    let words = if kind.of_one_lane() { title.clone() } else { table::sentence(figure, &readings, at) };
    let readout = cursor.map(|cursor| {
        let x = figure.x.pixel(cursor.x);
        (x, x > figure.size.0 * 0.55, title, readings)
    });
    let table = open.then(|| match kind {
        Kind::Load => load_table(player, view, finished),
        Kind::Ways => Ways::of(player, view.load_lane).table(),
        _ => table::table(kind, figure, store),
    });
    let empty = match kind {
        Kind::Load => finished == 0,
        Kind::Ways => Ways::of(player, view.load_lane).rows.is_empty(),
        _ => figure.lines.iter().all(|line| line.points.is_empty() || line.look == Look::Reference),
    };
    let (playhead, warm_up) = (player.playhead(), player.scenario().warm_up);
    let empty = empty.then(|| match playhead {
        Nanos::ZERO => "Nothing measured yet: press play.".to_owned(),
        before if before < warm_up => format!("Nothing counts before {}: that is the warm-up.", short_moment(warm_up)),
        _ => "Nothing measured yet.".to_owned(),
    });
    Said { under, measures, lanes, readout, slider: (figure.x.values.0, figure.x.values.1, at, words), table, empty }
}

fn load_sentence(player: &Player, view: &View, at: f64, window: f64, cursor: Option<Cursor>) -> String {
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let Some((servers, slots)) = servers(&scene) else { return String::new() };
    let server = cursor.map_or(0, |cursor| cursor.server(servers.count));
    let slots = slots.get(server as usize).copied().unwrap_or(0);
    let node = servers.first + server;
    let index = (at / window - 1e-9).max(0.0) as usize;
    let windows = player.tracks().get(view.load_lane).map_or(&[][..], |track| &track.windows);
    let finished = (player.playhead().0 / player.window().0.max(1)) as usize;
    let load = windows.get(index..=index).filter(|_| index < finished).and_then(|windows| load::mean(windows, node));
    let load = load.map_or_else(|| "not known".to_owned(), |load| table::load(load, slots));
    format!("{} at {at} s: {load}", scene.name(node), at = fixed(at, 2))
}

#[inline(never)] // not needed at the start
fn load_table(player: &Player, view: &View, finished: usize) -> Table {
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let (Some((servers, slots)), Some(track)) = (servers(&scene), player.tracks().get(view.load_lane)) else {
        return Table::default();
    };
    let windows = &track.windows[..finished.min(track.windows.len())];
    let every = (servers.count as usize).div_ceil(MOST_ROWS).max(1);
    let rows = (0..servers.count).step_by(every).map(|server| {
        let node = servers.first + server;
        let slots = slots.get(server as usize).copied().unwrap_or(0);
        let highest = windows
            .iter()
            .flatten()
            .filter_map(|window| window.nodes.get(node as usize))
            .fold(0.0_f32, |a, &b| a.max(b));
        let mean = load::mean(windows, node).map_or_else(|| "–".to_owned(), |mean| table::load(mean, slots));
        vec![scene.name(node), mean, table::load(highest, slots)]
    });
    let head = ["Server", "Mean load", "Highest in a window"].map(str::to_owned).to_vec();
    Table { head, rows: rows.collect() }
}

/// The loads of all servers in all windows, as CSV.
#[must_use]
#[inline(never)] // not needed at the start
pub fn load_csv(store: &Store, player: &Player, view: &View) -> String {
    let (finished, window) = store.finished();
    let mut text = String::from("server,time (s),load (requests)\r\n");
    let scene = (player.scenario().lab.scene)(player.scenario(), view.load_lane);
    let (Some((servers, _)), Some(track)) = (servers(&scene), player.tracks().get(view.load_lane)) else { return text };
    for (index, known) in track.windows.iter().take(finished).enumerate() {
        for server in 0..servers.count {
            let node = servers.first + server;
            if let Some(load) = known.as_ref().and_then(|known| known.nodes.get(node as usize)) {
                let _ = write!(text, "{},{},{load}\r\n", scene.name(node), (index + 1) as f64 * window);
            }
        }
    }
    text
}

/// What a card is given.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// Its place among the charts.
    pub index: usize,
    /// What it shows.
    pub kind: Kind,
    /// The plot's holder, canvas and SVG.
    pub refs: [NodeRef; 3],
    /// To the charts.
    pub send: Callback<Message>,
    /// Its words.
    pub said: Rc<Said>,
}

/// A chart with what stands round it.
#[component]
pub fn Card(props: &CardProps) -> Html {
    let CardProps { index, kind, refs, send, said } = props;
    let (index, kind) = (*index, *kind);
    let measures = said.measures.iter().map(|&(name, shown)| {
        let onclick = send.reform(move |_: MouseEvent| Message::Measure(index, name));
        html! { <button key={name} type="button" class="chart-toggle chart-measure" aria-pressed={shown.to_string()} {onclick}>{name}</button> }
    });
    let lanes = said.lanes.iter().map(|&(lane, chosen)| {
        let letter = lane_letter(lane);
        let onclick = send.reform(move |_: MouseEvent| Message::LoadLane(lane));
        html! {
            <button key={lane} type="button" class="chart-toggle" data-lane={letter.to_string()} aria-pressed={chosen.to_string()}
                aria-label={format!("Lane {}", letter.to_ascii_uppercase())} {onclick}>{letter.to_ascii_uppercase()}</button>
        }
    });
    // Yew listens at the root of the page, so an event's current target is not the plot.
    let holder = refs[0].clone();
    let onpointermove = send.reform(move |event: PointerEvent| {
        let at = holder
            .cast::<Element>()
            .map(|holder| holder.get_bounding_client_rect())
            .map(|corner| (f64::from(event.client_x()) - corner.left(), f64::from(event.client_y()) - corner.top()));
        Message::Cursor(index, at)
    });
    let onpointerleave = send.reform(move |_: PointerEvent| Message::Cursor(index, None));
    let onblur = send.reform(move |_: FocusEvent| Message::Cursor(index, None));
    let onkeydown = send.reform(move |event: KeyboardEvent| Message::Key(index, event));
    let ontoggle = send.reform(move |event: Event| {
        let open = event.target_dyn_into::<HtmlDetailsElement>().is_some_and(|details| details.open());
        Message::Table(index, open)
    });
    let (least, most, now, words) = &said.slider;
    let title = kind.title();
    html! {
        <section class={classes!("chart-card", format!("chart-{index}"), class_of(kind))} aria-label={title}>
            <header key="head" class="chart-head">
                <h3 class="chart-name">{title}</h3>
                <div class="chart-switches" role="group" aria-label={format!("{title}: what is drawn")}>
                    { for measures }
                    { for lanes }
                </div>
                <p class="chart-under">{&said.under}{scale_of_load(kind)}</p>
            </header>
            <div key="plot" ref={refs[0].clone()} class="chart-plot" role="slider" tabindex="0" style={format!("height:{}px", fixed(kind.height(), 0))}
                aria-label={format!("Read-out of {}", title.to_ascii_lowercase())} aria-valuemin={least.to_string()} aria-valuemax={most.to_string()}
                aria-valuenow={now.to_string()} aria-valuetext={words.clone()}
                {onpointermove} {onpointerleave} {onblur} {onkeydown}>
                <canvas key="canvas" ref={refs[1].clone()} class="chart-canvas" aria-hidden="true" />
                <svg key="picture" ref={refs[2].clone()} class="chart-svg" aria-hidden="true" />
                <p key="empty" class="chart-empty" hidden={said.empty.is_none()}>{said.empty.clone()}</p>
                <div key="readout">{said.readout.as_ref().map_or_else(nothing, readout)}</div>
            </div>
            <footer key="foot" class="chart-foot">
                <details {ontoggle}>
                    <summary>{"Show as table"}</summary>
                    <div class="chart-table" role="region" tabindex="0" aria-label={format!("{title} as a table")}>{said.table.as_ref().map_or_else(nothing, |table| table_of(title, table))}</div>
                </details>
                <button type="button" class="chart-button" aria-label={format!("{title} as SVG")} onclick={send.reform(move |_| Message::Export(index, false))}>{"SVG"}</button>
                <button type="button" class="chart-button" aria-label={format!("{title} as CSV")} onclick={send.reform(move |_| Message::Export(index, true))}>{"CSV"}</button>
            </footer>
        </section>
    }
}

fn nothing() -> Html {
    html! { <span hidden=true></span> }
}

fn class_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Ways => "chart-ways",
        Kind::Own(_) => "chart-own",
        _ => "",
    }
}

fn scale_of_load(kind: Kind) -> Html {
    if kind != Kind::Load {
        return html! { <span></span> };
    }
    html! {
        <span class="chart-scale">
            {"idle"}<span class="stage-scale-bar"></span>{"all busy"}<span class="stage-scale-bar stage-scale-waiting"></span>{"waiting"}
        </span>
    }
}

/// Where the cursor stands: whether right of the middle, what the place is called, what is read there.
type Readout = (f64, bool, String, Vec<Reading>);

#[inline(never)] // not needed at the start
fn readout((x, leftwards, title, readings): &Readout) -> Html {
    let place = if *leftwards {
        format!("right:calc(100% - {}px)", fixed(x - 8.0, 0))
    } else {
        format!("left:{}px", fixed(x + 8.0, 0))
    };
    let rows = readings.iter().enumerate().map(|(index, reading)| {
        let class = reading.lane.map_or_else(|| "chart-theory".to_owned(), |lane| format!("chart-lane-{}", lane_letter(lane)));
        let samples = reading.samples.map(|samples| html! { <small>{format!("n {samples}")}</small> });
        html! { <li key={index}><span class={class}>{&reading.name}</span><strong>{&reading.value}</strong>{ for samples }</li> }
    });
    html! {
        <div class="chart-readout" style={place} aria-hidden="true">
            <p>{title}</p>
            <ul>{ for rows }</ul>
        </div>
    }
}

#[inline(never)] // not needed at the start
fn table_of(title: &str, table: &Table) -> Html {
    let head = table.head.iter().enumerate().map(|(index, text)| html! { <th key={index} scope="col">{text}</th> });
    let rows = table.rows.iter().enumerate().map(|(index, row)| {
        let cells = row.iter().enumerate().map(|(column, text)| {
            if column == 0 {
                html! { <th key={column} scope="row">{text}</th> }
            } else {
                html! { <td key={column}>{text}</td> }
            }
        });
        html! { <tr key={index}>{ for cells }</tr> }
    });
    html! {
        <table>
            <caption>{title}</caption>
            <thead><tr>{ for head }</tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::figure::{Bottom, Line, Unit};
    use crate::charts::scale::Scale;

    fn figure() -> Figure {
        let (left, right, top, bottom) = Figure::plot((300.0, 170.0));
        Figure {
            size: (300.0, 170.0),
            bottom: Bottom::Time,
            x: Scale { spread: Spread::Linear, values: (0.0, 30.0), pixels: (left, right) },
            y: Scale { spread: Spread::Linear, values: (0.0, 10.0), pixels: (bottom, top) },
            units: (Unit::Time, Unit::Count),
            lines: Vec::<Line>::new(),
            warm_up: None,
            faults: Vec::new(),
        }
    }

    #[test]
    fn the_cursor_is_where_the_pointer_is_and_nowhere_beside_the_plot() {
        let figure = figure();
        let (left, right, ..) = Figure::plot(figure.size);
        let cursor = Cursor::at(0, Kind::Latency, &figure, ((left + right) / 2.0, 60.0)).unwrap();
        assert!((cursor.x - 15.0).abs() < 1e-9);
        assert_eq!(Cursor::at(0, Kind::Latency, &figure, (10.0, 60.0)), None);
    }

    #[test]
    fn charts_over_time_share_the_cursor_and_the_distribution_has_its_own() {
        let cursor = |chart, kind| Cursor { chart, kind, x: 1.0, down: 0.0 };
        let (latency, load, distribution) = (Kind::Latency, Kind::Load, Kind::Distribution);
        assert!(cursor(0, latency).reads(3, load) && cursor(3, load).reads(0, latency));
        assert!(cursor(4, distribution).reads(4, distribution));
        assert!(!cursor(0, latency).reads(4, distribution) && !cursor(4, distribution).reads(0, latency));
    }

    #[test]
    fn keys_move_the_cursor_within_what_is_known_and_escape_hides_it() {
        let scenario = headroom::scenario::Scenario::read("balancing?duration=60s").unwrap().0;
        let (mut player, mut runner) =
            (Player::new(scenario), headroom::session::Runner::new(headroom::labs::EXPERIMENTS));
        player.seek(Nanos::from_secs(20));
        crate::charts::tests::settle(&mut player, &mut runner);
        let mut store = Store::default();
        store.update(&player);
        let figure = figure();
        let press = |before, key| moved((0, Kind::Latency), &figure, &store, before, 8, key);
        let end = press(None, "End").unwrap().unwrap();
        assert!((end.x - 20.0).abs() < 1e-9, "the playhead");
        assert_eq!(press(Some(end), "ArrowRight").unwrap().unwrap().x, end.x, "not beyond it");
        let back = press(Some(end), "ArrowLeft").unwrap().unwrap();
        assert!(back.x < end.x && back.x > 19.0);
        assert_eq!(press(Some(back), "Escape"), Some(None));
        assert_eq!(press(Some(back), "a"), None, "other keys are the page's");
    }
}
