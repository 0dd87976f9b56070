//! `GET …/recent`: rows, filters, pages.

use std::collections::HashSet;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Server, json as body_of};

/// The rows of a page and the address of the next.
async fn page(server: &Server, path: &str) -> (Vec<Value>, Option<String>) {
    let response = server.get(path).send().await.unwrap();
    let link = response.headers().get("link").map(|link| {
        let link = link.to_str().unwrap();
        let path = link
            .strip_prefix('<')
            .and_then(|link| link.strip_suffix(">; rel=\"next\""));
        path.unwrap_or_else(|| panic!("{link} is no link to the next page"))
            .to_owned()
    });
    let Value::Array(rows) = body_of(response).await else {
        panic!("no array");
    };
    (rows, link)
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter()
        .map(|row| row["sessionId"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn without_sessions_the_list_is_empty() {
    let server = Server::start().await;
    assert_eq!(page(&server, "/api/workflow/recent").await, (vec![], None));
}

#[tokio::test]
async fn a_row_has_what_a_list_needs() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = json!({"status": "error", "error": "line one\nline two"});
    server.report("s-1", "pdfAdapter", report).await;
    let (rows, _) = page(&server, "/api/workflow/recent").await;
    let row = &rows[0];
    assert_eq!(row["sessionId"], "s-1");
    assert_eq!(row["status"], "processing");
    assert_eq!(row["documentId"], "FAB_1");
    assert_eq!(row["agents"]["pdfAdapter"], "error");
    assert_eq!(row["error"]["message"], "line one");
    assert!(row["createdAt"].is_string() && row["lastUpdated"].is_string());
}

#[tokio::test]
async fn every_session_is_met_once_on_the_way_through_the_pages() {
    let server = Server::start().await;
    for number in 0..123 {
        // Characters that mean something in an address.
        server.start_session(&format!("s:{number}@x")).await;
    }
    for limit in [None, Some(7)] {
        let query = limit.map_or(String::new(), |limit| format!("?limit={limit}"));
        let mut next = Some(format!("/api/workflow/recent{query}"));
        let (mut seen, mut times) = (HashSet::new(), Vec::new());
        while let Some(path) = next {
            let (rows, link) = page(&server, &path).await;
            assert!(!rows.is_empty() && rows.len() <= limit.unwrap_or(50));
            for row in &rows {
                assert!(seen.insert(row["sessionId"].to_string()), "met twice");
                times.push(row["createdAt"].to_string());
            }
            next = link;
        }
        assert_eq!(seen.len(), 123);
        assert!(times.is_sorted_by(|a, b| a >= b), "newest first");
    }
}

#[tokio::test]
async fn filters_are_kept_from_page_to_page() {
    let server = Server::start().await;
    for number in 0..30 {
        let id = format!("s-{number}");
        server.start_session(&id).await;
        if number % 3 == 0 {
            server.finalize(&id, "failed").await;
        }
    }
    let first = "/api/workflow/recent?limit=4&status=failed&sourceType=BANK&q=s-";
    let mut next = Some(first.to_owned());
    let mut found = Vec::new();
    while let Some(path) = next {
        let (rows, link) = page(&server, &path).await;
        assert!(rows.iter().all(|row| row["status"] == "failed"));
        found.extend(ids(&rows));
        next = link;
    }
    assert_eq!(found.len(), 10);
    let none = page(&server, "/api/workflow/recent?sourceType=COUNTERPARTY").await;
    assert_eq!(none, (vec![], None));
}

#[tokio::test]
async fn several_states_and_a_range_of_times_are_kept_from_page_to_page() {
    let server = Server::start().await;
    for number in 0..30 {
        let id = format!("s-{number:02}");
        server.start_session(&id).await;
        match number % 3 {
            0 => drop(server.finalize(&id, "failed").await),
            1 => drop(server.finalize(&id, "completed").await),
            _ => {}
        }
    }
    let (rows, _) = page(&server, "/api/workflow/recent").await;
    let time_of = |id: &str| {
        let row = rows.iter().find(|row| row["sessionId"] == id).unwrap();
        row["createdAt"].as_str().unwrap().to_owned()
    };
    let (since, until) = (time_of("s-05"), time_of("s-25"));
    let first = format!(
        "/api/workflow/recent?limit=4&status=initializing,failed&q=s-&sourceType=BANK\
         &since={since}&until={until}"
    );
    let mut next = Some(first);
    let mut found = Vec::new();
    while let Some(path) = next {
        let (rows, link) = page(&server, &path).await;
        found.extend(ids(&rows));
        next = link;
    }
    let expected = (5..25).rev().filter(|number| number % 3 != 1);
    let expected: Vec<_> = expected.map(|number| format!("s-{number:02}")).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_session_is_found_by_the_start_of_any_of_its_ids() {
    let server = Server::start().await;
    server.start_session("s-abc").await;
    let path = "/api/workflow/other";
    let body = json!({"documentId": "FAB_%_2", "correlationId": "corr_9"});
    server.send(reqwest::Method::PUT, path, body).await;
    for (start, expected) in [
        ("s-a", vec!["s-abc"]),
        ("FAB_1", vec!["s-abc"]),
        ("corr_1", vec!["s-abc"]),
        ("oth", vec!["other"]),
        ("FAB_%25_", vec!["other"]),
        ("abc", vec![]),
        ("%25", vec![]),
        ("%27%20or%201=1--", vec![]),
    ] {
        let (rows, _) = page(&server, &format!("/api/workflow/recent?q={start}")).await;
        assert_eq!(ids(&rows), expected, "{start}");
    }
}

#[tokio::test]
async fn a_session_that_was_just_started_is_in_the_list() {
    let server = Server::start().await;
    for number in 0..3 {
        let id = format!("s-{number}");
        assert_eq!(
            server.start_session(&id).await.status(),
            StatusCode::CREATED
        );
        let (rows, _) = page(&server, "/api/workflow/recent").await;
        assert_eq!(rows.len(), number + 1);
    }
}
