//! Everything is listed in order, whoever wrote its time.

use proptest::prelude::*;
use status_model::{Seconds, Timestamp};
use status_store::{ListQuery, StatusStore};

use crate::{
    backend::{self, Place},
    given::{at, ids, now},
    raw,
};

/// The same time as each known writer writes it.
fn written(time: Timestamp, form: usize) -> String {
    let text = time.to_string();
    let bare = text.trim_end_matches('Z');
    match form {
        0 => text,
        1 => format!("{bare}000+00:00"),
        2 => format!("{bare}000+00:00Z"),
        3 => format!("{bare}000"),
        // Python leaves out a fraction that is zero.
        _ if time.unix_millis() % 1000 == 0 => format!("{}+00:00", &bare[..19]),
        _ => format!("{bare}+00:00"),
    }
}

async fn pages(store: &dyn StatusStore, query: ListQuery) -> Vec<String> {
    let mut query = query;
    let mut all = Vec::new();
    loop {
        let page = store.list(&query, now()).await.unwrap();
        all.extend(ids(&page.rows).into_iter().map(str::to_owned));
        match page.next {
            None => return all,
            next => query.after = next,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn pages_are_in_the_order_of_time_in_whatever_form_it_is_written(
        given in prop::collection::vec((0..4_u64, 0..5_usize, 0..3_usize), 1..16),
        limit in 1..4_usize,
    ) {
        let start = at("2026-11-22T11:00:00Z");
        // 0, 0.5, 1.0, 1.5 s: halves that share a second, and whole ones without a fraction.
        let given: Vec<_> = (given.into_iter().enumerate())
            .map(|(n, (halves, form, status))| {
                (format!("s{n:02}"), start + Seconds::from_millis(halves * 500), form, status)
            })
            .collect();
        let mut expected: Vec<_> = given.iter().map(|(id, time, ..)| (*time, id.clone())).collect();
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (all, range) = runtime.block_on(async {
            let place = Place::new().await;
            for (id, time, form, status) in &given {
                let text = written(*time, *form);
                let status = ["processing", "completed", "pending"][*status];
                let texts = [("createdAt", text.as_str()), ("overallStatus", status)];
                raw::put(&place, raw::session(id, texts)).await;
            }
            let store = backend::open(&place.name()).await;
            let query = ListQuery { limit, ..ListQuery::default() };
            let of_a_second = ListQuery {
                since: Some(start + Seconds::from_millis(500)),
                until: Some(start + Seconds::from_millis(1500)),
                ..query.clone()
            };
            (pages(&store, query).await, pages(&store, of_a_second).await)
        });
        prop_assert_eq!(&all, &expected);
        let within = |id: &&String| {
            let (_, time, ..) = given.iter().find(|(given, ..)| given == *id).unwrap();
            (500..1500).contains(&time.since(start).unwrap().millis())
        };
        let expected: Vec<_> = expected.iter().filter(within).cloned().collect();
        prop_assert_eq!(range, expected);
    }
}

#[tokio::test]
async fn more_of_one_second_than_a_call_gives_are_paged_to_the_end() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    let client = place.client().await;
    // Written as microseconds, of which the last three tell nothing: the id orders them.
    for n in 0..300 {
        let created_at = format!("2026-11-22T11:00:00.500{:03}+00:00", (n * 7) % 300);
        let texts = [
            ("createdAt", created_at.as_str()),
            ("overallStatus", "completed"),
        ];
        let put = client.put_item().table_name(place.name());
        let put = put.set_item(Some(raw::session(&format!("s{n:03}"), texts)));
        put.send().await.unwrap();
    }
    let all = pages(
        &store,
        ListQuery {
            limit: 7,
            ..ListQuery::default()
        },
    )
    .await;
    let expected: Vec<_> = (0..300).rev().map(|n| format!("s{n:03}")).collect();
    assert_eq!(all, expected);
}
