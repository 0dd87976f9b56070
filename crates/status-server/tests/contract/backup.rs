//! A backup is made while a server writes, and is good for a server.

use serde_json::Value;

use crate::{
    answers::{get, lines},
    support::Place,
    writers::{Writers, assert_kept},
};

const STORE: &str = "sqlite:data/trade-status.db";

#[tokio::test(flavor = "multi_thread")]
async fn all_that_was_acknowledged_before_it_began_is_restored_while_eight_write() {
    let place = Place::new();
    let server = place.start(&["serve", "--listen", "127.0.0.1:0"]);
    let writers = Writers::start(&server.url(), 8, "w");
    for n in 0..3 {
        writers.write(50).await;
        let acknowledged = writers.acknowledged();
        let target = format!("backup-{n}.db");
        let words = ["backup", "--store", STORE, "--json", &target];
        let made = tokio::task::block_in_place(|| place.run(&words, b""));
        assert_eq!(made.code, Some(0), "{}", made.notes);
        let told = &lines(&made.output)[0];
        assert_eq!(told["target"], target);
        assert!(told["sessions"].as_u64().unwrap() >= acknowledged.len() as u64);
        let size = std::fs::metadata(place.path().join(&target)).unwrap().len();
        assert_eq!(told["bytes"], size);

        let store = format!("sqlite:{target}");
        let restored = place.start(&["serve", "--listen", "127.0.0.1:0", "--store", &store]);
        for (id, version) in acknowledged.iter().take(5) {
            let url = format!("{}/api/workflow/{id}/status", restored.url());
            let session: Value = get(&url).await;
            assert!(session["version"].as_u64() >= Some(*version), "{session}");
        }
        let (status, log) = restored.terminate();
        assert_eq!(status.code(), Some(0), "{log}");
        assert_kept(&acknowledged, place.path().join(&target)).await;
    }
    let acknowledged = writers.end().await;
    assert_eq!(server.terminate().0.code(), Some(0));
    assert_kept(&acknowledged, place.path().join("data/trade-status.db")).await;
}

#[test]
fn what_can_not_be_backed_up_is_told_with_a_way_on() {
    let place = Place::new();
    let missing = place.run(&["backup", "backup.db"], b"");
    assert_eq!(missing.code, Some(1));
    let said = "there is no store at data/trade-status.db";
    assert!(missing.notes.contains(said), "{}", missing.notes);
    assert!(!place.path().join("data").exists(), "nothing was begun");

    assert_eq!(place.run(&["import", "-"], b"").code, Some(0));
    assert_eq!(place.run(&["backup", "backup.db"], b"").code, Some(0));
    let again = place.run(&["backup", "backup.db"], b"");
    assert_eq!(again.code, Some(1));
    assert!(again.notes.contains("or replace it with --force"));
    let forced = place.run(&["backup", "--force", "backup.db"], b"");
    assert_eq!(forced.code, Some(0), "{}", forced.notes);
    assert!(forced.notes.contains("backup.db is a backup of 0 sessions"));
}

#[test]
fn a_table_is_backed_up_by_dynamodb_itself() {
    let place = Place::new();
    let words = ["backup", "--store", "dynamodb:sessions", "backup.db"];
    let refused = place.run(&words, b"");
    assert_eq!(refused.code, Some(1));
    for said in [
        "aws dynamodb update-continuous-backups --table-name sessions",
        "PointInTimeRecoveryEnabled=true",
        "aws dynamodb create-backup --table-name sessions",
    ] {
        assert!(refused.notes.contains(said), "{}", refused.notes);
    }
}
