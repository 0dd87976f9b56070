//! The program, as it is called.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    answers::{get, lines},
    support::Place,
};

#[test]
fn help_is_there_for_every_command() {
    let place = Place::new();
    let all = place.run(&["--help"], b"");
    assert_eq!(all.code, Some(0));
    for command in ["serve", "simulate", "run", "import", "backup", "token"] {
        assert!(all.output.contains(command));
        let help = place.run(&[command, "--help"], b"");
        assert_eq!(help.code, Some(0));
        assert!(help.output.contains("Usage: trade-status"), "{command}");
    }
    for documented in ["Exit codes:", "64", "130"] {
        assert!(all.output.contains(documented));
    }
}

#[test]
fn a_wrong_command_line_is_told_apart_from_a_failure() {
    let place = Place::new();
    for words in [
        &["nonsense"][..],
        &["serve", "--store", "nowhere"],
        &["import"],
        &["run"],
        &["backup"],
        &["serve", "--allow-origin", "*"],
        &["serve", "--orchestrate"],
    ] {
        assert_eq!(place.run(words, b"").code, Some(64), "{words:?}");
    }
}

#[test]
fn simulated_agents_serve_no_other_machine() {
    let place = Place::new();
    let refused = place.run(&["simulate", "--listen", "0.0.0.0:0"], b"");
    assert_eq!(refused.code, Some(64));
    assert!(refused.notes.contains("loopback only"), "{}", refused.notes);
}

/// The log may be on the disk that is full.
#[tokio::test]
async fn a_log_that_takes_nothing_disturbs_nobody() {
    let mut place = Place::new();
    place.environment.push(("RUST_LOG", "debug"));
    let mut service = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    drop(service.log.take());
    let client = Client::builder().no_proxy().build().unwrap();
    for _ in 0..3 {
        let session = client.put(service.url() + "/api/workflow/s-1");
        let answer = session.json(&json!({})).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

#[test]
fn a_taken_port_is_told_with_a_way_on() {
    let place = Place::new();
    let service = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let other = Place::new();
    let second = other.run(&["serve", "--listen", &service.address], b"");
    assert_eq!(second.code, Some(1));
    assert!(second.notes.contains("choose another port with --listen"));
}

#[test]
fn a_file_that_is_no_store_is_left_alone() {
    let place = Place::new();
    place.put(
        "notes.txt",
        "no store, and longer than the header of a database file is. ".repeat(9),
    );
    let refused = place.run(
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--store",
            "sqlite:notes.txt",
        ],
        b"",
    );
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.notes.contains("is not a store"),
        "{}",
        refused.notes
    );
}

#[tokio::test]
async fn a_server_serves_until_it_is_told_to_end() {
    let place = Place::new();
    let words = ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"];
    let service = place.start(&words);
    let health = get(&format!("{}/healthz", service.url())).await;
    assert_eq!(health["status"], "alive");
    assert_eq!(
        get(&format!("{}/readyz", service.url())).await["status"],
        "ready"
    );
    assert!(place.path().join("data/trade-status.db").exists());

    let unknown = format!("{}/api/workflow/nobody/status", service.url());
    let client = Client::builder().no_proxy().build().unwrap();
    let problem: Value = client
        .get(unknown)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();

    let (status, log) = service.terminate();
    assert_eq!(status.code(), Some(0));
    let log = lines(&log);
    let id = &problem["correlationId"];
    let found = log.iter().find(|line| line["correlation_id"] == *id);
    assert_eq!(found.unwrap()["error"], "no such session");
    assert_eq!(log.last().unwrap()["message"], "ended");
}

fn item(id: &str) -> Value {
    json!({
        "sessionId": {"S": id}, "overallStatus": {"S": "completed"},
        "createdAt": {"S": "2026-11-22T08:20:05.173021+00:00"},
        "pdfAdapter": {"M": {"status": {"S": "success"}, "duration": {"N": "78"}}},
    })
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn items_of_a_table_are_loaded_and_what_can_not_be_read_is_named() {
    let place = Place::new();
    let server = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let mut odd = item("odd");
    odd["createdAt"] = json!({"S": "yesterday"});
    place.put(
        "lines.json",
        format!("{}\nbroken\n{}\n{odd}\n", item("a"), item("b")),
    );
    place.put("pretty.json", format!("{:#}", item("c")));
    let export = (0..1_234).map(|n| format!("{}\n", json!({"Item": item(&format!("e-{n}"))})));
    place.put("export.json.gz", packed(&export.collect::<String>()));

    let words = [
        "import",
        "--json",
        "lines.json",
        "pretty.json",
        "export.json.gz",
        "-",
    ];
    let loaded = place.run(&words, item("stdin").to_string().as_bytes());
    assert_eq!(loaded.code, Some(2), "{}", loaded.notes);
    let counts = json!({
        "loaded": 1_239, "alreadyThere": 0, "unreadable": 1, "withWarnings": 1, "expired": 0,
        "filesBrokenOff": 0, "stopped": false,
    });
    assert_eq!(lines(&loaded.output), [counts]);
    assert!(
        loaded
            .notes
            .contains("lines.json, line 2: not loaded: it is no JSON")
    );
    assert!(
        loaded
            .notes
            .contains("lines.json, line 4: odd is loaded without what can't be read")
    );
    assert!(loaded.notes.contains("createdAt"));

    for id in ["a", "b", "c", "odd", "stdin", "e-1233"] {
        let url = format!("{}/api/workflow/{id}/status", server.url());
        assert_eq!(get(&url).await["overallStatus"], "completed");
    }
    let odd = get(&format!("{}/api/workflow/odd/status", server.url())).await;
    assert_eq!(odd["createdAt"], Value::Null);
    assert_eq!(odd["warnings"], json!(["partlyUnreadable"]));
}

#[test]
fn loading_again_does_no_harm() {
    let place = Place::new();
    place.put("items.json", format!("{}\n{}\n", item("a"), item("b")));
    for _ in 0..2 {
        let loaded = place.run(&["import", "items.json"], b"");
        assert_eq!(loaded.code, Some(0), "{}", loaded.notes);
        assert!(
            loaded.notes.contains("2 sessions loaded"),
            "{}",
            loaded.notes
        );
    }
}

#[test]
fn a_file_that_breaks_off_is_named_and_the_others_are_loaded() {
    let place = Place::new();
    let mut cut = packed(&format!("{}\n", item("cut")).repeat(1_000));
    cut.truncate(cut.len() / 2);
    place.put("cut.gz", cut);
    place.put("good.json", item("good").to_string());
    let loaded = place.run(&["import", "cut.gz", "missing.json", "good.json"], b"");
    assert_eq!(loaded.code, Some(1));
    assert!(
        loaded.notes.contains("cut.gz broke off"),
        "{}",
        loaded.notes
    );
    assert!(loaded.notes.contains("can't read missing.json"));
    assert!(loaded.notes.contains("2 files broke off"));
}
