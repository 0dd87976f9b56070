//! The sessions.

use leptos::{html::Ul, prelude::*};
use portal_model::wall_view::{Grid, Kind, Segment, TileView, WallView};

use super::part;
use crate::{
    components::mark::{Shape, Strip},
    route,
};

/// The tiles of this page.
///
/// A place for a tile is made once and shows one session after the other. What is made anew for each
/// session leaves something behind in what it watches, and a wall shows some hundred thousand
/// sessions in a month.
#[component]
pub(super) fn Tiles(
    shown: Memo<WallView>,
    grid: ReadSignal<Grid>,
    area: NodeRef<Ul>,
) -> impl IntoView {
    let places = Memo::new(move |most: Option<&usize>| {
        let needed = shown.with(|view| view.tiles.len());
        most.map_or(needed, |most| needed.max(*most))
    });
    let empty = part(shown, |view| match view.quiet {
        Some((title, Some(text))) => Some((title, text)),
        _ => None,
    });
    let rows = move || grid.get().rows.map(|rows| rows.to_string());
    view! {
        {move || {
            empty
                .get()
                .map(|(title, text)| {
                    view! {
                        <div class="empty">
                            <b>{title}</b>
                            <p>{text}</p>
                        </div>
                    }
                })
        }}
        <ul
            class="tiles"
            class:tiles-scroll=move || grid.get().rows.is_none()
            node_ref=area
            style=("--columns", move || grid.get().columns.to_string())
            style=("--rows", rows)
        >
            {move || {
                (0..places.get())
                    .map(|index| view! { <Tile shown=shown index=index /> }.into_any())
                    .collect_view()
            }}
        </ul>
    }
}

#[component]
fn Tile(shown: Memo<WallView>, index: usize) -> impl IntoView {
    let tile = Memo::new(move |_| shown.with(|view| view.tiles.get(index).cloned()));
    let is_empty = Memo::new(move |_| tile.with(Option::is_none));
    let href = Memo::new(move |_| {
        tile.with(|tile| {
            let tile = tile.as_ref();
            tile.map_or_else(String::new, |tile| route::session(&tile.session_id))
        })
    });
    let of = move |part: fn(&TileView) -> String| {
        Memo::new(move |_| tile.with(|tile| tile.as_ref().map(part).unwrap_or_default()))
    };
    let kind =
        Memo::new(move |_| tile.with(|tile| tile.as_ref().map_or(Kind::Done, |tile| tile.kind)));
    let strip = Memo::new(move |_| {
        tile.with(|tile| {
            tile.as_ref()
                .map_or_else(Vec::new, |tile| tile.strip.clone())
        })
    });
    let way = Memo::new(move |_| {
        tile.with(|tile| tile.as_ref().map_or_else(Vec::new, |tile| tile.way.clone()))
    });
    let (title, why) = (of(|tile| tile.title.clone()), of(|tile| tile.why.clone()));
    let time = of(|tile| tile.state.1.clone());
    let word = of(|tile| tile.state.0.to_owned());
    view! {
        <li
            class=move || format!("tile is-{}", kind.get().mark().name())
            hidden=move || is_empty.get()
        >
            <a class="tile-link" href=href rel="external">
                <span
                    class="tile-head"
                    style=("--letters", move || title.with(|title| title.chars().count().to_string()))
                >
                    {move || view! { <Shape mark=kind.get().mark() /> }}
                    <b class="tile-title" dir="auto">
                        {title}
                    </b>
                </span>
                <span class="tile-why" dir="auto">{why}</span>
                <span class="way" aria-hidden="true">
                    {move || way.get().into_iter().map(segment).collect_view()}
                </span>
                <span class="tile-foot">
                    {move || view! { <Strip agents=strip.get() /> }}
                    <span class="tile-state">
                        <span class="tile-word">{word}</span>
                        " "
                        <span class="tile-time">{time}</span>
                    </span>
                </span>
            </a>
        </li>
    }
}

fn segment(segment: Segment) -> impl IntoView {
    view! {
        <i class="segment" style=("flex-grow", segment.length.to_string())>
            <i
                class=format!("segment-done is-{}", segment.mark.name())
                style=("width", format!("{}%", segment.done))
            ></i>
        </i>
    }
}
