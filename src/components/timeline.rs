//! The timeline: four lanes on one axis.

use leptos::prelude::*;
use portal_model::{
    format,
    session_view::{Band, Gap, LaneView, Segment, Tick, TimelineView},
};

use super::mark::Shape;

/// Draws the timeline.
#[component]
pub fn Timeline(view: TimelineView) -> impl IntoView {
    let TimelineView {
        ticks,
        now,
        lanes,
        gaps,
        hints,
    } = view;
    let grid: Vec<f64> = ticks.iter().skip(1).map(|tick| tick.left).collect();
    let labels = ticks
        .into_iter()
        .map(|Tick { left, label }| {
            view! { <span style:left=percent(left)>{label}</span> }.into_any()
        })
        .collect_view();
    let idle: Vec<Band> = gaps.iter().map(|gap| gap.band).collect();
    let gaps = gaps
        .into_iter()
        .map(|Gap { band, label }| {
            view! {
                <span class="gap-label" style:left=percent(band.left) style:width=percent(band.width)>
                    {label}
                </span>
            }.into_any()
        })
        .collect_view();
    let lanes = lanes
        .into_iter()
        .map(|lane| {
            view! { <Lane lane=lane grid=grid.clone() idle=idle.clone() now=now /> }.into_any()
        })
        .collect_view();
    view! {
        <section class="card timeline" aria-label="Timeline">
            <div class="timeline-top">
                <h2>"Timeline"</h2>
                <span class="timeline-hint">{hints.join(" · ")}</span>
            </div>
            <ul class="lanes">
                <li class="axis" class:axis-gaps=!idle.is_empty()>
                    <span class="ticks" aria-hidden="true">
                        {labels}
                    </span>
                    {gaps}
                </li>
                {lanes}
            </ul>
        </section>
    }
}

#[component]
fn Lane(lane: LaneView, grid: Vec<f64>, idle: Vec<Band>, now: Option<f64>) -> impl IntoView {
    let grid = grid
        .into_iter()
        .map(|left| view! { <i class="grid-line" style:left=percent(left)></i> }.into_any())
        .collect_view();
    let segments = lane
        .segments
        .into_iter()
        .map(|Segment { kind, band, label }| {
            let class = format!("segment segment-{}", kind.name());
            bar(class, band, label)
        })
        .collect_view();
    let idle = idle
        .into_iter()
        .map(|band| bar("gap".to_owned(), band, None))
        .collect_view();
    let usual = lane.usual.map(|band| bar("usual".to_owned(), band, None));
    let pace = lane
        .pace
        .map(|pace| view! { <span class="lane-pace">{pace}</span> }.into_any());
    let now = now.map(|left| view! { <i class="now" style:left=percent(left)></i> }.into_any());
    view! {
        <li class="lane" class:lane-idle=!lane.has_run>
            <span class="lane-name">
                <Shape mark=lane.state.mark />
                {lane.label}
                <span class="heard">{format!(": {},", lane.state.word)}</span>
            </span>
            <span class="plot" aria-hidden="true">
                {grid}
                {idle}
                {usual}
                {segments}
                {now}
            </span>
            <span class="lane-duration">{lane.duration} " " {pace}</span>
        </li>
    }
}

fn bar(class: String, band: Band, title: Option<String>) -> impl IntoView {
    view! {
        <i
            class=class
            // Taking an attribute away that is not there costs more than an empty one.
            title=title.unwrap_or_default()
            style:left=percent(band.left)
            style:width=percent(band.width)
        ></i>
    }
}

fn percent(value: f64) -> String {
    format::decimal(value) + "%"
}
