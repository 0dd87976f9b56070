//! An acknowledged write survives `kill -9`.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use futures_util::future::join_all;
use status_model::{AgentName::PdfAdapter, AgentStatus::InProgress, Session, change::AgentUpdate};
use status_store::{SqliteStore, StatusStore, update};

use crate::given::{id, now, report_as, start};

const KILLS: u64 = 12;
const SESSIONS: [&str; 4] = ["a", "b", "c", "d"];

/// Set where this program was started by the test, to write until it is killed.
const PATH: &str = "STATUS_STORE_TEST_KILLED_PATH";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_a_kill() {
    if let Ok(path) = env::var(PATH) {
        let store = SqliteStore::open(path).unwrap();
        join_all(SESSIONS.map(|name| write_for_ever(&store, name))).await;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store.db");
    let mut acknowledged = BTreeMap::new();
    for kill in 0..KILLS {
        // Somewhere within the run, each time elsewhere: within the first write, among many.
        write_until_killed(&path, kill * kill * 3, &mut acknowledged);
        let store = SqliteStore::open(&path).unwrap();
        for (name, version) in &acknowledged {
            let session = store.get(&id(name)).await.unwrap().unwrap();
            assert_stands(&session, *version);
        }
    }
    assert_eq!(acknowledged.len(), SESSIONS.len());
}

/// Says in the session which version it is, and on standard output which is acknowledged.
async fn write_for_ever(store: &SqliteStore, name: &str) {
    let (mut session, _) = update(store, &id(name), &start(), now()).await.unwrap();
    loop {
        let next = session.version.unwrap() + 1;
        let report = AgentUpdate {
            activity: Some(next.to_string()),
            ..AgentUpdate::new(InProgress)
        };
        let report = report_as(PdfAdapter, report);
        (session, _) = update(store, &id(name), &report, now()).await.unwrap();
        println!("acknowledged {name} {next}");
    }
}

/// Starts this program as a writer, and kills it once it has acknowledged that many writes.
fn write_until_killed(path: &Path, count: u64, acknowledged: &mut BTreeMap<String, u64>) {
    let mut writer = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::acknowledged_writes_survive_a_kill",
            "--nocapture",
        ])
        .env(PATH, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut note = |line: String| {
        let Some((name, version)) = line
            .strip_prefix("acknowledged ")
            .and_then(|line| line.split_once(' '))
        else {
            return 0;
        };
        acknowledged.insert(name.to_owned(), version.parse().unwrap());
        1
    };
    let mut seen = 0;
    while seen < count {
        seen += note(lines.next().expect("the writer writes on").unwrap());
    }
    writer.kill().unwrap();
    writer.wait().unwrap();
    // What it had still said before it died counts as well; a last line may be cut off.
    for line in lines.map_while(Result::ok) {
        note(line);
    }
}

/// Is it as its last acknowledged write left it, or as one that came behind it?
fn assert_stands(session: &Session, acknowledged: u64) {
    let version = session.version.unwrap();
    assert!(
        (acknowledged..=acknowledged + 1).contains(&version),
        "{}: acknowledged {acknowledged}, found {version}",
        session.session_id
    );
    let activity = session.agents[PdfAdapter].run.activity.as_deref();
    assert_eq!(activity, Some(version.to_string().as_str()));
}
