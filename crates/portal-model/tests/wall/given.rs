//! Overviews to look at.

use portal_model::{
    clocks::Clocks,
    format::Zone,
    poll::{Fetching, Freshness},
    wall_settings::WallSettings,
    wall_view::{Grid, WallView, wall_view},
};
use serde_json::{Value, json};
use status_model::{Timestamp, api::Overview, read};

/// The time of all views, unless they say another.
pub const NOW: &str = "2026-11-22T12:00:30Z";

pub const LARGE: Grid = Grid {
    columns: 4,
    rows: Some(3),
};

pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// A running session, whose agent extracts since then.
pub fn running(id: &str, since: &str) -> Value {
    json!({
        "sessionId": id, "documentId": format!("FAB_{id}"), "status": "processing",
        "startedAt": "2026-11-22T11:58:00Z", "lastProgress": since,
        "agents": { "pdfAdapter": "success", "tradeExtraction": "in-progress" },
        "current": {
            "agent": "tradeExtraction", "activity": "Reading page 3", "startedAt": since,
            "attempt": 1,
        },
    })
}

pub fn failed(id: &str, at: &str) -> Value {
    json!({
        "sessionId": id, "status": "failed", "completedAt": at,
        "agents": { "pdfAdapter": "error", "tradeExtraction": "skipped" },
        "error": { "agent": "pdfAdapter", "message": "no such document", "attempts": 3 },
    })
}

pub fn completed(id: &str, at: &str) -> Value {
    json!({
        "sessionId": id, "status": "completed", "completedAt": at, "totalDuration": 142.4,
        "agents": { "pdfAdapter": "success", "tradeExtraction": "success" },
    })
}

/// With what is usual over so many sessions.
pub fn overview(tiles: &[Value], usual_over: usize) -> Overview {
    let count = |status: &str| tiles.iter().filter(|tile| tile["status"] == status).count();
    let usual = json!({ "median": 45.0, "p95": 60.0, "count": usual_over });
    let body = json!({
        "asOf": "2026-11-22T12:00:00Z",
        "window": 3600,
        "tally": {
            "running": count("processing"), "stuck": 0,
            "completed": count("completed"), "failed": count("failed"),
            "tokens": { "inputTokens": 3_000_000, "outputTokens": 412_000, "partial": false },
        },
        "oldestRunning": tiles.iter().find(|tile| tile["status"] == "processing"),
        "usualDurations": { "tradeExtraction": usual, "whole": usual },
        "tiles": tiles,
    });
    read::overview(&body).unwrap()
}

pub fn live() -> Freshness {
    Freshness {
        as_of: Some(at(NOW)),
        fetching: Fetching::Live,
        failure: None,
        stalled_for: None,
    }
}

pub fn clocks(now: &str) -> Clocks {
    Clocks {
        viewer: at(now),
        server: at(now),
        zone: Zone::Utc,
    }
}

pub fn view(overview: &Overview, now: &str, grid: Grid) -> WallView {
    let settings = WallSettings::default();
    wall_view(
        Some(overview),
        &live(),
        clocks(now),
        &settings,
        grid,
        at(NOW),
    )
}

pub fn ids(view: &WallView) -> Vec<&str> {
    let tiles = view.tiles.iter();
    tiles.map(|tile| tile.session_id.as_str()).collect()
}
