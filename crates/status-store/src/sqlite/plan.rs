//! Every statement finds what it needs through an index, however large the table.

use std::sync::Mutex;

use rusqlite::{
    Connection,
    trace::{TraceEvent, TraceEventCodes},
};
use status_model::{OverallStatus, Seconds, Session, SourceType, Timestamp};

use super::{
    connection, listing, overview,
    read::{self, Reader},
    row::Row,
    write::{
        Replaces,
        statements::{self, Statements},
    },
};
use crate::{Cursor, ListQuery, damage::Damage};

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

/// Every combination of filters, at the start of the listing and further on.
fn queries(sessions: &[Session]) -> Vec<ListQuery> {
    let words = [
        OverallStatus::Failed,
        OverallStatus::Processing,
        OverallStatus::Completed,
        OverallStatus::Initializing,
        OverallStatus::Other("pending".to_owned()),
    ];
    let times =
        [None, Some(50), Some(2_000)].map(|n| n.and_then(|n: usize| sessions[n].sort_time()));
    let mut queries = vec![ListQuery::default()];
    let mut each = |vary: &dyn Fn(&ListQuery) -> Vec<ListQuery>| {
        queries = queries.iter().flat_map(vary).collect();
    };
    each(&|query| {
        let statuses = [0, 1, 2, 3, 5].map(|n| words[..n].iter().cloned().collect());
        statuses
            .map(|statuses| ListQuery {
                statuses,
                ..query.clone()
            })
            .into()
    });
    each(&|query| {
        let sources = [None, Some(SourceType::Bank)];
        sources
            .map(|source_type| ListQuery {
                source_type,
                ..query.clone()
            })
            .into()
    });
    each(&|query| {
        let texts = [None, Some("session-29"), Some("session-"), Some("FAB_2999")];
        let texts = texts.map(|text| text.map(str::to_owned));
        texts
            .map(|starts_with| ListQuery {
                starts_with,
                ..query.clone()
            })
            .into()
    });
    each(&|query| {
        times
            .map(|since| ListQuery {
                since,
                ..query.clone()
            })
            .into()
    });
    each(&|query| {
        times
            .map(|until| ListQuery {
                until,
                ..query.clone()
            })
            .into()
    });
    each(&|query| {
        let after = [None, Some(&sessions[10])].map(|session| {
            session.map(|session| Cursor {
                time: session.sort_time(),
                session_id: session.session_id.clone(),
            })
        });
        after
            .map(|after| ListQuery {
                after,
                ..query.clone()
            })
            .into()
    });
    queries
}

/// Each call of the store that has a statement of its own, with every combination of filters.
fn call_everything(connection: &Connection, sessions: &[Session], now: Timestamp) {
    let damage = Damage::default();
    let reader = Reader::new(connection, &damage);
    let session = &sessions[0];
    for query in queries(sessions) {
        listing::page(&reader, &query, now).unwrap();
    }
    for source in [None, Some(&SourceType::Bank)] {
        overview::overview(&reader, source, now).unwrap();
    }
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
            // A walk ends where the range of times does.
            let is_walk = step.contains("(sort_time,id)<(?,?)");
            assert!(!is_walk || step.contains("sort_time>?"), "{step}\n{sql}");
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

/// A search in an index, the list of rows that one such search has found, or several searches
/// that are merged as they go.
fn is_bounded(step: &str) -> bool {
    step.starts_with("SEARCH session USING ")
        || ["LIST SUBQUERY 1", "MERGE (UNION ALL)", "LEFT", "RIGHT"].contains(&step)
}
