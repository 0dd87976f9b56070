//! Many documents: how many at a time, what is told, stopping.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use orchestrator::{
    Agents, Document, Event, Orchestrator, Phase, Settings, Summary, Verdict, agent,
    answer::{Answer, Success},
    stopper,
};
use status_model::AgentName;

use crate::common::{Table, impatient, orchestrator, read};

fn documents(scenarios: &[&str]) -> Vec<Document> {
    let numbered = scenarios.iter().enumerate().map(|(n, scenario)| {
        let line = format!(
            r#"{{"documentId": "FAB_{n}+{scenario}", "sourceType": "BANK", "sessionId": "s{n}"}}"#
        );
        read(&line).unwrap()
    });
    numbered.collect()
}

/// Agents that take ten seconds and count who is with them at the same time.
#[derive(Default)]
struct Busy {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Agents for Busy {
    async fn ask(&self, _: AgentName, _: &agent::Request<'_>) -> Answer {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(10)).await;
        self.now.fetch_sub(1, Ordering::SeqCst);
        Answer {
            result: Ok(Success::default()),
            token_usage: None,
            processing_time: None,
            simulated: true,
        }
    }
}

#[tokio::test]
async fn each_document_is_told_of_and_counted() {
    let (orchestrator, _) = orchestrator(None).await;
    let documents = documents(&[
        "well",
        "pdf-fails",
        "break",
        "matching-rejected",
        "throttled",
    ]);
    let (_stopper, stop) = stopper();
    let (mut started, mut ended) = (Vec::new(), Vec::new());
    let summary = orchestrator
        .run_all(stream::iter(documents), 2, stop, |event| match event {
            Event::Started(document) => started.push(document.session_id.to_string()),
            Event::Ended(outcome) => ended.push((
                outcome.session_id.to_string(),
                outcome.verdict == Verdict::Completed,
            )),
        })
        .await;
    assert_eq!(
        summary,
        Summary {
            completed: 3,
            failed: 2,
            ..Summary::default()
        }
    );
    assert_eq!(started, ["s0", "s1", "s2", "s3", "s4"]);
    ended.sort();
    let expected = [true, false, true, false, true];
    assert_eq!(ended, started.into_iter().zip(expected).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn so_many_run_at_a_time_and_no_more() {
    let agents = Arc::new(Busy::default());
    let orchestrator = Orchestrator::new(
        Arc::clone(&agents),
        Arc::new(Table::default()),
        Settings::default(),
    );
    let (_stopper, stop) = stopper();
    let documents = documents(&["well"; 10]);
    let summary = orchestrator
        .run_all(stream::iter(documents), 3, stop, |_| {})
        .await;
    assert_eq!(summary.completed, 10);
    assert_eq!(agents.most.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn draining_takes_no_more_and_lets_the_running_end() {
    let orchestrator = Orchestrator::new(
        Arc::new(Busy::default()),
        Arc::new(Table::default()),
        impatient(),
    );
    let (stopper, stop) = stopper();
    // The third never comes: as on a terminal where nobody types.
    let documents = stream::iter(documents(&["well"; 2])).chain(stream::pending());
    let mut ended = 0;
    let (summary, ()) = tokio::join!(
        orchestrator.run_all(documents, 5, stop, |event| {
            ended += usize::from(matches!(event, Event::Ended(_)));
        }),
        async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            stopper.advance(Phase::Draining);
        }
    );
    assert_eq!(
        summary,
        Summary {
            completed: 2,
            stopped: true,
            ..Summary::default()
        }
    );
    assert_eq!(ended, 2);
}

#[tokio::test(start_paused = true)]
async fn stopping_ends_the_running_too() {
    let orchestrator = Orchestrator::new(
        Arc::new(Busy::default()),
        Arc::new(Table::default()),
        impatient(),
    );
    let (stopper, stop) = stopper();
    let begun = tokio::time::Instant::now();
    let (summary, ()) = tokio::join!(
        orchestrator.run_all(stream::iter(documents(&["well"; 9])), 4, stop, |_| {}),
        async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            stopper.advance(Phase::Stopping);
        }
    );
    assert_eq!(
        summary,
        Summary {
            failed: 4,
            stopped: true,
            ..Summary::default()
        }
    );
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn the_same_document_twice_is_run_once() {
    let orchestrator = Orchestrator::new(
        Arc::new(Busy::default()),
        Arc::new(Table::default()),
        impatient(),
    );
    let (_stopper, stop) = stopper();
    let document = documents(&["well"]).remove(0);
    let summary = orchestrator
        .run_all(stream::iter([document.clone(), document]), 1, stop, |_| {})
        .await;
    assert_eq!((summary.completed, summary.refused), (1, 1));
}
