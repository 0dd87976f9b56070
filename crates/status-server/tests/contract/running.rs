//! Documents through the agents, by the program's commands `run` and `serve --orchestrate`.

use std::{
    fs::File,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use status_model::{
    Timestamp,
    change::{FinalStatus, StartSession},
};
use status_server::metrics::Metrics;
use status_store::{Outbox, Outcome, RetryPolicy, StatusWriter, StoreError};

use crate::{
    answers::{get, lines},
    support::{Place, TestStore, now},
};

/// A place where a program finds these AWS credentials, or none, whatever the machine has.
#[cfg(feature = "agentcore")]
fn with_credentials(credentials: &[(&'static str, &'static str)]) -> Place {
    let nowhere = [
        ("AWS_CONFIG_FILE", "no-such-file"),
        ("AWS_SHARED_CREDENTIALS_FILE", "no-such-file"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        // An empty one counts as none.
        ("AWS_PROFILE", ""),
        ("AWS_ACCESS_KEY_ID", ""),
    ];
    let mut place = Place::new();
    place.environment = [&nowhere, credentials].concat();
    place
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

/// A file that says that all agents are on AgentCore, which is at this address.
#[cfg(feature = "agentcore")]
fn on_agentcore(endpoint: &str) -> String {
    let at = |name: &str| {
        let arn = format!(
            "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/{name}-Ab1Cd2Ef3G"
        );
        json!({"arn": arn, "endpoint": endpoint})
    };
    json!({
        "pdfAdapter": at("pdf_adapter"), "tradeExtraction": at("trade_extraction"),
        "tradeMatching": at("trade_matching"), "exceptionManagement": at("exception_management"),
    })
    .to_string()
}

#[cfg(feature = "agentcore")]
#[test]
fn documents_are_run_through_agents_on_agentcore() {
    let place = with_credentials(&[
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]);
    let agents = place.start(&["simulate", "--listen", "127.0.0.1:0", "--speed", "100000"]);
    place.put("agents.json", on_agentcore(&agents.url()));
    let document = br#"{"sessionId":"s-1","documentId":"FAB_1+break","sourceType":"BANK"}"#;
    let words = ["run", "--agents", "agents.json", "--json"];
    let run = place.run(&words, document);
    assert_eq!(run.code, Some(0), "{}", run.notes);
    assert_eq!(lines(&run.output)[0]["outcome"], "completed");
}

#[cfg(feature = "agentcore")]
#[test]
fn agents_on_agentcore_need_credentials_and_that_is_told_before_the_first_document() {
    let place = with_credentials(&[]);
    place.put("agents.json", on_agentcore("http://127.0.0.1:1"));
    let document = br#"{"sessionId":"s-1","documentId":"FAB_1","sourceType":"BANK"}"#;
    let run = place.run(&["run", "--agents", "agents.json"], document);
    assert_eq!(run.code, Some(1), "{}", run.notes);
    let last = run.notes.lines().last().unwrap();
    assert_eq!(
        last,
        "trade-status: can't reach the agents: there are no AWS credentials to sign requests to \
         AgentCore with (no credentials found in chain); set AWS_PROFILE or AWS_ACCESS_KEY_ID and \
         AWS_SECRET_ACCESS_KEY, or give this machine a role."
    );
    assert!(!place.path().join("data").exists(), "nothing was begun");
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

#[tokio::test]
async fn the_metrics_tell_what_waits_for_a_store_that_is_away_and_since_when() {
    let place = Place::new();
    let away = Arc::new(TestStore::default());
    away.fail(Some(|| StoreError::Unavailable("gone".to_owned())));
    let policy = RetryPolicy {
        deadline: Duration::from_millis(200),
        ..RetryPolicy::default()
    };
    // A minute passes with each look at the clock.
    let minutes = AtomicI64::new(0);
    let clock = move || {
        let minute = minutes.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_unix_millis(1_795_336_260_000 + minute * 60_000)
    };
    let writer = StatusWriter::new(away, clock, || 0.5)
        .with_policy(policy)
        .with_outbox(Outbox::open(&place.path().join("outbox"), "test"));
    let metrics = Metrics::new();
    metrics.writer.watch(writer.clone());
    let session = "s-1".parse().unwrap();
    let start = StartSession::default();
    assert_eq!(
        writer.initialize_status(&session, start).await,
        Outcome::Kept
    );
    let failed = FinalStatus::Failed;
    assert_eq!(
        writer.finalize_status(&session, failed).await,
        Outcome::Kept
    );

    let text = metrics.text();
    let value = |name: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(value("trade_status_writer_retries_total ") >= 1.0, "{text}");
    for (name, expected) in [
        ("trade_status_writer_outbox_reports ", 2.0),
        ("trade_status_writer_dropped_total ", 0.0),
        ("trade_status_writer_outbox_oldest_age_seconds ", 120.0),
    ] {
        assert!((value(name) - expected).abs() < 0.5, "{name}: {text}");
    }
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
