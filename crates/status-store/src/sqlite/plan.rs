//! Every statement finds what it needs through an index, however large the table.

use std::sync::Mutex;

use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};
use status_model::{OverallStatus, Seconds, Session, SourceType, Timestamp};

use super::{
    connection,
    damage::Damage,
    listing, overview,
    read::{self, Reader},
    row::Row,
    write::{
        Replaces,
        statements::{self, Statements},
    },
};
use crate::{Cursor, ListQuery};

/// What the connection has run.
static RUN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(event: TraceEvent) {
    if let TraceEvent::Stmt(statement, _) = event {
        RUN.lock()
            .unwrap()
            .push(statement.expanded_sql().unwrap_or_default());
    }
}

fn sessions(now: Timestamp) -> Vec<Session> {
    (0_u64..3_000)
        .map(|n| {
            let mut session = Session::new(format!("session-{n}").parse().unwrap());
            session.created_at = Some(now.before(Seconds::from_secs(n)));
            session.document_id = Some(format!("FAB_{n}"));
            session.correlation_id = Some(format!("corr_{n}"));
            session.source_type = Some(match n % 2 {
                0 => SourceType::Bank,
                _ => SourceType::Counterparty,
            });
            session.overall_status = match n % 3 {
                0 => OverallStatus::Completed,
                1 => OverallStatus::Failed,
                _ => OverallStatus::Processing,
            };
            session.last_updated = session.created_at;
            session.expires_at = Some(now.unix_seconds() + 1);
            session
        })
        .collect()
}

/// Each call of the store that has a statement of its own, with every combination of filters.
fn call_everything(connection: &Connection, sessions: &[Session], now: Timestamp) {
    let damage = Damage::default();
    let reader = Reader::new(connection, &damage);
    let session = &sessions[0];
    for status in [None, Some(OverallStatus::Failed)] {
        for source_type in [None, Some(SourceType::Bank)] {
            for starts_with in [None, Some("session-29"), Some("session-"), Some("FAB_2999")] {
                for after in [None, Some(&sessions[10])] {
                    let query = ListQuery {
                        status: status.clone(),
                        source_type: source_type.clone(),
                        starts_with: starts_with.map(str::to_owned),
                        after: after.map(|session| Cursor {
                            time: session.sort_time(),
                            session_id: session.session_id.clone(),
                        }),
                        ..ListQuery::default()
                    };
                    listing::page(&reader, &query, now).unwrap();
                }
            }
        }
    }
    overview::overview(&reader, now).unwrap();
    overview::usual_durations(&reader, now).unwrap();
    overview::matching_counts(&reader, now.before(Seconds::from_secs(60)), now).unwrap();
    read::probe(&reader).unwrap();
    assert!(reader.get(&session.session_id).unwrap().is_some());

    let statements = Statements::default();
    let row = Row::try_from(session).unwrap();
    statements
        .commit(connection, &row, Replaces::Version(None))
        .unwrap();
    statements.put(connection, &row).unwrap();
    statements::purge(connection, now.unix_seconds(), 10).unwrap();
}

#[test]
fn no_statement_walks_the_table_or_sorts_it() {
    let directory = tempfile::tempdir().unwrap();
    let connection = connection::open(&directory.path().join("store.db")).unwrap();
    let now = Timestamp::from_unix_millis(1_795_000_000_000);
    let sessions = sessions(now);
    let statements = Statements::default();
    let transaction = connection.unchecked_transaction().unwrap();
    for session in &sessions {
        let row = Row::try_from(session).unwrap();
        assert!(
            statements
                .commit(&transaction, &row, Replaces::Nothing)
                .unwrap()
        );
    }
    transaction.commit().unwrap();

    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note));
    call_everything(&connection, &sessions, now);
    connection.trace_v2(TraceEventCodes::empty(), None);

    let mut run = std::mem::take(&mut *RUN.lock().unwrap());
    run.retain(|sql| !sql.starts_with("BEGIN") && !sql.starts_with("ROLLBACK"));
    run.sort();
    run.dedup();
    assert!(run.len() > 50, "{run:#?}");
    for sql in run {
        for step in plan(&connection, &sql) {
            assert!(is_bounded(&step), "{step}\n{sql}");
        }
    }
}

fn plan(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let steps = statement.query_map([], |row| row.get(3)).unwrap();
    steps.collect::<Result<_, _>>().unwrap()
}

/// A search in an index, or the list of rows that one such search has found.
fn is_bounded(step: &str) -> bool {
    step.starts_with("SEARCH session USING ") || step == "LIST SUBQUERY 1"
}
