//! How many tiles fit into the space that is left for them.

use leptos::{html::Ul, prelude::*};
use portal_model::wall_view::{Grid, Space};
use status_model::Timestamp;

/// Measured when the window changes, and at every beat: what stands above may have changed too.
pub(super) fn grid(
    area: NodeRef<Ul>,
    rows: Option<u8>,
    beat: ReadSignal<Timestamp>,
) -> ReadSignal<Grid> {
    let (grid, set_grid) = signal(Grid::fit(screen(), rows));
    let measure = move || {
        let Some(Some(area)) = area.try_get_untracked() else {
            return;
        };
        let space = Space {
            width: f64::from(area.client_width()),
            height: f64::from(area.client_height()),
            ..screen()
        };
        let fit = Grid::fit(space, rows);
        if grid.get_untracked() != fit {
            set_grid.set(fit);
        }
    };
    Effect::new(move |_| {
        beat.track();
        measure();
    });
    let handle = window_event_listener_untyped("resize", move |_| measure());
    on_cleanup(move || handle.remove());
    grid
}

/// All of the screen; on one that stands upright its width says how large letters may be.
fn screen() -> Space {
    let pixels = |length: Result<wasm_bindgen::JsValue, _>| {
        let length = length.ok().and_then(|length| length.as_f64());
        length.unwrap_or_default()
    };
    let (width, height) = (
        pixels(window().inner_width()),
        pixels(window().inner_height()),
    );
    Space {
        width,
        height,
        screen_height: height.min(width * 9.0 / 16.0),
    }
}
