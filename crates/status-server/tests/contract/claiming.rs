//! A file has one server; other programs work beside it.

use std::fs;

use crate::{answers::get, support::Place};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

#[tokio::test]
async fn a_second_server_on_the_same_file_is_refused_in_a_sentence() {
    let place = Place::new();
    let first = place.start(&SERVE);
    std::os::unix::fs::symlink("trade-status.db", place.path().join("data/same.db")).unwrap();
    for store in [
        "sqlite:data/trade-status.db",
        "sqlite:./data/../data/trade-status.db",
        "sqlite:data/same.db",
    ] {
        let words = [&SERVE[..], &["--store", store]].concat();
        let second = place.run(&words, b"");
        assert_eq!(second.code, Some(1), "{}", second.notes);
        assert_eq!(second.output, "", "it never listened");
        let id = fs::read_to_string(place.path().join("data/trade-status.db.lock")).unwrap();
        let holder = format!("has a server already, process {id}, and");
        for said in [
            holder.as_str(),
            "End that one, or name another file",
            "import, run, token and backup work beside it",
        ] {
            assert!(second.notes.contains(said), "{}", second.notes);
        }
    }
    let ready = get(&format!("{}/readyz", first.url())).await;
    assert_eq!(ready["status"], "ready");
}

#[tokio::test]
async fn others_work_beside_it() {
    let place = Place::new();
    let server = place.start(&SERVE);
    place.put(
        "items.json",
        r#"{"sessionId": {"S": "imported"}, "overallStatus": {"S": "completed"}}"#,
    );
    place.put(
        "documents.jsonl",
        r#"{"sessionId":"run","documentId":"FAB_1","sourceType":"BANK"}"#,
    );
    let agents = place.start(&["simulate", "--listen", "127.0.0.1:0", "--speed", "100000"]);
    let agents = agents.url();
    for words in [
        &["import", "items.json"][..],
        &[
            "run",
            "--agents",
            &agents,
            "--timeout",
            "5",
            "documents.jsonl",
        ],
        &["backup", "backup.db"],
    ] {
        let ended = place.run(words, b"");
        // A simulated agent may fail its document.
        assert!(
            matches!(ended.code, Some(0 | 2)),
            "{words:?}: {}",
            ended.notes
        );
    }
    for id in ["imported", "run"] {
        get(&format!("{}/api/workflow/{id}/status", server.url())).await;
    }
}

#[test]
fn a_server_that_was_killed_leaves_the_file_free() {
    let place = Place::new();
    for _ in 0..3 {
        // It is killed as it stands.
        drop(place.start(&SERVE));
    }
    let (status, _) = place.start(&SERVE).terminate();
    assert_eq!(status.code(), Some(0));
    // And so does one that has ended in order.
    place.start(&SERVE);
}
