//! The page as a whole: seen or hidden, online or not, and its title.

use js_sys::encode_uri_component;
use leptos::prelude::{
    StoredValue, WithValue, document, on_cleanup, window, window_event_listener_untyped,
};
use portal_model::mark::Mark;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlElement, VisibilityState};

/// Can anybody see the page?
#[must_use]
pub fn is_visible() -> bool {
    document().visibility_state() != VisibilityState::Hidden
}

/// Does the browser believe that it has a network?
#[must_use]
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// The origin that the portal is served from, as in `https://status.example.com`.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The address's query with its `?`; nothing where there is none.
#[must_use]
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Makes this the address, a new one in the browser's history; nothing where it is that already.
pub fn set_address(address: &str) {
    let location = window().location();
    let is_so = location
        .pathname()
        .and_then(|path| Ok(path + &location.search()?))
        .is_ok_and(|open| open == address);
    if is_so {
        return;
    }
    if let Ok(history) = window().history() {
        // Browsers refuse where it is called very often; the page is right all the same.
        _ = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Puts the title into the browser's tab.
pub fn set_title(title: &str) {
    document().set_title(title);
}

const OWN: &str = "data-own";

/// Draws a mark of `marks.svg` as the tab's icon; nothing puts the portal's own back.
pub fn set_icon(mark: Option<Mark>) {
    let Ok(Some(link)) = document().query_selector("link[rel=icon]") else {
        return;
    };
    // The page's own icon is kept where the first one replaces it.
    let own = link.get_attribute(OWN).or_else(|| {
        let own = link.get_attribute("href")?;
        _ = link.set_attribute(OWN, &own);
        Some(own)
    });
    if let Some(icon) = mark.and_then(drawn).or(own) {
        _ = link.set_attribute("href", &icon);
    }
}

/// The mark as an image of its own, in the colour that it has somewhere on the page.
fn drawn(mark: Mark) -> Option<String> {
    let name = mark.name();
    let drawing = document()
        .get_element_by_id(&format!("mark-{name}"))?
        .inner_html();
    let drawn = document().query_selector(&format!(".is-{name}")).ok()??;
    let style = window().get_computed_style(&drawn).ok()??;
    let colour = style.get_property_value("color").ok()?;
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' color='{colour}'>\
         <style>.cut{{fill:none;stroke:#fff;stroke-width:2}}.cut-dot{{fill:#fff}}</style>{drawing}</svg>"
    );
    Some(format!(
        "data:image/svg+xml,{}",
        String::from(encode_uri_component(&svg))
    ))
}

/// Brings an element onto the screen, and the keyboard to it.
pub fn go_to(id: &str) {
    let Some(element) = document().get_element_by_id(id) else {
        return;
    };
    _ = element.set_attribute("tabindex", "-1");
    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        // Focus scrolls no more than it must; the place is to be seen with what is around it.
        _ = element.focus();
        element.scroll_into_view();
    }
}

/// Goes to an address that another program of the portal answers.
pub fn leave_for(address: &str) {
    _ = window().location().assign(address);
}

/// Opens the browser's way to print.
pub fn print() {
    _ = window().print();
}

/// Calls back when the page is hidden or seen again, until the current owner is cleaned up.
pub fn on_visibility(callback: impl Fn(bool) + 'static) {
    let listener = Closure::<dyn Fn()>::new(move || callback(is_visible())).into_js_value();
    let target = document();
    let function: &js_sys::Function = listener.unchecked_ref();
    _ = target.add_event_listener_with_callback("visibilitychange", function);
    let listener = StoredValue::new_local(listener);
    on_cleanup(move || {
        listener.with_value(|listener| {
            _ = document()
                .remove_event_listener_with_callback("visibilitychange", listener.unchecked_ref());
        });
    });
}

/// Calls back when the browser goes offline or comes back, until the owner is cleaned up.
pub fn on_online(callback: impl Fn(bool) + Clone + 'static) {
    for event in ["online", "offline"] {
        let callback = callback.clone();
        let handle = window_event_listener_untyped(event, move |_| callback(is_online()));
        on_cleanup(move || handle.remove());
    }
}
