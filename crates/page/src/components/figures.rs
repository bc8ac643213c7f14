//! The figures of one lane up to the playhead, after the warm-up, with the number of answers behind them. During the
//! warm-up they show what there is so far, quietly and by that name: nobody waits for the first figure.

use headroom::basics::Nanos;
use yew::prelude::*;

use crate::hooks::use_watch;
use crate::live::Live;
use crate::numbers;

/// What the figures are given.
#[derive(Properties, PartialEq)]
pub struct FiguresProps {
    /// The experiment.
    pub live: Live,
    /// Which lane.
    pub lane: usize,
}

/// As they are shown; empty until there is something to measure.
#[derive(PartialEq, Default)]
struct Shown {
    p99: Option<String>,
    p50: Option<String>,
    goodput: Option<String>,
    failed: u64,
    shed: u64,
    samples: u64,
    /// The warm-up is not over: none of it will count.
    warming: bool,
    /// Why there is nothing yet.
    reason: &'static str,
}

fn look(live: &Live, &lane: &usize) -> Shown {
    let player = live.player();
    let Some(track) = player.tracks().get(lane) else { return Shown::default() };
    let warming = player.playhead() < player.scenario().warm_up;
    let (playhead, length) = (player.playhead(), player.window());
    let merged = if warming { track.seen(playhead, length) } else { track.measured(playhead, length) };
    let quantile = |q: f64| merged.latencies.quantile(q).map(numbers::span);
    let reason = if !player.settled() {
        "computing"
    } else if merged.span > Nanos::ZERO && merged.arrivals == 0 {
        "no request came"
    } else if merged.failed + merged.shed > 0 {
        "all were lost"
    } else {
        "no answer yet"
    };
    Shown {
        p99: quantile(0.99),
        p50: quantile(0.5),
        goodput: (merged.span > Nanos::ZERO).then(|| numbers::rate(merged.goodput())),
        failed: merged.failed,
        shed: merged.shed,
        samples: merged.latencies.count(),
        warming,
        reason,
    }
}

/// The figures.
#[component]
pub fn Figures(props: &FiguresProps) -> Html {
    let shown = use_watch(&props.live, props.lane, look);
    let dash = |figure: &Option<String>| figure.clone().unwrap_or_else(|| "—".to_owned());
    let behind = match (&shown.p99, shown.warming) {
        (None, _) => shown.reason.to_owned(),
        (Some(_), true) => format!("warm-up, n {}", numbers::count(shown.samples)),
        (Some(_), false) => format!("n {}", numbers::count(shown.samples)),
    };
    let lost = |count: u64| if count > 0 { "lost" } else { "" };
    html! {
        <dl class={classes!("figures", shown.warming.then_some("provisional"))}>
            <div class="figure-main"><dt>{"p99"}<span class="samples">{behind}</span></dt><dd>{dash(&shown.p99)}</dd></div>
            <div><dt>{"p50"}</dt><dd>{dash(&shown.p50)}</dd></div>
            <div><dt>{"goodput"}</dt><dd>{dash(&shown.goodput)}</dd></div>
            <div><dt>{"failed"}</dt><dd class={lost(shown.failed)}>{numbers::count(shown.failed)}</dd></div>
            <div><dt>{"shed"}</dt><dd class={lost(shown.shed)}>{numbers::count(shown.shed)}</dd></div>
        </dl>
    }
}
