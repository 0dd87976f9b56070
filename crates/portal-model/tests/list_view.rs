//! What a row of the list says, by the rules of the contract.

#![expect(
    clippy::expect_used,
    reason = "a fixture that can't be read fails the test"
)]

use portal_model::{format::Zone, list_view::RowView};
use serde_json::{Value, json};
use status_model::read;

fn tokens_of(pdf_adapter: &str, usage: &Value) -> String {
    let row = json!({
        "sessionId": "s", "status": "processing", "createdAt": "2026-11-22T12:00:00Z",
        "agents": { "pdfAdapter": pdf_adapter },
        "totalTokenUsage": usage,
    });
    let now = "2026-11-22T12:01:00Z".parse().expect("a time");
    RowView::new(&read::row(&row).expect("a row"), false, now, Zone::Utc).tokens
}

#[test]
fn unknown_tokens_are_not_zero() {
    let nothing = json!({ "inputTokens": 0, "outputTokens": 0, "partial": false });
    let silent = json!({ "inputTokens": 0, "outputTokens": 0, "partial": true });
    assert_eq!(tokens_of("pending", &nothing), "not reported");
    assert_eq!(tokens_of("in-progress", &silent), "not reported");
    assert_eq!(tokens_of("success", &Value::Null), "not reported");
}

#[test]
fn reported_tokens_are_shown_and_a_partial_sum_says_so() {
    let none = json!({ "inputTokens": 0, "outputTokens": 0, "partial": false });
    let some = json!({ "inputTokens": 1523, "outputTokens": 411, "partial": true });
    assert_eq!(tokens_of("success", &none), "0");
    assert_eq!(tokens_of("success", &some), "1,934+");
}
