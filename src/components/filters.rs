//! What a list is narrowed to.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use portal_model::{
    list_query::{ListQuery, StatusFilter},
    words,
};
use status_model::{Seconds, SourceType, Timestamp};

use super::zone::ZoneChoice;
use crate::route;

/// Stretches of time that are offered: a name and its hours.
const STRETCHES: [(&str, u64); 3] = [
    ("Last hour", 1),
    ("Last 24 hours", 24),
    ("Last 7 days", 168),
];

/// Three choices; each leads to another list, from its first page on.
#[component]
pub fn Filters(
    query: ListQuery,
    /// The server's time, to begin a stretch at.
    now: Callback<(), Timestamp>,
) -> impl IntoView {
    let zone = expect_context::<ZoneChoice>();
    let statuses = StatusFilter::ALL.map(|status| {
        let is_chosen = query.status == Some(status);
        (
            status.name(),
            words::status_filter(status).to_owned(),
            is_chosen,
        )
    });
    let sources = [
        (SourceType::Bank, "Bank"),
        (SourceType::Counterparty, "Counterparty"),
    ];
    let sources = sources.map(|(source, label)| {
        let name = match source {
            SourceType::Bank => "BANK",
            _ => "COUNTERPARTY",
        };
        (
            name,
            label.to_owned(),
            query.source.as_ref() == Some(&source),
        )
    });
    // Where the address names a stretch, it is told as it is: an hour ago was another hour then.
    let chosen_time = query.time_words(zone.zone(), now.run(()));
    let times = chosen_time
        .map(|words| ("", words, true))
        .into_iter()
        .chain(STRETCHES.map(|(label, _)| (label, label.to_owned(), false)));

    let go = leads(query, now);
    view! {
        <div class="filters" role="group" aria-label="Filters">
            <Choice
                label="State"
                any="Any state"
                options=statuses.to_vec()
                on_choice=go(|query, chosen, _| {
                    query.status = StatusFilter::ALL.into_iter().find(|s| s.name() == chosen);
                })
            />
            <Choice
                label="Source"
                any="Any source"
                options=sources.to_vec()
                on_choice=go(|query, chosen, _| {
                    query.source = Some(chosen.to_owned())
                        .filter(|chosen| !chosen.is_empty())
                        .map(SourceType::from);
                })
            />
            <Choice
                label="Started"
                any="Any time"
                options=times.collect()
                on_choice=go(|query, chosen, now| {
                    query.until = None;
                    query.since = STRETCHES
                        .into_iter()
                        .find(|(label, _)| *label == chosen)
                        .map(|(_, hours)| begin(now, hours));
                })
            />
        </div>
    }
}

/// Changes a query by what was chosen.
type Change = fn(&mut ListQuery, &str, Timestamp);

/// Makes what a choice does: go to the list with the query that it changes.
fn leads(query: ListQuery, now: Callback<(), Timestamp>) -> impl Fn(Change) -> Callback<String> {
    let navigate = use_navigate();
    move |change| {
        let (navigate, query) = (navigate.clone(), query.clone());
        Callback::new(move |chosen: String| {
            let mut query = query.first_page();
            change(&mut query, &chosen, now.run(()));
            navigate(&route::list(&query), NavigateOptions::default());
        })
    }
}

/// So many hours ago, at a full minute.
fn begin(now: Timestamp, hours: u64) -> Timestamp {
    const MINUTE: i64 = 60_000;
    let minute = now.unix_millis().div_euclid(MINUTE) * MINUTE;
    let length = Seconds::from_secs(hours * 3600).millis();
    Timestamp::from_unix_millis(minute.saturating_sub_unsigned(length))
}

#[component]
fn Choice(
    label: &'static str,
    any: &'static str,
    /// Each with its value, its words, and whether it is chosen.
    options: Vec<(&'static str, String, bool)>,
    on_choice: Callback<String>,
) -> impl IntoView {
    let is_chosen = options.iter().any(|(.., is_chosen)| *is_chosen);
    let options = options
        .into_iter()
        .map(|(value, words, is_chosen)| {
            view! {
                <option value=value selected=is_chosen>
                    {words}
                </option>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <select
            aria-label=label
            class:chosen=is_chosen
            on:change=move |event| on_choice.run(event_target_value(&event))
        >
            <option value="any" selected=!is_chosen>
                {any}
            </option>
            {options}
        </select>
    }
}
