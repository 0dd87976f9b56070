//! Files to take along: what is in them is what the API says, and none of them looks complete
//! unless it is.

use std::sync::Arc;

use reqwest::{Response, StatusCode};
use serde_json::Value;
use status_model::{
    AgentName, AgentStatus, OverallStatus, Run, Session, TokenUsage, item, read, truth,
};
use status_server::api::Policy;

use crate::support::{Server, TestStore, json, started};

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
    // Warns of both: a failed agent in what says completed, and something unreadable.
    session.overall_status = OverallStatus::Completed;
    session.unreadable = vec!["createdAt".to_owned()];
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

pub async fn server_with(sessions: &[Session]) -> Server {
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
        let warnings = row["warnings"].as_array().unwrap().iter();
        let warnings: Vec<_> = warnings.map(|word| word.as_str().unwrap()).collect();
        assert_eq!(line["warnings"], warnings.join(" "));
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
