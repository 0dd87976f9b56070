//! Files to take along: what is in them is what the API says, and none of them looks complete
//! unless it is.

use std::sync::Arc;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use status_model::{
    AgentName, AgentStatus, OverallStatus, Run, Session, TokenUsage, item, read, truth,
};
use status_server::api::Policy;
use status_store::StoreError;

use crate::support::{Server, TestStore, json, problem, started};

const FIXTURES: [&str; 4] = [
    include_str!("../../../status-model/tests/fixtures/item_tracker_completed.json"),
    include_str!("../../../status-model/tests/fixtures/item_tracker_pdf_failed.json"),
    include_str!("../../../status-model/tests/fixtures/item_writer_completed.json"),
    include_str!("../../../status-model/tests/fixtures/legacy_api_status_processing.json"),
];

const fn usage(input: u64, output: u64) -> TokenUsage {
    TokenUsage { input, output }
}

/// A session whose PDF adapter succeeded at its third try, and whose extraction has not reported.
fn retried() -> Session {
    let attempt = |status: AgentStatus, token_usage| Run {
        error: (status == AgentStatus::Error).then(|| "HTTP 429\nslow down, \"please\"".to_owned()),
        status,
        token_usage,
        ..Run::default()
    };
    let mut session = started("retried");
    session.overall_status = OverallStatus::Failed;
    let pdf = &mut session.agents[AgentName::PdfAdapter];
    pdf.run.status = AgentStatus::Success;
    pdf.attempts = vec![
        attempt(AgentStatus::Error, Some(usage(100, 10))),
        attempt(AgentStatus::Error, None),
        attempt(AgentStatus::Success, Some(usage(20, 2))),
    ];
    let extraction = &mut session.agents[AgentName::TradeExtraction];
    extraction.run = attempt(AgentStatus::Error, None);
    truth::settle(&mut session);
    session
}

fn sessions() -> Vec<Session> {
    let fixtures = FIXTURES.map(|text| {
        let value: Value = serde_json::from_str(text).unwrap();
        item::from_typed(&value)
            .or_else(|_| read::session(&value))
            .unwrap()
    });
    let new = started("new");
    fixtures.into_iter().chain([retried(), new]).collect()
}

async fn server_with(sessions: &[Session]) -> Server {
    let store = Arc::new(TestStore::default());
    for session in sessions {
        store.put(session);
    }
    Server::with(store, Policy::default()).await
}

/// A file of CSV, each line by the names of its columns.
struct Table(Vec<std::collections::HashMap<String, String>>);

impl Table {
    async fn of(response: Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        let text = response.text().await.unwrap();
        Self::read(&text)
    }

    fn read(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        Self(reader.deserialize().collect::<Result<_, _>>().unwrap())
    }

    fn lines(&self, level: &str) -> Vec<&std::collections::HashMap<String, String>> {
        let lines = self.0.iter();
        lines.filter(|line| line["level"] == level).collect()
    }
}

/// A number in a cell; nothing where it is empty.
fn number(cell: &str) -> Option<u64> {
    (!cell.is_empty()).then(|| cell.parse().unwrap())
}

const TOKENS: [&str; 3] = ["inputTokens", "outputTokens", "totalTokens"];

#[tokio::test]
async fn the_json_of_a_session_is_its_status() {
    let sessions = sessions();
    let server = server_with(&sessions).await;
    for session in &sessions {
        let path = |call: &str| format!("/api/workflow/{}/{call}", session.session_id);
        let status = json(server.get(&path("status")).send().await.unwrap()).await;
        for query in ["export", "export?format=json"] {
            let file = server.get(&path(query)).send().await.unwrap();
            let text = file.text().await.unwrap();
            assert!(
                text.starts_with("{\n  \"sessionId\": "),
                "for people: {text}"
            );
            let file: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(file, status);
        }
    }
}

#[tokio::test]
async fn the_agents_lines_sum_to_the_sessions_line_which_is_what_the_api_says() {
    let sessions = sessions();
    let server = server_with(&sessions).await;
    for session in &sessions {
        let id = &session.session_id;
        let path = format!("/api/workflow/{id}/status");
        let status = json(server.get(&path).send().await.unwrap()).await;
        let path = format!("/api/workflow/{id}/export?format=csv");
        let table = Table::of(server.get(&path).send().await.unwrap()).await;

        let [total] = table.lines("session")[..] else {
            panic!("one line of the session");
        };
        assert_eq!(total["status"], status["overallStatus"].as_str().unwrap());
        assert_eq!(table.lines("agent").len(), 4);
        let says = &status["totalTokenUsage"];
        assert_eq!(total["tokensPartial"], says["partial"].to_string());
        for tokens in TOKENS {
            let agents = table.lines("agent").into_iter();
            let reported: Vec<_> = agents.filter_map(|line| number(&line[tokens])).collect();
            let sum = (!reported.is_empty()).then(|| reported.iter().sum::<u64>());
            assert_eq!(number(&total[tokens]), sum, "{id}: {tokens}");
            assert_eq!(says[tokens], sum.unwrap_or_default(), "{id}: {tokens}");
        }
        for line in table.lines("agent") {
            let agent = &status["agents"][&line["agent"]];
            assert_eq!(line["status"], agent["status"].as_str().unwrap());
            for (column, known) in [
                ("startedAt", &agent["startedAt"]),
                ("completedAt", &agent["completedAt"]),
                ("error", &agent["error"]),
            ] {
                assert_eq!(
                    line[column],
                    known.as_str().unwrap_or_default(),
                    "{id}: {column}"
                );
            }
            let seconds = agent["duration"].as_f64();
            assert_eq!(line["durationSeconds"].parse().ok(), seconds, "{id}");
        }
    }
}

#[tokio::test]
async fn every_attempt_has_a_line_and_what_is_unknown_is_empty() {
    let server = server_with(&[retried()]).await;
    let path = "/api/workflow/retried/export?format=csv";
    let table = Table::of(server.get(path).send().await.unwrap()).await;
    let of = |level: &str, column: &str| -> Vec<String> {
        let lines = table.lines(level).into_iter();
        lines.map(|line| line[column].clone()).collect()
    };
    let levels: Vec<_> = table.0.iter().map(|line| line["level"].as_str()).collect();
    let attempts = ["attempt"; 3];
    let expected = [&["session", "agent"][..], &attempts, &["agent"; 3]].concat();
    assert_eq!(levels, expected);
    assert_eq!(of("attempt", "agent"), ["pdfAdapter"; 3]);
    assert_eq!(of("attempt", "attempt"), ["1", "2", "3"]);
    assert_eq!(of("attempt", "totalTokens"), ["110", "", "22"]);
    assert_eq!(of("attempt", "tokensPartial"), ["false", "true", "false"]);
    assert_eq!(of("agent", "totalTokens"), ["132", "", "", ""]);
    assert_eq!(
        of("agent", "tokensPartial"),
        ["true", "true", "false", "false"]
    );
    assert_eq!(of("session", "totalTokens"), ["132"]);
    assert_eq!(of("session", "tokensPartial"), ["true"]);
    assert_eq!(of("attempt", "error")[0], "HTTP 429\nslow down, \"please\"");
    assert_eq!(of("session", "sourceType"), ["BANK"]);
    assert_eq!(of("agent", "sessionId"), ["retried"; 4]);
}

#[tokio::test]
async fn the_rows_of_a_list_say_what_the_api_says() {
    let sessions = sessions();
    let server = server_with(&sessions).await;
    let recent = json(server.get("/api/workflow/recent").send().await.unwrap()).await;
    let file = server.get("/api/workflow/export").send().await.unwrap();
    assert_eq!(json(file).await, recent);

    let file = server.get("/api/workflow/export?format=csv");
    let table = Table::of(file.send().await.unwrap()).await;
    assert_eq!(table.0.len(), recent.as_array().unwrap().len());
    for (line, row) in table.0.iter().zip(recent.as_array().unwrap()) {
        for column in [
            "sessionId",
            "documentId",
            "sourceType",
            "status",
            "startedAt",
            "completedAt",
        ] {
            assert_eq!(
                line[column],
                row[column].as_str().unwrap_or_default(),
                "{column}"
            );
        }
        for agent in AgentName::ALL.map(AgentName::as_str) {
            assert_eq!(line[agent], row["agents"][agent].as_str().unwrap());
        }
        let says = &row["totalTokenUsage"];
        for tokens in TOKENS {
            let cell = number(&line[tokens]);
            assert_eq!(
                says[tokens],
                cell.unwrap_or_default(),
                "{}: {tokens}",
                line["sessionId"]
            );
        }
        assert_eq!(line["tokensPartial"], says["partial"].to_string());
        assert_eq!(
            line["error"],
            row["error"]["message"].as_str().unwrap_or_default()
        );
        assert_eq!(
            line["errorAgent"],
            row["error"]["agent"].as_str().unwrap_or_default()
        );
        let duration = row["totalDuration"].as_f64();
        assert_eq!(line["durationSeconds"].parse().ok(), duration);
    }
    let new = table
        .0
        .iter()
        .find(|line| line["sessionId"] == "new")
        .unwrap();
    assert_eq!(
        TOKENS.map(|tokens| new[tokens].as_str()),
        [""; 3],
        "unknown is not zero"
    );
}

#[tokio::test]
async fn a_list_has_all_pages_of_what_was_asked_for() {
    let server = Server::start().await;
    for number in 0..123 {
        let id = format!("s-{number:03}");
        server.start_session(&id).await;
        if number % 2 == 0 {
            server.finalize(&id, "failed").await;
        }
    }
    let ids = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["sessionId"].as_str().unwrap().to_owned())
            .collect()
    };
    let of = |keep: fn(&u32) -> bool| -> Vec<_> {
        (0..123)
            .rev()
            .filter(keep)
            .map(|number| format!("s-{number:03}"))
            .collect()
    };
    let all = json(server.get("/api/workflow/export").send().await.unwrap()).await;
    assert_eq!(ids(&all), of(|_| true));
    let (since, until) = (&all[112]["createdAt"], &all[2]["createdAt"]);
    let query = format!(
        "status=failed,completed&sourceType=BANK&q=s-&since={}&until={}",
        since.as_str().unwrap(),
        until.as_str().unwrap()
    );
    let path = format!("/api/workflow/export?{query}");
    let some = json(server.get(&path).send().await.unwrap()).await;
    let expected = of(|number| number % 2 == 0 && (10..120).contains(number));
    assert_eq!(ids(&some), expected);
    let path = format!("/api/workflow/export?format=csv&{query}");
    let table = Table::of(server.get(&path).send().await.unwrap()).await;
    let lines: Vec<_> = table
        .0
        .iter()
        .map(|line| line["sessionId"].clone())
        .collect();
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn no_cell_is_a_formula_and_a_line_break_stays_in_its_cell() {
    let mut session = started("@cmd");
    session.document_id = Some("=HYPERLINK(\"x\")".to_owned());
    session.correlation_id = Some("-1+1".to_owned());
    let run = &mut session.agents[AgentName::PdfAdapter].run;
    run.status = AgentStatus::Error;
    run.error = Some("+one\r\ntwo, \"three\"".to_owned());
    run.activity = Some("\t=1".to_owned());
    let server = server_with(&[session]).await;
    for path in [
        "/api/workflow/@cmd/export?format=csv",
        "/api/workflow/export?format=csv",
    ] {
        let table = Table::of(server.get(path).send().await.unwrap()).await;
        let first = &table.0[0];
        assert_eq!(first["sessionId"], "'@cmd");
        assert_eq!(first["documentId"], "'=HYPERLINK(\"x\")");
        assert_eq!(first["correlationId"], "'-1+1");
        let error = table
            .0
            .iter()
            .map(|line| &line["error"])
            .find(|error| !error.is_empty());
        assert!(error.unwrap().starts_with("'+one"));
        if let Some(agent) = table.0.get(1) {
            assert_eq!(agent["error"], "'+one\r\ntwo, \"three\"");
            assert_eq!(agent["activity"], "'\t=1");
        }
    }
}

#[tokio::test]
async fn a_file_says_what_it_is_and_what_it_is_called() {
    let server = server_with(&[started("session-f2:b")]).await;
    let csv = "text/csv; charset=utf-8; header=present";
    for (path, media_type, name) in [
        ("session-f2:b/export?format=csv", csv, "session-f2_b.csv"),
        (
            "session-f2:b/export",
            "application/json",
            "session-f2_b.json",
        ),
        ("export?format=csv", csv, "sessions-2026-11-22T08"),
        (
            "export?format=json",
            "application/json",
            "sessions-2026-11-22T08",
        ),
    ] {
        let response = server
            .get(&format!("/api/workflow/{path}"))
            .send()
            .await
            .unwrap();
        let headers = response.headers().clone();
        assert_eq!(headers["content-type"], media_type);
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("x-correlation-id"));
        let disposition = headers["content-disposition"].to_str().unwrap();
        let expected = format!("attachment; filename=\"{name}");
        assert!(disposition.starts_with(&expected), "{disposition}");
        let bytes = response.bytes().await.unwrap();
        let has_mark = bytes.starts_with("\u{feff}".as_bytes());
        assert_eq!(
            has_mark,
            media_type == csv,
            "Excel needs it, JSON must not have it"
        );
    }
}

#[tokio::test]
async fn what_can_not_be_exported_is_said_so() {
    let server = server_with(&[started("s-1")]).await;
    let nobody = server.get("/api/workflow/nobody/export?format=csv");
    problem(nobody.send().await.unwrap(), StatusCode::NOT_FOUND).await;
    for (path, name) in [
        ("/api/workflow/s-1/export?format=xml", "format"),
        ("/api/workflow/s-1/export?status=failed", "status"),
        ("/api/workflow/export?format=", ""),
        ("/api/workflow/export?format=CSV", "format"),
        ("/api/workflow/export?limit=3", "limit"),
        ("/api/workflow/export?status=done", "status"),
        ("/api/workflow/export?since=monday", "since"),
    ] {
        let answer = server.get(path).send().await.unwrap();
        if name.is_empty() {
            assert_eq!(
                answer.status(),
                StatusCode::OK,
                "without a value: not given"
            );
            continue;
        }
        let body = problem(answer, StatusCode::BAD_REQUEST).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(
            detail.starts_with(&format!("Parameter {name}: ")),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn a_store_that_can_not_list_is_said_to_before_anything_is_sent() {
    let store = Arc::new(TestStore::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    store.fail(Some(|| StoreError::MissingIndex {
        remedy: "add-it".to_owned(),
    }));
    let answer = server
        .get("/api/workflow/export?format=csv")
        .send()
        .await
        .unwrap();
    assert!(!answer.headers().contains_key("content-disposition"));
    let body = problem(answer, StatusCode::NOT_IMPLEMENTED).await;
    assert!(body["detail"].as_str().unwrap().ends_with("add-it"));
    store.fail(Some(|| StoreError::Unavailable(String::new())));
    let answer = server.get("/api/workflow/export").send().await.unwrap();
    problem(answer, StatusCode::SERVICE_UNAVAILABLE).await;
}
