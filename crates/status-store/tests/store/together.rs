//! Many writers of one session lose nothing of each other.

use std::{collections::BTreeSet, env, process::Command, sync::Arc};

use futures_util::future::join_all;
use status_model::{
    AgentName,
    AgentStatus::InProgress,
    SubStep,
    change::{AgentUpdate, Effect, Refusal},
};
use status_store::{StatusStore, UpdateError, update};

use crate::{
    backend::{self, Place},
    given::{COMPLETED, NOW, change, get, id, now, report_as, start, store},
};

const ROUNDS: u64 = 25;

/// Two writers an agent: one tells what it does, the other lists its steps.
fn report_of(writer: usize, round: u64) -> (AgentName, AgentUpdate) {
    let mut update = AgentUpdate::new(InProgress);
    if writer < 4 {
        update.activity = Some(format!("round {round}"));
    } else {
        update.sub_steps = Some(steps(round));
    }
    (AgentName::ALL[writer % 4], update)
}

fn steps(round: u64) -> Vec<SubStep> {
    let step = |round| SubStep {
        activity: Some(format!("step {round}")),
        ..SubStep::default()
    };
    (1..=round).map(step).collect()
}

/// Every round of one writer; answers the versions that it wrote.
async fn write(store: &dyn StatusStore, writer: usize) -> Vec<u64> {
    let mut versions = Vec::new();
    for round in 1..=ROUNDS {
        let (agent, report) = report_of(writer, round);
        let report = report_as(agent, report);
        let (after, effect) = update(store, &id("s"), &report, now()).await.unwrap();
        assert_eq!(effect, Effect::Changed);
        versions.extend(after.version);
    }
    versions
}

/// Everybody's last word is there, and no version is missing or was given twice.
async fn assert_nothing_is_lost(place: &Place, mut versions: Vec<u64>) {
    versions.sort_unstable();
    let session = get(&backend::open(&place.name()).await, "s").await;
    for (_, agent) in session.agents.iter() {
        assert_eq!(agent.run.activity, Some(format!("round {ROUNDS}")));
        assert_eq!(agent.sub_steps, steps(ROUNDS));
    }
    let last = 1 + 8 * ROUNDS;
    assert_eq!(versions, (2..=last).collect::<Vec<_>>());
    assert_eq!(session.version, Some(last));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_over_four_handles_lose_nothing() {
    let place = Place::new().await;
    let name = place.name();
    let open = || async { Arc::new(backend::open(&name).await) };
    let handles = [open().await, open().await, open().await, open().await];
    change(handles[0].as_ref(), "s", &start(), NOW)
        .await
        .unwrap();

    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let store = Arc::clone(&handles[writer / 2]);
            tokio::spawn(async move { write(store.as_ref(), writer).await })
        })
        .collect();
    let mut versions = Vec::new();
    for writer in writers {
        versions.extend(writer.await.unwrap());
    }
    assert_nothing_is_lost(&place, versions).await;
}

/// Set where this program was started by the test below, to be one of its writers.
const WRITER: &str = "STATUS_STORE_TEST_WRITER";
const PLACE: &str = "STATUS_STORE_TEST_PLACE";

#[tokio::test]
async fn eight_processes_lose_nothing() {
    if let (Ok(writer), Ok(name)) = (env::var(WRITER), env::var(PLACE)) {
        let store = backend::open(&name).await;
        for version in write(&store, writer.parse().unwrap()).await {
            println!("version {version}");
        }
        return;
    }
    let (store, place) = store().await;
    change(&store, "s", &start(), NOW).await.unwrap();

    let writers: Vec<_> = (0..8)
        .map(|writer| {
            Command::new(env::current_exe().unwrap())
                .args([
                    "--exact",
                    "together::eight_processes_lose_nothing",
                    "--nocapture",
                ])
                .env(WRITER, writer.to_string())
                .env(PLACE, place.name())
                .stdout(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut versions = Vec::new();
    for writer in writers {
        let output = writer.wait_with_output().unwrap();
        assert!(output.status.success());
        let lines = String::from_utf8(output.stdout).unwrap();
        let written = lines
            .lines()
            .filter_map(|line| line.strip_prefix("version "));
        versions.extend(written.map(|version| version.parse::<u64>().unwrap()));
    }
    assert_nothing_is_lost(&place, versions).await;
}

#[tokio::test]
async fn of_many_that_end_a_session_one_does_and_nobody_reopens_it() {
    let (store, _place) = store().await;
    change(&store, "s", &start(), NOW).await.unwrap();
    let (agent, late) = report_of(0, 1);
    let late = report_as(agent, late);
    let ends = (0..8).map(|_| change(&store, "s", &COMPLETED, NOW));
    let ends = join_all(ends).await;
    let effects: Vec<_> = ends.into_iter().map(Result::unwrap).collect();
    let ended = effects.iter().filter(|e| **e == Effect::Changed).count();
    assert_eq!((ended, effects.len()), (1, 8));

    let late = join_all((0..8).map(|_| change(&store, "s", &late, NOW))).await;
    let refusals: BTreeSet<_> = late.iter().map(|late| format!("{late:?}")).collect();
    let refused: Result<Effect, _> = Err(UpdateError::Refused(Refusal::SessionIsFinal));
    assert_eq!(refusals, BTreeSet::from([format!("{refused:?}")]));
    assert_eq!(get(&store, "s").await.version, Some(2));
}
