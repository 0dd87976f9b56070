//! What is wrong with the settings, or too much for the table, is said in a sentence, with what to
//! do; and nothing is lost.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    backend::Place,
    caller::{Caller, words},
    support::{Place as Directory, problem, program::Ended},
};

/// One sentence, with all of these in it.
fn told(ended: &Ended, code: i32, parts: &[&str]) {
    assert_eq!(ended.code, Some(code), "{}", ended.notes);
    assert_eq!(ended.output, "", "nothing was begun");
    let lines = ended.notes.lines();
    let said: Vec<_> = lines
        .filter(|line| line.starts_with("trade-status: "))
        .collect();
    let [said] = said[..] else {
        panic!("{}", ended.notes)
    };
    for part in parts {
        assert!(said.contains(part), "{part}: {said}");
    }
}

/// The options of a place, some of them others.
fn but(place: &Place, changes: &[(&str, &str)]) -> Vec<String> {
    let mut options = place.options().to_vec();
    for (name, value) in changes {
        match options.iter().position(|option| option == name) {
            Some(at) => (*value).clone_into(&mut options[at + 1]),
            None => options.extend([*name, *value].map(str::to_owned)),
        }
    }
    options
}

#[test]
fn what_can_be_no_table_no_key_and_no_address_is_refused_before_anything_is_asked() {
    let place = Place::new();
    for (name, value, way) in [
        ("--store", "dynamodb:a table", "the name of a table"),
        ("--key", "id", "processing_id"),
        ("--endpoint", "localhost", "http://127.0.0.1:8000"),
        ("--region", "US East", "us-east-1"),
    ] {
        let options = but(&place, &[(name, value)]);
        let refused = Directory::new().run(&words(&["import", "-"], &options), b"");
        assert_eq!(refused.code, Some(64), "{name}: {}", refused.notes);
        assert!(refused.notes.contains(way), "{}", refused.notes);
    }
}

#[test]
fn another_key_than_the_tables_is_told_by_its_flag() {
    let place = Place::new();
    let options = but(&place, &[("--key", "processing_id")]);
    for command in [["serve", "--listen=127.0.0.1:0"], ["import", "-"]] {
        let refused = Directory::new().run(&words(&command, &options), b"");
        told(&refused, 1, &["say --key sessionId"]);
    }
}

#[test]
fn without_credentials_or_a_region_it_is_said_where_they_come_from() {
    let place = Place::new();
    let mut nobody = Directory::new();
    nobody.missing = vec!["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    let refused = nobody.run(&words(&["import", "-"], &place.options()), b"");
    told(
        &refused,
        1,
        &["no AWS credentials", "AWS_ACCESS_KEY_ID", "AWS_PROFILE"],
    );

    let mut nowhere = Directory::new();
    nowhere.missing = vec!["AWS_REGION", "AWS_DEFAULT_REGION"];
    let [store, table, _, _, endpoint, url] = place.options();
    let refused = nowhere.run(
        &words(&["import", "-"], &[store, table, endpoint, url]),
        b"",
    );
    told(&refused, 1, &["no AWS region is known", "--region"]);
}

#[test]
fn a_table_out_of_reach_is_told_with_where_it_was_looked_for() {
    let place = Place::new();
    let away = but(&place, &[("--endpoint", "http://127.0.0.1:9")]);
    let nowhere = ["--store", "dynamodb:any", "--region", "xx-nowhere-9"].map(str::to_owned);
    for (options, place) in [
        (&away[..], "DynamoDB at http://127.0.0.1:9 can't be reached"),
        (
            &nowhere[..],
            "DynamoDB in region xx-nowhere-9 can't be reached",
        ),
    ] {
        let item = br#"{"sessionId": {"S": "s-1"}}"#;
        let broken = Directory::new().run(&words(&["import", "-"], options), item);
        assert_eq!(broken.code, Some(1), "{}", broken.notes);
        let last = broken.notes.trim_end().lines().last().unwrap();
        assert!(last.contains(place), "{}", broken.notes);
        assert!(
            last.contains("check the network, --region and --endpoint"),
            "{last}"
        );
    }
}

#[tokio::test]
async fn a_report_that_would_make_a_session_too_large_is_told_so_and_changes_nothing() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());
    caller.send(Method::PUT, "s-1", json!({})).await;
    let report = |length| json!({ "status": "in-progress", "activity": "x".repeat(length) });
    let first = caller.send(Method::PATCH, "s-1/agents/pdfAdapter", report(250_000));
    assert_eq!(first.await.status(), StatusCode::OK);
    let before = caller.get("s-1/status").await;
    let second = caller.send(Method::PATCH, "s-1/agents/tradeExtraction", report(250_000));
    let body = problem(second.await, StatusCode::PAYLOAD_TOO_LARGE).await;
    let detail = body["detail"].as_str().unwrap();
    assert!(
        detail.contains("400 KB") && detail.contains("Shorten"),
        "{detail}"
    );
    assert_eq!(caller.get("s-1/status").await, before);

    let long = json!({ "documentId": "x".repeat(1_100) });
    let refused = caller.send(Method::PUT, "s-2", long).await;
    problem(refused, StatusCode::PAYLOAD_TOO_LARGE).await;
    let shorter = caller
        .send(Method::PATCH, "s-1/agents/tradeExtraction", report(10))
        .await;
    assert_eq!(shorter.status(), StatusCode::OK);
}
