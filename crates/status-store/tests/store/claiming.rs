//! One server at a time has a file.

use std::fs;

use status_store::{OpenError, SqliteStore, sqlite::Claim};

#[test]
fn a_file_is_claimed_once_under_whatever_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("data").join("store.db");
    let first = Claim::take(&path).unwrap();
    SqliteStore::open(&path).unwrap();
    let link = directory.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let dotted = directory.path().join("data/../data/store.db");
    for name in [&path, &link, &dotted] {
        let refused = Claim::take(name).unwrap_err();
        assert!(matches!(refused, OpenError::Served { .. }), "{refused:?}");
        let text = refused.to_string();
        let holder = format!("process {}", std::process::id());
        for said in [name.to_str().unwrap(), &holder, "name another file"] {
            assert!(text.contains(said), "{text}");
        }
    }
    drop(first);
    Claim::take(&link).unwrap();
}

#[test]
fn a_claim_hinders_nobody_who_reads_or_writes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let _claim = Claim::take(&path).unwrap();
    SqliteStore::open(&path).unwrap();
}

#[test]
fn what_an_ended_server_left_is_no_claim() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    fs::write(directory.path().join("store.db.lock"), "1").unwrap();
    Claim::take(&path).unwrap();
}

#[test]
fn a_file_that_can_not_be_claimed_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("store.db.lock")).unwrap();
    let refused = Claim::take(directory.path().join("store.db")).unwrap_err();
    assert!(matches!(refused, OpenError::Lock { .. }), "{refused:?}");
}
