//! Sessions and broken items of every kind.

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};
use serde_json::{Map, Number, Value};
use status_model::{
    Agent, AgentName, AgentStatus, MatchClassification, OverallStatus, Run, Seconds, Session,
    SourceType, SubStep, Timestamp, TokenUsage,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
    truth,
};

const AGENT_STATUSES: [&str; 9] = [
    "pending",
    "loading",
    "in-progress",
    "success",
    "error",
    "skipped",
    "warning",
    "stopped",
    "flying",
];
const OVERALL_STATUSES: [&str; 6] = [
    "initializing",
    "processing",
    "completed",
    "failed",
    "pending",
    "",
];
/// Everything that is known at some place of an item or of an answer.
const KNOWN: [&str; 42] = [
    "sessionId",
    "processing_id",
    "correlationId",
    "documentId",
    "sourceType",
    "overallStatus",
    "agents",
    "pdfAdapter",
    "tradeExtraction",
    "tradeMatching",
    "exceptionManagement",
    "totalTokenUsage",
    "totalDuration",
    "createdAt",
    "lastUpdated",
    "expiresAt",
    "ttl",
    "version",
    "unreadable",
    "warnings",
    "status",
    "activity",
    "title",
    "startedAt",
    "completedAt",
    "duration",
    "tokenUsage",
    "inputTokens",
    "outputTokens",
    "totalTokens",
    "error",
    "errorType",
    "attempts",
    "subSteps",
    "matchClassification",
    "confidenceScore",
    "partial",
    "current",
    "agent",
    "attempt",
    "message",
    "median",
];

fn any_text() -> impl Strategy<Value = String> {
    ".{0,8}"
}

fn any_id() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_:@-][A-Za-z0-9._:@-]{0,20}"
}

/// The years 0 to 9999.
fn any_timestamp() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(|n| Timestamp::from_unix_millis(n % 300_000_000_000_000))
}

fn any_seconds() -> impl Strategy<Value = Seconds> {
    any::<u64>().prop_map(|n| Seconds::from_millis(n % 2_000_000_000_000_000))
}

fn any_usage() -> impl Strategy<Value = TokenUsage> {
    let count = prop_oneof![Just(0), 0..100_000_u64, any::<u64>()];
    (count.clone(), count).prop_map(|(input, output)| TokenUsage { input, output })
}

fn any_status() -> impl Strategy<Value = AgentStatus> {
    select(AGENT_STATUSES.to_vec()).prop_map(|word| AgentStatus::from(word.to_owned()))
}

fn any_run() -> impl Strategy<Value = Run> {
    let times = (
        option::of(any_timestamp()),
        option::of(any_timestamp()),
        option::of(any_seconds()),
    );
    let texts = (
        option::of(any_text()),
        option::of(any_text()),
        option::of(any_text()),
    );
    (any_status(), times, texts, option::of(any_usage())).prop_map(
        |(status, (started_at, completed_at, duration), (activity, error, error_type), usage)| {
            Run {
                status,
                activity,
                started_at,
                completed_at,
                duration,
                token_usage: usage,
                error,
                error_type,
            }
        },
    )
}

fn any_sub_step() -> impl Strategy<Value = SubStep> {
    let times = (option::of(any_timestamp()), option::of(any_timestamp()));
    (any_status(), option::of(any_text()), times).prop_map(
        |(status, activity, (started_at, completed_at))| SubStep {
            status,
            activity,
            started_at,
            completed_at,
        },
    )
}

fn any_number() -> impl Strategy<Value = Value> {
    let float = prop::num::f64::NORMAL.prop_filter_map("finite", Number::from_f64);
    prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        float.prop_map(Value::Number),
    ]
}

/// JSON of any shape.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any_number(),
        any_text().prop_map(Value::from),
        any_timestamp().prop_map(|time| Value::from(time.to_string())),
        any_id().prop_map(Value::from),
    ];
    let key = prop_oneof![select(KNOWN.to_vec()).prop_map(str::to_owned), any_text()];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            btree_map(key.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Attributes that nobody knows.
fn any_extra() -> impl Strategy<Value = Map<String, Value>> {
    let key = any_text().prop_filter("unknown", |key| !KNOWN.contains(&key.as_str()));
    btree_map(key, any_json(), 0..3).prop_map(|map| map.into_iter().collect())
}

fn any_agent() -> impl Strategy<Value = Agent> {
    let classification = select(vec!["MATCHED", "PROBABLE_MATCH", "BREAK", "UNHEARD_OF"])
        .prop_map(|word| MatchClassification::from(word.to_owned()));
    (
        any_run(),
        vec(any_run(), 0..3),
        vec(any_sub_step(), 0..3),
        option::of(classification),
        option::of(prop::num::f64::NORMAL),
        any_extra(),
    )
        .prop_map(
            |(run, attempts, sub_steps, match_classification, score, extra)| Agent {
                run,
                attempts,
                sub_steps,
                match_classification,
                confidence_score: score,
                extra,
            },
        )
}

/// A session as reading or changing leaves it.
pub fn any_session() -> impl Strategy<Value = Session> {
    let ids = (any_id(), option::of(any_text()), option::of(any_text()));
    let source_type = option::of(select(vec!["BANK", "COUNTERPARTY", "BROKER"]));
    let times = (option::of(any_timestamp()), option::of(any_timestamp()));
    let numbers = (
        option::of(any_seconds()),
        option::of(any::<i64>()),
        option::of(any::<u64>()),
    );
    (
        (ids, source_type, select(OVERALL_STATUSES.to_vec())),
        vec(any_agent(), 4),
        (times, numbers),
        vec(any_text(), 0..3),
        any_extra(),
    )
        .prop_map(
            |(identity, agents, (times, numbers), mut unreadable, extra)| {
                let ((id, correlation_id, document_id), source_type, status) = identity;
                let mut session = Session::new(id.parse().unwrap());
                session.correlation_id = correlation_id;
                session.document_id = document_id;
                session.source_type = source_type.map(|word| SourceType::from(word.to_owned()));
                session.overall_status = OverallStatus::from(status.to_owned());
                for (name, agent) in AgentName::ALL.into_iter().zip(agents) {
                    session.agents[name] = agent;
                }
                (session.created_at, session.last_updated) = times;
                (session.total_duration, session.expires_at, session.version) = numbers;
                unreadable.sort_unstable();
                unreadable.dedup();
                session.unreadable = unreadable;
                session.extra = extra;
                truth::settle(&mut session);
                session
            },
        )
}

pub fn any_update() -> impl Strategy<Value = AgentUpdate> {
    (
        any_run(),
        option::of(vec(any_run(), 0..3)),
        option::of(vec(any_sub_step(), 0..3)),
    )
        .prop_map(|(run, attempts, sub_steps)| AgentUpdate {
            status: run.status,
            activity: run.activity,
            started_at: run.started_at,
            completed_at: run.completed_at,
            duration: run.duration,
            token_usage: run.token_usage,
            error: run.error,
            error_type: run.error_type,
            attempts,
            sub_steps,
            match_classification: None,
            confidence_score: None,
        })
}

/// Anything that a writer may want done.
pub fn any_change() -> impl Strategy<Value = Change> {
    let texts = (option::of(any_text()), option::of(any_text()));
    let source_type = option::of(select(vec!["BANK", "COUNTERPARTY", "BROKER"]));
    let start = (texts, source_type).prop_map(|((correlation_id, document_id), source_type)| {
        Change::Start(StartSession {
            correlation_id,
            document_id,
            source_type: source_type.map(|word| SourceType::from(word.to_owned())),
        })
    });
    let classification = option::of(select(vec!["MATCHED", "BREAK", "UNHEARD_OF"]));
    let score = option::of(0.0..=100.0);
    let report = (
        select(AgentName::ALL.to_vec()),
        any_update(),
        classification,
        score,
    )
        .prop_map(|(agent, mut update, classification, score)| {
            update.match_classification =
                classification.map(|word| MatchClassification::from(word.to_owned()));
            update.confidence_score = score;
            Change::Report(agent, Box::new(update))
        })
        .boxed();
    let end = select(vec![FinalStatus::Completed, FinalStatus::Failed]).prop_map(Change::Finalize);
    let together = vec(prop_oneof![report.clone(), end.clone()], 0..3).prop_map(Change::Together);
    prop_oneof![start, report, end, together]
}

/// An object with an id, and anything at all at the places where something is expected.
pub fn any_item() -> impl Strategy<Value = Value> {
    let garbage = || btree_map(select(KNOWN.to_vec()), any_json(), 0..12);
    let agents = btree_map(
        select(AgentName::ALL.map(AgentName::as_str).to_vec()),
        garbage(),
        0..4,
    );
    (any_id(), garbage(), agents, any::<bool>()).prop_map(|(id, session, agents, is_api)| {
        let mut item: Map<String, Value> = owned(session);
        let agents = agents.into_iter().map(|(name, agent)| {
            let agent = Value::Object(owned(agent));
            (name.to_owned(), agent)
        });
        if is_api {
            item.insert("agents".to_owned(), agents.collect());
        } else {
            item.extend(agents);
        }
        item.insert("sessionId".to_owned(), id.into());
        Value::Object(item)
    })
}

/// An item whose attributes are typed, or nearly so.
pub fn any_typed_item() -> impl Strategy<Value = Value> {
    let kinds = vec![
        "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M", "X",
    ];
    let typed = (select(kinds), any_json())
        .prop_map(|(kind, value)| Value::Object(Map::from_iter([(kind.to_owned(), value)])));
    let attribute = prop_oneof![typed, any_json()];
    (any_id(), btree_map(select(KNOWN.to_vec()), attribute, 0..6)).prop_map(|(id, item)| {
        let mut item = owned(item);
        item.insert("sessionId".to_owned(), serde_json::json!({ "S": id }));
        Value::Object(item)
    })
}

fn owned(map: std::collections::BTreeMap<&str, Value>) -> Map<String, Value> {
    map.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}
