//! What breaks, and what goes on all the same. Time is tokio's paused time.

use std::{sync::Arc, time::Duration};

use orchestrator::{Orchestrator, Phase, Settings, Verdict, stopper};
use status_model::{AgentName, AgentStatus, OverallStatus, Seconds, change::Change};

use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};

use crate::{
    common::{Table, document, read},
    fakes::{Act, Flaky, Scripted, Sink},
};

const FIRST_THREE: [AgentName; 3] = [PdfAdapter, TradeExtraction, TradeMatching];

#[tokio::test(start_paused = true)]
async fn a_panic_ends_as_a_failed_session() {
    let table = Arc::new(Table::default());
    let agents = Scripted::new([(TradeExtraction, Act::Panics)]);
    let orchestrator = Orchestrator::new(agents, Arc::clone(&table), Settings::default());
    let (_stopper, stop) = stopper();
    let document = document("well");
    let id = document.session_id.clone();
    let outcome = orchestrator.run(document, stop).await;

    let error = "The orchestrator broke off.".to_owned();
    assert_eq!(
        outcome.verdict,
        Verdict::Failed(TradeExtraction, error.clone())
    );
    let session = table.session(&id);
    assert_eq!(session.overall_status, OverallStatus::Failed);
    assert_eq!(
        session.agents[PdfAdapter].run.status,
        AgentStatus::Success,
        "what was done stays done"
    );
    let broken = &session.agents[TradeExtraction];
    for run in [&broken.run, &broken.attempts[0]] {
        assert_eq!(run.status, AgentStatus::Error);
        assert_eq!(run.error.as_ref(), Some(&error));
        assert_eq!(run.error_type.as_deref(), Some("OrchestratorPanicked"));
        assert!(run.completed_at >= run.started_at && run.started_at.is_some());
    }
    assert_eq!(
        session.agents[TradeMatching].run.status,
        AgentStatus::Skipped
    );
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_never_works_fails_no_workflow() {
    for act in [Sink::Loses, Sink::Panics] {
        let agents = Scripted::new([]);
        let sink = Flaky::new([], Some(act));
        let orchestrator = Orchestrator::new(Arc::clone(&agents), sink, Settings::default());
        let (_stopper, stop) = stopper();
        let outcome = orchestrator.run(document("well"), stop).await;
        assert_eq!(outcome.verdict, Verdict::Completed);
        assert_eq!(agents.asked(), FIRST_THREE);
        // The start, the last word on each agent, the end.
        assert_eq!(outcome.reports_lost, 6);
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_sink_loses_for_a_while_stands_there_in_the_end() {
    for act in [Sink::Loses, Sink::Panics] {
        for away in 1..9 {
            let sink = Flaky::new(vec![act; away], None);
            let agents = Scripted::new([]);
            let orchestrator = Orchestrator::new(agents, Arc::clone(&sink), Settings::default());
            let (_stopper, stop) = stopper();
            let document = document("well");
            let id = document.session_id.clone();
            let outcome = orchestrator.run(document, stop).await;
            assert_eq!(outcome.reports_lost, 0, "{away}");
            let session = sink.table.session(&id);
            assert_eq!(session.overall_status, OverallStatus::Completed, "{away}");
            let mut begun = None;
            for agent in FIRST_THREE {
                let run = &session.agents[agent].run;
                assert_eq!(run.status, AgentStatus::Success, "{away}: {agent}");
                assert_eq!(run.duration, Some(Seconds::from_secs(10)));
                assert!(run.started_at > begun);
                begun = run.started_at;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_ended_is_not_run_again() {
    let table = Arc::new(Table::default());
    let agents = Scripted::new([]);
    let orchestrator =
        Orchestrator::new(Arc::clone(&agents), Arc::clone(&table), Settings::default());
    let (_stopper, stop) = stopper();
    let line = r#"{"sessionId":"s","correlationId":"c","documentId":"1","sourceType":"BANK"}"#;
    let document = read(line).unwrap();
    let id = document.session_id.clone();
    orchestrator.run(document.clone(), stop.clone()).await;
    let before = table.session(&id);

    let again = orchestrator.run(document.clone(), stop.clone()).await;
    assert!(matches!(again.verdict, Verdict::Refused(_)), "{again:?}");
    let other = read(&line.replace("\"1\"", "\"2\"")).unwrap();
    let other = orchestrator.run(other, stop).await;
    assert_eq!(
        other.verdict,
        Verdict::Refused(
            "the session was started with another correlation id, document or source type"
                .to_owned()
        )
    );
    assert_eq!(agents.asked(), FIRST_THREE, "nobody was asked again");
    assert_eq!(table.session(&id), before);
}

#[tokio::test(start_paused = true)]
async fn a_refused_start_that_was_lost_at_first_keeps_the_other_session_clean() {
    let sink = Flaky::new([], None);
    let line = r#"{"sessionId":"s","correlationId":"c","documentId":"1","sourceType":"BANK"}"#;
    let other = read(&line.replace("\"1\"", "\"2\"")).unwrap();
    sink.table
        .write(&other.session_id, Change::Start(other.start()));
    let before = sink.table.session(&other.session_id);
    sink.acts.lock().unwrap().extend([Sink::Loses, Sink::Loses]);

    let orchestrator = Orchestrator::new(Scripted::new([]), Arc::clone(&sink), Settings::default());
    let (_stopper, stop) = stopper();
    let outcome = orchestrator.run(read(line).unwrap(), stop).await;
    // Its work was under way when the store came back, so it was finished.
    assert_eq!(outcome.verdict, Verdict::Completed);
    assert_eq!(sink.table.session(&other.session_id), before);
}

#[tokio::test(start_paused = true)]
async fn the_first_failure_is_the_one_that_is_told() {
    let fails = [TradeExtraction, ExceptionManagement].map(|agent| (agent, Act::Fails));
    let table = Arc::new(Table::default());
    let orchestrator = Orchestrator::new(Scripted::new(fails), table, Settings::default());
    let (_stopper, stop) = stopper();
    let outcome = orchestrator.run(document("well"), stop).await;
    assert_eq!(
        outcome.verdict,
        Verdict::Failed(TradeExtraction, "tradeExtraction failed".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_and_every_step_is_reported() {
    let table = Arc::new(Table::default());
    let agents = Scripted::new([(PdfAdapter, Act::Throttles(30))]);
    let orchestrator = Orchestrator::new(agents, Arc::clone(&table), Settings::default());
    let (_stopper, stop) = stopper();
    let document = document("well");
    let id = document.session_id.clone();
    orchestrator.run(document, stop).await;
    let pdf = &table.session(&id).agents[PdfAdapter];
    let [first, second] = &pdf.attempts[..] else {
        panic!("two tries, but {:?}", pdf.attempts);
    };
    let wait = second
        .started_at
        .unwrap()
        .since(first.completed_at.unwrap());
    assert_eq!(wait, Some(Seconds::from_secs(30)));
    assert_eq!(pdf.run.duration, Some(Seconds::from_secs(40)));
    assert_eq!(second.duration, Some(Seconds::from_secs(10)));

    let steps: Vec<(String, usize)> = table
        .updates(&id, PdfAdapter)
        .into_iter()
        .map(|update| (update.activity.unwrap(), update.attempts.unwrap().len()))
        .collect();
    let expected = [
        ("Extracting text from PDF document", 1),
        ("Waiting 30.0 s before attempt 2 of 3", 1),
        ("Extracting text from PDF document", 2),
        ("Text extraction complete", 2),
    ];
    assert_eq!(
        steps,
        expected.map(|(words, tries)| (words.to_owned(), tries))
    );
}

#[tokio::test(start_paused = true)]
async fn stopping_marks_what_is_running() {
    // In the middle of a try, and between two.
    for (act, error_of_try) in [
        (Act::Hangs, "The orchestrator was stopped."),
        (Act::Throttles(100), "HTTP 429"),
    ] {
        let table = Arc::new(Table::default());
        let agents = Scripted::new([(TradeExtraction, act)]);
        let orchestrator = Orchestrator::new(agents, Arc::clone(&table), Settings::default());
        let (stopper, stop) = stopper();
        let document = document("well");
        let id = document.session_id.clone();
        let (outcome, ()) = tokio::join!(orchestrator.run(document, stop), async {
            tokio::time::sleep(Duration::from_mins(1)).await;
            stopper.advance(Phase::Stopping);
        });
        let error = "The orchestrator was stopped.".to_owned();
        assert_eq!(
            outcome.verdict,
            Verdict::Failed(TradeExtraction, error.clone())
        );
        let session = table.session(&id);
        assert_eq!(session.overall_status, OverallStatus::Failed);
        let halted = &session.agents[TradeExtraction];
        assert_eq!(halted.run.status, AgentStatus::Error);
        assert_eq!(halted.run.error, Some(error));
        assert_eq!(
            halted.run.error_type.as_deref(),
            Some("OrchestratorStopped")
        );
        assert_eq!(halted.run.duration, Some(Seconds::from_secs(50)));
        assert_eq!(halted.attempts.len(), 1);
        assert_eq!(halted.attempts[0].status, AgentStatus::Error);
        assert_eq!(halted.attempts[0].error.as_deref(), Some(error_of_try));
    }
}

#[tokio::test(start_paused = true)]
async fn stopping_before_the_first_agent_is_told_too() {
    // While the session's start is being written, and while the first agent's is.
    for begun in [10, 40] {
        let sink = Flaky::new([Sink::Slow, Sink::Slow], None);
        let agents = Scripted::new([]);
        let orchestrator =
            Orchestrator::new(Arc::clone(&agents), Arc::clone(&sink), Settings::default());
        let (stopper, stop) = stopper();
        let document = document("well");
        let id = document.session_id.clone();
        let (outcome, ()) = tokio::join!(orchestrator.run(document, stop), async {
            tokio::time::sleep(Duration::from_secs(begun)).await;
            stopper.advance(Phase::Stopping);
        });
        let error = "The orchestrator was stopped.".to_owned();
        assert_eq!(outcome.verdict, Verdict::Failed(PdfAdapter, error.clone()));
        let session = sink.table.session(&id);
        assert_eq!(session.overall_status, OverallStatus::Failed);
        let first = &session.agents[PdfAdapter].run;
        assert_eq!(first.status, AgentStatus::Error);
        assert_eq!(first.error, Some(error));
        assert!(agents.asked().is_empty());
    }
}
