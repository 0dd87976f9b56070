//! The ways out.

use reqwest::Response;
use serde_json::Value;

use crate::{
    program::{Ended, Server},
    raw::Answer,
};

/// What a session's status is to say: the attack, and nothing else.
pub const REPORTED: [&str; 7] = [
    "/documentId",
    "/correlationId",
    "/agents/pdfAdapter/activity",
    "/agents/pdfAdapter/error",
    "/agents/pdfAdapter/errorType",
    "/agents/pdfAdapter/attempts/0/error",
    "/agents/pdfAdapter/subSteps/0/activity",
];
/// The same, where words were written too that nobody knows.
pub const ALL: [&str; 13] = [
    REPORTED[0],
    REPORTED[1],
    REPORTED[2],
    REPORTED[3],
    REPORTED[4],
    REPORTED[5],
    REPORTED[6],
    "/sourceType",
    "/overallStatus",
    "/agents/tradeExtraction/status",
    "/agents/tradeExtraction/activity",
    "/agents/tradeMatching/matchClassification",
    "/agents/pdfAdapter/subSteps/0/status",
];

/// The only headers that an answer may have.
const HEADERS: [&str; 24] = [
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-length",
    "content-security-policy",
    "content-type",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "etag",
    "link",
    "location",
    "permissions-policy",
    "preference-applied",
    "referrer-policy",
    "retry-after",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-correlation-id",
    "x-frame-options",
];

/// What no browser takes for a page.
const DATA: [&str; 3] = [
    "application/json",
    "application/problem+json",
    "text/csv; charset=utf-8; header=present",
];

/// The status and the files of a session, and the list's row of it.
pub async fn session(server: &Server, id: &str, attack: &str, fields: &[&str]) {
    let status = json(server.get(&format!("/api/workflow/{id}/status")).await).await;
    for field in fields {
        let value = status.pointer(field).and_then(Value::as_str);
        assert_eq!(value, Some(attack), "{id} {field}");
    }
    let file = json(
        server
            .get(&format!("/api/workflow/{id}/export?format=json"))
            .await,
    )
    .await;
    assert_eq!(file, status);

    let table = csv(server
        .get(&format!("/api/workflow/{id}/export?format=csv"))
        .await)
    .await;
    // The session, four agents, one attempt.
    assert_eq!(table.len(), 1 + 6, "{id}");
    for (line, column) in [
        (1, "documentId"),
        (1, "correlationId"),
        (2, "activity"),
        (2, "error"),
        (2, "errorType"),
        (3, "error"),
    ] {
        let index = table[0].iter().position(|name| name == column).unwrap();
        is_cell_of(&table[line][index], attack);
    }

    let rows = json(
        server
            .get(&format!("/api/workflow/recent?q={id}&limit=50"))
            .await,
    )
    .await;
    let mut rows = rows.as_array().unwrap().iter();
    let row = rows.find(|row| row["sessionId"] == id).unwrap();
    assert_eq!(row["documentId"], attack);
    assert_eq!(row["correlationId"], attack);
    is_part_of(&row["error"]["message"], attack);
}

/// The lists and their files, with all sessions in them.
pub async fn lists(server: &Server, start: &str) {
    json(server.get("/api/workflow/overview").await).await;
    json(server.get("/api/workflow/matching-status").await).await;
    let path = format!("/api/workflow/export?format=json&q={start}");
    let rows = json(server.get(&path).await).await;
    let rows = rows.as_array().unwrap();
    assert!(rows.len() > 70);
    let path = format!("/api/workflow/export?format=csv&q={start}");
    let table = csv(server.get(&path).await).await;
    assert_eq!(table.len(), 1 + rows.len());
    let column = |name: &str| table[0].iter().position(|column| column == name).unwrap();
    let (document, error) = (column("documentId"), column("error"));
    for (line, row) in table[1..].iter().zip(rows) {
        let attack = row["documentId"].as_str().unwrap();
        is_cell_of(&line[document], attack);
        let message = &row["error"]["message"];
        is_part_of(message, attack);
        is_cell_of(&line[error], message.as_str().unwrap());
    }
}

/// A list's row has a long error's first line.
fn is_part_of(message: &Value, attack: &str) {
    let message = message.as_str().unwrap();
    let part = message.strip_suffix('…').unwrap_or(message);
    assert!(attack.contains(part), "{message:?} of {attack:?}");
}

async fn json(answer: Response) -> Value {
    let url = answer.url().clone();
    assert!(answer.status().is_success(), "{url}: {}", answer.status());
    headers(&answer, DATA[0]);
    answer.json().await.unwrap()
}

/// The cells of each line, none of which is a formula.
async fn csv(answer: Response) -> Vec<Vec<String>> {
    headers(&answer, DATA[2]);
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\""),
        "{disposition}"
    );
    let text = answer.text().await.unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    // A line with more or fewer cells than the others is an error here.
    let lines = reader.records().map(|line| {
        let line = line.unwrap();
        line.iter().map(str::to_owned).collect::<Vec<_>>()
    });
    let lines: Vec<_> = lines.collect();
    for cell in lines.iter().flatten() {
        assert!(!is_formula(cell), "{cell:?}");
    }
    lines
}

/// Would some spreadsheet take it for one?
fn is_formula(cell: &str) -> bool {
    let seen = cell.trim_start_matches(|c: char| {
        c.is_whitespace() || c.is_control() || "\u{200b}\u{feff}\u{202e}\u{2067}".contains(c)
    });
    let starts = |text: &str, with: &str| text.starts_with(|c| with.contains(c));
    starts(cell, "\t\r\n") || starts(seen, "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}")
}

fn is_cell_of(cell: &str, attack: &str) {
    let is_guarded = cell.strip_prefix('\'') == Some(attack) && is_formula(attack);
    assert!(cell == attack || is_guarded, "{cell:?} for {attack:?}");
}

/// No header but ours, and none that lets a browser make more of it than data.
fn headers(answer: &Response, media_type: &str) {
    let url = answer.url();
    for name in answer.headers().keys() {
        assert!(HEADERS.contains(&name.as_str()), "{url}: {name}");
    }
    let header = |name: &str| answer.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), media_type, "{url}");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
}

/// The answer to an address: a problem, JSON, or the portal's page just as it always is.
pub fn answer(answer: &Answer, attack: &str, page: &Answer) {
    for (name, value) in &answer.headers {
        assert!(HEADERS.contains(&name.as_str()), "{attack:?}: {name}");
        assert!(
            !value.contains(char::is_control),
            "{attack:?}: {name}: {value}"
        );
    }
    match answer.header("content-type") {
        // Where the HTTP library itself refuses, there is nothing in the answer at all.
        None => assert_eq!(answer.body, "", "{attack:?}"),
        Some("text/html; charset=utf-8") => {
            assert_eq!(answer.status, page.status, "{attack:?}");
            assert!(answer.body == page.body, "{attack:?} is in the page");
        }
        Some(media_type) => {
            assert!(DATA.contains(&media_type), "{attack:?}: {media_type}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        }
    }
    assert_ne!(answer.status, 500, "{attack:?}: {}", answer.body);
}

/// The answer to a body that is wrong.
pub fn refused(answer: &Answer, attack: &str) {
    assert_eq!(answer.header("content-type"), Some(DATA[1]));
    self::answer(answer, attack, answer);
    assert_eq!(answer.status, 400, "{attack:?}: {}", answer.body);
    let problem: Value = serde_json::from_str(&answer.body).unwrap();
    assert!(problem["detail"].is_string());
}

/// What a command told people: whole lines, and nothing that steers a terminal.
pub fn notes(ended: &Ended, loaded: usize) {
    assert_eq!(ended.code, Some(2), "{}", ended.notes);
    for line in ended.notes.lines() {
        assert!(!line.contains(is_harmful), "{line:?}");
        assert!(!line.starts_with("forged"), "{line:?}");
    }
    let last = ended.notes.lines().last().unwrap();
    let were_there = format!("{loaded} were there already");
    let told = last.starts_with(&format!("{loaded} sessions loaded")) || last.contains(&were_there);
    assert!(told, "{last}");
}

/// Every line begins as ours do, and is one line for whatever program reads it.
pub fn log_as_text(log: &str) {
    assert!(!log.is_empty());
    for line in log.lines() {
        plain(line);
        let mut words = line.split_whitespace();
        let time = words.next().unwrap();
        assert!(time.len() == 27 && time.ends_with('Z'), "{line}");
        let level = words.next().unwrap();
        assert!(
            ["DEBUG", "INFO", "WARN", "ERROR"].contains(&level),
            "{line}"
        );
        // The forged line is told by its time, at which no test has ever run.
        assert!(!line.starts_with("2026-11-22T08:00:00.000000Z"), "{line}");
    }
}

/// Every line is an object of our form.
pub fn log_as_json(log: &str) {
    assert!(!log.is_empty());
    for line in log.lines() {
        plain(line);
        let event: Value = serde_json::from_str(line).unwrap();
        for name in ["timestamp", "level", "message", "target"] {
            assert!(event[name].is_string(), "{line}");
        }
        assert_ne!(event["message"], "forged");
    }
}

fn plain(line: &str) {
    assert!(!line.contains(is_harmful), "{line:?}");
}

/// Control characters, line ends of every kind, directions, marks of the order of bytes.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || "\u{2028}\u{2029}\u{200e}\u{200f}\u{61c}\u{202e}\u{202c}\u{2066}\u{2067}\u{2069}\u{feff}"
            .contains(c)
}
