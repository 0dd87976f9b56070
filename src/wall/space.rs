//! How many tiles fit into the space that is left for them.

use leptos::{html::Ul, prelude::*};
use portal_model::wall_view::{Grid, Space};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

/// Measured whenever the space changes, be it by the window or by what stands above.
pub(super) fn grid(area: NodeRef<Ul>, rows: Option<u8>) -> ReadSignal<Grid> {
    let (grid, set_grid) = signal(Grid::fit(screen(), rows));
    Effect::new(move |_| {
        let Some(area) = area.get() else {
            return;
        };
        let measured = area.clone();
        let measure = Closure::<dyn Fn()>::new(move || {
            let space = Space {
                width: f64::from(measured.client_width()),
                height: f64::from(measured.client_height()),
                ..screen()
            };
            let fit = Grid::fit(space, rows);
            if grid.try_get_untracked().is_some_and(|grid| grid != fit) {
                set_grid.set(fit);
            }
        });
        let Ok(observer) = ResizeObserver::new(measure.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(&area);
        let kept = StoredValue::new_local((observer, measure));
        on_cleanup(move || {
            kept.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
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
