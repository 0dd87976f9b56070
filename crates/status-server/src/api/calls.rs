//! The table of calls: their paths, and the names that they are counted under.

use axum::extract::{MatchedPath, Request};

pub(super) const STATUS: &str = "/api/workflow/{sessionId}/status";
pub(super) const EXPORT_SESSION: &str = "/api/workflow/{sessionId}/export";
pub(super) const EXPORT_LIST: &str = "/api/workflow/export";
pub(super) const RECENT: &str = "/api/workflow/recent";
pub(super) const MATCHING_STATUS: &str = "/api/workflow/matching-status";
pub(super) const OVERVIEW: &str = "/api/workflow/overview";
pub(super) const USUAL_DURATIONS: &str = "/api/workflow/usual-durations";
pub(super) const SESSION: &str = "/api/workflow/{sessionId}";
pub(super) const AGENT: &str = "/api/workflow/{sessionId}/agents/{agent}";
pub(super) const FINALIZE: &str = "/api/workflow/{sessionId}/finalize";
pub(super) const INVOCATIONS: &str = "/invocations";
pub(super) const PING: &str = "/ping";
pub(super) const OPENAPI: &str = "/api/openapi.json";
pub(super) const HEALTHZ: &str = "/healthz";
pub(super) const READYZ: &str = "/readyz";
pub(super) const METRICS: &str = "/metrics";

/// Each call's path, those that are called most first.
pub const ALL: [&str; 16] = [
    STATUS,
    RECENT,
    OVERVIEW,
    USUAL_DURATIONS,
    MATCHING_STATUS,
    AGENT,
    SESSION,
    FINALIZE,
    EXPORT_SESSION,
    EXPORT_LIST,
    INVOCATIONS,
    PING,
    OPENAPI,
    HEALTHZ,
    READYZ,
    METRICS,
];

/// The call that a request is routed to, as a label: one of few, whatever clients invent.
pub(super) fn label(request: &Request) -> &'static str {
    let Some(path) = request.extensions().get::<MatchedPath>() else {
        return "portal";
    };
    ALL.into_iter()
        .find(|known| *known == path.as_str())
        .unwrap_or("unknown")
}
