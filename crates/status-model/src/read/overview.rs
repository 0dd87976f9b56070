//! The answer for a wall display.

use serde_json::Value;

use super::{
    ReadError,
    fields::{Fields, Path},
    list::{row, total_token_usage, usual_durations},
};
use crate::{
    Timestamp,
    api::{
        Overview, SessionRow, Tally,
        overview::{MAX_TILES, OVERVIEW_WINDOW},
    },
};

/// Reads `GET /api/workflow/overview`. A tile that can't be read is left out; a count that is not
/// there is zero.
///
/// # Errors
/// Only where there is no object.
pub fn overview(value: &Value) -> Result<Overview, ReadError> {
    let object = value.as_object().ok_or(ReadError::NotAnObject)?;
    let tiles = object.get("tiles").and_then(Value::as_array);
    let mut unreadable = Vec::new();
    let fields = &mut Fields::new(object, Path::Root, &mut unreadable);
    Ok(Overview {
        as_of: fields
            .timestamp("asOf")
            .unwrap_or(Timestamp::from_unix_millis(0)),
        window: fields.seconds("window").unwrap_or(OVERVIEW_WINDOW),
        tally: fields.part("tally", tally).unwrap_or_default(),
        oldest_running: object.get("oldestRunning").and_then(readable_row),
        usual_durations: object
            .get("usualDurations")
            .map(usual_durations)
            .unwrap_or_default(),
        tiles: tiles
            .into_iter()
            .flatten()
            .filter_map(readable_row)
            .take(MAX_TILES)
            .collect(),
    })
}

fn readable_row(value: &Value) -> Option<SessionRow> {
    row(value).ok()
}

fn tally(fields: &mut Fields) -> Tally {
    let mut count = |key| fields.count(key).unwrap_or_default();
    Tally {
        running: count("running"),
        stuck: count("stuck"),
        completed: count("completed"),
        failed: count("failed"),
        tokens: fields.part("tokens", total_token_usage).unwrap_or_default(),
    }
}
