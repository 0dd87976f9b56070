//! The only place that knows a URL: the portal's own and the status API's.

use js_sys::encode_uri_component;
use status_model::SessionId;

/// Home: find a session, see the recent ones.
pub const HOME: &str = "/";

/// The query parameter of home that holds a search.
pub const SEARCH: &str = "q";

/// Home with a search.
#[must_use]
pub fn search(text: &str) -> String {
    let text = String::from(encode_uri_component(text));
    format!("{HOME}?{SEARCH}={text}")
}

/// A session's page.
#[must_use]
pub fn session(id: &SessionId) -> String {
    // Every character of an id may stand in a path as it is.
    format!("/sessions/{id}")
}

/// Where the status API answers.
pub mod api {
    use js_sys::encode_uri_component;
    use status_model::SessionId;

    /// One session.
    #[must_use]
    pub fn status(id: &SessionId) -> String {
        format!("/api/workflow/{id}/status")
    }

    /// What agents usually take.
    pub const USUAL_DURATIONS: &str = "/api/workflow/usual-durations";

    /// The newest sessions.
    #[must_use]
    pub fn recent(limit: usize) -> String {
        format!("/api/workflow/recent?limit={limit}")
    }

    /// Sessions of which an id starts so.
    #[must_use]
    pub fn find(starts_with: &str, limit: usize) -> String {
        let q = String::from(encode_uri_component(starts_with));
        format!("/api/workflow/recent?limit={limit}&q={q}")
    }
}
