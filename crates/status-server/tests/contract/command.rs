//! The program, as it is called.

use std::{
    fs::File,
    io::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use flate2::{Compression, write::GzEncoder};
use reqwest::Client;
use serde_json::{Value, json};
use status_model::change::{FinalStatus, StartSession};

use crate::support::{Place, TestStore, now};
use status_store::{Outbox, Outcome, StatusWriter, StoreError};

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

async fn get(url: &str) -> Value {
    let client = Client::builder().no_proxy().build().unwrap();
    let response = client.get(url).send().await.unwrap();
    response.error_for_status().unwrap().json().await.unwrap()
}

#[test]
fn help_is_there_for_every_command() {
    let place = Place::new();
    let all = place.run(&["--help"], b"");
    assert_eq!(all.code, Some(0));
    for command in ["serve", "simulate", "run", "import"] {
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
        &["serve", "--allow-origin", "*"],
        &["serve", "--orchestrate"],
    ] {
        assert_eq!(place.run(words, b"").code, Some(64), "{words:?}");
    }
}

#[test]
fn other_machines_are_not_served() {
    let place = Place::new();
    for command in ["serve", "simulate"] {
        let refused = place.run(&[command, "--listen", "0.0.0.0:0"], b"");
        assert_eq!(refused.code, Some(64));
        for said in ["no access control yet", "loopback", "proxy or tunnel"] {
            assert!(refused.notes.contains(said), "{}", refused.notes);
        }
    }
    assert!(!place.path().join("data").exists(), "nothing was begun");
}

#[test]
fn a_taken_port_is_told_with_a_way_on() {
    let place = Place::new();
    let service = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let second = place.run(&["serve", "--listen", &service.address], b"");
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

#[tokio::test]
async fn documents_are_run_beside_a_server_on_the_same_file() {
    let place = Place::new();
    let server = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let agents = place.start(&["simulate", "--listen", "127.0.0.1:0", "--speed", "100000"]);
    place.put(
        "documents.jsonl",
        "{\"sessionId\":\"s-1\",\"documentId\":\"FAB_1\",\"sourceType\":\"BANK\"}\n\
         nonsense\n\
         {\"sessionId\":\"s-2\",\"documentId\":\"FAB_2\",\"sourceType\":\"COUNTERPARTY\"}\n",
    );
    let words = [
        "run",
        "--agents",
        &agents.url(),
        "--timeout",
        "5",
        "--json",
        "documents.jsonl",
    ];
    let run = place.run(&words, b"");
    assert_eq!(run.code, Some(2), "{}", run.notes);
    assert!(run.notes.contains("documents.jsonl, line 2: no document"));
    let told = lines(&run.output);
    assert_eq!(told.len(), 3);
    let summary = &told[2]["summary"];
    assert_eq!(summary["unreadableLines"], 1);
    let ended = summary["completed"].as_u64().unwrap() + summary["failed"].as_u64().unwrap();
    assert_eq!(ended, 2);

    for document in &told[..2] {
        let id = document["sessionId"].as_str().unwrap();
        let url = format!("{}/api/workflow/{id}/status", server.url());
        let session = get(&url).await;
        assert_eq!(session["overallStatus"], document["outcome"]);
        assert_eq!(session["documentId"], document["documentId"]);
    }

    let again = place.run(&["run", "--agents", &agents.url(), "documents.jsonl"], b"");
    assert_eq!(again.code, Some(2));
    assert!(
        again.notes.contains("give it a new sessionId"),
        "{}",
        again.notes
    );
    assert_eq!(server.terminate().0.code(), Some(0));
    assert_eq!(agents.terminate().0.code(), Some(0));
}

#[tokio::test]
async fn what_an_earlier_run_could_not_write_the_next_one_writes() {
    let place = Place::new();
    let away = TestStore::default();
    away.fail(Some(|| StoreError::MissingTable("gone".to_owned())));
    let outbox = Outbox::open(&place.path().join("waiting"), "sqlite:status.db");
    let writer = StatusWriter::new(Arc::new(away), now, || 0.5).with_outbox(outbox);
    let session = "s-1".parse().unwrap();
    let start = StartSession::default();
    let kept = writer.initialize_status(&session, start).await;
    assert_eq!(kept, Outcome::Kept);
    let kept = writer.finalize_status(&session, FinalStatus::Failed).await;
    assert_eq!(kept, Outcome::Kept);

    let run = |store| {
        let words = [
            "run",
            "--agents",
            "http://127.0.0.1:1",
            "--outbox",
            "waiting",
        ];
        place.run(&[&words[..], &["--json", "--store", store]].concat(), b"")
    };
    // As long as the earlier one lives they are its own.
    let beside = run("sqlite:status.db");
    assert_eq!(beside.code, Some(0), "{}", beside.notes);
    assert!(!beside.notes.contains("Waiting"), "{}", beside.notes);
    drop(writer);
    let lock = File::open(place.path().join("waiting/outbox-1.lock")).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while lock.try_lock().is_err() {
        assert!(Instant::now() < deadline, "its task ends with it");
        tokio::task::yield_now().await;
    }
    drop(lock);
    let other = run("sqlite:another.db");
    assert!(other.notes.contains("for another store"), "{}", other.notes);

    let next = run("sqlite:status.db");
    assert_eq!(next.code, Some(0), "{}", next.notes);
    let summary = &lines(&next.output)[0]["summary"];
    assert_eq!(
        (&summary["reportsKept"], &summary["reportsDropped"]),
        (&json!(0), &json!(0))
    );
    let words = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "sqlite:status.db",
    ];
    let server = place.start(&words);
    let session = get(&format!("{}/api/workflow/s-1/status", server.url())).await;
    assert_eq!(session["overallStatus"], "failed");
    assert_eq!(session["version"], 2);
}

#[test]
fn documents_come_from_standard_input_too_and_agents_have_to_be_known() {
    let place = Place::new();
    let none = place.run(&["run", "--agents", "http://127.0.0.1:1"], b"");
    assert_eq!(none.code, Some(0), "{}", none.notes);
    assert!(none.notes.contains("0 completed, 0 failed."));
    let nowhere = place.run(&["run", "--agents", "nowhere", "-"], b"");
    assert_eq!(nowhere.code, Some(1));
    assert!(
        nowhere
            .notes
            .contains("can't read the agents' file nowhere")
    );
    let other = place.run(&["run", "--agents", "ftp://agents", "-"], b"");
    assert_eq!(other.code, Some(1));
    assert!(other.notes.contains("is not an address of an agent"));
    let missing = place.run(
        &["run", "--agents", "http://127.0.0.1:1", "no-such-file"],
        b"",
    );
    assert_eq!(missing.code, Some(1));
    assert!(missing.notes.contains("can't read no-such-file"));
}

#[test]
fn a_file_that_does_not_say_where_the_agents_are_is_told_in_a_sentence() {
    let place = Place::new();
    let elsewhere = json!({"url": "http://127.0.0.1:1"});
    let with = |entry: Value| {
        json!({
            "pdfAdapter": entry, "tradeExtraction": elsewhere, "tradeMatching": elsewhere,
            "exceptionManagement": elsewhere,
        })
        .to_string()
    };
    for (content, said) in [
        (
            with(json!({"arm": "x"})),
            "pdfAdapter.arm: unknown field `arm`",
        ),
        (
            with(json!({"arn": "arn:aws:lambda:us-east-1:123456789012:function:x"})),
            "is not the ARN of an agent, whose third part is bedrock-agentcore",
        ),
        ("nonsense".to_owned(), "not a JSON object"),
    ] {
        place.put("agents.json", content);
        for words in [
            &["run", "--agents", "agents.json"][..],
            &[
                "serve",
                "--orchestrate",
                "--agents",
                "agents.json",
                "--listen",
                "127.0.0.1:0",
            ],
        ] {
            let ended = place.run(words, b"");
            assert_eq!(ended.code, Some(1), "{}", ended.notes);
            let notes = ended.notes;
            let start = "trade-status: agents.json does not say where the agents are: ";
            assert!(notes.contains(start) && notes.contains(said), "{notes}");
        }
    }
    place.put("agents.json", with(elsewhere.clone()));
    let none = place.run(&["run", "--agents", "agents.json"], b"");
    assert_eq!(none.code, Some(0), "{}", none.notes);
}

#[tokio::test]
async fn a_document_of_either_form_is_run_through_agents_that_a_file_names() {
    let place = Place::new();
    let agents = place.start(&["simulate", "--listen", "127.0.0.1:0", "--speed", "100000"]);
    let at = |name: &str| json!({"url": format!("{}/agents/{name}", agents.url())});
    let file = json!({
        "pdfAdapter": at("pdf-adapter"), "tradeExtraction": at("trade-extraction"),
        "tradeMatching": at("trade-matching"), "exceptionManagement": at("exception-management"),
    });
    place.put("agents.json", file.to_string());
    place.put(
        "document.json",
        "{\n  \"sessionId\": \"s-1\",\n  \"s3Uri\": \"s3://b/BANK/FAB_1+well.pdf\",\n  \
         \"action\": \"process\"\n}\n",
    );
    let words = ["run", "--agents", "agents.json", "--json"];
    let one = place.run(&[&words[..], &["document.json"]].concat(), b"");
    assert_eq!(one.code, Some(0), "{}", one.notes);
    assert_eq!(lines(&one.output)[0]["documentId"], "FAB_1+well");
    assert_eq!(lines(&one.output)[0]["outcome"], "completed");

    let other = br#"{"session_id":"s-2","document_id":"GCS_2+well","source_type":"COUNTERPARTY",
        "s3_bucket":"b","s3_key":"COUNTERPARTY/GCS_2.pdf"}"#;
    let two = place.run(&words, other);
    assert_eq!(two.code, Some(0), "{}", two.notes);
    assert_eq!(lines(&two.output)[0]["sessionId"], "s-2");
    assert_eq!(lines(&two.output)[0]["outcome"], "completed");
}

#[tokio::test]
async fn a_server_that_runs_documents_leaves_none_unfinished_when_it_is_told_to_end() {
    let place = Place::new();
    let agents = place.start(&["simulate", "--listen", "127.0.0.1:0"]);
    let words = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--orchestrate",
        "--agents",
        &agents.url(),
        "--drain",
        "0",
    ];
    let service = place.start(&words);
    let client = Client::builder().no_proxy().build().unwrap();
    let document = json!({"sessionId": "s-1", "s3Uri": "s3://b/BANK/FAB_1+well.pdf"});
    let answer = client
        .post(format!("{}/invocations", service.url()))
        .header("prefer", "respond-async")
        .json(&document)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 202);
    assert_eq!(
        get(&format!("{}/ping", service.url())).await["status"],
        "HealthyBusy"
    );
    let (status, log) = service.terminate();
    assert_eq!(status.code(), Some(0), "{log}");

    let next = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let session = get(&format!("{}/api/workflow/s-1/status", next.url())).await;
    assert_eq!(session["overallStatus"], "failed");
    let error = &session["agents"]["pdfAdapter"]["error"];
    assert_eq!(error, "The orchestrator was stopped.");
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
