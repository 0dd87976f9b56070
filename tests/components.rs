//! Components in a real DOM: that what `portal-model` says stands there as it says it.

#![cfg(test)]
#![cfg(target_arch = "wasm32")]

use leptos::{mount::mount_to, prelude::*};
use portal_model::{
    format::Zone,
    freshness_view::{FreshnessView, Tone},
    list_view::RowView,
    mark::Mark,
    message::Message,
    session_view::{Context, SessionView, Windows},
};
use serde_json::{Value, json};
use status_model::{Timestamp, api::UsualDurations, read};
use trade_status_portal::components::{
    agents::Agents, copy::LastCopied, freshness::FreshnessLine, message::MessageCard, rows::Rows,
    timeline::Timeline, tokens::Tokens,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};

wasm_bindgen_test_configure!(run_in_browser);

const IMAGE: &str = "<img src=x onerror=\"window.ran = true\">";

/// Puts a view into the page, in an element of its own.
fn mounted<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Element {
    let host = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&host).unwrap();
    let in_the_portal = move || {
        provide_context(LastCopied::nothing());
        view()
    };
    mount_to(host.clone().unchecked_into::<HtmlElement>(), in_the_portal).forget();
    host
}

/// All elements of a selector.
fn all(host: &Element, css: &str) -> Vec<HtmlElement> {
    let found = host.query_selector_all(css).unwrap();
    let elements = (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok());
    elements.collect()
}

fn texts(host: &Element, css: &str) -> Vec<String> {
    let text = |element: HtmlElement| element.text_content().unwrap_or_default();
    all(host, css).into_iter().map(text).collect()
}

fn now() -> Timestamp {
    "2026-11-22T08:00:40Z".parse().unwrap()
}

/// The page of a session that runs since 08:00:00, forty seconds later.
fn page_of(agents: &Value) -> SessionView {
    let session = json!({
        "sessionId": "s-1", "overallStatus": "processing", "createdAt": "2026-11-22T08:00:00Z",
        "agents": agents,
    });
    let session = read::session(&session).unwrap();
    let usual = UsualDurations::default();
    let context = Context {
        now: now(),
        zone: Zone::Utc,
        usual: &usual,
        windows: Windows::default(),
        focus: None,
    };
    SessionView::new(&session, context)
}

fn running_since(seconds: u32) -> Value {
    json!({ "status": "in-progress", "startedAt": format!("2026-11-22T08:00:{seconds:02}Z") })
}

#[wasm_bindgen_test]
fn a_timeline_places_its_bars_through_the_style_object() {
    let done = json!({
        "status": "success", "startedAt": "2026-11-22T08:00:00Z",
        "completedAt": "2026-11-22T08:00:20Z", "duration": 20,
    });
    let view = page_of(&json!({ "pdfAdapter": done, "tradeExtraction": running_since(20) }));
    let view = view.timeline.unwrap();
    let expected: Vec<_> = view
        .lanes
        .iter()
        .flat_map(|lane| lane.segments.clone())
        .collect();
    let host = mounted(move || view! { <Timeline view=view /> });

    let bars = all(&host, ".segment");
    let classes: Vec<_> = bars.iter().map(|bar| bar.class_name()).collect();
    assert_eq!(classes, ["segment segment-done", "segment segment-running"]);
    for (bar, expected) in bars.iter().zip(expected) {
        let place = |name| bar.style().get_property_value(name).unwrap();
        let percent = |value: f64| portal_model::format::decimal(value) + "%";
        assert_eq!(place("left"), percent(expected.band.left));
        assert_eq!(place("width"), percent(expected.band.width));
        assert_ne!(place("width"), "0%");
    }
    let durations = texts(&host, ".lane-duration");
    assert_eq!([durations[0].trim(), durations[1].trim()], ["20 s", "20 s"]);
    assert_eq!(all(&host, ".now").len(), 4, "one line through all lanes");
}

#[wasm_bindgen_test]
fn text_of_an_agent_stays_text() {
    let failed = json!({
        "status": "error", "activity": IMAGE, "error": IMAGE, "errorType": IMAGE,
        "startedAt": "2026-11-22T08:00:00Z", "completedAt": "2026-11-22T08:00:01Z",
    });
    let strange = json!({ "status": IMAGE, "activity": IMAGE });
    let agents = page_of(&json!({ "pdfAdapter": failed, "tradeExtraction": strange })).agents;
    let host = mounted(
        move || view! { <Agents agents=agents windows=RwSignal::new(Windows::default()) /> },
    );

    assert!(all(&host, "img").is_empty());
    assert_eq!(texts(&host, ".failure pre"), [IMAGE]);
    assert!(texts(&host, ".attempt-note")[0].starts_with(IMAGE));
    assert_eq!(texts(&host, ".word")[1], IMAGE);
    assert!(texts(&host, ".agent-summary")[1].starts_with(IMAGE));
}

#[wasm_bindgen_test]
fn a_long_error_is_folded_and_whole_underneath() {
    let lines: Vec<String> = (1..=40).map(|line| format!("line {line}")).collect();
    let error = lines.join("\n");
    let failed = json!({ "status": "error", "error": error });
    let agents = page_of(&json!({ "pdfAdapter": failed })).agents;
    let host = mounted(
        move || view! { <Agents agents=agents windows=RwSignal::new(Windows::default()) /> },
    );

    let first = texts(&host, "summary pre").concat();
    assert_eq!(first.lines().collect::<Vec<_>>(), lines[..8]);
    let rest = texts(&host, "details > pre").concat();
    assert_eq!(format!("{first}\n{rest}"), error, "folding loses nothing");
    assert_eq!(texts(&host, ".failure-more"), ["Show all of its 40 lines"]);
    assert_eq!(texts(&host, ".failure .button"), ["Copy error"]);
    let details = all(&host, "details").remove(0);
    assert!(!details.has_attribute("open"));
}

#[wasm_bindgen_test]
fn a_long_line_is_folded_between_characters() {
    // The fold falls within what are several bytes each.
    let error = "é".repeat(2000);
    let failed = json!({ "status": "error", "error": error });
    let agents = page_of(&json!({ "pdfAdapter": failed })).agents;
    let host = mounted(
        move || view! { <Agents agents=agents windows=RwSignal::new(Windows::default()) /> },
    );
    assert_eq!(texts(&host, "pre").concat(), error);
    assert_eq!(texts(&host, "summary pre").concat(), "é".repeat(600));
}

#[wasm_bindgen_test]
fn a_short_error_is_not_folded() {
    let failed = json!({ "status": "error", "error": "HTTP 429: throttled\nretry later" });
    let agents = page_of(&json!({ "pdfAdapter": failed })).agents;
    let host = mounted(
        move || view! { <Agents agents=agents windows=RwSignal::new(Windows::default()) /> },
    );
    assert!(all(&host, "details").is_empty());
    assert_eq!(
        texts(&host, ".failure pre"),
        ["HTTP 429: throttled\nretry later"]
    );
}

#[wasm_bindgen_test]
fn check_again_calls_back_where_there_is_something_to_check() {
    let line = |can_check_again| FreshnessView {
        tone: Tone::Gone,
        text: "Disconnected since 08:00:00 UTC".to_owned(),
        can_check_again,
        can_sign_in: false,
    };
    let (calls, set_calls) = signal(0);
    let on_check_again = Callback::new(move |()| set_calls.update(|calls| *calls += 1));
    let (with, without) = (line(true), line(false));
    let host = mounted(move || view! { <FreshnessLine view=with on_check_again=on_check_again /> });
    assert_eq!(texts(&host, ".fresh-gone").len(), 1);
    all(&host, "button")[0].click();
    assert_eq!(calls.get_untracked(), 1);

    let host =
        mounted(move || view! { <FreshnessLine view=without on_check_again=on_check_again /> });
    assert!(all(&host, "button").is_empty());
}

#[wasm_bindgen_test]
fn a_message_offers_only_the_ways_that_there_are() {
    let message = |can_check_again| Message {
        mark: Mark::Warning,
        title: "The server can't be reached".to_owned(),
        text: "It may be restarting. <b>Trying again.</b>".to_owned(),
        can_check_again,
        can_sign_in: false,
    };
    let (called, set_called) = signal(false);
    let on_check_again = Callback::new(move |()| set_called.set(true));
    let (with, without) = (message(true), message(false));
    let host = mounted(move || {
        view! { <MessageCard message=with on_check_again=on_check_again home="/home" /> }
    });
    assert_eq!(texts(&host, "h1"), ["The server can't be reached"]);
    assert_eq!(
        texts(&host, "p"),
        ["It may be restarting. <b>Trying again.</b>"]
    );
    assert_eq!(texts(&host, ".ways > *"), ["Check again", "Find a session"]);
    all(&host, "button")[0].click();
    assert!(called.get_untracked());

    let host = mounted(move || {
        view! { <MessageCard message=without on_check_again=on_check_again home="/home" /> }
    });
    assert_eq!(texts(&host, ".ways > *"), ["Find a session"]);
}

#[wasm_bindgen_test]
fn a_row_leads_to_its_session_and_says_its_states_in_words() {
    let row = json!({
        "sessionId": "s-1", "status": "failed", "documentId": IMAGE, "sourceType": "BANK",
        "createdAt": "2026-11-22T08:00:00Z", "lastUpdated": "2026-11-22T08:00:40Z",
        "agents": {
            "pdfAdapter": "success", "tradeExtraction": "error", "tradeMatching": "skipped",
            "exceptionManagement": "skipped",
        },
    });
    let row = RowView::new(&read::row(&row).unwrap(), false, now(), Zone::Utc);
    let rows = vec![(row, "/sessions/s-1".to_owned())];
    let host = mounted(move || view! { <Rows rows=rows zone="UTC".to_owned() /> });

    assert!(all(&host, "img").is_empty());
    let links = all(&host, "a");
    assert_eq!(
        links[0].get_attribute("href").as_deref(),
        Some("/sessions/s-1")
    );
    assert_eq!(texts(&host, "a"), [IMAGE]);
    let strip = all(&host, ".strip")[0].get_attribute("aria-label").unwrap();
    assert_eq!(
        strip,
        "PDF adapter: Done, Trade extraction: Failed, Trade matching: Skipped, \
         Exception management: Skipped"
    );
    assert!(texts(&host, "th").contains(&"Started (UTC)".to_owned()));
}

#[wasm_bindgen_test]
fn usage_that_nobody_reported_is_not_zero() {
    let view = page_of(&json!({ "pdfAdapter": running_since(0) })).tokens;
    let host = mounted(move || view! { <Tokens view=view /> });
    assert_eq!(texts(&host, ".total"), ["not reported"]);
    assert!(texts(&host, ".legend span").is_empty());
    assert!(texts(&host, ".meter > *").is_empty());
}
