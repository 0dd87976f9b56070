//! Items that today's writers have written, as if just now: those that were captured expire.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

/// The tracker's, of a session that completed.
pub fn tracker_completed() -> Value {
    item(include_str!(
        "../../../status-model/tests/fixtures/item_tracker_completed.json"
    ))
}

/// The tracker's, of a session that failed in its first agent.
pub fn tracker_failed() -> Value {
    item(include_str!(
        "../../../status-model/tests/fixtures/item_tracker_pdf_failed.json"
    ))
}

/// The writer's, of a session that completed.
pub fn writer_completed() -> Value {
    item(include_str!(
        "../../../status-model/tests/fixtures/item_writer_completed.json"
    ))
}

fn item(captured: &str) -> Value {
    const DAY: Duration = Duration::from_hours(24);
    let mut item: Value = serde_json::from_str(captured).unwrap();
    let tomorrow = SystemTime::now() + DAY;
    let tomorrow = tomorrow.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    assert!(item["expiresAt"]["N"].is_string(), "{item}");
    item["expiresAt"]["N"] = json!(tomorrow.as_secs().to_string());
    item
}
