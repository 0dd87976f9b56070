//! A stream of events (`text/event-stream`) to the one answer in it.

use serde_json::{Map, Value, json};
use status_model::TokenUsage;

use super::{fields::Fields, unwrapped, usage};

type Object = Map<String, Value>;

/// The last event that says how it went, or else the last that is an object. Where it does not say
/// what was used, that is the sum of what the model said in between.
pub(super) fn answer(stream: &str) -> Option<Object> {
    let events: Vec<Object> = events(stream)
        .filter_map(|data| unwrapped(serde_json::from_str(&data).ok()?))
        .collect();
    let says_how = |event: &&Object| Fields::of(Some(event)).says_how_it_went();
    let last = events.iter().rfind(says_how).or(events.last())?;
    let mut answer = last.clone();
    let is_known = usage::of(Fields::of(Some(&answer))).is_some();
    if let Some(used) = used(&events).filter(|_| !is_known) {
        answer.insert("token_usage".to_owned(), json!(used));
    }
    Some(answer)
}

/// What the model said of each of its turns, as Bedrock streams it and Strands passes it on.
fn used(events: &[Object]) -> Option<TokenUsage> {
    let turns = events.iter().filter_map(|event| {
        let event = Fields::of(Some(event));
        [event.within(&["event"]), event]
            .into_iter()
            .find_map(|event| usage::tokens(event.within(&["metadata"]).within(&["usage"])))
    });
    turns.reduce(|sum, turn| sum + turn)
}

/// The data of each event. The last one counts without the empty line that ends it too: some
/// servers leave it out.
fn events(stream: &str) -> impl Iterator<Item = String> {
    let mut lines = stream.trim_start_matches('\u{feff}').lines();
    std::iter::from_fn(move || {
        let mut data: Option<String> = None;
        for line in lines.by_ref() {
            if line.is_empty() && data.is_some() {
                break;
            }
            let Some(more) = line.strip_prefix("data:") else {
                continue;
            };
            let more = more.strip_prefix(' ').unwrap_or(more);
            match &mut data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(more);
                }
                None => data = Some(more.to_owned()),
            }
        }
        data
    })
}
