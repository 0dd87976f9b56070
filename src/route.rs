//! The only place that knows a URL: the portal's own and the status API's.

use js_sys::encode_uri_component;
use leptos_router::params::ParamsMap;
use portal_model::{
    list_query::{ListQuery, Parameter},
    place::{Place, ZONE, ZoneMode},
};
use status_model::{AgentName, SessionId};
use web_sys::UrlSearchParams;

/// Home: find a session, see the recent ones.
pub const HOME: &str = "/";

/// The wall display, which is a program of its own.
pub const WALL: &str = "/wall";

/// Where people sign in: the server's own.
pub const SIGN_IN: &str = "/sign-in";

/// Where they sign out: likewise.
pub const SIGN_OUT: &str = "/sign-out";

/// Who is signed in, and their share links: a program of its own.
pub const ACCOUNT: &str = "/account";

/// Where a link to a session is made for somebody else.
#[must_use]
pub fn share(id: &SessionId) -> String {
    with_query(ACCOUNT, &[(SHARE, id.to_string())])
}

/// The session that the account's address wants to share.
#[must_use]
pub fn shared(query: &str) -> Option<SessionId> {
    let query = UrlSearchParams::new_with_str(query).ok()?;
    query.get(SHARE)?.parse().ok()
}

const SHARE: &str = "share";

/// Two sessions side by side, which is a program of its own.
#[must_use]
pub fn compare(sessions: [&SessionId; 2]) -> String {
    let [of, with] = sessions.map(ToString::to_string);
    with_query("/compare", &[(OF, of), (WITH, with)])
}

/// The sessions that the comparison's address names.
#[must_use]
pub fn compared(query: &str) -> Option<[SessionId; 2]> {
    let query = UrlSearchParams::new_with_str(query).ok()?;
    let id = |name| query.get(name)?.parse().ok();
    Some([id(OF)?, id(WITH)?])
}

/// How the comparison's address wants times to be written.
#[must_use]
pub fn compared_zone(query: &str) -> Option<ZoneMode> {
    let query = UrlSearchParams::new_with_str(query).ok()?;
    ZoneMode::named(&query.get(ZONE)?)
}

const OF: &str = "of";
const WITH: &str = "with";

/// A list of sessions.
#[must_use]
pub fn list(query: &ListQuery) -> String {
    with_query(HOME, &query.parameters())
}

/// Home with a search.
#[must_use]
pub fn search(text: &str) -> String {
    list(&ListQuery {
        search: Some(text.to_owned()),
        ..ListQuery::default()
    })
}

/// What a list's address asks for.
#[must_use]
pub fn list_query(query: &ParamsMap) -> ListQuery {
    ListQuery::read(&|name| query.get(name))
}

/// A session's page.
#[must_use]
pub fn session(id: &SessionId) -> String {
    // Every character of an id may stand in a path as it is.
    format!("/sessions/{id}")
}

/// A place on a session's page.
#[must_use]
pub fn place(id: &SessionId, place: &Place, zone: Option<ZoneMode>) -> String {
    let mut parameters = place.parameters();
    parameters.extend(zone.map(|zone| (ZONE, zone.name().to_owned())));
    with_query(&session(id), &parameters)
}

/// A place on the session's page that is open.
#[must_use]
pub fn here(agent: AgentName, attempt: Option<usize>) -> String {
    let place = Place {
        agent: Some(agent),
        attempt,
    };
    with_query("", &place.parameters())
}

/// The place that a session's address names.
#[must_use]
pub fn place_of(query: &ParamsMap) -> Place {
    Place::read(&|name| query.get(name))
}

/// How an address wants times to be written.
#[must_use]
pub fn zone_of(query: &ParamsMap) -> Option<ZoneMode> {
    ZoneMode::named(&query.get(ZONE)?)
}

fn with_query(path: &str, parameters: &[Parameter]) -> String {
    let mut url = path.to_owned();
    let mut before = '?';
    for (name, value) in parameters {
        url.push(before);
        url.push_str(name);
        url.push('=');
        url.push_str(&String::from(encode_uri_component(value)));
        before = '&';
    }
    url
}

/// Where the status API answers.
pub mod api {
    use portal_model::list_query::ListQuery;
    use status_model::SessionId;

    /// One session.
    #[must_use]
    pub fn status(id: &SessionId) -> String {
        format!("/api/workflow/{id}/status")
    }

    /// One session as a file: `json` or `csv`.
    #[must_use]
    pub fn export(id: &SessionId, format: &str) -> String {
        format!("/api/workflow/{id}/export?format={format}")
    }

    /// Who somebody is to the server.
    pub const ME: &str = "/api/me";

    /// Links to single sessions.
    pub const SHARES: &str = "/api/shares";

    /// One of them.
    #[must_use]
    pub fn share(id: &str) -> String {
        format!("{SHARES}/{id}")
    }

    /// What agents usually take.
    pub const USUAL_DURATIONS: &str = "/api/workflow/usual-durations";

    /// A page of a list.
    #[must_use]
    pub fn list(query: &ListQuery, limit: usize) -> String {
        super::with_query("/api/workflow/recent", &query.api_parameters(limit))
    }

    /// A whole list as a file: `json` or `csv`.
    #[must_use]
    pub fn export_list(query: &ListQuery, format: &str) -> String {
        let mut parameters = query.first_page().api_parameters(0);
        parameters[0] = ("format", format.to_owned());
        super::with_query("/api/workflow/export", &parameters)
    }
}
