//! What was said to be kept survives `kill -9`, and is written once, whenever the kill comes.

use std::{
    collections::BTreeMap,
    env,
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    sync::Arc,
};

use futures_util::future::join_all;
use status_model::{
    AgentName::PdfAdapter,
    AgentStatus::{Error, InProgress},
    Session,
    change::{AgentUpdate, StartSession},
};
use status_store::{Outbox, Outcome, SqliteStore, StatusStore, StatusWriter};

use crate::{
    faulty::{Fault, FaultyStore},
    given::{id, now},
};

const SESSIONS: [&str; 4] = ["a", "b", "c", "d"];

/// Set where this program was started by the test.
const PATH: &str = "STATUS_STORE_TEST_OUTBOX_PATH";
/// And what it is to do there.
const ROLE: &str = "STATUS_STORE_TEST_OUTBOX_ROLE";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_survives_a_kill_and_is_written_once() {
    if let (Ok(path), Ok(role)) = (env::var(PATH), env::var(ROLE)) {
        let path = Path::new(&path);
        if role == "keep" {
            keep_for_ever(path).await;
        }
        write_all(path).await;
        return;
    }
    for kill in 0..4 {
        let directory = tempfile::tempdir().unwrap();
        let mut kept = BTreeMap::new();
        // Somewhere else each time. Twice, so that there is something to go on with.
        for part in 1..=2_usize {
            kill_after(directory.path(), "keep", part * (kill * 13 + 20), &mut kept);
        }
        assert_eq!(kept.len(), SESSIONS.len());
        // Now the store is back, and who writes what waits dies again and again.
        let write = |_| {
            kill_after(
                directory.path(),
                "write",
                3 + kill * 5,
                &mut BTreeMap::new(),
            )
        };
        assert!((0..200).any(write), "it gets on, however often it dies");

        let store = SqliteStore::open(directory.path().join("store.db")).unwrap();
        for (name, round) in kept {
            let session = store.get(&id(&name)).await.unwrap().unwrap();
            assert_stands(&session, round);
        }
    }
}

fn outbox(path: &Path) -> Outbox {
    Outbox::open(&path.join("outbox"), "test")
}

/// Reports tries that fail, one after the other, to a store that is away. Says on standard output
/// which report is kept.
async fn keep_for_ever(path: &Path) {
    let store = Arc::new(FaultyStore::new([], Fault::MissingTable));
    let writer = StatusWriter::new(store, now, || 0.5).with_outbox(outbox(path));
    let rounds = path.join("rounds");
    std::fs::create_dir_all(&rounds).unwrap();
    join_all(SESSIONS.map(async |name| {
        let session = id(name);
        let kept = writer.initialize_status(&session, StartSession::default());
        assert_eq!(kept.await, Outcome::Kept);
        // A report may have been kept of which nobody has heard: it is made once more.
        let said = rounds.join(name);
        let first = std::fs::read_to_string(&said).map_or(1, |text| text.parse().unwrap());
        for round in first.. {
            let new = said.with_extension("new");
            std::fs::write(&new, round.to_string()).unwrap();
            std::fs::rename(&new, &said).unwrap();
            let report = AgentUpdate {
                activity: Some(round.to_string()),
                ..AgentUpdate::new(if round % 2 == 1 { InProgress } else { Error })
            };
            let kept = writer.update_agent_status(&session, PdfAdapter, report);
            assert_eq!(kept.await, Outcome::Kept);
            println!("report {name} {round}");
        }
    }))
    .await;
}

/// Writes what waits; says each time how much is left.
async fn write_all(path: &Path) {
    let store = Arc::new(SqliteStore::open(path.join("store.db")).unwrap());
    let writer = StatusWriter::new(store, now, || 0.5).with_outbox(outbox(path));
    let mut len = writer.outbox().unwrap().watch();
    loop {
        let left = *len.borrow_and_update();
        println!("report left {left}");
        if left == 0 {
            return;
        }
        len.changed().await.unwrap();
    }
}

/// Kills this program in this role after so many lines, and notes what it has said. Has it come to
/// its end before?
fn kill_after(path: &Path, role: &str, lines: usize, said: &mut BTreeMap<String, u64>) -> bool {
    let (mut child, mut output) = child(path, role);
    let mut seen = 0;
    let has_ended = loop {
        if seen == lines {
            break false;
        }
        let Some(line) = output.next() else {
            break true;
        };
        seen += usize::from(note(&line.unwrap(), said));
    };
    if has_ended {
        assert!(child.wait().unwrap().success());
        return true;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had still said before it died counts as well; a last line may be cut off.
    for line in output.map_while(Result::ok) {
        note(&line, said);
    }
    false
}

fn note(line: &str, said: &mut BTreeMap<String, u64>) -> bool {
    let Some((name, number)) = line
        .strip_prefix("report ")
        .and_then(|line| line.split_once(' '))
    else {
        return false;
    };
    said.insert(name.to_owned(), number.parse().unwrap());
    true
}

fn child(path: &Path, role: &str) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "outbox_killed::what_is_kept_survives_a_kill_and_is_written_once",
            "--nocapture",
        ])
        .env(PATH, path)
        .env(ROLE, role)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, output)
}

/// Is it as its last kept report left it, or one that came behind it? A report that was written
/// twice, or not in its order, would show as a try that never was.
fn assert_stands(session: &Session, kept: u64) {
    let agent = &session.agents[PdfAdapter];
    let round: u64 = agent.run.activity.as_ref().unwrap().parse().unwrap();
    let name = &session.session_id;
    assert!(
        (kept..=kept + 1).contains(&round),
        "{name}: {kept}, {round}"
    );
    assert_eq!(agent.attempts.len() as u64, round.div_ceil(2), "{name}");
    for (number, attempt) in (1..).zip(&agent.attempts) {
        let last_round = (2 * number).min(round);
        assert_eq!(attempt.activity, Some(last_round.to_string()), "{name}");
    }
}
