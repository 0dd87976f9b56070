//! The timeline: four lanes on one axis.

use leptos::prelude::*;
use portal_model::{
    format,
    session_view::{Band, LaneView, Segment, Tick, TimelineView},
};

use super::mark::Shape;

/// Draws the timeline.
#[component]
pub fn Timeline(view: TimelineView) -> impl IntoView {
    let TimelineView {
        ticks,
        now,
        lanes,
        has_usual,
    } = view;
    let grid: Vec<f64> = ticks.iter().skip(1).map(|tick| tick.left).collect();
    let labels = ticks
        .into_iter()
        .map(|Tick { left, label }| view! { <span style:left=percent(left)>{label}</span> })
        .collect_view();
    let lanes = lanes
        .into_iter()
        .map(|lane| view! { <Lane lane=lane grid=grid.clone() now=now /> })
        .collect_view();
    let hint = has_usual.then_some(
        "Dashed frame: what this agent usually takes, from the median to the 95th percentile",
    );
    view! {
        <section class="card timeline" aria-label="Timeline">
            <div class="timeline-top">
                <h2>"Timeline"</h2>
                <span class="timeline-hint">{hint}</span>
            </div>
            <ul class="lanes">
                <li class="axis" aria-hidden="true">
                    {labels}
                </li>
                {lanes}
            </ul>
        </section>
    }
}

#[component]
fn Lane(lane: LaneView, grid: Vec<f64>, now: Option<f64>) -> impl IntoView {
    let grid = grid
        .into_iter()
        .map(|left| view! { <i class="grid-line" style:left=percent(left)></i> })
        .collect_view();
    let segments = lane
        .segments
        .into_iter()
        .map(|Segment { kind, band }| bar(format!("segment segment-{}", kind.name()), band))
        .collect_view();
    let usual = lane.usual.map(|band| bar("usual".to_owned(), band));
    let now = now.map(|left| view! { <i class="now" style:left=percent(left)></i> });
    view! {
        <li class="lane" class:lane-idle=!lane.has_run>
            <span class="lane-name">
                <Shape mark=lane.state.mark />
                {lane.label}
                <span class="heard">{format!(": {},", lane.state.word)}</span>
            </span>
            <span class="plot" aria-hidden="true">
                {grid}
                {usual}
                {segments}
                {now}
            </span>
            <span class="lane-duration">{lane.duration}</span>
        </li>
    }
}

fn bar(class: String, band: Band) -> impl IntoView {
    view! { <i class=class style:left=percent(band.left) style:width=percent(band.width)></i> }
}

fn percent(value: f64) -> String {
    format::decimal(value) + "%"
}
